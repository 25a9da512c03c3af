import { mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { BOOK, Here, LESSON } from './here.js';

const here = new Here();

describe('bad input', () => {
  it.each<[what: string, args: string[], status: number, ...says: string[]]>([
    ['nothing to learn', ['train'], 2, 'error[E_OPTION]: there is nothing to learn', 'unrolled train FILE'],
    ['a file and --text', ['train', 'a.txt', '--text', 'ab'], 2, 'give a file or --text, not both'],
    ['an empty text', ['train', '--text', ''], 2, 'the text is empty'],
    ['a text of one letter', ['train', '--text', 'a'], 3, 'error[E_VALUE]: the text has 1 characters'],
    ['a missing file', ['train', 'no.txt'], 3, 'error[E_FILE]: cannot read no.txt: it does not exist'],
    ['words instead of a file', ['train', 'hello'], 2, 'there is no file hello', 'train --text "hello"'],
    ['a folder', ['train', 'empty'], 3, 'error[E_FORMAT]: empty holds no labelled texts'],
    [
      'a model as a text',
      ['train', 'm.safetensors'],
      2,
      'm.safetensors is a model',
      '--init-from m.safetensors',
    ],
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
    ['a file in EUC-KR', ['train', 'korean.txt'], 3, 'is not UTF-8 text: byte 0', 'it looks like CP949'],
  ])('%s', async (_, args, status, ...says) => {
    here.write('book.txt', BOOK);
    here.write('empty.txt', '');
    here.write('same.txt', 'aaaaaaaaaaaa');
    here.write('korean.txt', Uint8Array.of(0xb0, 0xa1, 0xb3, 0xaa, 0xb4, 0xd9, 0x0a));
    mkdirSync(join(here.folder, 'empty'));
    const result = await here.fail(args);
    for (const words of says) expect(result.stderr).toContain(words);
    expect(result.status).toBe(status);
  });

  it('a file that is not UTF-8', async () => {
    here.write('old.txt', Uint8Array.from([0x61, 0x62, 0xff]));
    const { status, stderr } = await here.fail(['train', 'old.txt']);
    expect(stderr).toContain('error[E_FORMAT]: old.txt is not UTF-8 text: byte 2 (0xff) does not fit\n  ');
    expect(status).toBe(3);
  });

  it('an empty file', async () => {
    here.write('empty.txt', '');
    const { status, stderr } = await here.fail(['train', 'empty.txt']);
    expect(stderr).toContain('empty.txt is empty');
    expect(status).toBe(3);
  });

  it('a prompt with letters outside the dictionary', async () => {
    await here.run([...LESSON, '--epochs', '1', '--out', 'you.safetensors']);
    const { status, stderr } = await here.fail(['sample', 'you.safetensors', '--prompt', 'zoo']);
    expect(stderr).toContain("error[E_VOCAB]: the text has a character that the vocabulary lacks: 'z'");
    expect(stderr).toContain('it has 10: f n w a y u o i ␣ t');
    expect(status).toBe(3);
  });

  it.each([0, 5, 100, -1])('a model cut off at byte %i', async (length) => {
    await here.run([...LESSON, '--epochs', '1', '--out', 'you.safetensors']);
    const file = join(here.folder, 'you.safetensors');
    truncateSync(file, length < 0 ? readFileSync(file).length + length : length);
    const { status, stderr } = await here.fail(['sample', 'you.safetensors']);
    expect(stderr).toContain('error[E_FORMAT]');
    expect(status).toBe(3);
  });

  it('is told on stdout as well with --json', async () => {
    const { status, stdout, stderr } = await here.run(['train', '--text', 'a', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ v: 1, type: 'error', code: 'E_VALUE' });
    expect(stderr).toContain('error[E_VALUE]');
    expect(status).toBe(3);
  });

  it('shows where it happened with --debug', async () => {
    expect((await here.run(['--debug', 'train'])).stderr).toMatch(/^\s+at /m);
  });
});

describe('help', () => {
  it('is on stdout when asked for, with exit code 0', async () => {
    const { status, stdout } = await here.run(['--help']);
    expect(stdout).toContain('Usage: unrolled');
    expect(stdout).toContain('Exit codes: 0 ok');
    expect(status).toBe(0);
  });

  it('is what a group of commands says without one of them, with exit code 2', async () => {
    const { status, stdout } = await here.run(['runs']);
    expect([status, stdout]).toEqual([2, expect.stringMatching(/^Usage: unrolled runs/)]);
    expect((await here.run([])).stdout).toMatch(/^Usage: unrolled \[/);
  });

  it('says its version', async () => {
    expect((await here.run(['--version'])).stdout).toBe(`${packageJson.version}\n`);
  });
});
