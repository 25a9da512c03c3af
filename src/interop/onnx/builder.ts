import { arrayFrom, ELEMENT_TYPES, type OnnxArray, type OnnxDType } from '../../formats/onnx/arrays.js';
import { encodeMessage } from '../../formats/onnx/protobuf.js';
import {
  ATTRIBUTE_TYPES,
  FILE,
  type OnnxAttribute,
  type OnnxDimension,
  type OnnxPair,
} from '../../formats/onnx/schema.js';
import { entryOf } from '../../formats/tensors.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Version of the operators; onnxruntime has had it since 2022. */
const OPSET = 17;
/** Version of the file format that came with it. */
const IR_VERSION = 8;

/** A size of an axis, or the name of one that may be any. */
export type Dimension = number | string;

/** Attributes of a node: whole numbers, fractions as { float }, lists of whole numbers, text, or lists of texts. */
type Attributes = Readonly<
  Record<string, number | string | { readonly float: number } | readonly number[] | readonly string[]>
>;

interface NodeOptions {
  /** How the node is called; layers have the names of their modules. */
  readonly name?: string;
  readonly outputs: number;
}

/** A graph in the making. Values are named by strings. */
export class GraphBuilder {
  private readonly nodes: object[] = [];
  private readonly initializers = new Map<string, OnnxArray>();
  private readonly parameters = new Map<Tensor, string>();
  private readonly constants = new Map<string, string>();
  private readonly inputs: object[] = [];
  private readonly outputs: object[] = [];
  /** Values that are outputs of the model, under the names that these shall have. */
  private readonly renamed = new Map<string, string>();
  private made = 0;

  input(name: string, dtype: OnnxDType, shape: readonly Dimension[]): string {
    this.inputs.push(valueInfo(name, dtype, shape));
    return name;
  }

  output(name: string, value: string, dtype: OnnxDType, shape: readonly Dimension[]): void {
    this.outputs.push(valueInfo(name, dtype, shape));
    this.renamed.set(value, name);
  }

  /** A weight as it is; one that stands in two places is stored once. */
  parameter(name: string, weight: Tensor): string {
    const known = this.parameters.get(weight);
    if (known !== undefined) return known;
    this.parameters.set(weight, name);
    return this.array(name, entryOf(weight) as OnnxArray);
  }

  array(name: string, array: OnnxArray): string {
    this.initializers.set(name, array);
    return name;
  }

  /** A constant of a node, such as the axes of Squeeze. */
  constant(dtype: OnnxDType, values: readonly number[], shape: readonly number[] = [values.length]): string {
    const key = `${dtype} (${shape.join()}) ${values.join()}`;
    const name =
      this.constants.get(key) ?? this.array(`c${this.constants.size + 1}`, arrayFrom(dtype, shape, values));
    this.constants.set(key, name);
    return name;
  }

  /** Adds a node and gives its output. */
  node(opType: string, inputs: readonly string[], attributes: Attributes = {}, name = ''): string {
    return this.call(opType, inputs, attributes, { name, outputs: 1 })[0];
  }

  /** Adds a node of several outputs. */
  call(
    opType: string,
    inputs: readonly string[],
    attributes: Attributes,
    { name = '', outputs }: NodeOptions,
  ): string[] {
    const output = Array.from({ length: outputs }, () => `v${++this.made}`);
    const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
    this.nodes.push({ input: trimmed(inputs), output, name, opType, attribute });
    return output;
  }

  /** The model as the bytes of a file. */
  encode(metadata: Readonly<Record<string, string>>): Uint8Array {
    const final = (name: string): string => this.renamed.get(name) ?? name;
    const node = this.nodes.map((one) => {
      const { input, output, ...rest } = one as { input: string[]; output: string[] };
      return { ...rest, input: input.map(final), output: output.map(final) };
    });
    const initializer = Array.from(this.initializers, ([name, { dtype, shape, bytes }]) => ({
      ...{ name, dims: shape, dataType: ELEMENT_TYPES[dtype].code, rawData: bytes },
    }));
    const metadataProps: OnnxPair[] = Object.entries(metadata).map(([key, value]) => ({ key, value }));
    const graph = { name: 'unrolled', node, initializer, input: this.inputs, output: this.outputs };
    return encodeMessage(
      {
        ...{ irVersion: IR_VERSION, producerName: 'unrolled', graph, metadataProps },
        opsetImport: [{ domain: '', version: OPSET }],
      },
      FILE,
    );
  }
}

/** Inputs that are left out at the end need no place. */
function trimmed(inputs: readonly string[]): string[] {
  const last = inputs.findLastIndex((name) => name !== '');
  return inputs.slice(0, last + 1);
}

function valueInfo(name: string, dtype: OnnxDType, shape: readonly Dimension[]): object {
  const dim = shape.map((size): Partial<OnnxDimension> =>
    typeof size === 'number' ? { dimValue: size } : { dimParam: size },
  );
  return { name, type: { tensorType: { elemType: ELEMENT_TYPES[dtype].code, shape: { dim } } } };
}

function attributeOf(name: string, value: Attributes[string]): Partial<OnnxAttribute> {
  if (typeof value === 'number') return { name, i: value, type: ATTRIBUTE_TYPES.int };
  if (typeof value === 'string') return { name, s: value, type: ATTRIBUTE_TYPES.string };
  if ('float' in value) return { name, f: value.float, type: ATTRIBUTE_TYPES.float };
  if (value.every((one) => typeof one === 'number')) return { name, ints: value, type: ATTRIBUTE_TYPES.ints };
  return { name, strings: value, type: ATTRIBUTE_TYPES.strings };
}
