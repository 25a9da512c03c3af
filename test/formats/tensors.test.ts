import { describe, expect, it } from 'vitest';
import { entryOf, tensorOf } from '../../src/formats/tensors.js';
import { tensor, transpose } from '../../src/index.js';

describe('entryOf and tensorOf', () => {
  it.each([
    [
      'F32',
      tensor([
        [1.5, -0],
        [NaN, Infinity],
      ]),
    ],
    ['I32', tensor([[1, -2, 3]])],
    ['BOOL', tensor([true, false])],
    ['F32', tensor(2.5)],
  ])('carry a tensor as %s and back', (dtype, x) => {
    const entry = entryOf(x);
    expect(entry.dtype).toBe(dtype);
    const back = tensorOf('x', entry);
    expect(back.dtype).toBe(x.dtype);
    expect(back.shape).toEqual(x.shape);
    expect(back.tolist()).toEqual(x.tolist());
  });

  it('write a view in the order of its rows', () => {
    const { shape, bytes } = entryOf(
      transpose(
        tensor([
          [1, 2, 3],
          [4, 5, 6],
        ]),
        0,
        1,
      ),
    );
    expect(shape).toEqual([3, 2]);
    expect([...new Int32Array(bytes.slice().buffer)]).toEqual([1, 4, 2, 5, 3, 6]);
  });
});
