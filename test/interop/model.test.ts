import { describe, expect, it } from 'vitest';
import { Scaler } from '../../src/data/scaler.js';
import { FormatError, ValueError } from '../../src/errors.js';
import { encodeSafetensors } from '../../src/formats/safetensors.js';
import { entryOf } from '../../src/formats/tensors.js';
import { importModel, prospectOf } from '../../src/interop/model.js';
import { type Foreign, readForeign } from '../../src/interop/read-foreign.js';
import { Classifier } from '../../src/models/classifier.js';
import { Forecaster } from '../../src/models/forecaster.js';
import { LanguageModel } from '../../src/models/language-model.js';
import { nn, tensor, type Tensor } from 'unrolled';
import { goldenCheckpoint, goldenNetwork } from './networks.js';

const foreignOf = (modules: Readonly<Record<string, nn.Module>>): Promise<Foreign> =>
  readForeign(
    encodeSafetensors(
      Object.entries(modules).flatMap(([name, module]) =>
        [...module.stateDict()].map(([key, x]: [string, Tensor]) => [`${name}.${key}`, entryOf(x)] as const),
      ),
    ),
  );
const golden = (name: Parameters<typeof goldenNetwork>[0]): Promise<Foreign> =>
  readForeign(encodeSafetensors(goldenNetwork(name).state));
const close = (got: readonly number[], want: readonly number[]): void => {
  expect(got).toHaveLength(want.length);
  want.forEach((value, i) => expect(got[i]).toBeCloseTo(value, 5));
};

describe('a language model from elsewhere', () => {
  it('gives the numbers that PyTorch gives, all at once and step by step, saved or not', async () => {
    const { x, y } = goldenNetwork('names');
    const model = importModel(await readForeign(goldenCheckpoint('checkpoint.pt')), { activation: 'relu' });
    expect(model).toBeInstanceOf(LanguageModel);
    const want = (y as number[][][]).flat();
    for (const one of [model as LanguageModel, LanguageModel.load(model.save())]) {
      expect(one.vocabulary.units).toEqual([...'abcdef']);
      const [logits] = one.forward(tensor(x));
      close([...logits.data], want.flat());
      const stepper = one.stepper();
      (x as number[][])[0].forEach((index, t) => close([...stepper.pick(index)], want[t]));
    }
  });

  it('may read one-hot units, and have no biases', async () => {
    const [rnn, fc] = [new nn.GRU(5, 4, { bias: false }), new nn.Linear(4, 5, { bias: false })];
    const foreign = await foreignOf({ rnn, fc });
    const model = importModel(foreign, { units: [...'abcde'] }) as LanguageModel;
    const indices = tensor([[4, 0, 2]]);
    const x = nn.functional.oneHot(indices, 5).transpose(0, 1);
    const want = fc.forward(rnn.forward(x)[0]);
    close([...model.forward(indices)[0].data], [...want.data]);
  });

  it('keeps tied weights tied', async () => {
    const [embedding, rnn, fc] = [new nn.Embedding(5, 4), new nn.RNN(4, 4), new nn.Linear(4, 5)];
    fc.weight = embedding.weight;
    const model = importModel(await foreignOf({ embedding, rnn, fc }), {
      units: [...'abcde'],
    }) as LanguageModel;
    expect(model.head!.weight).toBe(model.embedding!.weight);
  });

  it('says everything that is missing, and what gives it', async () => {
    const foreign = await golden('names');
    expect(prospectOf(foreign)).toMatchObject({ task: 'language', refused: [] });
    expect(prospectOf(foreign).needs.map(({ option }) => option)).toEqual(['activation', 'units']);
    expect(() => importModel(foreign)).toThrow(ValueError);
    expect(() => importModel(foreign)).toThrow(/activation behind fc.*\n.*its 6 units/);
    expect(() => importModel(foreign, { activation: 'relu', units: ['a'] })).toThrow('5 too few');
  });

  it('asks which dictionary is meant, and knows the one that fits', async () => {
    const foreign = await readForeign(goldenCheckpoint('checkpoint.pt'));
    const two = {
      ...foreign,
      dictionaries: [...foreign.dictionaries, { name: 'other', units: [...'uvwxyz'] }],
    };
    expect(() => importModel(two, { activation: 'none' })).toThrow(
      'which dictionary has its units: char2idx, other',
    );
    const model = importModel(two, { activation: 'none', dictionary: 'other' }) as LanguageModel;
    expect(model.vocabulary.units).toEqual([...'uvwxyz']);
    expect(() => importModel(two, { activation: 'none', dictionary: 'x' })).toThrow("no dictionary 'x'");
  });

  it.each([
    ['reads from both ends', { rnn: new nn.GRU(8, 4, { bidirectional: true }) }],
    ['projects its state', { rnn: new nn.LSTM(4, 8, { projSize: 4 }) }],
    ['has no place for norm: LayerNorm', { rnn: new nn.GRU(4, 4), norm: new nn.LayerNorm(4) }],
  ])('is refused, never bent: one that %s', async (reason, modules) => {
    const foreign = await foreignOf(modules);
    expect(() => importModel(foreign, { as: 'language' })).toThrow(FormatError);
    expect(() => importModel(foreign, { as: 'language' })).toThrow(reason);
  });
});

describe('a classifier from elsewhere', () => {
  it('is as sure as PyTorch is', async () => {
    const { x, y } = goldenNetwork('tagger');
    const model = importModel(await golden('tagger'), { units: [...'abcde'], labels: ['p', 'q', 'r'] });
    expect(model).toBeInstanceOf(Classifier);
    const [logits] = y as number[][];
    const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
    const text = (x as number[][])[0].map((i) => 'abcde'[i]).join('');
    for (const { label, probability } of (model as Classifier).predict(text)) {
      expect(probability).toBeCloseTo(Math.exp(logits['pqr'.indexOf(label)]) / total, 6);
    }
  });

  it('of one output has the probability of its sigmoid', async () => {
    const [embedding, rnn, fc] = [new nn.Embedding(5, 3), new nn.GRU(3, 4), new nn.Linear(4, 1)];
    const foreign = await foreignOf({ embedding, rnn, fc });
    const model = importModel(foreign, { units: [...'abcde'], labels: ['no', 'yes'] }) as Classifier;
    const [, h] = rnn.forward(embedding.forward(tensor([[0], [3]])));
    const z = fc.forward(h).item();
    const yes = model.predict('ad').find(({ label }) => label === 'yes')!;
    expect(yes.probability).toBeCloseTo(1 / (1 + Math.exp(-z)), 6);
  });
});

describe('a forecaster from elsewhere', () => {
  it('predicts what PyTorch predicts, in the units of its scaler', async () => {
    const { x, y } = goldenNetwork('forecaster');
    const scaler = Scaler.fromJSON({ kind: 'standard', shift: [10, 20], scale: [2, 4] });
    const model = importModel(await golden('forecaster'), {
      scaler,
      window: 5,
      columns: ['a', 'b'],
      targets: ['b'],
    });
    expect(model).toBeInstanceOf(Forecaster);
    const rows = (x as number[][][])[0].map(([a, b]) => [2 * a + 10, 4 * b + 20]);
    const [want] = y as number[][];
    close(
      (model as Forecaster).predict(rows).flat(),
      want.map((value) => 4 * value + 20),
    );
  });

  it('folds linear layers with nothing between them into one', async () => {
    const [lstm, a, b] = [new nn.LSTM(2, 4), new nn.Linear(4, 3), new nn.Linear(3, 1)];
    const scaler = Scaler.fromJSON({ kind: 'none', shift: [0, 0], scale: [1, 1] });
    const options = { as: 'forecast', activation: 'none', window: 2, scaler } as const;
    const model = importModel(await foreignOf({ lstm, a, b }), options) as Forecaster;
    const [, [h]] = lstm.forward(
      tensor(
        [
          [1, 2],
          [0.5, -1],
        ],
        { dtype: 'float32' },
      ),
    );
    close(
      model
        .predict([
          [1, 2],
          [0.5, -1],
        ])
        .flat(),
      [b.forward(a.forward(h)).item()],
    );
  });

  it('asks for its window and scaler', async () => {
    expect(prospectOf(await golden('forecaster')).needs.map(({ option }) => option)).toEqual([
      'window',
      'scaler',
    ]);
  });
});
