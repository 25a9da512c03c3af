import { describe, expect, it } from 'vitest';
import { nn, noGrad, rand, Tensor } from '../../src/index.js';

const { functional: F } = nn;

/** An operation on x, which requires a gradient, and w, with what PyTorch says of a change of each before backward. */
type Row = readonly [
  name: string,
  f: (x: Tensor, w: Tensor) => Tensor,
  x: Answer,
  constant: Answer,
  learned: Answer,
];
type Answer = 'may change' | 'must stay';

// Changes: x where w is a constant, w the constant, x where w requires a gradient too. From PyTorch 2.13.
const ROWS: readonly Row[] = [
  ['add', (x, w) => x.add(w), 'may change', 'may change', 'may change'],
  ['mul', (x, w) => x.mul(w), 'may change', 'must stay', 'must stay'],
  ['mul by a number', (x) => x.mul(2), 'may change', 'may change', 'may change'],
  ['div', (x, w) => x.div(w), 'may change', 'must stay', 'must stay'],
  ['pow', (x, w) => x.pow(w), 'must stay', 'must stay', 'must stay'],
  ['remainder', (x, w) => x.remainder(w), 'may change', 'may change', 'must stay'],
  ['maximum', (x, w) => x.maximum(w), 'must stay', 'must stay', 'must stay'],
  ['matmul', (x, w) => x.matmul(w.t()), 'may change', 'must stay', 'must stay'],
  ['linear', (x, w) => F.linear(x, w), 'may change', 'must stay', 'must stay'],
  [
    'maskedFill',
    (x, w) => x.mul(1).maskedFill(w.detach().gt(2), 0),
    'may change',
    'may change',
    'may change',
  ],
  ['exp', (x) => x.exp(), 'may change', 'may change', 'may change'],
  ['log', (x) => x.log(), 'must stay', 'may change', 'must stay'],
  ['sign', (x) => x.sign(), 'may change', 'may change', 'may change'],
  ['gelu', (x) => F.gelu(x), 'must stay', 'may change', 'must stay'],
  ['softmax', (x) => x.softmax(1), 'may change', 'may change', 'may change'],
  ['RNNCell', (x, w) => new nn.RNNCell(3, 3).forward(x, w), 'must stay', 'must stay', 'must stay'],
  ['GRU', (x) => new nn.GRU(3, 3).forward(x)[0], 'must stay', 'may change', 'must stay'],
];

type Arrange = readonly [name: string, whole: readonly number[], view: (x: Tensor) => Tensor];
const ARRANGED: readonly Arrange[] = [
  ['contiguous', [4, 3], (x) => x],
  ['transposed', [3, 4], (x) => x.t()],
];

/** What becomes of backward when one of the operands changes in between. */
function answer(f: Row[1], [, whole, view]: Arrange, learns: boolean, changed: 'x' | 'w'): Answer {
  const made = (requiresGrad: boolean): Tensor => rand(whole).add(0.1).requiresGrad_(requiresGrad).mul(1);
  const [x, w] = [made(true), made(learns)];
  const y = f(view(x), view(w)).sum();
  noGrad(() => (changed === 'x' ? x : w).mul_(2));
  try {
    y.backward();
    return 'may change';
  } catch (error) {
    expect(String(error)).toContain('changed in place');
    return 'must stay';
  }
}

describe.each(ARRANGED)(
  'a change in place of a %s operand is an error where the gradient reads it',
  (...arranged) => {
    it.each(ROWS)('%s', (_, f, x, constant, learned) => {
      expect(answer(f, arranged, false, 'x')).toBe(x);
      expect(answer(f, arranged, false, 'w')).toBe(constant);
      expect(answer(f, arranged, true, 'x')).toBe(learned);
    });
  },
);

it('a copy that an operation made for itself is not the operand', () => {
  const [x, W] = [rand([2, 4, 3], { requiresGrad: true }).mul(1), rand([5, 3], { requiresGrad: true })];
  const y = F.linear(x.transpose(0, 1), W).sum();
  const wanted = x.sum([0, 1]).tolist();
  noGrad(() => x.zero_());
  y.backward();
  const [row] = W.grad!.tolist<number[][]>();
  row.forEach((v, i) => expect(v).toBeCloseTo((wanted as number[])[i], 4));
});
