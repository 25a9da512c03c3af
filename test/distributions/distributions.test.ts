import { describe, expect, it } from 'vitest';
import {
  distributions,
  manualSeed,
  nn,
  ones,
  optim,
  randn,
  tensor,
  type Tensor,
  zeros,
} from '../../src/index.js';

// Draws, densities and gradients stand in test/golden/data/made, and are PyTorch's.
const { Bernoulli, Categorical, klDivergence, Normal } = distributions;

describe('Normal', () => {
  it('takes numbers and tensors, which broadcast', () => {
    const normal = new Normal(zeros([2, 1]), ones([3]));
    expect([normal.batchShape, normal.mean.shape, normal.stddev.shape]).toEqual([[2, 3], [2, 3], [2, 3]]); // prettier-ignore
    expect(normal.sample([4]).shape).toEqual([4, 2, 3]);
    expect(new Normal(1, 2).sample().shape).toEqual([]);
    expect(new Normal(1, 2).variance.item()).toBe(4);
  });

  it('draws the same with and without a gradient', () => {
    const normal = new Normal(randn([3]).requiresGrad_(), 0.5);
    manualSeed(5);
    const sample = normal.sample();
    manualSeed(5);
    const drawn = normal.rsample();
    expect(drawn.tolist()).toEqual(sample.tolist());
    expect([sample.requiresGrad, drawn.requiresGrad]).toEqual([false, true]);
  });

  it('refuses what is no normal distribution', () => {
    expect(() => new Normal(0, 0)).toThrow('Normal: scale must be above 0');
    expect(() => new Normal(NaN, 1)).toThrow('Normal: loc must not be NaN');
    expect(() => new Normal(zeros([2]), ones([3]))).toThrow('Normal: shapes (2,) and (3,)');
    expect(() => new Normal(0, 1).logProb(tensor(NaN))).toThrow('logProb takes no NaN');
  });
});

describe('Categorical', () => {
  it('brings weights to a sum of 1, and knows its likeliest class', () => {
    const c = new Categorical(tensor([[1, 3], [6, 2]])); // prettier-ignore
    expect([c.probs.tolist(), c.mode.tolist(), c.batchShape]).toEqual([[[0.25, 0.75], [0.75, 0.25]], [1, 0], [2]]); // prettier-ignore
  });

  it('refuses what are no probabilities', () => {
    expect(() => new Categorical(tensor([-0.5, 1]))).toThrow('probs must be 0 or more');
    expect(() => new Categorical(zeros([2]))).toThrow('not all 0');
    expect(() => new Categorical({ logits: tensor([NaN, 1]) })).toThrow('logits must not be NaN');
    expect(() => new Categorical(tensor(0.5))).toThrow('needs an axis of classes');
    expect(() => new Categorical({ probs: ones([2]), logits: ones([2]) })).toThrow('either probs or logits');
    expect(() => new Categorical({} as never)).toThrow('either probs or logits');
    expect(() => new Categorical(ones([2])).logProb(tensor(2))).toThrow('index 2');
  });

  it('teaches a policy by its rewards', () => {
    manualSeed(0);
    const logits = new nn.Parameter(zeros([3]));
    const optimizer = new optim.Adam([logits], { lr: 0.1 });
    for (let i = 0; i < 100; i++) {
      const policy = new Categorical({ logits });
      const action = policy.sample([8]);
      optimizer.zeroGrad();
      // Only the last action is worth anything.
      policy.logProb(action).mul(action.eq(2).float().sub(0.5)).mean().neg().backward();
      optimizer.step();
    }
    expect(new Categorical({ logits }).probs.at(2).item()).toBeGreaterThan(0.9);
  });
});

describe('Bernoulli', () => {
  it('has the moments of its probabilities', () => {
    const coin = new Bernoulli(tensor([0.25, 1]));
    expect([coin.mean.tolist(), coin.variance.tolist()]).toEqual([[0.25, 1], [0.1875, 0]]); // prettier-ignore
    expect(coin.sample([50]).at(':', 1).sum().item()).toBe(50);
    expect(new Bernoulli(0.5).sample().shape).toEqual([]);
  });

  it('refuses what are no events', () => {
    expect(() => new Bernoulli(1.5)).toThrow('probs must be between 0 and 1');
    expect(() => new Bernoulli({ logits: NaN })).toThrow('logits must not be NaN');
    expect(() => new Bernoulli(0.5).logProb(tensor(0.5))).toThrow('values must be 0 or 1');
  });
});

describe('klDivergence', () => {
  it('trains a variational autoencoder’s posterior', () => {
    const [mean, logStd] = [new nn.Parameter(ones([4])), new nn.Parameter(ones([4]))];
    const optimizer = new optim.Adam([mean, logStd], { lr: 0.1 });
    let kl: Tensor = zeros([]);
    for (let i = 0; i < 100; i++) {
      optimizer.zeroGrad();
      kl = klDivergence(new Normal(mean, logStd.exp()), new Normal(0, 1)).sum();
      kl.backward();
      optimizer.step();
    }
    expect(kl.item()).toBeLessThan(0.01);
  });

  it('refuses distributions of different kinds', () => {
    const [p, q]: distributions.Distribution[] = [new Normal(0, 1), new Bernoulli(0.5)];
    expect(() => klDivergence(p, q)).toThrow('not known for Normal and Bernoulli');
  });
});
