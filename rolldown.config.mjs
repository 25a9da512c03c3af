// Bundles the library, its sub-paths and the command line into dist/ with shared chunks.
import { readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

const { exports, dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

// './dist/nn/index.js' is built from 'src/nn/index.ts'.
const entries = Object.values(exports)
  .map((target) => target.default)
  .filter((file) => file !== undefined)
  .map((file) => file.slice('./dist/'.length, -'.js'.length));

export default defineConfig({
  input: Object.fromEntries([...entries, 'cli/main'].map((entry) => [entry, `src/${entry}.ts`])),
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
        { name: 'tensor', test: /src\/(kernels|tensor)\/(?!(index|methods)\.ts)/, priority: 1 },
        { name: 'methods', test: /src\/tensor\/(index|methods)\.ts$/ },
      ],
    },
  },
});
