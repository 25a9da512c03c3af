import { AutogradError } from '../errors.js';
import { pool, recording, type Recorder, recordWith } from '../kernels/engine.js';
import type { Block } from '../kernels/pool.js';
import { Workspace } from '../kernels/workspace.js';
import { isGradEnabled } from './autograd.js';
import { copyInto, duplicate } from './copy.js';
import { oneHot, oneHotOf } from './create.js';
import { inMemoryOrder } from './memory-order.js';
import { modeChanges } from './modes.js';
import { Tensor } from './tensor.js';

/** A call of a kernel, or of something that decides anew each time, and what it must return for the rest to hold. */
interface Call {
  readonly run: (...args: number[]) => unknown;
  readonly args: readonly number[];
  readonly result: unknown;
  /** Whether it changes something outside that a second run would change again. */
  readonly changes: boolean;
}

/** What one run of a step did: its kernel calls with their addresses, and whatever they depend on. */
class Recording implements Recorder {
  readonly calls: Call[] = [];
  readonly written = new Set<{ written(): void }>();
  /** Leaves that get or lose a gradient. */
  readonly leaves = new Set<Tensor>();
  /** Those that had none before, which must be so again. */
  readonly bare = new Set<Tensor>();
  readonly mode = modeOf();
  /** Why it cannot be replayed, if so. */
  reason: string | null = null;
  /** Its memory has gone its ways again, so that it can no longer be replayed. */
  ended = false;
  /** Earlier pieces stay: calls know their addresses. */
  readonly workspace = new Workspace({ allocate: (bytes) => this.reserve(bytes), free: () => undefined });
  private readonly blocks = new Set<Block>();
  private ownBytes = 0;

  called(run: Call['run'], args: readonly number[], result: unknown): void {
    this.calls.push({ run, args, result, changes: false });
  }

  cannot(reason: string): void {
    this.reason ??= reason;
    this.end();
  }

  /** Memory that is the recording's own. */
  reserve(bytes: number): number {
    return pool.address(pool.place(bytes, this), this);
  }

  allocated(block: Block): void {
    this.ownBytes += block.bytes;
    if (this.ownBytes > MOST_BYTES) this.cannot('it needs too much memory');
  }

  /** What the step reads or writes stays where it is, be it its own or from outside. */
  used(block: Block): void {
    if (this.ended || this.blocks.has(block)) return;
    this.blocks.add(block);
    pool.pin(block);
  }

  wrote(storage: { written(): void }): void {
    this.written.add(storage);
  }

  gradient(leaf: Tensor, before: Tensor | null, next: Tensor | null): void {
    if (!this.leaves.has(leaf) && next !== null) {
      // It would be added to at each replay or not, as it happens.
      if (before !== null) this.cannot('it adds to gradients from before');
      this.bare.add(leaf);
    }
    this.leaves.add(leaf);
    this.called(
      () => {
        leaf.gradient = next;
        leaf.gradientSeen = true;
      },
      [],
      undefined,
    );
  }

  runs(again: () => void): void {
    this.calls.push({ run: again, args: [], result: undefined, changes: true });
  }

  /** Lets all memory go its ways again. */
  end(): void {
    this.ended = true;
    alive.delete(this);
    for (const block of this.blocks) pool.unpin(block);
    this.blocks.clear();
  }
}

// A recording keeps all its buffers at once, and only small networks, where the work around the kernels counts, gain from it.
const MOST_BYTES = 64 * 2 ** 20;
// The least recently used recording ends where there are more.
const MOST_ALIVE = 32;
const alive = new Set<Recording>();

function use(recording: Recording): void {
  alive.delete(recording);
  alive.add(recording);
  if (alive.size > MOST_ALIVE) for (const oldest of alive) return oldest.end();
}

const modeOf = (): string => `${modeChanges()} ${isGradEnabled()}`;

/** A step for arguments of certain shapes: run once as it is, then recorded, then replayed. */
type Known<R> =
  | { readonly kind: 'seen' }
  | { readonly kind: 'never' }
  | {
      readonly kind: 'recorded';
      readonly recording: Recording;
      readonly inputs: readonly unknown[];
      readonly result: R;
    };

// Steps for more different arguments than this are not worth their memory.
const MOST_KNOWN = 16;
const MOST_FAILURES = 3;
const ends = new FinalizationRegistry<Set<Recording>>((recordings) => {
  for (const recording of recordings) recording.end();
});

/**
 * A step that is recorded at its second call and replayed from then on: the same kernels on the same memory, without the
 * work of making tensors and remembering how they came about. Small networks become several times faster.
 *
 * The step must be a function of its arguments and of tensors: it may run layers, losses, `backward`, `zeroGrad` and an
 * optimiser's `step`. What it does in plain JavaScript (counting, printing) happens only when it really runs. Whatever a replay
 * could not repeat is noticed, and then the step simply runs: reading numbers inside it (`item`, `tolist`), drawing random
 * ones (dropout), a graph that is used outside. Arguments of other shapes, other values that are not tensors, and changes of
 * `train`, `eval` or `requiresGrad` are recorded anew.
 *
 * The tensors it returns are the same at each call, with new contents: read them, or clone what should last.
 *
 * @param step  called with the arguments; those that are tensors are copied into tensors of its own
 * @throws whatever the step throws
 * @example
 * const model = new nn.Linear(3, 1);
 * const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
 * const step = capture((x: Tensor, y: Tensor) => {
 *   optimizer.zeroGrad();
 *   const loss = model.forward(x).sub(y).square().mean();
 *   loss.backward();
 *   optimizer.step();
 *   return loss;
 * });
 * for (let i = 0; i < 5; i++) step(ones([4, 3]), zeros([4, 1])).item();
 */
export function capture<A extends readonly unknown[], R>(step: (...args: A) => R): (...args: A) => R {
  const known = new Map<string, Known<R>>();
  const recordings = new Set<Recording>();
  const objects = new Map<unknown, number>();
  let failures = 0;
  const captured = (...args: A): R => {
    // Within another recording this is one of its parts.
    if (recording() !== null) return step(...args);
    const key = args.map((arg) => kindOf(arg, objects)).join(' ');
    const state = known.get(key);
    if (state === undefined) {
      if (known.size < MOST_KNOWN) known.set(key, { kind: 'seen' });
      return step(...args);
    }
    if (state.kind === 'never') return step(...args);
    if (state.kind === 'recorded' && !state.recording.ended) {
      if (replay(state, args)) return state.result;
      state.recording.end();
      recordings.delete(state.recording);
      known.set(key, { kind: ++failures < MOST_FAILURES ? 'seen' : 'never' });
      return step(...args);
    }
    const [next, result] = recorded(step, args);
    known.set(key, next);
    if (next.kind === 'recorded') {
      recordings.add(next.recording);
      use(next.recording);
    }
    return result;
  };
  ends.register(captured, recordings);
  return captured;
}

/** What a recording depends on, of an argument. */
function kindOf(arg: unknown, objects: Map<unknown, number>): string {
  if (arg instanceof Tensor) {
    const classes = oneHotOf(arg)?.classes ?? '';
    return `${arg.dtype}(${arg.shape.join()})${classes}${arg.requiresGrad ? 'g' : ''}`;
  }
  if ((typeof arg === 'object' && arg !== null) || typeof arg === 'function') {
    if (!objects.has(arg)) objects.set(arg, objects.size);
    return `#${objects.get(arg)!}`;
  }
  return `${typeof arg}:${String(arg)}`;
}

function recorded<A extends readonly unknown[], R>(
  step: (...args: A) => R,
  args: A,
): [next: Known<R>, result: R] {
  const own = new Recording();
  const outer = recordWith(own);
  let result: R;
  let inputs: A;
  try {
    inputs = args.map(inputOf) as unknown as A;
    if (args.some((arg) => arg instanceof Tensor && arg.requiresGrad)) {
      own.cannot('an argument requires a gradient');
    }
    own.calls.length = 0;
    result = step(...inputs);
  } catch (error) {
    own.end();
    throw error;
  } finally {
    recordWith(outer);
  }
  if (tensorsIn(result).some((x) => x.gradNode?.passed === false)) own.cannot('its graph is used outside');
  if (own.reason !== null) {
    return [{ kind: 'never' }, result];
  }
  // Its memory is the recording's, so nobody may dispose it.
  for (const leaf of own.leaves) leaf.gradientSeen = true;
  return [{ kind: 'recorded', recording: own, inputs, result }, result];
}

/** Tensors in a result: itself, or in its lists and plain objects. */
function tensorsIn(result: unknown): Tensor[] {
  if (result instanceof Tensor) return [result];
  const isPlain =
    typeof result === 'object' && result !== null && Object.getPrototypeOf(result) === Object.prototype;
  return Array.isArray(result) || isPlain ? Object.values(result).flatMap(tensorsIn) : [];
}

/** The recording's own copy of an argument. */
function inputOf(arg: unknown): unknown {
  if (!(arg instanceof Tensor)) return arg;
  const known = oneHotOf(arg);
  if (known === null) return inMemoryOrder(arg.shape, [arg], ([x]) => duplicate(x));
  const { indices, classes } = known;
  const shape = arg.shape.slice(0, -1);
  return oneHot(indices.window({ shape, strides: strides(shape), offset: indices.offset }), classes);
}

const strides = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));

function copyInput(to: unknown, from: unknown): void {
  if (!(to instanceof Tensor) || !(from instanceof Tensor) || to === from) return;
  const [target, source] = [oneHotOf(to)?.indices ?? to, oneHotOf(from)?.indices ?? from];
  copyInto(target, source);
}

/** Repeats what was recorded; false if that no longer holds and nothing outside has been changed yet. */
function replay(state: Extract<Known<unknown>, { kind: 'recorded' }>, args: readonly unknown[]): boolean {
  const { recording: own, inputs } = state;
  if (own.mode !== modeOf()) return false;
  use(own);
  for (const leaf of own.bare) if (leaf.gradient !== null) return false;
  inputs.forEach((input, i) => {
    copyInput(input, args[i]);
  });
  let changed = own.written.size > 0;
  for (const { run, args: numbers, result, changes } of own.calls) {
    changed ||= changes;
    if (Object.is(run(...numbers), result)) continue;
    if (!changed) return false;
    throw new AutogradError('a captured step took another way after it had changed tensors in place', {
      hint: 'run this step without capture',
    });
  }
  for (const storage of own.written) storage.written();
  return true;
}

/** Runs something that decides in JavaScript, now and, within a captured step, at each of its replays. */
export function live(run: () => void): void {
  const outer = recordWith(null);
  try {
    run();
  } finally {
    recordWith(outer);
  }
  outer?.runs(run);
}
