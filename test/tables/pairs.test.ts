import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.js';
import { readPairs } from '../../src/tables/pairs.js';

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
