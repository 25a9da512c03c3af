import { describe, expect, it } from 'vitest';
import * as all from '../src/index.js';
import {
  arange,
  at,
  cat,
  eye,
  full,
  manualSeed,
  nn,
  ones,
  optim,
  rand,
  randint,
  randn,
  stack,
  type Tensor,
  tensor,
  UnrolledError,
  zeros,
} from '../src/index.js';
import * as functions from '../src/tensor/functions.js';

const { functional: F } = nn;
const x = tensor([[1.5, -2, 3], [4, 5, -6.5]]); // prettier-ignore
const parameter = (): nn.Parameter => new nn.Parameter(ones([2]));
// Callers without types.
const odd = (value: unknown): never => value as never;
const beyond = (...given: unknown[]): [] => given as [];

type Operation = (...given: unknown[]) => unknown;

function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("PyTorch's forms by position", () => {
  it.each<[string, object, object]>([
    ['LSTM', new nn.LSTM(4, 5, 2), { numLayers: 2 }],
    ['LSTM to the end', new nn.LSTM(4, 5, 2, false, true, 0.5, true, 3), { numLayers: 2, bias: false, batchFirst: true, dropout: 0.5, bidirectional: true, projSize: 3 }], // prettier-ignore
    ['LSTM, mixed', new nn.LSTM(4, 5, 2, { batchFirst: true }), { numLayers: 2, batchFirst: true }],
    ['GRU', new nn.GRU(4, 5, 2, true, true), { numLayers: 2, bias: true, batchFirst: true }],
    ['RNN, whose nonlinearity comes second', new nn.RNN(4, 5, 1, 'relu'), { nonlinearity: 'relu' }],
    ['LSTMCell', new nn.LSTMCell(4, 5, false), { bias: false }],
    ['Linear', new nn.Linear(2, 2, false), { bias: null }],
    ['Embedding', new nn.Embedding(3, 2, 0), { paddingIdx: 0 }],
    ['LayerNorm', new nn.LayerNorm(3, 1e-3), { eps: 1e-3 }],
    ['Dropout', new nn.Dropout(0.2), { p: 0.2 }],
    ['Dropout by name', new nn.Dropout({ p: 0.2 }), { p: 0.2 }],
    ['Softmax by name', new nn.Softmax({ dim: 1 }), { dim: 1 }],
    ['CrossEntropyLoss', new nn.CrossEntropyLoss(tensor([0.5, 1])), { reduction: 'mean', ignoreIndex: -100 }],
    ['HuberLoss', new nn.HuberLoss('sum', 2), { reduction: 'sum', delta: 2 }],
  ])('%s', (_, made, wanted) => {
    expect(made).toMatchObject(wanted);
  });

  it.each<[string, () => optim.SGD | optim.Adam | optim.RMSprop, object]>([
    ['SGD', () => new optim.SGD([parameter()], 0.1, 0.9), { lr: 0.1, momentum: 0.9 }],
    [
      'SGD, mixed',
      () => new optim.SGD([parameter()], 0.1, { weightDecay: 0.5 }),
      { lr: 0.1, weightDecay: 0.5 },
    ],
    ['Adam', () => new optim.Adam([parameter()], 0.01, [0.8, 0.9]), { lr: 0.01, betas: [0.8, 0.9] }],
    ['RMSprop', () => new optim.RMSprop([parameter()], 0.1, 0.5), { lr: 0.1, alpha: 0.5 }],
  ])('%s', (_, make, wanted) => {
    expect(make().paramGroups[0]).toMatchObject(wanted);
  });

  it('a schedule', () => {
    const schedule = new optim.StepLR(new optim.SGD([parameter()], 1), 1, 0.25);
    schedule.step();
    expect(schedule.getLastLr()).toEqual([0.25]);
  });

  it.each<[string, Tensor, Tensor]>([
    ['sum', x.sum(0, true), x.sum(0, { keepdim: true })],
    ['mean', x.mean([0, 1], true), x.mean([0, 1], { keepdim: true })],
    ['argmax', x.argmax(1, true), x.argmax(1, { keepdim: true })],
    ['max', x.max(1, true).values, x.max(1, { keepdim: true }).values],
    ['sort', x.sort(1, true).indices, x.sort(1, { descending: true }).indices],
    ['topk', x.topk(1, 1, false).values, x.topk(1, 1, { largest: false }).values],
    ['add with alpha', x.add(x, { alpha: -0.5 }), x.mul(0.5)],
    ['sub with alpha', x.sub(2, { alpha: 3 }), x.sub(6)],
    ['div that rounds down', x.div(2, { roundingMode: 'floor' }), x.div(2).floor()],
    ['clamp by name', x.clamp({ min: 0 }), x.relu()],
    ['clamp without a limit', x.clamp(null, 2), x.minimum(2)],
    ['flip', x.flip(0, 1), x.flip([0, 1])],
    ['an index without an end', at(x, ':', [1, null]), x.slice(1, 1)],
    ['an index without a start', at(x, ':', [null, 2]), x.slice(1, 0, 2)],
    ['zeros', zeros(2, 3), zeros([2, 3])],
    ['zeros with options', zeros(2, 3, { dtype: 'int32' }), zeros([2, 3], { dtype: 'int32' })],
    ['ones of one axis', ones(3), ones([3])],
    ['eye', eye(2, 3), tensor([[1, 0, 0], [0, 1, 0]]).float()], // prettier-ignore
    ['arange', arange(0, 3, { dtype: 'float32' }), tensor([0, 1, 2], { dtype: 'float32' })],
    ['softplus', F.softplus(x, 2, 10), F.softplus(x, { beta: 2, threshold: 10 })],
    ['crossEntropy', F.crossEntropy(x, tensor([0, 1]), ones([3])), F.crossEntropy(x, tensor([0, 1]))],
    ['layerNorm', F.layerNorm(x, [3], ones([3]), zeros([3])), F.layerNorm(x, [3])],
    ['padSequence', nn.padSequence([x], true), nn.padSequence([x], { batchFirst: true })],
  ])('%s', (_, ours, wanted) => {
    expect(ours.dtype).toBe(wanted.dtype);
    expect(ours.tolist()).toEqual(wanted.tolist());
  });

  it.each<[string, () => Tensor, () => Tensor]>([
    ['rand', () => rand(2, 3), () => rand([2, 3])],
    ['randn', () => randn(2, 3), () => randn([2, 3])],
    ['randint without a start', () => randint(5, [4]), () => randint(0, 5, [4])],
  ])('%s', (_, ours, wanted) => {
    const drawn = (draw: () => Tensor): unknown => {
      manualSeed(0);
      return draw().tolist();
    };
    expect(drawn(ours)).toEqual(drawn(wanted));
  });

  it('steps by hand: add_ with alpha', () => {
    const w = ones([2]);
    w.add_(tensor([1, 2]), { alpha: -0.25 });
    expect(w.tolist()).toEqual([0.75, 0.5]);
  });

  it('results of several tensors in a row', () => {
    const [values, indices] = x.topk(1);
    expect([values.tolist(), indices.tolist()]).toEqual([[[3], [5]], [[2], [1]]]); // prettier-ignore
    expect(Object.keys(x.max(1))).toEqual(['values', 'indices']);
  });

  it('backward', () => {
    const w = parameter();
    w.mul(2).backward(tensor([1, 10], { dtype: 'float32' }));
    expect(w.grad!.tolist()).toEqual([2, 20]);
  });
});

describe('arguments that cannot be meant', () => {
  const state = new nn.GRU(3, 2);
  it.each<[string, () => unknown, string | RegExp]>([
    [
      'an option by position too many',
      () => new nn.Linear(2, 2, odd(true), odd(0.1)),
      'one argument too many',
    ],
    [
      'text for true or false',
      () => new nn.Linear(2, 2, odd({ bias: 'no' })),
      "must be true or false, not 'no'",
    ],
    ['text as a size', () => new nn.Linear(odd('2'), 2), "whole number of 0 or more, not '2'"],
    ['a seed as text', () => manualSeed(odd('1')), "whole number, not '1'"],
    ['a model instead of its parameters', () => new optim.SGD(odd(state), 0.1), 'parameters'],
    ['an optimiser that is none', () => new optim.StepLR(odd(0.1), 1), 'must be an optimiser, not 0.1'],
    ['no axis for a softmax', () => F.softmax(x, odd(undefined)), 'softmax(…, -1) takes the last'],
    ['an axis by name', () => cat([x], odd({ dim: 1 })), 'axes stand by position: cat(…, -1)'],
    ['axes by name', () => x.sum(odd({ dim: 0 })), 'axes stand by position: sum(…, -1)'],
    ['one tensor to join', () => cat(odd(x)), 'must be a list of tensors'],
    ['lists to join', () => stack(odd([[1], [2]])), 'must be a Tensor, not a list of 1'],
    [
      'a list as an operand',
      () => x.add(odd([1, 2, 3])),
      'operands are tensors and numbers, not a list of 3',
    ],
    ['nothing as an operand', () => x.mul(odd(undefined)), 'not undefined'],
    ['text as an operand', () => x.pow(odd('2')), "not '2'"],
    ['text as a limit', () => x.clamp(odd('0')), "min must be a number, not '0'"],
    ['a number to multiply matrices with', () => x.matmul(odd(3)), 'second operand must be a Tensor, not 3'],
    ['a list as input', () => new nn.Linear(3, 2).forward(odd([1, 2, 3])), 'tensor(values) makes one'],
    ['nothing as input', () => state.forward(odd(undefined)), 'input must be a Tensor, not undefined'],
    ['a list as a state', () => state.forward(zeros(1, 1, 3), odd([[0, 0]])), 'h0 must be a Tensor'],
    ['no target', () => new nn.MSELoss().forward(x, odd(undefined)), 'target must be a Tensor'],
    ['a list of classes', () => new nn.CrossEntropyLoss().forward(x, odd([0, 1])), 'target must be a Tensor'],
    ['a list as a mask', () => x.maskedFill(odd([true]), 0), 'mask must be a Tensor'],
    ['a list as an index', () => x.gather(1, odd([[0]])), 'index must be a Tensor'],
    ['positions in a list', () => x.at(odd([0, 1, 0, 1])), 'for positions write tensor('],
    ["Python's slices as text", () => x.at(odd('1:2')), "'1:2' is not an index"],
    ['an unknown rounding', () => x.div(2, odd({ roundingMode: 'trunc' })), "must be 'floor' or null"],
    ['a length as text', () => x.narrow(1, 0, odd('2')), "'2' elements"],
    ['sizes behind a list of sizes', () => x.view(odd([2, 3]), odd(1)), 'in one list or one by one'],
    ['no sizes', () => zeros(), 'there are no sizes'],
    ['text as a size', () => zeros(odd('2'), 3), "not ('2', 3)"],
    ['a size instead of a shape', () => full(odd(2), 0), 'must be a list of sizes, not 2'],
    ['text as a value', () => full([2], odd('0')), "must be a number or true or false, not '0'"],
    ['a dtype that is no option', () => tensor([1], odd('float32')), "options are an object, not 'float32'"],
    ['tensors as values', () => tensor(odd([x])), 'stack(list)'],
    ['steps by name', () => arange(0, odd(10), odd({ step: 2 })), "there is no option 'step'"],
    ['a generator that is none', () => randn([2], odd({ generator: 0 })), 'must be a Generator, not 0'],
    ['a gain by name', () => nn.init.xavierUniform_(x, odd({ gain: 2 })), 'gain must be a number'],
    ['a list to fill', () => nn.init.zeros_(odd([1])), 'must be a Tensor'],
    ['a list of layers', () => new nn.Sequential(odd([new nn.Tanh()])), 'new Sequential(...layers)'],
    ['an activation of a list', () => all.tanh(odd([1])), 'must be a Tensor'],
    ['a relu of nothing', () => all.relu(odd(undefined)), 'must be a Tensor'],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(UnrolledError);
    expect(call).toThrow(message);
  });

  const operations = Object.entries({ ...functions, ...F, ...nn.init }).flatMap(([name, value]) =>
    typeof value === 'function' && !/^class/.test(String(value)) ? [[name, value as Operation] as const] : [],
  );

  it.each(operations)('%s of nothing, of an axis of nothing, of a tensor and nothing', (_, operation) => {
    for (const given of [[undefined], [undefined, 0], [undefined, x], [x, undefined], [x, 0, undefined]]) {
      const error = thrown(() => operation(...given));
      if (error !== undefined) expect(error).toBeInstanceOf(UnrolledError);
    }
  });

  it.each<[string, () => unknown]>([
    ['nonzero', () => x.nonzero(...beyond({ asTuple: true }))],
    ['clone', () => x.clone(...beyond({ memoryFormat: 'contiguous' }))],
    ['exp', () => x.exp(...beyond({ out: x }))],
    ['ReLU', () => new nn.ReLU(...beyond({ inplace: true }))],
    ['Tanh', () => new nn.Tanh(...beyond({ inplace: true }))],
  ])('options of %s, which has none', (name, call) => {
    expect(call).toThrow(`${name}: there is no option`);
    expect(call).toThrow('it takes no options');
  });

  it('arguments of what takes none', () => {
    expect(() => new nn.ReLU(...beyond(true))).toThrow('ReLU: true is one argument too many');
    expect(() => x.exp(...beyond(2))).toThrow('exp: 2 is one argument too many');
  });
});
