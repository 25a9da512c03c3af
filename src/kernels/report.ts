import { type Build, build } from './code.js';
import { ownKernels, recording, withWorkspace } from './engine.js';
import { largeKernels, tryTiles } from './large.js';
import { floats, isShared } from './memory.js';
import { environment, processors, type Runtime, runtime } from './platform.js';
import { blas, gemmPacked } from './product.js';
import { getNumThreads, setNumThreads } from './threads.js';

/** What the engine chose on this machine, why, and how fast that is. */
export interface EngineReport {
  readonly runtime: Runtime;
  /** `fma` uses relaxed SIMD's fused multiply-add, `simd` rounds twice. */
  readonly build: Build;
  readonly buildReason: string;
  /** Whether large products are made in tiles of 256-bit vectors, which V8 joins. */
  readonly tile: 'wide' | 'narrow';
  readonly tileReason: string;
  /** Whether the two tiles give the same bits, as they must. */
  readonly tilesAgree: boolean;
  readonly threads: number;
  readonly threadsReason: string;
  /** Processors that this program may use. */
  readonly processors: number;
  /** Whether a library of the system takes large products over, and which, or why not. */
  readonly blas: boolean;
  readonly blasReason: string;
  /** Billions of floating-point operations a second in a product of two matrices (384, 384). */
  readonly gflops: { readonly oneThread: number; readonly allThreads: number };
}

const SIZE = 384;
// Threads take a moment to start, and V8 to optimise.
const MEASURE_MS = 250;

/** GFLOP/s of a product with so many threads: the best of many, because the machine may be busy. */
function speed(threads: number): number {
  const before = getNumThreads();
  const packedBytes = ownKernels.packedSize(SIZE, SIZE);
  return withWorkspace(2 * SIZE * SIZE * 4 + packedBytes, (a) => {
    const [c, packed] = [a + SIZE * SIZE * 4, a + 2 * SIZE * SIZE * 4];
    floats().fill(0.5, a >>> 2, (packed + packedBytes) >>> 2);
    setNumThreads(threads);
    let best = Infinity;
    const begun = performance.now();
    while (performance.now() - begun < MEASURE_MS) {
      const start = performance.now();
      gemmPacked(SIZE, SIZE, SIZE, a, SIZE, 1, packed, c, SIZE, false);
      best = Math.min(best, performance.now() - start);
    }
    setNumThreads(before);
    return (2 * SIZE ** 3) / (best * 1e6);
  });
}

function buildReason(): string {
  if (build === 'fma') return 'this engine has relaxed SIMD';
  return environment('UNROLLED_BUILD') === 'simd' ? 'UNROLLED_BUILD=simd' : 'this engine has no relaxed SIMD';
}

function threadsReason(): string {
  if (runtime() === 'workerd') return 'workerd has no threads';
  if (!isShared) return 'this page cannot share memory: it is not cross-origin isolated';
  const asked = environment('UNROLLED_THREADS');
  return asked === undefined ? 'as many as processors, at most 8' : `UNROLLED_THREADS=${asked}`;
}

/**
 * Looks at what the engine chose here and measures it, which takes half a second.
 *
 * @example
 * const { build, threads, gflops } = engineReport();
 */
export function engineReport(): EngineReport {
  recording()?.cannot('it measures the engine');
  const threads = getNumThreads();
  const oneThread = speed(1);
  const allThreads = threads > 1 ? speed(threads) : oneThread;
  const { wide, reason } = largeKernels();
  return {
    runtime: runtime(),
    ...{ build, buildReason: buildReason() },
    ...{ tile: wide ? 'wide' : 'narrow', tileReason: reason, tilesAgree: tryTiles().same },
    ...{ threads, threadsReason: threadsReason(), processors: processors() },
    ...{ blas: blas.sgemm !== null, blasReason: blas.reason },
    gflops: { oneThread, allThreads },
  };
}
