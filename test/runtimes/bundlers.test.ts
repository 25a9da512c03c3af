import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execPath } from 'node:process';
import { build as vite } from 'vite';
import { afterAll, describe, expect, it } from 'vitest';
import webpack from 'webpack';
import { removeSites } from '../browser/sites.js';
import { answer, consumer, expectRight, printed, removeConsumers, tool } from './consumer.js';

const MAIN = `
  import * as unrolled from 'unrolled';
  import { run } from './program.js';
  console.log(JSON.stringify(run(unrolled)));`;

afterAll(() => {
  removeConsumers();
  removeSites();
});

/** A program that a bundler makes one file of. */
const program = (name: string): string => consumer(name, { 'main.js': MAIN });

/** Has one of the bundlers of build.js make it. */
const bundle = (folder: string, ...args: string[]): Promise<string> =>
  printed(folder, execPath, resolve('test/runtimes/build.js'), ...args);

/** Runs what a bundler made. */
async function expectRuns(folder: string, file: string): Promise<void> {
  expectRight(await answer(folder, execPath, file));
}

describe('a bundle runs', () => {
  it.each([
    ['esbuild', 'out.mjs', 'esm'],
    ['esbuild', 'out.cjs', 'iife'],
    ['esbuild', 'out.cjs', 'cjs'],
    ['rollup', 'out.mjs', 'es'],
    ['rollup', 'out.cjs', 'iife'],
    ['rollup', 'out.cjs', 'cjs'],
    ['rspack', 'out.cjs', 'script'],
  ])('of %s in %s as %s', async (bundler, file, format) => {
    const folder = program(`${bundler}-${format}`);
    await bundle(folder, bundler, file, format);
    await expectRuns(folder, file);
  });

  it('of webpack with nothing but an entry', async () => {
    const folder = program('webpack');
    const output = { path: folder, filename: 'out.cjs' };
    const compiler = webpack({ mode: 'production', context: folder, entry: './main.js', output });
    const stats = await new Promise<webpack.Stats>((done, fail) => {
      compiler.run((error, result) => {
        if (result) done(result);
        else fail(error ?? new Error('no result'));
      });
    });
    expect(stats.hasErrors(), stats.toString()).toBe(false);
    await expectRuns(folder, 'out.cjs');
  });

  it.each([
    ['a page', {}],
    ['a server that keeps the package outside', { ssr: true }],
    ['a server that takes it in', { ssr: true, inside: true }],
  ])('of vite for %s', async (name, { ssr = false, inside = false }: { ssr?: boolean; inside?: boolean }) => {
    const folder = program(`vite-${name.replaceAll(' ', '-')}`);
    const output = { entryFileNames: 'main.js' };
    await vite({
      ...{ root: folder, configFile: false, logLevel: 'error' },
      build: { ssr, outDir: 'out', rolldownOptions: { input: join(folder, 'main.js'), output } },
      ssr: { noExternal: inside ? true : undefined },
    });
    const isInside = !readFileSync(join(folder, 'out/main.js'), 'utf8').includes(`from "unrolled"`);
    expect(isInside).toBe(!ssr || inside);
    await expectRuns(folder, 'out/main.js');
  });

  it('of Parcel without settings', async () => {
    const folder = program('parcel');
    const options = ['--no-cache', '--no-source-maps', '--dist-dir', 'out'];
    await printed(folder, tool('parcel'), 'build', 'main.js', ...options);
    await expectRuns(folder, 'out/main.js');
  });

  it('of Bun', async () => {
    const folder = program('bun');
    await printed(folder, tool('bun'), 'build', 'main.js', '--outfile', 'out.mjs');
    await expectRuns(folder, 'out.mjs');
  });
});

describe('a bundle for workerd', () => {
  it('imports the kernels, before anything uses them', async () => {
    const folder = program('conditions');
    await bundle(folder, 'esbuild for workerd', 'out.mjs', 'esm');
    const code = readFileSync(join(folder, 'out.mjs'), 'utf8');
    const given = code.indexOf('given.code = ');
    expect(code).toMatch(/import \w+ from "[^"]*kernels\.wasm"/);
    expect(given).toBeGreaterThan(0);
    expect(given).toBeLessThan(code.indexOf('new WebAssembly.Memory('));
  });
});
