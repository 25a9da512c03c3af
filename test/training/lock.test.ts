import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath, pid, platform } from 'node:process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FolderLock } from '../../src/training/platform-lock.js';
import { bundle, type Program } from '../bundle.js';

let folder = '';
let program: Program;
beforeAll(async () => {
  program = await bundle('test/training/contender.ts', join(tmpdir(), `unrolled-contender-${pid}.mjs`));
});
afterAll(() => {
  program.remove();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unrolled-lock-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const locks = (): string[] => readdirSync(folder).filter((name) => name.startsWith('lock-'));

/** What a lock of this process says, after it was let go. */
function ownWords(): Record<string, unknown> {
  const lock = FolderLock.take(folder);
  const words = JSON.parse(readFileSync(join(folder, locks()[0]), 'utf8')) as Record<string, unknown>;
  lock.release();
  return words;
}

/** Leaves a lock there, of which so many seconds ago was heard. */
function leave(words: object | null, secondsAgo = 0): void {
  const file = join(folder, 'lock-0');
  writeFileSync(file, words === null ? '' : JSON.stringify(words));
  const then = Date.now() / 1000 - secondsAgo;
  utimesSync(file, then, then);
}

function expectTaken(): void {
  const lock = FolderLock.take(folder);
  expect([lock.isHeld, locks().length]).toEqual([true, 1]);
  lock.release();
  expect([lock.isHeld, locks()]).toEqual([false, []]);
}

describe('the lock of a folder', () => {
  it('is held by one, and lets others in when it is released', () => {
    const lock = FolderLock.take(folder);
    expect(() => FolderLock.take(folder)).toThrow(`another process (${pid}, this one) writes into ${folder}`);
    expect(locks()).toHaveLength(1);
    lock.release();
    expectTaken();
  });

  it('of a process that has ended is taken at once', () => {
    const words = ownWords();
    // Numbers of processes end at 2^22.
    leave({ ...words, pid: 2 ** 22 + 1 });
    expectTaken();
  });

  it.runIf(platform === 'linux')('is not held by a process that got the number of its owner later', () => {
    const words = ownWords();
    leave({ ...words, started: String(Number(words.started) - 1) });
    expectTaken();
  });

  it.each([
    ['on another machine', { host: 'elsewhere' }],
    ['before the machine was started again, or in another container', { place: 'another' }],
  ])('of a process %s is held as long as something is heard of it', (_, other) => {
    const words = ownWords();
    leave({ ...words, ...other }, 50);
    expect(() => FolderLock.take(folder)).toThrow(
      expect.objectContaining({
        code: 'E_LOCKED',
        message: expect.stringMatching(/free 60 seconds after its last sign of life$/) as string,
      }),
    );
    leave({ ...words, ...other }, 61);
    expectTaken();
  });

  it('is heard of even while its process does nothing but calculate', () => {
    const lock = FolderLock.take(folder);
    const file = join(folder, locks()[0]);
    const words = readFileSync(file, 'utf8');
    utimesSync(file, 0, 0);
    // Nothing else of this process runs meanwhile.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4000);
    expect(Date.now() - statSync(file).mtimeMs).toBeLessThan(4500);
    expect(readFileSync(file, 'utf8')).toBe(words);
    lock.release();
  });

  it('of which not a word was written is free after the same time', () => {
    leave(null, 61);
    expectTaken();
    leave(null, 0);
    expect(() => FolderLock.take(folder)).toThrow('another process (0 on an unknown machine)');
  });

  it.skipIf(platform === 'win32')('is taken at once after its owner was killed', async () => {
    const child = spawn(execPath, [program.file, folder, '60']);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGKILL');
    expectTaken();
  });

  it.skipIf(platform === 'win32')(
    'is never held by two, however often its owners are killed',
    { timeout: 60_000 },
    async () => {
      const seconds = 3;
      const until = performance.now() + 1000 * seconds;
      let said = '';
      let kills = 0;
      const contend = async (): Promise<void> => {
        while (performance.now() < until) {
          const child = spawn(execPath, [program.file, folder, String(seconds)]);
          child.stdout.on('data', (text: Buffer) => (said += text.toString()));
          await new Promise((resolve) => child.once('exit', resolve));
          if (child.signalCode === 'SIGKILL') kills += 1;
        }
      };
      await Promise.all(Array.from({ length: 5 }, contend));
      expect(said).not.toContain('two at once');
      expect(said.match(/taken/g)!.length).toBeGreaterThan(20);
      expect(kills).toBeGreaterThan(10);
    },
  );
});
