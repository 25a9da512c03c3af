import { code, compileAnew } from './code.js';
import { mainScratch, ownKernels, withWorkspace } from './engine.js';
import type { KernelExports } from './generated/exports.js';
import { floats, memory } from './memory.js';
import { allowWideVectors, environment } from './platform.js';

/** The kernels as large jobs run them. */
export interface LargeKernels {
  readonly code: WebAssembly.Module;
  readonly kernels: KernelExports;
  /** Whether products are made in wide tiles, which pay where V8 joins vectors. */
  readonly wide: boolean;
  /** Why, for people. */
  readonly reason: string;
}

let chosen: LargeKernels | null = null;

/**
 * The kernels for large jobs: compiled apart, at the first of them, with V8 asked to join vectors into 256-bit ones where it can.
 * Small jobs keep their own: after 256-bit code, ordinary code of the engine runs slower for a while, which a small network
 * would feel more than the gain.
 *
 * `UNROLLED_TILE=narrow` turns this off, `wide` takes the wide tile untried.
 */
export function largeKernels(): LargeKernels {
  return (chosen ??= choose());
}

function choose(): LargeKernels {
  const asked = environment('UNROLLED_TILE') ?? 'auto';
  const narrow = (reason: string): LargeKernels => ({
    code,
    kernels: ownKernels,
    wide: false,
    reason,
  });
  if (asked === 'narrow') return narrow('UNROLLED_TILE=narrow');
  const joins = allowWideVectors();
  if (!joins && asked !== 'wide')
    return narrow('this engine does not join vectors (Node 24 or later on x64 does)');
  const anew = compileAnew();
  const { exports } = new WebAssembly.Instance(anew, { env: { memory } });
  const large = exports as unknown as KernelExports;
  large.setScratch(mainScratch);
  large.setWideTile(1);
  const reason = asked === 'wide' ? 'UNROLLED_TILE=wide' : 'V8 joins vectors';
  if (asked !== 'wide') trials = TRIALS;
  return { code: anew, kernels: large, wide: true, reason };
}

// The wide tile is tried against the narrow one once both have had the time to be optimised: the same bits, and no slower.
const TRIALS = 3;
const JOBS_BETWEEN = 100;
let trials = 0;
let jobs = 0;

/** Counts a large job. */
export function countLargeJob(): void {
  jobs += 1;
}

/** Tries the wide tile now and then. For moments when no job is under way: see `asJob`. */
export function tryTilesWhenDue(): void {
  if (trials === 0 || jobs < JOBS_BETWEEN) return;
  jobs = 0;
  trials -= 1;
  const { same, wideMs, narrowMs } = tryTiles();
  if (same && wideMs < narrowMs) trials = 0;
  else if (!same || trials === 0) {
    ownKernels.forbidWideTile(1);
    const reason = same ? 'the wide tile was slower here' : 'the wide tile gave other bits here';
    trials = 0;
    chosen = { ...largeKernels(), wide: false, reason };
  }
}

/** Times a product of (24, 256) and (256, 16) in both tiles, best of a few, and compares the results. */
export function tryTiles(): { same: boolean; wideMs: number; narrowMs: number } {
  const [m, n, k] = [24, 16, 256];
  return withWorkspace((m * k + n * k + 2 * m * n) * 4, (a) => {
    const b = a + m * k * 4;
    const results = [b + n * k * 4, b + n * k * 4 + m * n * 4];
    const values = floats();
    for (let i = 0; i < m * k + n * k; i++) values[(a >>> 2) + i] = ((i * 37) % 101) / 101 - 0.5;
    const [wideMs, narrowMs] = [largeKernels().kernels, ownKernels].map((own, i) => {
      let best = Infinity;
      for (let repeat = 0; repeat < 10; repeat++) {
        const start = performance.now();
        own.gemmPacked(0, m, n, k, a, k, 1, b, results[i], n, 0, 0);
        best = Math.min(best, performance.now() - start);
      }
      return best;
    });
    const [wide, narrow] = results.map((at) => values.slice(at >>> 2, (at >>> 2) + m * n));
    return { same: wide.every((v, i) => Object.is(v, narrow[i])), wideMs, narrowMs };
  });
}
