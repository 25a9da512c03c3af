import { describe, expect, it } from 'vitest';
import { FormatError, ValueError } from '../../src/errors.js';
import { labelColumns, readLabelled, readLabelledTable } from '../../src/tables/labelled.js';
import { readCsv } from '../../src/tables/csv.js';

const csv = (header: string, ...rows: string[]): string => [header, ...rows, ''].join('\n');
/** Twelve texts with two labels, in columns of this order. */
const rows = (row: (text: string, label: string, i: number) => string): string[] =>
  Array.from({ length: 12 }, (_, i) => row(`word ${'abcdefghijkl'[i]}`, i % 3 === 0 ? 'spam' : 'ham', i));
const columnsOf = (header: string, lines: readonly string[]): [string, string] => {
  const { text, label } = readLabelledTable(csv(header, ...lines), { format: 'csv' });
  return [text, label];
};

describe('labelled texts', () => {
  it.each([
    ['text,label', 'text', 'label'],
    ['message,category', 'message', 'category'],
    ['Title,Context_Label', 'Title', 'Context_Label'],
    ['review_text,sentiment', 'review_text', 'sentiment'],
    ['title,text', 'text', 'title'],
    ['said,class_label', 'said', 'class_label'],
    ['sentence,is', 'sentence', 'is'],
  ])('are found by the names of columns: %s', (header, text, label) => {
    const isTextFirst = header.startsWith(text);
    expect(
      columnsOf(
        header,
        rows((said, is) => (isTextFirst ? `${said},${is}` : `${is},${said}`)),
      ),
    ).toEqual([text, label]);
  });

  it.each(['v1,v2', 'x,y', 'who,what'])('are found by what is in the columns: %s', (header) => {
    const [first, second] = header.split(',');
    expect(
      columnsOf(
        header,
        rows((said, is) => `${is},${said}`),
      ),
    ).toEqual([second, first]);
  });

  it('are found where texts come again, too', () => {
    const lines = rows((_, is, i) => `${is},${['hello', 'hi', 'good day'][i % 3]}`);
    expect(columnsOf('who,what', lines)).toEqual(['what', 'who']);
  });

  it('are not dates with a few values beside', () => {
    for (const date of ['Jan 1', 'January']) {
      const lines = rows((_, __, i) => `${date} ${2000 + i},${i % 3}`);
      for (const header of ['date,sold', 'date,rating', 'text,rating']) {
        const isNamed = header === 'text,rating';
        expect(labelColumns(readCsv(csv(header, ...lines))) !== null, header).toBe(isNamed);
      }
    }
  });

  it('are not prices, with thousands as K and changes in percent', () => {
    const lines = rows((_, __, i) => `2024년 1월 ${10 + i}일,"$1,${100 + i}.50",0.${i % 3}%,1${i}.5K`);
    expect(labelColumns(readCsv(csv('date,price,change,volume', ...lines)))).toBeNull();
    expect(labelColumns(readCsv(csv('일자,휴일', ...lines.map((line, i) => `${line.split(',')[0]},${i % 2}`))))).toBeNull(); // prettier-ignore
  });

  it('are found beside numbers and dates', () => {
    const lines = rows((said, is, i) => `${i},2024-01-${10 + i},${said},${is},${i % 2}.5`);
    expect(columnsOf('id,day,comment,tag,score', lines)).toEqual(['comment', 'tag']);
  });

  it('may have no names above them', () => {
    const data = readLabelled(csv('ham,hello there', ...rows((said, is) => `${is},${said}`)), {
      format: 'csv',
    });
    expect(data).toHaveLength(13);
    expect(data[0]).toEqual({ text: 'hello there', label: 'ham' });
  });

  it.each([
    [
      'two that could be labels',
      'text,sentiment,category',
      (said: string, is: string) => `${said},${is},${is}`,
    ],
    [
      'two that could be texts',
      'subject,words,label',
      (said: string, is: string) => `${said},${said}!,${is}`,
    ],
    ['a number for each', 'title,price', (said: string, _: string, i: number) => `${said},${i}.5`],
    ['numbers only', 'a,b', (_: string, __: string, i: number) => `${i},${i}`],
  ])('that cannot be told apart are a question: %s', (_, header, row) => {
    const file = csv(header, ...rows(row));
    expect(labelColumns(readCsv(file))).toBeNull();
    expect(() => readLabelled(file, { format: 'csv' })).toThrow(ValueError);
    expect(() => readLabelled(file, { format: 'csv', name: 'a.csv' })).toThrow(
      `a.csv: which column has the texts, and which the labels?\n  say so by --text-column and --label-column (text and label): there are ${header.split(',').join(', ')}`,
    );
    const [text, label] = [header.split(',')[0], header.split(',').at(-1)!];
    expect(() => readLabelled(file, { format: 'csv', text, label })).not.toThrow(ValueError);
  });

  it('come as JSON, too', () => {
    const lines = '{"message":"hello","lang":"en","n":1}\n\n{"lang":"de","message":"hallo"}\n';
    expect(readLabelled(`\ufeff${lines}`, { format: 'jsonl', text: 'message' })).toEqual([
      { text: 'hello', label: 'en' },
      { text: 'hallo', label: 'de' },
    ]);
    expect(() => readLabelled('[1]\n', { format: 'jsonl' })).toThrow('line 1 is not an object');
    const lacking = '{"text":"a","label":"b"}\n{"text":"c"}\n';
    expect(() => readLabelled(lacking, { format: 'jsonl' })).toThrow('line 2: the label is empty');
  });

  it('are not there', () => {
    expect(() => readLabelled('\n', { format: 'jsonl' })).toThrow(FormatError);
    expect(() => readLabelled('text,label\n ,a\nb,c\n', { format: 'csv' })).toThrow(
      'line 2: the text is empty',
    );
    expect(() => readLabelled('text,label\na,a\nb,a\n', { format: 'csv' })).toThrow(
      "every text has the label 'a'",
    );
    expect(() => readLabelled('text,label\na,b\n', { format: 'csv', label: 'Label' })).toThrow(
      "did you mean 'label'?",
    );
  });
});
