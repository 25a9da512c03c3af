import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env, execPath, platform } from 'node:process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildCommand, type BuiltCommand } from './fixture.js';
import { LESSON } from './here.js';

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
beforeAll(async () => {
  built = await buildCommand();
});
beforeEach(() => {
  folder = mkdtempSync(join(built.home, 'run-'));
});
afterAll(() => {
  built.remove();
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

/** Runs a line of a shell, in which `$U` is the command. */
function inShell(line: string) {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', line], {
    ...{ cwd: folder, encoding: 'utf8', timeout: 15_000 },
    env: { ...env, U: `${execPath} ${built.command}` },
  });
  expect(stderr).not.toMatch(/^\s+at /m);
  return { status, stdout, stderr };
}
const LEARN = '$U train book.txt --hidden 8 --layers 1 --batch 4';

describe.skipIf(!existsSync('/dev/full'))('output to a disk that is full', () => {
  const full = 'cannot write the standard output: the disk is full';

  it.each([
    ['what is listed', '$U --help > /dev/full'],
    ['the lesson', '$U train --text "if you want you" > /dev/full'],
    ['an error that is told as JSON', '$U train --text a --json > /dev/full'],
  ])('is a message and an exit code: %s', (_, line) => {
    const { status, stderr } = inShell(line);
    expect([status, stderr]).toEqual([3, expect.stringContaining(full)]);
  });

  it('stops a training, which is saved and goes on later', () => {
    write('book.txt', 'the cat sat on the mat. '.repeat(400));
    const { status, stderr } = inShell(`${LEARN} --epochs 500 > /dev/full`);
    expect([status, stderr]).toEqual([3, expect.stringContaining(`stopped: ${full}; to go on: `)]);
    const again = stderr.slice(stderr.indexOf('to go on: unrolled') + 'to go on: unrolled'.length).trim();
    expect(inShell(`$U ${again} --epochs 1`).status).toBe(0);
  });

  it('of notes alone stops nothing', () => {
    write('book.txt', 'the cat sat on the mat. '.repeat(40));
    const { status, stdout } = inShell(`${LEARN} --epochs 1 2> /dev/full`);
    expect([status, stdout]).toEqual([0, expect.stringContaining('epoch 1/1')]);
  });
});

describe.skipIf(platform === 'win32')('a pipe whose reader has seen enough', () => {
  it('stops a training, which is saved, with an exit code of its own', () => {
    write('book.txt', 'the cat sat on the mat. '.repeat(400));
    const { stdout, stderr } = inShell(`{ ${LEARN} --epochs 500; echo $? >&3; } 3>&2 | head -1`);
    expect(stdout).toMatch(/^epoch 1\/500/);
    expect(stderr).toMatch(/nobody reads the output any more; to go on: unrolled train --resume \S+\n141\n$/);
  });

  it('ends what only writes, and that is no error', () => {
    inShell('$U train --text "if you want you" --epochs 1 --out m.safetensors');
    const { stdout, stderr } = inShell(
      '{ $U sample m.safetensors --length 100000; echo $? >&2; } | head -c 5',
    );
    expect([stdout.length, stderr]).toEqual([5, '0\n']);
  });
});

describe.skipIf(platform === 'win32')('input', () => {
  it('may be a pipe of the shell, which can be read once only', () => {
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', `$U train <(yes 'the cat' | head -99) --epochs 1 --hidden 8`],
      {
        ...{ cwd: folder, encoding: 'utf8' },
        env: { ...env, U: `${execPath} ${built.command}` },
      },
    );
    expect([status, stderr]).toEqual([0, expect.stringContaining('792 characters')]);
  });

  it.each([
    ['closed', '<&-', 3],
    ['empty', '</dev/null', 3],
    ['a folder', '<.', 3],
  ])('that is %s is an error', (_, redirection, code) => {
    const { status, stderr } = inShell(`$U train - ${redirection}`);
    expect([status, stderr]).toEqual([code, expect.stringMatching(/^error\[E_(VALUE|FILE)\]/)]);
  });

  it('is read by eval, too', () => {
    write('book.txt', 'the cat sat on the mat. '.repeat(40));
    expect(inShell(`${LEARN} --epochs 1 --out m.safetensors`).status).toBe(0);
    const { status, stdout } = inShell('cat book.txt | $U eval m.safetensors -');
    expect([status, stdout]).toEqual([0, expect.stringContaining('nats a character')]);
  });
});
