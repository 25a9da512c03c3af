import { FormatError, ValueError } from '../errors.js';
import { Corpus, type Indices } from './corpus.js';

/**
 * Text from UTF-8 bytes, strictly: a byte that does not fit is an error, not a question mark. A byte order mark is dropped.
 *
 * @param name  what the bytes are, for the message
 * @throws FormatError that names the first bad byte, and guesses what encoding it is instead
 * @example
 * decodeUtf8(readFileBytes('book.txt'), 'book.txt');
 */
export function decodeUtf8(bytes: Uint8Array, name = 'the text'): string {
  return decodePart(bytes, name, 0);
}

/**
 * The same for bytes that come in parts, cut anywhere; the text comes in parts, too.
 *
 * @throws FormatError as `decodeUtf8`
 * @example
 * for (const part of textChunks([Uint8Array.of(0xea, 0xb0), Uint8Array.of(0x80)])) part; // '가'
 */
export function* textChunks(parts: Iterable<Uint8Array>, name = 'the text'): Generator<string> {
  let rest = new Uint8Array(0);
  let offset = 0;
  for (const part of parts) {
    const bytes = joined(rest, part);
    const end = completeEnd(bytes);
    const text = decodePart(bytes.subarray(0, end), name, offset);
    if (text !== '') yield text;
    rest = bytes.slice(end);
    offset += end;
  }
  if (rest.length > 0) yield decodePart(rest, name, offset);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Where the last character begins that may go on in the next part, or the end. */
function completeEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    // The first byte of a sequence says how long it is; those that follow begin with the bits 10.
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (byte >= 0xc0) return length > back ? bytes.length - back : bytes.length;
    if (byte < 0x80) return bytes.length;
  }
  return bytes.length;
}

/** @param start  where these bytes stand in the whole */
function decodePart(bytes: Uint8Array, name: string, start: number): string {
  try {
    // The mark at the start is no text; later it would be a character of its own.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: start > 0 }).decode(bytes);
  } catch (cause) {
    const offset = firstBadByte(bytes);
    const hex = bytes[offset].toString(16).padStart(2, '0');
    throw new FormatError(`${name} is not UTF-8 text: byte ${start + offset} (0x${hex}) does not fit`, {
      hint: adviceFor(bytes),
      cause,
    });
  }
}

const REPLACEMENT = '\ufffd';

/** Where the first sequence begins that is not UTF-8. */
function firstBadByte(bytes: Uint8Array): number {
  // Decoding leniently puts a replacement there; but the text may have some of its own.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const encoder = new TextEncoder();
  for (let offset = 0, from = 0; ;) {
    const at = text.indexOf(REPLACEMENT, from);
    offset += encoder.encode(text.slice(from, at)).length;
    const isOwn = bytes[offset] === 0xef && bytes[offset + 1] === 0xbf && bytes[offset + 2] === 0xbd;
    if (!isOwn) return offset;
    offset += 3;
    from = at + 1;
  }
}

function adviceFor(bytes: Uint8Array): string {
  const encoding = likelyEncoding(bytes);
  if (encoding === null) return 'it may be in another encoding, such as Latin-1, or not be text at all';
  return (
    `it looks like ${encoding}; save it as UTF-8 in an editor, or: ` +
    `iconv -f ${encoding} -t UTF-8 old.txt > new.txt`
  );
}

function likelyEncoding(bytes: Uint8Array): 'UTF-16' | 'EUC-KR' | null {
  const [a, b] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return 'UTF-16';
  const start = bytes.subarray(0, 2 ** 16);
  if (start.filter((byte) => byte === 0).length > start.length / 10) return 'UTF-16';
  const korean = decodeOrNull('euc-kr', start) ?? '';
  const foreign = korean.match(/[^\0-\x7f]/g) ?? [];
  const hangul = korean.match(/[가-힣]/g) ?? [];
  return hangul.length > foreign.length / 2 ? 'EUC-KR' : null;
}

/** Null where the bytes do not fit, or the platform does not know the encoding. */
function decodeOrNull(encoding: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return null;
  }
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
export function* streams(
  text: Indices | Corpus,
  { batchSize, seqLength, from: first = 0 }: BatchOptions,
): Generator<TextBatch> {
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
