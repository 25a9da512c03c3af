import type { SafetensorsEntry } from '../formats/safetensors.js';
import { valuesOf } from '../formats/values.js';
import type { StepperActivation } from '../nn/recurrent/stepper.js';
import { layerText, type NetworkLayer, type NetworkPlan, type RecurrentStack, widthOf } from './layers.js';

/** What a model of ours can be made for. */
export type ImportTask = 'language' | 'forecast' | 'classify';

/** A linear layer with the activation behind it; null where the file does not say. */
export interface DenseLayer {
  readonly name: string;
  readonly weight: SafetensorsEntry;
  readonly bias: SafetensorsEntry | null;
  readonly activation: StepperActivation | null;
}

/** The parts that a model of ours has: an embedding perhaps, one recurrent stack, linear layers, the head last. */
export interface Anatomy {
  readonly embedding: SafetensorsEntry | null;
  readonly stack: RecurrentStack;
  readonly between: readonly DenseLayer[];
  readonly head: DenseLayer | null;
  /** How many different units, or columns, it reads. */
  readonly reads: number;
  /** How many numbers it gives. */
  readonly gives: number;
  /** What comes behind the head and does not change which answer is the likeliest. */
  readonly last: 'softmax' | 'logSoftmax' | 'sigmoid' | null;
}

const SIMPLE: readonly string[] = ['relu', 'tanh', 'sigmoid'] satisfies StepperActivation[];

/**
 * The parts of a plan, or why no model of ours has these, each reason as a sentence.
 *
 * @param answers  `activation`: what stands between two linear layers where the file does not say
 */
export function anatomyOf(
  plan: NetworkPlan,
  answers: { readonly activation?: StepperActivation; readonly nonlinearity?: 'tanh' | 'relu' },
): Anatomy | readonly string[] {
  if (plan.chain.length === 0) return plan.problems;
  const layers = plan.chain.filter(({ kind }) => kind !== 'dropout');
  const stacks = layers.filter((layer) => layer.kind === 'recurrent');
  if (stacks.length !== 1) {
    const names = stacks.map(({ name }) => name || 'one').join(', ');
    return [
      stacks.length === 0
        ? 'there is no recurrent layer'
        : `there are ${stacks.length} different recurrent stacks: ${names}`,
    ];
  }
  const [stack] = stacks;
  const at = layers.indexOf(stack);
  const [first] = layers;
  const embedding = first.kind === 'embedding' ? first : null;
  const behind = layers.slice(at + 1);
  const strange = [
    ...layers.slice(embedding === null ? 0 : 1, at),
    ...behind.filter(({ kind }) => kind !== 'linear' && kind !== 'activation'),
  ];
  const { dense, last, problems } = denseOf(behind, answers.activation);
  const refused = [
    ...strange.map((layer) => `a model of ours has no place for ${layerText(layer)}`),
    ...refusedOf(stack, answers.nonlinearity),
    ...problems,
  ];
  if (refused.length > 0) return refused;
  const head = dense.at(-1) ?? null;
  return {
    ...{ stack, head, last, embedding: embedding?.weight ?? null, between: dense.slice(0, -1) },
    reads: embedding?.weight.shape[0] ?? stack.inputSize,
    gives: head?.weight.shape[0] ?? widthOf(stack),
  };
}

function refusedOf(stack: RecurrentStack, answer: 'tanh' | 'relu' | undefined): string[] {
  const { name, projSize, reverse } = stack;
  const own = name || 'the recurrent layer';
  const isRelu = stack.cell === 'rnn' && (stack.nonlinearity ?? answer) === 'relu';
  return [
    ...(projSize > 0 ? [`${own} projects its state to ${projSize}, which models of ours do not`] : []),
    ...(reverse ? [`${own} reads from the end to the start`] : []),
    ...(isRelu ? [`${own} is an RNN with relu; those of our models have tanh`] : []),
  ];
}

/** Linear layers, each with what is behind it, and what is behind them all. */
function denseOf(
  layers: readonly NetworkLayer[],
  answer: StepperActivation | undefined,
): { readonly dense: DenseLayer[]; readonly last: Anatomy['last']; readonly problems: string[] } {
  const dense: DenseLayer[] = [];
  const problems: string[] = [];
  let last: Anatomy['last'] = null;
  layers.forEach((layer, i) => {
    const [next, isEnd] = [layers[i + 1] as NetworkLayer | undefined, i === layers.length - 1];
    if (layer.kind === 'linear') {
      const { name, weight, bias } = layer;
      const isKnown = next?.kind === 'activation' || isEnd;
      const simple = next?.kind === 'activation' && SIMPLE.includes(next.function);
      const said = simple ? (next.function as StepperActivation) : 'none';
      dense.push({ name, weight, bias, activation: isKnown ? said : (answer ?? null) });
      return;
    }
    if (layer.kind !== 'activation') return;
    const isFinal = ['softmax', 'logSoftmax', 'sigmoid'].includes(layer.function);
    const before = layers[i - 1] as NetworkLayer | undefined;
    if (isEnd && isFinal) last = layer.function as Anatomy['last'];
    else if (isEnd || before?.kind !== 'linear' || !SIMPLE.includes(layer.function)) {
      problems.push(`a model of ours has no place for ${layerText(layer)}`);
    }
  });
  return { dense, last, problems };
}

/** What a network seems to be for: it gives as many numbers as it reads units, or it reads units, or columns. */
export function likelyTask({ embedding, reads, gives }: Anatomy): ImportTask {
  if (reads === gives && (embedding !== null || reads > 1)) return 'language';
  return embedding === null ? 'forecast' : 'classify';
}

/** One linear layer that gives what several do where nothing stands between them: W = W₂ W₁, b = W₂ b₁ + b₂. */
export function folded(below: DenseLayer, above: DenseLayer): DenseLayer {
  const [w1, w2] = [valuesOf(below.name, below.weight).data, valuesOf(above.name, above.weight).data];
  const [inner, columns] = below.weight.shape;
  const rows = above.weight.shape[0];
  const [b1, b2] = [below, above].map(({ name, bias }) => (bias === null ? null : valuesOf(name, bias).data));
  const weight = new Float32Array(rows * columns);
  const bias = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += w2[i * inner + k] * w1[k * columns + j];
      weight[i * columns + j] = sum;
    }
    let sum = b2?.[i] ?? 0;
    for (let k = 0; k < inner; k++) sum += w2[i * inner + k] * (b1?.[k] ?? 0);
    bias[i] = sum;
  }
  const entry = (values: Float32Array<ArrayBuffer>, shape: number[]): SafetensorsEntry => ({
    ...{ dtype: 'F32', shape, bytes: new Uint8Array(values.buffer) },
  });
  const { name, activation } = above;
  return { name, activation, weight: entry(weight, [rows, columns]), bias: entry(bias, [rows]) };
}
