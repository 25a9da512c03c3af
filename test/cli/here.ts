import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process, { chdir, cwd, stderr, stdout } from 'node:process';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { perform } from '../../src/cli/perform.js';

/** What a call of the command came to. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a call finds around it. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  /** What comes in. */
  readonly input?: string | Uint8Array;
}

/** A folder of its own for each test, in which the command runs within this process, as it would in a shell. */
export class Here {
  folder = '';
  private before = '';

  constructor() {
    beforeEach(() => {
      this.before = cwd();
      this.folder = mkdtempSync(join(tmpdir(), 'unrolled-here-'));
      chdir(this.folder);
      for (const name of ['NO_COLOR', 'FORCE_COLOR', 'CI']) vi.stubEnv(name, undefined);
    });
    afterEach(() => {
      chdir(this.before);
      rmSync(this.folder, { recursive: true, force: true });
      vi.unstubAllEnvs();
    });
  }

  /** Runs `unrolled` with these words. */
  async run(words: readonly string[], { env = {}, input = '' }: Surroundings = {}): Promise<Outcome> {
    const [out, notes]: [string[], string[]] = [[], []];
    const into = (lines: string[]) => (text: string | Uint8Array) => lines.push(String(text)) > 0;
    const spies = [
      vi.spyOn(stdout, 'write').mockImplementation(into(out)),
      vi.spyOn(stderr, 'write').mockImplementation(into(notes)),
      vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdinOf(input)),
    ];
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    try {
      const status = await perform(words);
      return { status, stdout: out.join(''), stderr: notes.join('') };
    } finally {
      process.exitCode = undefined;
      for (const name of Object.keys(env)) vi.stubEnv(name, undefined);
      for (const spy of spies) spy.mockRestore();
    }
  }

  /** What a call in vain comes to, after checking that it leaves no trace in the folder and nothing on stdout. */
  async fail(words: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
    const before = this.files();
    const outcome = await this.run(words, surroundings);
    expect(this.files()).toEqual(before);
    expect(outcome.stdout).toBe('');
    expect(outcome.status).not.toBe(0);
    return outcome;
  }

  write(name: string, contents: string | Uint8Array): void {
    writeFileSync(join(this.folder, name), contents);
  }

  read(...names: string[]): string {
    return readFileSync(join(this.folder, ...names), 'utf8');
  }

  bytes(...names: string[]): Buffer {
    return readFileSync(join(this.folder, ...names));
  }

  files(...names: string[]): string[] {
    return readdirSync(join(this.folder, ...names)).sort();
  }

  /** The folder of the only run. */
  onlyRun(runs = 'runs'): string {
    const names = this.files(runs);
    expect(names).toHaveLength(1);
    return join(runs, names[0]);
  }
}

function stdinOf(input: string | Uint8Array): typeof process.stdin {
  const bytes = Buffer.from(input as string);
  return Readable.from(bytes.length === 0 ? [] : [bytes]) as unknown as typeof process.stdin;
}

/** Lines of JSON. */
export const jsonLines = <T = { type: string }>(text: string): T[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

/** Some text of a small language. */
export const BOOK = 'the cat sat on the mat. '.repeat(40);
/** Learnt in no time. */
export const QUICK = ['--epochs', '1', '--hidden', '8', '--batch', '4'];
/** The lesson. */
export const LESSON = ['train', '--text', 'if you want you', '--vocab', 'fnwayuoi t'];
