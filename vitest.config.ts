import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    // Examples and tests import the package by its name and mean the sources, as in tsconfig.json.
    alias: [
      { find: /^unrolled$/, replacement: source('index.ts') },
      { find: /^unrolled\/(\w+)$/, replacement: source('$1/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/package/**', 'test/runtimes/**'],
    reporters: ['default', './scripts/count-reporter.mjs'],
    testTimeout: 20_000,
    coverage: {
      include: ['src/**/*.ts'],
      exclude: ['src/kernels/assembly/**', 'src/kernels/generated/**'],
      reporter: ['json-summary'],
      reportsDirectory: '.cache/coverage',
      thresholds: {
        'src/nn/**': { lines: 95 },
        'src/optim/**': { lines: 95 },
        'src/tensor/**': { lines: 95 },
      },
    },
  },
});
