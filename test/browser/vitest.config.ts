import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    reporters: ['default', './scripts/count-reporter.mjs'],
    testTimeout: 60_000,
    // Unpacking a browser for the first time takes seconds.
    hookTimeout: 120_000,
  },
});
