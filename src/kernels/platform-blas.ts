// Linear algebra of the system, by koffi, in Node only.
import { environment } from './platform.js';

interface Koffi {
  load(path: string): { func(declaration: string): (...args: (number | string)[]) => void };
  address(memory: Uint8Array): bigint;
}

interface NodeProcess {
  readonly platform: string;
  getBuiltinModule(name: 'node:module'): { createRequire(from: string): (name: string) => unknown };
  emitWarning(message: string): void;
}

/** A product of row-major matrices, C = A · B + beta · C; flags say which stand transposed, addresses are those of kernels. */
export type Sgemm = (
  flipA: boolean,
  flipB: boolean,
  m: number,
  n: number,
  k: number,
  a: number,
  lda: number,
  b: number,
  ldb: number,
  beta: number,
  c: number,
  ldc: number,
) => void;

/** What was found, and why. */
export interface Blas {
  readonly sgemm: Sgemm | null;
  readonly reason: string;
}

const CANDIDATES: Readonly<Record<string, readonly string[]>> = {
  linux: ['libopenblas.so.0', 'libopenblas.so', 'libmkl_rt.so.2', 'libcblas.so.3'],
  darwin: ['/System/Library/Frameworks/Accelerate.framework/Accelerate', 'libopenblas.dylib'],
  win32: ['libopenblas.dll', 'openblas.dll', 'mkl_rt.2.dll'],
};
const DECLARATION =
  'void cblas_sgemm(int order, int ta, int tb, int m, int n, int k, float alpha, void *a, int lda, void *b, int ldb, float beta, void *c, int ldc)';
const [ROW_MAJOR, AS_IS, TRANSPOSED] = [101, 111, 112];

/**
 * The library that `UNROLLED_BLAS` asks for: `auto` for the first one there is, or a path. Without it there is none: sums in another order have
 * other last digits, which is nobody's to decide but the user's.
 */
export function findBlas(memory: WebAssembly.Memory): Blas {
  const asked = environment('UNROLLED_BLAS') ?? 'off';
  if (asked === 'off' || asked === '')
    return { sgemm: null, reason: 'UNROLLED_BLAS=auto would look for one' };
  const { process } = globalThis as unknown as { process: NodeProcess };
  const koffi = optional(process);
  if (koffi === null) return unavailable(process, 'koffi is not installed (npm install koffi)');
  // Memory that grows would move if it were not shared; in Node it is.
  if (!(memory.buffer instanceof SharedArrayBuffer)) return unavailable(process, 'memory is not shared');
  const paths = asked === 'auto' ? (CANDIDATES[process.platform] ?? []) : [asked];
  const failures: string[] = [];
  for (const path of paths) {
    try {
      const run = koffi.load(path).func(DECLARATION);
      const base = Number(koffi.address(new Uint8Array(memory.buffer)));
      const sgemm: Sgemm = (flipA, flipB, m, n, k, a, lda, b, ldb, beta, c, ldc) => {
        const [ta, tb] = [flipA ? TRANSPOSED : AS_IS, flipB ? TRANSPOSED : AS_IS];
        run(ROW_MAJOR, ta, tb, m, n, k, 1, base + a, lda, base + b, ldb, beta, base + c, ldc);
      };
      return { sgemm, reason: `${path}, by UNROLLED_BLAS=${asked}` };
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  return unavailable(process, asked === 'auto' ? `none of ${paths.join(', ')} is here` : failures.join('; '));
}

function optional(process: NodeProcess): Koffi | null {
  try {
    return process.getBuiltinModule('node:module').createRequire(import.meta.url)('koffi') as Koffi;
  } catch {
    return null;
  }
}

function unavailable(process: NodeProcess, reason: string): Blas {
  process.emitWarning(`UNROLLED_BLAS is set, but ${reason}; unrolled uses its own kernels`);
  return { sgemm: null, reason };
}
