import { table } from '../kernels/engine.js';
import { dense } from '../tensor/copy.js';
import { zerosLike } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import type { ParamState } from './optimizer.js';

/** Where optimisers keep what they remember. */
export type States = Map<Tensor, ParamState>;

/** Flag of all kernels: climb instead of descend. */
export const MAXIMIZE = 1;

/** Tensors of a state by name; null stands for one that an option leaves out. */
export type Names = readonly (string | null)[];

/**
 * A kernel's table of parameters: of each the addresses of itself, its gradient and the named tensors of its state (0 for
 * null), and its number of elements.
 */
export function rows(states: States, params: readonly Tensor[], names: Names): number {
  const grads = params.map((p) => dense(p.gradient!));
  // Written out plainly: with a small network this is a good part of a training step.
  const words = new Int32Array(params.length * (names.length + 3));
  let at = 0;
  for (let i = 0; i < params.length; i++) {
    const p = params[i];
    const own = states.get(p);
    words[at++] = p.address;
    words[at++] = grads[i].address;
    for (const name of names) words[at++] = name === null ? 0 : (own![name] as Tensor).address;
    words[at++] = p.numel();
  }
  return table(words);
}

/** What is remembered of a parameter, with a step of 0 and `initial` under `name` where it has none yet. */
export function begin(
  states: States,
  p: Tensor,
  name: string,
  initial: (p: Tensor) => Tensor | number,
): ParamState {
  let own = states.get(p);
  if (own === undefined) states.set(p, (own = { step: 0 }));
  if (!(name in own)) own[name] = initial(p);
  return own;
}

/** Counts a step for each parameter; those named tensors that its state does not have yet begin as zeros. */
export function count(states: States, params: readonly Tensor[], names: Names): void {
  for (const p of params) {
    for (const name of names) if (name !== null) begin(states, p, name, zerosLike);
    const own = states.get(p)!;
    own.step = (own.step as number) + 1;
  }
}

/**
 * Parameters whose states agree in numbers, so that one kernel call does for them. A parameter that had no gradient once
 * is behind the others ever after.
 */
export function alike(
  states: States,
  params: readonly Tensor[],
  ...names: readonly string[]
): readonly { readonly own: ParamState; readonly params: readonly Tensor[] }[] {
  const first = states.get(params[0])!;
  const isAsFirst = (p: Tensor): boolean => names.every((name) => states.get(p)![name] === first[name]);
  if (params.every(isAsFirst)) return [{ own: first, params }];
  const groups = new Map<string, { own: ParamState; params: Tensor[] }>();
  for (const p of params) {
    const own = states.get(p)!;
    const key = names.map((name) => String(own[name] as number)).join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { own, params: [p] });
    else group.params.push(p);
  }
  return [...groups.values()];
}
