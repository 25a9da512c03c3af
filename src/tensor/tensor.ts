/// <reference lib="esnext.disposable" preserve="true" />
import { AutogradError, ShapeError, ValueError } from '../errors.js';
import { floats, ints, recording } from '../kernels/engine.js';
import type { GradNode } from './autograd.js';
import type { DType } from './dtype.js';
import { format } from './format.js';
import type { Hooks } from './hooks.js';
import { noteModeChange } from './modes.js';
import type { ViewHistory } from './ops/view-history.js';
import { contiguousStrides, isContiguous, numel, type Shape, show } from './shape.js';
import { Storage } from './storage.js';

/** Numbers nested as deep as the tensor has axes; one number for a scalar. */
export type Nested<T = number | boolean> = T | Nested<T>[];

/** What `tolist` can be said to give: as `Nested`, of a depth that is known. */
export type NestedValues = number | boolean | readonly NestedValues[];

/** A strided window on a storage. */
export interface Layout {
  readonly shape: Shape;
  readonly strides: readonly number[];
  /** Elements before the first. */
  readonly offset: number;
}

/** Elements of a tensor that another one was read from: writes in place there come here too. */
export interface Place {
  readonly target: Tensor;
  /** Writes what was read, as it is now, into the target. */
  write(): unknown;
}

/**
 * An n-dimensional array of float32, int32 or bool, with PyTorch's semantics: views share memory, operations broadcast, and
 * operations on tensors that require gradients are recorded for `backward`.
 *
 * Tensors are made by `tensor`, `zeros`, `randn` and the like; operations are methods and functions of the same names as
 * PyTorch's, in camelCase. Everything is synchronous. Memory needs no care: see `dispose` for those who want it.
 *
 * @example
 * const x = tensor([[1, 2], [3, 4.5]]);
 * x.shape; // [2, 2]
 * x.matmul(x.t()).tolist(); // [[5, 12], [12, 29.25]]
 */
export class Tensor {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
  /** Which output of `gradNode` this is. @internal */
  outputIndex = 0;
  /** @internal */
  gradient: Tensor | null = null;
  /** Whether a user has seen `grad`; if not, its memory is free to reuse. @internal */
  gradientSeen = false;
  /** What a leaf's gradient goes through: see `registerHook`. @internal */
  hooks: Hooks | null = null;
  /** Whether a recorded operation has read it, which may ask for its shape in backward. @internal */
  read = false;
  /** Whether this tensor is a window on another tensor's memory. @internal */
  isView = false;
  /** How a view that a user holds hangs together with the tensor it looks into. @internal */
  viewHistory: ViewHistory | null = null;
  /** Whether int32 was asked for: then arithmetic wraps as PyTorch's int32 does, where whole numbers by themselves stand for int64. @internal */
  wraps = false;
  /** How often a recorded write in place has changed the history. @internal */
  rewrites = 0;
  /** Where a write in place goes on to, if this was read by positions or a mask. @internal */
  place: Place | null = null;
  private node: GradNode | null = null;
  private tracked = false;

  /** @internal Use `tensor`, `zeros`, … */
  constructor(
    /** @internal */
    readonly storage: Storage,
    readonly dtype: DType,
    shape: Shape,
    strides?: readonly number[],
    offset = 0,
  ) {
    this.shape = shape;
    this.strides = strides ?? contiguousStrides(shape);
    this.offset = offset;
  }

  /** Number of axes. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of axes, as PyTorch's `dim()`. */
  dim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  numel(): number {
    return numel(this.shape);
  }

  /** The shape, or the size of one axis (-1 is the last). */
  size(): Shape;
  size(axis: number): number;
  size(axis?: number): Shape | number {
    if (axis === undefined) return this.shape;
    const size = this.shape.at(axis);
    if (size === undefined) throw new ShapeError(`size: ${show(this.shape)} has no axis ${axis}`);
    return size;
  }

  /** Whether elements lie in row-major order without gaps. */
  isContiguous(): boolean {
    return isContiguous(this.shape, this.strides);
  }

  /** Byte address of the first element, for kernels; valid until the next allocation. @internal */
  get address(): number {
    return this.storage.address + this.offset * 4;
  }

  // ------------------------------------------------------------------------------------------------ autograd

  /** The operation this tensor came from; null for a leaf. @internal */
  get gradNode(): GradNode | null {
    this.viewHistory?.refresh(this);
    return this.node;
  }

  /** @internal */
  set gradNode(node: GradNode | null) {
    this.node = node;
  }

  /** Whether operations on this tensor are recorded, so that `backward` reaches it. */
  get requiresGrad(): boolean {
    return this.tracked || this.gradNode !== null;
  }

  set requiresGrad(on: boolean) {
    if (this.gradNode !== null) {
      if (on) return;
      throw new AutogradError('requiresGrad cannot be switched off for the result of an operation', {
        hint: 'use detach() for a tensor without history',
      });
    }
    if (on && this.dtype !== 'float32') {
      throw new AutogradError(`only float32 tensors can require gradients, not ${this.dtype}`);
    }
    if (on !== this.tracked) noteModeChange();
    this.tracked = on;
  }

  /** Switches recording on or off and returns this tensor. */
  requiresGrad_(on = true): this {
    this.requiresGrad = on;
    return this;
  }

  /** Whether this tensor was made by a user rather than by a recorded operation. */
  get isLeaf(): boolean {
    return this.gradNode === null;
  }

  /** What `backward` has added up for this leaf; null before. */
  get grad(): Tensor | null {
    this.gradientSeen = true;
    recording()?.looked(this);
    const { gradient } = this;
    // A captured step writes its own at each replay.
    if (gradient?.storage.kept) {
      const { dtype, shape, strides, offset } = gradient;
      this.gradient = new Tensor(gradient.storage.copy(), dtype, shape, strides, offset);
    }
    return this.gradient;
  }

  set grad(value: Tensor | null) {
    if (value !== null && (value.dtype !== this.dtype || show(value.shape) !== show(this.shape))) {
      throw new ShapeError(
        `grad of a ${this.dtype} tensor ${show(this.shape)} cannot be a ${value.dtype} tensor ${show(value.shape)}`,
      );
    }
    this.gradientSeen = value !== null;
    recording()?.gradient(this, this.gradient, value);
    this.gradient = value;
  }

  // ---------------------------------------------------------------------------------------- reading values

  /** The value of a tensor of one element, as a number (booleans as 0 or 1). */
  item(): number {
    if (this.numel() !== 1) {
      throw new ValueError(
        `item: a tensor of shape ${show(this.shape)} has ${this.numel()} elements, not one`,
        {
          hint: 'use tolist() for all of them, or index down to one',
        },
      );
    }
    const at = this.address >>> 2;
    return this.dtype === 'float32' ? floats()[at] : ints()[at];
  }

  /**
   * A copy of the values in row-major order: Float32Array, or Int32Array for int32 and bool.
   * Later changes of the tensor do not show in it.
   */
  get data(): Float32Array | Int32Array {
    const count = this.numel();
    const start = this.address >>> 2;
    const source = this.dtype === 'float32' ? floats() : ints();
    if (this.isContiguous()) return source.slice(start, start + count);
    const copy = this.dtype === 'float32' ? new Float32Array(count) : new Int32Array(count);
    let next = 0;
    const walk = (axis: number, at: number): void => {
      if (axis === this.ndim) copy[next++] = source[at];
      else for (let i = 0; i < this.shape[axis]; i++) walk(axis + 1, at + i * this.strides[axis]);
    };
    walk(0, start);
    return copy;
  }

  /**
   * The values as nested arrays; a number (or boolean) for a scalar. How deep they are is the caller's to say, by a type argument or
   * by what the result goes to.
   *
   * @example
   * const rows: number[][] = zeros([2, 3]).tolist();
   * zeros([2]).tolist<number[]>().map((x) => x + 1); // [1, 1]
   */
  tolist<T extends NestedValues = Nested>(): T {
    const data = this.data;
    const value = this.dtype === 'bool' ? (at: number) => data[at] !== 0 : (at: number) => data[at];
    const build = (axis: number, at: number, step: number): Nested => {
      if (axis === this.ndim) return value(at);
      const size = this.shape[axis];
      const inner = size === 0 ? 0 : step / size;
      return Array.from({ length: size }, (_, i) => build(axis + 1, at + i * inner, inner));
    };
    return build(0, 0, data.length) as T;
  }

  /** As PyTorch prints it. */
  toString(): string {
    return format(this);
  }

  /**
   * What JavaScript's operators see: one element is its number where a number is wanted (`loss < best`, `Number(loss)`).
   *
   * @throws ValueError for several elements, and for `+` and `==`, which would take the tensor as a text
   */
  [Symbol.toPrimitive](hint: string): string | number {
    if (hint === 'string') return this.toString();
    if (hint === 'number' && this.numel() === 1) return this.item();
    throw new ValueError(`a tensor of shape ${show(this.shape)} is no operand for JavaScript's operators`, {
      hint: 'operators are methods: a.add(b), a.sub(b), a.lt(b), a.eq(b); item() gives the number of a single element',
    });
  }

  // ------------------------------------------------------------------------------------------------- memory

  /** A window on the same memory, without history. @internal */
  window(layout: Layout): Tensor {
    const view = new Tensor(this.storage, this.dtype, layout.shape, layout.strides, layout.offset);
    view.isView = true;
    return view;
  }

  /** Another window on the same memory from now on, for the operations that change a shape in place. @internal */
  become({ shape, strides, offset }: Layout): void {
    recording()?.cannot('it changes a shape in place');
    Object.assign(this, { shape, strides, offset });
  }

  /** The same values without history: shares memory, requires no gradient. */
  detach(): Tensor {
    return this.window(this);
  }

  /** Gives the memory back now instead of when the garbage collector finds out; reading it afterwards throws. */
  dispose(): void {
    this.storage.release();
  }

  /** `dispose` at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** A new tensor with undefined contents. */
export function empty(shape: Shape, dtype: DType = 'float32'): Tensor {
  return new Tensor(Storage.allocate(numel(shape)), dtype, shape);
}
