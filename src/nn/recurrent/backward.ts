import { gemm } from '../../kernels/product.js';
import { parallel } from '../../kernels/threads.js';
import type { Gradient } from '../../tensor/autograd.js';
import { zeros } from '../../tensor/create.js';
import { projectBackInto, ProjectionGrad } from '../../tensor/ops/projection.js';
import { empty, type Tensor } from '../../tensor/tensor.js';
import type { Pass, PassInputGrads, Stretch } from './cells/cell.js';
import { type DirectionWeights, type Layer, type Run, stateOf } from './layer.js';
import { rowsOf, stretchesOf } from './stretches.js';

/**
 * Gradients of a recurrent layer. The recurrence runs back to the gradient of the projection, dP, a stretch of steps at a time, and
 * while that is still in the processor's cache:
 *
 *     dx = dP · W_ih,  dW_ih += dPᵀ · x,  dW_hh += Σ_t dPₜᵀ · h_{t−1},  db += Σ dP
 *
 * @param wanted  which of them are wanted
 * @returns       in the order of the layer's inputs: x, initial states, then W_ih, W_hh, b_ih, b_hh, W_hr a direction
 */
export function layerBackward(
  layer: Layer,
  runs: readonly Run[],
  wanted: readonly boolean[],
  dOut: Tensor | null,
  dFinal: readonly (Tensor | null)[],
): Gradient[] {
  const { input, hidden, weights, cell } = layer;
  const { data: x, batchSizes } = input;
  const outSize = runs[0].pass.outSize;
  const wantedWeights = wanted.slice(1 + cell.states);
  const each = wantedWeights.length / weights.length;
  const dx = wanted[0] && empty(x.shape);
  const dInitial = Array.from({ length: cell.states }, (_, i) =>
    empty([weights.length, batchSizes[0], i === 0 ? outSize : hidden]),
  );
  const dWeights = runs.flatMap((run, direction) => {
    const { pass } = run;
    const grads = { out: dOut, final: dFinal.map((g) => g && stateOf(g, direction)) };
    const width = cell.gates * hidden;
    const stretches = stretchesOf(batchSizes, width, !pass.reverse);
    const most = stretches.reduce((rows, stretch) => Math.max(rows, stretch.rows), 0);
    const projection = empty([most, width]);
    const into: PassInputGrads = {
      projection,
      recurrent: cell.sides === 'apart' ? empty([most, width]) : projection,
      out: pass.weightHr && empty([most, outSize]),
      initial: dInitial.map((state) => stateOf(state, direction)),
    };
    const own = wantedWeights.slice(direction * each, (direction + 1) * each);
    // The h of a single step goes nowhere but out: unused, its projection has no gradient, as in PyTorch.
    const reachesH = dOut !== null || dFinal[0] !== null || batchSizes.length > 1;
    const sums = new WeightSums(layer, run, weights[direction], own, reachesH);
    for (const stretch of stretches) {
      const part = partOf(into, stretch);
      // A cell without gates of its own looks at its output alone.
      cell.backward(pass, stretch, run.gates ?? pass.out, run.kept, grads, part);
      if (dx)
        projectBackInto(rowsOf(dx, stretch), part.projection, weights[direction].weightIh, direction > 0);
      sums.add(stretch, part);
    }
    for (const buffer of new Set([into.projection, into.recurrent, into.out])) buffer?.dispose();
    return sums.result();
  });
  return [dx, ...dInitial.map((state, i) => wanted[1 + i] && state), ...dWeights];
}

/** The buffers' rows for a stretch. */
function partOf({ projection, recurrent, out, initial }: PassInputGrads, { rows }: Stretch): PassInputGrads {
  const own = { row: 0, rows };
  const part = rowsOf(projection, own);
  return {
    projection: part,
    recurrent: recurrent === projection ? part : rowsOf(recurrent, own),
    out: out && rowsOf(out, own),
    initial,
  };
}

/** Gradients of one direction's weights, added up stretch by stretch. */
class WeightSums {
  private readonly weightIh: ProjectionGrad | null;
  private readonly weightHh: Tensor | null;
  private readonly biasIh: Tensor | null;
  private readonly biasHh: Tensor | null;
  private readonly weightHr: ProjectionGrad | null;
  private started = false;

  constructor(
    private readonly layer: Layer,
    private readonly run: Run,
    { weightIh, weightHh, biasIh, biasHh, weightHr }: DirectionWeights,
    [forWeightIh, forWeightHh, forBiasIh, forBiasHh, forWeightHr]: readonly boolean[],
    reachesH: boolean,
  ) {
    this.weightIh = forWeightIh ? new ProjectionGrad(layer.input.data, weightIh.shape) : null;
    this.weightHh = forWeightHh ? zeros(weightHh!.shape) : null;
    this.biasIh = forBiasIh ? empty(biasIh!.shape) : null;
    // Where both sides have the same gradient, so do their biases.
    const same = this.biasIh !== null && layer.cell.sides === 'joined';
    this.biasHh = forBiasHh ? (same ? this.biasIh : empty(biasHh!.shape)) : null;
    this.weightHr = reachesH && forWeightHr ? new ProjectionGrad(run.kept[1], weightHr!.shape) : null;
  }

  add(stretch: Stretch, grads: PassInputGrads): void {
    const { pass, kept } = this.run;
    this.weightIh?.add(rowsOf(this.layer.input.data, stretch), grads.projection);
    if (this.weightHh) {
      addRecurrentGrad(this.weightHh, grads.recurrent, stretch, pass, this.layer.input.batchSizes);
    }
    if (this.biasIh) sumColumns(this.biasIh, grads.projection, this.started);
    if (this.biasHh && this.biasHh !== this.biasIh) sumColumns(this.biasHh, grads.recurrent, this.started);
    this.weightHr?.add(rowsOf(kept[1], stretch), grads.out!);
    this.started = true;
  }

  result(): Gradient[] {
    return [this.weightIh?.result(), this.weightHh, this.biasIh, this.biasHh, this.weightHr?.result()];
  }
}

/** db = Σ over rows of dG, or db += that. */
function sumColumns(db: Tensor, dG: Tensor, accumulate: boolean): void {
  const [rows, columns] = dG.shape;
  const [sum, source] = [db.address, dG.address];
  parallel('sumColumns', Math.ceil(columns / 16), 64 * rows, sum, source, rows, columns, Number(accumulate));
}

/**
 * dW_hh += Σ_t dGₜᵀ · h_{t−1} over the steps of a stretch, where h_{t−1} is that of the step walked before, or the initial one where
 * a sequence starts. Steps of equal batch size are one product.
 */
function addRecurrentGrad(
  dW: Tensor,
  dG: Tensor,
  stretch: Stretch,
  pass: Pass,
  batchSizes: readonly number[],
): void {
  const { out, outColumn, outSize, initial, reverse } = pass;
  const size = dG.shape[1];
  const [first, outRow] = [out.address + outColumn * 4, out.shape[1]];
  const [grads, sum] = [dG.address, dW.address];
  // dW += dGᵀ · h over `count` rows of dG from `row` on, and as many of h.
  const add = (row: number, count: number, h: number, hRow: number): void => {
    if (count <= 0) return;
    const from = grads + (row - stretch.row) * size * 4;
    gemm(size, outSize, count, from, 1, size, h, hRow, 1, sum, outSize, true);
  };
  const addOut = (row: number, count: number, from: number): void => {
    add(row, count, first + from * outRow * 4, outRow);
  };
  const addInitial = (row: number, count: number, from: number): void => {
    if (initial[0] !== null) add(row, count, initial[0].address + from * outSize * 4, outSize);
  };
  // The stretch is numbered in the order of the walk back.
  const steps = batchSizes.length;
  const [start, stop] = reverse ? [stretch.begin, stretch.end] : [steps - stretch.end, steps - stretch.begin];
  let row = stretch.row;
  for (let t = start, to = start; t < stop; t = to) {
    const batch = batchSizes[t];
    while (to < stop && batchSizes[to] === batch) to += 1;
    const count = (to - t) * batch;
    const inside = count - batch;
    if (reverse) {
      // Within the run, then the first rows of the step behind it, then those that join here.
      const next = to < steps ? batchSizes[to] : 0;
      const last = row + inside;
      addOut(row, inside, row + batch);
      addOut(last, next, row + count);
      addInitial(last + next, batch - next, next);
    } else {
      // Those that start here, or the first rows of the step before, then within the run.
      if (t === 0) addInitial(0, batch, 0);
      else addOut(row, batch, row - batchSizes[t - 1]);
      addOut(row + batch, inside, row);
    }
    row += count;
  }
}
