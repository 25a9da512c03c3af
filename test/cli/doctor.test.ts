import { describe, expect, it } from 'vitest';
import { adviceOn, engineOf } from '../../src/cli/commands/doctor.js';
import type { EngineReport } from '../../src/kernels/report.js';

const fast: EngineReport = {
  runtime: 'node',
  ...{ build: 'fma', buildReason: '', tile: 'wide', tileReason: '', tilesAgree: true },
  ...{ blas: false, blasReason: '' },
  ...{ threads: 2, threadsReason: '', processors: 2, gflops: { oneThread: 100, allThreads: 190 } },
};
const here = { major: 24, arch: 'x64', env: {} };

describe('the doctor', () => {
  it('has no advice where everything is at its best', () => {
    expect(adviceOn(fast, here)).toEqual([]);
  });

  it.each([
    ['Node 20', { ...fast, blas: true }, { ...here, major: 20 }, /^Node 24 or later/],
    [
      'fused multiply-add turned off',
      { ...fast, build: 'simd' },
      { ...here, env: { UNROLLED_BUILD: 'simd' } },
      /unset it$/,
    ],
    ['an engine without relaxed SIMD', { ...fast, build: 'simd' }, here, /newer engine/],
    ['narrow tiles by choice', fast, { ...here, env: { UNROLLED_TILE: 'narrow' } }, /^UNROLLED_TILE/],
    ['fewer threads than processors', { ...fast, threads: 1 }, here, /^2 processors are there, 1 in use/],
    ['a busy machine', { ...fast, gflops: { oneThread: 100, allThreads: 90 } }, here, /other programs/],
    ['tiles that differ', { ...fast, tilesAgree: false }, here, /please report/],
  ] as const)('notices %s', (_, report, surroundings, advice) => {
    expect(adviceOn(report, surroundings)).toEqual([expect.stringMatching(advice)]);
  });

  it.each(['bun', 'deno'] as const)('recommends no other Node in %s', (runtime) => {
    expect(adviceOn({ ...fast, runtime }, { ...here, major: 20 })).toEqual([]);
  });

  // What each says in `process.versions`, as far as it counts.
  it.each([
    ['node', { node: '24.21.0', v8: '13.6' }, '24.21.0', 'V8 13.6'],
    ['deno', { node: '26.3.0', deno: '2.9.6', v8: '15.0.245' }, '2.9.6', 'V8 15.0.245'],
    [
      'bun',
      { node: '26.3.0', bun: '1.4.5', v8: '14.6', webkit: 'd6375c72affe0f70' },
      '1.4.5',
      'JavaScriptCore d6375c72a',
    ],
  ] as const)('knows %s for what it is', (runtime, versions, version, engine) => {
    expect(engineOf(runtime, versions)).toEqual({ version, engine });
  });
});
