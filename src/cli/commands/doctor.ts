import { arch, env, platform, stdout, versions } from 'node:process';
import type { Runtime } from '../../kernels/platform.js';
import { type EngineReport, engineReport } from '../../kernels/report.js';
import { define } from '../command.js';
import { yes } from '../settings/setting.js';

const SETTINGS = { json: yes('--json', 'the same as one line of JSON', { fallback: false }) };

/** `unrolled doctor`: what the engine chose on this machine and why, how fast it is, and what would make it faster. */
export const doctorCommand = define({
  name: 'doctor',
  summary: 'what the engine chose here, how fast it is, what would make it faster',
  description: 'Measures the engine for half a second.',
  arguments: [],
  settings: SETTINGS,
  run: ({ values: { json } }) => {
    const report = engineReport();
    const advice = adviceOn(report, { major: Number.parseInt(versions.node, 10), arch, env });
    const machine = { ...engineOf(report.runtime, versions), platform, arch };
    const line = { v: 1, type: 'doctor', ...machine, ...report, advice };
    stdout.write(json ? `${JSON.stringify(line)}\n` : text(report, advice));
  },
});

/** The runtime's version and its engine's. Bun and Deno give those of the Node that they stand in for, Bun even one of V8. */
export function engineOf(
  runtime: Runtime,
  versions: Readonly<Record<string, string | undefined>>,
): { version: string; engine: string } {
  const version = versions[runtime] ?? '';
  if (runtime === 'bun')
    return { version, engine: `JavaScriptCore ${versions.webkit?.slice(0, 9) ?? ''}`.trim() };
  return { version, engine: `V8 ${versions.v8 ?? ''}`.trim() };
}

/** Where the engine runs. */
export interface Surroundings {
  readonly major: number;
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What would make the engine faster, a sentence each. */
export function adviceOn(report: EngineReport, { major, arch, env }: Surroundings): string[] {
  const advice: string[] = [];
  const isOldNode = report.runtime === 'node' && major < 24;
  if (isOldNode && arch === 'x64') {
    advice.push(
      'Node 24 or later joins 128-bit vectors into 256-bit ones: large networks run up to twice as fast (npx -y node@24 …)',
    );
  }
  if (isOldNode && !report.blas) {
    advice.push(
      'a library of the system multiplies faster than Node before 24: npm install koffi, and UNROLLED_BLAS=auto',
    );
  }
  if (report.build === 'simd') {
    advice.push(
      env.UNROLLED_BUILD === 'simd'
        ? 'UNROLLED_BUILD=simd turns fused multiply-add off: unset it'
        : 'a newer engine has relaxed SIMD, whose fused multiply-add does two operations in one',
    );
  }
  if (env.UNROLLED_TILE === 'narrow') advice.push('UNROLLED_TILE=narrow turns 256-bit tiles off: unset it');
  if (report.threads < Math.min(report.processors, 8)) {
    advice.push(
      `${report.processors} processors are there, ${report.threads} in use: unset UNROLLED_THREADS`,
    );
  } else if (report.threads > 1 && report.gflops.allThreads < 1.2 * report.gflops.oneThread) {
    advice.push('threads bring little just now: other programs keep the processors busy');
  }
  if (!report.tilesAgree)
    advice.push('wide and narrow tiles differ here, so the narrow one is used: please report this');
  return advice;
}

function text(report: EngineReport, advice: readonly string[]): string {
  const { oneThread, allThreads } = report.gflops;
  const { version, engine } = engineOf(report.runtime, versions);
  const rows = [
    [report.runtime, `${version} (${engine}, ${platform} ${arch})`],
    ['build', `${report.build}: ${report.buildReason}`],
    ['tile', `${report.tile}: ${report.tileReason}`],
    ['threads', `${report.threads} of ${report.processors} processors: ${report.threadsReason}`],
    ['blas', report.blas ? report.blasReason : `none: ${report.blasReason}`],
    ['speed', `${oneThread.toFixed(0)} GFLOP/s on one thread, ${allThreads.toFixed(0)} on ${report.threads}`],
    ...(advice.length > 0 ? advice : ['nothing']).map((line, i) => [i === 0 ? 'faster by' : '', line]),
  ];
  return rows.map(([name, value]) => `${name.padEnd(9)}  ${value}\n`).join('');
}
