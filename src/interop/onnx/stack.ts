import type { OnnxArray } from '../../formats/onnx/arrays.js';
import { entryOf } from '../../formats/tensors.js';
import { ValueError } from '../../errors.js';
import { GRU } from '../../nn/recurrent/gru.js';
import { LSTM } from '../../nn/recurrent/lstm.js';
import type { RecurrentModule } from '../../nn/recurrent/module.js';
import { RNN } from '../../nn/recurrent/rnn.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { GraphBuilder } from './builder.js';
import { blocksIn, GATES, type RecurrentOperator } from './gates.js';

/** What goes into a stack of recurrent nodes besides its input. */
export interface StackInputs {
  /** (layers · directions, batch, hidden) a state; zeros if left out. */
  readonly states?: readonly string[];
  /** (batch) int32: steps of each sequence; all if left out. */
  readonly lengths?: string;
}

/** What comes out of it. */
export interface StackOutputs {
  /** In the module's layout. */
  readonly output: string;
  /** (layers · directions, batch, hidden) a state. */
  readonly states: readonly string[];
  /** By layer: (batch, directions · hidden), h after the last step of each direction. */
  readonly ends: () => string[];
}

/** Names of a module's states. */
export const stateNames = (rnn: RecurrentModule): readonly string[] =>
  rnn instanceof LSTM ? ['h', 'c'] : ['h'];

/**
 * Adds a recurrent module: one node a layer.
 *
 * @throws ValueError for what ONNX has no operator for: projections and minGRU
 */
export function addStack(
  graph: GraphBuilder,
  name: string,
  rnn: RecurrentModule,
  x: string,
  { states = [], lengths = '' }: StackInputs = {},
): StackOutputs {
  const operator = operatorOf(rnn);
  const { numLayers, hiddenSize, bidirectional, batchFirst } = rnn;
  const directions = bidirectional ? 2 : 1;
  const attributes = {
    hidden_size: hiddenSize,
    direction: bidirectional ? 'bidirectional' : 'forward',
    ...(operator === 'GRU' && { linear_before_reset: 1 }),
    ...(rnn instanceof RNN &&
      rnn.nonlinearity === 'relu' && { activations: Array<string>(directions).fill('Relu') }),
  };
  const sizes = Array<number>(numLayers).fill(directions);
  const initial = states.map((state) =>
    numLayers === 1
      ? [state]
      : graph.call('Split', [state, graph.constant('I64', sizes)], { axis: 0 }, { outputs: numLayers }),
  );
  const finals = stateNames(rnn).map((): string[] => []);
  let data = batchFirst ? graph.node('Transpose', [x], { perm: [1, 0, 2] }) : x;
  for (let layer = 0; layer < numLayers; layer++) {
    const own = numLayers === 1 ? name : `${name}.l${layer}`;
    const weights = addWeights(graph, own, operator, rnn, layer);
    const inputs = [data, ...weights, lengths, ...initial.map((parts) => parts[layer])];
    const [y, ...ends] = graph.call(operator, inputs, attributes, { name: own, outputs: 1 + finals.length });
    ends.forEach((state, i) => finals[i].push(state));
    data = bidirectional ? sideBySide(graph, y) : graph.node('Squeeze', [y, graph.constant('I64', [1])]);
  }
  return {
    output: batchFirst ? graph.node('Transpose', [data], { perm: [1, 0, 2] }) : data,
    states: finals.map((parts) => (parts.length === 1 ? parts[0] : graph.node('Concat', parts, { axis: 0 }))),
    ends: () =>
      finals[0].map((h) => {
        if (!bidirectional) return graph.node('Squeeze', [h, graph.constant('I64', [0])]);
        const turned = graph.node('Transpose', [h], { perm: [1, 0, 2] });
        return graph.node('Reshape', [turned, graph.constant('I64', [0, -1])]);
      }),
  };
}

/** (T, D, B, H) → (T, B, D·H) */
function sideBySide(graph: GraphBuilder, y: string): string {
  const turned = graph.node('Transpose', [y], { perm: [0, 2, 1, 3] });
  return graph.node('Reshape', [turned, graph.constant('I64', [0, 0, -1])]);
}

function operatorOf(rnn: RecurrentModule): RecurrentOperator {
  if (rnn instanceof LSTM && rnn.projSize > 0) {
    throw new ValueError(`ONNX has no LSTM with a projection, and this one projects to ${rnn.projSize}`, {
      hint: 'export a model with projSize: 0, or save it as safetensors',
    });
  }
  if (rnn instanceof LSTM) return 'LSTM';
  if (rnn instanceof GRU) return 'GRU';
  if (rnn instanceof RNN) return 'RNN';
  throw new ValueError(`ONNX has no operator for ${rnn.constructor.name}`, {
    hint: 'it has RNN, LSTM and GRU; save the model as safetensors',
  });
}

/** W (D, G·H, I), R (D, G·H, H) and B (D, 2·G·H), as inputs of a node; B is '' where there are no biases. */
function addWeights(
  graph: GraphBuilder,
  name: string,
  operator: RecurrentOperator,
  rnn: RecurrentModule,
  layer: number,
): string[] {
  const order = inverse(GATES[operator]);
  const directions = rnn.layerWeights(layer);
  const rows = (x: Tensor): Uint8Array => blocksIn(order, entryOf(x).bytes);
  const add = (suffix: string, parts: readonly Uint8Array[], ...shape: number[]): string =>
    graph.array(`${name}.${suffix}`, joined(parts, [directions.length, ...shape]));
  const [{ weightIh, biasIh }] = directions;
  const [gateRows, size] = weightIh.shape;
  const w = directions.map((d) => rows(d.weightIh));
  const r = directions.map((d) => rows(d.weightHh!));
  const b = biasIh === null ? [] : directions.flatMap((d) => [rows(d.biasIh!), rows(d.biasHh!)]);
  return [
    add('W', w, gateRows, size),
    add('R', r, gateRows, rnn.hiddenSize),
    b.length === 0 ? '' : add('B', b, 2 * gateRows),
  ];
}

function joined(parts: readonly Uint8Array[], shape: readonly number[]): OnnxArray {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { dtype: 'F32', shape, bytes };
}

/** The order that undoes another. */
const inverse = (order: readonly number[]): number[] => order.map((_, i) => order.indexOf(i));
