import { AutogradError } from '../../errors.js';
import { recording } from '../autograd.js';
import type { Tensor } from '../tensor.js';
import { expectNoGradient } from './in-place.js';
import { squeeze, unsqueeze } from './views.js';

/** x becomes its own view: only its shape changes, and other views of the memory stay as they are. Backward: the view's. */
function become(op: 'squeeze_' | 'unsqueeze_', x: Tensor, view: (x: Tensor) => Tensor): Tensor {
  const recorded = recording([x]);
  expectNoGradient(op, x, recorded);
  if (x.read) {
    throw new AutogradError(`${op}: a recorded operation has read this tensor and counts on its shape`, {
      hint: `use ${op.slice(0, -1)}() instead, which gives a view`,
    });
  }
  // The view's history leads to what x was, which has to keep its shape.
  const before = x.window(x);
  before.gradNode = x.gradNode;
  before.outputIndex = x.outputIndex;
  const y = view(before);
  x.become(y);
  x.storage.written();
  if (recorded) {
    x.gradNode = y.gradNode;
    x.outputIndex = y.outputIndex;
  }
  return x;
}

/**
 * x with a new axis of size 1 before axis `dim` (-1: after the last), in place.
 *
 * @throws IndexError for an axis that does not exist; AutogradError for a leaf that requires a gradient, and after an operation on
 *   x that requires one (PyTorch allows that where the operation does not save x)
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.unsqueeze_.html
 * @example
 * const x = zeros([3]);
 * x.unsqueeze_(0);
 * x.shape; // [1, 3]
 */
export const unsqueeze_ = (x: Tensor, dim: number): Tensor =>
  become('unsqueeze_', x, (x) => unsqueeze(x, dim));

/**
 * x without axes of size 1 (all of them, or just `dim`), in place.
 *
 * @throws IndexError for an axis that does not exist; AutogradError for a leaf that requires a gradient, and after an operation on
 *   x that requires one (PyTorch allows that where the operation does not save x)
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.squeeze_.html
 * @example
 * const x = zeros([1, 3, 1]);
 * x.squeeze_();
 * x.shape; // [3]
 */
export const squeeze_ = (x: Tensor, dim?: number): Tensor => become('squeeze_', x, (x) => squeeze(x, dim));
