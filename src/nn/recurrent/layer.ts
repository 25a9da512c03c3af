import { kernels, table } from '../../kernels/engine.js';
import { record, recording } from '../../tensor/autograd.js';
import { dense } from '../../tensor/copy.js';
import { filled, oneHotOf } from '../../tensor/create.js';
import { projectInto } from '../../tensor/ops/projection.js';
import { empty, type Tensor } from '../../tensor/tensor.js';
import { layerBackward } from './backward.js';
import type { Cell, Pass } from './cells/cell.js';
import { rowsOf, stretchesOf } from './stretches.js';

/** Weights of one direction of one layer, in the order of the layer's inputs. */
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
export function stateOf(state: Tensor, direction: number): Tensor {
  const [, batch, size] = state.shape;
  const offset = state.offset + direction * batch * size;
  return state.window({ shape: [batch, size], strides: [size, 1], offset });
}

/**
 * One layer, in one or both directions, over a whole sequence as one operation.
 *
 *     projection = x · W_ihᵀ + b                            one product for a stretch of steps
 *     out, final = cell's recurrence(projection, W_hh)      step by step
 *
 * Backward stands in backward.ts.
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
  const parameters = weights.flatMap((w) => [w.weightIh, w.weightHh, w.biasIh, w.biasHh, w.weightHr]);
  const inputs = [input.data, ...initial, ...parameters];
  // What follows works on rows without gaps: copies without history, where an operand is a view. History is the inputs' own.
  const x = oneHotOf(input.data) === null ? dense(input.data) : input.data;
  const layer: Layer = {
    ...{ cell, hidden, weights: weights.map(withoutGaps) },
    input: { data: x, batchSizes: input.batchSizes },
  };
  const states = initial.map((state) => state && dense(state));
  if (!recording(inputs)) return withoutHistory(layer, states);

  const [out, ...final] = outputs(layer);
  const runs = weights.map((_, direction): Run => {
    const pass = passOf(layer, direction, states, out);
    const last = final.map((state) => stateOf(state, direction));
    return { pass, ...walk(layer, direction, pass, last) };
  });
  const kept = runs.flatMap(({ gates, kept }) => [gates?.storage, ...kept.map((k) => k.storage)]);
  // A single step's gates were made of the state before it: its output may be changed in place.
  const readsOut = !cell.keepsGates || input.batchSizes.length > 1;
  const saved = [...inputs, readsOut && out, ...kept];
  return record('recurrent', [out, ...final], inputs, saved, (grads, wanted) => {
    const [dOut, ...dFinal] = grads.map((g) => g && dense(g));
    return layerBackward(layer, runs, wanted, dOut, dFinal);
  });
}

function withoutGaps({ weightIh, weightHh, biasIh, biasHh, weightHr }: DirectionWeights): DirectionWeights {
  return {
    weightIh: dense(weightIh),
    weightHh: weightHh && dense(weightHh),
    biasIh: biasIh && dense(biasIh),
    biasHh: biasHh && dense(biasHh),
    weightHr: weightHr && dense(weightHr),
  };
}

/** What makes up a layer besides its states. */
export interface Layer {
  readonly cell: Cell;
  readonly input: Sequence;
  readonly hidden: number;
  readonly weights: readonly DirectionWeights[];
}

/** What a direction's forward pass leaves for its backward pass. */
export interface Run {
  readonly pass: Pass;
  readonly gates: Tensor | null;
  readonly kept: readonly Tensor[];
}

/** out (N, D·R) and final states (D, B, R), (D, B, H), contents undefined. */
function outputs({ cell, input: { data, batchSizes }, hidden, weights }: Layer): Tensor[] {
  const outSize = weights[0].weightHr?.shape[0] ?? hidden;
  const lead = [weights.length, batchSizes[0]];
  const final = Array.from({ length: cell.states }, (_, i) => empty([...lead, i === 0 ? outSize : hidden]));
  return [empty([data.shape[0], weights.length * outSize]), ...final];
}

function passOf(
  { input: { batchSizes }, hidden, weights }: Layer,
  direction: number,
  states: readonly (Tensor | null)[],
  out: Tensor,
): Pass {
  const { weightHh, biasHh, weightHr } = weights[direction];
  const outSize = weightHr?.shape[0] ?? hidden;
  return {
    ...{ steps: batchSizes.length, batch: batchSizes[0], hidden, outSize, reverse: direction === 1 },
    ...{ batchSizes: batchSizesOf(batchSizes), weightHh, biasHh, weightHr },
    initial: states.map((state) => state && stateOf(state, direction)),
    ...{ out, outColumn: direction * outSize },
  };
}

/** Projection and recurrence, stretch by stretch. */
function walk(
  { cell, input: { data: x, batchSizes }, hidden, weights }: Layer,
  direction: number,
  pass: Pass,
  final: readonly Tensor[],
): Omit<Run, 'pass'> {
  const { weightIh, weightHr } = weights[direction];
  const bias = biasOf(cell, weights[direction]);
  const width = cell.gates * hidden;
  const rows = x.shape[0];
  const stretches = stretchesOf(batchSizes, width, pass.reverse);
  const most = stretches.reduce((rows, stretch) => Math.max(rows, stretch.rows), 0);
  const gates = empty([cell.keepsGates ? rows : most, width]);
  const kept = cell.kept(hidden, weightHr !== null).map((size) => empty([rows, size]));
  for (const stretch of stretches) {
    const own = rowsOf(gates, cell.keepsGates ? stretch : { row: 0, rows: stretch.rows });
    projectInto(own, rowsOf(x, stretch), weightIh, bias);
    cell.forward(pass, stretch, own, kept, final);
  }
  if (cell.keepsGates) return { gates, kept };
  gates.dispose();
  return { gates: null, kept };
}

/** What is added to the projection: both biases, but for cells that keep them apart. */
function biasOf(cell: Cell, { biasIh, biasHh }: DirectionWeights): Tensor | null {
  if (cell.sides !== 'joined' || !biasIh || !biasHh) return biasIh;
  const sum = empty(biasIh.shape);
  kernels.add(sum.address, biasIh.address, 0, 1, biasHh.address, 0, 1, 1, sum.numel());
  return sum;
}

/**
 * The layer where nothing is recorded: each stretch is a sequence of its own that starts from the states the one before left,
 * so that memory does not grow with the length of the sequence.
 */
function withoutHistory(layer: Layer, initial: readonly (Tensor | null)[]): Tensor[] {
  const { cell, input, hidden, weights } = layer;
  const { data: x, batchSizes } = input;
  const [out, ...final] = outputs(layer);
  final.forEach((state, i) => {
    const start = initial[i];
    if (start) kernels.copy(state.address, start.address, state.numel());
    else kernels.fill(state.address, 0, state.numel());
  });
  weights.forEach((_, direction) => {
    const reverse = direction === 1;
    const own = final.map((state) => stateOf(state, direction));
    for (const stretch of stretchesOf(batchSizes, cell.gates * hidden, reverse)) {
      const { begin, end } = stretch;
      const steps = batchSizes.length;
      const sizes = reverse ? batchSizes.slice(steps - end, steps - begin) : batchSizes.slice(begin, end);
      const part: Layer = { ...layer, input: { data: rowsOf(x, stretch), batchSizes: sizes } };
      const { gates, kept } = walk(
        part,
        direction,
        passOf(part, direction, final, rowsOf(out, stretch)),
        own,
      );
      for (const buffer of [gates, ...kept]) buffer?.dispose();
    }
  });
  return [out, ...final];
}
