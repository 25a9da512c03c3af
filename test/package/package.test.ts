import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execPath, platform } from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodes } from './nodes.js';

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly main: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly scripts: Readonly<Record<string, string>>;
}

const torch = JSON.parse(readFileSync('test/golden/course/open/seed_torch_seed0.json', 'utf8')) as {
  readonly loss: readonly number[];
};
const consumer = mkdtempSync(join(tmpdir(), 'unrolled-package-'));
const tsc = resolve('node_modules/typescript/bin/tsc');
const installed = join(consumer, 'node_modules/unrolled');

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, {
    cwd: consumer,
    encoding: 'utf8',
    shell: command === 'npm' && platform === 'win32',
  });

/** Files of a folder and below it, relative to it. */
const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

function expectTorchLosses(losses: readonly number[]): void {
  expect(losses).toHaveLength(50);
  losses.forEach((loss, i) => {
    expect(Math.abs(loss - torch.loss[i]), `loss ${i}`).toBeLessThanOrEqual(1e-5);
  });
}

beforeAll(() => {
  cpSync('test/package/consumer', consumer, { recursive: true });
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const [{ filename }] = JSON.parse(
    run('npm', 'pack', resolve('.'), '--ignore-scripts', '--json', '--silent'),
  ) as [{ filename: string }];
  run('npm', 'install', `./${filename}`, '--prefer-offline', '--silent');
  run(execPath, tsc, '-p', '.', '--noCheck');
});
afterAll(() => {
  rmSync(consumer, { recursive: true, force: true });
});

describe('the package', () => {
  it('has every file that it names, and nothing but what it needs', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Manifest;
    const targets = Object.values(manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    );
    for (const file of [...targets, manifest.main, ...Object.values(manifest.bin)]) {
      expect(existsSync(join(installed, file)), file).toBe(true);
    }
    for (const file of filesOf(installed)) {
      expect(file).toMatch(
        /^(bin[\\/]|dist[\\/]|docs[\\/]config\.schema\.json$|[A-Z]+(\.md)?$|package\.json$)/,
      );
    }
  });

  it('runs nothing when it is installed', () => {
    const { scripts } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Manifest;
    // npm runs the first three, and asks for approval of `prepare`, too.
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) {
      expect(scripts).not.toHaveProperty(name);
    }
  });

  it('has an entry for workerd beside each other one, for bundlers to find before any other', () => {
    const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Manifest;
    for (const target of Object.values(exports)) {
      if (typeof target === 'string') continue;
      expect(Object.keys(target)).toEqual(['types', 'workerd', 'default']);
      expect(target.workerd).toBe(target.default.replace('dist/', 'dist/workerd/'));
    }
  });

  it("asks for none of Node's modules or types outside of the command line", () => {
    const library = filesOf(join(installed, 'dist')).filter((file) => !/^cli[\\/]/.test(file));
    for (const file of library) {
      const code = readFileSync(join(installed, 'dist', file), 'utf8');
      expect(code, file).not.toMatch(/\b(from|import|import\()\s*["']node:|types="node"/);
    }
  });

  it.each(['NodeNext', 'Bundler'])('has types that a program resolved by %s can use', (resolution) => {
    const module = resolution === 'Bundler' ? 'ESNext' : resolution;
    const { stdout } = spawnSync(
      execPath,
      [tsc, '-p', '.', '--noEmit', '--module', module, '--moduleResolution', resolution],
      { cwd: consumer, encoding: 'utf8' },
    );
    expect(stdout).toBe('');
  });
});

describe.each(nodes())('under Node %s', (_, node) => {
  it('trains the lesson', () => {
    expectTorchLosses(JSON.parse(run(node, 'print.js')) as number[]);
  });

  it('trains the lesson in a worker thread', () => {
    expectTorchLosses(JSON.parse(run(node, 'worker.js')) as number[]);
  });

  it('has threads that rest when there is nothing to do, and end with the program', () => {
    const busyMs = Number(run(node, 'threads.js'));
    // One thread that looked again and again would take 500.
    expect(busyMs).toBeLessThan(250);
  });

  it('loads every entry', () => {
    const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
    const entries = Object.keys(exports).filter((name) => name !== './package.json');
    const program = entries.map((name) => `import 'unrolled${name.slice(1)}';`).join(' ');
    run(node, '--input-type=module', '--eval', program);
  });

  it('runs the command', () => {
    const bin = join(installed, 'bin/unrolled.js');
    const lines = run(
      node,
      bin,
      'train',
      '--text',
      'if you want you',
      '--seed',
      '0',
      '--vocab',
      'fnwayuoi t',
      '--json',
    )
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; loss: number });
    expectTorchLosses(lines.filter(({ type }) => type === 'epoch').map(({ loss }) => loss));
  });
});
