import { kernels, table } from '../../kernels/engine.js';
import { gemm } from '../../kernels/product.js';
import { parallel } from '../../kernels/threads.js';
import { type Gradient, needs, record, recording } from '../../tensor/autograd.js';
import { dense, reshaped } from '../../tensor/copy.js';
import { filled, zeros } from '../../tensor/create.js';
import { projected, projectionGrad, projectionInputGrad } from '../../tensor/ops/matmul.js';
import type { Storage } from '../../tensor/storage.js';
import { empty, type Tensor } from '../../tensor/tensor.js';
import type { Cell, Pass, PassInputGrads } from './cells/cell.js';

/** Weights of one direction of one layer. */
export interface DirectionWeights {
  /** (G·H, in) */
  readonly weightIh: Tensor;
  /** (G·H, R); null for cells whose gates do not see the state. */
  readonly weightHh: Tensor | null;
  /** (G·H) */
  readonly biasIh: Tensor | null;
  /** (G·H) */
  readonly biasHh: Tensor | null;
  /** (R, H), for cells that project their output. */
  readonly weightHr: Tensor | null;
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

/** One direction's (B, size) slice of a (D, B, size) state. */
function stateOf(state: Tensor, direction: number): Tensor {
  const [, batch, size] = state.shape;
  const offset = state.offset + direction * batch * size;
  return state.window({ shape: [batch, size], strides: [size, 1], offset });
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
 * @param input    rows (N, in) and batch sizes
 * @param hidden   H
 * @param weights  one entry a direction
 * @param initial  one a state, h (D, B, R) and others (D, B, H), or null for zeros
 * @returns        [out (N, D·R), ...final states in the shapes of the initial ones]
 */
export function recurrentLayer(
  cell: Cell,
  input: Sequence,
  hidden: number,
  weights: readonly DirectionWeights[],
  initial: readonly (Tensor | null)[],
): Tensor[] {
  const { data: x, batchSizes } = input;
  const outSize = weights[0].weightHr?.shape[0] ?? hidden;
  const states = initial.map((state) => state && dense(state));
  const parameters = weights.flatMap((w) => [w.weightIh, w.weightHh, w.biasIh, w.biasHh, w.weightHr]);
  const inputs = [x, ...initial, ...parameters];
  if (!recording(inputs)) return inBlocks(cell, input, hidden, outSize, weights, states);

  const out = empty([x.shape[0], weights.length * outSize]);
  const final = finalStates(initial.length, weights.length, batchSizes[0], hidden, outSize);
  const passes = weights.map((w, direction): Pass => {
    const own = states.map((state) => state && stateOf(state, direction));
    return { ...passOf(w, input, hidden, direction, own), out, outColumn: direction * outSize };
  });
  const kept = passes.map((pass, direction) =>
    run(
      cell,
      pass,
      x,
      weights[direction],
      final.map((state) => stateOf(state, direction)),
    ),
  );
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
      ...left.flatMap((g, direction) => weightGrads(g, passes[direction], weights[direction], input)),
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

/** Zeros or undefined contents, for each state: (D, B, R) for h, (D, B, H) for others. */
function finalStates(
  count: number,
  directions: number,
  batch: number,
  hidden: number,
  outSize: number,
): Tensor[] {
  return Array.from({ length: count }, (_, i) => empty([directions, batch, i === 0 ? outSize : hidden]));
}

/** One direction over a sequence, but for where its output goes. */
function passOf(
  weights: DirectionWeights,
  { data, batchSizes }: Sequence,
  hidden: number,
  direction: number,
  initial: readonly (Tensor | null)[],
): Omit<Pass, 'out' | 'outColumn'> {
  const { weightHh, biasHh, weightHr } = weights;
  return {
    ...{ steps: batchSizes.length, rows: data.shape[0], batch: batchSizes[0] },
    ...{ hidden, outSize: weightHr?.shape[0] ?? hidden, reverse: direction === 1 },
    ...{ batchSizes: batchSizesOf(batchSizes), weightHh, biasHh, weightHr, initial },
  };
}

/** The projection of all steps, then the recurrence. Returns what backward needs. */
function run(
  cell: Cell,
  pass: Pass,
  x: Tensor,
  { weightIh, biasIh, biasHh }: DirectionWeights,
  final: readonly Tensor[],
): readonly Storage[] {
  const biases = [biasIh, cell.sides === 'joined' ? biasHh : null].filter((b) => b !== null);
  const projection = projected(x, weightIh, biases).storage;
  const saved = cell.forward(pass, projection, final);
  if (!saved.includes(projection)) projection.release();
  return saved;
}

/** The rows `from` … `to` of a contiguous (N, size); a one-hot tensor keeps its indices. */
function rowsOf(x: Tensor, from: number, to: number): Tensor {
  const size = x.shape[1];
  return x.window({ shape: [to - from, size], strides: [size, 1], offset: x.offset + from * size });
}

// Numbers of a projection that stay in a second-level cache.
const BLOCK = 256 * 1024;

/**
 * The layer where nothing is recorded: a few steps at a time, so that what lies between projection and output stays in the
 * processor's cache, and memory does not grow with the length of the sequence.
 */
function inBlocks(
  cell: Cell,
  { data: x, batchSizes }: Sequence,
  hidden: number,
  outSize: number,
  weights: readonly DirectionWeights[],
  initial: readonly (Tensor | null)[],
): Tensor[] {
  const batch = batchSizes[0];
  const out = empty([x.shape[0], weights.length * outSize]);
  // A block starts from the states that the one before left in their place.
  const final = finalStates(initial.length, weights.length, batch, hidden, outSize);
  final.forEach((state, i) => {
    const start = initial[i];
    if (start) kernels.copy(state.address, start.address, state.numel());
    else kernels.fill(state.address, 0, state.numel());
  });
  const steps = Math.max(1, Math.floor(BLOCK / (batch * cell.gates * hidden)));
  const starts = Array.from({ length: Math.ceil(batchSizes.length / steps) }, (_, i) => i * steps);
  const firstRows = [0];
  for (const size of batchSizes) firstRows.push(firstRows[firstRows.length - 1] + size);
  weights.forEach((w, direction) => {
    const own = final.map((state) => stateOf(state, direction));
    for (const start of direction === 1 ? starts.toReversed() : starts) {
      const end = Math.min(start + steps, batchSizes.length);
      const rows = rowsOf(x, firstRows[start], firstRows[end]);
      const block = { data: rows, batchSizes: batchSizes.slice(start, end) };
      const pass = passOf(w, block, hidden, direction, own);
      const target = { out: rowsOf(out, firstRows[start], firstRows[end]), outColumn: direction * outSize };
      for (const storage of run(cell, { ...pass, ...target }, rows, w, own)) storage.release();
    }
  });
  return [out, ...final];
}

/** (B, size) a direction → (D, B, size). */
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

/** Gradients of W_ih, W_hh, b_ih, b_hh and W_hr of one direction. */
function weightGrads(
  grads: PassInputGrads,
  pass: Pass,
  weights: DirectionWeights,
  { data: x, batchSizes }: Sequence,
): Gradient[] {
  const { weightIh, weightHh, biasIh, biasHh, weightHr } = weights;
  const dBiasIh = needs(biasIh) && columnSums(grads.projection);
  return [
    needs(weightIh) && projectionGrad(x, grads.projection, weightIh.shape),
    needs(weightHh) && recurrentGrad(grads.recurrent, pass, batchSizes),
    dBiasIh,
    // Where both sides have the same gradient, so do their biases; what is handed on twice is copied.
    needs(biasHh) &&
      (grads.recurrent === grads.projection && dBiasIh ? dBiasIh : columnSums(grads.recurrent)),
    needs(weightHr) && grads.weightHr,
  ];
}

/**
 * dW_hh = Σ_t dGₜᵀ · h_{t−1}, where h_{t−1} is that of the step walked before, or the initial one where a sequence starts.
 * Steps of equal batch size are one product.
 */
function recurrentGrad(dG: Tensor, pass: Pass, batchSizes: readonly number[]): Tensor {
  const { out, outColumn, outSize, initial, reverse } = pass;
  const size = dG.shape[1];
  const dW = zeros([size, outSize]);
  const [first, outRow] = [out.address + outColumn * 4, out.shape[1]];
  // dW += dGᵀ · h over `count` rows of dG from `row` on, and as many of h.
  const add = (row: number, count: number, h: number, hRow: number): void => {
    if (count <= 0) return;
    gemm(size, outSize, count, dG.address + row * size * 4, 1, size, h, hRow, 1, dW.address, outSize, true);
  };
  const addOut = (row: number, count: number, from: number): void => {
    add(row, count, first + from * outRow * 4, outRow);
  };
  const addInitial = (row: number, count: number, from: number): void => {
    if (initial[0] !== null) add(row, count, initial[0].address + from * outSize * 4, outSize);
  };
  let row = 0;
  for (let t = 0, to = 0; t < batchSizes.length; t = to) {
    const batch = batchSizes[t];
    while (to < batchSizes.length && batchSizes[to] === batch) to += 1;
    const count = (to - t) * batch;
    const inside = count - batch;
    if (reverse) {
      // Within the run, then the first rows of the next run, then those that join here.
      const next = batchSizes[to] ?? 0;
      const last = row + inside;
      addOut(row, inside, row + batch);
      addOut(last, next, row + count);
      addInitial(last + next, batch - next, next);
    } else {
      // Those that start here, or the first rows of the run before, then within the run.
      if (t === 0) addInitial(0, batch, 0);
      else addOut(row, batch, row - batchSizes[t - 1]);
      addOut(row + batch, inside, row);
    }
    row += count;
  }
  return dW;
}

/** db = Σ over rows of dG. */
function columnSums(dG: Tensor): Tensor {
  const [rows, columns] = dG.shape;
  const db = empty([columns]);
  parallel('sumColumns', Math.ceil(columns / 16), 32 * rows, db.address, dG.address, rows, columns);
  return db;
}
