import { DTypeError, IndexError, ShapeError, ValueError } from '../../errors.js';
import { type Arguments, readArguments, type Schema } from '../../options.js';
import { record } from '../autograd.js';
import { filled } from '../create.js';
import { expectTensor } from '../operands.js';
import { show } from '../shape.js';
import { Tensor } from '../tensor.js';
import { div } from './binary.js';
import { expectFloats, LOSS, type LossOptions } from './losses.js';
import { mean, sum } from './reduce.js';
import { reshape } from './views.js';

/** Options of the CTC loss. */
export interface CTCOptions extends LossOptions {
  /** The class that stands for "no label here". Default 0. */
  readonly blank?: number;
  /** Count targets that cannot be aligned (their loss is ∞) as 0, without gradient. Default false. */
  readonly zeroInfinity?: boolean;
}

/** What these options may be. */
export const CTC: Schema<CTCOptions> = { ...LOSS, blank: 'a whole number', zeroInfinity: 'true or false' };
export const CTC_ORDER = ['blank', 'reduction', 'zeroInfinity'] as const;

/** CTCLengths of the sequences of a batch: one number alone is that of an unbatched sequence. */
export type CTCLengths = Tensor | readonly number[] | number;

/** One sequence: what its steps say, and the labels to be read in them. */
interface Sequence {
  readonly steps: number;
  readonly labels: Int32Array;
  readonly blank: number;
  /** ln of the probability of a class at a step. */
  readonly logProb: (time: number, label: number) => number;
}

/** ln(eᵃ + eᵇ) */
function logAdd(a: number, b: number): number {
  const m = Math.max(a, b);
  return m === -Infinity ? m : m + Math.log1p(Math.exp(Math.min(a, b) - m));
}

/** Label s of the sequence with blanks between and around its labels, of which there are 2 · labels + 1. */
const labelAt = ({ labels, blank }: Sequence, s: number): number =>
  s % 2 === 0 ? blank : labels[(s - 1) / 2];

/**
 * ln α (time, label): the probability of all alignments of labels 0 to s with steps 0 to t (Graves et al., 2006, equations 5
 * to 7, in log space).
 */
function forwardVariables(sequence: Sequence): Float64Array {
  const { steps, labels, logProb } = sequence;
  const size = 2 * labels.length + 1;
  const alpha = new Float64Array(steps * size).fill(-Infinity);
  for (let t = 0; t < steps; t++) {
    for (let s = 0; s < size; s++) {
      const label = labelAt(sequence, s);
      const before = (t - 1) * size + s;
      let a = t > 0 ? alpha[before] : s < 2 ? 0 : -Infinity;
      if (t > 0 && s >= 1) a = logAdd(a, alpha[before - 1]);
      // A blank between two labels may be left out, unless they are the same.
      const skips = t > 0 && s >= 3 && s % 2 === 1 && label !== labelAt(sequence, s - 2);
      if (skips) a = logAdd(a, alpha[before - 2]);
      alpha[t * size + s] = a + logProb(t, label);
    }
  }
  return alpha;
}

/** −ln of the probability of all alignments: they end in the last label or in the blank behind it. */
function lossOf({ steps, labels }: Sequence, alpha: Float64Array): number {
  if (steps === 0) return labels.length === 0 ? 0 : Infinity;
  const last = alpha.length - 1;
  return -(labels.length === 0 ? alpha[last] : logAdd(alpha[last], alpha[last - 1]));
}

/**
 * Calls `add` with the probability that step t shows a class, given that the target is read: α · β / p, where β, the
 * probability of the rest from step t on, is the α of the sequence read backwards.
 */
function eachShare(
  sequence: Sequence,
  alpha: Float64Array,
  add: (time: number, label: number, share: number) => void,
): void {
  const { steps, labels, logProb } = sequence;
  const size = 2 * labels.length + 1;
  const loss = lossOf(sequence, alpha);
  const beta = forwardVariables({
    ...sequence,
    labels: labels.slice().reverse(),
    logProb: (t, c) => logProb(steps - 1 - t, c),
  }).reverse();
  for (let at = 0; at < alpha.length; at++) {
    const [t, label] = [Math.floor(at / size), labelAt(sequence, at % size)];
    const both = alpha[at] + beta[at];
    // An infinite loss has no gradient: NaN, as PyTorch. A finite one has none from what cannot be.
    if (loss === Infinity) add(t, label, NaN);
    else if (both !== -Infinity) add(t, label, Math.exp(both - logProb(t, label) + loss));
  }
}

/** A batch, checked: sequences with their labels and steps. */
interface Batch {
  readonly steps: readonly number[];
  readonly labels: readonly Int32Array[];
}

function lengthsOf(name: string, lengths: CTCLengths, batch: number, most: number): number[] {
  if (lengths instanceof Tensor && lengths.dtype !== 'int32') {
    throw new DTypeError(`ctcLoss: ${name} must be int32, not ${lengths.dtype}`);
  }
  const values =
    lengths instanceof Tensor ? [...lengths.data] : typeof lengths === 'number' ? [lengths] : [...lengths];
  if (values.length !== batch) {
    throw new ShapeError(`ctcLoss: ${name} has ${values.length} lengths, but the batch is ${batch}`);
  }
  const wrong = values.find((n) => !(Number.isInteger(n) && n >= 0 && n <= most));
  if (wrong !== undefined) {
    throw new ValueError(`ctcLoss: ${name} must be whole numbers from 0 to ${most}, not ${wrong}`);
  }
  return values;
}

/** Each sequence's labels, from rows (padded) or from one row of all labels, one sequence after the other. */
function labelsOf(targets: Tensor, lengths: readonly number[], padded: boolean): Int32Array[] {
  const values = targets.data as Int32Array;
  let next = 0;
  return lengths.map((length, i) => {
    const start = padded ? i * targets.shape[targets.ndim - 1] : next;
    next += length;
    return values.slice(start, start + length);
  });
}

function batchOf(
  logProbs: Tensor,
  targets: Tensor,
  inputLengths: CTCLengths,
  targetLengths: CTCLengths,
  blank: number,
): Batch {
  const [time, batch, classes] = logProbs.ndim === 2 ? insertBatch(logProbs) : logProbs.shape;
  if (targets.dtype !== 'int32') {
    throw new DTypeError(`ctcLoss: targets must be int32 classes, not ${targets.dtype}`, {
      hint: 'use targets.int()',
    });
  }
  const padded = targets.ndim === 2;
  if (targets.ndim < 1 || targets.ndim > 2 || (padded && targets.shape[0] !== batch)) {
    throw new ShapeError(
      `ctcLoss: targets is ${show(targets.shape)}, but should be (${batch}, length) or all labels in one row`,
    );
  }
  if (!Number.isInteger(blank) || blank < 0 || blank >= classes) {
    throw new ValueError(`ctcLoss: blank must be a class from 0 to ${classes - 1}, not ${blank}`);
  }
  const steps = lengthsOf('inputLengths', inputLengths, batch, time);
  const most = targets.shape[targets.ndim - 1];
  const lengths = lengthsOf('targetLengths', targetLengths, batch, most);
  const all = lengths.reduce((a, b) => a + b, 0);
  if (!padded && all !== most) {
    throw new ShapeError(`ctcLoss: targetLengths add up to ${all}, but targets holds ${most} labels`);
  }
  const labels = labelsOf(targets, lengths, padded);
  labels.forEach((row, i) => {
    const wrong = row.findIndex((label) => label < 0 || label >= classes || label === blank);
    if (wrong < 0) return;
    const why = row[wrong] === blank ? 'is the blank' : `is outside 0 to ${classes - 1}`;
    throw new IndexError(`ctcLoss: label ${row[wrong]} (number ${wrong} of sequence ${i}) ${why}`, {
      hint: 'blanks between labels are understood; another class can be the blank: { blank }',
    });
  });
  return { steps, labels };
}

const insertBatch = ({ shape: [time, classes] }: Tensor): [number, number, number] => [time, 1, classes];

/**
 * Connectionist temporal classification (Graves et al., 2006): how improbable it is that a sequence of steps reads as the
 * target, whatever the alignment. An alignment has a class a step; repetitions join, then blanks fall out.
 *
 *     lossᵢ = −ln Σ over alignments of targetᵢ of Π_t p_t(class)
 *     mean  = the mean of lossᵢ / max(length of targetᵢ, 1) over the batch
 *
 * Backward: dlogProbs_t(c) = −(probability that step t shows c, given the target) · dloss. (PyTorch gives p_t(c) more, which is
 * right after logSoftmax alone; after it both are the same.)
 *
 * @param logProbs       log-probabilities (time, batch, class) or (time, class), float32, as logSoftmax gives them
 * @param targets        labels, int32: (batch, longest), padded with anything, or all in one row (Σ targetLengths)
 * @param inputLengths   steps of each sequence, (batch): an int32 tensor or numbers, at most time
 * @param targetLengths  labels of each sequence, (batch)
 * @returns              a scalar, or with reduction 'none' (batch); ∞ where a target is too long for its sequence
 * @throws ShapeError, DTypeError, IndexError or ValueError for what does not fit, a blank among the labels included
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.ctc_loss.html
 * @example
 * const logProbs = tensor([[0.5, 0.5], [0.5, 0.5]]).log();
 * ctcLoss(logProbs, tensor([1]), 2, 1).item().toFixed(4); // '0.2877', −ln ¾: all but two blanks
 */
export function ctcLoss(
  logProbs: Tensor,
  targets: Tensor,
  inputLengths: CTCLengths,
  targetLengths: CTCLengths,
  ...options: Arguments<CTCOptions, typeof CTC_ORDER>
): Tensor {
  const read = readArguments('ctcLoss', options, CTC, CTC_ORDER);
  const { blank = 0, reduction = 'mean', zeroInfinity = false } = read;
  expectTensor('ctcLoss', 'targets', targets);
  expectFloats('ctcLoss', { logProbs });
  if (logProbs.ndim !== 2 && logProbs.ndim !== 3) {
    throw new ShapeError(
      `ctcLoss: logProbs is ${show(logProbs.shape)}, but should be (time, batch, class) or (time, class)`,
    );
  }
  const { steps, labels } = batchOf(logProbs, targets, inputLengths, targetLengths, blank);
  const [batch, classes] = [steps.length, logProbs.shape[logProbs.ndim - 1]];
  const values = logProbs.data;
  const place = (time: number, i: number, c: number): number => (time * batch + i) * classes + c;
  const sequences = steps.map((n, i): Sequence => {
    return { steps: n, labels: labels[i], blank, logProb: (time, c) => values[place(time, i, c)] };
  });
  const alphas = sequences.map(forwardVariables);
  const given = sequences.map((sequence, i) => lossOf(sequence, alphas[i]));
  const counts = given.map((loss) => !zeroInfinity || loss !== Infinity);
  const losses = filled(
    [batch],
    'float32',
    given.map((loss, i) => (counts[i] ? loss : 0)),
  );
  record('ctcLoss', losses, [logProbs], [logProbs], (dLoss) => {
    const upstream = dLoss.data;
    const dx = new Float32Array(values.length);
    sequences.forEach((sequence, i) => {
      if (!counts[i]) return;
      eachShare(sequence, alphas[i], (time, c, share) => (dx[place(time, i, c)] -= share * upstream[i]));
    });
    return [filled(logProbs.shape, 'float32', dx)];
  });
  if (reduction === 'none') return logProbs.ndim === 2 ? reshape(losses, []) : losses;
  if (reduction === 'sum') return sum(losses);
  const lengths = filled(
    [batch],
    'float32',
    labels.map((row) => Math.max(row.length, 1)),
  );
  return mean(div(losses, lengths));
}
