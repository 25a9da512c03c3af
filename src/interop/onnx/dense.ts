import { arrayFrom, ELEMENT_TYPES, numbersOf, type OnnxArray } from '../../formats/onnx/arrays.js';
import { floatOf, intOf, nodeName } from '../../formats/onnx/attributes.js';
import type { Folder } from '../../formats/onnx/fold.js';
import type { OnnxNode } from '../../formats/onnx/schema.js';
import type { ForeignFunction } from '../foreign.js';
import type { LayerList } from './layer-list.js';
import { type Flow, sizeOf, type Value } from './values.js';

/** Operators that are an activation, and whether they go along the last axis. */
export const ACTIVATIONS: Readonly<
  Record<string, { readonly name: ForeignFunction; readonly perAxis?: true }>
> = {
  Tanh: { name: 'tanh' },
  Sigmoid: { name: 'sigmoid' },
  Relu: { name: 'relu' },
  Softmax: { name: 'softmax', perAxis: true },
  LogSoftmax: { name: 'logSoftmax', perAxis: true },
  Softplus: { name: 'softplus' },
  Softsign: { name: 'softsign' },
  Selu: { name: 'selu' },
  Gelu: { name: 'gelu' },
};

/** Whether the last axis is that of features alone, not one that Reshape joined with time or batch. */
export function isLastAxis(x: Flow): boolean {
  const last = x.axes.at(-1) ?? [];
  return last.filter(({ what }) => what === 'input').length === 0 || (last.length === 1 && x.after === -1);
}

/** Linear layers: MatMul with Add behind it, or Gemm. */
export class LinearReader {
  private readonly seen = new Set<string>();

  constructor(
    private readonly folder: Folder,
    private readonly list: LayerList,
  ) {}

  /** @param at  which of the node's inputs `x` is */
  read(node: OnnxNode, x: Flow, at: number, inputs: readonly (Value | null)[]): Value | null {
    if (node.opType === 'Add') return this.bias(node, x, inputs.at(1 - at));
    const weight = inputs.at(1);
    if (at !== 0 || weight?.kind !== 'array' || weight.array.shape.length !== 2 || !isLastAxis(x))
      return null;
    return node.opType === 'Gemm'
      ? this.gemm(node, x, weight.array, inputs.at(2))
      : this.matmul(node, x, weight.array);
  }

  private matmul(node: OnnxNode, x: Flow, weight: OnnxArray): Value | null {
    return this.add(node, x, this.transposed(node, weight), null);
  }

  private gemm(node: OnnxNode, x: Flow, weight: OnnxArray, c: Value | null | undefined): Value | null {
    if (intOf(node, 'transA', 0) !== 0 || (c != null && c.kind !== 'array')) return null;
    const own = intOf(node, 'transB', 0) === 1 ? weight : this.transposed(node, weight);
    const bias = c == null ? null : this.asBias(node, c.array, own.shape[0]);
    if (c != null && bias === null) return null;
    const [alpha, beta] = [floatOf(node, 'alpha', 1), floatOf(node, 'beta', 1)];
    return this.add(node, x, this.scaled(node, own, alpha), bias && this.scaled(node, bias, beta));
  }

  private add(node: OnnxNode, x: Flow, weight: OnnxArray, bias: OnnxArray | null): Value | null {
    const [outputs, inputs] = weight.shape;
    const size = sizeOf(x.axes.at(-1) ?? []);
    if (size !== null && size !== inputs) return null;
    if (this.seen.has(node.input[1])) {
      this.list.problem(
        `the weight '${node.input[1]}' is used again and again, as in a recurrence that is written out step by step: ` +
          'torch.onnx.export(…, dynamo=False) keeps it in one node',
      );
      return null;
    }
    this.seen.add(node.input[1]);
    this.list.consume(node, x);
    const after = this.list.add(node, { kind: 'linear', name: node.input[1], weight, bias });
    return { ...x, after, axes: [...x.axes.slice(0, -1), [{ what: 'feature', size: outputs }]] };
  }

  private bias(node: OnnxNode, x: Flow, value: Value | null | undefined): Value | null {
    if (value?.kind !== 'array' || !this.list.isLast(x.after)) return null;
    const { array } = value;
    const isAdded = this.list.replaceLast((layer) => {
      if (layer.kind !== 'linear' || layer.bias !== null) return null;
      const bias = this.asBias(node, array, layer.weight.shape[0]);
      return bias && { ...layer, bias };
    });
    return isAdded ? x : null;
  }

  private transposed(node: OnnxNode, x: OnnxArray): OnnxArray {
    const [rows, columns] = x.shape;
    return this.folder.strided(node, x, [columns, rows], [1, columns]);
  }

  /** What is added to each row, as a vector of all its elements. */
  private asBias(node: OnnxNode, x: OnnxArray, size: number): OnnxArray | null {
    const isRow = x.shape.slice(0, -1).every((own) => own === 1);
    const own = x.shape.at(-1) ?? 1;
    if (!isRow || (own !== size && own !== 1)) return null;
    if (own === size) return { ...x, shape: [size] };
    return this.folder.strided(node, x, [size], [0]);
  }

  private scaled(node: OnnxNode, x: OnnxArray, factor: number): OnnxArray {
    if (factor === 1) return x;
    this.folder.spend(node, x.shape, ELEMENT_TYPES[x.dtype].size);
    return arrayFrom(
      x.dtype,
      x.shape,
      numbersOf(x, nodeName(node)).map((value) => value * factor),
    );
  }
}
