import { FormatError, ValueError } from '../errors.js';

/**
 * Text from UTF-8 bytes, strictly: a byte that does not fit is an error, not a question mark. A byte order mark is dropped.
 *
 * @param name  what the bytes are, for the message
 * @throws FormatError that names the first bad byte
 */
export function decodeUtf8(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const offset = firstBadByte(bytes);
    const hex = bytes[offset].toString(16).padStart(2, '0');
    throw new FormatError(`${name} is not UTF-8 text: byte ${offset} (0x${hex}) does not fit`, {
      hint: `${guess(bytes)}; convert it first, such as: iconv -f ${encodingOf(bytes)} -t UTF-8`,
      cause,
    });
  }
}

function firstBadByte(bytes: Uint8Array): number {
  // The longest prefix that decodes, found by halving: a decoder in streaming mode accepts a cut-off character.
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return good;
}

const startsWith = (bytes: Uint8Array, a: number, b: number): boolean => bytes[0] === a && bytes[1] === b;
const isUtf16 = (bytes: Uint8Array): boolean => startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff);
const encodingOf = (bytes: Uint8Array): string => (isUtf16(bytes) ? 'UTF-16' : 'EUC-KR');
const guess = (bytes: Uint8Array): string =>
  isUtf16(bytes) ? 'it looks like UTF-16' : 'it may be in another encoding (EUC-KR, Latin-1) or no text at all';

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
}

/**
 * Cuts a text into `batchSize` streams that run side by side, and these into windows of `seqLength`: row r of each batch goes
 * on where row r of the one before ended, so that hidden state can be carried over (char-rnn's way).
 *
 * A short text gives fewer rows, or a shorter window; the last window may be shorter than the others.
 *
 * @throws ValueError for a text of fewer than two units
 */
export function* streams(indices: Int32Array, { batchSize, seqLength }: BatchOptions): Generator<TextBatch> {
  const { batch, length } = streamShape(indices.length, batchSize, seqLength);
  for (let start = 0; start < length; start += seqLength) {
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

/** Rows, and units in each, that `streams` cuts a text into. */
export function streamShape(
  count: number,
  batchSize: number,
  seqLength: number,
): { readonly batch: number; readonly length: number } {
  if (count < 2) throw new ValueError(`the text has ${count} characters; learning what comes next takes 2`);
  const batch = Math.max(1, Math.min(batchSize, Math.floor((count - 1) / seqLength)));
  return { batch, length: Math.floor((count - 1) / batch) };
}
