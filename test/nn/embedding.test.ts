import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualSeed, nn, randint, randn, tensor, zeros } from '../../src/index.js';
import { expectGradients } from '../gradients.js';

const { embedding } = nn.functional;
const table = (): ReturnType<typeof tensor> => tensor([[0.5, 1], [2, 3], [4, 5]]); // prettier-ignore

describe('Embedding', () => {
  it('looks up rows, for indices of any shape', () => {
    const layer = nn.Embedding.fromPretrained(table());
    expect(layer.forward(tensor(1)).tolist()).toEqual([2, 3]);
    expect(layer.forward(tensor([[2], [0]])).tolist()).toEqual([[[4, 5]], [[0.5, 1]]]);
    expect(layer.forward(zeros([0, 2], { dtype: 'int32' })).shape).toEqual([0, 2, 2]);
  });

  it('has the gradients of central differences', () => {
    const size = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(size, size, fc.array(size, { maxLength: 3 }), (rows, width, shape) => {
        manualSeed(rows);
        const indices = randint(0, rows, shape);
        const layer = new nn.Embedding(rows, width);
        expectGradients(() => layer.forward(indices), [layer.weight]);
      }),
      { numRuns: 10 },
    );
  });

  it('adds up the gradients of rows that come more than once, or divides them by their number', () => {
    for (const [scaleGradByFreq, expected] of [
      [false, [3, 1, 0]],
      [true, [1, 1, 0]],
    ] as const) {
      const layer = new nn.Embedding(3, 1, { scaleGradByFreq });
      layer
        .forward(tensor([0, 1, 0, 0]))
        .sum()
        .backward();
      expect(layer.weight.grad?.view(3).tolist()).toEqual(expected);
    }
  });

  it('starts the padding row at 0 and gives it no gradient', () => {
    for (const paddingIdx of [2, -1]) {
      const layer = new nn.Embedding(3, 2, { paddingIdx });
      expect(layer.paddingIdx).toBe(2);
      expect(layer.forward(tensor([2])).tolist()).toEqual([[0, 0]]);
      layer
        .forward(tensor([0, 2, 2]))
        .sum()
        .backward();
      expect(layer.weight.grad?.tolist()).toEqual([[1, 1], [0, 0], [0, 0]]); // prettier-ignore
    }
  });

  it('draws what randn draws', () => {
    manualSeed(5);
    const expected = randn([4, 3]).tolist();
    manualSeed(5);
    expect(new nn.Embedding(4, 3).weight.tolist()).toEqual(expected);
  });

  it('keeps pretrained rows, the padding row too, and freezes them unless told', () => {
    const frozen = nn.Embedding.fromPretrained(table(), { paddingIdx: 0 });
    expect(frozen.weight.tolist()).toEqual(table().tolist());
    expect(frozen.weight.requiresGrad).toBe(false);
    expect(nn.Embedding.fromPretrained(table(), { freeze: false }).weight.requiresGrad).toBe(true);
  });

  it('prints as PyTorch does', () => {
    expect(new nn.Embedding(5, 3).toString()).toBe('Embedding(5, 3)');
    expect(new nn.Embedding(5, 3, { paddingIdx: 1, scaleGradByFreq: true }).toString()).toBe(
      'Embedding(5, 3, paddingIdx=1, scaleGradByFreq=true)',
    );
  });

  it('says what is wrong', () => {
    const layer = new nn.Embedding(3, 2);
    expect(() => layer.forward(tensor([0, 3]))).toThrow(
      'embedding: index 3 (element 1 of (2,)) is outside 0 to 2',
    );
    expect(() => layer.forward(tensor([-1]))).toThrow('index -1');
    expect(() => layer.forward(tensor([0.5]))).toThrow(/needs int32 indices[^]*use indices.int()/);
    expect(() => embedding(tensor([0]), tensor([[1]]))).toThrow('use weight.float()');
    expect(() => embedding(tensor([0]), zeros([3]))).toThrow('weight is (3,), but should be (rows, width)');
    expect(() => new nn.Embedding(0, 2)).toThrow('numEmbeddings must be a whole number above 0');
    expect(() => new nn.Embedding(3, 2, { paddingIdx: 3 })).toThrow(
      'paddingIdx must be a row from -3 to 2, not 3',
    );
    expect(() => new nn.Embedding(3, 2, { weight: zeros([2, 3]) })).toThrow(
      'weight is (2, 3), but should be (3, 2)',
    );
    expect(() => nn.Embedding.fromPretrained(zeros([3]))).toThrow(
      'rows must be (numEmbeddings, embeddingDim)',
    );
    expect(() => new nn.Embedding(3, 2, { maxNorm: 1 as never })).toThrow(
      /maxNorm is not supported\n.*scale the rows/,
    );
    expect(() => embedding(tensor([0]), table(), { sparse: true as never })).toThrow(
      /sparse gradients are not supported\n.*dense/,
    );
  });
});
