// Bundles main.js of the folder it runs in: node build.js BUNDLER FILE [FORMAT]. Plain JavaScript and apart, because these
// bundlers are there only once `npm run runtimes` has installed them.
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rspack } from '@rspack/core';
import { build } from 'esbuild';
import { argv, cwd } from 'node:process';
import { rollup } from 'rollup';

const [bundler, file, format] = argv.slice(2);
const esbuild = { entryPoints: ['main.js'], outfile: file, bundle: true, format, logLevel: 'error' };

const BUNDLERS = {
  esbuild: () => build({ ...esbuild, minify: true, target: 'es2020' }),
  // As wrangler calls it.
  'esbuild for workerd': () =>
    build({ ...esbuild, conditions: ['workerd', 'worker', 'browser'], external: ['*.wasm'] }),
  rollup: async () => {
    const bundle = await rollup({ input: 'main.js', plugins: [nodeResolve()] });
    await bundle.write({ format, file, inlineDynamicImports: true });
  },
  rspack: async () => {
    const output = { path: cwd(), filename: file };
    const options = { mode: 'production', context: cwd(), entry: './main.js', output };
    const stats = await new Promise((done, fail) => {
      rspack(options).run((error, result) => (result ? done(result) : fail(error)));
    });
    if (stats.hasErrors()) throw new Error(stats.toString());
  },
};

await BUNDLERS[bundler]();
