import { kernels, workspace } from '../../../kernels/engine.js';
import { packB } from '../../../kernels/product.js';
import type { Tensor } from '../../../tensor/tensor.js';

// Sizes of cache lines, so that threads do not write to the same one.
const ALIGN = 64;
const aligned = (bytes: number): number => Math.ceil(bytes / ALIGN) * ALIGN;

/**
 * The workspace of a walk over a sequence: bytes of its own, and behind them weights in the order in which products read them.
 * Packing happens once for all steps.
 *
 * @param own      bytes
 * @param weights  matrices (out, in), or null
 * @param side     'forward' packs Wᵀ for x · Wᵀ, 'backward' W for dy · W
 * @returns        addresses: the workspace, then each matrix, 0 for null
 */
export function walkSpace(
  own: number,
  weights: readonly (Tensor | null)[],
  side: 'forward' | 'backward',
): number[] {
  // As B (k, n) of a product.
  const sizes = weights.map((w): [k: number, n: number] => {
    if (w === null) return [0, 0];
    const [out, size] = w.shape;
    return side === 'forward' ? [size, out] : [out, size];
  });
  const bytes = sizes.map(([k, n]) => aligned(kernels.packedSize(k, n)));
  const start = workspace(aligned(own) + bytes.reduce((a, b) => a + b, 0));
  let at = start + aligned(own);
  const packed = weights.map((w, i) => {
    if (w === null) return 0;
    const [[k, n], target] = [sizes[i], at];
    const [row, col] = side === 'forward' ? [1, k] : [n, 1];
    packB(k, n, w.address, row, col, target);
    at += bytes[i];
    return target;
  });
  return [start, ...packed];
}
