import { arrayOf, countOf, MOST_AXES, numbersOf, type OnnxArray } from '../../formats/onnx/arrays.js';
import { intOf, intsOf, nodeName, tensorIn } from '../../formats/onnx/attributes.js';
import type { OnnxNode } from '../../formats/onnx/schema.js';
import { alone, type Axes, type Axis, type Flow, reshapedAxes, sizeOf, type Value } from './values.js';

/** What a node that moves elements makes of what flows through the model, or null if it cannot be followed. */
export type Move = (node: OnnxNode, x: Flow, inputs: readonly (Value | null)[]) => Value | null;

/** Whether an array can be axes or sizes: nobody has many, and each node would read them all again. */
const isFew = ({ shape }: OnnxArray): boolean => countOf(shape, 'an array') <= MOST_AXES;

/** Numbers of a constant input, or of the attribute that older operators have instead. */
export function numbersIn(
  node: OnnxNode,
  inputs: readonly (Value | null)[],
  index: number,
  name: string,
): readonly number[] | undefined {
  const value = inputs.at(index);
  if (value == null) return intsOf(node, name);
  return value.kind === 'array' && isFew(value.array) ? numbersOf(value.array, nodeName(node)) : undefined;
}

const place = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

const transpose: Move = (node, x) => {
  const perm = intsOf(node, 'perm') ?? x.axes.map((_, i) => x.axes.length - 1 - i);
  const axes = perm.map((axis) => x.axes.at(axis));
  return axes.every((own) => own !== undefined) ? { ...x, axes } : null;
};

const squeeze: Move = (node, x, inputs) => {
  const gone = numbersIn(node, inputs, 1, 'axes')?.map((axis) => place(axis, x.axes.length));
  if (!gone?.every((axis) => x.axes.at(axis) !== undefined && sizeOf(x.axes[axis]) === 1)) return null;
  return { ...x, axes: x.axes.filter((_, i) => !gone.includes(i)) };
};

const unsqueeze: Move = (node, x, inputs) => {
  const given = numbersIn(node, inputs, 1, 'axes');
  if (given === undefined || given.length > MOST_AXES) return null;
  const rank = x.axes.length + given.length;
  const fresh = given.map((axis) => place(axis, rank));
  const rest = [...x.axes];
  const one: readonly Axis[] = [{ what: 'one', size: 1 }];
  const axes = Array.from({ length: rank }, (_, i) => (fresh.includes(i) ? one : rest.shift()));
  return axes.every((own) => own !== undefined) ? { ...x, axes } : null;
};

const reshape: Move = (node, x, inputs) => {
  const shape = inputs.at(1);
  const wanted = shape?.kind === 'sizes' ? shape.sizes : numbersIn(node, inputs, 1, 'shape');
  const axes = wanted && reshapedAxes(x.axes, wanted);
  return axes ? { ...x, axes } : null;
};

const flatten: Move = (node, x) => {
  const axis = intOf(node, 'axis', 1);
  return { ...x, axes: [x.axes.slice(0, axis).flat(), x.axes.slice(axis).flat()] };
};

const isTime = (axes: Axes, axis: number, time: Axis | null): boolean =>
  time !== null && alone(axes[axis]) === time;

/** Picking the end of the sequence; `time` is the axis along which the last recurrent layer read. */
export function gatherLast(
  node: OnnxNode,
  x: Flow,
  inputs: readonly (Value | null)[],
  time: Axis | null,
): Value | null {
  const axis = place(intOf(node, 'axis', 0), x.axes.length);
  const index = inputs.at(1);
  if (index?.kind !== 'array' || index.array.shape.length > 1 || !isTime(x.axes, axis, time)) return null;
  const at = numbersOf(index.array, nodeName(node));
  if (at.length !== 1 || (at[0] !== -1 && at[0] + 1 !== time!.size)) return null;
  const kept: Axes = index.array.shape.length === 0 ? [] : [[{ what: 'one', size: 1 }]];
  return { ...x, last: true, axes: [...x.axes.slice(0, axis), ...kept, ...x.axes.slice(axis + 1)] };
}

/** Slices that leave everything as it is, or only the last step. */
export function slice(
  node: OnnxNode,
  x: Flow,
  inputs: readonly (Value | null)[],
  time: Axis | null,
): Value | null {
  const [starts, ends] = [numbersIn(node, inputs, 1, 'starts'), numbersIn(node, inputs, 2, 'ends')];
  const axes = numbersIn(node, inputs, 3, 'axes') ?? starts?.map((_, i) => i);
  const steps = numbersIn(node, inputs, 4, 'steps') ?? starts?.map(() => 1);
  if (!starts || !ends || !axes || !steps?.every((step) => step === 1)) return null;
  let made: Flow = x;
  for (const [i, given] of axes.entries()) {
    const axis = place(given, x.axes.length);
    const size = sizeOf(x.axes.at(axis) ?? []);
    const toEnd = ends[i] > 2 ** 30 || (size !== null && ends[i] >= size);
    if (!toEnd) return null;
    if (starts[i] === 0) continue;
    if ((starts[i] !== -1 && starts[i] + 1 !== size) || !isTime(x.axes, axis, time)) return null;
    made = {
      ...made,
      last: true,
      axes: made.axes.map((own, j) => (j === axis ? [{ what: 'one', size: 1 }] : own)),
    };
  }
  return made;
}

const same: Move = (_, x) => x;

/** Nodes that leave the order of elements as it is, or change that of axes. */
export const MOVES: Readonly<Record<string, Move>> = {
  Identity: same,
  Cast: same,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Reshape: reshape,
  Flatten: flatten,
};

type Sizes = Extract<Value, { kind: 'sizes' }>;

/** Computing with sizes, as exporters do to build the shapes of states and of reshaped outputs. */
export function sizesFrom(node: OnnxNode, inputs: readonly (Value | null)[]): Value | null {
  const [x] = inputs;
  switch (node.opType) {
    case 'Shape':
      return x?.kind === 'flow' ? { kind: 'sizes', sizes: x.axes.map(alone), scalar: false } : null;
    case 'Concat': {
      const parts = inputs.map((value) => (value === null ? null : asSizes(node, value)));
      if (!parts.every((part) => part !== null)) return null;
      const sizes = parts.flatMap((part) => part.sizes);
      return sizes.length > MOST_AXES ? null : { kind: 'sizes', sizes, scalar: false };
    }
    case 'Gather': {
      const index = inputs.at(1);
      if (x?.kind !== 'sizes' || index?.kind !== 'array' || !isFew(index.array)) return null;
      const at = numbersOf(index.array, nodeName(node));
      const sizes = at.map((i) => x.sizes.at(i) ?? null);
      return { kind: 'sizes', sizes, scalar: index.array.shape.length === 0 };
    }
    case 'Slice': {
      const start = numbersIn(node, inputs, 1, 'starts')?.at(0);
      const end = numbersIn(node, inputs, 2, 'ends')?.at(0);
      const step = (numbersIn(node, inputs, 4, 'steps') ?? [1]).at(0);
      if (x?.kind !== 'sizes' || start === undefined || end === undefined || step !== 1) return null;
      return { ...x, sizes: x.sizes.slice(start, Math.min(end, x.sizes.length)) };
    }
    case 'Unsqueeze':
    case 'Squeeze':
      return x?.kind === 'sizes' ? { ...x, scalar: node.opType === 'Squeeze' } : null;
    case 'Cast':
    case 'Identity':
    case 'Reshape':
      return x?.kind === 'sizes' ? x : null;
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
    case 'Equal':
    case 'Where': {
      const own = inputs.find((value) => value?.kind === 'sizes');
      return own?.kind === 'sizes' ? { ...own, sizes: own.sizes.map(() => null) } : null;
    }
    default:
      return null;
  }
}

function asSizes(node: OnnxNode, value: Value): Sizes | null {
  if (value.kind === 'sizes') return value;
  if (value.kind !== 'array' || value.array.dtype !== 'I64' || !isFew(value.array)) return null;
  return { kind: 'sizes', sizes: numbersOf(value.array, nodeName(node)), scalar: false };
}

const KEEPS_VALUES = new Set([
  'Identity',
  'Cast',
  'Slice',
  'Squeeze',
  'Unsqueeze',
  'Reshape',
  'Transpose',
  'Gather',
]);

/** Arrays of one value, whatever shape the model gives them when it runs. */
export function fillFrom(node: OnnxNode, inputs: readonly (Value | null)[]): Value | null {
  const [x = null] = inputs;
  if (node.opType === 'ConstantOfShape') {
    const value = tensorIn(node, 'value');
    return { kind: 'fill', value: value ? numbersOf(arrayOf(value), nodeName(node))[0] : 0 };
  }
  if (node.opType === 'Expand' || (x?.kind === 'fill' && KEEPS_VALUES.has(node.opType))) {
    const value = sameEverywhere(x);
    return value === null ? null : { kind: 'fill', value };
  }
  return null;
}

/** The value that all elements have, or null. */
export function sameEverywhere(value: Value | null): number | null {
  if (value?.kind === 'fill') return value.value;
  if (value?.kind !== 'array' || value.array.bytes.length === 0) return null;
  const known = SAME.get(value.array);
  if (known !== undefined) return known;
  const numbers = numbersOf(value.array, 'a state');
  const same = numbers.every((x) => x === numbers[0]) ? numbers[0] : null;
  SAME.set(value.array, same);
  return same;
}

/** Many nodes may start from one array. */
const SAME = new WeakMap<OnnxArray, number | null>();
