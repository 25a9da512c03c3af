import { describe, expect, it } from 'vitest';
import { lessonLine, lessonView, numpyMatrix, pythonFloat } from '../../src/cli/views/python.js';
import type { EpochEvent } from '../../src/training/events.js';

const event: EpochEvent = {
  ...{ v: 1, type: 'epoch', epoch: 0, loss: 2.356262683868408, gradNorm: 1, lr: 0.1 },
  ...{ prediction: [[7, 0]], trueY: [[0, 8]], predictionStr: ['if'], correct: 0, total: 2 },
};

describe('pythonFloat', () => {
  // Right: repr() of Python 3.
  it.each([
    [2.356262683868408, '2.356262683868408'],
    [1, '1.0'],
    [0, '0.0'],
    [-0, '-0.0'],
    [-2.5, '-2.5'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [0.000012345, '1.2345e-05'],
    [1e15, '1000000000000000.0'],
    [1e16, '1e+16'],
    [1.5e300, '1.5e+300'],
    [5e-324, '5e-324'],
    [NaN, 'nan'],
    [Infinity, 'inf'],
    [-Infinity, '-inf'],
  ])('prints %d as %s', (value, text) => {
    expect(pythonFloat(value)).toBe(text);
  });
});

describe('numpyMatrix', () => {
  it('prints rows without commas', () => {
    expect(numpyMatrix([[7, 8, 5]])).toBe('[[7 8 5]]');
  });

  it('aligns to the widest number', () => {
    expect(numpyMatrix([[7, 10, 5]])).toBe('[[ 7 10  5]]');
  });

  it('puts each row on a line', () => {
    const rows = [[1, 2], [3, 4]]; // prettier-ignore
    expect(numpyMatrix(rows)).toBe('[[1 2]\n [3 4]]');
  });

  it('breaks lines at 75 columns', () => {
    // 36 numbers are `[[` and 36 * 2 - 1 columns.
    const line = Array<string>(36).fill('7').join(' ');
    expect(numpyMatrix([Array<number>(36).fill(7)])).toBe(`[[${line}]]`);
    expect(numpyMatrix([Array<number>(37).fill(7)])).toBe(`[[${line}\n  7]]`);
  });

  it('shows the ends of more than 1000', () => {
    const row = Array.from({ length: 1001 }, (_, i) => i % 10);
    expect(numpyMatrix([row])).toBe('[[0 1 2 ... 8 9 0]]');
  });
});

describe('lessonLine', () => {
  it("is the line of Python's print, two blanks behind each colon", () => {
    expect(lessonLine(event)).toBe(
      '0 loss:  2.356262683868408 prediction:  [[7 0]] true Y:  [[0, 8]] prediction str:  if',
    );
  });

  it('is all that the lesson view writes', () => {
    const written: string[] = [];
    const view = lessonView((text) => written.push(text));
    view(event);
    view({ v: 1, type: 'done', epochs: 1, loss: 1, seconds: 1 });
    expect(written).toEqual([`${lessonLine(event)}\n`]);
  });
});
