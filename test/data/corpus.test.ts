import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Corpus } from '../../src/data/corpus.js';
import { textChunks } from '../../src/data/encoding.js';
import { streams } from '../../src/data/text.js';
import { TOKEN_UNITS } from '../../src/data/units.js';
import { Vocabulary } from '../../src/data/vocabulary.js';
import { FormatError, ValueError, VocabularyError } from '../../src/errors.js';

/** A text cut at these places, in thousandths of its length. */
function cutAt<T extends string | Uint8Array>(text: T, places: readonly number[]): T[] {
  const ends = [...places.map((p) => Math.floor((p * text.length) / 1000)), text.length].sort(
    (a, b) => a - b,
  );
  return ends.map((end, i) => text.slice(i === 0 ? 0 : ends[i - 1], end) as T);
}

const places = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 6 });
const text = 'Äpfel, e\u0301tude: 한국어 👩‍👩‍👧 don’t\r\nsecond line a  b\n'.repeat(3) + 'the end';

describe('a corpus', () => {
  const vocabulary = Vocabulary.from('if you want you');

  it('takes one byte a unit, or as many as the vocabulary needs', () => {
    expect(Corpus.of('you', vocabulary).indices).toEqual(Uint8Array.of(3, 4, 5));
    const many = Array.from({ length: 300 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
    expect(Corpus.of(many, Vocabulary.from(many)).indices).toEqual(Uint16Array.from(many, (_, i) => i));
  });

  it.each(TOKEN_UNITS)('by %s is the same from a text in parts, cut anywhere', async (unit) => {
    const known = Vocabulary.from(text, { unit });
    const whole = Corpus.of(text, known).indices;
    await fc.assert(
      fc.asyncProperty(places, async (at) => {
        const parts = cutAt(text, at);
        expect(await Vocabulary.fromChunks(parts, { unit })).toEqual(known);
        expect((await Corpus.fromChunks(parts, known)).indices).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('grows beyond any size it starts with', async () => {
    const parts = Array.from({ length: 40 }, () => 'if you want you\n'.repeat(500));
    const known = Vocabulary.from(parts[0]);
    const corpus = await Corpus.fromChunks(parts, known);
    expect(corpus.length).toBe(40 * 500 * 16);
    expect(known.decode(corpus.indices.slice(-16))).toBe('if you want you\n');
  });

  it('is split in order, without a copy', () => {
    const corpus = Corpus.of('if you want you', vocabulary);
    const [training, validation] = corpus.split(0.2);
    expect(vocabulary.decode(training.indices)).toBe('if you want ');
    expect(vocabulary.decode(validation.indices)).toBe('you');
    expect(training.indices.buffer).toBe(corpus.indices.buffer);
    for (const fraction of [-0.1, 1, NaN]) expect(() => corpus.split(fraction)).toThrow(ValueError);
  });

  it('runs past in streams, also from a step on', () => {
    const corpus = Corpus.of('if you want you', vocabulary);
    const all = [...streams(corpus, { batchSize: 2, seqLength: 3 })];
    expect([...streams(corpus, { batchSize: 2, seqLength: 3, from: 1 })]).toEqual(all.slice(1));
  });
});

describe('what the vocabulary lacks', () => {
  it('is an error, is left out, or is one unit for all', () => {
    expect(() => Vocabulary.from('abc').encode('abxc')).toThrow(VocabularyError);
    expect([...Vocabulary.from('abc', { unknown: 'skip' }).encode('abxc')]).toEqual([0, 1, 2]);
    const marked = Vocabulary.from('abc', { unknown: 'unk' });
    expect([...marked.encode('abxc')]).toEqual([0, 1, 3, 2]);
    expect(marked.decode([0, 3])).toBe('a<unk>');
  });

  it('can be what is rare', () => {
    const words = 'the cat and the dog and the end';
    const options = { unit: 'word', unknown: 'unk' } as const;
    expect(Vocabulary.from(words, { ...options, minCount: 2 }).units).toEqual(['the', ' ', 'and', '<unk>']);
    expect(Vocabulary.from(words, { ...options, maxSize: 3 }).units).toEqual(['the', ' ', '<unk>']);
    expect(() => Vocabulary.from(words, { unit: 'word', maxSize: 3 })).toThrow(/unknown: 'unk' or 'skip'/);
  });

  it('can be treated otherwise later', () => {
    const strict = Vocabulary.from('abc');
    expect([...strict.withUnknown('skip').encode('xa')]).toEqual([0]);
    expect(() => strict.withUnknown('unk')).toThrow(/has no <unk>/);
  });

  it('is saved with the units', () => {
    for (const unit of TOKEN_UNITS) {
      const vocabulary = Vocabulary.from('한글 and more', {
        unit,
        unknown: unit === 'byte' ? 'error' : 'unk',
      });
      expect(Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary)))).toEqual(vocabulary);
    }
  });

  it('names units by what they are', () => {
    expect(() => Vocabulary.from('a word', { unit: 'word' }).encode('another word')).toThrow(
      "the text has a word that the vocabulary lacks: 'another' (position 1)",
    );
  });

  it.each([
    [{ version: 2, unit: 'syllable', unknown: 'error', units: [] }, /by syllable is not known/],
    [{ version: 2, unit: 'char', unknown: 'guess', units: [] }, /version 2 by char is not known/],
    [{ version: 2, unit: 'byte', unknown: 'error', units: ['a'] }, /bytes that are none/],
    [{ version: 2, unit: 'word', unknown: 'unk', units: ['a'] }, /has no <unk>/],
  ])('is not read from %j', (data, message) => {
    expect(() => Vocabulary.fromJSON(data)).toThrow(message);
  });
});

describe('text from bytes in parts', () => {
  it('is the same wherever they are cut', () => {
    const bytes = new TextEncoder().encode(`\ufeff${text}`);
    fc.assert(
      fc.property(places, (at) => {
        expect([...textChunks(cutAt(bytes, at))].join('')).toBe(text);
      }),
    );
  });

  it('names the first byte that does not fit, counted from the start of all', () => {
    const bad = [Uint8Array.of(0x61, 0x62), Uint8Array.of(0x63, 0xff, 0x64)];
    expect(() => [...textChunks(bad, 'a.txt')]).toThrow(
      'a.txt is not UTF-8 text: byte 3 (0xff) does not fit',
    );
    expect(() => [...textChunks([Uint8Array.of(0x61, 0xea)])]).toThrow(FormatError);
  });
});
