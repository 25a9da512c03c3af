import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Here, jsonLines } from '../here.js';

const here = new Here();
const WORDS = Array.from({ length: 60 }, (_, i) =>
  i % 2 === 0 ? `ab${'ba'.repeat(i % 15)},first` : `xy${'yx'.repeat(i % 17)},second`,
);
const QUICK = ['--epochs', '6', '--hidden', '8'];
const words = (text: string): string => WORDS.filter((line) => line.endsWith(text)).map((line) => line.split(',')[0]).join('\n'); // prettier-ignore

/** Trains a classifier, and gives what was told. */
async function learn(files: readonly string[], ...args: string[]) {
  const outcome = await here.run(['train', ...files, ...QUICK, ...args]);
  expect([outcome.status, outcome.stdout]).toEqual([0, expect.stringContaining('epoch 6/6')]);
  return outcome;
}

describe('labelled texts', () => {
  it('make a classifier, measured beside the commonest label', async () => {
    here.write('words.csv', ['text,label', ...WORDS, ''].join('\n'));
    const { stderr } = await learn(['words.csv'], '--bidirectional', '--out', 'm.safetensors');
    expect(stderr).toContain("note: 60 texts with 2 labels: texts from 'text', labels from 'label'\n");
    expect(stderr).toMatch(
      /(\d) of \1 held out are right \(100\.0 %\); always '\w+' would be \d\d\.\d %\ntruth +first +second +recall\nfirst .* 100\.0 %\nsecond .* 100\.0 %\n/,
    );
    const lines = WORDS.map((line) => line.split(',')).map(([text, label]) =>
      JSON.stringify({ text, label }),
    );
    here.write('words.jsonl', lines.join('\n'));
    const { stdout } = await here.run(['eval', 'm.safetensors', 'words.jsonl', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ type: 'metrics', accuracy: 1, error: 0, baseline: 0.5, failed: [] },
      ...{ labels: ['first', 'second'], confusion: [[30, 0], [0, 30]] }, // prettier-ignore
      classes: [
        { label: 'first', recall: 1, support: 30 },
        { label: 'second', recall: 1, support: 30 },
      ],
    });
  });

  it('are told of as an event, before the end', async () => {
    here.write('words.csv', ['message,category', ...WORDS, ''].join('\n'));
    const { stdout } = await here.run(['train', 'words.csv', ...QUICK, '--json']);
    const told = jsonLines<{ type: string; message?: string }>(stdout);
    expect(told[1]).toEqual({
      ...{ v: 1, type: 'alert' },
      message: "60 texts with 2 labels: texts from 'message', labels from 'category'",
    });
    const [evaluation, done] = told.slice(-3);
    expect(done.type).toBe('done');
    expect(evaluation).toMatchObject({
      ...{ type: 'evaluation', task: 'classify', accuracy: 1, labels: ['first', 'second'] },
      baseline: { label: expect.stringMatching(/first|second/) as unknown },
      classes: [{ recall: 1 }, { recall: 1 }],
    });
  });

  it.each([
    ['a folder of .txt files', ['names'], 'names of files as labels'],
    ['several .txt files', ['names/first.txt', 'names/second.txt'], 'names of files as labels'],
    ['a folder of folders', ['folders'], 'names of folders as labels'],
    ['several tables', ['a.csv', 'b.csv'], "texts from 'c2', labels from 'c1'"],
  ])('are those of %s', async (_, files, about) => {
    mkdirSync(join(here.folder, 'names'));
    for (const label of ['first', 'second']) {
      here.write(`names/${label}.txt`, `${words(label)}\n\n`);
      mkdirSync(join(here.folder, 'folders', label), { recursive: true });
      words(label)
        .split('\n')
        .forEach((text, i) => {
          here.write(`folders/${label}/${i}.txt`, text);
        });
    }
    const turned = WORDS.map((line) => line.split(',').reverse().join(','));
    here.write('a.csv', turned.slice(0, 30).join('\n'));
    here.write('b.csv', turned.slice(30).join('\n'));
    const { stderr } = await learn(files, '--out', 'm.safetensors');
    expect(stderr).toContain('60 texts with 2 labels: ');
    expect(stderr).toContain(about);
    const { stdout } = await here.run(['eval', 'm.safetensors', ...files, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ accuracy: 1 });
  });

  it('in another encoding and in other columns need no word again where the run is named', async () => {
    const korean: Readonly<Record<string, number[]>> = { first: [0xb0, 0xa1], second: [0xb3, 0xaa] };
    const rows = WORDS.map((line, i) => {
      const [text, label] = line.split(',');
      return Buffer.concat([
        Buffer.from(text),
        Uint8Array.from(korean[label]),
        Buffer.from(`,${label},${i % 2}\n`),
      ]);
    });
    here.write('old.csv', Buffer.concat([Buffer.from('said,is,tag\n'), ...rows]));
    const columns = ['--text-column', 'said', '--label-column', 'is', '--encoding', 'cp949'];
    await learn(['old.csv'], ...columns);
    const { status, stdout } = await here.run(['eval', 'latest', 'old.csv']);
    expect([status, stdout]).toEqual([0, expect.stringContaining('60 of 60')]);
    const bytes = Uint8Array.of(0x61, ...korean.first, 0x0a);
    const classified = await here.run(['classify', here.onlyRun(), '--top', '1'], { input: bytes });
    expect(classified.stdout).toMatch(/^a가\tfirst/);
  });

  it.each<[what: string, file: string, contents: string, ...says: string[]]>([
    ['one class only', 'a.csv', 'text,label\nx,1\ny,1\n', "every text has the label '1'"],
    ['an empty text', 'a.csv', 'text,label\n,1\ny,2\n', 'line 2: the text is empty'],
    ['no label', 'a.csv', 'text,label\nx,\ny,2\n', 'line 2: the label is empty'],
    ['no JSON', 'a.jsonl', '{"text":"a","label":"b"}\n{"text"\n', 'a.jsonl, line 2 is not JSON'],
    ['a line without a label', 'a.jsonl', '{"text":"a","label":"b"}\n{"text":"a"}\n', 'line 2: the label is'],
    ['no column of labels', 'a.jsonl', '{"text":"a"}\n', 'which column has the texts', '--label-column'],
    [
      'two columns of labels',
      'a.csv',
      'text,tag,topic\na,b,c\nd,e,f\n',
      'a.csv is a table',
      '--label-column',
    ],
    ['nothing', 'a.jsonl', '', 'a.jsonl is empty'],
    ['a folder with nothing in it', '.', '', '. holds no labelled texts', 'a .txt file for each label'],
  ])('cannot have %s', async (_, file, contents, ...says) => {
    if (file !== '.') here.write(file, contents);
    const { status, stderr } = await here.fail(['train', file]);
    for (const said of says) expect(stderr).toContain(said);
    expect([2, 3]).toContain(status);
  });

  it('of one file are no labels', async () => {
    mkdirSync(join(here.folder, 'names'));
    here.write('names/first.txt', 'a\nb\n');
    const { stderr } = await here.fail(['train', 'names']);
    expect(stderr).toContain("every text has the label 'first'");
    expect(stderr).toContain('the files of the other labels');
  });
});

describe('unrolled classify', () => {
  const learnt = async (): Promise<void> => {
    here.write('words.csv', ['text,label', ...WORDS, ''].join('\n'));
    await learn(['words.csv'], '--out', 'm.safetensors');
  };

  it('says the likeliest labels of a text', async () => {
    await learnt();
    const { stdout } = await here.run(['classify', 'm.safetensors', '--text', 'abab']);
    expect(stdout).toMatch(/^abab\tfirst \d+\.\d %\tsecond \d+\.\d %\n$/);
  });

  it('answers each line by one, whatever it is, and says at the end whether one could not be', async () => {
    await learnt();
    const input = Buffer.concat([
      Buffer.from('\ufeffab\r\n\n\u2028ab\n???\n'),
      Uint8Array.of(0xff, 0x0a),
      Buffer.from('xy'),
    ]);
    const { status, stdout, stderr } = await here.run(['classify', 'm.safetensors', '--top', '1'], { input });
    const lines = stdout.split('\n');
    expect(lines).toHaveLength(7);
    expect(lines.map((line) => line.split('\t')[0])).toEqual(['ab', '', '\u2028ab', '???', '', 'xy', '']);
    expect(lines.map((line) => /first|second/.exec(line)?.[0])).toEqual([
      ...['first', undefined, 'first', undefined, undefined, 'second', undefined],
    ]);
    expect(stderr).toContain('error[E_VALUE]: line 4: the text has nothing that the vocabulary knows\n');
    expect(stderr).toContain('error[E_FORMAT]: line 5: it is not UTF-8 text');
    expect(stderr).toMatch(/2 of 6 lines could not be answered\n$/);
    expect(status).toBe(3);
    const json = await here.run(['classify', 'm.safetensors', '--json'], { input });
    expect(jsonLines(json.stdout)).toMatchObject([
      { type: 'label', text: 'ab', labels: [{ label: 'first' }, { label: 'second' }] },
      { type: 'label', text: '', labels: [] },
      { type: 'label', text: '\u2028ab' },
      { type: 'error', line: 4, text: '???', code: 'E_VALUE' },
      { type: 'error', line: 5, code: 'E_FORMAT' },
      { type: 'label', text: 'xy' },
    ]);
  });

  it('reads UTF-16, and nothing', async () => {
    await learnt();
    const wide = Buffer.from('\ufeffab\n\nxy\n', 'utf16le');
    const { status, stdout } = await here.run(['classify', 'm.safetensors'], { input: wide });
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^ab\tfirst.*\n\nxy\tsecond.*\n$/)]);
    expect(await here.run(['classify', 'm.safetensors'])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('says which command another model is for', async () => {
    await learnt();
    const { status, stderr } = await here.fail(['translate', 'm.safetensors', '--text', 'a']);
    expect(stderr).toContain(
      'm.safetensors is a classifier, not a translator\n  for that there is: unrolled classify m.safetensors',
    );
    expect(status).toBe(3);
    const sampled = await here.fail(['sample', 'm.safetensors']);
    expect(sampled.stderr).toContain('not a language model\n  for that there is: unrolled classify');
    here.write('book.txt', 'the cat sat');
    const begun = await here.fail(['train', 'book.txt', '--init-from', 'm.safetensors']);
    expect(begun.stderr).toContain('--init-from takes a language model');
  });
});
