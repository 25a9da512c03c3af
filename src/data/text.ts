import { ValueError } from '../errors.js';
import { readOptions, type Schema } from '../options.js';
import { Corpus, type Indices } from './corpus.js';
import { decodeText } from './encoding.js';

/**
 * Text from UTF-8 bytes, strictly: a byte that does not fit is an error, not a question mark. A byte order mark is dropped.
 *
 * @param name  what the bytes are, for the message
 * @throws FormatError that names the first bad byte, and guesses what encoding it is instead
 * @example
 * decodeUtf8(readFileBytes('book.txt'), 'book.txt');
 */
export function decodeUtf8(bytes: Uint8Array, name = 'the text'): string {
  return decodeText(bytes, { name, encoding: 'utf-8' }).text;
}

/** Rows of input and target, (batch, time) each; the target is the input one step later. */
export interface TextBatch {
  readonly input: Int32Array;
  readonly target: Int32Array;
  readonly batch: number;
  readonly time: number;
}

/** Sizes of batches. */
export interface BatchOptions {
  readonly batchSize: number;
  readonly seqLength: number;
  /** Windows to leave out at the start, to go on with a pass that was interrupted. Default 0. */
  readonly from?: number;
}

const BATCHES: Schema<BatchOptions> = {
  batchSize: { needs: 'a number' },
  seqLength: { needs: 'a number' },
  from: 'a whole number of 0 or more',
};

/**
 * Cuts a text into `batchSize` streams that run side by side, and these into windows of `seqLength`: row r of each batch goes
 * on where row r of the one before ended, so that hidden state can be carried over (char-rnn's way).
 *
 *     text  a b c d e f g h i       batchSize 2, seqLength 3
 *     row 0 input a b c | d         target b c d | e
 *     row 1 input e f g | h         target f g h | i
 *
 * A short text gives fewer rows, or a shorter window; the last window may be shorter than the others. What does not fill a
 * step of every row at the end of the text (fewer units than rows) is left out.
 *
 * @param text  encoded
 * @throws ValueError for a text of fewer than two units, and for sizes that are not whole and positive
 * @example
 * for (const { input, target, batch, time } of streams(vocabulary.encode(text), { batchSize: 32, seqLength: 64 })) …
 */
export function* streams(text: Indices | Corpus, options: BatchOptions): Generator<TextBatch> {
  const { batchSize, seqLength, from: first = 0 } = readOptions('streams', options, BATCHES);
  const indices = text instanceof Corpus ? text.indices : text;
  const { batch, length } = streamShape(indices.length, batchSize, seqLength);
  for (let start = first * seqLength; start < length; start += seqLength) {
    const time = Math.min(seqLength, length - start);
    const input = new Int32Array(batch * time);
    const target = new Int32Array(batch * time);
    for (let row = 0; row < batch; row++) {
      const from = row * length + start;
      input.set(indices.subarray(from, from + time), row * time);
      target.set(indices.subarray(from + 1, from + time + 1), row * time);
    }
    yield { input, target, batch, time };
  }
}

/**
 * Rows, and units in each, that `streams` cuts a text into.
 *
 * @param count  units of the text
 * @throws ValueError as `streams`
 */
export function streamShape(
  count: number,
  batchSize: number,
  seqLength: number,
): { readonly batch: number; readonly length: number } {
  for (const [name, size] of Object.entries({ batchSize, seqLength })) {
    if (!Number.isInteger(size) || size < 1) {
      throw new ValueError(`${name} must be a whole number from 1 on, not ${size}`);
    }
  }
  if (count < 2) throw new ValueError(`the text has ${count} units; learning what comes next takes 2`);
  const batch = Math.max(1, Math.min(batchSize, Math.floor((count - 1) / seqLength)));
  return { batch, length: Math.floor((count - 1) / batch) };
}
