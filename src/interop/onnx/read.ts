import { decodeOnnx, type ExternalData, type OnnxModel } from '../../formats/onnx/decode.js';
import { readOptions, type Schema } from '../../options.js';
import type { ForeignModel } from '../foreign.js';
import { Walk } from './walk.js';

/** Options of `readOnnx`. */
export interface ReadOnnxOptions {
  /** Reads a file beside the model, by its place relative to it, where the model keeps weights in one. Default: such models are refused. */
  readonly external?: ExternalData;
}

const OPTIONS: Schema<ReadOnnxOptions> = { external: 'a function' };

/**
 * The layers of an ONNX model, with its weights in PyTorch's layout: recurrent nodes, embeddings, linear layers, layer norms and activations, in
 * the order in which they run. What is computed from constants is computed; nothing else of the model is run.
 *
 * @returns  layers, and what no network of ours can hold as `problems`: an attribute such as `clip`, an operator such as Conv
 * @throws FormatError if the bytes are no ONNX model, or its weights are in a file beside it that is not given
 * @example
 * const model = await readOnnx(toOnnx(new nn.GRU(3, 4)));
 * model.layers.map(({ kind, name }) => `${kind} ${name}`); // ['gru rnn']
 */
export async function readOnnx(bytes: Uint8Array, options?: ReadOnnxOptions): Promise<ForeignModel> {
  const { external } = readOptions('readOnnx', options, OPTIONS);
  const model = await decodeOnnx(bytes, external);
  const walk = new Walk(model.size, opsetOf(model));
  walk.run(model.graph);
  const { layers, problems, notes } = walk.found();
  const by = [model.producerName, model.producerVersion].filter((part) => part !== '').join(' ');
  return {
    source: by === '' ? 'ONNX' : `ONNX, made by ${by}`,
    ...{ layers, problems, notes },
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
  };
}

const opsetOf = ({ opsetImport }: OnnxModel): number =>
  opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 1;
