import { arrayFrom, type OnnxArray } from '../../formats/onnx/arrays.js';
import { attribute, floatOf, intOf, nodeName, textOf } from '../../formats/onnx/attributes.js';
import type { OnnxNode } from '../../formats/onnx/schema.js';
import type { SafetensorsEntry } from '../../formats/safetensors.js';
import { valuesOf } from '../../formats/values.js';
import { blocksIn, GATES, type RecurrentOperator } from './gates.js';

/** A recurrent node as a layer of ours. */
export interface RecurrentNode {
  readonly kind: 'rnn' | 'lstm' | 'gru';
  readonly hiddenSize: number;
  readonly bidirectional: boolean;
  readonly reverse: boolean;
  readonly nonlinearity: 'tanh' | 'relu';
  /** Axes are (batch, time, …) and (batch, direction, …) instead of time and direction first. */
  readonly batchwise: boolean;
  readonly weights: Readonly<Record<string, SafetensorsEntry>>;
  /** What no layer of ours computes. */
  readonly problems: readonly string[];
}

/** Inputs by their places: X W R B sequence_lens initial_h initial_c P. */
export const INPUTS = { x: 0, w: 1, r: 2, b: 3, lengths: 4, h: 5, c: 6, p: 7 } as const;

export const isRecurrent = (node: OnnxNode): boolean =>
  node.domain === '' && Object.hasOwn(GATES, node.opType);

/**
 * The layer that a recurrent node is.
 *
 * @param known  the array that an input of the node is, or null if it is left out, or undefined if it is not known before the model runs
 */
export function recurrentOf(
  node: OnnxNode,
  known: (input: number) => OnnxArray | null | undefined,
): RecurrentNode {
  const operator = node.opType as RecurrentOperator;
  const direction = textOf(node, 'direction', 'forward').toLowerCase();
  const directions = direction === 'bidirectional' ? 2 : 1;
  const [w, r] = [known(INPUTS.w), known(INPUTS.r)];
  const hiddenSize = r?.shape.at(-1) ?? intOf(node, 'hidden_size', 0);
  const { nonlinearity, odd } = activationsOf(node, operator, directions);
  const problems = [...odd];
  const say = (what: string): number => problems.push(`${nodeName(node)}: ${what}`);
  if (!['forward', 'reverse', 'bidirectional'].includes(direction))
    say(`direction = '${direction}' is unknown`);
  const clip = attribute(node, 'clip')?.f;
  if (clip !== undefined && clip !== 0)
    say(`clip = ${rounded(clip)}, and no layer here cuts off what its gates take`);
  if (operator === 'GRU' && intOf(node, 'linear_before_reset', 0) === 0) {
    say(
      'linear_before_reset = 0 applies the reset gate before the matrix; layers here, as PyTorch, do it behind',
    );
  }
  const p = known(INPUTS.p);
  if (
    operator === 'LSTM' &&
    p !== null &&
    !(p?.shape.join() === `${directions},${3 * hiddenSize}` && isZero(p))
  )
    say('the input P: no LSTM here has peepholes');
  const weights: Record<string, SafetensorsEntry> = {};
  const b = known(INPUTS.b);
  if (!w || !r || b === undefined)
    say('its weights W, R and B are not in the file, but computed or given when it runs');
  else if (!fits(operator, directions, hiddenSize, w, r, b))
    say('its weights W, R and B do not fit together');
  else {
    const coupled = operator === 'LSTM' && intOf(node, 'input_forget', 0) !== 0;
    for (let d = 0; d < directions; d++) {
      const suffix = d === 1 ? '_l0_reverse' : '_l0';
      const own = (x: OnnxArray, half = 0, halves = 1): SafetensorsEntry =>
        gateRows(operator, x, d * halves + half, directions * halves, coupled);
      weights[`weight_ih${suffix}`] = own(w);
      weights[`weight_hh${suffix}`] = own(r);
      if (b === null) continue;
      weights[`bias_ih${suffix}`] = own(b, 0, 2);
      weights[`bias_hh${suffix}`] = own(b, 1, 2);
    }
  }
  return {
    kind: operator.toLowerCase() as RecurrentNode['kind'],
    ...{ hiddenSize, bidirectional: directions === 2, reverse: direction === 'reverse', nonlinearity },
    ...{ batchwise: intOf(node, 'layout', 0) === 1, weights, problems },
  };
}

function fits(
  operator: RecurrentOperator,
  directions: number,
  hidden: number,
  w: OnnxArray,
  r: OnnxArray,
  b: OnnxArray | null,
): boolean {
  const rows = GATES[operator].length * hidden;
  const is = (x: OnnxArray, ...shape: number[]): boolean => x.shape.join() === shape.join();
  return (
    hidden > 0 &&
    w.shape[2] > 0 &&
    is(w, directions, rows, w.shape[2]) &&
    is(r, directions, rows, hidden) &&
    (b === null || is(b, directions, 2 * rows))
  );
}

/**
 * Rows of one direction in PyTorch's order.
 *
 * @param coupled  f = 1 − i, which is σ(−a) where i is σ(a): the rows of f are those of i, negated
 */
function gateRows(
  operator: RecurrentOperator,
  x: OnnxArray,
  part: number,
  parts: number,
  coupled: boolean,
): SafetensorsEntry {
  const size = x.bytes.length / parts;
  const bytes = blocksIn(GATES[operator], x.bytes.subarray(part * size, (part + 1) * size));
  const [, rows] = x.shape;
  const shape = x.shape.length === 3 ? [rows, x.shape[2]] : [rows / 2];
  const entry = { dtype: x.dtype, shape, bytes };
  if (!coupled) return entry;
  const { data } = valuesOf('W', entry);
  const block = data.length / 4;
  const values = Array.from(data, (value, i) => (i >= block && i < 2 * block ? -data[i - block] : value));
  return arrayFrom('F32', shape, values);
}

const isZero = (x: OnnxArray): boolean => valuesOf('P', x).data.every((value: number) => value === 0);

/** What each operator computes with, unless it says otherwise. */
const DEFAULTS = { RNN: ['tanh'], LSTM: ['sigmoid', 'tanh', 'tanh'], GRU: ['sigmoid', 'tanh'] } as const;

/** The activations of a node, as far as a layer of ours has them; names come in any case. */
function activationsOf(
  node: OnnxNode,
  operator: RecurrentOperator,
  directions: number,
): { nonlinearity: 'tanh' | 'relu'; odd: string[] } {
  const standard: readonly string[] = Array.from({ length: directions }, () => DEFAULTS[operator]).flat();
  const given = attribute(node, 'activations')?.strings ?? [];
  const names = given.length === 0 ? standard : given.map((name) => name.toLowerCase());
  const [alphas, betas] = ['activation_alpha', 'activation_beta'].map(
    (name) => attribute(node, name)?.floats ?? [],
  );
  // Only functions that have an alpha take one of the list, and so with beta.
  let [a, b] = [0, 0];
  const same = names.map((name) => {
    const alpha = HAS_ALPHA.has(name) ? alphas[a++] : undefined;
    const beta = HAS_BETA.has(name) ? betas[b++] : undefined;
    return plainName(name, alpha, beta);
  });
  const relu = operator === 'RNN' && same.length > 0 && same.every((name) => name === 'relu');
  const isHeld = relu || (same.length === standard.length && same.every((name, i) => name === standard[i]));
  const nonlinearity = relu ? 'relu' : 'tanh';
  if (isHeld) return { nonlinearity, odd: [] };
  const has = (list: readonly number[], what: string): string =>
    list.length > 0 ? `, ${what} = ${list.map(rounded).join(', ')}` : '';
  return {
    nonlinearity,
    odd: [
      `${nodeName(node)}: activations = ${given.join(', ')}${has(alphas, 'activation_alpha')}${has(betas, 'activation_beta')}, ` +
        `but ${operator === 'RNN' ? 'an RNN here has tanh or relu, the same in both directions' : `${operator === 'LSTM' ? 'an' : 'a'} ${operator} here has ${DEFAULTS[operator].join(', ')}`}`,
    ],
  };
}

const HAS_ALPHA = new Set(['affine', 'leakyrelu', 'thresholdedrelu', 'scaledtanh', 'hardsigmoid', 'elu']);
const HAS_BETA = new Set(['affine', 'scaledtanh', 'hardsigmoid']);

/** The plain function that one with parameters is, where these make no difference. */
function plainName(name: string, alpha: number | undefined, beta: number | undefined): string {
  if (name === 'scaledtanh' && alpha === 1 && beta === 1) return 'tanh';
  if ((name === 'leakyrelu' || name === 'thresholdedrelu') && alpha === 0) return 'relu';
  return name;
}

/** Floats of a file are of 32 bits: 0.2 is 0.20000000298 there. */
const rounded = (x: number): string => String(Number(x.toPrecision(7)));

export const epsilonOf = (node: OnnxNode): number => Number(floatOf(node, 'epsilon', 1e-5).toPrecision(7));
