import packed from './generated/code.js';
import { given } from './given.js';
import { isShared } from './memory.js';
import { compile, environment, hasRelaxedSimd, inflated } from './platform.js';

/** Which build of the kernels runs: `fma` uses relaxed SIMD's fused multiply-add, `simd` rounds twice. */
export type Build = 'simd' | 'fma';

/** The build in use. `UNROLLED_BUILD=simd` turns fused multiply-add off. */
export const build: Build = environment('UNROLLED_BUILD') !== 'simd' && hasRelaxedSimd() ? 'fma' : 'simd';

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const decoded = new Uint8Array(binary.length);
  for (let i = 0; i < decoded.length; i++) decoded[i] = binary.charCodeAt(i);
  return decoded;
}

/** The bytes of a build, which stand part by part beside those of the other: see scripts/build-kernels.mjs. It imports shared memory. */
export function codeOf(wanted: Build): Uint8Array<ArrayBuffer> {
  const parts = inflated(decodeBase64(packed));
  const view = new DataView(parts.buffer, parts.byteOffset, parts.length);
  const count = view.getUint32(0, true);
  const own = wanted === 'fma' ? 0 : 1;
  const wasm = new Uint8Array(parts.length);
  let [from, to] = [4 + 8 * count, 0];
  for (let i = 0; i < count; i++) {
    const lengths = [0, 4].map((at) => view.getUint32(4 + 8 * i + at, true));
    // Where the builds agree, the second has nothing.
    const takesSecond = own === 1 && lengths[1] > 0;
    const start = takesSecond ? from + lengths[0] : from;
    const part = parts.subarray(start, start + lengths[takesSecond ? 1 : 0]);
    wasm.set(part, to);
    to += part.length;
    from += lengths[0] + lengths[1];
  }
  return wasm.slice(0, to);
}

/** Kernels that import shared memory (limits with flag 3), for the memory there is: that flag is 1 for one of one's own. */
export function forMemory(wasm: Uint8Array<ArrayBuffer>, shared = isShared): Uint8Array<ArrayBuffer> {
  if (shared) return wasm;
  const name = 'memory';
  const flag = wasm.findIndex((_, i) => {
    return wasm[i + name.length] === 2 && [...name].every((c, j) => wasm[i + j] === c.charCodeAt(0));
  });
  wasm[flag + name.length + 1] = 1;
  return wasm;
}

/** The compiled kernels; threads make instances of their own. */
export const code = given.code ?? compile(forMemory(codeOf(build)));

/** Compiles the kernels once more, apart from any other time: a custom section keeps V8 from handing out what it has. */
export function compileAnew(): WebAssembly.Module {
  const wasm = forMemory(codeOf(build));
  const marked = new Uint8Array(wasm.length + 3);
  marked.set(wasm);
  // A section of kind 0 and one byte: a name of no letters.
  marked.set([0, 1, 0], wasm.length);
  return compile(marked);
}
