import { StateDictError } from '../errors.js';
import type { SafetensorsEntry } from '../formats/safetensors.js';
import { tensorOf } from '../formats/tensors.js';
import { type Arguments, readArguments, type Schema } from '../options.js';
import { noGrad } from '../tensor/autograd.js';
import { copyInto } from '../tensor/copy.js';
import { noteModeChange } from '../tensor/modes.js';
import { sameShape, show } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { Parameter } from './parameter.js';

/** Parameters and buffers by their dotted names, in the order of definition. */
export type StateDict = Map<string, Tensor>;

/** Tensors, or arrays as files have them, by name: a Map or an object. */
export type LoadableState =
  ReadonlyMap<string, Tensor | SafetensorsEntry> | Readonly<Record<string, Tensor | SafetensorsEntry>>;

/** Options of `loadStateDict`. */
export interface LoadOptions {
  /** Demands exactly the module's names. Default true. */
  readonly strict?: boolean;
  /** Looks only at names that begin so, and leaves that part of them out: 'encoder.' for an encoder within a larger model. Default ''. */
  readonly prefix?: string;
}

/** What `loadStateDict` found where it was told not to be strict. */
export interface LoadResult {
  readonly missingKeys: readonly string[];
  readonly unexpectedKeys: readonly string[];
}

const LOAD: Schema<LoadOptions> = { strict: 'true or false', prefix: 'text' };
const LOAD_ORDER = ['strict'] as const;

/**
 * Base of all layers and models. Parameters and modules held in properties are found by themselves, under the property's
 * name; buffers (tensors that are saved but not trained) are named by `registerBuffer`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Module.html
 * @example
 * class CharModel extends nn.Module {
 *   readonly rnn = new nn.RNN(10, 16, { batchFirst: true });
 *   readonly head = new nn.Linear(16, 10);
 *   forward(x: Tensor): Tensor {
 *     const [outputs] = this.rnn.forward(x);
 *     return this.head.forward(outputs);
 *   }
 * }
 * new CharModel().forward(zeros([1, 5, 10])).shape; // [1, 5, 10]
 */
export abstract class Module {
  private trains = true;

  /** Whether layers such as dropout behave as in training; see `train` and `eval`. Default true. */
  get training(): boolean {
    return this.trains;
  }

  set training(on: boolean) {
    if (on !== this.trains) noteModeChange();
    this.trains = on;
  }
  private readonly bufferNames = new Set<string>();

  /** The computation. Each module says which arguments it takes and what it gives. */
  abstract forward(...args: never[]): unknown;

  /** Adds a tensor that belongs to the state but is not trained. */
  protected registerBuffer(name: string, buffer: Tensor): void {
    this.bufferNames.add(name);
    Object.assign(this, { [name]: buffer });
  }

  /** Adds a parameter under a name that is not a plain property, such as `weight_ih_l0`. */
  protected registerParameter(name: string, parameter: Parameter): void {
    Object.assign(this, { [name]: parameter });
  }

  /** Modules held by this one, by name, each once. */
  *namedChildren(): Generator<[string, Module]> {
    const seen = new Set<Module>();
    for (const [name, child] of this.held()) {
      if (seen.has(child)) continue;
      seen.add(child);
      yield [name, child];
    }
  }

  /** Modules held by this one, each once. */
  *children(): Generator<Module> {
    for (const [, child] of this.namedChildren()) yield child;
  }

  /** This module and all below it, by dotted name ('' for this one), each once. */
  *namedModules(prefix = ''): Generator<[string, Module]> {
    const seen = new Set<Module>();
    for (const [path, module] of this.paths(prefix)) {
      if (seen.has(module)) continue;
      seen.add(module);
      yield [path, module];
    }
  }

  /** This module and all below it, each once. */
  *modules(): Generator<Module> {
    for (const [, module] of this.namedModules()) yield module;
  }

  /** Modules in properties, by name, as often as they are held. */
  protected *held(): Generator<[string, Module]> {
    for (const [name, value] of Object.entries(this)) if (value instanceof Module) yield [name, value];
  }

  /** This module and all below it, by every path that leads there. */
  private *paths(prefix: string): Generator<[string, Module]> {
    yield [prefix, this];
    for (const [name, child] of this.held()) yield* child.paths(prefix ? `${prefix}.${name}` : name);
  }

  /**
   * Calls `act` with every module below this one and then with this one, those that are held by others first: the usual way to
   * initialise a model.
   *
   * @returns this module
   * @see https://pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.apply
   * @example
   * const net = new nn.Sequential(new nn.Linear(2, 3), new nn.Tanh());
   * net.apply((module) => {
   *   if (module instanceof nn.Linear) nn.init.zeros_(module.bias);
   * });
   * net.at(0).bias.tolist(); // [0, 0, 0]
   */
  apply(act: (module: Module) => void): this {
    for (const child of this.children()) child.apply(act);
    act(this);
    return this;
  }

  /** All parameters by dotted name, each once. */
  *namedParameters(): Generator<[string, Parameter]> {
    const seen = new Set<Parameter>();
    for (const [path, module] of this.namedModules()) {
      for (const [name, value] of Object.entries(module)) {
        if (!(value instanceof Parameter) || seen.has(value)) continue;
        seen.add(value);
        yield [path ? `${path}.${name}` : name, value];
      }
    }
  }

  /** All parameters, for an optimiser. */
  *parameters(): Generator<Parameter> {
    for (const [, parameter] of this.namedParameters()) yield parameter;
  }

  /** All buffers by dotted name, each once. */
  *namedBuffers(): Generator<[string, Tensor]> {
    const seen = new Set<Tensor>();
    for (const [path, module] of this.namedModules()) {
      for (const name of module.bufferNames) {
        const value = (module as unknown as Record<string, Tensor>)[name];
        if (seen.has(value)) continue;
        seen.add(value);
        yield [path ? `${path}.${name}` : name, value];
      }
    }
  }

  /** All buffers. */
  *buffers(): Generator<Tensor> {
    for (const [, buffer] of this.namedBuffers()) yield buffer;
  }

  /**
   * The state under PyTorch's names, module by module; what is held in two places (tied weights) stands there twice. The tensors
   * share memory with the module and have no history: use `clone()` for a snapshot.
   *
   * @see https://pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.state_dict
   */
  stateDict(): StateDict {
    const state: StateDict = new Map();
    for (const [path, module] of this.paths('')) {
      const name = (key: string): string => (path ? `${path}.${key}` : key);
      for (const [key, value] of Object.entries(module)) {
        if (value instanceof Parameter || (value instanceof Tensor && module.bufferNames.has(key))) {
          state.set(name(key), value.detach());
        }
      }
    }
    return state;
  }

  /**
   * Copies values into parameters and buffers. Nothing is changed unless everything fits.
   *
   * @param state   by the names of `stateDict()`; arrays of a file become tensors, float64 and float16 as float32
   * @param options see `LoadOptions`
   * @returns       names that were missing or not expected, both empty when strict
   * @throws StateDictError that names every missing, unexpected and misshaped key
   * @throws FormatError for arrays of a file that no tensor can hold
   * @example
   * const encoder = new nn.LSTM(4, 8);
   * const whole = new Map([...encoder.stateDict()].map(([name, x]) => [`encoder.${name}`, x]));
   * new nn.LSTM(4, 8).loadStateDict(whole, { prefix: 'encoder.' }).missingKeys; // []
   */
  loadStateDict(state: LoadableState, ...options: Arguments<LoadOptions, typeof LOAD_ORDER>): LoadResult {
    const { strict = true, prefix = '' } = readArguments('loadStateDict', options, LOAD, LOAD_ORDER);
    const all = isMap(state) ? [...state] : Object.entries(state);
    const given = new Map<string, Tensor>();
    for (const [name, value] of all) {
      if (!name.startsWith(prefix)) continue;
      given.set(name.slice(prefix.length), value instanceof Tensor ? value : tensorOf(name, value));
    }
    if (given.size === 0 && all.length > 0)
      throw this.nothingBegins(
        prefix,
        all.map(([name]) => name),
      );
    const own = this.stateDict();
    const missingKeys = [...own.keys()].filter((key) => !given.has(key));
    const unexpectedKeys = [...given.keys()].filter((key) => !own.has(key));
    const misshaped = [...own].flatMap(([key, mine]) => {
      const theirs = given.get(key);
      if (theirs === undefined || (sameShape(theirs.shape, mine.shape) && theirs.dtype === mine.dtype))
        return [];
      return [
        `${key}: the module has ${mine.dtype} ${show(mine.shape)}, the state ${theirs.dtype} ${show(theirs.shape)}`,
      ];
    });
    const problems = misshaped.map((line) => `  wrong shape  ${line}`);
    if (strict) {
      if (missingKeys.length > 0) problems.unshift(`  missing      ${missingKeys.join(', ')}`);
      if (unexpectedKeys.length > 0) problems.unshift(`  unexpected   ${unexpectedKeys.join(', ')}`);
    }
    if (problems.length > 0) {
      throw new StateDictError(`${this.constructor.name}: the state does not fit\n${problems.join('\n')}`, {
        hint: misshaped.length > 0 ? undefined : 'pass { strict: false } to load only what fits',
      });
    }
    noGrad(() => {
      for (const [key, mine] of own) {
        const theirs = given.get(key);
        if (theirs === undefined) continue;
        copyInto(mine, theirs);
        mine.storage.written();
      }
    });
    return { missingKeys, unexpectedKeys };
  }

  private nothingBegins(prefix: string, names: readonly string[]): StateDictError {
    const prefixes = new Set(names.map((name) => name.slice(0, name.lastIndexOf('.') + 1)));
    const hint = `there are ${[...prefixes]
      .slice(0, 12)
      .map((p) => `'${p}'`)
      .join(', ')}`;
    return new StateDictError(`${this.constructor.name}: no name in the state begins with '${prefix}'`, {
      hint,
    });
  }

  /** Switches this module and all below to training behaviour (or, with false, to evaluation). */
  train(on = true): this {
    for (const [, module] of this.namedModules()) module.training = on;
    return this;
  }

  /** Switches to evaluation: dropout lets everything through. */
  eval(): this {
    return this.train(false);
  }

  /** Clears all gradients. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.grad = null;
  }

  /** Whether parameters require gradients. */
  requiresGrad_(on = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = on;
    return this;
  }

  /** What stands in the brackets behind the name; layers say their sizes here. */
  protected extraRepr(): string {
    return '';
  }

  /** The module and what it holds, as PyTorch prints it. */
  toString(): string {
    const extra = this.extraRepr();
    const children = [...this.held()].map(([name, child]) => `(${name}): ${child.toString()}`);
    if (children.length === 0) return `${this.constructor.name}(${extra})`;
    const lines = [...(extra ? [extra] : []), ...children].join('\n').replaceAll('\n', '\n  ');
    return `${this.constructor.name}(\n  ${lines}\n)`;
  }

  /** @internal What Node's console shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

const isMap = (state: LoadableState): state is ReadonlyMap<string, Tensor | SafetensorsEntry> =>
  state instanceof Map;
