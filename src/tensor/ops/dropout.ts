import { ValueError } from '../../errors.js';
import { record } from '../autograd.js';
import { filled } from '../create.js';
import { defaultGenerator } from '../generator.js';
import { inMemoryOrder } from '../memory-order.js';
import { expectTensor } from '../operands.js';
import { dropoutMask } from '../random.js';
import type { Tensor } from '../tensor.js';
import { mul } from './binary.js';

/**
 * y = x · m / (1 − p), where each mᵢ is 0 with probability p and else 1. Backward: dx = dy · m / (1 − p).
 * Masks are PyTorch's own generic ones, drawn in the order of x's memory; nothing is drawn for p = 0 or 1.
 *
 * @param training  without it x comes back as it is. Default true
 * @throws ValueError if p is not between 0 and 1
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout.html
 */
export function dropout(x: Tensor, p = 0.5, training = true): Tensor {
  expectTensor('dropout', 'the first argument', x);
  if (!(p >= 0 && p <= 1)) throw new ValueError(`dropout: p must be between 0 and 1, not ${p}`);
  if (!training || p === 0) return x;
  if (p === 1) return mul(x, 0);
  const values = new Float32Array(x.numel());
  dropoutMask(defaultGenerator, values, p);
  const mask = inMemoryOrder(x.shape, [x], (_, shape) => filled(shape, 'float32', values));
  const y = mul(x.detach(), mask);
  return record('dropout', y, [x], [mask.storage], (dy) => [mul(dy, mask)]);
}
