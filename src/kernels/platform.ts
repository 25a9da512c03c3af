/** What differs between Node, workers and browsers. The only file of the core that looks at the platform. */
import { PlatformError } from '../errors.js';
import { inflate } from './inflate.js';

interface NodeProcess {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly arch?: string;
  readonly versions?: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: string): unknown;
}

interface Zlib {
  inflateRawSync(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
}

interface V8 {
  setFlagsFromString(flags: string): void;
}

interface WorkerThreads {
  readonly Worker: new (
    source: string,
    options: object,
  ) => { unref(): void; on(event: string, take: () => void): void };
}

const nodeProcess = (globalThis as { process?: NodeProcess }).process;
const builtin = (name: string): unknown => nodeProcess?.getBuiltinModule?.(name);

/** An environment variable; undefined in a browser, and where Deno has no right to read it. */
export function environment(name: string): string | undefined {
  try {
    return nodeProcess?.env?.[name];
  } catch {
    return undefined;
  }
}

/** What runs the program. Bun, Deno and workerd say in `process.versions` that they are Node, too. */
export function runtime(): Runtime {
  const versions = nodeProcess?.versions;
  const agent = (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent;
  if (agent === 'Cloudflare-Workers') return 'workerd';
  if (versions?.bun !== undefined) return 'bun';
  if (versions?.deno !== undefined) return 'deno';
  return versions?.node === undefined ? 'browser' : 'node';
}

export type Runtime = 'node' | 'bun' | 'deno' | 'workerd' | 'browser';

/** @throws PlatformError if there is no WebAssembly */
export function requireWebAssembly(): void {
  if (typeof WebAssembly !== 'undefined') return;
  throw new PlatformError('unrolled computes in WebAssembly, which is not there', {
    hint: 'in lockdown mode allow this site, in Node leave out --jitless, else use a newer engine: docs/where-it-runs.md names the oldest',
  });
}

/**
 * Compiles a module at once.
 *
 * @throws PlatformError if the engine is too old, or the page's policy forbids it
 */
export function compile(wasm: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(wasm);
  } catch (cause) {
    const [what, hint] = obstacle(wasm, cause);
    throw new PlatformError(`unrolled cannot compile its WebAssembly kernels: ${what}`, { hint, cause });
  }
}

/** What keeps a module from being compiled, and what to do about it. */
function obstacle(wasm: Uint8Array<ArrayBuffer>, cause: unknown): [what: string, hint: string] {
  const newer = 'use Chrome or Edge 115, Firefox 125, Safari 16.4, Node 20.19 or later';
  if (!WebAssembly.validate(wasm)) return ['this engine lacks SIMD or threads', newer];
  // Chrome before 115 compiles no more than 4 KB at once on a page, but anything in a worker.
  if (cause instanceof RangeError)
    return ['this browser compiles them in a worker only', `${newer}, or a worker`];
  if (runtime() === 'workerd') {
    const hint =
      "let the bundler resolve unrolled by the condition 'workerd', as wrangler does, so that they arrive compiled";
    return ['workerd compiles none at run time', hint];
  }
  return ["the page's Content-Security-Policy forbids it", "add 'wasm-unsafe-eval' to its script-src"];
}

/** (func (result v128) i32.const 1 i8x16.splat i32.const 2 i8x16.splat i8x16.relaxed_swizzle), after wasm-feature-detect. */
const RELAXED_SIMD_PROBE = Uint8Array.from([
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0],
  ...[65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11],
]);

/** Whether relaxed SIMD (fused multiply-add) may be used; Node 20 has it behind a flag that can be set at run time. */
export function hasRelaxedSimd(): boolean {
  return (
    WebAssembly.validate(RELAXED_SIMD_PROBE) ||
    (setFlag('--experimental-wasm-relaxed-simd') && WebAssembly.validate(RELAXED_SIMD_PROBE))
  );
}

/** Sets a flag of V8; false where that cannot be done. */
function setFlag(flag: string): boolean {
  try {
    const v8 = builtin('node:v8') as V8 | undefined;
    v8?.setFlagsFromString(flag);
    return v8 !== undefined;
  } catch {
    // workerd has the function, which throws.
    return false;
  }
}

/**
 * Asks V8 to join neighbouring 128-bit vectors into 256-bit ones in what it compiles from now on. Version 13 (Node 24) is the
 * first where that helps, and it does so on x64 only; an earlier one would print a complaint about the flag.
 *
 * @returns whether it was asked
 */
export function allowWideVectors(): boolean {
  // Bun names a version of V8 and has none.
  const major = runtime() === 'bun' ? 0 : Number.parseInt(nodeProcess?.versions?.v8 ?? '0', 10);
  return major >= 13 && nodeProcess?.arch === 'x64' && setFlag('--experimental-wasm-revectorize');
}

/** Bytes that were deflated (raw, RFC 1951). */
export function inflated(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const zlib = builtin('node:zlib') as Zlib | undefined;
  return zlib === undefined ? inflate(bytes) : zlib.inflateRawSync(bytes);
}

/** Whether threads may share memory: in Node always, in a browser only on pages that are isolated from other origins; workerd has no threads. */
export function hasSharedMemory(): boolean {
  return (
    typeof SharedArrayBuffer !== 'undefined' &&
    runtime() !== 'workerd' &&
    (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false
  );
}

/** Processors that a program may use. */
export function processors(): number {
  const os = builtin('node:os') as { availableParallelism(): number } | undefined;
  if (os !== undefined) return os.availableParallelism();
  return (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 1;
}

/** Whether this thread may sleep; the one of a page may only look again and again. */
export const maySleep = nodeProcess?.versions?.node !== undefined || !('document' in globalThis);

/**
 * Starts a thread that runs `body(data)`, which must not refer to anything but its argument and globals.
 * It keeps no program alive. Where threads cannot be had nothing happens, and nothing is thrown.
 */
export function startThread<T extends object>(body: (data: T) => void, data: T): void {
  const threads = builtin('node:worker_threads') as WorkerThreads | undefined;
  try {
    if (threads !== undefined) {
      const source = `(${body.toString()})(require('node:worker_threads').workerData)`;
      const worker = new threads.Worker(source, { eval: true, workerData: data });
      worker.unref();
      // A thread that dies is not replaced: the main one does its share.
      worker.on('error', () => undefined);
      return;
    }
    const source = `onmessage = (event) => (${body.toString()})(event.data)`;
    const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    new Worker(url).postMessage(data);
  } catch {
    // A page's policy may forbid it.
  }
}
