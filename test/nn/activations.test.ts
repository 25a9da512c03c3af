import { describe, expect, it } from 'vitest';
import { nn, randn, type Tensor, tensor } from '../../src/index.js';
import { expectGradients } from '../gradients.js';

describe('activation modules', () => {
  const x = randn([3, 4]);

  it.each([
    [new nn.Tanh(), x.tanh(), 'Tanh()'],
    [new nn.Sigmoid(), x.sigmoid(), 'Sigmoid()'],
    [new nn.ReLU(), x.relu(), 'ReLU()'],
    [new nn.Softmax(0), x.softmax(0), 'Softmax(dim=0)'],
    [new nn.LogSoftmax(-1), x.logSoftmax(-1), 'LogSoftmax(dim=-1)'],
    [new nn.GELU(), x.gelu(), 'GELU(approximate=none)'],
    [new nn.GELU('tanh'), x.gelu({ approximate: 'tanh' }), 'GELU(approximate=tanh)'],
    [new nn.SiLU(), x.silu(), 'SiLU()'],
    [new nn.Softplus(2, 5), x.softplus({ beta: 2, threshold: 5 }), 'Softplus(beta=2, threshold=5)'],
    [new nn.LogSigmoid(), x.logSigmoid(), 'LogSigmoid()'],
    [new nn.ELU(0.7), x.elu(0.7), 'ELU(alpha=0.7)'],
    [new nn.SELU(), x.selu(), 'SELU()'],
    [new nn.LeakyReLU(0.2), x.leakyRelu(0.2), 'LeakyReLU(negativeSlope=0.2)'],
    [new nn.Hardtanh(-2, 0.5), x.hardtanh(-2, 0.5), 'Hardtanh(min=-2, max=0.5)'],
    [new nn.ReLU6(), x.relu6(), 'ReLU6()'],
    [new nn.Hardsigmoid(), x.hardsigmoid(), 'Hardsigmoid()'],
    [new nn.Softsign(), x.softsign(), 'Softsign()'],
  ] as [nn.Layer, Tensor, string][])('%s does what its function does', (module, expected, name) => {
    expect(module.forward(x).tolist()).toEqual(expected.tolist());
    expect(module.toString()).toBe(name);
    expect([...module.parameters()]).toEqual([]);
  });

  it('have the gradients of central differences', () => {
    // Away from 0, where relu has its kink.
    const input = tensor([-1.5, -0.5, 0.5, 1.5]).view(2, 2);
    for (const layer of [
      new nn.Tanh(),
      new nn.Sigmoid(),
      new nn.ReLU(),
      new nn.Softmax(1),
      new nn.LogSoftmax(0),
      new nn.GELU(),
      new nn.GELU('tanh'),
      new nn.SiLU(),
      new nn.Softplus(),
      new nn.LogSigmoid(),
      new nn.ELU(0.7),
      new nn.SELU(),
      new nn.LeakyReLU(),
      new nn.Hardtanh(),
      new nn.ReLU6(),
      new nn.Hardsigmoid(),
      new nn.Softsign(),
    ]) {
      expectGradients((y) => layer.forward(y), [input]);
    }
  });

  it('refuse what they cannot be', () => {
    expect(() => new nn.GELU('erf' as 'tanh').forward(x)).toThrow("not 'erf'");
    expect(() => new nn.Hardtanh(1, -1).forward(x)).toThrow('min must be less than max');
  });

  it('say which axis there is not', () => {
    expect(() => new nn.Softmax(2).forward(x)).toThrow('there is no axis 2');
  });
});
