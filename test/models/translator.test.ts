import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/data/vocabulary.js';
import { FormatError, UnrolledError, ValueError, VocabularyError } from '../../src/errors.js';
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors.js';
import { Translator, type TranslatorOptions } from '../../src/models/translator.js';
import { Adam } from '../../src/optim/adam.js';
import { backward } from '../../src/tensor/autograd.js';
import { crossEntropy } from '../../src/tensor/ops/cross-entropy.js';
import { manualSeed } from '../../src/tensor/index.js';
import { view } from '../../src/tensor/ops/views.js';

const source = Vocabulary.from('abcdef');
const target = Vocabulary.from('ABC');

function modelOf(options: TranslatorOptions = {}): Translator {
  manualSeed(0);
  return new Translator(source, target, { embeddingSize: 4, hiddenSize: 6, ...options });
}

describe('a batch of pairs', () => {
  it('pads texts, and says where they end', () => {
    const batch = modelOf().batch([
      { source: 'abc', target: 'A' },
      { source: 'd', target: 'CB' },
    ]);
    expect(batch.indices.tolist()).toEqual([
      [0, 1, 2],
      [3, 0, 0],
    ]);
    expect(batch.lengths.tolist()).toEqual([3, 1]);
    expect(batch.padding.tolist()).toEqual([[[0, 0, 0]], [[0, -1e9, -1e9]]]);
    // 3 is the mark: the start of what is read, the end of what is wanted.
    expect(batch.input.tolist()).toEqual([
      [3, 0, 3],
      [3, 2, 1],
    ]);
    expect(batch.wanted.tolist()).toEqual([0, 3, -100, 2, 1, 3]);
    expect(batch.units).toBe(5);
  });

  it('needs something to read', () => {
    const skips = new Translator(source.withUnknown('skip'), target, { embeddingSize: 4, hiddenSize: 6 });
    expect(() => skips.translate('xyz')).toThrow(ValueError);
    expect(() => modelOf().translate('xyz')).toThrow(VocabularyError);
  });
});

describe.each(['rnn', 'lstm', 'gru', 'mingru'] as const)('a translator of %s', (cell) => {
  it('gives logits (batch, time, unit or end) that other pairs of the batch do not touch', () => {
    const model = modelOf({ cell, numLayers: 2 });
    const pair = { source: 'ab', target: 'BA' };
    const alone = model.batch([pair]);
    const beside = model.batch([pair, { source: 'fedcba', target: 'CCCC' }]);
    const one = model.forward(alone, alone.input);
    const two = model.forward(beside, beside.input);
    expect(one.shape).toEqual([1, 3, 4]);
    expect(two.shape).toEqual([2, 5, 4]);
    const first = two.tolist<number[][][]>()[0].slice(0, 3).flat();
    one
      .tolist<number[][][]>()[0]
      .flat()
      .forEach((value, i) => {
        expect(first[i]).toBeCloseTo(value, 5);
      });
  });

  it('is the same after it was saved and loaded', () => {
    const model = modelOf({ cell });
    const loaded = Translator.load(model.save());
    expect(loaded.explain('face')).toEqual(model.explain('face'));
  });
});

describe('translate', () => {
  it('learns to map letters, and looks where it reads', () => {
    const model = modelOf({ hiddenSize: 16 });
    const optimizer = new Adam(model.parameters(), { lr: 0.02 });
    const pairs = ['a', 'ab', 'ba', 'cab', 'abc', 'bca', 'cc', 'aab'].map((text) => {
      return { source: text, target: text.toUpperCase() };
    });
    const batch = model.batch(pairs);
    for (let step = 0; step < 150; step++) {
      optimizer.zeroGrad();
      const logits = view(model.forward(batch, batch.input), [-1, target.size + 1]);
      backward(crossEntropy(logits, batch.wanted));
      optimizer.step();
    }
    for (const pair of pairs) expect(model.translate(pair.source)).toBe(pair.target);
    const { source: read, target: written, attention } = model.explain('cab');
    expect([read, written]).toEqual([
      ['c', 'a', 'b'],
      ['C', 'A', 'B', ''],
    ]);
    for (const row of attention) expect(row.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 5);
  });

  it('ends at the greatest length', () => {
    expect(modelOf().explain('abc', { maxLength: 2 }).target.length).toBeLessThanOrEqual(2);
  });
});

describe('a file', () => {
  it('is not read if it is cut, or describes something else', () => {
    const bytes = modelOf().save();
    expect(() => Translator.load(bytes.subarray(0, bytes.length - 7))).toThrow(FormatError);
    const { tensors, metadata } = decodeSafetensors(bytes);
    const description = JSON.parse(metadata.unrolled) as Record<string, unknown>;
    for (const change of [
      { kind: 'classifier' },
      { hiddenSize: 1e9 },
      { numLayers: 2 },
      { source: {} },
      { target: description.source },
    ]) {
      const unrolled = JSON.stringify({ ...description, ...change });
      const load = (): Translator => Translator.load(encodeSafetensors([...tensors], { unrolled }));
      expect(load, JSON.stringify(change)).toThrow(UnrolledError);
    }
  });
});
