import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/data/vocabulary.js';
import { FormatError, StateDictError, ValueError } from '../../src/errors.js';
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors.js';
import { CELLS } from '../../src/models/cells.js';
import { LanguageModel, type LanguageModelOptions } from '../../src/models/language-model.js';
import { tensor } from '../../src/tensor/create.js';
import { manualSeed } from '../../src/tensor/generator.js';

const vocabulary = Vocabulary.from('if you want you');

function modelOf(options: LanguageModelOptions = {}): LanguageModel {
  manualSeed(0);
  return new LanguageModel(vocabulary, options);
}

const logitsOf = (model: LanguageModel, indices: number[][]): unknown =>
  model.forward(tensor(indices))[0].tolist();

const names = (model: LanguageModel): string[] => [...model.stateDict().keys()];

describe('LanguageModel', () => {
  it('is the recurrent layer alone where hidden units and characters are as many', () => {
    const model = modelOf();
    expect(model.head).toBeNull();
    expect(names(model)).toEqual([
      'rnn.weight_ih_l0',
      'rnn.weight_hh_l0',
      'rnn.bias_ih_l0',
      'rnn.bias_hh_l0',
    ]);
  });

  it('has a linear layer where they are not', () => {
    const model = modelOf({ hiddenSize: 7 });
    expect(model.head?.weight.shape).toEqual([10, 7]);
    expect(names(model).slice(-2)).toEqual(['head.weight', 'head.bias']);
  });

  it('has linear layers with activations before it, as models from elsewhere', () => {
    const between = [
      { size: 4, activation: 'tanh' },
      { size: 6, activation: 'sigmoid' },
    ] as const;
    const model = modelOf({ hiddenSize: 7, between });
    expect(names(model).slice(-6)).toEqual(
      ['between.0', 'between.2', 'head'].flatMap((name) => [`${name}.weight`, `${name}.bias`]),
    );
    const again = LanguageModel.load(model.save());
    expect(logitsOf(again, [[3, 1]])).toEqual(logitsOf(model, [[3, 1]]));
    const [[, want]] = logitsOf(model, [[3, 1]]) as number[][][];
    const stepper = again.stepper();
    stepper.pick(3);
    const got = [...stepper.pick(1)];
    want.forEach((value, i) => expect(got[i]).toBeCloseTo(value, 5));
    expect(() => modelOf({ head: false, between })).toThrow(ValueError);
    const { tensors, metadata } = decodeSafetensors(model.save());
    for (const other of [[{ size: 5, activation: 'tanh' }], [{ size: 4, activation: 'eval' }], 'x', [null]]) {
      const unrolled = JSON.stringify({ ...(JSON.parse(metadata.unrolled) as object), between: other });
      expect(() => LanguageModel.load(encodeSafetensors(tensors, { unrolled }))).toThrow(FormatError);
    }
  });

  it('has one on request', () => {
    expect(modelOf({ head: true }).head?.weight.shape).toEqual([10, 10]);
  });

  it.each<LanguageModelOptions>([
    {},
    { hiddenSize: 7 },
    { numLayers: 2 },
    { cell: 'lstm' },
    { cell: 'gru', hiddenSize: 3, numLayers: 3 },
    { cell: 'mingru', hiddenSize: 4 },
  ])('gives logits (batch, time, character) and state (layers, batch, hidden) with %o', (options) => {
    const [logits, state] = modelOf(options).forward(
      tensor([
        [7, 0, 8],
        [1, 2, 3],
      ]),
    );
    const { hiddenSize = 10, numLayers = 1, cell } = options;
    expect(logits.shape).toEqual([2, 3, 10]);
    const shape = [numLayers, 2, hiddenSize];
    expect(state.map((x) => x.shape)).toEqual(cell === 'lstm' ? [shape, shape] : [shape]);
  });

  it.each(CELLS)('goes on from a state of %s as if it had never stopped', (cell) => {
    const model = modelOf({ cell, hiddenSize: 7, numLayers: 2 });
    const [, state] = model.forward(tensor([[7, 0]]));
    const [logits] = model.forward(tensor([[8, 3]]), state);
    const [whole] = logitsOf(model, [[7, 0, 8, 3]]) as number[][][];
    logits
      .tolist<number[][][]>()[0]
      .flat()
      .forEach((value, i) => {
        expect(value).toBeCloseTo(whole.slice(2).flat()[i], 6);
      });
  });

  it('refuses a cell it does not have', () => {
    const options = { cell: 'transformer' } as unknown as LanguageModelOptions;
    expect(() => modelOf(options)).toThrow(ValueError);
    expect(() => modelOf(options)).toThrow("not 'transformer'");
  });

  it('refuses to do without a linear layer where sizes differ', () => {
    const make = (): LanguageModel => modelOf({ head: false, hiddenSize: 7 });
    expect(make).toThrow(ValueError);
    expect(make).toThrow('7 hidden units are the logits of 10 characters');
  });
});

describe('a language model with an embedding', () => {
  it('reads vectors that it learns', () => {
    const model = modelOf({ embeddingSize: 3, hiddenSize: 6 });
    expect(model.rnn.inputSize).toBe(3);
    expect(names(model)[0]).toBe('embedding.weight');
    expect(model.forward(tensor([[1, 2]]))[0].shape).toEqual([1, 2, 10]);
  });

  it('shares them with the linear layer, counted once', () => {
    const model = modelOf({ embeddingSize: 6, hiddenSize: 6, tieWeights: true });
    expect(model.head!.weight).toBe(model.embedding!.weight);
    expect([...model.namedParameters()].map(([name]) => name)).not.toContain('head.weight');
    const loaded = LanguageModel.load(model.save());
    expect(loaded.head!.weight).toBe(loaded.embedding!.weight);
    expect(logitsOf(loaded, [[1, 2, 3]])).toEqual(logitsOf(model, [[1, 2, 3]]));
  });

  it.each<LanguageModelOptions>([
    { embeddingSize: 3, hiddenSize: 6 },
    { embeddingSize: 6, hiddenSize: 6, tieWeights: true, cell: 'gru', numLayers: 2 },
  ])('is read unit by unit with the same results: %o', (options) => {
    const model = modelOf(options);
    const stepper = model.stepper();
    const [whole] = logitsOf(model, [[7, 0, 8]]) as number[][][];
    [7, 0, 8].forEach((index, t) => {
      stepper.pick(index).forEach((logit, unit) => expect(logit).toBeCloseTo(whole[t][unit], 5));
    });
    expect(() => stepper.pick(10)).toThrow('there are 10 classes');
  });

  it('cannot tie what differs in size', () => {
    expect(() => modelOf({ embeddingSize: 3, hiddenSize: 6, tieWeights: true })).toThrow(
      'let embeddingSize be 6',
    );
    expect(() => modelOf({ embeddingSize: 10, tieWeights: true, head: false })).toThrow(ValueError);
  });
});

describe('saving a model', () => {
  it.each([{}, { head: true }, { hiddenSize: 7 }, { hiddenSize: 5, numLayers: 3 }])(
    'brings back the same model with %o',
    (options) => {
      const model = modelOf(options);
      const loaded = LanguageModel.load(model.save());
      expect(loaded.vocabulary.units).toEqual(vocabulary.units);
      expect(names(loaded)).toEqual(names(model));
      expect(logitsOf(loaded, [[7, 0, 8]])).toEqual(logitsOf(model, [[7, 0, 8]]));
    },
  );

  it('keeps characters of any language', () => {
    const korean = Vocabulary.from('안녕 👩‍👩‍👧\n"e\u0301"');
    const loaded = LanguageModel.load(new LanguageModel(korean, { hiddenSize: 2 }).save());
    expect(loaded.vocabulary.units).toEqual(korean.units);
  });

  it('writes the same bytes for the same model', () => {
    expect(modelOf().save()).toEqual(modelOf().save());
    expect(LanguageModel.load(modelOf().save()).save()).toEqual(modelOf().save());
  });
});

describe('loading what is no model', () => {
  const bytes = modelOf().save();
  const { tensors, metadata } = decodeSafetensors(bytes);
  const load = (description: unknown, entries = tensors): (() => unknown) => {
    const text = typeof description === 'string' ? description : JSON.stringify(description);
    return () => LanguageModel.load(encodeSafetensors(entries, { unrolled: text }));
  };
  const good = JSON.parse(metadata.unrolled) as Record<string, unknown>;

  it('refuses a file cut anywhere', () => {
    for (let length = 0; length < bytes.length; length += 7) {
      expect(() => LanguageModel.load(bytes.subarray(0, length)), `${length} bytes`).toThrow(FormatError);
    }
  });

  it('refuses weights that say nothing about characters', () => {
    const weights = encodeSafetensors(tensors, { format: 'pt' });
    expect(() => LanguageModel.load(weights)).toThrow(FormatError);
    expect(() => LanguageModel.load(weights)).toThrow('only models that were saved by unrolled');
  });

  it('refuses a description that is not JSON', () => {
    expect(load('{')).toThrow(FormatError);
  });

  it('refuses another kind and a newer version', () => {
    expect(load({ ...good, kind: 'tagger' })).toThrow('a tagger of version 1 is not known here');
    expect(load({ ...good, version: 2 })).toThrow('newer version of unrolled');
  });

  it.each(['null', '[]', '7', '"text"', '{}'])('refuses the description %s', (description) => {
    expect(load(description)).toThrow(FormatError);
  });

  it.each([
    ['no vocabulary', { vocabulary: undefined }],
    ['a vocabulary that is none', { vocabulary: 7 }],
    ['a cell there is not', { cell: 'toString' }],
    ['a size that is no number', { hiddenSize: '10' }],
    ['a size that is not whole', { hiddenSize: 9.5 }],
    ['a size without end', { hiddenSize: 1e9 }],
    ['layers without end', { numLayers: 1e9 }],
    ['no layers', { numLayers: 0 }],
    ['a head that is neither true nor false', { head: 'yes' }],
  ])('refuses %s', (_, change) => {
    expect(load({ ...good, ...change })).toThrow(FormatError);
  });

  it('refuses sizes other than those of the weights', () => {
    expect(load({ ...good, hiddenSize: 7, head: true })).toThrow(FormatError);
    expect(load({ ...good, numLayers: 2 })).toThrow(StateDictError);
  });

  it('refuses weights that are missing', () => {
    expect(load(good, new Map([...tensors].filter(([name]) => name !== 'rnn.bias_ih_l0')))).toThrow(
      StateDictError,
    );
  });
});
