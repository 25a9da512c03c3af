import { type Series, type Windows, windowsOf } from '../data/series.js';
import { ValueError } from '../errors.js';
import type { Forecaster } from '../models/forecaster.js';
import { tensor } from '../tensor/create.js';
import { mseLoss } from '../tensor/ops/losses-regression.js';
import { view } from '../tensor/ops/views.js';
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

/**
 * Forecasting: windows of the past in random order, the mean squared error of what came after them, on scaled data. What is held out is
 * predicted from windows that may reach back into the past.
 *
 * @throws ValueError for a past that is shorter than one window and its horizon
 */
export class SeriesTask implements Task {
  readonly steps: number;
  readonly units: number;
  readonly notes: readonly string[];
  private readonly training: Windows;
  private readonly heldOut: Windows | null;
  private readonly batchSize: number;
  private readonly seed: number;

  constructor(
    readonly model: Forecaster,
    past: Series,
    future: Series,
    { batchSize = 32, seed = 0 }: SeriesTaskOptions = {},
  ) {
    const { window, horizon, columns, targets } = model;
    const cut = { window, horizon, targets: targets.map((target) => columns.indexOf(target)) };
    const before = this.rowsOf(past);
    const after = this.rowsOf(future);
    this.training = windowsOf(before, cut);
    const context = [...before.slice(-window), ...after];
    this.heldOut = after.length >= horizon ? windowsOf(context, cut) : null;
    this.batchSize = Math.min(batchSize, this.training.count);
    this.seed = seed;
    this.steps = Math.ceil(this.training.count / this.batchSize);
    this.units = this.training.count;
    this.notes = [
      ...(this.batchSize < batchSize
        ? [`the series is short: ${this.batchSize} windows a step instead of ${batchSize}`]
        : []),
      ...(after.length > 0 && this.heldOut === null
        ? ['the part that is held out is shorter than the horizon, and left out']
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
    return { loss: mseLoss(this.model.forward(x), y), state: [] };
  }

  validate(): number | null {
    const { heldOut } = this;
    if (heldOut === null) return null;
    const all = Array.from({ length: heldOut.count }, (_, i) => i);
    return this.loss(this.pick(heldOut, all)).loss.item();
  }

  /** Windows by number, as tensors (batch, window, columns) and (batch, horizon, targets). */
  private pick({ count, X, Y }: Windows, rows: readonly number[]): [x: Tensor, y: Tensor] {
    const { window, horizon, columns, targets } = this.model;
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
      view(tensor(gathered(Y)), [rows.length, horizon, targets.length]),
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
