import * as fs from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import * as unrolled from '../../../src/index.js';
import * as tables from '../../../src/tables/index.js';
import { BOOK, Here, jsonLines } from '../here.js';

const here = new Here();

/** Runs a program of ours, and gives the words that it printed, line by line. */
function printedBy(program: string): unknown[][] {
  const source = program.replace(
    /^import (\{[^}]*\}) from '(?:node:)?(?:unrolled\/)?(\w+)';$/gm,
    'const $1 = $2;',
  );
  const { outputText, diagnostics } = ts.transpileModule(source, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  expect(diagnostics).toEqual([]);
  const lines: unknown[][] = [];
  const console = { log: (...words: unknown[]) => lines.push(words) };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  new Function('fs', 'unrolled', 'tables', 'console', outputText)(fs, unrolled, tables, console);
  return lines;
}

const SMALL = ['--hidden', '8', '--epochs', '3', '--batch', '4', '--lr', '0.02'];
const words = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 'ab' : 'xy').repeat(1 + (i % 7)));
const labelled = words.map((word, i) => `${i % 2},${word}`).join('\n');
const table = Array.from({ length: 80 }, (_, i) => `${(Math.sin(i / 4) + i / 40).toFixed(4)},${i % 7}`).join(
  '\n',
);

describe('the program for TypeScript', () => {
  it.each<[what: string, file: string, contents: string, args: string[]]>([
    ['a text', 'book.txt', BOOK, ['--seq-length', '16']],
    [
      'a text of words',
      'book.txt',
      BOOK,
      ['--tokens', 'word', '--embedding', '6', '--schedule', 'cosine', '--val', '0'],
    ],
    [
      'a text with dropout',
      'book.txt',
      BOOK,
      ['--dropout', '0.3', '--cell', 'gru', '--optimizer', 'rmsprop'],
    ],
    ['labels', 'a.csv', `kind,message\n${labelled}\n`, ['--bidirectional', '--seed', '3', '--clip', '0']],
    [
      'labels in JSON',
      'a.jsonl',
      words.map((text, i) => JSON.stringify({ text, n: i % 2 })).join('\n'),
      ['--label-column', 'n'],
    ],
    [
      'pairs',
      'a.tsv',
      words.map((word) => `${word}\t${word.toUpperCase()}\n`).join(''),
      ['--embedding', '4', '--val', '0.2'],
    ],
    ['a table', 'a.csv', `price,day\n${table}\n`, ['--target', 'price', '--window', '5', '--horizon', '2']],
  ])('learns %s with the losses of the command', async (_, file, contents, args) => {
    here.write(file, contents);
    const told = await here.run(['train', file, ...SMALL, ...args, '--sample', '0', '--json']);
    const epochs = jsonLines<{ type: string; loss: number; valLoss?: number }>(told.stdout).filter(
      ({ type }) => type === 'epoch',
    );
    expect(epochs).toHaveLength(3);
    const { status, stdout, stderr } = await here.run(['code', file, ...SMALL, ...args, '--to', 'ts']);
    expect([status, stderr]).toEqual([0, '']);
    const lines = printedBy(stdout);
    if (!stdout.includes('fit(')) {
      // The loop of its own prints four digits, and knows nothing of what is held out.
      expect(lines).toEqual(epochs.map(({ loss }, i) => [`epoch ${i + 1}/3  loss ${loss.toFixed(4)}`]));
      return;
    }
    expect(lines).toEqual(
      epochs.map(({ loss, valLoss }, i) => [
        ...[`epoch ${i + 1}/3`, 'loss', loss],
        ...(valLoss === undefined ? [] : ['val', valLoss]),
      ]),
    );
    expect((await here.run(['inspect', 'model.safetensors'])).status).toBe(0);
  });

  it('reads what is in several files', async () => {
    fs.mkdirSync('names');
    for (const i of [0, 1]) here.write(`names/${i}.txt`, words.filter((_, j) => j % 2 === i).join('\n'));
    here.write('a.en', words.join('\n'));
    for (const files of [['names'], ['--source', 'a.en', '--target-file', 'a.en']]) {
      const told = await here.run(['train', ...files, ...SMALL, '--json']);
      const losses = jsonLines<{ type: string; loss: number }>(told.stdout).filter(
        ({ type }) => type === 'epoch',
      );
      const { stdout } = await here.run(['code', ...files, ...SMALL, '--to', 'ts', '--encoding', 'latin1']);
      expect(printedBy(stdout).map((line) => line[2])).toEqual(losses.map(({ loss }) => loss));
    }
  });

  it('uses a model of any kind', async () => {
    here.write('a.csv', `kind,message\n${labelled}\n`);
    await here.run(['train', 'a.csv', '--hidden', '4', '--epochs', '1', '--out', 'm.safetensors']);
    const [[answer]] = printedBy(
      (await here.run(['code', 'm.safetensors', '--to', 'ts'])).stdout.replace('a text', 'ab'),
    );
    expect(answer).toMatchObject({ label: expect.stringMatching(/0|1/) as unknown });
    here.write('book.txt', BOOK);
    await here.run(['train', 'book.txt', '--cell', 'mingru', '--hidden', '4', '--epochs', '1']);
    expect(String(printedBy((await here.run(['code', 'latest', '--to', 'ts'])).stdout)[0][0])).toHaveLength(
      300,
    );
  });
});

describe('the program for PyTorch', () => {
  it('learns labels with the same dice: these are its losses under PyTorch 2.13', async () => {
    here.write('lab.csv', `kind,message\n${labelled}\n`);
    const args = ['lab.csv', '--epochs', '3', '--seed', '3'];
    const { status, stdout } = await here.run(['code', ...args]);
    expect(status).toBe(0);
    for (const part of [
      'row["message"]',
      'row["kind"].strip()',
      'nn.GRU(32, 64, batch_first=True)',
      'split(0.1, 3)',
    ])
      expect(stdout).toContain(part);
    const trained = await here.run(['train', ...args]);
    const losses = trained.stdout.match(/loss \S+ {2}val \S+/g);
    expect(losses).toEqual(['loss 0.6578  val 0.2404', 'loss 0.2482  val 0.0519', 'loss 0.0723  val 0.0102']);
  });

  it('has the layers that are asked for', async () => {
    here.write('a.jsonl', words.map((text, i) => JSON.stringify({ text, label: i % 2 })).join('\n'));
    const sizes = ['--bidirectional', '--cell', 'lstm', '--layers', '2', '--hidden', '8', '--clip', '0'];
    const { stdout } = await here.run(['code', 'a.jsonl', ...sizes]);
    for (const part of [
      'json.loads',
      'nn.LSTM(32, 8, batch_first=True, num_layers=2, bidirectional=True)',
      'Linear(2 * 8',
    ])
      expect(stdout).toContain(part);
    expect(stdout).not.toContain('clip_grad_norm_');
  });

  it.each([
    [
      'labels like these',
      'a.csv',
      `kind,message\n${labelled}\n`,
      ['--tokens', 'word'],
      'for labels like these',
    ],
    [
      'labels without names',
      'a.csv',
      `${labelled}\n`,
      ['--task', 'classify'],
      'columns by name, and these have none',
    ],
    ['pairs', 'a.tsv', 'a\tb\n', [], 'no PyTorch program for pairs'],
    ['a table', 'a.csv', `price,day\n${table}\n`, ['--target', 'price'], 'for a table'],
    ['a text of words', 'book.txt', BOOK, ['--tokens', 'word'], 'for a text with these settings'],
  ])('is none for %s, which it says', async (_, file, contents, args, what) => {
    here.write(file, contents);
    const { status, stderr } = await here.fail(['code', file, ...args]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(what)]);
    expect(stderr).toContain('--to ts');
  });
});
