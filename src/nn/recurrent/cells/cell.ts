import type { Storage } from '../../../tensor/storage.js';
import type { Tensor } from '../../../tensor/tensor.js';

/**
 * One direction of one layer over a whole sequence, as a cell's kernels see it.
 *
 * Rows are time-major: step t owns the next `batchSizes[t]` rows. Letters: N rows in all, B batch, H hidden, G gates, R size of
 * h: H, or less with a projection.
 */
export interface Pass {
  readonly steps: number;
  readonly rows: number;
  readonly batch: number;
  readonly hidden: number;
  /** R. */
  readonly outSize: number;
  /** Walk from the last step to the first. */
  readonly reverse: boolean;
  /** Address of int32[steps]: sequences that still go on at each step, never increasing. Fetch anew before each kernel. */
  readonly batchSizes: () => number;
  /** W_hh (G·H, R); null for cells whose gates do not see the state. */
  readonly weightHh: Tensor | null;
  /** b_hh (G·H), for cells that keep it apart from b_ih. */
  readonly biasHh: Tensor | null;
  /** W_hr (R, H), for cells that project their output. */
  readonly weightHr: Tensor | null;
  /** Initial states in this direction, h (B, R) first, then others (B, H); null is zeros. */
  readonly initial: readonly (Tensor | null)[];
  /** Output (N, D·R): this direction's columns start at `outColumn`. */
  readonly out: Tensor;
  readonly outColumn: number;
}

/** Gradients that reach a pass. */
export interface PassGrads {
  /** By output (N, D·R), or null. */
  readonly out: Tensor | null;
  /** By each final state, or null. */
  readonly final: readonly (Tensor | null)[];
}

/** Gradients that leave a pass. */
export interface PassInputGrads {
  /** By the input projection (N, G·H). */
  readonly projection: Tensor;
  /** By W_hh h + b_hh (N, G·H): the same tensor unless the cell treats the two sides differently. */
  readonly recurrent: Tensor;
  /** By each initial state. */
  readonly initial: readonly Tensor[];
  /** By W_hr (R, H), where the pass has one. */
  readonly weightHr?: Tensor;
}

/**
 * What distinguishes one recurrent network from another: its gates. The walk over layers, directions, packed input and
 * weight gradients is the same for all and stands in recurrent.ts.
 */
export interface Cell {
  /** Blocks of H rows in W_ih and W_hh. */
  readonly gates: number;
  /** Tensors of state: 1 (h) or 2 (h, c). */
  readonly states: number;
  /** How the two biases are used: added up, kept apart (GRU needs b_hh inside the reset product), or b_ih alone without W_hh. */
  readonly sides: 'joined' | 'apart' | 'input only';
  /**
   * Runs the recurrence on the projection W_ih x + b (N, G·H), writes `pass.out` and the final states, and returns buffers for
   * backward. The projection may be overwritten, and may itself be among the buffers; if not, the caller frees it.
   */
  forward(pass: Pass, projection: Storage, final: readonly Tensor[]): readonly Storage[];
  /** Gradients of one pass, from what `forward` returned. */
  backward(pass: Pass, saved: readonly Storage[], grads: PassGrads): PassInputGrads;
}
