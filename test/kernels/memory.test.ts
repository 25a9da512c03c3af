import { expect, it, vi } from 'vitest';

type Unrolled = typeof import('../../src/index.js');

/** Losses of a small training in a captured step, read one by one, and the weights' sums. */
function trained({ capture, manualSeed, nn, optim, randn }: Unrolled): number[] {
  manualSeed(1);
  const model = new nn.LSTM(3, 5, { batchFirst: true });
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.1 });
  const x = randn([2, 6, 3]);
  const step = capture(() => {
    optimizer.zeroGrad();
    const loss = model.forward(x)[0].transpose(0, 1).add(0.5).square().mean();
    loss.backward();
    optimizer.step();
    return loss;
  });
  const losses = Array.from({ length: 5 }, () => step().item());
  return [...losses, ...Array.from(model.parameters(), (p) => p.detach().sum().item())];
}

it('is the same memory beyond 2 GiB, where addresses are negative to >> and <<', async () => {
  const expected = trained(await import('../../src/index.js'));
  vi.resetModules();
  // Taken, but never touched: the system gives no pages for it.
  const { reserve } = await import('../../src/kernels/engine.js');
  reserve(2 ** 31);
  expect(trained(await import('../../src/index.js'))).toEqual(expected);
});
