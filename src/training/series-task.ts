import {
  joinSeries,
  rowsIn,
  type Series,
  sliceSeries,
  windowEnds,
  type Windows,
  windowsOf,
} from '../data/series.js';
import { ValueError } from '../errors.js';
import type { Forecaster } from '../models/forecaster.js';
import { readOptions, type Schema } from '../options.js';
import { tensor } from '../tensor/create.js';
import { mseLoss } from '../tensor/ops/losses-regression.js';
import { narrow, view } from '../tensor/ops/views.js';
import type { Tensor } from '../tensor/tensor.js';
import type { StartEvent } from './events.js';
import { shuffledBatches } from './shuffled.js';
import { parametersOf } from './start.js';
import type { Batch, Outcome, Task } from './task.js';

/** How a forecaster learns. */
export interface SeriesTaskOptions {
  /** Windows in a step. Default 32. */
  readonly batchSize?: number;
  /** Where the order of windows starts. Default 0. */
  readonly seed?: number;
}

const OPTIONS: Schema<SeriesTaskOptions> = { batchSize: 'a whole number above 0', seed: 'a whole number' };

/**
 * Forecasting: windows of the past in random order, the mean squared error of what came after them, on scaled data. What is held out is
 * predicted from windows that may reach back into the past; if that is fewer rows than the horizon, so many of its steps. No window
 * reaches over a gap.
 *
 * @throws ValueError for a past that is shorter than one window and its horizon
 */
export class SeriesTask implements Task {
  readonly steps: number;
  readonly units: number;
  readonly notes: readonly string[];
  private readonly training: Windows;
  private readonly heldOut: Windows | null;
  /** Steps of the horizon that are held against what is held out. */
  private readonly judged: number;
  private readonly batchSize: number;
  private readonly seed: number;

  constructor(
    readonly model: Forecaster,
    past: Series,
    future: Series,
    options?: SeriesTaskOptions,
  ) {
    const { batchSize = 32, seed = 0 } = readOptions('SeriesTask', options, OPTIONS);
    const { window, horizon, columns, targets } = model;
    const cut = { window, horizon, targets: targets.map((target) => columns.indexOf(target)) };
    this.training = windowsOf(this.rowsOf(past), { ...cut, breaks: past.breaks });
    const context = joinSeries(sliceSeries(past, Math.max(0, rowsIn(past) - window), rowsIn(past)), future);
    this.judged = Math.min(horizon, rowsIn(future));
    const judged = { window, horizon: this.judged, breaks: context.breaks };
    const isJudged = this.judged > 0 && windowEnds(rowsIn(context), judged).length > 0;
    this.heldOut = isJudged ? windowsOf(this.rowsOf(context), { ...cut, ...judged }) : null;
    this.batchSize = Math.min(batchSize, this.training.count);
    this.seed = seed;
    this.steps = Math.ceil(this.training.count / this.batchSize);
    this.units = this.training.count;
    this.notes = [
      ...(this.batchSize < batchSize
        ? [`the series is short: ${this.batchSize} windows a step instead of ${batchSize}`]
        : []),
      ...(this.heldOut !== null && this.judged < horizon
        ? [`the part that is held out is short: ${this.judged} of the ${horizon} steps are measured on it`]
        : []),
      ...(rowsIn(future) > 0 && this.heldOut === null
        ? ['the part that is held out has no stretch without a gap that is long enough, and is left out']
        : []),
    ];
  }

  describe(): Omit<StartEvent, 'v' | 'type' | 'epochs' | 'lr' | 'seed'> {
    const { model, training } = this;
    const { inputSize, hiddenSize, numLayers } = model.rnn;
    return {
      unit: 'window',
      model: {
        cell: model.cell,
        inputSize,
        hiddenSize,
        numLayers,
        head: true,
        parameters: parametersOf(model),
      },
      vocabulary: [],
      characters: training.count,
      input: [this.batchSize, model.window, inputSize],
      guess: training.Y.reduce((sum, y) => sum + y * y, 0) / training.Y.length,
      floor: null,
    };
  }

  *batches(epoch: number, from: number): IterableIterator<Batch> {
    const { training, batchSize, seed } = this;
    for (const rows of shuffledBatches(training.count, { batchSize, seed, epoch, from })) {
      yield { inputs: this.pick(training, rows), units: rows.length };
    }
  }

  loss([x, y]: readonly Tensor[]): Outcome {
    const predicted = this.model.forward(x);
    const steps = y.shape[1];
    return {
      loss: mseLoss(steps < this.model.horizon ? narrow(predicted, 1, 0, steps) : predicted, y),
      state: [],
    };
  }

  validate(): number | null {
    const { heldOut } = this;
    if (heldOut === null) return null;
    const all = Array.from({ length: heldOut.count }, (_, i) => i);
    return this.loss(this.pick(heldOut, all)).loss.item();
  }

  /** Windows by number, as tensors (batch, window, columns) and (batch, steps, targets). */
  private pick({ count, X, Y }: Windows, rows: readonly number[]): [x: Tensor, y: Tensor] {
    const { window, columns, targets } = this.model;
    const gathered = (from: Float32Array): Float32Array => {
      const size = from.length / count;
      const to = new Float32Array(rows.length * size);
      rows.forEach((row, i) => {
        to.set(from.subarray(row * size, (row + 1) * size), i * size);
      });
      return to;
    };
    return [
      view(tensor(gathered(X)), [rows.length, window, columns.length]),
      view(tensor(gathered(Y)), [rows.length, Y.length / count / targets.length, targets.length]),
    ];
  }

  /** The model's columns, scaled, row by row. */
  private rowsOf(series: Series): number[][] {
    const columns = this.model.columns.map((name) => {
      const at = series.columns.indexOf(name);
      if (at < 0)
        throw new ValueError(`the series has no column '${name}'`, {
          hint: `it has ${series.columns.join(', ')}`,
        });
      return series.values[at];
    });
    return Array.from({ length: columns[0].length }, (_, t) =>
      this.model.scaler.transform(columns.map((column) => column[t])),
    );
  }
}
