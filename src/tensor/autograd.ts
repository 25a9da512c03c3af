import { AutogradError, ShapeError } from '../errors.js';
import { kernels, recording as capturing } from '../kernels/engine.js';
import { type Arguments, expectKind, readArguments, type Schema } from '../options.js';
import { dense, duplicate } from './copy.js';
import { type Hooks, through } from './hooks.js';
import { sameShape, show } from './shape.js';
import { Storage } from './storage.js';
import { empty, Tensor } from './tensor.js';

/** A gradient, or nothing where none is needed. */
export type Gradient = Tensor | null | undefined | false;

/**
 * Gradient of the output to gradients of the inputs, in their order; of several outputs a list, null where nothing came back.
 * The second argument says for each input whether its gradient is wanted. An operation never asks its operands: what it holds
 * may be a copy without history.
 */
export type Backward<Output = Tensor> = (
  grad: Output extends Tensor ? Tensor : readonly (Tensor | null)[],
  wanted: readonly boolean[],
) => readonly Gradient[];

/** What an operation keeps for its backward: tensors whose change in place is an error, storages that backward frees. */
export type Saved = readonly (Tensor | Storage | null | undefined | false)[];

/** Where a gradient goes on: an output of an earlier operation, or a leaf. */
interface Edge {
  readonly node: GradNode | null;
  readonly index: number;
  readonly leaf: Tensor | null;
  readonly shape: readonly number[];
}

/** One recorded operation. */
export interface GradNode {
  /** Grows with time, so that descending ids run from results to operands. */
  readonly id: number;
  readonly name: string;
  readonly edges: readonly (Edge | null)[];
  /** Gradients that arrived to gradients by edge. Null once backward has run and the saved values are gone. */
  backward: ((arrived: readonly (Tensor | null)[]) => readonly Gradient[]) | null;
  /** Whether a backward pass that kept nothing has come through. */
  passed: boolean;
  saved: Saved;
  readonly versions: readonly number[];
  /** Gradients that arrived, by output. */
  readonly arrived: (Tensor | null)[];
  /** What the gradients of its outputs go through before they go on, by output. */
  hooks: (Hooks | undefined)[] | null;
  /** The pass that last visited this node. */
  pass: number;
}

/** Leaves with hooks, which see all of a pass's gradient at once: it waits here. */
type Watched = Map<Tensor, Pick<GradNode, 'arrived'>>;

let nodes = 0;
let passes = 0;
let enabled = true;
// Storages with a larger serial number were made in the running pass.
let passBegan = Infinity;

/** Whether operations are being recorded. */
export function isGradEnabled(): boolean {
  return enabled;
}

/**
 * Runs `body` without recording operations, as `with torch.no_grad():` does.
 *
 * @returns what `body` returns
 * @example
 * const w = tensor([1.5], { requiresGrad: true });
 * noGrad(() => w.mul(2)).requiresGrad; // false
 */
export function noGrad<T>(body: () => T): T {
  expectKind('noGrad', 'the argument', body, 'a function');
  const before = enabled;
  enabled = false;
  try {
    return body();
  } finally {
    enabled = before;
  }
}

const needs = (x: Tensor | null | undefined): x is Tensor => x?.requiresGrad ?? false;

/** Whether an operation on these operands will be recorded: if not, nothing has to be saved. */
export function recording(inputs: readonly (Tensor | null | undefined)[]): boolean {
  return enabled && inputs.some(needs);
}

/**
 * Notes how `output` came from `inputs`, if any of them requires a gradient.
 *
 * @param reads     what `backward` reads: tensors are checked for changes in place, storages (buffers no user can hold)
 *                  are freed once backward has run, or at once if nothing is recorded; or a function of which gradients
 *                  are wanted, where they read different ones. With nothing read, `backward` stays callable for as long as
 *                  the output lives, and had better not hold on to a large operand
 * @param backward  gradient of the output, or of all outputs, to gradients of the inputs
 * @returns         `output`
 */
export function record<T extends Tensor | readonly Tensor[]>(
  name: string,
  output: T,
  inputs: readonly (Tensor | null | undefined)[],
  reads: Saved | ((wanted: readonly boolean[]) => Saved),
  backward: Backward<T>,
): T {
  if (recording(inputs)) connect(name, output, inputs, reads, backward);
  else if (typeof reads !== 'function') release(reads);
  return output;
}

/** As `record`, whether operations are being recorded now or not. */
export function connect<T extends Tensor | readonly Tensor[]>(
  name: string,
  output: T,
  inputs: readonly (Tensor | null | undefined)[],
  reads: Saved | ((wanted: readonly boolean[]) => Saved),
  backward: Backward<T>,
): void {
  // The node must not hold its outputs, whose memory would live as long as the graph.
  const alone = output instanceof Tensor;
  const outputs: readonly Tensor[] = alone ? [output] : output;
  const wanted = inputs.map(needs);
  const saved = typeof reads === 'function' ? reads(wanted) : reads;
  const node: GradNode = {
    id: ++nodes,
    name,
    edges: inputs.map((x) => {
      if (!needs(x)) return null;
      x.read = true;
      return { node: x.gradNode, index: x.outputIndex, leaf: x.gradNode === null ? x : null, shape: x.shape };
    }),
    backward: (arrived) => backward((alone ? arrived[0] : arrived) as Parameters<Backward<T>>[0], wanted),
    passed: false,
    saved,
    versions: saved.map((x) => (x instanceof Tensor ? x.storage.version : 0)),
    arrived: outputs.map(() => null),
    hooks: null,
    pass: 0,
  };
  outputs.forEach((y, i) => {
    if (y.dtype !== 'float32') return;
    y.gradNode = node;
    y.outputIndex = i;
  });
}

/** Options of `backward`. */
export interface BackwardOptions {
  /** Gradient of whatever comes after, in this tensor's shape; 1 for a scalar. */
  readonly gradient?: Tensor | null;
  /** Keep what the operations saved, so that backward can run again. Default false. */
  readonly retainGraph?: boolean;
}

const BACKWARD: Schema<BackwardOptions> = { gradient: [Tensor, null], retainGraph: 'true or false' };
const BACKWARD_ORDER = ['gradient', 'retainGraph'] as const;

/**
 * Adds the gradient of `root` to `grad` of every leaf that it depends on.
 *
 * @throws AutogradError if `root` requires no gradient, is not a scalar and comes without `gradient`, if backward has already
 *   freed the graph, or if an operand was changed in place since
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.backward.html
 */
export function backward(root: Tensor, ...given: Arguments<BackwardOptions, typeof BACKWARD_ORDER>): void {
  const options = readArguments('backward', given, BACKWARD, BACKWARD_ORDER);
  if (!root.requiresGrad) {
    throw new AutogradError(
      'backward: this tensor does not require a gradient and no operation on one led to it',
      {
        hint: 'make the parameters with requiresGrad: true, and compute the loss outside noGrad()',
      },
    );
  }
  const outer = passBegan;
  passBegan = Storage.lastSerial;
  try {
    pass(root, options);
  } finally {
    passBegan = outer;
  }
}

function pass(root: Tensor, options: BackwardOptions): void {
  const start = options.gradient ?? startingGradient(root);
  if (!sameShape(start.shape, root.shape)) {
    throw new ShapeError(
      `backward: gradient has shape ${show(start.shape)}, but the tensor has ${show(root.shape)}`,
    );
  }
  noGrad(() => {
    const rootEdge = { node: root.gradNode, index: root.outputIndex, leaf: root, shape: root.shape };
    const order = rootEdge.node === null ? [] : reachable(rootEdge.node);
    for (const node of order) expectUsable(node);
    const watched: Watched = new Map();
    deliver(rootEdge, start, watched);
    for (const node of order) run(node, options.retainGraph ?? false, watched);
    for (const [leaf, { arrived }] of watched) {
      const edge = { node: null, index: 0, leaf, shape: leaf.shape };
      deliver(edge, through(leaf.hooks!, arrived[0]!), null);
    }
  });
}

function startingGradient(root: Tensor): Tensor {
  if (root.numel() !== 1) {
    throw new AutogradError(
      `backward: a gradient starts by itself only for one element, but this tensor has shape ${show(root.shape)}`,
      { hint: 'reduce it first, such as loss.sum() or loss.mean(), or pass { gradient }' },
    );
  }
  const one = empty(root.shape);
  kernels.fill(one.address, 1, 1);
  return one;
}

/** All operations behind `node`, results before operands. */
function reachable(node: GradNode): GradNode[] {
  const pass = ++passes;
  const found = [node];
  node.pass = pass;
  for (let i = 0; i < found.length; i++) {
    for (const edge of found[i].edges) {
      const next = edge?.node;
      if (next && next.pass !== pass) {
        next.pass = pass;
        found.push(next);
      }
    }
  }
  return found.sort((a, b) => b.id - a.id);
}

function expectUsable(node: GradNode): void {
  if (node.backward === null) {
    throw new AutogradError(
      `backward: the values that ${node.name} saved were freed by an earlier backward()`,
      {
        hint: 'compute the loss again, pass { retainGraph: true } the first time, or detach() the state that is carried over',
      },
    );
  }
  node.saved.forEach((x, i) => {
    if (x instanceof Tensor && x.storage.version !== node.versions[i]) {
      throw new AutogradError(
        `backward: a tensor ${show(x.shape)} that ${node.name} needs for its gradient was changed in place since`,
        { hint: 'use the operation without the underscore, or change a clone()' },
      );
    }
  });
}

function run(node: GradNode, retain: boolean, watched: Watched): void {
  node.hooks?.forEach((hooks, i) => {
    const grad = node.arrived[i];
    if (hooks && grad) node.arrived[i] = through(hooks, grad);
  });
  const grads = node.arrived.filter((g) => g !== null);
  if (grads.length > 0) {
    const results = node.backward!(node.arrived);
    // Let go of the outputs' gradients first, so that one handed straight on counts as the receiver's alone.
    for (const g of grads) g.storage.pending -= 1;
    const wanted = node.edges.map((edge, i) => (edge !== null && results[i]) || null);
    // Some may share memory, as the parts of one gradient do: nothing is freed before all are delivered.
    for (const grad of wanted) if (grad !== null) grad.storage.pending += 1;
    node.edges.forEach((edge, i) => {
      const grad = wanted[i];
      if (grad === null) return;
      grad.storage.pending -= 1;
      deliver(edge!, grad, watched);
    });
    for (const g of grads) releaseIfOurs(g);
    node.arrived.fill(null);
  }
  if (retain) return;
  node.passed = true;
  // What saved nothing can run again, as in PyTorch.
  if (node.saved.length === 0) return;
  node.backward = null;
  release(node.saved);
  node.saved = [];
}

/**
 * Adds a gradient to where it goes; that of a leaf with hooks waits in `watched` (null at the end of the pass). A buffer may be freed
 * if this pass made it and no gradient slot holds it, and written to if this pass made it and one slot alone holds it.
 */
function deliver(edge: Edge, grad: Tensor, watched: Watched | null): void {
  if (!sameShape(grad.shape, edge.shape)) {
    throw new ShapeError(
      `backward: a gradient has shape ${show(grad.shape)}, but its tensor has ${show(edge.shape)}`,
    );
  }
  if (edge.node === null && !edge.leaf!.requiresGrad) {
    // Frozen since.
    releaseIfOurs(grad);
    return;
  }
  const slot = edge.node ?? waiting(edge.leaf!, watched);
  const before = slot === null ? edge.leaf!.gradient : slot.arrived[edge.index];
  const mine = isOurs(grad);
  let sum: Tensor;
  if (before === null) {
    // A leaf's gradient lives on, so it must be alone on its memory.
    const alone = mine && grad.storage.pending === 0 && grad.isContiguous();
    sum = slot !== null || alone ? grad : duplicate(grad);
    sum.storage.pending += 1;
  } else if (before.isContiguous() && (slot === null || mayOverwrite(before))) {
    before.storage.written();
    accumulate(before, before, grad);
    sum = before;
    releaseIfOurs(grad);
  } else {
    sum = empty(edge.shape);
    accumulate(sum, before, grad);
    sum.storage.pending += 1;
    before.storage.pending -= 1;
    releaseIfOurs(before);
    releaseIfOurs(grad);
  }
  if (slot === null) {
    capturing()?.gradient(edge.leaf!, before, sum);
    edge.leaf!.gradient = sum;
  } else slot.arrived[edge.index] = sum;
}

/** Where gradients of a leaf with hooks add up; null for one without, and once they have run. */
function waiting(leaf: Tensor, watched: Watched | null): Pick<GradNode, 'arrived'> | null {
  if (watched === null || !leaf.hooks?.size) return null;
  if (!watched.has(leaf)) watched.set(leaf, { arrived: [null] });
  return watched.get(leaf)!;
}

function accumulate(sum: Tensor, a: Tensor, b: Tensor): void {
  const [x, y] = [dense(a), dense(b)];
  kernels.add(sum.address, x.address, 0, 1, y.address, 0, 1, 1, sum.numel());
}

const isOurs = (x: Tensor): boolean => x.storage.serial > passBegan;

/** Whether a gradient that waits in one slot is that slot's alone: its receiver may write to it. */
export const mayOverwrite = (grad: Tensor): boolean => isOurs(grad) && grad.storage.pending === 1;

function releaseIfOurs(x: Tensor): void {
  if (isOurs(x) && x.storage.pending === 0) x.storage.release();
}

function release(saved: Saved): void {
  for (const x of saved) if (x instanceof Storage) x.release();
}
