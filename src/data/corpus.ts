import { ValueError } from '../errors.js';
import { type TextChunks, wholeUnits } from './chunks.js';
import type { Vocabulary } from './vocabulary.js';

/** Indices in the smallest array that holds those of a vocabulary. */
export type Indices = Uint8Array | Uint16Array | Int32Array;

/**
 * A text as indices, in one to four bytes a unit: one where the vocabulary has at most 256 units.
 *
 * @example
 * const corpus = Corpus.of('if you want you', Vocabulary.from('if you want you'));
 * corpus.length; // 15
 * corpus.indices; // Uint8Array [0, 1, 2, 3, 4, 5, 2, 6, 7, 8, 9, 2, 3, 4, 5]
 */
export class Corpus {
  constructor(readonly indices: Indices) {}

  /** How many units there are. */
  get length(): number {
    return this.indices.length;
  }

  /** @throws VocabularyError for unknown units, unless the vocabulary says what to do with them */
  static of(text: string, vocabulary: Vocabulary): Corpus {
    const indices = vocabulary.encode(text);
    return new Corpus(
      indices.BYTES_PER_ELEMENT === bytesFor(vocabulary) ? indices : arrayFor(vocabulary, indices),
    );
  }

  /**
   * A text that comes in parts and need never be in memory as a whole; at the end it is once, as indices.
   *
   * @param atMost  how many units there can be, such as the bytes of a file: with it nothing is copied to grow. What is not used takes
   *   address space, but no memory
   * @throws VocabularyError as `of`
   */
  static async fromChunks(chunks: TextChunks, vocabulary: Vocabulary, atMost = 2 ** 16): Promise<Corpus> {
    let indices = arrayFor(vocabulary, atMost);
    let length = 0;
    for await (const part of wholeUnits(chunks)) {
      const more = vocabulary.encode(part);
      if (length + more.length > indices.length) {
        const larger = arrayFor(vocabulary, Math.ceil(1.5 * (length + more.length)));
        larger.set(indices.subarray(0, length));
        indices = larger;
      }
      indices.set(more, length);
      length += more.length;
    }
    return new Corpus(indices.subarray(0, length));
  }

  /**
   * The first part for training and the rest, its last `fraction`, for validation. Both look at the same memory.
   *
   * @param fraction  from 0 on, less than 1
   * @throws ValueError for another fraction
   */
  split(fraction: number): [training: Corpus, validation: Corpus] {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new ValueError(`the part for validation must be from 0 on and less than 1, not ${fraction}`);
    }
    const end = Math.round(this.length * (1 - fraction));
    return [new Corpus(this.indices.subarray(0, end)), new Corpus(this.indices.subarray(end))];
  }
}

function bytesFor({ size }: Vocabulary): 1 | 2 | 4 {
  if (size <= 2 ** 8) return 1;
  return size <= 2 ** 16 ? 2 : 4;
}

function arrayFor(vocabulary: Vocabulary, from: number | Int32Array): Indices {
  const Kind = { 1: Uint8Array, 2: Uint16Array, 4: Int32Array }[bytesFor(vocabulary)];
  return typeof from === 'number' ? new Kind(from) : new Kind(from);
}
