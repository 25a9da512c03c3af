import { tensor, type Tensor } from '../../src/index.js';
import type { Case, GoldenTensor, Got } from '../golden/golden.js';

/** What a case gave: outputs and gradients by name, or why we do not have what it asks for. */
export type Outcome =
  | { readonly out: Record<string, Got>; readonly grad?: Record<string, Got> }
  | { readonly unsupported: string };

/** Runs one case of a group. */
export type Runner = (c: Case) => Outcome;

export const unsupported = (why: string): Outcome => ({ unsupported: why });

/** A golden tensor as ours; float64 counts as unsupported before this is called. */
export function toTensor(t: GoldenTensor, requiresGrad = false): Tensor {
  const dtype = t.dtype.startsWith('float') ? 'float32' : t.dtype === 'bool' ? 'bool' : 'int32';
  const flat = tensor(dtype === 'float32' ? Float32Array.from(t.data) : Int32Array.from(t.data), { dtype });
  const x = flat.reshape(t.shape).clone();
  return requiresGrad ? x.requiresGrad_() : x;
}

/** A case's inputs as tensors that require gradients, without those that were None. */
export function inputsOf(c: Case): Record<string, Tensor> {
  const given = Object.entries(c.in ?? {}).filter(
    (entry): entry is [string, GoldenTensor] => entry[1] !== null,
  );
  return Object.fromEntries(given.map(([name, t]) => [name, toTensor(t, t.dtype === 'float32')]));
}

/** Whether a case needs a dtype that we do not have. */
export function needsOtherType(c: Case): boolean {
  const tensors = [c.in, c.params, c.cot].flatMap((group) => Object.values(group ?? {}));
  return tensors.some((t) => t !== null && !['float32', 'int64', 'int32', 'bool'].includes(t.dtype));
}

/** Σ over outputs of sum(cot · out), run back. */
export function backwardFrom(outputs: Record<string, Tensor>, cot: Record<string, GoldenTensor> = {}): void {
  const parts = Object.entries(cot).map(([name, weight]) => outputs[name].mul(toTensor(weight)).sum());
  if (parts.length === 0) return;
  parts.reduce((a, b) => a.add(b)).backward();
}

/** Gradients of the named tensors, where the case wants them. */
export function gradsOf(c: Case, tensors: Record<string, Tensor | undefined>): Record<string, Got> {
  return Object.fromEntries(Object.keys(c.grad ?? {}).map((name) => [name, tensors[name]?.grad]));
}

const camel = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** PyTorch's argument names in ours. */
export function camelCase<T>(args: Record<string, unknown>): T {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [camel(name), value])) as T;
}
