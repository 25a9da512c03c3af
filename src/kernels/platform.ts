/** What differs between Node, workers and browsers. The only file of the core that looks at the platform. */

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

/** An environment variable; undefined in a browser. */
export function environment(name: string): string | undefined {
  return nodeProcess?.env?.[name];
}

/** (func (result v128) i32.const 1 i8x16.splat i32.const 2 i8x16.splat i8x16.relaxed_swizzle), after wasm-feature-detect. */
const RELAXED_SIMD_PROBE = Uint8Array.from([
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0],
  ...[65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11],
]);

/** Whether relaxed SIMD (fused multiply-add) may be used; Node 20 has it behind a flag that can be set at run time. */
export function hasRelaxedSimd(): boolean {
  if (WebAssembly.validate(RELAXED_SIMD_PROBE)) return true;
  const v8 = builtin('node:v8') as V8 | undefined;
  if (v8 === undefined) return false;
  v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(RELAXED_SIMD_PROBE);
}

/**
 * Asks V8 to join neighbouring 128-bit vectors into 256-bit ones in what it compiles from now on. Version 13 (Node 24) is the
 * first where that helps, and it does so on x64 only; an earlier one would print a complaint about the flag.
 *
 * @returns whether it was asked
 */
export function allowWideVectors(): boolean {
  const major = Number.parseInt(nodeProcess?.versions?.v8 ?? '0', 10);
  const v8 = builtin('node:v8') as V8 | undefined;
  if (v8 === undefined || major < 13 || nodeProcess?.arch !== 'x64') return false;
  v8.setFlagsFromString('--experimental-wasm-revectorize');
  return true;
}

/** Bytes that were deflated (raw, RFC 1951). Node does it at once; browsers by a stream. */
export async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const zlib = builtin('node:zlib') as Zlib | undefined;
  if (zlib !== undefined) return zlib.inflateRawSync(bytes);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Whether threads may share memory: in Node always, in a browser only on pages that are isolated from other origins. */
export function hasSharedMemory(): boolean {
  return (
    typeof SharedArrayBuffer !== 'undefined' &&
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
