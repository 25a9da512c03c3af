/**
 * What the messages of an ONNX file hold, and under which numbers: stated once, for the reader and for the writer.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */

/** How a field is stored: a plural is a repeated one, a function gives the schema of messages inside. */
export type Field =
  | readonly [
      number: number,
      type: 'int' | 'float' | 'text' | 'bytes' | 'ints' | 'floats' | 'doubles' | 'texts',
    ]
  | readonly [number: number, type: 'message' | 'messages', of: () => Schema];

/** Fields of a message by name. */
export type Schema = Readonly<Record<string, Field>>;

type FieldsOf<T> = Readonly<Record<keyof T, Field>>;

export interface OnnxPair {
  readonly key: string;
  readonly value: string;
}

/** An array; its elements are in `rawData`, in one of the lists, or in a file beside the model. */
export interface OnnxTensor {
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly floatData: readonly number[];
  readonly int32Data: readonly number[];
  readonly stringData: readonly string[];
  readonly int64Data: readonly number[];
  readonly name: string;
  readonly rawData: Uint8Array;
  readonly doubleData: readonly number[];
  readonly uint64Data: readonly number[];
  readonly externalData: readonly OnnxPair[];
  readonly dataLocation: number;
}

export interface OnnxAttribute {
  readonly name: string;
  readonly f: number;
  readonly i: number;
  readonly s: string;
  readonly t: OnnxTensor | null;
  readonly g: OnnxGraph | null;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly strings: readonly string[];
  readonly type: number;
}

export interface OnnxNode {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly opType: string;
  readonly attribute: readonly OnnxAttribute[];
  readonly domain: string;
}

/** A size of an axis: a number, a name for any number, or nothing at all. */
export interface OnnxDimension {
  readonly dimValue: number;
  readonly dimParam: string;
}

interface OnnxShape {
  readonly dim: readonly OnnxDimension[];
}

interface OnnxTensorType {
  readonly elemType: number;
  readonly shape: OnnxShape | null;
}

interface OnnxType {
  readonly tensorType: OnnxTensorType | null;
}

/** An input or output of a graph. */
export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType | null;
}

export interface OnnxGraph {
  readonly node: readonly OnnxNode[];
  readonly name: string;
  readonly initializer: readonly OnnxTensor[];
  readonly input: readonly OnnxValue[];
  readonly output: readonly OnnxValue[];
}

export interface OnnxOperators {
  readonly domain: string;
  readonly version: number;
}

export interface OnnxFile {
  readonly irVersion: number;
  readonly producerName: string;
  readonly producerVersion: string;
  readonly graph: OnnxGraph | null;
  readonly opsetImport: readonly OnnxOperators[];
  readonly metadataProps: readonly OnnxPair[];
}

const PAIR = { key: [1, 'text'], value: [2, 'text'] } as const satisfies FieldsOf<OnnxPair>;

export const TENSOR = {
  dims: [1, 'ints'],
  dataType: [2, 'int'],
  floatData: [4, 'floats'],
  int32Data: [5, 'ints'],
  stringData: [6, 'texts'],
  int64Data: [7, 'ints'],
  name: [8, 'text'],
  rawData: [9, 'bytes'],
  doubleData: [10, 'doubles'],
  uint64Data: [11, 'ints'],
  externalData: [13, 'messages', () => PAIR],
  dataLocation: [14, 'int'],
} as const satisfies FieldsOf<OnnxTensor>;

const ATTRIBUTE: FieldsOf<OnnxAttribute> = {
  name: [1, 'text'],
  f: [2, 'float'],
  i: [3, 'int'],
  s: [4, 'text'],
  t: [5, 'message', () => TENSOR],
  g: [6, 'message', () => GRAPH],
  floats: [7, 'floats'],
  ints: [8, 'ints'],
  strings: [9, 'texts'],
  type: [20, 'int'],
};

const NODE: FieldsOf<OnnxNode> = {
  input: [1, 'texts'],
  output: [2, 'texts'],
  name: [3, 'text'],
  opType: [4, 'text'],
  attribute: [5, 'messages', () => ATTRIBUTE],
  domain: [7, 'text'],
};

const DIMENSION = { dimValue: [1, 'int'], dimParam: [2, 'text'] } as const satisfies FieldsOf<OnnxDimension>;
const SHAPE = { dim: [1, 'messages', () => DIMENSION] } as const satisfies FieldsOf<OnnxShape>;
const TENSOR_TYPE = {
  elemType: [1, 'int'],
  shape: [2, 'message', () => SHAPE],
} as const satisfies FieldsOf<OnnxTensorType>;
const TYPE = { tensorType: [1, 'message', () => TENSOR_TYPE] } as const satisfies FieldsOf<OnnxType>;
const VALUE = { name: [1, 'text'], type: [2, 'message', () => TYPE] } as const satisfies FieldsOf<OnnxValue>;

const GRAPH: FieldsOf<OnnxGraph> = {
  node: [1, 'messages', () => NODE],
  name: [2, 'text'],
  initializer: [5, 'messages', () => TENSOR],
  input: [11, 'messages', () => VALUE],
  output: [12, 'messages', () => VALUE],
};

const OPERATORS = { domain: [1, 'text'], version: [2, 'int'] } as const satisfies FieldsOf<OnnxOperators>;

export const FILE: FieldsOf<OnnxFile> = {
  irVersion: [1, 'int'],
  producerName: [2, 'text'],
  producerVersion: [3, 'text'],
  graph: [7, 'message', () => GRAPH],
  opsetImport: [8, 'messages', () => OPERATORS],
  metadataProps: [14, 'messages', () => PAIR],
};

/** Numbers of attribute types. */
export const ATTRIBUTE_TYPES = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;
