import { describe, expect, it } from 'vitest';
import * as u from '../../src/index.js';

const { tensor } = u;
const other = tensor([
  [0.5, 1.5, 2.5],
  [3.5, 4.5, 5.5],
]);
const leaf = (): u.Tensor => u.arange(6, { dtype: 'float32' }).view(2, 3).add(1).detach().requiresGrad_();

describe('backward, again', () => {
  // PyTorch allows it: y = ...; y.sum().backward(); y.sum().backward().
  it.each<[string, (x: u.Tensor) => u.Tensor]>([
    ['add', (x) => x.add(other)],
    ['add of itself', (x) => x.add(x)],
    ['add of a number', (x) => x.add(1)],
    ['sub', (x) => u.sub(other, x)],
    ['neg', (x) => x.neg()],
    ['remainder', (x) => x.remainder(2)],
    ['sum', (x) => x.sum()],
    ['sum along an axis', (x) => x.sum(0)],
    ['mean', (x) => x.mean()],
    ['mean along an axis', (x) => x.mean(1, { keepdim: true })],
    ['view', (x) => x.view(3, 2)],
    ['transpose', (x) => x.transpose(0, 1)],
    ['reshape of a transpose', (x) => x.t().reshape(6)],
    ['unsqueeze', (x) => x.unsqueeze(1)],
    ['squeeze', (x) => x.narrow(0, 0, 1).squeeze(0)],
    ['flatten', (x) => x.flatten()],
    ['unflatten', (x) => x.unflatten(1, [3, 1])],
    ['expand', (x) => x.expand(4, 2, 3)],
    ['select', (x) => x.select(0, 1)],
    ['slice', (x) => x.slice(1, 0, 3, 2)],
    ['split', (x) => x.split(1)[1]],
    ['unbind', (x) => x.unbind(1)[2]],
    ['cat', (x) => u.cat([x, x])],
    ['stack', (x) => u.stack([x, other])],
    ['clone', (x) => x.clone()],
    ['flip', (x) => x.flip(0)],
    ['roll', (x) => x.roll(1, 0)],
    ['repeat', (x) => x.repeat(2, 1)],
    ['repeatInterleave', (x) => x.repeatInterleave(2, 0)],
    ['diagonal', (x) => x.diagonal()],
    ['trace', (x) => x.slice(1, 0, 2).trace()],
    ['triu', (x) => x.triu()],
    ['tril', (x) => x.tril()],
    ['cumsum', (x) => x.cumsum(0)],
    ['scatterAdd', (x) => x.scatterAdd(0, tensor([[1, 0, 1]]), other)],
    ['sign', (x) => x.sign()],
    ['floor', (x) => x.floor()],
  ])('runs through %s, which saves nothing, with the same gradient', (_name, f) => {
    const x = leaf();
    const y = f(x);
    y.sum().backward();
    const once = x.grad!.clone();
    y.sum().backward();
    expect(x.grad!.tolist()).toEqual(once.mul(2).tolist());
  });

  it('is refused through what has freed its values', () => {
    for (const f of [(x: u.Tensor) => x.mul(x), (x: u.Tensor) => x.exp(), (x: u.Tensor) => x.std()]) {
      const y = f(leaf());
      y.sum().backward();
      expect(() => y.sum().backward()).toThrow(/freed by an earlier backward/);
    }
  });
});

describe('a leaf that was frozen after forward', () => {
  // PyTorch: x.requires_grad_(False) between the two leaves x.grad None, and the others as they would be.
  it.each<[string, (x: u.Tensor, w: u.Tensor) => u.Tensor]>([
    ['add', (x, w) => x.add(w)],
    ['mul', (x, w) => x.mul(w)],
    ['cat', (x, w) => u.cat([x, w])],
    ['matmul', (x, w) => x.matmul(w.t())],
    ['linear', (x, w) => u.nn.functional.linear(x, w)],
    ['view', (x, w) => x.view(6).add(w.view(6))],
    ['where', (x, w) => x.where(x.gt(2), w)],
  ])('gets no gradient through %s', (_name, f) => {
    const [x, w, twin] = [leaf(), leaf(), leaf()];
    f(leaf(), twin).sum().backward();
    const loss = f(x, w).sum();
    x.requiresGrad_(false);
    loss.backward();
    expect(x.grad).toBeNull();
    expect(w.grad!.tolist()).toEqual(twin.grad!.tolist());
  });

  it('keeps the gradient that it had', () => {
    const x = leaf();
    x.sum().backward();
    const loss = x.mul(2).sum();
    x.requiresGrad_(false);
    loss.backward();
    expect(x.grad!.tolist()).toEqual(u.ones([2, 3]).tolist());
  });

  it('may be a weight of a recurrent layer', () => {
    const gru = new u.nn.GRU(3, 2);
    const [output] = gru.forward(u.randn([4, 1, 3]));
    const [first, ...others] = gru.parameters();
    first.requiresGrad_(false);
    output.sum().backward();
    expect(first.grad).toBeNull();
    expect(others.every((p) => p.grad !== null)).toBe(true);
  });
});
