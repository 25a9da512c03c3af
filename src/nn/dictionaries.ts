import { ValueError } from '../errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

/** Pairs of names and values, or an object of them. */
type Entries<T> = Iterable<readonly [name: string, value: T]> | Readonly<Record<string, T>>;

const isIterable = <T>(entries: Entries<T>): entries is Iterable<readonly [string, T]> =>
  Symbol.iterator in entries;

/**
 * Values by name. They stand in properties of these names, so that the state's keys begin with them; walking over a dictionary gives
 * its names, as Python does.
 */
abstract class Dictionary<Held extends Record<string, Module | Parameter>> extends Module {
  /** Whether it is what this dictionary holds. */
  protected abstract holds(value: unknown): boolean;

  /** Names and values, in the order in which they came. */
  items(): [name: keyof Held & string, value: Held[keyof Held]][] {
    return Object.entries(this).filter(([, value]) => this.holds(value)) as ReturnType<typeof this.items>;
  }

  /** Names, in the order in which they came. */
  keys(): (keyof Held & string)[] {
    return this.items().map(([name]) => name);
  }

  /** Values, in the order in which they came. */
  values(): Held[keyof Held][] {
    return this.items().map(([, value]) => value);
  }

  *[Symbol.iterator](): Generator<keyof Held & string> {
    yield* this.keys();
  }

  /** How many there are. */
  get length(): number {
    return this.items().length;
  }

  /** Whether there is one of this name. */
  has(name: string): boolean {
    return Object.hasOwn(this, name) && this.holds((this as unknown as Record<string, unknown>)[name]);
  }

  /**
   * The one of this name: Python's `dictionary[name]`.
   *
   * @throws ValueError if there is none
   */
  get<Name extends keyof Held & string>(name: Name): Held[Name] {
    if (this.has(name)) return (this as unknown as Held)[name];
    const { name: kind } = this.constructor;
    throw new ValueError(`${kind}: there is no '${name}' among ${this.keys().join(', ') || 'none'}`);
  }

  /** Puts a value under a name, in the place of one that is there, and returns this dictionary. */
  protected put(name: string, value: Module | Parameter): this {
    const { name: kind } = this.constructor;
    if (!this.holds(value)) throw new ValueError(`${kind}: what stands under '${name}' does not belong here`);
    if (name === '' || name.includes('.') || (name in this && !this.has(name))) {
      throw new ValueError(`${kind}: '${name}' cannot be a name`, {
        hint: 'names are not empty, without dots, and not those of its own properties',
      });
    }
    Object.assign(this, { [name]: value });
    return this;
  }

  /**
   * Takes one out and returns it.
   *
   * @throws ValueError if there is none of this name
   */
  pop<Name extends keyof Held & string>(name: Name): Held[Name] {
    const value = this.get(name);
    Reflect.deleteProperty(this, name);
    return value;
  }

  /** Takes all out. */
  clear(): void {
    for (const name of this.keys()) this.pop(name);
  }

  /** @throws ValueError always: a dictionary says nothing about how what it holds works together */
  override forward(): never {
    throw new ValueError(`${this.constructor.name}: a dictionary has no forward`, {
      hint: 'use what it holds: dictionary.get(name)',
    });
  }
}

/**
 * Modules by name whose parameters are found, for a model that calls them itself.
 *
 * @throws ValueError for a name that has a dot or is one of its own properties, and for what is not a module
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ModuleDict.html
 * @example
 * const heads = new nn.ModuleDict({ size: new nn.Linear(4, 1), kind: new nn.Linear(4, 3) });
 * heads.get('kind').outFeatures; // 3
 * [...heads]; // ['size', 'kind']
 * [...heads.stateDict().keys()]; // ['size.weight', 'size.bias', 'kind.weight', 'kind.bias']
 */
export class ModuleDict<
  Held extends Record<string, Module> = Record<string, Module>,
> extends Dictionary<Held> {
  constructor(modules: Entries<Module> & (Held | Iterable<unknown>) = []) {
    super();
    this.update(modules);
  }

  protected override holds(value: unknown): boolean {
    return value instanceof Module;
  }

  /** Puts a module under a name, in the place of one that is there, and returns this dictionary. */
  set(name: keyof Held & string, module: Module): this {
    return this.put(name, module);
  }

  /** Takes over modules by name, and returns this dictionary. */
  update(modules: Entries<Module>): this {
    for (const [name, module] of isIterable(modules) ? modules : Object.entries(modules))
      this.put(name, module);
    return this;
  }
}

/**
 * Parameters by name; tensors become parameters. Those of an object come in the order of their names, as PyTorch sorts a dictionary;
 * pairs keep theirs.
 *
 * @throws ValueError for a name that has a dot or is one of its own properties
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ParameterDict.html
 * @example
 * const scales = new nn.ParameterDict({ left: ones([2]), right: zeros([2]) });
 * scales.get('left').requiresGrad; // true
 * [...scales.stateDict().keys()]; // ['left', 'right']
 */
export class ParameterDict extends Dictionary<Record<string, Parameter>> {
  constructor(parameters: Entries<Tensor> = []) {
    super();
    this.update(parameters);
  }

  protected override holds(value: unknown): boolean {
    return value instanceof Parameter;
  }

  /** Puts a parameter (or a tensor, as one) under a name, in the place of one that is there, and returns this dictionary. */
  set(name: string, parameter: Tensor): this {
    return this.put(name, asParameter(parameter));
  }

  /** Takes over parameters by name, and returns this dictionary. */
  update(parameters: Entries<Tensor>): this {
    const pairs = isIterable(parameters)
      ? parameters
      : Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [name, parameter] of pairs) this.set(name, parameter);
    return this;
  }
}

/** The tensor as a parameter. */
export const asParameter = (x: Tensor): Parameter => (x instanceof Parameter ? x : new Parameter(x));
