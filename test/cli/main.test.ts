import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env, execPath, platform } from 'node:process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildCommand, type BuiltCommand } from './fixture.js';

/** The lesson, run by PyTorch with `torch.manual_seed(0)`. */
const torch = JSON.parse(readFileSync('test/golden/course/open/seed_torch_seed0.json', 'utf8')) as {
  readonly target_ids: readonly number[];
  readonly loss: readonly number[];
  readonly text: readonly string[];
};
const LESSON = ['train', '--text', 'if you want you', '--vocab', 'fnwayuoi t'];

let built: BuiltCommand;
let folder = '';

/** Runs the command in a folder of its own. */
function unrolled(args: string[], environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(execPath, [built.command, ...args], {
    ...{ cwd: folder, encoding: 'utf8', timeout: 15_000 },
    env: { ...env, NO_COLOR: undefined, FORCE_COLOR: undefined, ...environment },
  });
  return { status, stdout, stderr };
}

/** What a run in vain says, after checking that it leaves no trace in the folder and no stack on the screen. */
function failed(args: string[]) {
  const before = readdirSync(folder);
  const { status, stdout, stderr } = unrolled(args);
  expect(readdirSync(folder)).toEqual(before);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).toBe('');
  return { status, stderr };
}

const write = (name: string, contents: string | Uint8Array): void =>
  writeFileSync(join(folder, name), contents);
const events = (stdout: string): { type: string; loss: number; predictionStr: string[]; prediction: number[][] }[] =>
  stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as never); // prettier-ignore

/** Some text of a small language. */
const BOOK = 'the cat sat on the mat. '.repeat(40);
const QUICK = ['--epochs', '1', '--hidden', '8', '--batch', '4'];

beforeAll(async () => {
  built = await buildCommand();
});
beforeEach(() => {
  folder = mkdtempSync(join(built.home, 'run-'));
});
afterAll(() => {
  built.remove();
});

describe('unrolled train --text', () => {
  it("has PyTorch's losses and strings in --json", () => {
    const { status, stdout, stderr } = unrolled([...LESSON, '--json']);
    expect([status, stderr]).toEqual([0, '']);
    const all = events(stdout);
    expect([all[0].type, all.at(-1)!.type]).toEqual(['start', 'done']);
    const epochs = all.filter(({ type }) => type === 'epoch');
    expect(epochs.map(({ predictionStr }) => predictionStr[0])).toEqual(torch.text);
    epochs.forEach(({ loss }, i) => {
      expect(Math.abs(loss - torch.loss[i]), `loss ${i}`).toBeLessThanOrEqual(1e-5);
    });
  });

  it("prints the lesson's lines as Python does with --format lesson", () => {
    const lines = unrolled([...LESSON, '--format', 'lesson'])
      .stdout.trimEnd()
      .split('\n');
    const epochs = events(unrolled([...LESSON, '--json']).stdout).filter(({ type }) => type === 'epoch');
    expect(lines).toEqual(
      epochs.map(
        ({ loss, prediction }, i) =>
          `${i} loss:  ${loss} prediction:  [[${prediction[0].join(' ')}]] ` +
          `true Y:  [[${torch.target_ids.join(', ')}]] prediction str:  ${torch.text[i]}`,
      ),
    );
  });

  it('learns Korean', () => {
    const { status, stdout } = unrolled(['train', '--text', '안녕하세요 세계']);
    expect(status).toBe(0);
    expect(stdout).toContain('dictionary  안:0 녕:1 하:2 세:3 요:4 ␣:5 계:6');
    expect(stdout).toContain('free run from “안”');
  });

  it('has colour on request, but not where NO_COLOR says so, nor in a pipe', () => {
    expect(unrolled([...LESSON, '--color', 'always']).stdout).toContain('\u001b[');
    expect(unrolled(LESSON, { FORCE_COLOR: '1' }).stdout).toContain('\u001b[');
    expect(unrolled(LESSON, { NO_COLOR: '1', FORCE_COLOR: '1' }).stdout).not.toContain('\u001b');
    expect(unrolled(LESSON).stdout).not.toContain('\u001b');
  });

  it('saves nothing unless asked to', () => {
    unrolled([...LESSON, '--epochs', '1']);
    expect(readdirSync(folder)).toEqual([]);
    expect(unrolled([...LESSON, '--out', 'you.safetensors']).stdout).toContain('saved you.safetensors');
    expect(readdirSync(folder)).toEqual(['you.safetensors']);
  });
});

describe('unrolled train FILE, unrolled sample', () => {
  /** The folder of the only run. */
  const onlyRun = (): string => join('runs', ...readdirSync(join(folder, 'runs')));

  it('saves the run, and lets its model write', () => {
    write('book.txt', BOOK);
    const { status, stdout, stderr } = unrolled(['train', 'book.txt', ...QUICK]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^epoch 1\/1 {2}loss \d\.\d{4} {2}val \d\.\d{4} ✓/);
    const run = onlyRun();
    expect(run).toMatch(/^runs.\d{8}-\d{6}-book$/);
    expect(stderr).toContain(`saved ${run}`);
    expect(readdirSync(join(folder, run)).sort()).toEqual([
      ...['best.safetensors', 'config.json', 'events.jsonl', 'model.safetensors', 'state.safetensors'],
    ]);
    const sample = ['sample', run, '--prompt', 'the', '--length', '20', '--seed', '1'];
    const text = unrolled(sample).stdout;
    expect(text).toMatch(/^the[thecasonm. ]{20}\n$/);
    expect(unrolled(sample).stdout).toBe(text);
  });

  it('saves the model where it is told, too', () => {
    write('book.txt', BOOK);
    unrolled(['train', 'book.txt', ...QUICK, '--out', 'book.safetensors']);
    expect(readdirSync(folder).sort()).toEqual(['book.safetensors', 'book.txt', 'runs']);
    const best = readFileSync(join(folder, onlyRun(), 'best.safetensors'));
    expect(readFileSync(join(folder, 'book.safetensors'))).toEqual(best);
  });

  it('learns by jamo, words and bytes', () => {
    write('book.txt', '안녕하세요 세계, 안녕하세요 여러분. '.repeat(30));
    for (const tokens of ['jamo', 'word', 'byte']) {
      const run = ['train', 'book.txt', ...QUICK, '--tokens', tokens, '--out', `${tokens}.safetensors`];
      expect(unrolled(run).status).toBe(0);
      const sample = ['sample', `${tokens}.safetensors`, '--prompt', '안녕', '--length', '9', '--seed', '0'];
      const { status, stdout, stderr } = unrolled(sample);
      expect([status, stderr]).toEqual(tokens === 'word' ? [3, stderr] : [0, '']);
      expect(stdout.startsWith(tokens === 'word' ? '' : '안녕')).toBe(true);
    }
  });

  it('says that a short text makes small batches', () => {
    write('book.txt', 'the cat sat on the mat');
    expect(unrolled(['train', 'book.txt', ...QUICK]).stderr).toContain(
      'note: the text is short: 1 streams of 19 characters',
    );
  });

  it('starts from another model, and keeps its units', () => {
    write('book.txt', BOOK);
    write('more.txt', 'the moon sat on the oat. '.repeat(40));
    write('other.txt', 'the zoo. '.repeat(40));
    unrolled(['train', 'book.txt', ...QUICK, '--out', 'book.safetensors']);
    const quick = ['--epochs', '1', '--batch', '4', '--init-from', 'book.safetensors'];
    const { status, stdout } = unrolled(['train', 'more.txt', ...quick, '--json']);
    expect(status).toBe(0);
    expect((events(stdout)[0] as unknown as { vocabulary: string[] }).vocabulary.join('')).toBe(
      'the casonm.',
    );
    expect(unrolled(['train', 'other.txt', ...quick]).stderr).toContain(
      "the vocabulary lacks: 'z' (position 5",
    );
    expect(unrolled(['train', 'other.txt', ...quick, '--unknown', 'skip']).status).toBe(0);
    expect(unrolled(['train', 'more.txt', ...quick, '--hidden', '9']).stderr).toContain(
      'the model in book.safetensors has hidden 8, not 9',
    );
  });

  it('goes on with a run, also for more epochs, and is the run that never stopped', () => {
    write('book.txt', BOOK);
    const quick = ['--hidden', '8', '--batch', '4', '--dropout', '0.2', '--json'];
    const whole = events(
      unrolled(['train', 'book.txt', ...quick, '--epochs', '4', '--runs', 'whole']).stdout,
    );
    unrolled(['train', 'book.txt', ...quick, '--epochs', '2']);
    const run = onlyRun();
    const { status, stdout } = unrolled(['train', '--resume', run, '--epochs', '4', '--json']);
    expect(status).toBe(0);
    const epochs = (all: typeof whole) => all.filter(({ type }) => type === 'epoch');
    expect(epochs(events(stdout))).toEqual(epochs(whole));
    const [wholeRun] = readdirSync(join(folder, 'whole'));
    for (const file of ['model.safetensors', 'best.safetensors']) {
      const [one, other] = [join(run, file), join('whole', wholeRun, file)].map((path) =>
        readFileSync(join(folder, path)),
      );
      expect(one.equals(other), file).toBe(true);
    }
    const kept = events(readFileSync(join(folder, run, 'events.jsonl'), 'utf8')).map(({ type }) => type);
    expect(kept.filter((type) => type !== 'progress' && type !== 'sample')).toEqual([
      'start',
      'epoch',
      'epoch',
      'epoch',
      'epoch',
      'done',
    ]);
  });

  it('does not go on with another run than it was', () => {
    write('book.txt', BOOK);
    unrolled(['train', 'book.txt', ...QUICK]);
    const run = onlyRun();
    const other = unrolled(['train', '--resume', run, '--hidden', '9']);
    expect([other.status, other.stderr]).toEqual([
      2,
      expect.stringContaining('the run was started with hidden 8, not 9') as string,
    ]);
    write('book.txt', `${BOOK}!`);
    const changed = unrolled(['train', '--resume', run]);
    expect([changed.status, changed.stderr]).toEqual([
      3,
      expect.stringContaining(`is not what the run in ${run} learns`) as string,
    ]);
    expect(unrolled(['train', '--resume', '.']).stderr).toContain(
      '. is not the folder of a run: it has no config.json',
    );
  });

  it('takes settings from a config file and the environment, and says where each came from', () => {
    write('unrolled.config.json', JSON.stringify({ train: { hidden: 16, epochs: 3 } }));
    const args = ['train', 'book.txt', '--epochs', '1', '--print-config', '--json'];
    const { stdout, stderr } = unrolled(args, { UNROLLED_LAYERS: '3' });
    const { settings } = JSON.parse(stdout || stderr) as {
      settings: { name: string; value: unknown; source: string }[];
    };
    const shown = Object.fromEntries(settings.map(({ name, value, source }) => [name, [value, source]]));
    expect(shown).toMatchObject({
      ...{ epochs: [1, 'flag'], layers: [3, 'environment'], hidden: [16, 'config'], cell: [null, 'default'] },
    });
  });
});

describe('tables', () => {
  /** A wave that goes up, by day. */
  const rows = Array.from({ length: 120 }, (_, i) => {
    const day = new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
    return `${day},${(10 + i / 50 + Math.sin(i / 3)).toFixed(4)},${i}`;
  });
  const table = ['day,price,n', ...rows, ''].join('\n');
  const FORECAST = [
    '--target',
    'price',
    '--epochs',
    '8',
    '--hidden',
    '8',
    '--horizon',
    '2',
    '--out',
    'm.safetensors',
  ];

  it('are forecast, beside naive forecasts', () => {
    write('prices.csv', table);
    const { status, stdout, stderr } = unrolled(['train', 'prices.csv', ...FORECAST]);
    expect([status, stdout.split('\n').length]).toEqual([0, 9]);
    expect(stderr).toMatch(
      /price, held out +MAE +RMSE +MASE\nmodel .*\nnaive .*\n.*naive.*, over 11 forecasts\n/,
    );
    const ahead = unrolled(['forecast', 'm.safetensors', 'prices.csv', '--svg', 'ahead.svg']);
    expect(ahead.stdout).toMatch(
      /^step,date,price,lower,upper\n1,2024-04-30T00:00:00.000Z,1\d\.\d+,\d+\.\d+,\d+\.\d+\n2,2024-05-01/,
    );
    expect(readFileSync(join(folder, 'ahead.svg'), 'utf8')).toMatch(/^<svg/);
    const [first] = events(
      unrolled(['forecast', 'm.safetensors', 'prices.csv', '--json']).stdout,
    ) as unknown as {
      price: number;
      lower: number;
      upper: number;
    }[];
    expect(first.lower).toBeLessThan(first.upper);
    const measured = unrolled(['eval', 'm.safetensors', 'prices.csv', '--fail-above', 'mae=0.0001']);
    expect([measured.status, measured.stdout]).toEqual([
      5,
      expect.stringMatching(/mae \S+ is above 0.0001\n$/),
    ]);
  });

  it('are forecast the same after a stop', () => {
    write('prices.csv', table);
    unrolled(['train', 'prices.csv', ...FORECAST]);
    const whole = readFileSync(join(folder, 'm.safetensors'));
    const args = ['train', 'prices.csv', ...FORECAST, '--runs', 'second'];
    unrolled([...args.map((word) => (word === '8' ? '8' : word)), '--epochs', '3']);
    const run = join('second', ...readdirSync(join(folder, 'second')));
    expect(unrolled(['train', '--resume', run, '--epochs', '8']).status).toBe(0);
    expect(readFileSync(join(folder, 'm.safetensors')).equals(whole)).toBe(true);
  });

  it('of labelled texts make a classifier', () => {
    const words = Array.from({ length: 60 }, (_, i) =>
      i % 2 === 0 ? `ab${'ba'.repeat(i % 5)},first` : `xy${'yx'.repeat(i % 7)},second`,
    );
    write('words.csv', ['text,label', ...words, ''].join('\n'));
    const args = [
      'train',
      'words.csv',
      '--epochs',
      '6',
      '--hidden',
      '8',
      '--bidirectional',
      '--out',
      'm.safetensors',
    ];
    const { status, stderr } = unrolled(args);
    expect([status, stderr]).toEqual([0, expect.stringContaining('6 of 6 held out are right (100.0 %)')]);
    expect(unrolled(['classify', 'm.safetensors', '--text', 'abab']).stdout).toMatch(
      /^abab\tfirst \d+\.\d %\tsecond/,
    );
    const lines = words.map((line) =>
      JSON.stringify({ text: line.split(',')[0], label: line.split(',')[1] }),
    );
    write('words.jsonl', lines.join('\n'));
    const { stdout } = unrolled(['eval', 'm.safetensors', 'words.jsonl', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'metrics', accuracy: 1, failed: [] });
  });

  it('of pairs make a translator', () => {
    const pairs = ['a', 'b', 'ab', 'ba', 'aab', 'bba', 'abb'].map((text) => `${text}\t${text.toUpperCase()}`);
    write('pairs.tsv', Array<string>(6).fill(pairs.join('\n')).join('\n'));
    const args = [
      'train',
      'pairs.tsv',
      '--hidden',
      '16',
      '--embedding',
      '8',
      '--epochs',
      '40',
      '--lr',
      '0.01',
    ];
    const { status, stderr } = unrolled([...args, '--out', 'm.safetensors']);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/\d of 4 held out are right/)]);
    const translated = unrolled(['translate', 'm.safetensors', '--text', 'ab', '--svg', 'look.svg']);
    expect(translated.stdout).toBe('AB\n');
    expect(readFileSync(join(folder, 'look.svg'), 'utf8')).toMatch(/^<svg/);
    const inspected = unrolled(['inspect', 'm.safetensors']).stdout;
    expect(inspected).toMatch(/^translator, GRU 1 x 16, \d+ parameters\n/);
    const { stdout } = unrolled(['eval', 'm.safetensors', 'pairs.tsv', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'metrics', error: 0, errorRate: 0 });
    expect(failed(['classify', 'm.safetensors', '--text', 'a']).stderr).toContain('unrolled translate');
  });

  it.each<[what: string, file: string, contents: string | Uint8Array, args: string[], ...says: string[]]>([
    ['pairs without a tab', 'a.tsv', 'a\tb\nc d\n', [], 'a.tsv, line 2 has no tab'],
    ['half a pair', 'a.tsv', 'a\t\n', [], 'line 1: the text behind the tab is empty'],
    ['no target', 'a.csv', table, [], 'a.csv is a table: what is to be learnt of it?', '--target COLUMN'],
    ['a target that is not there', 'a.csv', table, ['--target', 'cost'], "there is no column 'cost'"],
    ['a target in another case', 'a.csv', table, ['--target', 'Price'], "did you mean 'price'?"],
    ['a target of words', 'a.csv', 'a,b\nx,1\ny,2\n', ['--target', 'a'], "line 2: 'x' in 'a' is no number"],
    [
      'an empty cell',
      'a.csv',
      'a,b\n1,1\n,2\n',
      ['--target', 'a'],
      "line 3: 'a' has no value",
      '--missing previous',
    ],
    ['too few rows', 'a.csv', 'a,b\n1,1\n2,2\n', ['--target', 'a'], '2 rows are too few: a window of 16'],
    ['a broken quote', 'a.csv', 'a,b\n1,"1\n2,2\n', ['--target', 'a'], 'a quote is opened and never closed'],
    ['a ragged row', 'a.csv', 'a,b\n1,1\n2\n', ['--target', 'a'], 'line 3: it has another number of cells'],
    ['no rows', 'a.csv', 'a,b\n', ['--target', 'a'], 'has names of columns, but no rows'],
    ['nothing', 'a.csv', '', ['--target', 'a'], 'a.csv is empty'],
    [
      'days out of order',
      'a.csv',
      'd,a\n2024-01-02,1\n2024-01-01,2\n',
      ['--target', 'a'],
      'line 3 is earlier than line 2',
    ],
    [
      'days twice',
      'a.csv',
      'd,a\n2024-01-02,1\n2024-01-02,2\n',
      ['--target', 'a'],
      'line 3 has the date of line 2',
    ],
    ['a column twice', 'a.csv', 'a,a\nx,2\n', ['--target', 'a'], "two columns are called 'a'"],
    ['a column without a name', 'a.csv', 'a,\nx,2\n', ['--target', 'a'], 'column 2 has no name'],
    ['UTF-16', 'a.csv', Uint8Array.of(255, 254, 97, 0, 10, 0), ['--target', 'a'], 'it looks like UTF-16'],
    [
      'an unknown way with gaps',
      'a.csv',
      table,
      ['--target', 'price', '--missing', 'zero'],
      'must be one of error, previous',
    ],
    ['one class only', 'a.csv', 'text,label\nx,1\ny,1\n', [], "every text has the label '1'"],
    ['an empty text', 'a.csv', 'text,label\n,1\ny,2\n', [], 'line 2: the text is empty'],
    ['no label', 'a.csv', 'text,label\nx,\ny,2\n', [], 'line 2: the label is empty'],
    [
      'lines that are no JSON',
      'a.jsonl',
      '{"text":"a","label":"b"}\n{"text"\n',
      [],
      'a.jsonl, line 2 is not JSON',
    ],
    ['lines without a text', 'a.jsonl', '{"txt":"a","label":"b"}\n', [], "line 1 has no text called 'text'"],
    ['lines without a label', 'a.jsonl', '{"text":"a"}\n', [], "line 1 has no label called 'label'"],
  ])('cannot have %s', (_, file, contents, args, ...says) => {
    write(file, contents);
    const result = failed(['train', file, ...args]);
    for (const words of says) expect(result.stderr).toContain(words);
    expect([2, 3]).toContain(result.status);
  });
});

describe('what was trained', () => {
  it('is listed, shown, compared, drawn and removed', () => {
    write('book.txt', BOOK);
    for (const hidden of ['4', '8'])
      unrolled(['train', 'book.txt', ...QUICK, '--hidden', hidden, '--runs', `runs${hidden}`]);
    const [small, large] = ['runs4', 'runs8'].map((runs) => join(runs, ...readdirSync(join(folder, runs))));
    expect(unrolled(['runs', 'ls', '--runs', 'runs4']).stdout).toContain(`${small}     1/1`);
    expect(unrolled(['runs', 'best', '--runs', 'runs8']).stdout).toBe(`${large}\n`);
    expect(unrolled(['runs', 'show', small]).stdout).toMatch(/hidden +4\n/);
    expect(unrolled(['runs', 'compare', small, large]).stdout).toMatch(/hidden +4 +8\n/);
    expect(unrolled(['runs', 'plot', small, '--out', 'loss.svg']).stdout).toBe('drawn in loss.svg\n');
    expect(readFileSync(join(folder, 'loss.svg'), 'utf8')).toMatch(/^<svg/);
    expect(unrolled(['inspect', small]).stdout).toMatch(
      /^language model, LSTM 2 x 4, \d+ parameters\n11 units: t h e ␣/,
    );
    expect(unrolled(['inspect', small, '--vocab']).stdout).toMatch(/^0\tt\n1\th\n/);
    const json = JSON.parse(unrolled(['inspect', small, '--json']).stdout) as { weights: { name: string }[] };
    expect(json.weights.map(({ name }) => name)).toContain('rnn.weight_hh_l1');
    expect(unrolled(['runs', 'rm', small]).stdout).toBe(`removed ${small}\n`);
    expect(existsSync(join(folder, small))).toBe(false);
    expect(unrolled(['runs', 'ls', '--runs', 'nowhere']).stderr).toContain('there is no folder nowhere');
    expect(unrolled(['runs', 'rm', '.']).stderr).toContain('. is not the folder of a run');
  });

  it('is measured, and held to limits', () => {
    write('book.txt', BOOK);
    unrolled(['train', 'book.txt', ...QUICK, '--out', 'm.safetensors']);
    const { status, stdout } = unrolled(['eval', 'm.safetensors', 'book.txt', '--fail-above', 'loss=9']);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^loss +\d\.\d{4} +nats a character\nbits/)]);
    expect(unrolled(['eval', 'm.safetensors', 'book.txt', '--fail-above', 'loss=0.1']).status).toBe(5);
    expect(unrolled(['eval', 'm.safetensors', 'book.txt', '--fail-above', 'los=1']).stderr).toContain(
      "there is no metric 'los'",
    );
    expect(unrolled(['eval', 'm.safetensors', 'book.txt', '--fail-above', 'loss']).stderr).toContain(
      'takes a metric and a number',
    );
    expect(unrolled(['forecast', 'm.safetensors', 'book.txt']).stderr).toContain(
      'unrolled sample m.safetensors',
    );
  });
});

describe('bad input', () => {
  it.each<[what: string, args: string[], status: number, ...says: string[]]>([
    ['nothing to learn', ['train'], 2, 'error[E_OPTION]: there is nothing to learn', 'unrolled train FILE'],
    ['a file and --text', ['train', 'a.txt', '--text', 'ab'], 2, 'give a file or --text, not both'],
    ['an empty text', ['train', '--text', ''], 2, 'the text is empty'],
    ['a text of one letter', ['train', '--text', 'a'], 3, 'error[E_VALUE]: the text has 1 characters'],
    ['a missing file', ['train', 'no.txt'], 3, 'error[E_FILE]: cannot read no.txt: it does not exist'],
    ['words instead of a file', ['train', 'hello'], 2, 'there is no file hello', 'train --text "hello"'],
    ['a folder', ['train', '.'], 3, 'error[E_FILE]: cannot read .: it is a folder'],
    ['an unknown option', ['train', '--hiden', '8'], 2, "unknown option '--hiden'", 'did you mean --hidden?'],
    ['an unknown command', ['trian'], 2, "unknown command 'trian'", 'did you mean train?'],
    ['an unknown cell', ['train', '--cell', 'x', '--text', 'ab'], 2, "'x' is invalid", 'rnn'],
    [
      'a size that is no number',
      ['train', '--hidden', 'big', '--text', 'ab'],
      2,
      'a whole number, 1 or more',
    ],
    ['a size of 0', ['train', '--layers', '0', '--text', 'ab'], 2, 'a whole number, 1 or more'],
    ['a rate below 0', ['train', '--lr', '-1', '--text', 'ab'], 2, 'a number, 0 or more'],
    [
      'no linear layer where sizes differ',
      ['train', '--text', 'if you want you', '--no-head', '--hidden', '8'],
      2,
      '--no-head needs as many hidden units as characters: 10, not --hidden 8',
    ],
    [
      'a dictionary that lacks letters',
      ['train', '--text', 'if you', '--vocab', 'fyou '],
      3,
      "error[E_VOCAB]: the text has a character that the vocabulary lacks: 'i' (position 1)",
    ],
    [
      'a dictionary with a letter twice',
      ['train', '--text', 'ab', '--vocab', 'aba'],
      3,
      "the vocabulary names 'a' twice",
    ],
    [
      '--format lesson for a file',
      ['train', 'book.txt', '--format', 'lesson'],
      2,
      '--format lesson is for --text',
    ],
    [
      'a folder to save in that is not there',
      ['train', 'book.txt', '--out', 'no/book.safetensors'],
      3,
      'error[E_FILE]: cannot write no/book.safetensors: the folder no does not exist',
    ],
    ['a folder as the model', ['train', 'book.txt', '--out', '.'], 3, 'cannot write .: it is a folder'],
    ['a model that is not there', ['sample', 'no.safetensors'], 3, 'cannot read no.safetensors: it does not'],
    ['a text as a model', ['sample', 'book.txt'], 3, 'error[E_FORMAT]'],
    ['a folder as a model', ['sample', '.'], 3, 'cannot read .: it is a folder'],
    [
      '--resume for a sentence',
      ['train', '--text', 'ab', '--resume', 'x'],
      2,
      '--resume is for runs on a file',
    ],
    [
      'an unknown way to cut',
      ['train', 'book.txt', '--tokens', 'letter'],
      2,
      'must be one of char, jamo, word, byte',
    ],
    [
      'nothing left to learn from',
      ['train', 'book.txt', '--val', '0.95'],
      2,
      'it must be a number, from 0 to 0.9',
    ],
    ['a vocabulary of one', ['train', 'same.txt'], 3, 'the vocabulary has one character only'],
    ['an empty file', ['train', 'empty.txt'], 3, 'empty.txt is empty'],
    ['a file in EUC-KR', ['train', 'korean.txt'], 3, 'is not UTF-8 text: byte 0', 'it looks like EUC-KR'],
    ['a file in UTF-16', ['train', 'wide.txt'], 3, 'is not UTF-8 text: byte 0', 'it looks like UTF-16'],
  ])('%s', (_, args, status, ...says) => {
    write('book.txt', BOOK);
    write('empty.txt', '');
    write('same.txt', 'aaaaaaaaaaaa');
    write('korean.txt', Uint8Array.of(0xb0, 0xa1, 0xb3, 0xaa, 0xb4, 0xd9, 0x0a));
    write('wide.txt', Uint8Array.of(0xff, 0xfe, 0x61, 0x00, 0x62, 0x00));
    const result = failed(args);
    for (const words of says) expect(result.stderr).toContain(words);
    expect(result.status).toBe(status);
  });

  it('a file that is not UTF-8', () => {
    write('old.txt', Uint8Array.from([0x61, 0x62, 0xff]));
    const { status, stderr } = failed(['train', 'old.txt']);
    expect(stderr).toContain('error[E_FORMAT]: old.txt is not UTF-8 text: byte 2 (0xff) does not fit\n  ');
    expect(status).toBe(3);
  });

  it('an empty file', () => {
    write('empty.txt', '');
    const { status, stderr } = failed(['train', 'empty.txt']);
    expect(stderr).toContain('empty.txt is empty');
    expect(status).toBe(3);
  });

  it('a prompt with letters outside the dictionary', () => {
    unrolled([...LESSON, '--epochs', '1', '--out', 'you.safetensors']);
    const { status, stderr } = failed(['sample', 'you.safetensors', '--prompt', 'zoo']);
    expect(stderr).toContain("error[E_VOCAB]: the text has a character that the vocabulary lacks: 'z'");
    expect(stderr).toContain('it has 10: f n w a y u o i ␣ t');
    expect(status).toBe(3);
  });

  it.each([0, 5, 100, -1])('a model cut off at byte %i', (length) => {
    unrolled([...LESSON, '--epochs', '1', '--out', 'you.safetensors']);
    const file = join(folder, 'you.safetensors');
    truncateSync(file, length < 0 ? readFileSync(file).length + length : length);
    const { status, stderr } = failed(['sample', 'you.safetensors']);
    expect(stderr).toContain('error[E_FORMAT]');
    expect(status).toBe(3);
  });

  it('is told on stdout as well with --json', () => {
    const { status, stdout, stderr } = unrolled(['train', '--text', 'a', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ v: 1, type: 'error', code: 'E_VALUE' });
    expect(stderr).toContain('error[E_VALUE]');
    expect(status).toBe(3);
  });

  it('shows where it happened with --debug', () => {
    expect(unrolled(['--debug', 'train']).stderr).toMatch(/^\s+at /m);
  });
});

describe('a disk that is full', () => {
  it.skipIf(!existsSync('/dev/full'))('is told, with exit code 3', () => {
    const { status, stderr } = unrolled([...LESSON, '--epochs', '1', '--out', '/dev/full']);
    expect(stderr).toContain('error[E_FILE]: cannot write /dev/full: the disk is full');
    expect(status).toBe(3);
  });

  it.skipIf(platform === 'win32')('leaves an earlier model as it was', () => {
    write('old.safetensors', 'precious');
    // No file may grow beyond a few blocks, which fails in the middle of the model as a full disk does.
    const limited = `trap '' XFSZ; ulimit -f 8; exec "$0" "$@"`;
    const args = [...LESSON, '--epochs', '1', '--hidden', '100', '--out', 'old.safetensors'];
    const { status, stderr } = spawnSync('sh', ['-c', limited, execPath, built.command, ...args], {
      ...{ cwd: folder, encoding: 'utf8' },
    });
    expect(stderr).toContain(
      'error[E_FILE]: cannot write old.safetensors: it grows larger than files may be',
    );
    expect(stderr).toContain('an earlier file of that name is as it was');
    expect(status).toBe(3);
    expect(readdirSync(folder)).toEqual(['old.safetensors']);
    expect(readFileSync(join(folder, 'old.safetensors'), 'utf8')).toBe('precious');
  });

  it('leaves an earlier model as it was when there is nothing to save', () => {
    write('book.txt', 'a');
    write('old.safetensors', 'precious');
    expect(failed(['train', 'book.txt', '--out', 'old.safetensors']).status).toBe(3);
    expect(readFileSync(join(folder, 'old.safetensors'), 'utf8')).toBe('precious');
  });
});

describe('a text that is being learnt', () => {
  it('shows what the model writes after each epoch, which changes nothing', () => {
    write('book.txt', BOOK);
    const run = (...args: string[]): string => {
      const { stdout } = unrolled(['train', 'book.txt', ...QUICK, '--epochs', '2', '--json', ...args]);
      return stdout;
    };
    const samples = events(run('--sample', '12', '--out', 'a.safetensors')).filter(
      ({ type }) => type === 'sample',
    );
    expect(samples).toHaveLength(2);
    for (const sample of samples)
      expect(sample).toMatchObject({ text: expect.stringMatching(/^[^]{12}$/) as unknown });
    expect(run('--sample', '0', '--out', 'b.safetensors')).not.toContain('"sample"');
    const [a, b] = ['a', 'b'].map((name) => readFileSync(join(folder, `${name}.safetensors`)));
    expect(a.equals(b)).toBe(true);
  });
});

describe('words as vectors', () => {
  it('are learnt, and shared with the linear layer on request', () => {
    write('book.txt', BOOK);
    const args = [
      'train',
      'book.txt',
      ...QUICK,
      '--tokens',
      'word',
      '--tie-weights',
      '--out',
      'm.safetensors',
    ];
    expect(unrolled([...args, '--plot', '--epochs', '3']).stdout).toMatch(/epoch 3\/3[\s\S]*training/);
    expect(unrolled(['inspect', 'm.safetensors']).stdout).toMatch(/embedding.weight +\(\d+, 8\)/);
    expect(unrolled(['sample', 'm.safetensors', '--prompt', 'the cat', '--length', '4']).status).toBe(0);
    expect(unrolled(['code', 'm.safetensors', '--to', 'ts']).stdout).toContain('LanguageModel.load');
    expect(failed(['code', 'm.safetensors']).stderr).toContain('and this one has an embedding');
  });
});

describe('help', () => {
  it('is on stdout when asked for, with exit code 0', () => {
    const { status, stdout } = unrolled(['--help']);
    expect(stdout).toContain('Usage: unrolled');
    expect(stdout).toContain('Exit codes: 0 ok');
    expect(status).toBe(0);
  });

  it('says its version', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(unrolled(['--version']).stdout).toBe(`${version}\n`);
  });
});
