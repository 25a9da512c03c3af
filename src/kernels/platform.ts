/** What differs between Node, workers and browsers. The only file of the core that looks at the platform. */

interface NodeProcess {
  readonly env?: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: string): unknown;
}

interface Zlib {
  inflateRawSync(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
}

interface V8 {
  setFlagsFromString(flags: string): void;
}

const nodeProcess = (globalThis as { process?: NodeProcess }).process;

/** An environment variable; undefined in a browser. */
export function environment(name: string): string | undefined {
  return nodeProcess?.env?.[name];
}

/** (func (result v128) i32.const 1 i8x16.splat i32.const 2 i8x16.splat i8x16.relaxed_swizzle), after wasm-feature-detect. */
const RELAXED_SIMD_PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0],
  ...[65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11],
);

/** Whether relaxed SIMD (fused multiply-add) may be used; Node 20 has it behind a flag that can be set at run time. */
export function hasRelaxedSimd(): boolean {
  if (WebAssembly.validate(RELAXED_SIMD_PROBE)) return true;
  const v8 = nodeProcess?.getBuiltinModule?.('node:v8') as V8 | undefined;
  if (v8 === undefined) return false;
  v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(RELAXED_SIMD_PROBE);
}

/** Bytes that were deflated (raw, RFC 1951). Node does it at once; browsers by a stream. */
export async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const zlib = nodeProcess?.getBuiltinModule?.('node:zlib') as Zlib | undefined;
  if (zlib !== undefined) return zlib.inflateRawSync(bytes);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
