import { describe, expect, it } from 'vitest';
import { manualSeed, nn, type Tensor } from '../../src/index.js';
import { gruCell } from '../../src/nn/recurrent/cells/gru.js';
import { recurrentLayer } from '../../src/nn/recurrent/layer.js';
import { any, type Case, expectViewsAsCopies, type Input, of, unit, whole } from '../view-gradients.js';

type Outputs = Tensor | readonly Outputs[];
const flat = (y: Outputs): Tensor[] => (Array.isArray(y) ? (y as Outputs[]).flatMap(flat) : [y as Tensor]);

/** A module's case: `call` says how inputs reach `forward`, if not one by one. */
function module<M extends nn.Module>(
  make: () => M,
  inputs: readonly Input[],
  call?: (module: M, ...xs: Tensor[]) => Outputs,
): Case {
  manualSeed(0);
  const own = make();
  const forward = (...xs: Tensor[]): Outputs =>
    (own as unknown as { forward(...xs: Tensor[]): Outputs }).forward(...xs);
  return {
    f: (...xs) => flat(call === undefined ? forward(...xs) : call(own, ...xs)),
    inputs,
    parameters: [...own.parameters()],
  };
}

const plain = (names: string): Record<string, Case> =>
  Object.fromEntries(
    names.split(' ').map((name) => {
      const Activation = (nn as unknown as Record<string, new () => nn.Module>)[name];
      return [name, module(() => new Activation(), [any(4, 3)])];
    }),
  );

// (time, batch, feature) of what recurrent layers take here, and the states of 2 layers in 2 directions.
const input = any(5, 3, 4);
const state = any(4, 3, 6);
const deep = { numLayers: 2, bidirectional: true };

const packed = (layer: nn.RNN | nn.LSTM | nn.GRU | nn.MinGRU, x: Tensor): Outputs => {
  const [out, final] = layer.run(nn.packPaddedSequence(x, [2, 5, 4], { enforceSorted: false }));
  return [out.data, nn.padPackedSequence(out)[0], final];
};

const MODULES: Readonly<Record<string, Case>> = {
  ...plain(
    'ELU GELU Hardsigmoid Hardtanh LeakyReLU LogSigmoid ReLU ReLU6 SELU Sigmoid SiLU Softplus Softsign Tanh Identity',
  ),
  LogSoftmax: module(() => new nn.LogSoftmax(0), [any(4, 3)]),
  Softmax: module(() => new nn.Softmax(0), [any(4, 3)]),
  Flatten: module(() => new nn.Flatten(), [any(2, 4, 3)]),
  Sequential: module(() => new nn.Sequential(new nn.Linear(3, 4), new nn.Tanh()), [any(4, 3)]),
  Dropout: module(() => new nn.Dropout(0.5).eval(), [any(4, 3)]),
  Embedding: module(() => new nn.Embedding(5, 3, { paddingIdx: 0 }), [whole(0, 5, 2, 4)]),
  LayerNorm: module(() => new nn.LayerNorm([4, 3]), [any(2, 4, 3)]),
  Linear: module(() => new nn.Linear(3, 5), [any(2, 4, 3)]),

  RNN: module(() => new nn.RNN(4, 6, deep), [input, state]),
  'RNN without states': module(() => new nn.RNN(4, 6, { nonlinearity: 'relu' }), [input]),
  'RNN without bias': module(() => new nn.RNN(4, 6, { bias: false }), [input]),
  'RNN unbatched': module(() => new nn.RNN(4, 6), [any(5, 4), any(1, 6)]),
  'RNN of packed sequences': module(() => new nn.RNN(4, 6, deep), [input], packed),
  'RNN of one-hot rows': module(
    () => new nn.RNN(4, 6),
    [whole(0, 4, 5, 3)],
    (rnn, i) => rnn.forward(nn.functional.oneHot(i, 4)),
  ),
  LSTM: module(
    () => new nn.LSTM(4, 6, deep),
    [input, state, state],
    (lstm, x, h, c) => lstm.forward(x, [h, c]),
  ),
  'LSTM with projection': module(() => new nn.LSTM(4, 6, { ...deep, projSize: 2 }), [input]),
  'LSTM with batchFirst': module(() => new nn.LSTM(4, 6, { batchFirst: true }), [any(3, 5, 4)]),
  'LSTM of packed sequences': module(() => new nn.LSTM(4, 6, deep), [input], packed),
  GRU: module(() => new nn.GRU(4, 6, deep), [input, state]),
  'GRU with batchFirst': module(() => new nn.GRU(4, 6, { batchFirst: true }), [any(3, 5, 4)]),
  'GRU of packed sequences': module(() => new nn.GRU(4, 6, deep), [input], packed),
  MinGRU: module(() => new nn.MinGRU(4, 6, deep), [input, state]),
  'MinGRU of packed sequences': module(() => new nn.MinGRU(4, 6, deep), [input], packed),
  'layer with views for weights': of(
    (data, weightIh, weightHh, biasIh, biasHh) => {
      const weights = { weightIh, weightHh, biasIh, biasHh, weightHr: null };
      return recurrentLayer(gruCell, { data, batchSizes: [3, 2, 1] }, 2, [weights], [null]);
    },
    ...[any(6, 4), any(6, 4), any(6, 2), any(6), any(6)],
  ),
  RNNCell: module(() => new nn.RNNCell(4, 6), [any(3, 4), any(3, 6)]),
  'RNNCell unbatched': module(() => new nn.RNNCell(4, 6), [any(4), any(6)]),
  LSTMCell: module(
    () => new nn.LSTMCell(4, 6),
    [any(3, 4), any(3, 6), any(3, 6)],
    (cell, x, h, c) => cell.forward(x, [h, c]),
  ),
  GRUCell: module(() => new nn.GRUCell(4, 6), [any(3, 4), any(3, 6)]),

  CrossEntropyLoss: module(
    () => new nn.CrossEntropyLoss({ labelSmoothing: 0.1 }),
    [any(4, 3), whole(0, 3, 4)],
  ),
  NLLLoss: module(() => new nn.NLLLoss(), [any(4, 3), whole(0, 3, 4)]),
  CTCLoss: module(() => new nn.CTCLoss(), [any(5, 2, 3), whole(1, 3, 2, 2), whole(4, 6, 2), whole(1, 3, 2)]),
  BCELoss: module(() => new nn.BCELoss(), [unit(4, 3), unit(4, 3)]),
  BCEWithLogitsLoss: module(() => new nn.BCEWithLogitsLoss(), [any(4, 3), unit(4, 3)]),
  KLDivLoss: module(() => new nn.KLDivLoss({ reduction: 'sum' }), [any(4, 3), unit(4, 3)]),
  HuberLoss: module(() => new nn.HuberLoss(), [any(4, 3), any(4, 3)]),
  L1Loss: module(() => new nn.L1Loss(), [any(4, 3), any(4, 3)]),
  MSELoss: module(() => new nn.MSELoss(), [any(4, 3), any(4, 3)]),
  SmoothL1Loss: module(() => new nn.SmoothL1Loss(), [any(4, 3), any(4, 3)]),

  GaussianNLLLoss: module(() => new nn.GaussianNLLLoss({ full: true }), [any(4, 3), any(4, 3), unit(4, 3)]),
  TripletMarginLoss: module(
    () => new nn.TripletMarginLoss({ swap: true }),
    [any(4, 3), any(4, 3), any(4, 3)],
  ),
  CosineSimilarity: module(() => new nn.CosineSimilarity(), [any(4, 3), any(4, 3)]),
  PairwiseDistance: module(() => new nn.PairwiseDistance(), [any(4, 3), any(4, 3)]),
  // Targets are 1 and −1.
  MarginRankingLoss: module(
    () => new nn.MarginRankingLoss(),
    [any(4, 3), any(4, 3), whole(0, 2, 4, 3)],
    (m, x, z, t) => m.forward(x, z, t.mul(2).sub(1)),
  ),
  CosineEmbeddingLoss: module(
    () => new nn.CosineEmbeddingLoss(),
    [any(4, 3), any(4, 3), whole(0, 2, 4)],
    (m, x, z, t) => m.forward(x, z, t.mul(2).sub(1)),
  ),
  HingeEmbeddingLoss: module(
    () => new nn.HingeEmbeddingLoss(),
    [any(4, 3), whole(0, 2, 4, 3)],
    (m, x, t) => m.forward(x, t.mul(2).sub(1)),
  ),

  packSequence: module(
    () => new nn.Identity(),
    [any(4, 3), any(2, 3)],
    (_, x, z) => nn.packSequence([x, z]).data,
  ),
  padSequence: module(
    () => new nn.Identity(),
    [any(4, 3), any(2, 3)],
    (_, x, z) => nn.padSequence([x, z]),
  ),
  packPaddedSequence: module(
    () => new nn.Identity(),
    [any(2, 4, 3)],
    (_, x) => nn.packPaddedSequence(x, [4, 2], { batchFirst: true }).data,
  ),
  padPackedSequence: module(
    () => new nn.Identity(),
    [any(6, 3)],
    (_, x) => nn.padPackedSequence(nn.packSequence([x.narrow(0, 0, 4), x.narrow(0, 4, 2)]).withData(x))[0],
  ),
  unpadSequence: module(
    () => new nn.Identity(),
    [any(4, 2, 3)],
    (_, x) => nn.unpadSequence(x, [4, 2]),
  ),
};

// Without a forward of their own, or without tensors that learn.
const OTHERS = [
  'CellModule',
  'Module',
  'ModuleDict',
  'ModuleList',
  'PackedSequence',
  'Parameter',
  'ParameterDict',
  'ParameterList',
  'networkOf',
  'RecurrentModule',
  'Stepper',
];

describe('a module gives views the gradients of contiguous copies', () => {
  it('of which every exported one has a case', () => {
    const exported = Object.entries(nn).flatMap(([name, value]) =>
      typeof value === 'function' ? [name] : [],
    );
    expect(exported.filter((name) => !(name in MODULES || OTHERS.includes(name)))).toEqual([]);
  });

  it.each(Object.keys(MODULES))('%s', (name) => {
    expectViewsAsCopies(MODULES[name]);
  });
});
