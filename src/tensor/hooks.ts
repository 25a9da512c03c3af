import { AutogradError, ShapeError } from '../errors.js';
import { recording } from '../kernels/engine.js';
import { expectKind } from '../options.js';
import { noteModeChange } from './modes.js';
import { expectTensor } from './operands.js';
import { sameShape, show } from './shape.js';
import type { Tensor } from './tensor.js';

/** Sees the gradient of a tensor during `backward`, and may return another to take its place. */
export type GradientHook = (grad: Tensor) => Tensor | null | undefined;

/** Hooks of one tensor, in the order in which they were registered. */
export type Hooks = Set<GradientHook>;

/** What `registerHook` gives back. */
export interface HookHandle {
  /** Takes the hook away again. */
  remove(): void;
}

/**
 * Calls `hook` with the gradient of `x` whenever backward has all of it, before it goes on to what x came from or is added to
 * `x.grad`. What the hook returns takes its place. Hooks run in the order in which they were registered; those on x before it is
 * changed in place see the gradient of what it was.
 *
 * @returns  a handle whose `remove()` takes the hook away
 * @throws AutogradError if x requires no gradient; at backward, ShapeError if the hook returns another shape
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.register_hook.html
 * @example
 * const x = tensor([1, 2], { dtype: 'float32', requiresGrad: true });
 * const handle = x.registerHook((grad) => grad.mul(10));
 * x.mul(3).sum().backward();
 * x.grad.tolist(); // [30, 30]
 * handle.remove();
 */
export function registerHook(x: Tensor, hook: GradientHook): HookHandle {
  expectTensor('registerHook', 'the first argument', x);
  expectKind('registerHook', 'the hook', hook, 'a function');
  if (!x.requiresGrad) {
    throw new AutogradError('registerHook: this tensor requires no gradient, so there will be none to see', {
      hint: 'call requiresGrad_() first, or register on a result of an operation on one that requires it',
    });
  }
  const hooks =
    x.gradNode === null ? (x.hooks ??= new Set()) : ((x.gradNode.hooks ??= [])[x.outputIndex] ??= new Set());
  // A function may be registered twice, and is then called twice.
  const own: GradientHook = (grad) => hook(grad);
  hooks.add(own);
  // A step that was captured without the hook would pass it over.
  noteModeChange();
  return { remove: () => void hooks.delete(own) };
}

/** What hooks make of a gradient. */
export function through(hooks: Hooks, grad: Tensor): Tensor {
  let seen = grad;
  for (const hook of hooks) {
    recording()?.cannot('a hook sees its gradients');
    // Whoever has seen it may keep it: these are holds that backward never lets go of.
    seen.storage.pending += 1;
    const next = hook(seen) ?? seen;
    if (!sameShape(next.shape, grad.shape)) {
      throw new ShapeError(
        `backward: a hook gave a gradient of shape ${show(next.shape)} in place of one of ${show(grad.shape)}`,
      );
    }
    if (next !== seen) next.storage.pending += 2;
    seen = next;
  }
  return seen;
}
