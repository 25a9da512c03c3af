import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.js';
import { alignedPairs, linesWithMore, readPairs } from '../../src/tables/pairs.js';

describe('readPairs', () => {
  it('reads a pair a line, with any line ends, a BOM and blank lines', () => {
    expect(readPairs('\ufeffGo.\tGeh.\r\n\nHi.\tHallo!\tCC-BY 2.0\n')).toEqual([
      { source: 'Go.', target: 'Geh.' },
      { source: 'Hi.', target: 'Hallo!' },
    ]);
  });

  it.each([
    ['a\tb\nc\n', /pairs.tsv, line 2 has no tab/],
    ['a\t\n', /line 1: the text behind the tab is empty/],
    [' \tb\n', /line 1: the text before the tab is empty/],
    ['\n\n', /pairs.tsv is empty/],
  ])('says what is wrong, and where: %j', (file, message) => {
    expect(() => readPairs(file, { name: 'pairs.tsv' })).toThrow(message);
    expect(() => readPairs(file)).toThrow(FormatError);
  });
});

describe('what stands behind a second tab', () => {
  it('is counted', () => {
    expect(linesWithMore('a\tb\nc\td\tCC-BY\ne\tf\t\ng\th\t\tx\n')).toBe(2);
  });
});

describe('alignedPairs', () => {
  const names = ['a.en', 'b.ko'] as const;

  it('takes a line of each, and leaves out those that are empty in both', () => {
    expect(alignedPairs('\ufeffGo.\r\n\r\nHi.\r\n\r\n', '가.\n\n안녕.\n')).toEqual([
      { source: 'Go.', target: '가.' },
      { source: 'Hi.', target: '안녕.' },
    ]);
  });

  it.each([
    ['a\nb\n', 'x\n', 'a.en has 2 lines, and b.ko has 1'],
    ['a\n\nc\n', 'x\ny\nz\n', 'a.en, line 2 is empty, but that of b.ko is not'],
    ['a\nb\nc\n', 'x\n \nz\n', 'b.ko, line 2 is empty, but that of a.en is not'],
    ['', '', 'a.en is empty'],
  ])('says what does not belong together: %j and %j', (from, to, message) => {
    expect(() => alignedPairs(from, to, { names })).toThrow(message);
    expect(() => alignedPairs(from, to)).toThrow(FormatError);
  });
});
