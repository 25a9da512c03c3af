import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/package/**'],
    reporters: ['default', './scripts/count-reporter.mjs'],
    testTimeout: 20_000,
    coverage: {
      include: ['src/**/*.ts'],
      exclude: ['src/kernels/assembly/**', 'src/kernels/generated/**'],
    },
  },
});
