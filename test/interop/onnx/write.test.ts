import { describe, expect, it } from 'vitest';
import {
  Classifier,
  cat,
  Forecaster,
  LanguageModel,
  manualSeed,
  nn,
  randn,
  Scaler,
  tensor,
  Tensor,
  Translator,
  Vocabulary,
  zeros,
} from '../../../src/index.js';
import { readOnnx } from '../../../src/interop/onnx/read.js';
import { translatorToOnnx } from '../../../src/interop/onnx/translator.js';
import { toOnnx } from '../../../src/interop/onnx/write.js';
import { difference, float32, int32, int64, Runtime } from './onnxruntime.js';

const CLOSE = 1e-5;
const vocabulary = Vocabulary.from('if you want you');

describe('a recurrent module in onnxruntime', () => {
  const cases: [string, () => nn.RecurrentModule][] = [
    ['RNN', () => new nn.RNN(3, 4)],
    ['RNN of relu, both ways', () => new nn.RNN(3, 4, { nonlinearity: 'relu', bidirectional: true })],
    ['LSTM', () => new nn.LSTM(3, 4)],
    ['LSTM of 2 layers, batch first', () => new nn.LSTM(3, 4, { numLayers: 2, batchFirst: true })],
    ['LSTM of 2 layers, both ways', () => new nn.LSTM(3, 4, { numLayers: 2, bidirectional: true })],
    ['GRU without biases', () => new nn.GRU(3, 4, { bias: false })],
    [
      'GRU of 3 layers, both ways, batch first',
      () => new nn.GRU(3, 4, { numLayers: 3, bidirectional: true, batchFirst: true }),
    ],
  ];

  it.each(cases)('%s: the same output and states, from states that are given', async (_, make) => {
    manualSeed(3);
    const rnn = make();
    const runtime = await Runtime.of(toOnnx(rnn));
    const [steps, batch] = [5, 2];
    const x = randn(rnn.batchFirst ? [batch, steps, 3] : [steps, batch, 3]);
    const lead = rnn.numLayers * (rnn.bidirectional ? 2 : 1);
    const initial =
      rnn instanceof nn.LSTM ? [randn([lead, batch, 4]), randn([lead, batch, 4])] : [randn([lead, batch, 4])];
    const [output, final] = rnn.run(x, initial);
    const names = ['h', 'c'].slice(0, initial.length);
    const got = await runtime.run({
      input: float32(x),
      ...Object.fromEntries(names.map((name, i) => [`${name}0`, float32(initial[i])])),
    });
    expect(difference(got.output, output)).toBeLessThan(CLOSE);
    names.forEach((name, i) => expect(difference(got[`${name}n`], final[i])).toBeLessThan(CLOSE));
  });

  it('reads other numbers of sequences and steps than it was tried with', async () => {
    const rnn = new nn.GRU(2, 3);
    const runtime = await Runtime.of(toOnnx(rnn));
    for (const [steps, batch] of [
      [1, 1],
      [7, 3],
    ]) {
      const x = randn([steps, batch, 2]);
      const got = await runtime.run({ input: float32(x), h0: float32(zeros([1, batch, 3])) });
      expect(difference(got.output, rnn.forward(x)[0])).toBeLessThan(CLOSE);
    }
  });
});

describe('modules in a row', () => {
  it('run one after the other, with the states of each recurrent one', async () => {
    manualSeed(1);
    const [first, second] = [new nn.LSTM(3, 5), new nn.GRU(5, 4)];
    const [norm, head] = [new nn.LayerNorm(4, { eps: 1e-3 }), new nn.Linear(4, 2)];
    const tail = new nn.Sequential(norm, new nn.Dropout(0.5), head, new nn.Softmax(-1));
    const runtime = await Runtime.of(toOnnx([first, second, tail]));
    const x = randn([4, 2, 3]);
    const [read] = second.forward(first.forward(x)[0]);
    const states = { '0.h0': zeros([1, 2, 5]), '0.c0': zeros([1, 2, 5]), '1.h0': zeros([1, 2, 4]) };
    const got = await runtime.run({
      input: float32(x),
      ...Object.fromEntries(Object.entries(states).map(([name, state]) => [name, float32(state)])),
    });
    expect(difference(got.output, tail.eval().forward(read))).toBeLessThan(CLOSE);
  });

  it('are asked for where their order cannot be seen', () => {
    class Model extends nn.Module {
      readonly head = new nn.Linear(4, 2);
      readonly rnn = new nn.GRU(3, 4);
      override forward(x: Tensor): Tensor {
        return this.head.forward(this.rnn.forward(x)[0]);
      }
    }
    expect(() => toOnnx(new Model())).toThrow(
      /in which order its modules run cannot be seen[^]*\[model.rnn, model.head\]/,
    );
  });

  it.each([
    ['a projection', new nn.LSTM(3, 4, { projSize: 2 }), /no LSTM with a projection/],
    ['minGRU', new nn.MinGRU(3, 4), /no operator for MinGRU/],
    ['an activation of another version', new nn.GELU(), /no way to write GELU/],
  ])('with %s are refused by name', (_, module, message) => {
    expect(() => toOnnx(module)).toThrow(message);
  });
});

describe('a language model in onnxruntime', () => {
  const cases: [string, ConstructorParameters<typeof LanguageModel>[1]][] = [
    ['of one-hot vectors without a linear layer', {}],
    ['of one-hot vectors, LSTM of 2 layers', { cell: 'lstm', hiddenSize: 7, numLayers: 2 }],
    ['of an embedding', { cell: 'gru', hiddenSize: 7, embeddingSize: 3 }],
    ['of tied weights', { cell: 'gru', hiddenSize: 6, embeddingSize: 6, tieWeights: true }],
  ];

  it.each(cases)('%s: the same logits step by step as all at once', async (_, options) => {
    manualSeed(5);
    const model = new LanguageModel(vocabulary, options);
    const runtime = await Runtime.of(toOnnx(model));
    const indices = tensor([
      [7, 0, 8],
      [1, 1, 9],
    ]);
    const [logits, final] = model.forward(indices);
    const names = ['h', 'c'].slice(0, final.length);
    let states = Object.fromEntries(final.map((state, i) => [`${names[i]}0`, float32(zeros(state.shape))]));
    const steps = [];
    for (let t = 0; t < 3; t++) {
      const step = tensor([[indices.data[t]], [indices.data[3 + t]]]);
      const got = await runtime.run({ indices: int64(step), ...states });
      steps.push(tensor(Float32Array.from(got.logits.data as Float32Array)).view([2, 1, 10]));
      states = Object.fromEntries(names.map((name) => [`${name}0`, got[`${name}n`]]));
    }
    const all = await runtime.run({
      indices: int64(indices),
      ...Object.fromEntries(final.map((state, i) => [`${names[i]}0`, float32(zeros(state.shape))])),
    });
    expect(difference(all.logits, logits)).toBeLessThan(CLOSE);
    expect(difference(float32(cat(steps, 1)), logits)).toBeLessThan(CLOSE);
    names.forEach((name, i) => expect(difference(all[`${name}n`], final[i])).toBeLessThan(CLOSE));
  });

  it('stores tied weights once, and its vocabulary with them', async () => {
    const model = new LanguageModel(vocabulary, { hiddenSize: 100, embeddingSize: 100, tieWeights: true });
    const untied = new LanguageModel(vocabulary, { hiddenSize: 100, embeddingSize: 100 });
    expect(toOnnx(untied).length - toOnnx(model).length).toBeGreaterThan(4 * 10 * 100 - 100);
    const { metadata } = await readOnnx(toOnnx(model));
    expect(Vocabulary.fromJSON(JSON.parse(metadata.vocabulary)).units.join('')).toBe('if youwant');
  });

  it('of an LSTM of 2 layers of 512 is written in under a second', () => {
    const model = new LanguageModel(vocabulary, { cell: 'lstm', hiddenSize: 512, numLayers: 2 });
    const times = [];
    let file: Uint8Array = new Uint8Array();
    for (let run = 0; run < 3; run++) {
      const start = performance.now();
      file = toOnnx(model);
      times.push(performance.now() - start);
    }
    // Other programs may hold up one of them, hardly all.
    expect(Math.min(...times)).toBeLessThan(1000);
    expect(file.length).toBeGreaterThan(4 * 4 * 512 * (512 * 3 + 10));
  });
});

describe('the other models in onnxruntime', () => {
  it('a forecaster takes and gives the units of the data, as a window or row by row', async () => {
    manualSeed(2);
    const rows = Array.from({ length: 12 }, (_, t) => [100 + 20 * Math.sin(t), t]);
    const scaler = Scaler.fit([rows.map(([a]) => a), rows.map(([, b]) => b)]);
    const sizes = { window: 12, horizon: 3, cell: 'gru', numLayers: 2, hiddenSize: 8 } as const;
    const model = new Forecaster({ columns: ['a', 'b'], targets: ['b', 'a'], scaler, ...sizes });
    const runtime = await Runtime.of(toOnnx(model));
    const { forecast } = await runtime.run({ rows: float32(tensor([rows], { dtype: 'float32' })) });
    const want = tensor([model.predict(rows)]);
    expect(difference(forecast, want)).toBeLessThan(CLOSE * 120);

    const stream = await Runtime.of(toOnnx(model, { states: true }));
    let state = float32(zeros([2, 1, 8]));
    let last = forecast;
    for (const row of rows) {
      const got = await stream.run({ rows: float32(tensor([[row]], { dtype: 'float32' })), h0: state });
      [state, last] = [got.hn, got.forecast];
    }
    expect(difference(last, want)).toBeLessThan(CLOSE * 120);
  });

  it.each([false, true])(
    'a classifier reads texts of different lengths (both ways: %s)',
    async (bidirectional) => {
      manualSeed(4);
      const model = new Classifier(vocabulary, ['x', 'y', 'z'], {
        bidirectional,
        numLayers: 2,
        hiddenSize: 6,
      });
      const runtime = await Runtime.of(toOnnx(model));
      const { indices, lengths } = model.batch(['you', 'if you want', 'w']);
      const { logits, probabilities } = await runtime.run({
        indices: int64(indices),
        lengths: int32(lengths),
      });
      expect(difference(logits, model.forward(indices, lengths))).toBeLessThan(CLOSE);
      const [first] = model.predict('you');
      const row = Array.from(probabilities.data as Float32Array).slice(0, 3);
      expect(row[model.labels.indexOf(first.label)]).toBeCloseTo(first.probability, 5);
    },
  );

  it.each(['gru', 'lstm'] as const)('a translator of %s writes what it writes here', async (cell) => {
    manualSeed(6);
    const model = new Translator(vocabulary, vocabulary, {
      cell,
      numLayers: 2,
      hiddenSize: 6,
      embeddingSize: 4,
    });
    const files = translatorToOnnx(model);
    const [encoder, decoder] = [await Runtime.of(files.encoder), await Runtime.of(files.decoder)];
    const { indices, lengths, padding, input } = model.batch([
      { source: 'you', target: 'want' },
      { source: 'if', target: 'i' },
    ]);
    const logits = model.forward({ indices, lengths, padding }, input);
    const { read, ...start } = await encoder.run({ indices: int64(indices), lengths: int32(lengths) });
    const got = await decoder.run({ indices: int64(input), read, lengths: int32(lengths), ...start });
    expect(difference(got.logits, logits)).toBeLessThan(CLOSE);
  });

  it('a translator says that it is two graphs', () => {
    expect(() => toOnnx(new Translator(vocabulary, vocabulary, { hiddenSize: 4 }))).toThrow(
      /two graphs[^]*translatorToOnnx/,
    );
  });
});
