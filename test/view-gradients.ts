import { expect } from 'vitest';
import { Generator, rand, randint, randn, type Shape, type Tensor } from '../src/index.js';

/** A way to be a view of some shape: the shape of what it is a view into, and the way there. */
interface Arrangement {
  readonly whole: (shape: Shape) => Shape;
  readonly view: (whole: Tensor, shape: Shape) => Tensor;
}

const longer = (shape: Shape, axis: number, by: (size: number) => number): Shape =>
  shape.map((size, i) => (i === (axis + shape.length) % shape.length ? by(size) : size));

/** Views of every kind that a tensor of one axis or more can be. */
const ARRANGEMENTS: Readonly<Record<string, Arrangement>> = {
  transposed: { whole: (shape) => [...shape].reverse(), view: (x) => x.T },
  'narrowed in front': {
    whole: (shape) => longer(shape, 0, (size) => size + 2),
    view: (x, [size]) => x.narrow(0, 1, size),
  },
  'narrowed at the end': {
    whole: (shape) => longer(shape, -1, (size) => size + 2),
    view: (x, shape) => x.narrow(-1, 2, shape.at(-1)!),
  },
  'sliced in steps': {
    whole: (shape) => longer(shape, -1, (size) => 2 * size),
    view: (x) => x.slice(-1, 1, Infinity, 2),
  },
  'expanded in front': {
    whole: (shape) => shape.slice(1),
    view: (x, shape) => x.expand(shape),
  },
  'expanded at the end': {
    whole: (shape) => longer(shape, -1, () => 1),
    view: (x, shape) => x.expand(shape),
  },
  chunked: {
    whole: (shape) => longer(shape, -1, (size) => 3 * size),
    view: (x) => x.chunk(3, -1)[1],
  },
  unbound: { whole: (shape) => [...shape, 3], view: (x) => x.unbind(-1)[2] },
  selected: { whole: (shape) => [2, ...shape, 1], view: (x) => x.select(0, 1).squeeze(-1) },
};

/** What an operation takes: numbers of a kind in a shape. */
export interface Input {
  readonly shape: Shape;
  readonly numbers: (shape: Shape, generator: Generator) => Tensor;
}

/** Any float32. */
export const any = (...shape: number[]): Input => ({
  shape,
  numbers: (shape, generator) => randn(shape, { generator }),
});
/** float32 from 0.1 to 0.9. */
export const unit = (...shape: number[]): Input => ({
  shape,
  numbers: (shape, generator) => rand(shape, { generator }).mul(0.8).add(0.1),
});
/** int32 from `low` to before `high`. */
export const whole = (low: number, high: number, ...shape: number[]): Input => ({
  shape,
  numbers: (shape, generator) => randint(low, high, shape, { generator }),
});
/** bool. */
export const mask = (...shape: number[]): Input => ({
  shape,
  numbers: (shape, generator) => rand(shape, { generator }).gt(0.4),
});

type Outputs = Tensor | readonly Tensor[];

/** An operation and what it takes, with the parameters that it holds besides. */
export interface Case {
  readonly f: (...inputs: Tensor[]) => Outputs;
  readonly inputs: readonly Input[];
  readonly parameters?: readonly Tensor[];
}

export const of = (f: Case['f'], ...inputs: Input[]): Case => ({ f, inputs });

/** Runs f and hands each output a gradient that is a view itself. Gives the outputs' numbers. */
function run({ f, parameters = [] }: Case, inputs: readonly Tensor[]): Tensor[] {
  for (const p of parameters) p.grad = null;
  const given = f(...inputs);
  const outputs = Array.isArray(given) ? (given as readonly Tensor[]) : [given as Tensor];
  const generator = new Generator(7);
  for (const y of outputs) {
    const gradient = randn([...y.shape].reverse(), { generator }).T;
    if (y.requiresGrad) y.backward({ gradient, retainGraph: true });
  }
  return outputs.map((y) => y.detach());
}

function expectEqual(what: string, got: Tensor | null, want: Tensor | null): void {
  expect(got === null, `${what}: ${got === null ? 'is null' : 'should be null'}`).toBe(want === null);
  if (got === null || want === null) return;
  expect(got.shape, what).toEqual(want.shape);
  const [values, wanted] = [got.data, want.data];
  const wrong = values.findIndex(
    (v, i) =>
      !Object.is(v, wanted[i]) && !(Math.abs(v - wanted[i]) <= 1e-5 * Math.max(1, Math.abs(wanted[i]))),
  );
  expect(wrong, `${what}: [${wrong}] is ${values[wrong]}, should be ${wanted[wrong]}`).toBe(-1);
}

/** Checks that an operation gives views of every kind the results and gradients that it gives contiguous copies. */
export function expectViewsAsCopies(c: Case): void {
  for (const [name, arrangement] of Object.entries(ARRANGEMENTS)) compare(name, c, arrangement);
}

function compare(name: string, c: Case, { whole, view }: Arrangement): void {
  const generator = new Generator(1);
  const bases = c.inputs.map(({ shape, numbers }) => numbers(whole(shape), generator));
  const copies = c.inputs.map(({ shape }, i) => view(bases[i], shape).contiguous().detach().clone());
  const learns = (x: Tensor): boolean => x.dtype === 'float32';
  for (const x of [...bases, ...copies]) if (learns(x)) x.requiresGrad_();
  const wanted = run(c, copies);
  const wantedOfParameters = (c.parameters ?? []).map((p) => p.grad?.clone() ?? null);
  const got = run(
    c,
    c.inputs.map(({ shape }, i) => view(bases[i], shape)),
  );
  got.forEach((y, i) => {
    expectEqual(`${name}, output ${i}`, y, wanted[i]);
  });
  (c.parameters ?? []).forEach((p, i) => {
    expectEqual(`${name}, gradient of parameter ${i}`, p.grad, wantedOfParameters[i]);
  });
  bases.forEach((base, i) => {
    if (!learns(base)) return;
    const gradient = copies[i].grad;
    expectEqual(
      `${name}, gradient of input ${i}`,
      base.grad,
      gradient && spread(gradient, base, c.inputs[i].shape, view),
    );
  });
}

/** A gradient of a view as one of what it is a view into. */
function spread(gradient: Tensor, base: Tensor, shape: Shape, view: Arrangement['view']): Tensor {
  const twin = base.detach().clone().requiresGrad_();
  view(twin, shape).backward({ gradient });
  return twin.grad!;
}
