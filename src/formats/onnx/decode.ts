import { FormatError } from '../../errors.js';
import { decodeMessage } from './protobuf.js';
import { FILE, type OnnxFile, type OnnxGraph, type OnnxNode, type OnnxTensor } from './schema.js';

/** Bytes of a file beside the model, by its place relative to it. */
export type ExternalData = (location: string) => Uint8Array | Promise<Uint8Array>;

/** An ONNX file that has a graph. */
export type OnnxModel = OnnxFile & {
  readonly graph: OnnxGraph;
  /** Bytes of the file and of those beside it. */
  readonly size: number;
};

const BESIDE = 1;

/**
 * An ONNX file: its graph with all bodies inside of it, and the bytes of all its arrays. Nothing of it is run.
 *
 * @param external  reads files beside the model, where it keeps weights in them
 * @throws FormatError if the bytes are no such file, and for data beside it that is not given, or lies elsewhere than below the model's folder
 * @see https://onnx.ai/onnx/repo-docs/IR.html
 */
export async function decodeOnnx(bytes: Uint8Array, external?: ExternalData): Promise<OnnxModel> {
  const file = decodeMessage<OnnxFile>(bytes, FILE, 'onnx');
  const { graph } = file;
  if (graph === null || (graph.node.length === 0 && graph.initializer.length === 0)) {
    throw new FormatError('onnx: the file has no graph', {
      hint: 'it may be cut short, or not be an ONNX model',
    });
  }
  const beside = new Beside(external);
  const filled = await filledGraph(graph, beside);
  return { ...file, graph: filled, size: bytes.length + beside.size };
}

/** The graph with data from beside the file put into its tensors. */
async function filledGraph(graph: OnnxGraph, beside: Beside): Promise<OnnxGraph> {
  const initializer: OnnxTensor[] = [];
  for (const tensor of graph.initializer) initializer.push(await beside.filled(tensor));
  const node: OnnxNode[] = [];
  for (const own of graph.node) {
    const attribute = [];
    for (const one of own.attribute) {
      const t = one.t && (await beside.filled(one.t));
      const g = one.g && (await filledGraph(one.g, beside));
      attribute.push({ ...one, t, g });
    }
    node.push({ ...own, attribute });
  }
  return { ...graph, initializer, node };
}

/** Files beside the model, each read once. */
class Beside {
  size = 0;
  private readonly files = new Map<string, Uint8Array>();

  constructor(private readonly external: ExternalData | undefined) {}

  async filled(tensor: OnnxTensor): Promise<OnnxTensor> {
    if (tensor.dataLocation !== BESIDE) return tensor;
    const said = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
    const problem = (what: string, hint?: string): FormatError =>
      new FormatError(`onnx: the data of '${tensor.name}' ${what}`, { hint });
    const location = said.get('location');
    if (location === undefined) throw problem('should be in a file beside the model, which it does not name');
    if (!isBelow(location)) {
      throw problem(
        `is said to be in '${location}', which is not below the folder of the model`,
        'such files are not read',
      );
    }
    if (this.external === undefined) {
      throw problem(`is in the file '${location}' beside the model`, 'pass a function that reads it');
    }
    const file = await this.read(location, this.external);
    const offset = Number(said.get('offset') ?? 0);
    const length = Number(said.get('length') ?? file.length - offset);
    const isRange = [offset, length].every((n) => Number.isSafeInteger(n) && n >= 0);
    if (!isRange || offset + length > file.length) {
      throw problem(`should be ${length} bytes at ${offset} of '${location}', which has ${file.length}`);
    }
    return { ...tensor, rawData: new Uint8Array(file.buffer, file.byteOffset + offset, length) };
  }

  private async read(location: string, external: ExternalData): Promise<Uint8Array> {
    const known = this.files.get(location);
    if (known !== undefined) return known;
    const file = await external(location);
    this.files.set(location, file);
    this.size += file.length;
    return file;
  }
}

/** Whether a place is in the model's folder or below it, in the words of any system. */
const isBelow = (location: string): boolean =>
  location !== '' &&
  !/^[/\\]|^[a-z]:|\0/i.test(location) &&
  location.split(/[/\\]/).every((part) => part !== '..');
