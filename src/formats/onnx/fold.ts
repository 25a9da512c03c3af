import { FormatError } from '../../errors.js';
import {
  arrayFrom,
  arrayOf,
  countOf,
  ELEMENT_TYPES,
  elementType,
  MOST_AXES,
  numbersOf,
  type OnnxArray,
} from './arrays.js';
import { attribute, intOf, intsOf, nodeName, tensorIn } from './attributes.js';
import type { OnnxNode } from './schema.js';

/** What all results together may take beyond the size of the file. */
const ROOM = 100_000_000;
/** Bytes of an array besides its elements. */
const OVERHEAD = 200;
/** Bytes of a number that is computed with. */
const NUMBER = 8;

type Operands = readonly (OnnxArray | null)[];
type Operation = (folder: Folder, node: OnnxNode, inputs: Operands) => OnnxArray | OnnxArray[];

/** Computes what a graph says about known arrays: the nodes by which exporters cut, join and turn weights, and build sizes. */
export class Folder {
  private left: number;

  /** @param fileSize  bytes of the file that the arrays come from */
  constructor(fileSize: number) {
    this.left = fileSize + ROOM;
  }

  /**
   * @param inputs  null for those that are left out
   * @returns       the outputs, or null for operations that are not among those above
   * @throws FormatError for operands that do not fit, and once all results take 100 MB more than the file
   */
  fold(node: OnnxNode, inputs: Operands): OnnxArray[] | null {
    const operation = Object.hasOwn(OPERATIONS, node.opType) ? OPERATIONS[node.opType] : undefined;
    if (operation === undefined || node.domain !== '') return null;
    const made = operation(this, node, inputs);
    return Array.isArray(made) ? made : [made];
  }

  /** Elements of `x` as an array of another shape, whose neighbours along each axis are `strides` apart in `x`. */
  strided(
    node: OnnxNode,
    x: OnnxArray,
    shape: readonly number[],
    strides: readonly number[],
    offset = 0,
  ): OnnxArray {
    const { size } = ELEMENT_TYPES[x.dtype];
    const bytes = new Uint8Array(this.spend(node, shape, size) * size);
    // Row by row along the last axis, whole rows at once where they lie together.
    const rows = shape.slice(0, -1);
    const length = shape.at(-1) ?? 1;
    const step = strides.at(-1) ?? 1;
    const at = rows.map(() => 0);
    let from = offset;
    for (let to = 0; to < bytes.length; to += length * size) {
      if (step === 1) bytes.set(x.bytes.subarray(from * size, (from + length) * size), to);
      else {
        for (let i = 0; i < length; i++) {
          const start = (from + i * step) * size;
          for (let j = 0; j < size; j++) bytes[to + i * size + j] = x.bytes[start + j];
        }
      }
      for (let axis = rows.length - 1; axis >= 0; axis--) {
        from += strides[axis];
        if (++at[axis] < rows[axis]) break;
        from -= rows[axis] * strides[axis];
        at[axis] = 0;
      }
    }
    return { dtype: x.dtype, shape, bytes };
  }

  /** Takes room for an array, before it is made, and gives its number of elements. */
  spend(node: OnnxNode, shape: readonly number[], size: number): number {
    const count = countOf(shape, nodeName(node));
    this.left -= size * count + OVERHEAD;
    if (this.left < 0) throw problem(node, 'computes 100 MB more of constants than the file has');
    return count;
  }
}

const problem = (node: OnnxNode, what: string): FormatError =>
  new FormatError(`onnx: ${nodeName(node)} ${what}`);

function need(node: OnnxNode, inputs: Operands, index: number): OnnxArray {
  const x = inputs.at(index);
  if (x === undefined || x === null) throw problem(node, `lacks its input ${index}`);
  return x;
}

function axisOf(node: OnnxNode, axis: number, rank: number): number {
  const own = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(own) || own < 0 || own >= rank)
    throw problem(node, `has the axis ${axis} of ${rank}`);
  return own;
}

/** Whole numbers that newer operators take as an input and older ones as an attribute. */
function wholes(
  node: OnnxNode,
  inputs: Operands,
  index: number,
  name: string,
): readonly number[] | undefined {
  const x = inputs.at(index);
  return x ? fewNumbers(node, x) : intsOf(node, name);
}

/** Numbers of axes or sizes, of which there are never many. */
function fewNumbers(node: OnnxNode, x: OnnxArray): number[] {
  if (countOf(x.shape, nodeName(node)) > MOST_AXES) throw problem(node, `has ${x.shape.join(' x ')} axes`);
  return numbersOf(x, nodeName(node));
}

/** How far apart neighbours along each axis are. */
const stridesOf = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((n, size) => n * size, 1));

const constant: Operation = (_, node) => {
  const value = tensorIn(node, 'value');
  if (value) return arrayOf(value, nodeName(node));
  const one = node.attribute.at(0);
  switch (one?.name) {
    case 'value_float':
      return arrayFrom('F32', [], [one.f]);
    case 'value_floats':
      return arrayFrom('F32', [one.floats.length], one.floats);
    case 'value_int':
      return arrayFrom('I64', [], [one.i]);
    case 'value_ints':
      return arrayFrom('I64', [one.ints.length], one.ints);
    default:
      throw problem(node, 'has a value that is no array of numbers');
  }
};

const reshaped = (node: OnnxNode, x: OnnxArray, shape: readonly number[]): OnnxArray => {
  const had = countOf(x.shape, nodeName(node));
  if (countOf(shape, nodeName(node)) !== had) {
    throw problem(node, `cannot make (${shape.join(', ')}) of (${x.shape.join(', ')})`);
  }
  return { ...x, shape };
};

const reshape: Operation = (_, node, inputs) => {
  const x = need(node, inputs, 0);
  const wanted = wholes(node, inputs, 1, 'shape') ?? [];
  const keepsZero = intOf(node, 'allowzero', 0) === 1;
  const shape = wanted.map((size, i) => (size === 0 && !keepsZero ? (x.shape[i] ?? 0) : size));
  const rest = shape.reduce((n, size) => (size === -1 ? n : n * size), 1);
  const all = countOf(x.shape, nodeName(node));
  return reshaped(
    node,
    x,
    shape.map((size) => (size === -1 ? (rest === 0 ? 0 : all / rest) : size)),
  );
};

const squeeze: Operation = (_, node, inputs) => {
  const x = need(node, inputs, 0);
  const axes = wholes(node, inputs, 1, 'axes')?.map((axis) => axisOf(node, axis, x.shape.length));
  return reshaped(
    node,
    x,
    x.shape.filter((size, axis) => (axes ? !axes.includes(axis) : size !== 1)),
  );
};

const unsqueeze: Operation = (_, node, inputs) => {
  const x = need(node, inputs, 0);
  const given = wholes(node, inputs, 1, 'axes') ?? [];
  const rank = x.shape.length + given.length;
  const axes = given.map((axis) => axisOf(node, axis, rank));
  const rest = [...x.shape];
  return reshaped(
    node,
    x,
    Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : rest.shift()!)),
  );
};

const flatten: Operation = (_, node, inputs) => {
  const x = need(node, inputs, 0);
  const axis = intOf(node, 'axis', 1);
  const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1);
  return reshaped(node, x, [product(x.shape.slice(0, axis)), product(x.shape.slice(axis))]);
};

const transpose: Operation = (folder, node, inputs) => {
  const x = need(node, inputs, 0);
  const turned = x.shape.map((_, i) => x.shape.length - 1 - i);
  const perm = (intsOf(node, 'perm') ?? turned).map((axis) => axisOf(node, axis, x.shape.length));
  if (new Set(perm).size !== x.shape.length) throw problem(node, 'does not name every axis once');
  const strides = stridesOf(x.shape);
  const own = perm.map((axis) => strides[axis]);
  return folder.strided(
    node,
    x,
    perm.map((axis) => x.shape[axis]),
    own,
  );
};

const concat: Operation = (folder, node, inputs) => {
  const parts = inputs.map((_, i) => need(node, inputs, i));
  const first = need(node, inputs, 0);
  const axis = axisOf(node, intOf(node, 'axis', 0), first.shape.length);
  const fits = parts.every(
    ({ shape, dtype }) =>
      dtype === first.dtype &&
      shape.length === first.shape.length &&
      shape.every((size, i) => i === axis || size === first.shape[i]),
  );
  if (!fits) throw problem(node, 'joins arrays that do not fit');
  const total = parts.reduce((sum, { shape }) => sum + shape[axis], 0);
  const shape = first.shape.map((size, i) => (i === axis ? total : size));
  const { size } = ELEMENT_TYPES[first.dtype];
  const bytes = new Uint8Array(folder.spend(node, shape, size) * size);
  const outer = shape.slice(0, axis).reduce((n, s) => n * s, 1);
  let at = 0;
  for (let i = 0; i < outer && bytes.length > 0; i++) {
    for (const part of parts) {
      const run = part.bytes.length / outer;
      bytes.set(part.bytes.subarray(i * run, (i + 1) * run), at);
      at += run;
    }
  }
  return { dtype: first.dtype, shape, bytes };
};

/** From, how many and how far apart, along an axis: as Python's slices, without their negative ends beyond the start. */
function span(
  node: OnnxNode,
  size: number,
  start: number,
  end: number,
  step: number,
): { first: number; count: number } {
  if (step === 0) throw problem(node, 'has a step of 0');
  const clamp = (at: number, least: number, most: number): number =>
    Math.min(Math.max(at < 0 ? at + size : at, least), most);
  const first = step > 0 ? clamp(start, 0, size) : clamp(start, 0, size - 1);
  const last = step > 0 ? clamp(end, 0, size) : clamp(end, -1, size - 1);
  return { first, count: Math.max(0, Math.ceil((last - first) / step)) };
}

const slice: Operation = (folder, node, inputs) => {
  const x = need(node, inputs, 0);
  const starts = wholes(node, inputs, 1, 'starts') ?? [];
  const ends = wholes(node, inputs, 2, 'ends') ?? [];
  const axes = wholes(node, inputs, 3, 'axes') ?? starts.map((_, i) => i);
  const steps = wholes(node, inputs, 4, 'steps') ?? starts.map(() => 1);
  const shape = [...x.shape];
  const strides = stridesOf(x.shape);
  const own = [...strides];
  let offset = 0;
  axes.forEach((given, i) => {
    const axis = axisOf(node, given, x.shape.length);
    const { first, count } = span(node, x.shape[axis], starts[i] ?? 0, ends[i] ?? 0, steps[i] ?? 1);
    shape[axis] = count;
    offset += first * strides[axis];
    own[axis] = (steps[i] ?? 1) * strides[axis];
  });
  return folder.strided(node, x, shape, own, offset);
};

const split: Operation = (folder, node, inputs) => {
  const x = need(node, inputs, 0);
  const axis = axisOf(node, intOf(node, 'axis', 0), x.shape.length);
  const even = Math.ceil(x.shape[axis] / node.output.length);
  const given = inputs.at(1);
  if (given) folder.spend(node, given.shape, NUMBER);
  const sizes =
    (given ? numbersOf(given, nodeName(node)) : intsOf(node, 'split')) ??
    node.output.map((_, i) => Math.min(even, x.shape[axis] - i * even));
  if (sizes.reduce((a, b) => a + b, 0) !== x.shape[axis])
    throw problem(node, 'does not cut its input into all of it');
  const strides = stridesOf(x.shape);
  let before = 0;
  return sizes.map((size) => {
    const shape = x.shape.map((own, j) => (j === axis ? size : own));
    const part = folder.strided(node, x, shape, strides, before);
    before += size * strides[axis];
    return part;
  });
};

const gather: Operation = (folder, node, inputs) => {
  const [x, which] = [need(node, inputs, 0), need(node, inputs, 1)];
  const axis = axisOf(node, intOf(node, 'axis', 0), x.shape.length);
  const places = numbersOf(which, nodeName(node)).map((i) => axisOf(node, i, x.shape[axis]));
  const [outer, inner] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const shape = [...outer, ...which.shape, ...inner];
  const { size } = ELEMENT_TYPES[x.dtype];
  const bytes = new Uint8Array(folder.spend(node, shape, size) * size);
  const run = inner.reduce((n, s) => n * s, size);
  let to = 0;
  for (let i = 0; to < bytes.length; i++) {
    for (const place of places) {
      const from = (i * x.shape[axis] + place) * run;
      bytes.set(x.bytes.subarray(from, from + run), to);
      to += run;
    }
  }
  return { dtype: x.dtype, shape, bytes };
};

/** NumPy's rule: sizes from the right, and a 1 is as long as needed. */
function broadcastShape(node: OnnxNode, shapes: readonly (readonly number[])[]): number[] {
  const rank = shapes.reduce((most, { length }) => Math.max(most, length), 0);
  return Array.from({ length: rank }, (_, axis) =>
    shapes.reduce((size, shape) => {
      const own = shape.at(axis - rank) ?? 1;
      if (axis < rank - shape.length || own === 1 || own === size) return size;
      if (size === 1) return own;
      throw problem(node, `has operands of ${shapes.map((s) => `(${s.join(', ')})`).join(' and ')}`);
    }, 1),
  );
}

function expanded(folder: Folder, node: OnnxNode, x: OnnxArray, shape: readonly number[]): OnnxArray {
  const strides = stridesOf(x.shape);
  const own = shape.map((_, axis) => {
    const at = axis - (shape.length - x.shape.length);
    return at < 0 || x.shape[at] === 1 ? 0 : strides[at];
  });
  return folder.strided(node, x, shape, own);
}

const expand: Operation = (folder, node, inputs) => {
  const x = need(node, inputs, 0);
  const wanted = fewNumbers(node, need(node, inputs, 1));
  return expanded(folder, node, x, broadcastShape(node, [x.shape, wanted]));
};

const constantOfShape: Operation = (folder, node, inputs) => {
  const shape = fewNumbers(node, need(node, inputs, 0));
  const given = tensorIn(node, 'value');
  const value = given ? arrayOf(given, nodeName(node)) : arrayFrom('F32', [1], [0]);
  return folder.strided(
    node,
    value,
    shape,
    shape.map(() => 0),
  );
};

const cast: Operation = (folder, node, inputs) => {
  const x = need(node, inputs, 0);
  const dtype = elementType(intOf(node, 'to', 0), nodeName(node));
  if (dtype === x.dtype) return x;
  folder.spend(node, x.shape, NUMBER);
  const isWhole = !dtype.startsWith('F') && !dtype.startsWith('B');
  const turn = (value: number): number =>
    dtype === 'BOOL' ? Number(value !== 0) : isWhole ? Math.trunc(value) : value;
  if (dtype === 'F16' || dtype === 'BF16')
    throw problem(node, `makes numbers of ${dtype}, which is not done here`);
  return arrayFrom(dtype, x.shape, numbersOf(x, nodeName(node)).map(turn));
};

const elementwise =
  (compute: (...values: number[]) => number, kind?: 'BOOL'): Operation =>
  (folder, node, inputs) => {
    const operands = inputs.map((_, i) => need(node, inputs, i));
    const shape = broadcastShape(
      node,
      operands.map((x) => x.shape),
    );
    folder.spend(node, shape, NUMBER * (operands.length + 1));
    const columns = operands.map((x) => numbersOf(expanded(folder, node, x, shape), nodeName(node)));
    const dtype = operands[operands.length - 1].dtype;
    const isWhole = !dtype.startsWith('F');
    const values = columns[0].map((_, i) => {
      const value = compute(...columns.map((column) => column[i]));
      return isWhole ? Math.trunc(value) : value;
    });
    return arrayFrom(kind ?? dtype, shape, values);
  };

const shapeOf: Operation = (_, node, inputs) => {
  const { shape } = need(node, inputs, 0);
  const sizes = shape.slice(intOf(node, 'start', 0), attribute(node, 'end')?.i);
  return arrayFrom('I64', [sizes.length], sizes);
};

const OPERATIONS: Readonly<Record<string, Operation>> = {
  Constant: constant,
  Identity: (_, node, inputs) => need(node, inputs, 0),
  Shape: shapeOf,
  Size: (_, node, inputs) => arrayFrom('I64', [], [countOf(need(node, inputs, 0).shape, nodeName(node))]),
  Reshape: reshape,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Flatten: flatten,
  Transpose: transpose,
  Concat: concat,
  Slice: slice,
  Split: split,
  Gather: gather,
  Expand: expand,
  ConstantOfShape: constantOfShape,
  Cast: cast,
  Add: elementwise((a, b) => a + b),
  Sub: elementwise((a, b) => a - b),
  Mul: elementwise((a, b) => a * b),
  Div: elementwise((a, b) => a / b),
  Neg: elementwise((a) => -a),
  Equal: elementwise((a, b) => Number(a === b), 'BOOL'),
  Where: elementwise((condition, a, b) => (condition !== 0 ? a : b)),
};
