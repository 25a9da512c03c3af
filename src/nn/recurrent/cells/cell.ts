import type { Tensor } from '../../../tensor/tensor.js';

/**
 * One direction of one layer over a whole sequence, as a cell's kernels see it.
 *
 * Rows are time-major: step t owns the next `batchSizes[t]` rows. Letters: N rows in all, B batch, H hidden, G gates, R size of
 * h: H, or less with a projection.
 */
export interface Pass {
  readonly steps: number;
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

/**
 * A stretch of a walk: its steps, numbered in the walk's order, and the rows of the sequence that they own. What lies between
 * two kernels of one stretch stays in the processor's cache.
 */
export interface Stretch {
  readonly begin: number;
  readonly end: number;
  /** The first row, and how many. */
  readonly row: number;
  readonly rows: number;
}

/** Gradients that reach a pass. */
export interface PassGrads {
  /** By output (N, D·R), or null. */
  readonly out: Tensor | null;
  /** By each final state, or null. */
  readonly final: readonly (Tensor | null)[];
}

/** Gradients that a pass gives: for the rows of the stretch, but for those of the initial states. */
export interface PassInputGrads {
  /** By the input projection (rows, G·H). */
  readonly projection: Tensor;
  /** By W_hh h + b_hh (rows, G·H): the same tensor unless the cell keeps the two sides apart. */
  readonly recurrent: Tensor;
  /** By h before anything else looks at it (rows, R), where the pass has W_hr. */
  readonly out: Tensor | null;
  /** By each initial state: carried from stretch to stretch, whole after the last. */
  readonly initial: readonly Tensor[];
}

/**
 * What distinguishes one recurrent network from another: its gates. The walk over layers, directions, packed input and
 * weight gradients is the same for all and stands in layer.ts.
 */
export interface Cell {
  /** Blocks of H rows in W_ih and W_hh. */
  readonly gates: number;
  /** Tensors of state: 1 (h) or 2 (h, c). */
  readonly states: number;
  /** How the two biases are used: added up, kept apart (GRU needs b_hh inside the reset product), or b_ih alone without W_hh. */
  readonly sides: 'joined' | 'apart' | 'input only';
  /** Whether backward reads what forward made of the projection. */
  readonly keepsGates: boolean;
  /** Sizes of rows of other buffers that forward writes, one row a row, and backward reads. */
  kept(hidden: number, projects: boolean): readonly number[];
  /**
   * Runs a stretch of the recurrence on its rows of the projection W_ih x + b (rows, G·H), which it may overwrite, and writes
   * those of `pass.out`, of the kept buffers, which are as long as the sequence, and final states.
   */
  forward(
    pass: Pass,
    stretch: Stretch,
    gates: Tensor,
    kept: readonly Tensor[],
    final: readonly Tensor[],
  ): void;
  /** Gradients of a stretch, into `into`, from the projection as forward left it and the kept buffers, both whole. */
  backward(
    pass: Pass,
    stretch: Stretch,
    gates: Tensor,
    kept: readonly Tensor[],
    grads: PassGrads,
    into: PassInputGrads,
  ): void;
  /**
   * One step of one sequence, without history. Addresses.
   *
   * @param gates  (G·H) W_ih x + b_ih, and W_hh h + b_hh added to it unless the cell keeps the sides apart; overwritten
   * @param side   (G·H) W_hh h + b_hh, for cells that do; overwritten
   * @param h      (H) the state before, which becomes the one after
   * @param cell   (2 H) the second state in front, which becomes the one after; the rest is scratch
   */
  step(gates: number, side: number, h: number, cell: number, hidden: number): void;
}

/**
 * Where a buffer of all rows would start, of which only those of a stretch are there: kernels count rows from the sequence's
 * first. The address may lie in front of all memory; kernels only add to it.
 */
export const wholeAddress = (part: Tensor, { row }: Stretch): number =>
  part.address - row * part.shape[1] * 4;
