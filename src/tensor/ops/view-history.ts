import { kernels } from '../../kernels/engine.js';
import { connect, isGradEnabled, mayOverwrite } from '../autograd.js';
import { copyInto, duplicate } from '../copy.js';
import { numel } from '../shape.js';
import { Storage } from '../storage.js';
import { type Layout, Tensor } from '../tensor.js';
import { sumTo } from './reduce.js';

// A view shares memory with the tensor it looks into, its root: views of views have the same root. A write in place through any
// of them changes all, and so it does with their histories: the root's becomes "the old one, but for what was written", and
// each view's own, when next asked for, a window on that (PyTorch's CopySlices and AsStrided).

/** The root of a view, and whether the view's own history is up to date with it. */
export class ViewHistory {
  private seen: number;

  /**
   * @param root      the tensor whose memory this is, itself no view
   * @param recorded  false if the view was made inside noGrad, of a root with a history
   */
  constructor(
    readonly root: Tensor,
    readonly recorded: boolean,
  ) {
    this.seen = root.rewrites;
  }

  /** Takes the view's history from the root's, where that has been rewritten since. */
  refresh(view: Tensor): void {
    const { root } = this;
    if (this.seen === root.rewrites) return;
    this.seen = root.rewrites;
    connect('asStrided', view, [root], [], (dy) => [spread(dy, view, root)]);
  }
}

/** A view of x for a user to hold: a write through it reaches the histories of all that share the memory. */
export function viewOf(x: Tensor, layout: Layout): Tensor {
  const [y, root] = [x.window(layout), rootOf(x)];
  // Without a history there is none to miss: many a result is a view of memory that its operation took inside noGrad.
  const recorded = isGradEnabled() || !root.requiresGrad;
  y.viewHistory = new ViewHistory(root, recorded && (x.viewHistory?.recorded ?? true));
  return y;
}

/** The tensor whose memory x looks into: itself, if it is no view. */
export const rootOf = (x: Tensor): Tensor => x.viewHistory?.root ?? x;

/**
 * Gives x, which now holds the values of y, the history of y, and with it all that shares its memory.
 * Backward, where x is a view: the gradient of the root but 0 where x looks, and to y what stands there.
 */
export function rewriteHistory(x: Tensor, y: Tensor): void {
  const root = rootOf(x);
  if (root === x) {
    x.gradNode = y.gradNode;
    x.outputIndex = y.outputIndex;
  } else {
    const needsRoot = root.requiresGrad;
    connect('writeInPlace', root, [root, y], [], (dRoot) => {
      const own = needsRoot && mayOverwrite(dRoot) && sameStrides(dRoot, root);
      const rest = own ? dRoot : inLayoutOf(root, dRoot);
      const part = windowAs(rest, x, root);
      const dy = duplicate(part);
      if (needsRoot) clear(part);
      return [needsRoot && rest, dy];
    });
  }
  root.rewrites += 1;
}

/** The gradient of a root, 0 but where a view of it looks. A view that repeats elements adds up what comes back for each. */
function spread(dy: Tensor, view: Tensor, root: Tensor): Tensor {
  const dRoot = inLayoutOf(root, null);
  const once = view.shape.map((size, axis) => (view.strides[axis] === 0 ? Math.min(size, 1) : size));
  copyInto(windowAs(dRoot, { ...layoutOf(view), shape: once }, root), sumTo(dy, once));
  return dRoot;
}

const layoutOf = ({ shape, strides, offset }: Layout): Layout => ({ shape, strides, offset });

/** A tensor of a root's shape and strides with memory of its own: a copy of `values`, or 0 everywhere. */
function inLayoutOf(root: Tensor, values: Tensor | null): Tensor {
  const { shape, strides } = root;
  const words = numel(shape) && 1 + shape.reduce((last, size, axis) => last + (size - 1) * strides[axis], 0);
  const copy = new Tensor(Storage.allocate(words), 'float32', shape, strides);
  if (values === null) kernels.fill(copy.address, 0, words);
  else copyInto(copy, values);
  return copy;
}

/** The part of a tensor laid out as a root at which a view of that root looks. */
const windowAs = (x: Tensor, view: Layout, root: Tensor): Tensor =>
  x.window({ shape: view.shape, strides: view.strides, offset: x.offset + view.offset - root.offset });

const sameStrides = (a: Tensor, b: Tensor): boolean =>
  a.shape.every((size, axis) => size === 1 || a.strides[axis] === b.strides[axis]);

function clear(x: Tensor): void {
  const zero = new Tensor(Storage.allocate(1), 'float32', []);
  kernels.fill(zero.address, 0, 1);
  copyInto(x, zero.window({ shape: x.shape, strides: x.shape.map(() => 0), offset: 0 }));
}
