import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env, execPath, platform } from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommand, type BuiltCommand } from './fixture.js';
import { Generator } from '../../src/tensor/generator.js';

let home = '';
let built: BuiltCommand;
// Two threads share every job, however small, and each step is saved: most of the time something is being written.
const SETTING = { UNROLLED_THREADS: '2', UNROLLED_SHARE_FROM: '0' };
const TRAIN = [
  ...['train', 'book.txt', '--cell', 'lstm', '--layers', '2', '--hidden', '12', '--dropout', '0.25'],
  ...[
    '--schedule',
    'cosine',
    '--epochs',
    '6',
    '--batch',
    '4',
    '--seq-length',
    '24',
    '--checkpoint-every',
    '0',
  ],
];

beforeAll(async () => {
  built = await buildCommand();
  home = built.home;
  writeFileSync(join(home, 'book.txt'), 'the cat sat on the mat. a dog ate my hat. '.repeat(60));
});
afterAll(() => {
  built.remove();
});

/** Runs the command, and kills it after so many milliseconds; whether it came to its end before. */
function run(args: readonly string[], afterMs = Infinity): Promise<boolean> {
  return new Promise((done, fail) => {
    let said = '';
    const child = spawn(execPath, [built.command, ...args], { cwd: home, env: { ...env, ...SETTING } });
    const timer = Number.isFinite(afterMs) ? setTimeout(() => child.kill('SIGKILL'), afterMs) : undefined;
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGKILL') done(false);
      else if (code === 0) done(true);
      else fail(new Error(`ended with ${code}: ${said}`));
    });
  });
}

const filesOf = (runs: string): [string, Buffer][] => {
  const [name] = readdirSync(join(home, runs));
  return ['model.safetensors', 'best.safetensors'].map((file) => [
    file,
    readFileSync(join(home, runs, name, file)),
  ]);
};

describe.skipIf(platform === 'win32')('a run that is killed', () => {
  it(
    'goes on at 20 random moments, and ends with the weights of one that never stopped',
    { timeout: 240_000 },
    async () => {
      const random = new Generator(20);
      const begun = performance.now();
      await run([...TRAIN, '--runs', 'whole']);
      const wholeMs = performance.now() - begun;
      const whole = filesOf('whole');
      let kills = 0;
      for (let round = 0; kills < 20; round++) {
        const runs = `killed-${round}`;
        let started = false;
        for (let ended = false; !ended;) {
          const args = started
            ? ['train', '--resume', join(runs, ...readdirSync(join(home, runs)))]
            : [...TRAIN, '--runs', runs];
          // A kill before the folder is complete leaves nothing to go on with, and loses nothing.
          const afterMs = kills < 20 ? 0.15 * wholeMs + random.random24() * 0.6 * wholeMs : Infinity;
          ended = await run(args, afterMs);
          if (!ended) kills += 1;
          if (!started) started = hasConfig(runs);
          if (!started) rmSync(join(home, runs), { recursive: true, force: true });
        }
        for (const [i, [file, bytes]] of filesOf(runs).entries()) {
          expect(bytes.equals(whole[i][1]), `${file} of round ${round}, after ${kills} kills`).toBe(true);
        }
      }
      expect(kills).toBeGreaterThanOrEqual(20);
    },
  );
});

function hasConfig(runs: string): boolean {
  try {
    const [name] = readdirSync(join(home, runs));
    return readdirSync(join(home, runs, name)).includes('config.json');
  } catch {
    return false;
  }
}
