import { existsSync, readFileSync } from 'node:fs';
import { File, type Group, ready } from 'h5wasm';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.js';
import { valuesOf } from '../../../src/formats/values.js';
import type { ForeignLayer, ForeignModel } from '../../../src/interop/foreign.js';
import { readKeras } from '../../../src/interop/keras/read.js';
import { answerOf } from '../../conformance/files/answer.js';

const { FS } = await ready;

type Arrays = Readonly<Record<string, readonly number[]>>;

/** An array of the shape at its front: "2x3". Its numbers count up from 1, in hundredths. */
function addArray(group: Group, name: string, shape: readonly number[]): void {
  const count = shape.reduce((n, size) => n * size, 1);
  const data = Float32Array.from({ length: count }, (_, i) => (i + 1) / 100);
  group.create_dataset({ name, data, shape: [...shape] });
}

function groupAt(group: Group, path: readonly string[]): Group {
  return path.reduce(
    (inner, part) => (inner.keys().includes(part) ? (inner.get(part) as Group) : inner.create_group(part)),
    group,
  );
}

function written(fill: (file: File) => void): Uint8Array {
  const file = new File('/keras.h5', 'w', { libver: ['earliest', 'latest'] });
  fill(file);
  file.close();
  return (FS as unknown as { readFile(name: string): Uint8Array }).readFile('/keras.h5').slice();
}

/** A group of layers as Keras 1 and 2 write it; names of arrays by layer. */
function fillLegacy(root: Group, layers: Readonly<Record<string, Arrays>>): void {
  root.create_attribute('layer_names', Object.keys(layers));
  for (const [layer, arrays] of Object.entries(layers)) {
    const own = root.create_group(layer);
    if (Object.keys(arrays).length > 0) own.create_attribute('weight_names', Object.keys(arrays));
    for (const [name, shape] of Object.entries(arrays)) {
      const path = name.split('/');
      addArray(groupAt(own, path.slice(0, -1)), path.at(-1)!, shape);
    }
  }
}

const weightsOnly = (layers: Readonly<Record<string, Arrays>>, version = '2.15.0'): Uint8Array =>
  written((file) => {
    file.create_attribute('keras_version', version);
    fillLegacy(file, layers);
  });

/** What `save_weights` of Keras 3 writes: shapes by "bidirectional/forward_layer/cell". */
const numbered = (layers: Readonly<Record<string, readonly (readonly number[])[]>>): Uint8Array =>
  written((file) => {
    for (const [path, shapes] of Object.entries(layers)) {
      const vars = groupAt(file, ['layers', ...path.split('/'), 'vars']);
      shapes.forEach((shape, i) => addArray(vars, String(i), shape));
    }
  });

/** A whole model in .h5: a description and the weights that belong to it. */
const model = (config: unknown, layers: Readonly<Record<string, Arrays>> = {}): Uint8Array =>
  written((file) => {
    file.create_attribute('keras_version', '2.4.0');
    file.create_attribute('model_config', JSON.stringify(config));
    fillLegacy(file.create_group('model_weights'), layers);
  });

const layer = (className: string, config: object = {}): object => ({ class_name: className, config });
const sequential = (...layers: object[]): object => ({
  class_name: 'Sequential',
  config: { name: 's', layers },
});

const kinds = ({ layers }: ForeignModel): string[] => layers.map(({ kind }) => kind);
const recurrent = (found: ForeignModel, index = 0): Extract<ForeignLayer, { weights: unknown }> =>
  found.layers[index] as Extract<ForeignLayer, { weights: unknown }>;
const numbers = (found: ForeignModel, key: string): number[] =>
  [...valuesOf(key, recurrent(found).weights[key]).data].map((x) => Math.round(x * 100));

const LSTM = { name: 'l', units: 1, activation: 'tanh', recurrent_activation: 'sigmoid', use_bias: true };
const LSTM_ARRAYS = {
  'l/lstm_cell/kernel:0': [2, 4],
  'l/lstm_cell/recurrent_kernel:0': [1, 4],
  'l/lstm_cell/bias:0': [4],
};
const DENSE_ARRAYS = { 'd/kernel:0': [1, 3], 'd/bias:0': [3] };

describe('a model of Keras 2 in .h5', () => {
  it('becomes layers with transposed weights, the bias with the input', async () => {
    const dense = layer('Dense', { name: 'd', units: 3, activation: 'softmax', use_bias: true });
    const found = await readKeras(
      model(sequential(layer('LSTM', LSTM), dense), { l: LSTM_ARRAYS, d: DENSE_ARRAYS }),
    );
    expect(found.source).toBe('Keras 2.4.0 Sequential');
    expect(found.problems).toEqual([]);
    expect(kinds(found)).toEqual(['lstm', 'linear', 'activation']);
    expect(recurrent(found)).toMatchObject({ name: 'l', returns: 'last', batchFirst: true, reverse: false });
    expect(numbers(found, 'weight_ih_l0')).toEqual([1, 5, 2, 6, 3, 7, 4, 8]);
    expect(numbers(found, 'bias_ih_l0')).toEqual([1, 2, 3, 4]);
    expect(numbers(found, 'bias_hh_l0')).toEqual([0, 0, 0, 0]);
  });

  it('has the gates of a GRU in another order, and one bias for each side', async () => {
    const gru = layer('GRU', { ...LSTM, reset_after: true });
    const arrays = {
      'l/gru_cell/kernel:0': [1, 3],
      'l/gru_cell/recurrent_kernel:0': [1, 3],
      'l/gru_cell/bias:0': [2, 3],
    };
    const found = await readKeras(model(sequential(gru), { l: arrays }));
    expect(numbers(found, 'weight_ih_l0')).toEqual([2, 1, 3]);
    expect(numbers(found, 'bias_ih_l0')).toEqual([2, 1, 3]);
    expect(numbers(found, 'bias_hh_l0')).toEqual([5, 4, 6]);
  });

  it("takes the matrices of cuDNN's layers as they lie, gate by gate", async () => {
    const arrays = { 'l/kernel:0': [3, 8], 'l/recurrent_kernel:0': [2, 8], 'l/bias:0': [16] };
    const found = await readKeras(
      model(sequential(layer('CuDNNLSTM', { name: 'l', units: 2 })), { l: arrays }),
    );
    // Columns 0 and 1 of the kernel are gate i: 1 2 9 10 17 18, read as (2, 3).
    expect(numbers(found, 'weight_ih_l0').slice(0, 6)).toEqual([1, 2, 9, 10, 17, 18]);
    expect(numbers(found, 'weight_hh_l0').slice(0, 4)).toEqual([1, 2, 9, 10]);
    expect(numbers(found, 'bias_hh_l0')).toEqual([9, 10, 11, 12, 13, 14, 15, 16]);
  });

  it('may list its layers alone, and their names in several attributes', async () => {
    const config = { class_name: 'Sequential', config: [layer('LSTM', LSTM)] };
    const bytes = written((file) => {
      file.create_attribute('model_config', JSON.stringify(config));
      const own = file.create_group('model_weights').create_group('l');
      Object.keys(LSTM_ARRAYS).forEach((name, i) => own.create_attribute(`weight_names${i}`, [name]));
      for (const [name, shape] of Object.entries(LSTM_ARRAYS)) {
        addArray(groupAt(own, name.split('/').slice(0, -1)), name.split('/').at(-1)!, shape);
      }
    });
    expect(kinds(await readKeras(bytes))).toEqual(['lstm']);
  });

  it('is refused where a layer reads other numbers than the one before gives', async () => {
    const dense = layer('Dense', { name: 'd', activation: 'linear' });
    const bytes = model(sequential(layer('LSTM', LSTM), dense), {
      l: LSTM_ARRAYS,
      d: { 'd/kernel:0': [5, 3] },
    });
    await expect(readKeras(bytes)).rejects.toThrow("'d' reads 5 numbers, and 'l' before it gives 1");
  });

  it('is refused where weights are missing', async () => {
    await expect(readKeras(model(sequential(layer('LSTM', LSTM)), { l: {} }))).rejects.toThrow(
      "the weights lack 'kernel' of the layer 'l'",
    );
  });
});

describe('a functional model', () => {
  const functional = (...layers: [string, object, unknown][]): object => ({
    class_name: 'Functional',
    config: {
      name: 'f',
      layers: layers.map(([name, of, inbound]) => ({ ...of, name, inbound_nodes: inbound })),
    },
  });
  const keras3 = (name: string): unknown => [
    {
      args: [
        { class_name: '__keras_tensor__', config: { shape: [null, 4, 2], keras_history: [name, 0, 0] } },
      ],
      kwargs: {},
    },
  ];

  it.each<[string, (name: string) => unknown]>([
    ['2', (name) => [[[name, 0, 0, {}]]]],
    ['3', keras3],
  ])('of Keras %s is a chain in the order of its inputs, whatever the list has', async (_, reads) => {
    const dense = layer('Dense', { name: 'd', units: 3, activation: 'linear' });
    const config = functional(
      ['d', dense, reads('l')],
      ['in', layer('InputLayer'), []],
      ['l', layer('LSTM', LSTM), reads('in')],
    );
    const found = await readKeras(model(config, { d: DENSE_ARRAYS, l: LSTM_ARRAYS }));
    expect(found.problems).toEqual([]);
    expect(kinds(found)).toEqual(['lstm', 'linear']);
  });

  it('with branches is no chain, which is said with names', async () => {
    const reads = (...names: string[]): unknown => [names.map((name) => [name, 0, 0, {}])];
    const config = functional(
      ['in', layer('InputLayer'), []],
      ['a', layer('Dense'), reads('in')],
      ['b', layer('Dense'), reads('in')],
      ['sum', layer('Add'), reads('a', 'b')],
    );
    expect((await readKeras(model(config))).problems).toEqual([
      "'sum' (Add) reads 'a', 'b': only chains of layers are held",
      "'in' is read by 'a' and 'b': only chains of layers are held",
    ]);
  });
});

describe('what cannot be held is said with its name and class', () => {
  it.each<[object, Readonly<Record<string, Arrays>>, string]>([
    [
      layer('Lambda', { name: 'x', function: ['4wEAAAA='] }),
      {},
      "'x' (Lambda) is Python code, which is never run",
    ],
    [layer('MyAttention', { name: 'x' }), {}, "'x' (MyAttention) is no layer that can be held"],
    [layer('Conv1D', { name: 'x' }), {}, "'x' (Conv1D) is no layer that can be held"],
    [
      layer('TimeDistributed', { name: 'x', layer: layer('Conv1D') }),
      {},
      "'x' (TimeDistributed) wraps Conv1D",
    ],
    [layer('Flatten', { name: 'x' }), {}, "'x' (Flatten) makes one row of all steps"],
    [
      layer('Activation', { name: 'x', activation: 'elu' }),
      {},
      "'x' has the activation elu, which cannot be held",
    ],
    [
      layer('RNN', { name: 'x', cell: layer('FocusedLSTMCell') }),
      {},
      "'x' (RNN) has cells of the class FocusedLSTMCell, which cannot be held",
    ],
    [
      layer('LSTM', { ...LSTM, recurrent_activation: 'hard_sigmoid' }),
      { l: LSTM_ARRAYS },
      "'l' (LSTM) has gates of hard_sigmoid: only sigmoid can be held (recurrent_activation='sigmoid')",
    ],
    [
      layer('LSTM', { ...LSTM, activation: 'relu' }),
      { l: LSTM_ARRAYS },
      "'l' (LSTM) has the activation relu: only tanh can be held",
    ],
    [
      layer('GRU', { ...LSTM, reset_after: false }),
      { l: { 'l/kernel:0': [1, 3], 'l/recurrent_kernel:0': [1, 3], 'l/bias:0': [3] } },
      "'l' (GRU) resets the state before the product (reset_after=False); only reset_after=True can be held",
    ],
  ])('%j', async (one, arrays, problem) => {
    expect((await readKeras(model(sequential(one), arrays))).problems).toEqual([problem]);
  });

  it('as a model of a class of its own', async () => {
    expect((await readKeras(model({ class_name: 'Tagger', config: {} }))).problems).toEqual([
      'the model is of the class Tagger, whose code is not in the file: only Sequential and functional models are read',
    ]);
  });
});

describe('what works in training only, or masks', () => {
  it('is left out, and said', async () => {
    const layers = [
      layer('Masking', { name: 'm', mask_value: 0 }),
      layer('GaussianNoise', { name: 'n' }),
      layer('Dropout', { name: 'd', rate: 0.25 }),
      layer('LSTM', { ...LSTM, dropout: 0.2, stateful: true }),
    ];
    const found = await readKeras(model(sequential(...layers), { l: LSTM_ARRAYS }));
    expect(found.problems).toEqual([]);
    expect(found.layers[0]).toEqual({ kind: 'dropout', name: 'd', p: 0.25 });
    expect(found.notes).toEqual([
      "'m' masks steps of the value 0: here they are read like others, so give sequences without them, or pack them",
      "'n' (GaussianNoise) works in training only, and is left out",
      "'l' is stateful: give the states of one call to the next",
      "'l' has dropout inside, which works in training only, and is left out",
    ]);
  });
});

describe('a file of weights alone', () => {
  const cell = { 'r/kernel': [2, 4], 'r/recurrent_kernel': [1, 4], 'r/bias': [4] };

  it('of Keras 2 has its layers in order, and says what is assumed', async () => {
    const found = await readKeras(weightsOnly({ input: {}, r: cell, d: { 'd/kernel': [1, 3] } }, '2.0.6'));
    expect(found.source).toBe('weights of Keras 2.0.6');
    expect(kinds(found)).toEqual(['lstm', 'linear']);
    expect(found.notes.join()).toMatch(/weights only.*before Keras 2.3 the gates' default was hard_sigmoid/);
  });

  it('of Keras 3 is put in order by sizes', async () => {
    const found = await readKeras(
      numbered({
        dense: [[6, 6], [6]],
        dense_1: [[6, 9], [9]],
        embedding: [[9, 3]],
        'bidirectional/forward_layer/cell': [[3, 12], [3, 12], [12]],
        'bidirectional/backward_layer/cell': [[3, 12], [3, 12], [12]],
      }),
    );
    expect(found.problems).toEqual([]);
    expect(found.layers.map(({ name }) => name)).toEqual(['embedding', 'bidirectional', 'dense', 'dense_1']);
  });

  it('of Keras 3 says when sizes allow several orders', async () => {
    const found = await readKeras(numbered({ dense: [[4, 4], [4]], 'lstm/cell': [[4, 16], [4, 16], [16]] }));
    expect(found.problems.join()).toMatch(
      /the order of dense, lstm is not in a file of weights.*import the whole model/,
    );
  });
});

describe('a broken file', () => {
  it.each([
    [
      'HDF5 of another program',
      written((file) => void file.create_group('x')),
      /neither a model nor weights/,
    ],
    ['a zip of other things', new TextEncoder().encode('PK\x03\x04 nothing more'), /zip/],
    ['text', new TextEncoder().encode('hello'), /not HDF5/],
  ])('is refused: %s', async (_, bytes, message) => {
    await expect(readKeras(bytes)).rejects.toThrow(message);
    await expect(readKeras(bytes)).rejects.toThrow(FormatError);
  });
});

const REAL = '../shared/real/keras';

describe.skipIf(!existsSync(REAL))('files that people made', () => {
  const read = (name: string): Promise<ForeignModel> =>
    readKeras(new Uint8Array(readFileSync(`${REAL}/${name}`)));

  it('by Keras 2.15: an LSTM over all steps and a softmax over two classes', async () => {
    const found = await read('ruhm_vanilla_lstm_Coffee.h5');
    expect(found).toMatchObject({ source: 'Keras 2.15.0 Sequential', problems: [], notes: [] });
    expect(kinds(found)).toEqual(['lstm', 'linear', 'activation']);
    const shape = [2, 286, 1];
    const { data } = answerOf(found, {
      shape,
      data: Array.from({ length: 572 }, (_, i) => Math.sin(i / 9)),
    });
    expect(data[0] + data[1]).toBeCloseTo(1, 5);
  });

  it('with cells of their own: named, and no more', async () => {
    expect((await read('ruhm_focused_lstm_Coffee.h5')).problems).toEqual([
      "'rnn' (RNN) has cells of the class FocusedLSTMCell, which cannot be held",
    ]);
  });

  it('by Keras 2.0.6 over CNTK: weights whose names have no :0', async () => {
    const found = await read('textgenrnn_weights_v0.hdf5');
    expect(found.problems).toEqual([]);
    expect(found.layers.map(({ kind, name }) => [kind, name])).toEqual([
      ['embedding', 'embedding'],
      ['lstm', 'rnn'],
      ['linear', 'output'],
    ]);
  });
});
