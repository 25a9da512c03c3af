// Bundles the library, its sub-paths and the command line into dist/ with shared chunks.
import { readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

const { exports, dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

// './dist/nn/index.js' is built from 'src/nn/index.ts'.
const entries = Object.values(exports)
  .map((target) => target.default)
  .filter((file) => file !== undefined)
  .map((file) => file.slice('./dist/'.length, -'.js'.length));

/**
 * The entries for workerd, which compiles no bytes at run time: they hand the kernels over as an imported file, before anything
 * else is loaded.
 */
const workerd = {
  name: 'workerd',
  generateBundle() {
    const emit = (fileName, source) => this.emitFile({ type: 'asset', fileName, source });
    emit('kernels.wasm', readFileSync('src/kernels/generated/kernels.wasm'));
    emit(
      'workerd/kernels.js',
      `import code from '../kernels.wasm';\nimport { given } from '../kernels/given.js';\n\ngiven.code = code;\n`,
    );
    for (const entry of entries) {
      const up = '../'.repeat(entry.split('/').length - 1);
      emit(
        `workerd/${entry}.js`,
        `import '${up || './'}kernels.js';\n\nexport * from '../${up}${entry}.js';\n`,
      );
    }
  },
};

export default defineConfig({
  input: Object.fromEntries(
    [...entries, 'kernels/given', 'cli/main'].map((entry) => [entry, `src/${entry}.ts`]),
  ),
  plugins: [workerd],
  // Their sub-paths, too.
  external: [...Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`)), /^node:/],
  output: {
    dir: 'dist',
    cleanDir: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    // What has an effect when it is loaded is in two files, for `sideEffects` in package.json to name.
    codeSplitting: {
      groups: [
        { name: 'given', test: /src\/kernels\/given\.ts$/, priority: 2 },
        { name: 'tensor', test: /src\/(kernels|tensor)\/(?!(index|methods)\.ts)/, priority: 1 },
        { name: 'methods', test: /src\/tensor\/(index|methods)\.ts$/ },
      ],
    },
  },
});
