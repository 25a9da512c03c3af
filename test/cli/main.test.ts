import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { env, execPath, platform } from 'node:process';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

/** The lesson, run by PyTorch with `torch.manual_seed(0)`. */
const torch = JSON.parse(readFileSync('test/golden/course/open/seed_torch_seed0.json', 'utf8')) as {
  readonly target_ids: readonly number[];
  readonly loss: readonly number[];
  readonly text: readonly string[];
};
const LESSON = ['train', '--text', 'if you want you', '--vocab', 'fnwayuoi t'];

const home = mkdtempSync(join(tmpdir(), 'unrolled-cli-'));
const command = join(home, 'command', 'main.js');
let folder = '';

/** Runs the command in a folder of its own. */
function unrolled(args: string[], environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(execPath, [command, ...args], {
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
  const bundle = await rolldown({ input: 'src/cli/main.ts', platform: 'node', external: /^(node:|commander$|string-width$)/ }); // prettier-ignore
  await bundle.write({ file: command, format: 'esm', codeSplitting: false });
  await bundle.close();
  writeFileSync(join(home, 'package.json'), '{"type":"module"}');
  symlinkSync(resolve('node_modules'), join(home, 'node_modules'), 'junction');
});
beforeEach(() => {
  folder = mkdtempSync(join(home, 'run-'));
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
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
  it('saves a model beside, and lets it write', () => {
    write('book.txt', BOOK);
    expect(unrolled(['train', 'book.txt', ...QUICK]).status).toBe(0);
    expect(readdirSync(folder)).toEqual(['book.safetensors', 'book.txt']);
    const sample = ['sample', 'book.safetensors', '--prompt', 'the', '--length', '20', '--seed', '1'];
    const { status, stdout } = unrolled(sample);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^the[thecasonm. ]{20}\n$/);
    expect(unrolled(sample).stdout).toBe(stdout);
  });

  it('does not replace a model unasked', () => {
    write('book.txt', BOOK);
    write('book.safetensors', 'precious');
    const { status, stderr } = failed(['train', 'book.txt', ...QUICK]);
    expect(status).toBe(2);
    expect(stderr).toContain('book.safetensors is there already\n  say --out book.safetensors to replace it');
    expect(readFileSync(join(folder, 'book.safetensors'), 'utf8')).toBe('precious');
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
  ])('%s', (_, args, status, ...says) => {
    write('book.txt', BOOK);
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
    const { status, stderr } = spawnSync('sh', ['-c', limited, execPath, command, ...args], {
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
