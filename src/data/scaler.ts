import { FormatError, ShapeError, ValueError } from '../errors.js';

/** How columns are brought to a common size: mean 0 and deviation 1, the range 0 to 1, or not at all. */
export type ScalerKind = 'standard' | 'minmax' | 'none';

/** The names of all kinds of scalers. */
export const SCALER_KINDS: readonly ScalerKind[] = ['standard', 'minmax', 'none'];

/** A scaler as plain data. */
export interface ScalerData {
  readonly kind: ScalerKind;
  /** For each column, y = (x − shift) / scale. */
  readonly shift: readonly number[];
  readonly scale: readonly number[];
}

/**
 * Brings the columns of a table to a common size, and back. Fit it on the part for training only: what comes later is not known yet.
 *
 *     y = (x − shift) / scale
 *
 * @example
 * const scaler = Scaler.fit([[1, 2, 3], [10, 10, 10]], 'minmax');
 * scaler.transform([2, 10]); // [0.5, 0]
 * scaler.inverse(0.5, 0); // 2
 */
export class Scaler {
  private constructor(private readonly data: ScalerData) {}

  /**
   * @param columns  numbers by column
   * @throws ValueError for columns without values or with some that are not finite, and for an unknown kind
   */
  static fit(columns: readonly ArrayLike<number>[], kind: ScalerKind = 'standard'): Scaler {
    if (!SCALER_KINDS.includes(kind)) {
      throw new ValueError(`a scaler must be one of ${SCALER_KINDS.join(', ')}, not '${kind as string}'`);
    }
    const fitted = columns.map((column, i) => fitColumn(Array.from(column), i, kind));
    return new Scaler({
      kind,
      shift: fitted.map(([shift]) => shift),
      scale: fitted.map(([, scale]) => scale),
    });
  }

  /** How many columns it is for. */
  get columns(): number {
    return this.data.shift.length;
  }

  /** A row of the table, scaled. @throws ShapeError for another number of columns */
  transform(row: readonly number[]): number[] {
    if (row.length !== this.columns) {
      throw new ShapeError(`the row has ${row.length} values, the scaler is for ${this.columns} columns`);
    }
    return row.map((x, i) => (x - this.data.shift[i]) / this.data.scale[i]);
  }

  /** A scaled value of a column, as it was. */
  inverse(value: number, column: number): number {
    return value * this.data.scale[column] + this.data.shift[column];
  }

  toJSON(): ScalerData {
    return this.data;
  }

  /**
   * The scaler that `toJSON` described.
   *
   * @param data  what a file says, which can be anything
   * @throws FormatError if it is none
   */
  static fromJSON(data: unknown): Scaler {
    const { kind, shift, scale } = (data ?? {}) as Partial<Record<keyof ScalerData, unknown>>;
    const known = SCALER_KINDS.find((name) => name === kind);
    const isGood = areNumbers(shift) && areNumbers(scale) && shift.length === scale.length;
    if (known === undefined || !isGood || scale.includes(0))
      throw new FormatError('the file describes no scaler');
    return new Scaler({ kind: known, shift, scale });
  }
}

const areNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every(Number.isFinite);

function fitColumn(
  values: readonly number[],
  index: number,
  kind: ScalerKind,
): [shift: number, scale: number] {
  if (values.length === 0) throw new ValueError(`column ${index} has no values to fit a scaler to`);
  if (!values.every(Number.isFinite)) throw new ValueError(`column ${index} has values that are not finite`);
  if (kind === 'none') return [0, 1];
  // A column that never changes stays as it is, but for its shift.
  const scale = (size: number): number => (size > 0 ? size : 1);
  if (kind === 'minmax') {
    const least = values.reduce((a, b) => Math.min(a, b));
    return [least, scale(values.reduce((a, b) => Math.max(a, b)) - least)];
  }
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return [mean, scale(Math.sqrt(variance))];
}
