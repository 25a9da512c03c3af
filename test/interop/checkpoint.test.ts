import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.js';
import { PickleArray, PickleObject, PickleTuple, type PickleValue } from '../../src/formats/pickle/values.js';
import { decodePyTorch } from '../../src/formats/pytorch/decode.js';
import { stateDictOf } from '../../src/interop/checkpoint.js';
import { goldenCheckpoint, goldenNetwork } from './networks.js';

const array = (...shape: number[]): PickleArray => {
  const count = shape.reduce((n, size) => n * size, 1);
  return new PickleArray({ dtype: 'F32', shape, bytes: () => new Uint8Array(4 * count) });
};
const dict = (values: Readonly<Record<string, PickleValue>>): Map<PickleValue, PickleValue> =>
  new Map(Object.entries(values));
const namesOf = (value: PickleValue): string[] => [...stateDictOf(value).tensors.keys()];

describe('weights in checkpoints of PyTorch', () => {
  const { state } = goldenNetwork('names');

  it.each(['checkpoint.pt', 'lightning.ckpt', 'parallel.pt', 'compiled.pt'])(
    'are found in %s under the names of the state_dict',
    async (name) => {
      const { tensors } = stateDictOf(await decodePyTorch(goldenCheckpoint(name)));
      expect([...tensors.keys()]).toEqual([...state.keys()]);
      for (const [key, entry] of tensors) expect(entry).toMatchObject({ shape: state.get(key)!.shape });
    },
  );

  it('come with the dictionaries and settings beside them', async () => {
    const found = stateDictOf(await decodePyTorch(goldenCheckpoint('checkpoint.pt')));
    expect(found.dictionaries).toEqual([{ name: 'char2idx', units: [...'abcdef'] }]);
    expect(found.settings).toEqual({ epoch: 3, hidden_size: 4 });
    expect(found.notes).toEqual([
      'left out: optimizer_state_dict',
      "the weights are under 'model_state_dict'",
    ]);
  });

  it('come with the classes and attributes of a whole model', async () => {
    const { tensors, modules } = stateDictOf(await decodePyTorch(goldenCheckpoint('whole.pt')));
    expect([...tensors.keys()].slice(0, 2)).toEqual(['rnn.weight_ih_l0', 'rnn.weight_hh_l0']);
    expect(modules.get('rnn')).toMatchObject({
      className: 'torch.nn.modules.rnn.RNN',
      attributes: { nonlinearity: 'relu', batch_first: true },
    });
    expect(modules.get('head.1')?.className).toBe('torch.nn.modules.activation.Tanh');
  });
});

describe('weights anywhere else', () => {
  it('are parts under names of their own, without those of optimisers', () => {
    const names = namesOf(
      dict({ en: dict({ 'gru.w': array(1) }), de: dict({ w: array(2) }), en_opt: dict({ m: array(3) }) }),
    );
    expect(names).toEqual(['en.gru.w', 'de.w']);
  });

  it('are attributes of an object of any class', () => {
    const object = new PickleObject('rnn.NumpyRNN', []);
    object.state = dict({ Wxh: array(4, 3), Whh: array(4, 4), hidden: 4 });
    expect(namesOf(new PickleTuple([1, object]))).toEqual(['Wxh', 'Whh']);
  });

  it('are without the counters of profilers and batch norms', () => {
    const { tensors, notes } = stateDictOf(
      dict({ w: array(1), total_ops: array(1), 'a.num_batches_tracked': array() }),
    );
    expect([...tensors.keys()]).toEqual(['w']);
    expect(notes).toEqual(['2 counters that are no weights were left out: total_ops, a.num_batches_tracked']);
  });

  it('are not there: an optimiser alone, a file of numbers', () => {
    const optimiser = dict({ state: dict({ w: array(1) }), param_groups: [] });
    for (const value of [optimiser, dict({ epoch: 3 }), []])
      expect(() => stateDictOf(value)).toThrow(FormatError);
  });

  it('are found in no time where values refer to each other over and over', () => {
    let value: PickleValue = [array(2)];
    for (let i = 0; i < 40; i++) value = dict({ a: value, b: value });
    expect(stateDictOf(value).tensors.size).toBe(1);
    const circle: PickleValue[] = [];
    circle.push(circle);
    expect(() => stateDictOf(dict({ circle }))).toThrow('holds no weights');
  });
});

describe('dictionaries', () => {
  it.each<[string, PickleValue, string[]]>([
    ['units to numbers', dict({ a: 1, b: 0 }), ['b', 'a']],
    [
      'numbers to units',
      new Map<PickleValue, PickleValue>([
        [1, 'b'],
        [0, 'a'],
      ]),
      ['a', 'b'],
    ],
    ['numbers from 1 on, as Keras has them', dict({ a: 1, b: 2 }), ['<pad>', 'a', 'b']],
    ['lists of units', ['x', 'y'], ['x', 'y']],
  ])('are %s', (_, value, units) => {
    expect(stateDictOf(dict({ w: array(1), vocab: value })).dictionaries).toEqual([{ name: 'vocab', units }]);
  });

  it('are none where numbers have a hole or come twice', () => {
    for (const value of [dict({ a: 0, b: 2 }), dict({ a: 0, b: 0 }), dict({ a: 0, b: 0.5 })]) {
      expect(stateDictOf(dict({ w: array(1), vocab: value })).dictionaries).toEqual([]);
    }
  });
});
