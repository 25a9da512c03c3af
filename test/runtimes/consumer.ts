import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { platform } from 'node:process';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { installInto } from '../browser/sites.js';

/** The lesson as it ends everywhere. */
const LESSON = { loss: 0.825729250907898, text: 'f you want you' };
/** The LSTM's bits where multiply-add is fused, and where it rounds twice. */
const [FUSED, ROUNDED_TWICE] = [3236318358, 1869256352];

/** Expects a run of program.js to have come to what it comes to everywhere, bit for bit. */
export function expectRight(run: unknown, { fused = true } = {}): void {
  expect(run).toEqual({ ...LESSON, bits: fused ? FUSED : ROUNDED_TWICE });
}

// Outside of the checkout, whose tsconfig.json some would find and follow to the sources.
const work = mkdtempSync(join(tmpdir(), 'unrolled-runtimes-'));

/** Removes what the consumers left behind. */
export function removeConsumers(): void {
  rmSync(work, { recursive: true, force: true });
}

/** A folder with the built package, program.js, and these files besides. */
export function consumer(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(work, name);
  mkdirSync(folder);
  installInto(folder);
  cpSync('test/runtimes/program.js', join(folder, 'program.js'));
  const manifest = JSON.stringify({ private: true, type: 'module' });
  for (const [file, text] of Object.entries({ 'package.json': manifest, ...files })) {
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

/** A command that test/runtimes/package.json installs. */
export const tool = (name: string): string =>
  resolve('test/runtimes/node_modules/.bin', platform === 'win32' ? `${name}.cmd` : name);

/** What a command that is run in a folder prints. */
export async function printed(folder: string, command: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, {
    cwd: folder,
    shell: command.endsWith('.cmd'),
  });
  return stdout;
}

/** What it prints, as JSON. */
export const answer = async (...args: Parameters<typeof printed>): Promise<unknown> =>
  JSON.parse(await printed(...args));
