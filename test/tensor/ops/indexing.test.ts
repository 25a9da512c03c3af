import { describe, expect, it } from 'vitest';
import * as u from '../../../src/index.js';
import { expectGradients } from '../../gradients.js';

const { tensor, arange } = u;
const float = { dtype: 'float32' } as const;
/** 0 … 5 in two rows. */
const x = arange(6, float).view(2, 3);
const random = (): u.Tensor => u.randn([3, 4], { generator: new u.Generator(1) });

describe('picking elements', () => {
  it('gather takes one element for each entry of the index', () => {
    expect(
      x
        .gather(
          1,
          tensor([
            [2, 0],
            [1, 1],
          ]),
        )
        .tolist(),
    ).toEqual([
      [2, 0],
      [4, 4],
    ]);
    expect(x.takeAlongDim(tensor([[0], [2]]), 1).tolist()).toEqual([[0], [5]]);
    expectGradients((y) => y.gather(0, tensor([[2, 0, 2, 2]])), [random()]);
  });

  it('indexSelect takes slices, also for an index of several axes', () => {
    expect(x.indexSelect(1, tensor([2, 2, 0])).tolist()).toEqual([
      [2, 2, 0],
      [5, 5, 3],
    ]);
    expect(u.eye(3, float).at(tensor([[0, 2]])).shape).toEqual([1, 2, 3]);
    expectGradients((y) => y.indexSelect(1, tensor([1, 1, 3])), [random()]);
  });

  it('at takes masks, positions from the end and positions together', () => {
    expect(x.at(x.gt(2)).tolist()).toEqual([3, 4, 5]);
    expect(x.at(tensor([true, false])).tolist()).toEqual([[0, 1, 2]]);
    expect(x.at(':', tensor([-1, 0])).tolist()).toEqual([
      [2, 0],
      [5, 3],
    ]);
    expect(x.at(tensor([0, 1]), tensor([2, 1])).tolist()).toEqual([2, 4]);
    expect(
      u
        .arange(24)
        .view(2, 3, 4)
        .at(':', tensor([0, 2]), tensor([1, 3]))
        .tolist(),
    ).toEqual([
      [1, 11],
      [13, 23],
    ]);
    expect(x.at(0, [1], null).shape).toEqual([2, 1]);
    expectGradients((y) => y.at(tensor([0, 2, 0]), tensor([1, 1, 1])), [random()]);
  });

  it('say which position there is not', () => {
    expect(() => x.gather(1, tensor([[3]]))).toThrow('index 3 (element 0 of (1, 1)) is outside 0 to 2');
    expect(() => x.gather(1, tensor([0]))).toThrow('does not fit');
    expect(() => x.indexSelect(0, tensor([0.5]))).toThrow('positions are int32');
    expect(() => x.at(tensor([true, false, true]))).toThrow('a mask of (3,) does not fit');
    expect(() => x.at(0, 0, 0)).toThrow('3 indices for a tensor of 2 axes');
    const cube = u.zeros([2, 2, 2]);
    expect(() => cube.at(tensor([0]), 0, tensor([0]))).toThrow('side by side');
    expect(() => cube.at(tensor([0]), tensor([true, false]))).toThrow('a mask cannot stand beside');
  });
});

describe('putting elements', () => {
  it('scatter writes, scatterAdd adds', () => {
    const index = tensor([
      [0, 2],
      [1, 1],
    ]);
    const source = tensor(
      [
        [10, 20],
        [30, 40],
      ],
      float,
    );
    expect(x.scatter(1, index, source).tolist()).toEqual([
      [10, 1, 20],
      [3, 40, 5],
    ]);
    expect(x.scatter(1, index, 9).tolist()).toEqual([
      [9, 1, 9],
      [3, 9, 5],
    ]);
    expect(x.scatterAdd(1, index, source).tolist()).toEqual([
      [10, 1, 22],
      [3, 74, 5],
    ]);
    expect(
      u
        .zeros([2, 3])
        .scatter_(1, tensor([[2], [0]]), 1)
        .tolist(),
    ).toEqual([
      [0, 0, 1],
      [1, 0, 0],
    ]);
    expect(() => x.scatter(1, index, u.zeros([1, 2]))).toThrow('too small');
  });

  it('have the gradients of central differences', () => {
    const index = tensor([
      [0, 2],
      [1, 3],
    ]);
    const source = u.randn([3, 2]);
    expectGradients((y, z) => y.scatter(1, index, z), [random(), source]);
    expectGradients((y, z) => y.scatterAdd(1, index, z), [random(), source]);
  });

  it('maskedFill and where choose by a mask', () => {
    expect(x.maskedFill(x.gt(3), -1).tolist()).toEqual([
      [0, 1, 2],
      [3, -1, -1],
    ]);
    expect(u.where(tensor([true, false, true]), x, 0).tolist()).toEqual([
      [0, 0, 2],
      [3, 0, 5],
    ]);
    expect(x.where(x.lt(2), -x.max().item()).tolist()).toEqual([
      [0, 1, -5],
      [-5, -5, -5],
    ]);
    expect(x.clone().maskedFill_(x.eq(0), 7).at(0, 0).item()).toBe(7);
    expect(x.clone().clamp_(1, 3).tolist()).toEqual([
      [1, 1, 2],
      [3, 3, 3],
    ]);
    expect(() => u.where(x, x, 0)).toThrow('must be bool');
    const mask = random().gt(0);
    expectGradients((y, z) => u.where(mask, y, z), [random(), u.randn([4])]);
    expectGradients((y) => y.maskedSelect(mask), [random()]);
  });
});

describe('moving elements', () => {
  it.each<[string, u.Tensor, unknown]>([
    [
      'flip',
      x.flip([0, 1]),
      [
        [5, 4, 3],
        [2, 1, 0],
      ],
    ],
    [
      'roll along an axis',
      x.roll(1, 1),
      [
        [2, 0, 1],
        [5, 3, 4],
      ],
    ],
    [
      'roll of all',
      x.roll(-1),
      [
        [1, 2, 3],
        [4, 5, 0],
      ],
    ],
    [
      'roll of two axes',
      x.roll([1, 1], [0, 1]),
      [
        [5, 3, 4],
        [2, 0, 1],
      ],
    ],
    [
      'repeat',
      tensor([1, 2]).repeat(2, 2),
      [
        [1, 2, 1, 2],
        [1, 2, 1, 2],
      ],
    ],
    ['repeatInterleave', tensor([1, 2]).repeatInterleave(2), [1, 1, 2, 2]],
    [
      'repeatInterleave by counts',
      x.repeatInterleave(tensor([2, 0]), 0),
      [
        [0, 1, 2],
        [0, 1, 2],
      ],
    ],
    ['diagonal', x.diagonal(), [0, 4]],
    ['diagonal beside', x.diagonal(1), [1, 5]],
    ['diagonal below', x.diagonal(-1), [3]],
    [
      'diag of a vector',
      tensor([1, 2]).diag(),
      [
        [1, 0],
        [0, 2],
      ],
    ],
    ['diag of a matrix', x.diag(), [0, 4]],
    [
      'triu',
      x.triu(1),
      [
        [0, 1, 2],
        [0, 0, 5],
      ],
    ],
    [
      'tril',
      x.tril(),
      [
        [0, 0, 0],
        [3, 4, 0],
      ],
    ],
    [
      'T',
      x.T,
      [
        [0, 3],
        [1, 4],
        [2, 5],
      ],
    ],
    [
      'mT',
      x.mT,
      [
        [0, 3],
        [1, 4],
        [2, 5],
      ],
    ],
    [
      'expandAs',
      tensor([1, 2, 3]).expandAs(x),
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
    ],
    [
      'unflatten',
      arange(4).unflatten(0, [2, -1]),
      [
        [0, 1],
        [2, 3],
      ],
    ],
  ])('%s', (_name, y, wanted) => {
    expect(y.tolist()).toEqual(wanted);
  });

  it('have the gradients of central differences', () => {
    const moves: ((y: u.Tensor) => u.Tensor)[] = [
      (y) => y.flip(1),
      (y) => y.roll(2, 0),
      (y) => y.repeat(2, 1),
      (y) => y.repeatInterleave(2, 1),
      (y) => y.diagonal(1),
      (y) => y.triu(),
      (y) => y.narrow(0, 0, 3).narrow(1, 0, 3).trace(),
      (y) => y.at(0).diag(1),
    ];
    for (const move of moves) expectGradients(move, [random()]);
  });

  it('chunk and split part an axis', () => {
    expect(
      arange(5)
        .chunk(2)
        .map((y) => y.tolist()),
    ).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
    expect(() => arange(5).chunk(0)).toThrow('whole number above 0');
  });

  it.each([
    ['several shifts without axes', () => x.roll([1, 2]), 'as many axes'],
    ['more shifts than axes', () => x.roll([1, 2], 0), '2 shifts for 1 axes'],
    ['too few counts', () => x.repeat(2), '1 counts for the 2 axes'],
    ['wrong counts', () => x.repeatInterleave(tensor([1]), 0), '1 counts for 2 slices'],
    ['one axis twice', () => x.diagonal(0, 1, 1), 'the two axes are the same'],
    ['a diagonal of a cube', () => u.zeros([1, 1, 1]).diag(), 'needs a vector or a matrix'],
    ['a trace of a vector', () => u.zeros([2]).trace(), 'needs a matrix'],
  ])('refuse %s', (_what, call, sentence) => {
    expect(call).toThrow(sentence);
  });
});

describe('order', () => {
  const y = tensor([
    [3, 1, 2],
    [NaN, 5, 4],
  ]);

  it('sorts, NaN last, and says where elements stood', () => {
    expect(y.sort().values.tolist()).toEqual([
      [1, 2, 3],
      [4, 5, NaN],
    ]);
    expect(y.argsort(1, { descending: true }).tolist()).toEqual([
      [0, 2, 1],
      [0, 1, 2],
    ]);
    expect(tensor([1.5, 1.5, 0.5]).sort(0).indices.tolist()).toEqual([2, 0, 1]);
    expect(tensor(3).sort().values.item()).toBe(3);
  });

  it('finds the largest few and the middle', () => {
    expect(x.topk(2).values.tolist()).toEqual([
      [2, 1],
      [5, 4],
    ]);
    expect(x.topk(1, 0, { largest: false }).indices.tolist()).toEqual([[0, 0, 0]]);
    expect(x.median().values.tolist()).toEqual([1, 4]);
    expect(() => x.topk(4)).toThrow('from 0 to 3, not 4');
    expectGradients((z) => z.topk(2, 0).values, [random()]);
    expectGradients((z) => z.sort(1).values, [random()]);
  });

  it('counts and finds', () => {
    expect(tensor([1, 2, 2, 5]).bincount().tolist()).toEqual([0, 1, 2, 0, 0, 1]);
    expect(tensor([0], { dtype: 'int32' }).bincount(3).tolist()).toEqual([1, 0, 0]);
    expect(() => tensor([-1]).bincount()).toThrow('negative');
    expect(() => tensor([0.5]).bincount()).toThrow('needs int32');
    expect(
      tensor([
        [0, 1],
        [2, 0],
      ])
        .nonzero()
        .tolist(),
    ).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  it('tells NaN, infinities and closeness apart', () => {
    const z = tensor([1.5, NaN, Infinity, -Infinity]);
    expect([z.isnan(), z.isinf(), z.isfinite()].map((m) => m.tolist())).toEqual([
      [false, true, false, false],
      [false, false, true, true],
      [true, false, false, false],
    ]);
    expect(z.allclose(z)).toBe(false);
    expect(z.allclose(z, { equalNan: true })).toBe(true);
    expect(tensor([1.5]).allclose(tensor([1.6]))).toBe(false);
    expect(x.equal(x.clone())).toBe(true);
    expect(x.equal(x.T)).toBe(false);
  });
});

describe('products', () => {
  const [a, b] = [u.randn([2, 3]), u.randn([3, 4])];

  it('are matmul for given ranks', () => {
    expect(a.mm(b).equal(a.matmul(b))).toBe(true);
    expect(a.mv(b.select(1, 0)).shape).toEqual([2]);
    expect(
      tensor([1.5, 2])
        .dot(tensor([2, 0.5]))
        .item(),
    ).toBe(4);
    expect(
      tensor([1, 2])
        .outer(tensor([3, 4]))
        .tolist(),
    ).toEqual([
      [3, 4],
      [6, 8],
    ]);
    expect(u.zeros([2, 3, 4]).bmm(u.zeros([2, 4, 5])).shape).toEqual([2, 3, 5]);
    expect(() => a.bmm(b)).toThrow('needs tensors of 3 and 3 axes');
    expect(() => u.zeros([2, 3, 4]).bmm(u.zeros([1, 4, 5]))).toThrow('batches of 2 and 1 differ');
  });

  it.each<[string, number[][], number[]]>([
    [
      'ij,jk->ik',
      [
        [2, 3],
        [3, 4],
      ],
      [2, 4],
    ],
    [
      'ij,jk',
      [
        [2, 3],
        [3, 4],
      ],
      [2, 4],
    ],
    ['ij->ji', [[2, 3]], [3, 2]],
    ['ij->', [[2, 3]], []],
    ['ii->i', [[3, 3]], [3]],
    ['i,j->ij', [[2], [3]], [2, 3]],
    [
      'bij,bjk->bik',
      [
        [2, 3, 4],
        [2, 4, 5],
      ],
      [2, 3, 5],
    ],
    [
      '...ij,...jk->...ik',
      [
        [2, 3, 4],
        [4, 5],
      ],
      [2, 3, 5],
    ],
    [
      'ij,jk,kl->il',
      [
        [2, 3],
        [3, 4],
        [4, 2],
      ],
      [2, 2],
    ],
    [
      'bth,bsh->bts',
      [
        [2, 3, 4],
        [2, 5, 4],
      ],
      [2, 3, 5],
    ],
    [
      'ij,ij->i',
      [
        [2, 3],
        [2, 3],
      ],
      [2],
    ],
  ])('einsum %s', (equation, shapes, wanted) => {
    const operands = shapes.map((shape) => u.randn(shape));
    expect(u.einsum(equation, ...operands).shape).toEqual(wanted);
    expectGradients((...y) => u.einsum(equation, ...y), operands, { elements: 3 });
  });

  it('einsum sums what plain loops sum', () => {
    const [p, q] = [u.randn([2, 3]), u.randn([4, 3])];
    const y = u.einsum('ij,kj->ki', p, q);
    for (let k = 0; k < 4; k++) {
      for (let i = 0; i < 2; i++) {
        const sum = [0, 1, 2].reduce((s, j) => s + p.at(i, j).item() * q.at(k, j).item(), 0);
        expect(y.at(k, i).item()).toBeCloseTo(sum, 5);
      }
    }
  });

  it.each([
    ['ij-jk', [a], 'cannot be read'],
    ['ij,jk->ik', [a], 'is for 2 operands'],
    ['ijk->i', [a], "'ijk' names 3 axes"],
    ['ij->k', [a], 'names an axis twice, or one that no operand has'],
    ['ij,ij->i', [a, b], "'i' is 2 in one operand and 3 in another"],
  ] as [string, u.Tensor[], string][])('einsum refuses %s', (equation, operands, sentence) => {
    expect(() => u.einsum(equation, ...operands)).toThrow(sentence);
  });
});

describe('dtypes that are not there', () => {
  it('are refused by name', () => {
    expect(() => x.to('float64' as 'float32')).toThrow(
      'there is no float64 here, only float32, int32 and bool',
    );
  });
});
