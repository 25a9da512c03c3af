import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.js';
import { formFrom } from '../../src/tables/form.js';
import { readTable, type SeriesOptions } from '../../src/tables/series.js';

const german = 'Datum;Wert;Ort\n31.01.2024;1,5;hier\n29.02.2024;-200;hier\n31.03.2024;3,25;hier\n';
const options = { na: ['-200'], missing: 'linear' } as const;
const known = formFrom(JSON.parse(JSON.stringify(readTable(german, options).form)));
const again = (text: string, more: SeriesOptions = {}) =>
  readTable(text, { name: 'next.csv', columns: ['Wert'], known, ...more });

describe('a table of a known form', () => {
  it('is read without a word about it', () => {
    const { series, report, datesAhead } = again(
      'Datum;Wert\n01.02.2024;1,5\n02.02.2024;-200\n03.02.2024;2,5\n',
    );
    expect([...series.values[0]]).toEqual([1.5, 2, 2.5]);
    // Day and month alone could be either.
    expect([report.first, datesAhead(1)[0].cells]).toEqual(['01.02.2024', ['04.02.2024']]);
  });

  it('may have its columns in another order, more of them, and whole numbers', () => {
    const { series } = again('Neu;Wert;Datum\n5;1.234;01.02.2024\n6;2;02.02.2024\n');
    expect([...series.values[0]]).toEqual([1234, 2]);
  });

  it('says what differs, and reads it where that is meant', () => {
    const commas = 'Datum,Wert\n31.01.2024,1\n01.02.2024,2\n02.02.2024,4\n';
    expect(() => again(commas)).toThrow(
      "next.csv is not written as the table that the model learnt from: cells are separated by ',', not ';'\n  if that is meant: --separator ','",
    );
    expect([...again(commas, { separator: ',' }).series.values[0]]).toEqual([1, 2, 4]);
    const iso = 'Datum;Wert\n2024-01-31;1.5\n2024-02-01;2.5\n';
    expect(() => again(iso)).toThrow(
      "dates are written YYYY-MM-DD, not DD.MM.YYYY; the decimal sign is '.', not ','",
    );
    expect(again(iso, { dateFormat: 'YYYY-MM-DD', decimal: '.' }).report.first).toBe('2024-01-31');
    expect(() => again('Datum;Preis\n31.01.2024;1,5\n')).toThrow(
      "there is no column 'Wert' (it has Datum, Preis)",
    );
    expect(() => again(iso)).toThrow(FormatError);
  });

  it('says so where its steps are others', () => {
    const { notes } = again('Datum;Wert\n01.02.2024;1,5\n02.02.2024;2\n03.02.2024;2,5\n').report;
    expect(notes).toEqual([
      'the model learnt from a table that was monthly: what it says of one that is daily means little',
    ]);
    expect(again('Datum;Wert\n30.04.2024;1\n31.05.2024;2\n30.06.2024;4\n').report.notes).toEqual([]);
  });

  it('has mistakes told one by one, as any other', () => {
    expect(() => again('Datum;Wert\n31.01.2024;1,5\n31.02.2024;2\n01.03.2024;2\n')).toThrow(
      "next.csv, line 3: '31.02.2024' in 'Datum' is no date",
    );
  });

  it('leaves out its footer, if one was left out before, however long it is', () => {
    const form = readTable('Datum;Wert\n31.01.2024;1,5\n29.02.2024;2\nQuelle: Bank\n', { rows: 2 }).form;
    const { report } = readTable(
      'Datum;Wert\n31.01.2024;1,5\n29.02.2024;2\n31.03.2024;2\nQuelle: Bank\nStand: heute\n',
      {
        ...{ known: form, columns: ['Wert'] },
      },
    );
    expect([report.rows, report.notes]).toEqual([3, ['2 lines behind the table left out, from line 5 on']]);
  });

  it('has dates where they were, and none where there were none', () => {
    const plain = readTable('y\n1\n2\n').form;
    expect(plain.dates).toBeNull();
    expect(
      readTable('y,day\n1,2024-01-02\n2,2024-01-01\n', { known: { ...plain }, columns: ['y'] }).report.dates,
    ).toBeNull();
  });
});

describe('a form', () => {
  it('is plain data, and nothing else', () => {
    expect(known.dates).toEqual({
      columns: ['Datum'],
      formats: ['DD.MM.YYYY'],
      form: { format: 'DD.MM.YYYY' },
    });
    for (const data of [
      null,
      [],
      {},
      { ...known, skip: 'x' },
      { ...known, dates: { columns: 'x' } },
      { ...known, fill: 'zero' },
    ]) {
      expect(() => formFrom(data)).toThrow(FormatError);
    }
  });
});
