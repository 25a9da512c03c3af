import { describe, expect, it } from 'vitest';
import { nn, randn, tensor } from '../src/index.js';
import { expectGradients } from './gradients.js';

describe('expectGradients', () => {
  it('agrees with a right gradient, of several inputs and outputs', () => {
    const [a, b] = [randn([3, 2]), randn([2])];
    const before = a.tolist();
    expectGradients((x, y) => [x.mul(y), x.tanh()], [a, b]);
    expect(a.tolist()).toEqual(before);
  });

  it('reaches the parameters of a layer', () => {
    const layer = new nn.Linear(3, 2);
    const x = randn([4, 3]);
    expectGradients(() => layer.forward(x), [x, ...layer.parameters()]);
  });

  it('finds a gradient that is missing', () => {
    const x = tensor([0.5, 1.5]);
    expect(() => expectGradients((y) => y.detach().square().add(y), [x])).toThrow('input 0, element 0');
  });
});
