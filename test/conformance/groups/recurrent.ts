import { nn, type Tensor } from '../../../src/index.js';
import type { Case } from '../../golden/golden.js';
import {
  backwardFrom,
  camelCase,
  gradsOf,
  inputsOf,
  needsOtherType,
  type Outcome,
  type Runner,
  toTensor,
  unsupported,
} from '../group.js';

type Layer = nn.RNN | nn.LSTM | nn.GRU;

const LAYERS = { RNN: nn.RNN, LSTM: nn.LSTM, GRU: nn.GRU };

interface Sizes {
  readonly inputSize: number;
  readonly hiddenSize: number;
}

/** The layer that PyTorch's arguments describe. */
export function layerFor(kind: string, args: Record<string, unknown>): Layer {
  const { inputSize, hiddenSize, ...options } = camelCase<Sizes>(args);
  return new LAYERS[kind as keyof typeof LAYERS](inputSize, hiddenSize, options);
}

/** Copies a case's parameters into a module. */
export function loadParams(module: nn.Module, c: Case): void {
  module.loadStateDict(new Map(Object.entries(c.params ?? {}).map(([name, t]) => [name, toTensor(t)])));
}

/** One layer's outputs by PyTorch's names, from states that may be missing. */
export function runLayer<T extends Tensor | nn.PackedSequence>(
  layer: Layer,
  input: T,
  h0?: Tensor,
  c0?: Tensor,
): { output: T; states: Record<string, Tensor> } {
  if (layer instanceof nn.LSTM) {
    const [output, [hn, cn]] = layer.forward(input, h0 && [h0, c0!]);
    return { output, states: { hn, cn } };
  }
  const [output, hn] = layer.forward(input, h0);
  return { output, states: { hn } };
}

/** Forward and backward of a whole layer. */
export const recurrent: Runner = (c): Outcome => {
  if (needsOtherType(c)) return unsupported('float64');
  const layer = layerFor(c.op, c.args);
  loadParams(layer, c);
  const inputs = inputsOf(c);
  const { output, states } = runLayer(layer, inputs.input, inputs.h0, inputs.c0);
  const out = { output, ...states };
  backwardFrom(out, c.cot);
  return { out, grad: gradsOf(c, { ...inputs, ...Object.fromEntries(layer.namedParameters()) }) };
};

const CELLS = { RNNCell: nn.RNNCell, LSTMCell: nn.LSTMCell, GRUCell: nn.GRUCell };

/** The cell that PyTorch's arguments describe. */
export function cellFor(kind: string, args: Record<string, unknown>): nn.RNNCell | nn.LSTMCell | nn.GRUCell {
  const { inputSize, hiddenSize, ...options } = camelCase<Sizes>(args);
  return new CELLS[kind as keyof typeof CELLS](inputSize, hiddenSize, options);
}

/** One step, or several over input[t], of a cell. */
export const cells: Runner = (c): Outcome => {
  if (needsOtherType(c)) return unsupported('float64');
  const { steps, ...args } = c.args as { steps: number };
  const cell = cellFor(c.op, args);
  loadParams(cell, c);
  const { input, h0, c0 } = inputsOf(c);
  const out: Record<string, Tensor> = {};
  let [hidden, memory] = [h0 as Tensor | undefined, c0 as Tensor | undefined];
  for (let t = 0; t < steps; t++) {
    const x = steps === 1 ? input : input.select(0, t);
    if (cell instanceof nn.LSTMCell) [hidden, memory] = cell.forward(x, hidden && [hidden, memory!]);
    else hidden = cell.forward(x, hidden);
    if (steps > 1) out[`h_step${t}`] = hidden;
  }
  out.h = hidden!;
  if (memory !== undefined) out.c = memory;
  backwardFrom(out, c.cot);
  return { out, grad: gradsOf(c, { input, h0, c0, ...Object.fromEntries(cell.namedParameters()) }) };
};
