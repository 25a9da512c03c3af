import { IndexError, ValueError } from '../errors.js';
import { type Arguments, readArguments, type Schema } from '../options.js';
import { flatten } from '../tensor/ops/views.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/** A module from one tensor to one tensor. */
export type Layer = Module & { forward(input: Tensor): Tensor };

/** Modules in order. They stand in properties of their names, so that the state's keys begin with these: '0.weight'. */
abstract class ModuleSequence<T extends Module> extends Module {
  /** Adds modules under their names. */
  protected put(modules: Iterable<readonly [name: string, module: T]>): void {
    for (const [name, module] of modules) {
      const { name: kind } = this.constructor;
      if (!(module instanceof Module)) throw new ValueError(`${kind}: '${name}' is not a module`);
      if (name === '' || name.includes('.') || name in this) {
        throw new ValueError(`${kind}: '${name}' cannot be the name of a module`, {
          hint: 'names are not empty, without dots, different, and not those of its own properties',
        });
      }
      Object.assign(this, { [name]: module });
    }
  }

  /** How many modules there are. */
  get length(): number {
    return [...this.held()].length;
  }

  /**
   * The module at a position; -1 is the last.
   *
   * @throws IndexError if there is none
   */
  at(index: number): T {
    const found = [...this].at(index);
    if (found === undefined || !Number.isInteger(index)) {
      throw new IndexError(`${this.constructor.name}: there is no module ${index} among ${this.length}`);
    }
    return found;
  }

  /** Adds a module at the end, named by its position, and returns this one. */
  append(module: T): this {
    this.put([[String(this.length), module]]);
    return this;
  }

  *[Symbol.iterator](): Generator<T> {
    for (const [, module] of this.held()) yield module as T;
  }
}

const numbered = <T>(modules: Iterable<T>, from = 0): [string, T][] =>
  [...modules].map((module, i) => [String(from + i), module]);

/**
 * Layers one after the other: each takes what the one before gives. Named by position, or by the keys of an object.
 *
 * @throws ValueError for a name that is taken or has a dot
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Sequential.html
 * @example
 * const net = new nn.Sequential(new nn.Linear(4, 3), new nn.LayerNorm(3));
 * net.forward(zeros([2, 4])).shape; // [2, 3]
 * [...net.stateDict().keys()]; // ['0.weight', '0.bias', '1.weight', '1.bias']
 * [...new nn.Sequential({ head: new nn.Linear(4, 3) }).stateDict().keys()]; // ['head.weight', 'head.bias']
 */
export class Sequential extends ModuleSequence<Layer> {
  constructor(...layers: Layer[] | [layers: Readonly<Record<string, Layer>>]) {
    super();
    const [first] = layers;
    if (Array.isArray(first)) {
      throw new ValueError('Sequential: layers stand side by side, not in a list', {
        hint: 'write new Sequential(...layers)',
      });
    }
    const named = layers.length === 1 && !(first instanceof Module);
    this.put(named ? Object.entries(first) : numbered(layers as Layer[]));
  }

  /**
   * @param input  what the first layer takes
   * @returns      what the last layer gives; the input itself if there are none
   */
  override forward(input: Tensor): Tensor {
    let x = input;
    for (const layer of this) x = layer.forward(x);
    return x;
  }
}

/**
 * Modules in a list whose parameters are found, for a model that calls them itself.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ModuleList.html
 * @example
 * const heads = new nn.ModuleList([new nn.Linear(4, 1), new nn.Linear(4, 2)]);
 * heads.append(new nn.Linear(4, 3)).length; // 3
 * [...heads].map((head) => head.outFeatures); // [1, 2, 3]
 * heads.at(-1).outFeatures; // 3
 */
export class ModuleList<T extends Module = Module> extends ModuleSequence<T> {
  constructor(modules: Iterable<T> = []) {
    super();
    this.put(numbered(modules));
  }

  /** Adds modules at the end and returns this list. */
  extend(modules: Iterable<T>): this {
    this.put(numbered(modules, this.length));
    return this;
  }

  /** @throws ValueError always: a list says nothing about how its modules work together */
  override forward(): never {
    throw new ValueError('ModuleList: a list of modules has no forward', {
      hint: 'call the modules in it, or use Sequential',
    });
  }
}

/**
 * Gives back what it takes.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Identity.html
 * @example
 * new nn.Identity().forward(tensor([1, 2])).tolist(); // [1, 2]
 */
export class Identity extends Module {
  override forward(input: Tensor): Tensor {
    return input;
  }
}

/** Options of `Flatten`. */
export interface FlattenOptions {
  /** The first axis that is joined. Default 1. */
  readonly startDim?: number;
  /** The last one. Default -1. */
  readonly endDim?: number;
}

const FLATTEN: Schema<FlattenOptions> = { startDim: 'a whole number', endDim: 'a whole number' };
const FLATTEN_ORDER = ['startDim', 'endDim'] as const;

/**
 * Joins the axes from `startDim` to `endDim`; by default all but the first, which is the batch.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Flatten.html
 * @example
 * new nn.Flatten().forward(zeros([2, 3, 4])).shape; // [2, 12]
 */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;

  constructor(...options: Arguments<FlattenOptions, typeof FLATTEN_ORDER>) {
    super();
    const { startDim = 1, endDim = -1 } = readArguments('Flatten', options, FLATTEN, FLATTEN_ORDER);
    this.startDim = startDim;
    this.endDim = endDim;
  }

  override forward(input: Tensor): Tensor {
    return flatten(input, this.startDim, this.endDim);
  }

  protected override extraRepr(): string {
    return `startDim=${this.startDim}, endDim=${this.endDim}`;
  }
}
