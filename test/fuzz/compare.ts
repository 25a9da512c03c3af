import { Tensor } from '../../src/index.js';
import type { Outcome } from './execute.js';
import {
  DTYPES,
  type Encoded,
  type Expected,
  numbersOf,
  type Program,
  type Step,
  valueOf,
} from './program.js';

// Relative to each number, and to the largest of its tensor, or 1.
const RELATIVE = 1e-5;
const FLOOR = 2e-6;

const isClose = (a: number, b: number, floor: number): boolean =>
  Object.is(a, b) ||
  a === b ||
  (Number.isFinite(a) &&
    Number.isFinite(b) &&
    Math.abs(a - b) <= RELATIVE * Math.max(Math.abs(a), Math.abs(b)) + floor);

/** What is wrong with a tensor; null for nothing. */
function wrongTensor(x: Tensor, want: Encoded, tolerance: number): string | null {
  if (String(x.shape) !== String(want.s)) return `has shape (${x.shape.join()}), not (${want.s.join()})`;
  if (x.dtype !== DTYPES[want.t]) return `is ${x.dtype}, not ${DTYPES[want.t]}`;
  const [got, wanted] = [x.data, numbersOf(want)];
  let largest = 1;
  for (const v of wanted) if (Number.isFinite(v)) largest = Math.max(largest, Math.abs(v));
  const floor = tolerance + (want.t === 'f' ? FLOOR * largest : 0);
  const wrong = wanted.findIndex((v, i) => !isClose(v, got[i], floor));
  if (wrong >= 0) return `[${wrong}] is ${got[wrong]}, not ${wanted[wrong]}`;
  if (want.rg === undefined || want.rg === x.requiresGrad) return null;
  return x.requiresGrad ? 'requires a gradient' : 'requires no gradient';
}

function wrongValue(x: unknown, want: Expected, tolerance: number | undefined): string | null {
  if (want === null) return x === null ? null : 'should be null';
  if (x === null) return 'is null';
  if ('n' in want) {
    const [got, wanted] = [x instanceof Tensor ? x.item() : Number(x), Number(valueOf(want.n, new Map()))];
    return isClose(wanted, got, tolerance ?? 1e-6) ? null : `is ${got}, not ${wanted}`;
  }
  if (x instanceof Tensor) return wrongTensor(x, want, tolerance ?? 0);
  const [wanted] = numbersOf(want);
  return isClose(wanted, Number(x), (tolerance ?? 0) + FLOOR) ? null : `is ${Number(x)}, not ${wanted}`;
}

/** A program as its calls, for messages. */
const shown = (steps: readonly Step[]): string =>
  steps
    .map(({ id, js: [name, args] }) => `  %${id} = ${name} ${JSON.stringify(args).slice(0, 160)}`)
    .join('\n');

/** Everything in which an outcome differs from PyTorch's, as lines for people; none if nothing does. */
export function differences(
  { seed, steps, exp, tol }: Program,
  { found, missedErrors, error }: Outcome,
): string[] {
  const wrong = missedErrors.map(({ id, thr }) => `%${id} should throw: ${thr}`);
  if (error !== null) wrong.push(`%${error.step.id} throws: ${String(error.error)}`);
  else {
    for (const [key, want] of Object.entries(exp)) {
      // A state that PyTorch keeps under a name that ours does not have is not a wrong number.
      if (!found.has(key)) wrong.push(...(key.startsWith('s:') ? [] : [`${key} is missing`]));
      else {
        const why = wrongValue(found.get(key), want, tol[key]);
        if (why !== null) wrong.push(`${key} ${why}`);
      }
    }
  }
  return wrong.length === 0 ? [] : [`program ${seed}`, ...wrong, shown(steps)];
}
