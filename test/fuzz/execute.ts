import * as unrolled from '../../src/index.js';
import { nn, noGrad, optim, Tensor } from '../../src/index.js';
import { type Argument, decoded, type Program, type Step, valueOf } from './program.js';
import { setParameters, train } from './training.js';

type Call = (...args: never[]) => unknown;

/** What calls by name need of an object. */
const member = (owner: unknown, name: string): unknown => (owner as Record<string, unknown>)[name];

function method(owner: unknown, name: string, args: readonly unknown[]): unknown {
  const f = member(owner, name);
  if (typeof f !== 'function') throw new Error(`there is no ${name}`);
  return (f as (...args: unknown[]) => unknown).apply(owner, [...args]);
}

function made(owner: unknown, name: string, args: readonly unknown[]): unknown {
  const Class = member(owner, name);
  if (typeof Class !== 'function') throw new Error(`there is no ${name}`);
  return new (Class as new (...args: unknown[]) => unknown)(...args);
}

type Optimizer = optim.Optimizer<{ lr: number }>;

/** Steps that are no call of the library's by its name. */
const STEPS = {
  leaf: decoded,
  params: setParameters,
  bwd: (y: Tensor, gradient: Tensor | null, retainGraph: boolean | null) =>
    y.backward({ ...(gradient && { gradient }), retainGraph: retainGraph ?? false }),
  zero: (...xs: Tensor[]) => xs.forEach((x) => (x.grad = null)),
  setgrad: (x: Tensor, gradient: Tensor | null) => void (x.grad = gradient),
  grad: (x: Tensor) => x.grad,
  rg: (x: Tensor, on: boolean) => x.requiresGrad_(on),
  attr: (module: nn.Module, path: string) => path.split('.').reduce<unknown>(member, module),
  tie: (module: nn.Module, name: string, p: nn.Parameter) => void Object.assign(module, { [name]: p }),
  pdata: ({ data, batchSizes }: nn.PackedSequence) => [data, batchSizes],
  pnew: (packed: nn.PackedSequence, data: Tensor) => packed.withData(data),
  groups: (kind: string, groups: unknown, options: unknown) => made(optim, kind, [groups, options]),
  lr: (o: Optimizer, lr: number, group: number) => void (o.paramGroups[group].lr = lr),
  hyper: (o: Optimizer, name: string, value: unknown, group: number) =>
    void Object.assign(o.paramGroups[group], { [name]: value }),
  lrs: (o: Optimizer) => o.paramGroups.map((group) => group.lr),
  moms: (o: Optimizer) =>
    o.paramGroups.flatMap((group) => [member(group, 'betas') ?? member(group, 'momentum') ?? []].flat(2)),
  noG: (o: Optimizer) => o.zeroGrad(),
  zeroG: (o: Optimizer, setToNone: boolean) => o.zeroGrad({ setToNone }),
  step: (o: Optimizer) => o.step(),
  reload: (from: Optimizer, to: Optimizer) => to.loadStateDict(from.stateDict()),
  clip: (ps: Tensor[], most: number, normType: number) => optim.clipGradNorm(ps, most, { normType }),
  clipv: (ps: Tensor[], most: number) => optim.clipGradValue(ps, most),
  mparams: (...owners: (nn.Module | Tensor)[]) =>
    owners.flatMap((owner) => (owner instanceof Tensor ? [owner] : [...owner.parameters()])),
  item: (x: Tensor) => x.item(),
  train,
} satisfies Record<string, Call>;

/** What each prefix of a call means. */
const SPACES: Readonly<Record<string, (name: string, args: readonly unknown[]) => unknown>> = {
  t: (name, [x, ...rest]) => method(x, name, rest),
  m: (name, [x, ...rest]) => method(x, name, rest),
  p: (name, [x]) => member(x, name),
  f: (name, args) => method(unrolled, name, args),
  F: (name, args) => method(nn.functional, name, args),
  nn: (name, args) => made(nn, name, args),
  nnf: (name, args) => method(nn, name, args),
  o: (name, args) => made(optim, name, args),
  c: (_, [module, ...rest]) => method(module, 'forward', rest),
};

function call(
  [name, args]: readonly [string, readonly Argument[]],
  results: ReadonlyMap<string, unknown>,
): unknown {
  const values = args.map((arg) => valueOf(arg, results));
  const colon = name.indexOf(':');
  return colon < 0
    ? method(STEPS, name, values)
    : SPACES[name.slice(0, colon)](name.slice(colon + 1), values);
}

/** A step's results as a list: nothing for undefined, one entry for null. */
function flat(result: unknown): unknown[] {
  if (result === undefined) return [];
  if (Array.isArray(result)) return (result as unknown[]).flatMap(flat);
  if (typeof result === 'object' && result !== null && 'values' in result && 'indices' in result) {
    return [result.values, result.indices];
  }
  return [result];
}

/** What a program left behind, by the names under which PyTorch's is stored, and what went wrong. */
export interface Outcome {
  readonly found: ReadonlyMap<string, unknown>;
  /** Steps at which PyTorch throws and we do not. */
  readonly missedErrors: readonly Step[];
  readonly error: { readonly step: Step; readonly error: unknown } | null;
}

/** Runs a program to its end, or to the first error that PyTorch does not have. */
export function execute({ steps }: Program): Outcome {
  const results = new Map<string, unknown>();
  const missedErrors: Step[] = [];
  for (const step of steps) {
    try {
      const result = step.ng === true ? noGrad(() => call(step.js, results)) : call(step.js, results);
      flat(result).forEach((value, i) => results.set(`${step.id}.${i}`, value));
      if (step.thr !== undefined && step.thr !== '') missedErrors.push(step);
    } catch (error) {
      if (step.thr === undefined) return { found: new Map(), missedErrors, error: { step, error } };
    }
  }
  return { found: new Map([...results].flatMap(named)), missedErrors, error: null };
}

/** A result with what hangs on it: `g:` a leaf's gradient, `p:` and `pg:` parameters and theirs, `s:` an optimiser's states. */
function named([key, x]: readonly [string, unknown]): [string, unknown][] {
  if (x instanceof Tensor)
    return x.isLeaf && x.requiresGrad
      ? [
          [key, x],
          [`g:${key}`, x.grad],
        ]
      : [[key, x]];
  if (x instanceof nn.PackedSequence) return [[key, x.data]];
  if (x instanceof nn.Module) {
    return [...x.namedParameters()].flatMap(([name, p]): [string, unknown][] => [
      [`p:${key}:${name}`, p],
      [`pg:${key}:${name}`, p.grad],
    ]);
  }
  if (x instanceof optim.Optimizer) {
    return [...x.stateDict().state].flatMap(([i, own]) =>
      Object.entries(own).map(([name, value]): [string, unknown] => [`s:${key}:${i}:${name}`, value]),
    );
  }
  return [[key, typeof x === 'boolean' ? Number(x) : x]];
}
