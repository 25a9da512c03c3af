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
    ]) {
      expectGradients((y) => layer.forward(y), [input]);
    }
  });

  it('say which axis there is not', () => {
    expect(() => new nn.Softmax(2).forward(x)).toThrow('there is no axis 2');
  });
});
