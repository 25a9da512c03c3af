import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  fullLike,
  manualSeed,
  nn,
  ones,
  onesLike,
  optim,
  type Tensor,
  tensor,
  where,
  zerosLike,
} from '../../src/index.js';

const torch = JSON.parse(readFileSync('test/golden/dropout/dropout.json', 'utf8')) as {
  readonly masks: Readonly<Record<string, readonly number[]>>;
  readonly losses: Readonly<Record<string, readonly number[]>>;
};
const { dropout, gelu, layerNorm, linear } = nn.functional;

// Ones that lie in memory in the order their names say, as dropout.py has them.
const row = ones([4]);
const last = (x: Tensor): Tensor => x.permute(2, 0, 1);
const ARRANGED: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  contiguous: (x) => x,
  transposed: (x) => x.transpose(0, 1),
  permuted: last,
  'permuted, contiguous': (x) => last(x).contiguous(),
  'permuted, clone': (x) => last(x).clone(),
  'permuted, tanh of tanh': (x) => last(x).tanh().tanh().sign(),
  'permuted, gelu': (x) => gelu(last(x)).sign(),
  'permuted, relu': (x) => last(x).relu(),
  'permuted, clamp': (x) => last(x).clamp(0, 1),
  'permuted, softmax': (x) => last(x).softmax(0).sign(),
  'permuted, square': (x) => last(x).pow(2),
  'permuted, from int': (x) => last(x.int()).float(),
  'permuted times contiguous': (x) => last(x).mul(ones([4, 2, 3])),
  'contiguous times permuted': (x) => ones([4, 2, 3]).mul(last(x)),
  'transposed times row': (x) => x.transpose(0, 1).mul(row),
  'row times transposed': (x) => row.mul(x.transpose(0, 1)),
  'column times permuted': (x) => ones([4, 1, 1]).mul(last(x)),
  'transposed column times contiguous': (x) =>
    x
      .select(2, 0)
      .t()
      .unsqueeze(1)
      .mul(ones([3, 4, 2])),
  'where by permuted': (x) => where(last(x).gt(0), last(x), 0),
  'where by contiguous': (x) => where(ones([4, 2, 3]).gt(0), last(x), 0),
  masked: (x) => last(x).maskedFill(last(x).lt(0), 0),
  sliced: (x) => x.at('...', [0, undefined, 2]).transpose(0, 1),
  'rows left out': (x) => x.permute(1, 2, 0).at([0, undefined, 2]),
  expanded: (x) => x.narrow(2, 0, 1).transpose(0, 2).expand(4, 3, 2),
  'axis of one': (x) => x.narrow(1, 0, 1).permute(2, 1, 0),
  'layer norm': (x) => layerNorm(x.transpose(0, 1), [4]).add(1).sign(),
  linear: (x) => linear(x.transpose(0, 1), ones([5, 4])).sign(),
};

describe('dropout draws in the order of memory', () => {
  it.each(Object.keys(torch.masks))('%s', (name) => {
    manualSeed(1);
    expect([...dropout(ARRANGED[name](ones([2, 3, 4])), 0.5).data]).toEqual(torch.masks[name]);
  });
});

it('gives what it keeps the gradient that it gives their numbers', () => {
  const x = ones([2, 3, 4], { requiresGrad: true });
  const y = dropout(x.permute(2, 0, 1), 0.5);
  y.sum().backward();
  expect(x.grad!.permute(2, 0, 1).tolist()).toEqual(y.tolist());
});

describe('the order of memory', () => {
  const strided = ones([2, 3, 4]).permute(2, 0, 1);

  it('is kept by elementwise operations, copies and conversions', () => {
    for (const y of [strided.tanh(), strided.add(1), strided.clone(), strided.int(), strided.gt(0)]) {
      expect(y.strides).toEqual(strided.strides);
    }
  });

  // PyTorch: torch.ones(2, 3, 4).permute(2, 0, 1).flip(0).stride(), and so on.
  it('is kept by what moves elements, and by tensors like another', () => {
    const like = [zerosLike(strided), onesLike(strided), fullLike(strided, 2)];
    for (const y of [strided.flip(0), strided.sort(0).values, strided.lerp(ones([4, 2, 3]), 0.5), ...like]) {
      expect(y.strides).toEqual([1, 12, 4]);
    }
  });

  it('is kept beside the axis that positions read', () => {
    const i = tensor([0, 1]);
    expect(strided.at(i).strides).toEqual([6, 3, 1]);
    expect(strided.at(':', i).strides).toEqual([1, 4, 8]);
    expect(strided.at(':', ':', i).strides).toEqual([2, 8, 1]);
    expect(strided.at(':', tensor([true, true])).strides).toEqual([1, 4, 8]);
  });

  it('is that of the product where a tensor is added to it', () => {
    expect(strided.baddbmm(ones([4, 2, 1]), ones([4, 1, 3])).strides).toEqual([6, 3, 1]);
  });

  it('is row-major where an operation reads axes, and after contiguous and reshape', () => {
    for (const y of [strided.softmax(0), strided.contiguous(), strided.reshape(8, 3), strided.sum(0)]) {
      expect(y.isContiguous()).toBe(true);
    }
  });

  it('is that of time in the output of a batchFirst layer, which reshape joins and view does not', () => {
    const [output] = new nn.GRU(3, 4, { batchFirst: true }).forward(ones([2, 5, 3]));
    expect(output.strides).toEqual([4, 8, 1]);
    expect(output.reshape(-1, 4).shape).toEqual([10, 4]);
    expect(() => output.view(-1, 4)).toThrow('reshape()');
  });
});

const SENTENCE = "to be, or not to be, that is the question: whether 'tis nobler in the mind to suffer";
const LETTERS = [...new Set(SENTENCE)].sort();

interface Settings {
  readonly kind: 'RNN' | 'LSTM' | 'GRU';
  readonly batchFirst?: boolean;
  readonly bidirectional?: boolean;
  readonly lengths?: readonly number[];
  readonly enforceSorted?: boolean;
}

class Network extends nn.Module {
  readonly embedding = new nn.Embedding(LETTERS.length, 6);
  readonly rnn: nn.RNN | nn.LSTM | nn.GRU;
  readonly dropout = new nn.Dropout(0.4);
  readonly fc: nn.Linear;

  constructor(readonly settings: Settings) {
    super();
    const { kind, batchFirst = true, bidirectional = false } = settings;
    this.rnn = new nn[kind](6, 8, { numLayers: 2, dropout: 0.3, batchFirst, bidirectional });
    this.fc = new nn.Linear(bidirectional ? 16 : 8, LETTERS.length);
  }

  override forward(x: Tensor): Tensor {
    return this.fc.forward(this.dropout.forward(this.outputs(this.embedding.forward(x)).tanh()));
  }

  private outputs(embedded: Tensor): Tensor {
    const { batchFirst = true, lengths, enforceSorted } = this.settings;
    if (lengths === undefined) return this.rnn.run(embedded)[0];
    const packed = nn.packPaddedSequence(embedded, lengths, { batchFirst, enforceSorted });
    return nn.padPackedSequence(this.rnn.run(packed)[0], { batchFirst })[0];
  }
}

/** Twelve steps, of which every fourth only evaluates. */
function losses(settings: Settings): number[] {
  manualSeed(3);
  const indices = [...SENTENCE].map((c) => LETTERS.indexOf(c));
  const rows = [0, 13, 26, 39, 52].map((i) => indices.slice(i, i + 13));
  const batch = (wanted: number[][]): Tensor =>
    settings.batchFirst === false ? tensor(wanted).t() : tensor(wanted);
  const [X, Y] = [batch(rows.map((r) => r.slice(0, -1))), batch(rows.map((r) => r.slice(1)))];
  const network = new Network(settings);
  const optimizer = new optim.SGD(network.parameters(), { lr: 0.5 });
  return Array.from({ length: 12 }, (_, step) => {
    network.train(step % 4 !== 3);
    const logits = network.forward(X);
    const loss = nn.functional.crossEntropy(logits.reshape(-1, LETTERS.length), Y.reshape(-1));
    if (network.training) {
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
    }
    return loss.item();
  });
}

const packed = [12, 12, 9, 4, 1];
const NETWORKS: Readonly<Record<string, Settings>> = {
  'LSTM, batchFirst': { kind: 'LSTM' },
  'GRU, batchFirst': { kind: 'GRU' },
  'RNN, batchFirst': { kind: 'RNN' },
  'GRU, time first': { kind: 'GRU', batchFirst: false },
  'LSTM, batchFirst, bidirectional': { kind: 'LSTM', bidirectional: true },
  'LSTM, batchFirst, packed': { kind: 'LSTM', lengths: packed },
  'GRU, batchFirst, packed unsorted': { kind: 'GRU', lengths: [4, 12, 1, 9, 12], enforceSorted: false },
  'GRU, time first, packed': { kind: 'GRU', batchFirst: false, lengths: packed },
};

describe('a network with dropout between its layers and behind them has the losses of PyTorch', () => {
  it.each(Object.keys(torch.losses))('%s', (name) => {
    const wanted = torch.losses[name];
    losses(NETWORKS[name]).forEach((loss, step) => {
      expect(Math.abs(loss - wanted[step]), `step ${step}: ${loss}, not ${wanted[step]}`).toBeLessThan(1e-5);
    });
  });
});
