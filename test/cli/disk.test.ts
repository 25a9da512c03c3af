import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath, getuid, platform } from 'node:process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildCommand, type BuiltCommand } from './fixture.js';

let built: BuiltCommand;
let folder = '';
let count = 0;
const TRAIN = ['train', 'book.txt', '--hidden', '8', '--layers', '1', '--batch', '4', '--epochs', '2'];

beforeAll(async () => {
  built = await buildCommand();
  // Others than its owner have to be able to run it.
  chmodSync(built.home, 0o755);
});
beforeEach(() => {
  folder = join(built.home, `run-${count++}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'book.txt'), 'the cat sat on the mat. '.repeat(40));
});
afterAll(() => {
  built.remove();
});

const unrolled = (args: readonly string[], options: { uid?: number } = {}) =>
  spawnSync(execPath, [built.command, ...args], { cwd: folder, encoding: 'utf8', ...options });

/** Files of a run by name. */
const filesOf = (run: string): [string, Buffer][] =>
  readdirSync(join(folder, run))
    .sort()
    .map((name) => [name, readFileSync(join(folder, run, name))]);

/** Starts a run and gives its folder. */
function trained(...args: string[]): string {
  expect(unrolled([...TRAIN, ...args]).status).toBe(0);
  return join('runs', ...readdirSync(join(folder, 'runs')));
}

/** Whether this process may make a disk of its own. */
const canMount =
  platform === 'linux' && spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'x', '/mnt']).status === 0;

describe('a run on a disk that fills up', () => {
  it.runIf(canMount)('says so, loses nothing, and goes on when there is room', { timeout: 60_000 }, () => {
    const whole = trained();
    const disk = join(built.home, 'disk');
    mkdirSync(disk, { recursive: true });
    const node = `"${execPath}" "${built.command}"`;
    const script = `
      mount -t tmpfs -o size=512k tmpfs "${disk}" && cd "${disk}" && cp "${folder}/book.txt" .
      ${node} ${TRAIN.join(' ')} --epochs 1 >/dev/null 2>&1; echo "first $?"
      room=$(df --output=avail -B1 . | tail -1)
      head -c $((room - 12288)) /dev/zero > filler
      ${node} train --resume runs/* --epochs 2 2>&1 >/dev/null; echo "nearly full $?"
      head -c 1000000 /dev/zero > filler2 2>/dev/null
      ${node} train --resume runs/* --epochs 2 2>&1 >/dev/null; echo "full $?"
      rm filler filler2
      ${node} train --resume runs/* --epochs 2 >/dev/null 2>&1; echo "again $?"
      ls runs/* | tr '\\n' ' '; echo
      cmp runs/*/model.safetensors "${folder}/${whole}/model.safetensors" && echo same`;
    const { stdout } = spawnSync('unshare', ['-rm', 'sh', '-c', script], { encoding: 'utf8' });
    expect(stdout).toContain('first 0');
    const [, nearly, full] = stdout.split(/(?=error\[E_FILE\])/);
    expect(nearly).toMatch(/: cannot write runs\/.*\.safetensors: the disk is full[\s\S]*nearly full 3/);
    expect(full).toMatch(/: cannot write runs\/\S*: the disk is full[\s\S]*full 3/);
    expect(stdout).toContain('again 0');
    expect(stdout).toContain(
      'best.safetensors config.json events.jsonl model.safetensors state.safetensors \n',
    );
    expect(stdout).toContain('same');
  });
});

describe.skipIf(platform === 'win32')('without rights', () => {
  // Root may write anywhere, so it becomes nobody.
  const nobody = getuid?.() === 0 ? { uid: 65534 } : {};

  it('a run cannot begin, and says where', () => {
    mkdirSync(join(folder, 'closed'), { mode: 0o555 });
    const { status, stderr } = unrolled([...TRAIN, '--runs', 'closed'], nobody);
    expect(stderr).toMatch(/error\[E_FILE\]: cannot make the folder closed/);
    expect(stderr).toContain('--runs');
    expect(status).toBe(3);
  });

  it('a run cannot go on, and stays as it was', () => {
    const run = trained();
    const before = filesOf(run);
    chmodSync(join(folder, run), 0o555);
    const { status, stderr } = unrolled(['train', '--resume', run, '--epochs', '3'], nobody);
    chmodSync(join(folder, run), 0o755);
    expect(stderr).toContain(`error[E_FILE]: cannot write ${run}: there is no permission`);
    expect(status).toBe(3);
    expect(filesOf(run)).toEqual(before);
  });
});

describe('a run', () => {
  it('is written by one process at a time', { timeout: 30_000 }, async () => {
    const run = trained();
    const first = spawn(execPath, [built.command, 'train', '--resume', run, '--epochs', '100000'], {
      cwd: folder,
    });
    await new Promise((resolve) => first.stdout.once('data', resolve));
    const { status, stderr } = unrolled(['train', '--resume', run, '--epochs', '3']);
    const ended = new Promise((resolve) => first.once('exit', resolve));
    first.kill('SIGINT');
    await ended;
    expect(stderr).toContain(`another process (${first.pid!}) writes into ${run}`);
    expect(status).toBe(3);
    expect(unrolled(['runs', 'show', run]).status).toBe(0);
    expect(readdirSync(join(folder, run)).some((name) => name.startsWith('lock'))).toBe(false);
  });

  it(
    'does not go on from a checkpoint that was cut anywhere, and stays as it was',
    { timeout: 60_000 },
    () => {
      const run = trained();
      const state = join(folder, run, 'state.safetensors');
      const whole = readFileSync(state);
      expect(whole.length).toBeGreaterThan(5000);
      for (let length = 0; length < whole.length; length += 1000) {
        writeFileSync(state, whole.subarray(0, length));
        const before = filesOf(run);
        const { status, stderr } = unrolled(['train', '--resume', run, '--epochs', '3']);
        expect(stderr, `cut at ${length}`).toMatch(/^error\[E_(FORMAT|VALUE)\]/m);
        expect(stderr).not.toMatch(/^\s+at /m);
        expect(status).toBe(3);
        expect(filesOf(run)).toEqual(before);
      }
      writeFileSync(state, whole);
      expect(unrolled(['train', '--resume', run, '--epochs', '3']).status).toBe(0);
    },
  );

  it('that was killed between its last state and its models gets them when it goes on', () => {
    const run = trained();
    const names = ['best.safetensors', 'model.safetensors'];
    const before = names.map((name) => readFileSync(join(folder, run, name)));
    writeFileSync(join(folder, run, names[0]), 'of the checkpoint before');
    rmSync(join(folder, run, names[1]));
    expect(unrolled(['train', '--resume', run]).status).toBe(0);
    expect(names.map((name) => readFileSync(join(folder, run, name)))).toEqual(before);
  });

  it('tells a model that was cut, too, and one of a run that has none yet', () => {
    const run = trained();
    const best = join(folder, run, 'best.safetensors');
    writeFileSync(best, readFileSync(best).subarray(0, 900));
    const cut = unrolled(['sample', run, '--length', '5']);
    expect([cut.status, cut.stderr]).toEqual([3, expect.stringContaining('error[E_FORMAT]')]);
    for (const name of ['best', 'model']) rmSync(join(folder, run, `${name}.safetensors`));
    const none = unrolled(['sample', run, '--length', '5']);
    expect([none.status, none.stderr]).toEqual([3, expect.stringContaining(run)]);
  });
});
