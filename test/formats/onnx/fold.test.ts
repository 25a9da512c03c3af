import { describe, expect, it } from 'vitest';
import { arrayFrom, numbersOf, type OnnxArray } from '../../../src/formats/onnx/arrays.js';
import { Folder } from '../../../src/formats/onnx/fold.js';
import type { OnnxAttribute, OnnxNode } from '../../../src/formats/onnx/schema.js';

const node = (
  opType: string,
  attributes: Record<string, Partial<OnnxAttribute>> = {},
  outputs = 1,
): OnnxNode => ({
  ...{ input: [], output: Array.from({ length: outputs }, (_, i) => `y${i}`), name: '', opType, domain: '' },
  attribute: Object.entries(attributes).map(([name, value]) => ({
    ...{ name, f: 0, i: 0, s: '', t: null, g: null, floats: [], ints: [], strings: [], type: 0 },
    ...value,
  })),
});

const fold = (
  one: OnnxNode,
  ...inputs: (OnnxArray | null)[]
): { shape: readonly number[]; values: number[] }[] =>
  new Folder(0).fold(one, inputs)!.map((x) => ({ shape: x.shape, values: numbersOf(x, 'y') }));

const ints = (...values: number[]): OnnxArray => arrayFrom('I64', [values.length], values);
const scalar = (value: number): OnnxArray => arrayFrom('I64', [], [value]);
/** 0 1 2 / 3 4 5 */
const matrix = arrayFrom('F32', [2, 3], [0, 1, 2, 3, 4, 5]);
const MAX = 2 ** 63;

describe('what a graph says of constants', () => {
  const cases: [string, OnnxNode, (OnnxArray | null)[], number[], number[]][] = [
    ['Transpose', node('Transpose'), [matrix], [3, 2], [0, 3, 1, 4, 2, 5]],
    ['Reshape with -1 and 0', node('Reshape'), [matrix, ints(0, -1, 1)], [2, 3, 1], [0, 1, 2, 3, 4, 5]],
    ['Slice of columns', node('Slice'), [matrix, ints(1), ints(MAX), ints(1)], [2, 2], [1, 2, 4, 5]],
    [
      'Slice backwards',
      node('Slice'),
      [matrix, ints(-1), ints(-MAX), ints(1), ints(-1)],
      [2, 3],
      [2, 1, 0, 5, 4, 3],
    ],
    [
      'Slice by attributes',
      node('Slice', { starts: { ints: [1] }, ends: { ints: [9] } }),
      [matrix],
      [1, 3],
      [3, 4, 5],
    ],
    ['Gather of one', node('Gather', { axis: { i: 1 } }), [matrix, scalar(-1)], [2], [2, 5]],
    ['Gather of several', node('Gather'), [matrix, ints(1, 0, 1)], [3, 3], [3, 4, 5, 0, 1, 2, 3, 4, 5]],
    [
      'Concat along columns',
      node('Concat', { axis: { i: 1 } }),
      [matrix, matrix],
      [2, 6],
      [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5],
    ],
    ['Squeeze by an input', node('Squeeze'), [arrayFrom('F32', [1, 2], [7, 8]), ints(0)], [2], [7, 8]],
    ['Unsqueeze by an attribute', node('Unsqueeze', { axes: { ints: [-1] } }), [ints(7)], [1, 1], [7]],
    ['Expand', node('Expand'), [arrayFrom('F32', [2, 1], [1, 2]), ints(2, 3)], [2, 3], [1, 1, 1, 2, 2, 2]],
    ['ConstantOfShape', node('ConstantOfShape'), [ints(2, 1)], [2, 1], [0, 0]],
    ['Cast', node('Cast', { to: { i: 7 } }), [arrayFrom('F32', [2], [1.7, -1.7])], [2], [1, -1]],
    ['Shape', node('Shape'), [matrix], [2], [2, 3]],
    [
      'Add, broadcast',
      node('Add'),
      [matrix, arrayFrom('F32', [2, 1], [10, 20])],
      [2, 3],
      [10, 11, 12, 23, 24, 25],
    ],
    ['Div of whole numbers', node('Div'), [ints(7), ints(-2)], [1], [-3]],
    ['Where', node('Where'), [arrayFrom('BOOL', [2], [1, 0]), ints(1, 2), ints(3, 4)], [2], [1, 4]],
    ['Flatten', node('Flatten', { axis: { i: 0 } }), [matrix], [1, 6], [0, 1, 2, 3, 4, 5]],
  ];

  it.each(cases)('is computed: %s', (_, one, inputs, shape, values) => {
    expect(fold(one, ...inputs)).toEqual([{ shape, values }]);
  });

  it('is computed: Split into uneven parts', () => {
    const parts = fold(node('Split', { axis: { i: 1 } }, 2), matrix, ints(1, 2));
    expect(parts.map(({ values }) => values)).toEqual([
      [0, 3],
      [1, 2, 4, 5],
    ]);
  });

  it('is left alone where the operation is another', () => {
    expect(new Folder(0).fold(node('Conv'), [matrix])).toBeNull();
  });

  it.each([
    ['an array of 4 TB', node('ConstantOfShape'), [ints(10 ** 12)]],
    ['an expansion of 4 TB', node('Expand'), [matrix, ints(10 ** 11, 2, 3)]],
    ['an axis that is not there', node('Gather', { axis: { i: 5 } }), [matrix, scalar(0)]],
    ['a place that is not there', node('Gather'), [matrix, scalar(2)]],
    ['another number of elements', node('Reshape'), [matrix, ints(5)]],
    ['an input that is missing', node('Add'), [matrix, null]],
    ['a step of 0', node('Slice'), [matrix, ints(0), ints(1), ints(0), ints(0)]],
  ])('is refused with %s', (_, one, inputs) => {
    expect(() => new Folder(0).fold(one, inputs)).toThrow(/onnx: /);
  });

  it('may not grow by doubling', () => {
    const folder = new Folder(0);
    let x: OnnxArray = arrayFrom('U8', [1000], Array<number>(1000).fill(1));
    expect(() => {
      for (let i = 0; i < 30; i++) [x] = folder.fold(node('Concat'), [x, x])!;
    }).toThrow(/100 MB more of constants/);
  });
});
