import { StateDictError, ValueError } from '../errors.js';
import { recording } from '../kernels/engine.js';
import { type Arguments, readArguments, readOptions, type Schema, told } from '../options.js';
import { noGrad } from '../tensor/autograd.js';
import { live } from '../tensor/capture/live.js';
import { duplicate } from '../tensor/copy.js';
import { noteModeChange } from '../tensor/modes.js';
import { zero_ } from '../tensor/ops/in-place.js';
import { show } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { expectParameters } from './parameters.js';

/** Parameters with hyperparameters of their own; those not given are the optimiser's. */
export type ParamGroup<Hyper> = { params: Tensor[] } & Hyper;

/** What an optimiser is made for: parameters, or groups of them. */
export type Params<Hyper> =
  Iterable<Tensor> | Iterable<{ readonly params: Iterable<Tensor> } & Partial<Hyper>>;

/** What an optimiser remembers of one parameter: numbers and tensors by PyTorch's names. */
export type ParamState = Record<string, Tensor | number>;

/** An optimiser's memory in PyTorch's form: states by position of the parameter, and groups with positions. */
export interface OptimizerState<Hyper> {
  readonly state: ReadonlyMap<number, ParamState>;
  readonly paramGroups: readonly ({ readonly params: readonly number[] } & Hyper)[];
}

/** Options of `Optimizer.zeroGrad`. */
export interface ZeroGradOptions {
  /** Whether gradients become null instead of zeros. Default true. */
  readonly setToNone?: boolean;
}

const ZERO: Schema<ZeroGradOptions> = { setToNone: 'true or false' };
const ZERO_ORDER = ['setToNone'] as const;

/**
 * Base of all optimisers: groups, gradients set to nothing, and the state that is saved.
 *
 * @see https://pytorch.org/docs/stable/optim.html
 */
export abstract class Optimizer<Hyper extends object> {
  /** Groups of parameters with their hyperparameters; schedules change `lr` here. */
  readonly paramGroups: ParamGroup<Hyper>[] = [];
  /** What is remembered of each parameter. */
  readonly state = new Map<Tensor, ParamState>();

  protected constructor(
    private readonly name: string,
    params: Params<Hyper>,
    private readonly defaults: Hyper,
    private readonly schema: Schema<Hyper>,
  ) {
    expectParameters(name, params);
    const list = [...params];
    if (list.length === 0) throw new ValueError(`${name}: there are no parameters to optimise`);
    if (list.every((p) => p instanceof Tensor))
      this.addParamGroup({ params: list } as { params: Tensor[] } & Partial<Hyper>);
    else for (const group of list) this.addParamGroup(group as { params: Iterable<Tensor> } & Partial<Hyper>);
  }

  /** Checks what the kinds of a group's hyperparameters do not say; throws ValueError. */
  protected check?(hyper: Hyper): void;

  /** Changes a group's parameters that have gradients. */
  protected abstract update(group: ParamGroup<Hyper>, params: readonly Tensor[]): void;

  /**
   * Adds parameters with hyperparameters of their own.
   *
   * @throws ValueError if one is in another group already, is not a leaf, or is not contiguous
   */
  addParamGroup(group: { readonly params: Iterable<Tensor> } & Partial<Hyper>): void {
    const kinds = { ...this.schema, params: { needs: 'a list' }, initialLr: 'a number' };
    const given = readOptions(`${this.name}, a group`, group, kinds as Schema<typeof group>);
    const params = given.params instanceof Tensor ? [given.params] : [...given.params];
    const taken = new Set(this.paramGroups.flatMap((g) => g.params));
    for (const p of params) {
      if (!(p instanceof Tensor))
        throw new ValueError(`${this.name}: a parameter must be a tensor, not ${told(p)}`);
      if (!p.isLeaf)
        throw new ValueError(
          `${this.name}: a tensor of shape ${show(p.shape)} is the result of an operation, not a parameter`,
        );
      if (!p.isContiguous())
        throw new ValueError(
          `${this.name}: a parameter of shape ${show(p.shape)} does not lie in one piece of memory`,
          { hint: 'make it of contiguous(), or a Parameter' },
        );
      if (taken.has(p))
        throw new ValueError(
          `${this.name}: a parameter of shape ${show(p.shape)} appears in more than one place`,
        );
      taken.add(p);
    }
    const complete = { ...this.defaults, ...given, params };
    this.check?.(complete);
    noteModeChange();
    this.paramGroups.push(complete);
  }

  /** Changes every parameter that has a gradient. */
  step(): void;
  /**
   * Evaluates the model anew, then changes every parameter that has a gradient.
   *
   * @param closure  computes the loss with gradients recorded, calls backward, and returns the loss
   * @returns        what the closure returned
   */
  step<T>(closure: () => T): T;
  step<T>(closure?: () => T): T | undefined {
    const result = closure?.();
    // Its numbers change from step to step, and a captured step has to use the new ones.
    live(this, () => {
      noGrad(() => {
        this.updateAll();
      });
    });
    return result;
  }

  /** @internal What a captured step may not change itself, because its replays would not. */
  settings(): string {
    return JSON.stringify(this.paramGroups.map((group) => ({ ...group, params: group.params.length })));
  }

  private updateAll(): void {
    for (const group of this.paramGroups) {
      const params = group.params.filter((p) => p.gradient !== null);
      if (params.length === 0) continue;
      this.update(group, params);
      for (const p of params) p.storage.written();
    }
  }

  /**
   * Forgets the gradients; with `setToNone: false` fills them with zeros instead.
   *
   * @param options  `setToNone`, default true
   */
  zeroGrad(...options: Arguments<ZeroGradOptions, typeof ZERO_ORDER>): void {
    const { setToNone = true } = readArguments('zeroGrad', options, ZERO, ZERO_ORDER);
    for (const { params } of this.paramGroups) {
      for (const p of params) {
        if (!setToNone) {
          const { grad } = p;
          if (grad !== null) noGrad(() => zero_(grad));
        } else if (p.gradient === null) {
          // Within a captured step, at another call there may be one.
          recording()?.gradient(p, null, null);
        } else {
          // Nobody has seen it, so nobody can miss it.
          if (!p.gradientSeen) p.gradient.dispose();
          p.grad = null;
        }
      }
    }
  }

  /** Everything needed to go on later, in PyTorch's form. Tensors are the optimiser's own: clone what must not change. */
  stateDict(): OptimizerState<Hyper> {
    const params = this.paramGroups.flatMap((group) => group.params);
    const position = new Map(params.map((p, i) => [p, i]));
    const state = new Map<number, ParamState>();
    for (const [p, own] of this.state) state.set(position.get(p)!, { ...own });
    return {
      state,
      paramGroups: this.paramGroups.map((group) => ({
        ...group,
        params: group.params.map((p) => position.get(p)!),
      })),
    };
  }

  /**
   * Takes over a state of the same form; its tensors are copied.
   *
   * @throws StateDictError if the groups differ in number or size, or a tensor has another shape than its parameter
   */
  loadStateDict(saved: OptimizerState<Hyper>): void {
    const groups = saved.paramGroups;
    const sizes = (list: readonly { readonly params: readonly unknown[] }[]): string =>
      list.map((g) => g.params.length).join(', ');
    if (sizes(groups) !== sizes(this.paramGroups)) {
      throw new StateDictError(
        `${this.name}: the state is for groups of ${sizes(groups)} parameters, but there are groups of ${sizes(this.paramGroups)}`,
      );
    }
    const loaded = new Map<Tensor, ParamState>();
    groups.forEach((group, g) => {
      group.params.forEach((position, i) => {
        const own = saved.state.get(position);
        if (own === undefined) return;
        const param = this.paramGroups[g].params[i];
        loaded.set(param, this.copied(own, param));
      });
    });
    this.state.clear();
    for (const [param, own] of loaded) this.state.set(param, own);
    groups.forEach((group, g) =>
      Object.assign(this.paramGroups[g], group, { params: this.paramGroups[g].params }),
    );
  }

  protected copied(own: ParamState, param: Tensor): ParamState {
    return Object.fromEntries(
      Object.entries(own).map(([name, value]): [string, Tensor | number] => {
        if (!(value instanceof Tensor)) return [name, value];
        if (show(value.shape) !== show(param.shape)) {
          throw new StateDictError(
            `${this.name}: ${name} is ${show(value.shape)}, but its parameter is ${show(param.shape)}`,
          );
        }
        return [name, duplicate(value)];
      }),
    );
  }
}
