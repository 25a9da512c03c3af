import { readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execPath } from 'node:process';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { launch } from '../browser/chromium.js';
import { resultOf } from '../browser/open.js';
import { removeSites } from '../browser/sites.js';
import { nodes } from '../package/nodes.js';
import { answer, consumer, expectRight, printed, removeConsumers, tool } from './consumer.js';

const PRINT = `import { run } from './program.js'; console.log(JSON.stringify(run(unrolled)));`;
const IMPORT = `import * as unrolled from 'unrolled'; ${PRINT}`;
const REQUIRE = `
  const unrolled = require('unrolled');
  require('unrolled/core');
  console.log(JSON.stringify(require('./program.js').run(unrolled)));`;

afterAll(() => {
  removeConsumers();
  removeSites();
});

describe('the same bits', () => {
  const folder = consumer('commands', { 'import.js': IMPORT, 'require.cjs': REQUIRE });

  it.each(nodes())('in Node %s, by import and by require', async (_, node) => {
    expectRight(await answer(folder, node, 'import.js'));
    expectRight(await answer(folder, node, 'require.cjs'));
  });

  it('in Deno without any right', async () => {
    expectRight(await answer(folder, tool('deno'), 'run', '--no-prompt', 'import.js'));
  });

  // Its engine has the instruction for fused multiply-add, and may by its rules round twice.
  it('in Bun those of two roundings, by import and by require', async () => {
    expectRight(await answer(folder, tool('bun'), 'import.js'), { fused: false });
    expectRight(await answer(folder, tool('bun'), 'require.cjs'), { fused: false });
  });

  it('in Node those of two roundings without fused multiply-add', async () => {
    vi.stubEnv('UNROLLED_BUILD', 'simd');
    expectRight(await answer(folder, execPath, 'import.js'), { fused: false });
    vi.unstubAllEnvs();
  });
});

describe('unrolled doctor', () => {
  const args = [resolve('bin/unrolled.js'), 'doctor'];

  it('knows Bun, and that nothing joins vectors there', async () => {
    const text = await printed('.', tool('bun'), ...args);
    expect(text).toMatch(/^bun {8}1\.4\.5 \(JavaScriptCore /);
    expect(text).toMatch(/^tile +narrow/m);
  });

  it('knows Deno', async () => {
    const text = await printed('.', tool('deno'), 'run', '--allow-all', ...args);
    expect(text).toMatch(/^deno {7}2\.9\.6 \(V8 /);
  });
});

describe('in workerd', () => {
  /** What a worker that loads an entry of the package prints. It has no bundler: the files are its modules. */
  function workerd(entry: string, date: string): Promise<string> {
    const main = `
      import * as unrolled from './node_modules/unrolled/dist/${entry}.js';
      import { run } from './program.js';
      export default { test: () => console.log(JSON.stringify(run(unrolled))) };`;
    const folder = consumer(`workerd-${entry.replace('/', '-')}-${date}`, { 'main.js': main });
    const files = readdirSync(join(folder, 'node_modules/unrolled/dist'), {
      recursive: true,
      encoding: 'utf8',
    })
      .map((file) => `node_modules/unrolled/dist/${file.replaceAll('\\', '/')}`)
      .filter((file) => /\.(js|wasm)$/.test(file) && !file.includes('/cli/'));
    const modules = ['main.js', 'program.js', ...files].map((file) => {
      const kind = file.endsWith('.wasm') ? 'wasm' : 'esModule';
      return `(name = "${file}", ${kind} = embed "${file}")`;
    });
    writeFileSync(
      join(folder, 'config.capnp'),
      `using Workerd = import "/workerd/workerd.capnp";
      const config :Workerd.Config = (services = [(name = "main", worker = (
        modules = [${modules.join()}], compatibilityDate = "${date}"))]);`,
    );
    return printed(folder, tool('workerd'), 'test', 'config.capnp');
  }

  // From 2025-06-01 on it lets a program compile bytes while it starts, which nobody promises.
  it.each([
    ['the entry for it', 'workerd/index', '2025-05-10'],
    ['the entry for it', 'workerd/index', '2026-11-01'],
    ['the entry for all', 'index', '2026-11-01'],
  ])('the same bits, from %s (%s, compatibility date %s)', async (_, entry, date) => {
    expectRight(JSON.parse(await workerd(entry, date)));
  });

  it('bytes that must not be compiled name the entry to take', async () => {
    await expect(workerd('index', '2025-05-10')).rejects.toThrow("the condition 'workerd'");
  });
});

describe('in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
  });

  const html = `<!doctype html><link rel="icon" href="data:,"><script type="module" src="page.js"></script>`;
  const library = `import * as unrolled from './node_modules/unrolled/dist/index.js';`;
  const page = `${library} import { run } from './program.js'; globalThis.result = run(unrolled);`;

  it("the same bits on a page whose policy allows 'wasm-unsafe-eval' only", async () => {
    const folder = consumer('policy', { 'index.html': html, 'page.js': page });
    const policy = "script-src 'self' 'wasm-unsafe-eval'";
    expectRight(await resultOf(browser, folder, { policy }));
  });

  it('a policy that forbids WebAssembly is named, with the word that allows it', async () => {
    const folder = consumer('strict', { 'index.html': html, 'page.js': page });
    const run = resultOf(browser, folder, { policy: "script-src 'self'" });
    await expect(run).rejects.toThrow("add 'wasm-unsafe-eval' to its script-src");
  });

  it('the same bits in a module service worker', async () => {
    const folder = consumer('service-worker', {
      'index.html': html,
      'page.js': `
        const { ready } = navigator.serviceWorker;
        navigator.serviceWorker.addEventListener('message', ({ data }) => (globalThis.result = data));
        navigator.serviceWorker.register('./worker.js', { type: 'module' }).catch((error) => console.error(error.message));
        (await ready).active.postMessage('run');`,
      'worker.js': `${library}
        import { run } from './program.js';
        addEventListener('message', ({ source }) => source.postMessage(run(unrolled)));`,
    });
    expectRight(await resultOf(browser, folder));
  });
});
