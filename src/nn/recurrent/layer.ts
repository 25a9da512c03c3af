import { kernels, table, workspace } from '../kernels/engine.js';
import { needs, record } from '../tensor/autograd.js';
import { dense, reshaped } from '../tensor/copy.js';
import { filled } from '../tensor/create.js';
import { projected, projectionGrad, projectionInputGrad } from '../tensor/ops/matmul.js';
import type { Storage } from '../tensor/storage.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import type { Cell, Pass, PassInputGrads } from './cells/cell.js';

/** Weights of one direction of one layer. */
export interface DirectionWeights {
  /** (G·H, in) */
  readonly weightIh: Tensor;
  /** (G·H, H) */
  readonly weightHh: Tensor;
  /** (G·H) */
  readonly biasIh: Tensor | null;
  /** (G·H) */
  readonly biasHh: Tensor | null;
}

/** A batch of sequences as rows in time order: step t owns the next `batchSizes[t]` rows. */
export interface Sequence {
  /** (rows, features) */
  readonly data: Tensor;
  readonly batchSizes: readonly number[];
}

const TABLE_STEPS = 4096;

/** Where kernels read the batch sizes: in the table of arguments, or in memory of their own for long sequences. */
function batchSizesOf(sizes: readonly number[]): () => number {
  if (sizes.length <= TABLE_STEPS) return () => table(sizes);
  const own = filled([sizes.length], 'int32', sizes);
  return () => own.address;
}

/** One direction's (B, H) slice of a (D, B, H) state. */
function stateOf(state: Tensor, direction: number): Tensor {
  const [, batch, hidden] = state.shape;
  const offset = state.offset + direction * batch * hidden;
  return state.window({ shape: [batch, hidden], strides: [hidden, 1], offset });
}

/**
 * One layer, in one or both directions, over a whole sequence as one operation.
 *
 *     projection = x · W_ihᵀ + b                            one product for all steps
 *     out, final = cell's recurrence(projection, W_hh)      step by step
 *
 * Backward runs the recurrence back to the gradient of the projection, dP, and then
 * dx = dP · W_ih, dW_ih = dPᵀ · x, dW_hh = Σ_t dPₜᵀ · h_{t−1}, db = Σ dP: one product each.
 *
 * @param input    rows (R, in) and batch sizes
 * @param weights  one entry a direction
 * @param initial  one (D, B, H) a state, or null for zeros
 * @returns        [out (R, D·H), ...final states (D, B, H)]
 */
export function recurrentLayer(
  cell: Cell,
  input: Sequence,
  weights: readonly DirectionWeights[],
  initial: readonly (Tensor | null)[],
): Tensor[] {
  const { data: x, batchSizes } = input;
  const rows = x.shape[0];
  const hidden = weights[0].weightHh.shape[1];
  const batch = batchSizes[0];
  const states = initial.map((state) => state && dense(state));
  const sizes = batchSizesOf(batchSizes);

  const out = empty([rows, weights.length * hidden]);
  const final = initial.map(() => empty([weights.length, batch, hidden]));
  const passes = weights.map((w, direction): Pass => ({
    ...{ steps: batchSizes.length, rows, batch, hidden, reverse: direction === 1, batchSizes: sizes },
    weightHh: w.weightHh,
    biasHh: w.biasHh,
    initial: states.map((state) => state && stateOf(state, direction)),
    out,
    outColumn: direction * hidden,
  }));
  const kept: (readonly Storage[])[] = passes.map((pass, direction) => {
    const { weightIh, biasIh, biasHh } = weights[direction];
    const biases = biasIh && biasHh ? (cell.joinsBiases ? [biasIh, biasHh] : [biasIh]) : [];
    const projection = projected(x, weightIh, biases).storage;
    const saved = cell.forward(
      pass,
      projection,
      final.map((state) => stateOf(state, direction)),
    );
    if (!saved.includes(projection)) projection.release();
    return saved;
  });

  const parameters = weights.flatMap((w) => [w.weightIh, w.weightHh, w.biasIh, w.biasHh]);
  const inputs = [x, ...initial, ...parameters];
  return record('recurrent', [out, ...final], inputs, [...inputs, out, ...kept.flat()], (...grads) => {
    const [dOut, ...dFinal] = grads.map((g: Tensor | null) => g && dense(g));
    const left = passes.map((pass, direction) =>
      cell.backward(pass, kept[direction], {
        out: dOut,
        final: dFinal.map((g) => g && stateOf(g, direction)),
      }),
    );
    const dInitial = initial.map((state, i) => needs(state) && joinStates(left.map((g) => g.initial[i])));
    const results = [
      needs(x) && inputGrad(left, weights),
      ...dInitial,
      ...left.flatMap((g, direction) => weightGrads(g, passes[direction], weights[direction], x)),
    ];
    for (const g of left) {
      g.initial.forEach((dh, i) => {
        if (dInitial[i] === false || left.length > 1) dh.dispose();
      });
      g.projection.dispose();
      if (g.recurrent !== g.projection) g.recurrent.dispose();
    }
    return results;
  });
}

/** (B, H) a direction → (D, B, H). */
function joinStates(states: readonly Tensor[]): Tensor {
  const [first] = states;
  const shape = [states.length, ...first.shape];
  if (states.length === 1) return reshaped(first, shape);
  const joined = empty(shape);
  states.forEach((state, direction) => {
    kernels.copy(stateOf(joined, direction).address, state.address, first.numel());
  });
  return joined;
}

/** dx = Σ over directions of dP · W_ih. */
function inputGrad(left: readonly PassInputGrads[], weights: readonly DirectionWeights[]): Tensor {
  const parts = left.map((g, direction) => projectionInputGrad(g.projection, weights[direction].weightIh));
  const [dx, ...others] = parts;
  for (const other of others) {
    kernels.axpy(dx.address, other.address, 1, dx.numel());
    other.dispose();
  }
  return dx;
}

/** Gradients of W_ih, W_hh, b_ih and b_hh of one direction. */
function weightGrads(
  grads: PassInputGrads,
  pass: Pass,
  weights: DirectionWeights,
  x: Tensor,
): (Tensor | false)[] {
  const { weightIh, weightHh, biasIh, biasHh } = weights;
  return [
    needs(weightIh) && projectionGrad(x, grads.projection, weightIh.shape),
    needs(weightHh) && recurrentGrad(grads.recurrent, pass),
    needs(biasIh) && columnSums(grads.projection),
    needs(biasHh) && columnSums(grads.recurrent),
  ];
}

/** dW_hh = Σ_t dGₜᵀ · h_{t−1}. */
function recurrentGrad(dG: Tensor, pass: Pass): Tensor {
  const { out, outColumn, rows, steps, hidden, initial } = pass;
  const size = dG.shape[1];
  const dW = empty([size, hidden]);
  const scratch = workspace(kernels.recurrentWeightGradWorkspace(rows, size, hidden));
  kernels.recurrentWeightGrad(
    dW.address,
    dG.address,
    size,
    out.address + outColumn * 4,
    out.shape[1],
    initial[0]?.address ?? 0,
    pass.batchSizes(),
    steps,
    hidden,
    Number(pass.reverse),
    scratch,
  );
  return dW;
}

/** db = Σ over rows of dG. */
function columnSums(dG: Tensor): Tensor {
  const [rows, columns] = dG.shape;
  const db = empty([columns]);
  kernels.sum(db.address, dG.address, 1, rows, columns);
  return db;
}
