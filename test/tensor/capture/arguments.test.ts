import { describe, it } from 'vitest';
import {
  arange,
  memoryUsage,
  nn,
  noGrad,
  oneHot,
  ones,
  randn,
  setMemoryBudget,
  rand,
  tensor,
  type Tensor,
  zeros,
} from '../../../src/index.js';
import { expectAgreement, type Play } from './agreement.js';

/** Calls a step with other arguments each time. */
const given =
  <A extends unknown[]>(step: (...args: A) => unknown, args: (i: number) => [...A]): Play =>
  (wrap) => {
    const captured = wrap(step);
    return (i) => captured(...args(i));
  };

/** A tensor of three numbers that differ from call to call. */
const numbers = (i: number): Tensor => tensor([i, i + 0.5, -i]);

describe('a captured step follows its arguments', () => {
  it.each<[string, Play]>([
    [
      'numbers',
      given(
        (x: Tensor, by: number) => x.mul(by),
        (i) => [numbers(i), i >> 1],
      ),
    ],
    [
      'a number that is not one',
      given(
        (x: Tensor, by: number) => x.mul(by),
        (i) => [ones([2]), [NaN, 1][i % 2]],
      ),
    ],
    [
      'the sign of zero',
      given(
        (by: number) => ones([1]).div(ones([1]).mul(by)),
        (i) => [[0, -0][i & 1]],
      ),
    ],
    [
      'large whole numbers',
      given(
        (by: bigint) => ones([1]).mul(Number(by)),
        (i) => [BigInt(i >> 2)],
      ),
    ],
    [
      'what is left out',
      given(
        (x: Tensor, by?: number) => x.mul(by ?? 7),
        (i) => (i % 3 === 0 ? [ones([1])] : [ones([1]), 2]),
      ),
    ],
    [
      'words with spaces in them',
      given(
        (x: Tensor, a: string, b: string) => x.mul(a.length).add(b.length),
        (i) => (i & 1 ? [ones([1]), 'a "b', 'c'] : [ones([1]), 'a', '"b c']),
      ),
    ],
    [
      'words that look like numbers',
      given(
        (x: Tensor, a: unknown) => x.mul(typeof a === 'string' ? 2 : 3),
        (i) => [ones([1]), i & 1 ? '1' : 1],
      ),
    ],
    [
      'symbols',
      given(
        (x: Tensor, a: symbol) => x.mul(a === known ? 2 : 3),
        (i) => [ones([1]), i & 1 ? known : Symbol('known')],
      ),
    ],
    [
      'lists of numbers',
      given(
        (x: Tensor, by: number[]) => x.mul(by[1]),
        (i) => [ones([1]), [0, i >> 1]],
      ),
    ],
    [
      'lists of tensors',
      given(
        (xs: Tensor[]) => xs[0].add(xs[1]),
        (i) => [[numbers(i), numbers(2 * i)]],
      ),
    ],
    [
      'objects',
      given(
        ({ x, by }: { x: Tensor; by: number }) => x.mul(by),
        (i) => [{ x: numbers(i), by: i >> 1 }],
      ),
    ],
    [
      'objects without a prototype',
      given(
        (o: { x?: Tensor }) => o.x!.mul(2),
        (i) => [Object.assign(Object.create(null) as object, { x: numbers(i) })],
      ),
    ],
    [
      'states in lists in lists',
      given(
        ({ x, state: [h, c] }: { x: Tensor; state: Tensor[] }) => [x.add(h), [c.mul(x)]],
        (i) => [{ x: numbers(i), state: [numbers(1), numbers(-i)] }],
      ),
    ],
    [
      'longer lists',
      given(
        (xs: Tensor[]) => xs.reduce((a, b) => a.add(b)),
        (i) => [Array.from({ length: 1 + (i >> 2) }, () => numbers(i))],
      ),
    ],
    [
      'lists with holes',
      given(
        (xs: (number | undefined)[]) => ones([1]).mul(0 in xs ? 2 : xs.length),
        (i) => [i & 1 ? [undefined, 1] : new Array<undefined>(3)],
      ),
    ],
    ['typed arrays', given((x: Tensor, by: Float32Array) => x.mul(by[0]), typed())],
    ['dates', given((x: Tensor, d: Date) => x.mul(d.getTime()), dated())],
    ['maps', given((x: Tensor, m: Map<string, number>) => x.mul(m.get('a')!), mapped())],
    ['instances of classes', given((b: Batch) => b.x.mul(b.by), batched())],
    [
      'functions',
      given(
        (x: Tensor, f: (x: Tensor) => Tensor) => f(x),
        (i) => [numbers(i), [double, negative][(i >> 1) & 1]],
      ),
    ],
    [
      'tensors of other dtypes',
      given(
        (x: Tensor) => x.add(1),
        (i) => [tensor([i, 2], { dtype: i & 1 ? 'int32' : 'float32' })],
      ),
    ],
    [
      'one-hot tensors and others',
      given(
        (x: Tensor) => weights.mul(x.sum(0)),
        (i) => [i % 3 ? oneHot(tensor([i % 4, 0]), 4) : ones([2, 4]).mul(i)],
      ),
    ],
    [
      'tensors without elements',
      given(
        (x: Tensor) => [x.mul(2), x.sum()],
        (i) => [zeros([0, 3 + (i >> 3)])],
      ),
    ],
    [
      'the same tensor twice',
      given(
        (x: Tensor, y: Tensor) => (x === y ? x.mul(3) : x.add(y)),
        (i) => twice(i),
      ),
    ],
    [
      'views of one another',
      given(
        (x: Tensor, y: Tensor) => x.mul(y),
        (i) => [numbers(i).narrow(0, 0, 2), numbers(i).narrow(0, 1, 2)],
      ),
    ],
    [
      'transposed tensors',
      given(
        (x: Tensor) => [x.matmul(square), x.sum(), x.mul(2)],
        (i) => [rand([5, 5]).t().mul(i).t()],
      ),
    ],
    [
      'tensors that were transposed',
      given(
        (x: Tensor) => x.t().matmul(x),
        (i) => [i & 1 ? rand([4, 3]) : rand([3, 4]).t()],
      ),
    ],
    [
      'stretched tensors',
      given(
        (x: Tensor) => x.mul(numbers(1)).sum(0),
        (i) => [numbers(i).expand(4, 3)],
      ),
    ],
    [
      'columns',
      given(
        (x: Tensor) => [x.matmul(ones([1, 2])), x.sum()],
        (i) => [rand([4, 3]).narrow(1, i % 3, 1)],
      ),
    ],
    [
      'parts of wide tensors',
      given(
        (x: Tensor) => x.softmax(1).matmul(square),
        (i) => [rand([3, 400]).narrow(1, 5 * i, 5)],
      ),
    ],
    [
      'far parts of wide tensors',
      given(
        (x: Tensor) => x.sum(1),
        (i) => [rand([300, 400]).t().narrow(1, i, 2)],
      ),
    ],
  ])('%s', (_name, play) => expectAgreement(play));

  it.each<[string, Play]>([
    [
      'a list that is changed',
      (wrap) => {
        const list = [1];
        const step = wrap((x: Tensor, by: number[]) => x.mul(by[0]));
        return (i) => {
          list[0] = i >> 1;
          return step(ones([2]), list);
        };
      },
    ],
    [
      'a list of tensors that is changed',
      (wrap) => {
        const list = [ones([2]), ones([2])];
        const step = wrap((xs: Tensor[]) => xs[0].sub(xs[1]));
        return (i) => {
          list[i % 2] = tensor([i, 2.5]);
          return step(list);
        };
      },
    ],
    [
      'an object that is changed',
      (wrap) => {
        const options = { by: 1, inner: { x: ones([2]) } };
        const step = wrap((o: typeof options) => o.inner.x.mul(o.by));
        return (i) => {
          if (i % 3 === 2) options.by += 1;
          if (i === 5) options.inner.x = zeros([2]);
          return step(options);
        };
      },
    ],
    [
      'a list that holds itself',
      (wrap) => {
        const list: unknown[] = [0];
        list.push(list);
        const step = wrap((xs: unknown[]) => ones([1]).mul(xs[0] as number));
        return (i) => {
          list[0] = i;
          return step(list);
        };
      },
    ],
    [
      'an object that gets another entry',
      (wrap) => {
        const options: { by?: number } = {};
        const step = wrap((o: { by?: number }) => ones([1]).mul(o.by ?? 5));
        return (i) => {
          if (i === 5) options.by = 2;
          return step(options);
        };
      },
    ],
    [
      'a tensor that is written to in between',
      (wrap) => {
        const x = zeros([3]);
        const step = wrap((y: Tensor) => y.mul(2));
        return (i) => {
          x.fill_(i);
          return step(x);
        };
      },
    ],
    [
      'a one-hot tensor that is written to in between',
      (wrap) => {
        const x = oneHot(tensor([1, 2]), 4);
        const linear = new nn.Linear(4, 2);
        const step = wrap((y: Tensor) => linear.forward(y));
        return (i) => {
          if (i === 5) x.fill_(0.5);
          return step(x).detach();
        };
      },
    ],
    [
      'what it returned',
      (wrap) => {
        const step = wrap((h: Tensor, x: Tensor) => h.mul(0.5).add(x));
        let h = zeros([3]);
        return (i) => (h = step(h, numbers(i)));
      },
    ],
    [
      'what it returned before that',
      (wrap) => {
        const step = wrap((a: Tensor, b: Tensor) => ({ a: a.add(b), b: a.sub(b) }));
        let last = { a: ones([2]), b: zeros([2]) };
        let before = last;
        return () => {
          const next = step(last.b, before.a);
          [before, last] = [last, next];
          return [next.a, next.b];
        };
      },
    ],
    [
      'arguments that it returned in another order',
      (wrap) => {
        const step = wrap((a: Tensor, b: Tensor) => [b, a, a.mul(2)]);
        let [a, b] = [tensor([1, 2]), tensor([3, 4])];
        return () => {
          const [first, second, third] = step(a, b);
          const same = [first === b, second === a];
          [a, b] = [first, second];
          return [same, third];
        };
      },
    ],
    [
      'arguments that it let out',
      (wrap) => {
        let out = zeros([2]);
        const step = wrap((a: Tensor, b: Tensor) => {
          out = a;
          return a.sub(b.mul(3));
        });
        return (i) => step(tensor([i, 1.5]), out);
      },
    ],
    [
      'a tensor that requires a gradient',
      (wrap) => {
        const x = tensor([1, 2.5], { requiresGrad: true });
        const step = wrap((y: Tensor) => {
          const loss = y.square().sum();
          loss.backward();
          return loss.detach();
        });
        return () => [step(x), x.grad];
      },
    ],
    [
      'a tensor that is a result with a history',
      (wrap) => {
        const w = tensor([1, 2.5], { requiresGrad: true });
        const step = wrap((y: Tensor) => y.square().sum());
        return () => {
          step(w.mul(2)).backward();
          return w.grad;
        };
      },
    ],
    [
      'an argument that it makes require a gradient',
      (wrap) => {
        const step = wrap((y: Tensor) => {
          y.requiresGrad_();
          y.square().sum().backward();
        });
        return (i) => {
          const x = tensor([i, 0.5]);
          step(x);
          return [x.requiresGrad, x.grad];
        };
      },
    ],
    [
      'an argument that it writes to',
      (wrap) => {
        const step = wrap((y: Tensor) => y.add_(1).mul(2));
        const x = zeros([2]);
        return (i) => {
          const own = i < 4 ? x : zeros([2]);
          return [step(own), own];
        };
      },
    ],
    [
      'an argument that it writes to from the second call on',
      (wrap) => {
        let calls = 0;
        const step = wrap((y: Tensor) => (calls++ > 0 ? y.add_(1) : y.add(1)));
        const x = zeros([2]);
        return () => [step(x), x];
      },
    ],
    [
      'an argument whose memory it changes by another way',
      (wrap) => {
        const w = zeros([2]);
        const step = wrap((y: Tensor) => {
          w.add_(1);
          return y.mul(2);
        });
        return () => step(w.narrow(0, 0, 1));
      },
    ],
    [
      'a list that it changes',
      (wrap) => {
        const list: Tensor[] = [];
        const step = wrap((xs: Tensor[], x: Tensor) => xs.push(x.mul(2)));
        return (i) => [step(list, numbers(i)), list];
      },
    ],
    [
      'an argument that it disposes of',
      (wrap) => {
        const step = wrap((y: Tensor) => {
          const z = y.mul(2);
          y.dispose();
          return z;
        });
        return (i) => step(numbers(i));
      },
    ],
    [
      'arguments with and without gradients recorded',
      (wrap) => {
        const w = new nn.Parameter(ones([3]));
        const step = wrap((x: Tensor) => w.mul(x));
        return (i) => (i % 3 === 0 ? step(numbers(i)) : noGrad(() => step(numbers(i))));
      },
    ],
    [
      'sizes that come back',
      (wrap) => {
        const step = wrap((x: Tensor) => x.mul(2).sum());
        return (i) => step(arange(1, 2 + (i % 3) + (i >> 3)).float());
      },
    ],
  ])('%s', (_name, play) => expectAgreement(play, 9));

  it('several tensors, where memory is short', () => {
    const { budget } = memoryUsage();
    setMemoryBudget(100);
    try {
      expectAgreement((wrap) => {
        const step = wrap((x: Tensor, y: Tensor, z: Tensor) => [x.sub(y), y.mul(z)]);
        return (i) => step(numbers(i), numbers(2 * i), numbers(i + 3));
      });
    } finally {
      setMemoryBudget(budget);
    }
  });
});

const known = Symbol('known');
const double = (x: Tensor): Tensor => x.mul(2);
const negative = (x: Tensor): Tensor => x.neg();
const weights = rand([3, 4]);
const square = randn([5, 5]);

class Batch {
  x = ones([2]);
  by = 1;
}

function batched() {
  const batch = new Batch();
  return (i: number): [Batch] => {
    batch.by = i >> 1;
    if (i & 1) batch.x = tensor([i, 1]).float();
    return [batch];
  };
}

function typed() {
  const values = new Float32Array(1);
  return (i: number): [Tensor, Float32Array] => {
    values[0] = i >> 1;
    return [ones([1]), values];
  };
}

function dated() {
  const date = new Date(0);
  return (i: number): [Tensor, Date] => {
    date.setTime(i >> 1);
    return [ones([1]), date];
  };
}

function mapped() {
  const map = new Map([['a', 0]]);
  return (i: number): [Tensor, Map<string, number>] => [ones([1]), map.set('a', i >> 1)];
}

function twice(i: number): [Tensor, Tensor] {
  const x = tensor([i, 1.5]);
  return [x, i & 2 ? x : tensor([i, 1.5])];
}
