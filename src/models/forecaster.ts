import { Scaler } from '../data/scaler.js';
import { FormatError, ShapeError, ValueError } from '../errors.js';
import { evaluating } from '../nn/evaluating.js';
import { Linear } from '../nn/linear.js';
import { Module } from '../nn/module.js';
import type { RecurrentModule } from '../nn/recurrent/module.js';
import { readOptions, type Schema } from '../options.js';
import { tensor } from '../tensor/create.js';
import { select, view } from '../tensor/ops/views.js';
import type { Tensor } from '../tensor/tensor.js';
import { type CellName, CELLS, LAYERS } from './cells.js';
import { decodeModel, encodeModel, isSize, isTexts } from './model-file.js';

/** How far off forecasts were on data that was held out: (step of the horizon, target, window), truth minus prediction. */
export type ForecasterResiduals = readonly (readonly (readonly number[])[])[];

/** What a forecaster reads and predicts, and its sizes. */
export interface ForecasterOptions {
  /** Names of the columns it reads. */
  readonly columns: readonly string[];
  /** Those it predicts, among them. */
  readonly targets: readonly string[];
  /** Rows it reads. */
  readonly window: number;
  /** Rows it predicts at once. */
  readonly horizon: number;
  /** Of the columns, fitted on the part for training. */
  readonly scaler: Scaler;
  /** Default 'lstm'. */
  readonly cell?: CellName;
  /** Default 32. */
  readonly hiddenSize?: number;
  /** Default 1. */
  readonly numLayers?: number;
  /** Between layers, while it learns. Default 0. */
  readonly dropout?: number;
  /** For the intervals of `forecast`. Default: none. */
  readonly residuals?: ForecasterResiduals | null;
  /** How the table was read that it learnt from, as plain data for `formFrom` of unrolled/tables. Default: not known. */
  readonly table?: object | null;
}

const OPTIONS: Schema<ForecasterOptions> = {
  cell: { oneOf: CELLS },
  columns: { needs: 'a list of words' },
  targets: { needs: 'a list of words' },
  window: { needs: 'a whole number above 0' },
  horizon: { needs: 'a whole number above 0' },
  scaler: { needs: 'an object' },
  hiddenSize: 'a whole number above 0',
  numLayers: 'a whole number above 0',
  dropout: 'between 0 and 1',
  residuals: ['a list', null],
  table: ['an object', null],
};

/**
 * A recurrent network that reads a window of a time series and predicts the rows after it, all at once.
 *
 *     ŷ (horizon, targets) = head(h_window),  h_t = cell(x_t, h_{t−1})
 *
 * @throws ValueError for a target that is no column, sizes that cannot be, and a scaler of other columns
 * @example
 * const rows = Array.from({ length: 40 }, (_, t) => [Math.sin(t / 3)]);
 * const scaler = Scaler.fit([rows.map(([y]) => y)]);
 * const model = new Forecaster({ columns: ['y'], targets: ['y'], window: 12, horizon: 3, scaler });
 * model.predict(rows.slice(-12)).length; // 3
 */
export class Forecaster extends Module {
  readonly columns: readonly string[];
  readonly targets: readonly string[];
  readonly window: number;
  readonly horizon: number;
  readonly scaler: Scaler;
  readonly cell: CellName;
  readonly rnn: RecurrentModule;
  readonly head: Linear;
  residuals: ForecasterResiduals | null;
  readonly table: object | null;
  private readonly places: readonly number[];

  constructor(given: ForecasterOptions) {
    super();
    const options = readOptions('Forecaster', given, OPTIONS);
    const { columns, targets, window, horizon, scaler } = options;
    const { cell = 'lstm', hiddenSize = 32, numLayers = 1, dropout = 0 } = options;
    const { residuals = null, table = null } = options;
    this.places = targets.map((target) => columns.indexOf(target));
    const unknown = targets.find((_, i) => this.places[i] < 0);
    if (unknown !== undefined) {
      throw new ValueError(`the target '${unknown}' is no column`, {
        hint: `there are ${columns.join(', ')}`,
      });
    }
    if (targets.length === 0) throw new ValueError('a forecaster needs a target');
    if (scaler.columns !== columns.length) {
      throw new ValueError(`the scaler is for ${scaler.columns} columns, not for ${columns.length}`);
    }
    this.columns = [...columns];
    this.targets = [...targets];
    this.window = window;
    this.horizon = horizon;
    this.scaler = scaler;
    this.cell = cell;
    this.residuals = residuals;
    this.table = table;
    this.rnn = new LAYERS[cell].Layer(columns.length, hiddenSize, { numLayers, dropout, batchFirst: true });
    this.head = new Linear(hiddenSize, horizon * targets.length);
  }

  /**
   * @param x  (batch, window, columns), scaled
   * @returns  (batch, horizon, targets), scaled
   */
  override forward(x: Tensor): Tensor {
    const [outputs] = this.rnn.run(x);
    const last = select(outputs, 1, -1);
    return view(this.head.forward(last), [-1, this.horizon, this.targets.length]);
  }

  /**
   * What comes after a window.
   *
   * @param rows  (window, columns), in the data's units
   * @returns     (horizon, targets), in the data's units
   * @throws ShapeError for another number of rows or columns
   */
  predict(rows: readonly (readonly number[])[]): number[][] {
    if (rows.length !== this.window) {
      throw new ShapeError(`the forecaster reads ${this.window} rows, not ${rows.length}`);
    }
    const scaled = rows.map((row) => this.scaler.transform(row));
    const [predicted] = evaluating(this, () =>
      this.forward(tensor([scaled], { dtype: 'float32' })).tolist<number[][][]>(),
    );
    return predicted.map((row) => row.map((value, k) => this.scaler.inverse(value, this.places[k])));
  }

  /** The whole model as the bytes of one safetensors file. */
  save(): Uint8Array {
    const { columns, targets, window, horizon, scaler, cell, rnn, residuals, table } = this;
    return encodeModel(this, {
      ...{ version: 1, kind: 'forecaster', cell, hiddenSize: rnn.hiddenSize, numLayers: rnn.numLayers },
      ...{ columns, targets, window, horizon, scaler: scaler.toJSON(), residuals, table },
    });
  }

  /**
   * The model that `save` wrote.
   *
   * @throws FormatError if the bytes are cut short, broken, or not such a model
   */
  static load(bytes: Uint8Array): Forecaster {
    const { weights, description } = decodeModel(bytes, 'forecaster');
    const { cell, hiddenSize, numLayers, columns, targets, window, horizon, scaler, residuals, table } =
      description;
    const outputs = weights.get('head.bias')?.shape[0];
    const isGood = isTexts(columns) && isTexts(targets) && isSize(window) && isSize(horizon);
    if (!isGood || horizon * targets.length !== outputs) {
      throw new FormatError('the description of the forecaster does not fit its weights');
    }
    const sizes = { cell, hiddenSize, numLayers, window, horizon, columns, targets };
    const known = residuals === undefined || residuals === null ? null : expectResiduals(residuals);
    try {
      const model = new Forecaster({
        ...sizes,
        scaler: Scaler.fromJSON(scaler),
        residuals: known,
        table: tableIn(table),
      });
      model.loadStateDict(weights);
      return model;
    } catch (cause) {
      if (!(cause instanceof ValueError)) throw cause;
      throw new FormatError(cause.message, { cause });
    }
  }
}

const tableIn = (value: unknown): object | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;

function expectResiduals(value: unknown): ForecasterResiduals {
  const lists = (x: unknown, of: (item: unknown) => boolean): boolean => Array.isArray(x) && x.every(of);
  if (lists(value, (step) => lists(step, (target) => lists(target, Number.isFinite))))
    return value as ForecasterResiduals;
  throw new FormatError('the description of the forecaster has residuals that are no numbers');
}
