import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/data/vocabulary.js';
import { UnrolledError, ValueError, VocabularyError } from '../../src/errors.js';
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors.js';
import { Classifier, type ClassifierOptions } from '../../src/models/classifier.js';
import { manualSeed, softmax } from '../../src/tensor/index.js';

const vocabulary = Vocabulary.from('abcdef');

function modelOf(options: ClassifierOptions = {}, labels = ['x', 'y', 'z']): Classifier {
  manualSeed(0);
  return new Classifier(vocabulary, labels, { embeddingSize: 4, hiddenSize: 5, ...options });
}

describe('a classifier', () => {
  it.each([
    {},
    { cell: 'lstm', numLayers: 2 },
    { bidirectional: true },
    { cell: 'rnn', bidirectional: true, numLayers: 2 },
  ] as const)('of %j reads each text of a batch as it would alone', (options) => {
    const model = modelOf(options).eval();
    const texts = ['ab', 'fedcba', 'c'];
    const { indices, lengths } = model.batch(texts);
    expect([indices.shape, lengths.tolist()]).toEqual([
      [3, 6],
      [2, 6, 1],
    ]);
    const together = softmax(model.forward(indices, lengths), 1).tolist<number[][]>();
    texts.forEach((text, i) => {
      for (const { label, probability } of model.predict(text)) {
        expect(together[i][model.labels.indexOf(label)]).toBeCloseTo(probability, 6);
      }
    });
  });

  it('gives all labels, the likeliest first', () => {
    const found = modelOf().predict('abc');
    expect(found.map(({ label }) => label).sort()).toEqual(['x', 'y', 'z']);
    const shares = found.map(({ probability }) => probability);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
  });

  it('is saved with all it needs', () => {
    const model = modelOf({ bidirectional: true, numLayers: 2 });
    const loaded = Classifier.load(model.save());
    expect(loaded.predict('fade')).toEqual(model.predict('fade'));
  });

  it('refuses what it cannot read or tell apart', () => {
    expect(() => modelOf().predict('')).toThrow('the text has nothing that the vocabulary knows');
    expect(() => modelOf().predict('!')).toThrow(VocabularyError);
    expect(() => modelOf({}, ['x'])).toThrow('there is one label; telling classes apart takes 2');
    expect(() => modelOf({}, ['x', 'x'])).toThrow(ValueError);
  });

  it('is not read from a description that does not fit', () => {
    const { tensors, metadata } = decodeSafetensors(modelOf().save());
    const description = JSON.parse(metadata.unrolled) as Record<string, unknown>;
    for (const change of [
      { labels: ['x'] },
      { labels: 'xyz' },
      { bidirectional: true },
      { bidirectional: 1 },
      { vocabulary: {} },
      { numLayers: 2 },
    ]) {
      const unrolled = JSON.stringify({ ...description, ...change });
      expect(
        () => Classifier.load(encodeSafetensors([...tensors], { unrolled })),
        JSON.stringify(change),
      ).toThrow(UnrolledError);
    }
  });
});
