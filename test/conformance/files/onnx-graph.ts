import { arrayFrom, arrayOf, numbersOf, type OnnxArray } from '../../../src/formats/onnx/arrays.js';
import { floatOf, graphsIn, intOf, nodeName } from '../../../src/formats/onnx/attributes.js';
import type { OnnxModel } from '../../../src/formats/onnx/decode.js';
import { Folder } from '../../../src/formats/onnx/fold.js';
import type { OnnxNode } from '../../../src/formats/onnx/schema.js';
import type { SafetensorsEntry } from '../../../src/formats/safetensors.js';
import { entryOf, tensorOf } from '../../../src/formats/tensors.js';
import { INPUTS, isRecurrent, type RecurrentNode, recurrentOf } from '../../../src/interop/onnx/recurrent.js';
import { GRU } from '../../../src/nn/recurrent/gru.js';
import { LSTM } from '../../../src/nn/recurrent/lstm.js';
import type { RecurrentModule } from '../../../src/nn/recurrent/module.js';
import { packPaddedSequence, padPackedSequence } from '../../../src/nn/recurrent/packed-sequence.js';
import { RNN } from '../../../src/nn/recurrent/rnn.js';
import { tensor } from '../../../src/tensor/create.js';
import { add } from '../../../src/tensor/ops/binary.js';
import { relu, sigmoid, tanh } from '../../../src/tensor/ops/elementwise.js';
import { matmul } from '../../../src/tensor/ops/matmul.js';
import { mul } from '../../../src/tensor/ops/binary.js';
import { softmax } from '../../../src/tensor/ops/softmax.js';
import { narrow, transpose, view } from '../../../src/tensor/ops/views.js';
import type { Tensor } from '../../../src/tensor/tensor.js';

/** A node that no network of ours can hold; the message says which attribute or operator it is. */
export class Refused extends Error {}

/**
 * Every value of a graph, node by node: recurrent nodes by our modules with the weights that the reader made, what moves elements by the reader's
 * folder, the rest by our operations.
 *
 * @param inputs  of the graph, by name
 */
export function runGraph(
  { graph }: OnnxModel,
  inputs: ReadonlyMap<string, OnnxArray>,
): Map<string, OnnxArray> {
  const values = new Map(graph.initializer.map((t) => [t.name, arrayOf(t)]));
  for (const [name, array] of inputs) values.set(name, array);
  const folder = new Folder(1_000_000);
  for (const node of graph.node) {
    const own = node.input.map((name) => values.get(name) ?? null);
    const made = isRecurrent(node)
      ? runRecurrent(node, own)
      : (folder.fold(node, own) ?? computed(node, own));
    node.output.forEach((name, i) => values.set(name, made[i]));
  }
  return values;
}

const asArray = (x: Tensor): OnnxArray => entryOf(x) as OnnxArray;

function computed(node: OnnxNode, inputs: readonly (OnnxArray | null)[]): OnnxArray[] {
  const [a, b, c] = inputs.map((x) => (x === null ? null : tensorOf(node.opType, x)));
  switch (graphsIn(node).length > 0 ? '' : node.opType) {
    case 'MatMul':
      return [asArray(matmul(a!, b!))];
    case 'Gemm': {
      const [x, w] = [
        intOf(node, 'transA', 0) ? transpose(a!, 0, 1) : a!,
        intOf(node, 'transB', 0) ? transpose(b!, 0, 1) : b!,
      ];
      const product = mul(matmul(x, w), floatOf(node, 'alpha', 1));
      return [asArray(c == null ? product : add(product, mul(c, floatOf(node, 'beta', 1))))];
    }
    case 'Tanh':
      return [asArray(tanh(a!))];
    case 'Sigmoid':
      return [asArray(sigmoid(a!))];
    case 'Relu':
      return [asArray(relu(a!))];
    case 'Softmax':
      return [asArray(softmax(a!, intOf(node, 'axis', -1)))];
    default:
      throw new Refused(`${nodeName(node)} is no operator of a network here`);
  }
}

/** Y (time, direction, batch, hidden), and one (direction, batch, hidden) a state; batch first for layout 1. */
function runRecurrent(node: OnnxNode, inputs: readonly (OnnxArray | null)[]): OnnxArray[] {
  const layer = recurrentOf(node, (i) => inputs.at(i) ?? null);
  if (layer.problems.length > 0) throw new Refused(layer.problems.join('; '));
  const given = (i: number): Tensor | null => {
    const array = inputs.at(i);
    return array ? tensorOf(`input ${i}`, array) : null;
  };
  const swap = (x: Tensor): Tensor => (layer.batchwise ? transpose(x, 0, 1) : x);
  const x = swap(given(INPUTS.x)!);
  const [time, batch] = x.shape;
  const lengths = given(INPUTS.lengths) ?? tensor(new Int32Array(batch).fill(time));
  const states = [INPUTS.h, INPUTS.c]
    .map(given)
    .filter((state) => state !== null)
    .map(swap);
  const module = moduleOf(layer, x.shape[2]);
  const packed = packPaddedSequence(x, lengths, { enforceSorted: false });
  const [output, final] = module.run(packed, states.length > 0 ? bothWays(layer, states) : undefined);
  const [padded] = padPackedSequence(output, { totalLength: time });
  const y = transpose(view(padded, [time, batch, -1, layer.hiddenSize]), 1, 2);
  const own = (all: Tensor, axis: number): Tensor => (layer.reverse ? narrow(all, axis, 1, 1) : all);
  const result = [own(y, 1), ...final.map((state) => own(state, 0))];
  if (!layer.batchwise) return result.map(asArray);
  const [first, ...others] = result;
  return [transpose(transpose(first, 0, 2), 1, 2), ...others.map((state) => transpose(state, 0, 1))].map(
    asArray,
  );
}

/** One direction alone, from the end, is the second half of a module that reads both ways. */
function moduleOf(layer: RecurrentNode, inputSize: number): RecurrentModule {
  const { kind, hiddenSize, nonlinearity, weights } = layer;
  const bias = 'bias_ih_l0' in weights;
  const options = { bidirectional: layer.bidirectional || layer.reverse, bias };
  const module =
    kind === 'lstm'
      ? new LSTM(inputSize, hiddenSize, options)
      : kind === 'gru'
        ? new GRU(inputSize, hiddenSize, options)
        : new RNN(inputSize, hiddenSize, { ...options, nonlinearity });
  const named = Object.entries(weights).flatMap(([name, entry]): [string, SafetensorsEntry][] =>
    layer.reverse
      ? [
          [name, entry],
          [`${name}_reverse`, entry],
        ]
      : [[name, entry]],
  );
  module.loadStateDict(new Map(named.map(([name, entry]) => [name, tensorOf(name, entry)])));
  return module;
}

function bothWays({ reverse, kind }: RecurrentNode, states: readonly Tensor[]): Tensor[] {
  const [h] = states;
  const all = kind === 'lstm' && states.length === 1 ? [h, mul(h, 0)] : states;
  if (!reverse) return [...all];
  return all.map((state) =>
    tensor([state.tolist(), state.tolist()].flat() as number[][][], { dtype: 'float32' }),
  );
}

/** Numbers as an array of 32-bit floats. */
export const floats = (shape: readonly number[], values: readonly number[]): OnnxArray =>
  arrayFrom('F32', shape, values);

/** The largest difference between two arrays of the same shape. */
export function distance(got: OnnxArray | undefined, want: OnnxArray): number {
  if (got?.shape.join() !== want.shape.join()) return Infinity;
  const wanted = numbersOf(want, 'wanted');
  return numbersOf(got, 'got').reduce((most, x, i) => Math.max(most, Math.abs(x - wanted[i])), 0);
}
