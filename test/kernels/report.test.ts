import { expect, it } from 'vitest';
import { build } from '../../src/kernels/code.js';
import { engineReport } from '../../src/kernels/report.js';
import { getNumThreads } from '../../src/kernels/threads.js';

it('says what the engine chose, and changes nothing', () => {
  const threads = getNumThreads();
  const report = engineReport();
  expect(report).toMatchObject({ build, threads, tilesAgree: true });
  expect(report.gflops.oneThread).toBeGreaterThan(0);
  expect(report.gflops.allThreads).toBeGreaterThan(0);
  expect([report.buildReason, report.tileReason, report.threadsReason]).not.toContain('');
  expect(getNumThreads()).toBe(threads);
});
