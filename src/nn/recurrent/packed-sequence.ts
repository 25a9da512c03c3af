import { DTypeError, ShapeError, ValueError } from '../../errors.js';
import { type Arguments, expectKind, readArguments, type Schema } from '../../options.js';
import { filled, full } from '../../tensor/create.js';
import { expectTensor, expectTensors } from '../../tensor/operands.js';
import { takeRows } from '../../tensor/ops/rows.js';
import { cat, narrow, reshape, select, transpose } from '../../tensor/ops/views.js';
import { show } from '../../tensor/shape.js';
import { Tensor } from '../../tensor/tensor.js';

/**
 * Sequences of different lengths without padding: the first step of all of them, then the second of all that have one, and so
 * on. Sequences stand from the longest to the shortest, so that each step's are the first of the step before.
 *
 * Made by `packSequence` and `packPaddedSequence`; recurrent layers take it and give one back.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.PackedSequence.html
 */
export class PackedSequence {
  /** @internal Use `packSequence` or `packPaddedSequence`. */
  constructor(
    /** All steps of all sequences, (Σ lengths, …). */
    readonly data: Tensor,
    /** How many sequences have each step, int32 (longest length), never increasing. */
    readonly batchSizes: Tensor,
    /** Place i holds the caller's sequence sortedIndices[i], int32 (batch); null if the caller had sorted them. */
    readonly sortedIndices: Tensor | null = null,
    /** The caller's sequence i stands at place unsortedIndices[i], int32 (batch); null if the caller had sorted them. */
    readonly unsortedIndices: Tensor | null = null,
  ) {}

  /** The same sequences with other data, such as a layer's output: one row for each of ours. */
  withData(data: Tensor): PackedSequence {
    return new PackedSequence(data, this.batchSizes, this.sortedIndices, this.unsortedIndices);
  }

  /** As PyTorch prints it. */
  toString(): string {
    const fields = [this.data, this.batchSizes, this.sortedIndices, this.unsortedIndices];
    const [data, batchSizes, sorted, unsorted] = fields.map((x) => x?.toString() ?? 'null');
    return `PackedSequence(data=${data}, batchSizes=${batchSizes}, sortedIndices=${sorted}, unsortedIndices=${unsorted})`;
  }

  /** @internal What Node's console shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** Options of packing. */
export interface PackOptions {
  /** Expect the sequences from the longest to the shortest; if false, they are sorted here. Default true. */
  readonly enforceSorted?: boolean;
}

/** Options of what takes or gives a padded batch. */
export interface PaddedOptions {
  /** The padded tensor is (batch, time, …) instead of (time, batch, …). Default false. */
  readonly batchFirst?: boolean;
}

const PACK: Schema<PackOptions> = { enforceSorted: 'true or false' };
const PADDED: Schema<PaddedOptions> = { batchFirst: 'true or false' };

/** Lengths of sequences: numbers, or an int32 tensor of one axis. */
export type Lengths = Tensor | readonly number[];

const lengthsOf = (lengths: Lengths): number[] =>
  lengths instanceof Tensor ? [...lengths.data] : [...lengths];

const words = (values: ArrayLike<number>): Tensor => filled([values.length], 'int32', values);

/** Packs rows: step t of sequence b is row `rowOf(b, t)` of `rows`. */
function pack(
  op: string,
  rows: Tensor,
  rowOf: (sequence: number, step: number) => number,
  lengths: readonly number[],
  enforceSorted: boolean,
): PackedSequence {
  const wrong = lengths.findIndex((length) => !Number.isInteger(length) || length < 1);
  if (wrong >= 0) {
    throw new ValueError(
      `${op}: sequence ${wrong} has length ${lengths[wrong]}, but lengths must be whole numbers above 0`,
      { hint: 'leave empty sequences out of the batch' },
    );
  }
  const order = [...lengths.keys()];
  if (!enforceSorted) order.sort((a, b) => lengths[b] - lengths[a]);
  else {
    const rise = lengths.findIndex((length, i) => i > 0 && length > lengths[i - 1]);
    if (rise > 0) {
      throw new ValueError(
        `${op}: sequence ${rise} (length ${lengths[rise]}) is longer than the one before it (${lengths[rise - 1]})`,
        { hint: 'sort them from the longest to the shortest, or pass { enforceSorted: false }' },
      );
    }
  }
  const batchSizes: number[] = [];
  const index: number[] = [];
  for (let t = 0; t < lengths[order[0]]; t++) {
    const before = index.length;
    for (const b of order) {
      if (lengths[b] <= t) break;
      index.push(rowOf(b, t));
    }
    batchSizes.push(index.length - before);
  }
  const data = takeRows(rows, words(index));
  if (enforceSorted) return new PackedSequence(data, words(batchSizes));
  return new PackedSequence(data, words(batchSizes), words(order), words(inverseOf(order)));
}

function inverseOf(order: readonly number[]): number[] {
  const inverse: number[] = [];
  order.forEach((b, place) => (inverse[b] = place));
  return inverse;
}

/** A padded (time, batch, …) or (batch, time, …) tensor's rows, and where a step stands among them. */
function paddedRows(op: string, input: Tensor, batchFirst: boolean) {
  expectTensor(op, 'input', input);
  if (input.ndim < 2) {
    throw new ShapeError(`${op}: input ${show(input.shape)} needs an axis of time and one of sequences`, {
      hint: batchFirst ? 'the input is (batch, time, …)' : 'the input is (time, batch, …)',
    });
  }
  const [first, second, ...rest] = input.shape;
  const [batch, steps] = batchFirst ? [first, second] : [second, first];
  const rows = reshape(input, [first * second, ...rest]);
  return {
    ...{ rows, batch, steps },
    rowOf: (b: number, t: number) => (batchFirst ? b * steps + t : t * batch + b),
  };
}

const PACK_PADDED: Schema<PaddedOptions & PackOptions> = { ...PADDED, ...PACK };
const PACK_ORDER = ['batchFirst', 'enforceSorted'] as const;

/**
 * Packs a padded batch.
 *
 * @param input    (time, batch, …), or (batch, time, …) with `batchFirst`
 * @param lengths  of each sequence, from 1 to time
 * @throws ValueError for lengths that are not sorted (see `enforceSorted`), not above 0 or longer than the input (PyTorch does
 *   not notice the last and packs padding)
 * @throws ShapeError if there are not as many lengths as sequences
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pack_padded_sequence.html
 * @example
 * const padded = tensor([[1, 4], [2, 5], [3, 0]]); // (time, batch)
 * const packed = nn.packPaddedSequence(padded, [3, 2]);
 * packed.data.tolist(); // [1, 4, 2, 5, 3]
 * packed.batchSizes.tolist(); // [2, 2, 1]
 */
export function packPaddedSequence(
  input: Tensor,
  lengths: Lengths,
  ...options: Arguments<PaddedOptions & PackOptions, typeof PACK_ORDER>
): PackedSequence {
  const op = 'packPaddedSequence';
  const read = readArguments(op, options, PACK_PADDED, PACK_ORDER);
  const { batchFirst = false, enforceSorted = true } = read;
  const { rows, batch, steps, rowOf } = paddedRows(op, input, batchFirst);
  const sizes = lengthsOf(lengths);
  if (sizes.length !== batch) {
    throw new ShapeError(
      `${op}: there are ${sizes.length} lengths, but ${batch} sequences in an input of ${show(input.shape)}`,
      { hint: batchFirst ? undefined : 'is the input (batch, time, …)? Then pass { batchFirst: true }' },
    );
  }
  const long = sizes.findIndex((length) => length > steps);
  if (long >= 0) {
    throw new ValueError(
      `${op}: sequence ${long} has length ${sizes[long]}, but the input has only ${steps} steps`,
    );
  }
  if (batch === 0) throw new ShapeError(`${op}: there are no sequences in an input of ${show(input.shape)}`);
  return pack(op, rows, rowOf, sizes, enforceSorted);
}

/** Checks a list of sequences and joins their rows. */
function joined(op: string, sequences: readonly Tensor[]): { rows: Tensor; starts: number[] } {
  expectTensors(op, 'sequences', sequences);
  if (sequences.length === 0) throw new ValueError(`${op}: needs a list of at least one sequence`);
  const [first] = sequences;
  for (const [i, x] of sequences.entries()) {
    if (x.ndim === 0) throw new ShapeError(`${op}: sequence ${i} is a scalar, but should be (time, …)`);
    if (x.dtype !== first.dtype)
      throw new DTypeError(`${op}: sequence ${i} is ${x.dtype}, but the first is ${first.dtype}`);
    if (show(x.shape.slice(1)) !== show(first.shape.slice(1))) {
      throw new ShapeError(
        `${op}: sequence ${i} is ${show(x.shape)}, but only the first axis may differ from ${show(first.shape)}`,
      );
    }
  }
  let next = 0;
  const starts = sequences.map((x) => {
    next += x.shape[0];
    return next - x.shape[0];
  });
  return { rows: cat(sequences), starts };
}

const PACK_SEQUENCE_ORDER = ['enforceSorted'] as const;

/**
 * Packs a list of sequences, each (length, …).
 *
 * @throws ValueError for an empty list or sequence, or an unsorted list (see `enforceSorted`)
 * @throws ShapeError, DTypeError for sequences that differ in more than their length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pack_sequence.html
 * @example
 * const packed = nn.packSequence([tensor([1, 2, 3]), tensor([4, 5])]);
 * packed.data.tolist(); // [1, 4, 2, 5, 3]
 */
export function packSequence(
  sequences: readonly Tensor[],
  ...options: Arguments<PackOptions, typeof PACK_SEQUENCE_ORDER>
): PackedSequence {
  const { enforceSorted = true } = readArguments('packSequence', options, PACK, PACK_SEQUENCE_ORDER);
  const { rows, starts } = joined('packSequence', sequences);
  const lengths = sequences.map((x) => x.shape[0]);
  const rowOf = (b: number, t: number): number => starts[b] + t;
  return pack('packSequence', rows, rowOf, lengths, enforceSorted);
}

/** Options of `padSequence`. */
export interface PadOptions extends PaddedOptions {
  /** What stands where a sequence has ended. Default 0. */
  readonly paddingValue?: number;
  /** Where the padding goes. Default 'right'. */
  readonly paddingSide?: 'right' | 'left';
}

const PAD: Schema<PadOptions> = {
  ...PADDED,
  paddingValue: 'a number or NaN',
  paddingSide: { oneOf: ['right', 'left'] },
};
const PAD_ORDER = ['batchFirst', 'paddingValue', 'paddingSide'] as const;

/** (time, batch, …) or (batch, time, …) of rows by `rowOf`; -1 is padding. */
function padded(
  rows: Tensor,
  [batch, steps]: readonly [number, number],
  rowOf: (sequence: number, step: number) => number,
  { batchFirst = false, paddingValue = 0 }: PadOptions,
): Tensor {
  const index: number[] = [];
  const padding = rows.shape[0];
  const put = (b: number, t: number): void => {
    const row = rowOf(b, t);
    index.push(row < 0 ? padding : row);
  };
  if (batchFirst) for (let b = 0; b < batch; b++) for (let t = 0; t < steps; t++) put(b, t);
  else for (let t = 0; t < steps; t++) for (let b = 0; b < batch; b++) put(b, t);
  const rest = rows.shape.slice(1);
  const withPadding = index.includes(padding)
    ? cat([rows, full([1, ...rest], paddingValue, { dtype: rows.dtype })])
    : rows;
  const shape = batchFirst ? [batch, steps] : [steps, batch];
  return reshape(takeRows(withPadding, words(index)), [...shape, ...rest]);
}

/**
 * A batch of sequences, each (length, …), padded to the longest.
 *
 * @returns (time, batch, …), or (batch, time, …) with `batchFirst`
 * @throws ValueError for an empty list; ShapeError, DTypeError for sequences that differ in more than their length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pad_sequence.html
 * @example
 * nn.padSequence([tensor([1, 2, 3]), tensor([4])], { batchFirst: true }).tolist(); // [[1, 2, 3], [4, 0, 0]]
 */
export function padSequence(
  sequences: readonly Tensor[],
  ...options: Arguments<PadOptions, typeof PAD_ORDER>
): Tensor {
  const read = readArguments('padSequence', options, PAD, PAD_ORDER);
  const { rows, starts } = joined('padSequence', sequences);
  const { paddingSide = 'right' } = read;
  const lengths = sequences.map((x) => x.shape[0]);
  const steps = lengths.reduce((a, b) => Math.max(a, b));
  const rowOf = (b: number, t: number): number => {
    const own = paddingSide === 'right' ? t : t - (steps - lengths[b]);
    return own >= 0 && own < lengths[b] ? starts[b] + own : -1;
  };
  return padded(rows, [sequences.length, steps], rowOf, read);
}

/** Options of `padPackedSequence`. */
export interface PadPackedOptions extends PaddedOptions {
  /** What stands where a sequence has ended. Default 0. */
  readonly paddingValue?: number;
  /** Pad to this many steps; the longest sequence's if left out. */
  readonly totalLength?: number;
}

const PAD_PACKED: Schema<PadPackedOptions> = {
  ...PADDED,
  paddingValue: 'a number or NaN',
  totalLength: 'a whole number',
};
const PAD_PACKED_ORDER = ['batchFirst', 'paddingValue', 'totalLength'] as const;

/**
 * The inverse of packing: a padded batch in the caller's order of sequences, and their lengths.
 *
 * @returns [(time, batch, …) or with `batchFirst` (batch, time, …), lengths int32 (batch)]
 * @throws ValueError if `totalLength` is less than the longest sequence
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pad_packed_sequence.html
 * @example
 * const packed = nn.packSequence([tensor([1, 2, 3]), tensor([4])]);
 * const [padded, lengths] = nn.padPackedSequence(packed, { batchFirst: true });
 * padded.tolist(); // [[1, 2, 3], [4, 0, 0]]
 * lengths.tolist(); // [3, 1]
 */
export function padPackedSequence(
  sequence: PackedSequence,
  ...options: Arguments<PadPackedOptions, typeof PAD_PACKED_ORDER>
): [padded: Tensor, lengths: Tensor] {
  expectKind('padPackedSequence', 'sequence', sequence, PackedSequence);
  const sizes = sequence.batchSizes.data;
  const read = readArguments('padPackedSequence', options, PAD_PACKED, PAD_PACKED_ORDER);
  const { totalLength = sizes.length } = read;
  if (totalLength < sizes.length) {
    throw new ValueError(
      `padPackedSequence: totalLength is ${totalLength}, but the longest sequence has ${sizes.length} steps`,
    );
  }
  const places = sequence.unsortedIndices?.data ?? [...Array(sizes[0]).keys()];
  const starts: number[] = [];
  let next = 0;
  for (const size of sizes) {
    starts.push(next);
    next += size;
  }
  const rowOf = (b: number, t: number): number => (sizes[t] > places[b] ? starts[t] + places[b] : -1);
  const lengths = Array.from(places, (place) => sizes.filter((size) => size > place).length);
  const batch = (batchFirst: boolean): Tensor =>
    padded(sequence.data, [sizes[0], totalLength], rowOf, { ...read, batchFirst });
  // PyTorch's is time-major in memory unless it had to put the sequences back in order.
  const isView = read.batchFirst === true && sequence.unsortedIndices === null;
  return [isView ? transpose(batch(false), 0, 1) : batch(read.batchFirst ?? false), words(lengths)];
}

const PADDED_ORDER = ['batchFirst'] as const;

/**
 * The sequences of a padded batch, each (length, …).
 *
 * @param padded   (time, batch, …), or (batch, time, …) with `batchFirst`
 * @throws ShapeError if there are not as many lengths as sequences; IndexError if one is longer than the batch
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.unpad_sequence.html
 * @example
 * nn.unpadSequence(tensor([[1, 4], [2, 0]]), [2, 1]).map((x) => x.tolist()); // [[1, 2], [4]]
 */
export function unpadSequence(
  padded: Tensor,
  lengths: Lengths,
  ...options: Arguments<PaddedOptions, typeof PADDED_ORDER>
): Tensor[] {
  const { batchFirst = false } = readArguments('unpadSequence', options, PADDED, PADDED_ORDER);
  const sizes = lengthsOf(lengths);
  const { batch } = paddedRows('unpadSequence', padded, batchFirst);
  if (sizes.length !== batch) {
    throw new ShapeError(`unpadSequence: there are ${sizes.length} lengths, but ${batch} sequences`);
  }
  return sizes.map((length, b) => narrow(select(padded, batchFirst ? 0 : 1, b), 0, 0, length));
}
