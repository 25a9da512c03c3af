import { capture, nn, noGrad, optim, type Tensor } from '../../src/index.js';
import { decoded, type Encoded } from './program.js';

/** Values for parameters by name. */
export type Values = readonly (readonly [name: string, values: Encoded])[];

export function setParameters(module: nn.Module, values: Values): void {
  const own = new Map(module.namedParameters());
  noGrad(() => {
    for (const [name, value] of values) own.get(name)!.copy_(decoded(value));
  });
}

/** A whole training of embedding, recurrent layer, normalisation and linear layer, of which the first and third may be missing. */
export interface Training {
  readonly kind: 'RNN' | 'LSTM' | 'GRU';
  readonly I: number;
  readonly H: number;
  readonly O: number;
  /** Features of the recurrent layer's output. */
  readonly out: number;
  readonly opts: nn.LSTMOptions;
  /** Rows of the embedding; 0 for none. */
  readonly vocab: number;
  /** Leave out the last step, by a view. */
  readonly slice: boolean;
  /** The input comes transposed. */
  readonly tx: boolean;
  /** Only the last step's output goes on. */
  readonly last: boolean;
  readonly ln: boolean;
  readonly act: 'tanh' | 'relu' | null;
  /** Cross-entropy instead of `loss`. */
  readonly ce: boolean;
  readonly loss: 'mseLoss' | 'smoothL1Loss' | 'huberLoss' | 'binaryCrossEntropyWithLogits' | 'l1Loss';
  readonly lossOpts: object;
  readonly optim: 'SGD';
  readonly optOpts: { readonly lr: number };
  readonly params: readonly Values[];
  readonly batches: readonly (readonly [x: Encoded, target: Encoded])[];
  /** Initial states, which then carry over from batch to batch; null for none. */
  readonly h0: readonly Encoded[] | null;
  readonly clip: number | null;
  readonly clipv: number | null;
  /** Learning rates set before steps. */
  readonly lrs: readonly (number | null)[] | null;
  /** Steps before which the linear layer's bias stops and starts to learn. */
  readonly freeze: number;
  readonly unfreeze: number;
  readonly evalEach: boolean;
  readonly zeroFirst: boolean;
}

/** Losses, evaluations and final parameters: of the training as it is, then of the captured one. Both must be PyTorch's. */
export function train(training: Training): unknown[] {
  return [...trained(training, (step) => step), ...trained(training, capture)];
}

type State = Tensor | readonly [Tensor, Tensor];
type Wrap = <A extends readonly unknown[], R>(step: (...args: A) => R) => (...args: A) => R;

const mapped = (state: State, f: (x: Tensor) => Tensor): State =>
  'length' in state ? [f(state[0]), f(state[1])] : f(state);

/** The network, with states of either form. */
class Network extends nn.Module {
  readonly parts: nn.Module[];
  private readonly embedding: nn.Embedding | null;
  private readonly rnn: nn.RNN | nn.LSTM | nn.GRU;
  private readonly norm: nn.LayerNorm | null;
  readonly fc: nn.Linear;

  constructor(private readonly plan: Training) {
    super();
    const { kind, I, H, O, out, vocab, ln, opts, params } = plan;
    this.embedding = vocab > 0 ? new nn.Embedding(vocab, I) : null;
    this.rnn = new nn[kind](I, H, opts);
    this.norm = ln ? new nn.LayerNorm(out) : null;
    this.fc = new nn.Linear(out, O);
    this.parts = [this.embedding, this.rnn, this.norm, this.fc].filter((part) => part !== null);
    this.parts.forEach((part, i) => setParameters(part, params[i]));
  }

  override forward(x: Tensor, state: State | undefined): [logits: Tensor, state: State] {
    const { slice, last, act, opts } = this.plan;
    const embedded = this.embedding?.forward(x) ?? x;
    const input = slice ? embedded.at(':', [0, -1]) : embedded;
    const given = state === undefined ? undefined : 'length' in state ? state : [state];
    const [outputs, final] = this.rnn.run(input, given);
    const chosen = last ? outputs.select(opts.batchFirst === true ? 1 : 0, -1) : outputs;
    const normal = this.norm?.forward(chosen) ?? chosen;
    const logits = this.fc.forward(act === null ? normal : normal[act]());
    return [logits, final.length === 2 ? [final[0], final[1]] : final[0]];
  }
}

function trained(training: Training, wrap: Wrap): unknown[] {
  const { batches, lrs, freeze, unfreeze, h0, tx, evalEach, zeroFirst, clip, clipv } = training;
  const network = new Network(training);
  const parameters = network.parts.flatMap((part) => [...part.parameters()]);
  const optimizer = new optim[training.optim](parameters, training.optOpts);
  const step = wrap((x: Tensor, target: Tensor, state: State | undefined): [loss: Tensor, state: State] => {
    if (zeroFirst) optimizer.zeroGrad();
    const [logits, next] = network.forward(x, state);
    const loss = lossOf(training, logits, target);
    loss.backward();
    if (clip !== null) optim.clipGradNorm(parameters, clip);
    if (clipv !== null) optim.clipGradValue(parameters, clipv);
    optimizer.step();
    if (!zeroFirst) optimizer.zeroGrad();
    return [loss.detach(), mapped(next, (x) => x.detach())];
  });
  const evaluate = wrap((x: Tensor, state: State | undefined) => noGrad(() => network.forward(x, state)[0]));

  let state = h0 === null ? undefined : stateFrom(h0.map(decoded));
  const results: unknown[] = [];
  batches.forEach(([input, wanted], i) => {
    const lr = lrs?.[i] ?? null;
    if (lr !== null) optimizer.paramGroups[0].lr = lr;
    if (freeze === i) network.fc.bias!.requiresGrad = false;
    if (unfreeze === i) network.fc.bias!.requiresGrad = true;
    const x = tx ? decoded(input).transpose(0, 1) : decoded(input);
    const [loss, next] = step(x, decoded(wanted), state);
    results.push(loss.item());
    // The tensors of a captured step have other numbers after the next.
    if (h0 !== null) state = mapped(next, (x) => x.clone());
    if (evalEach) results.push(evaluate(x, state).clone());
  });
  return [...results, ...parameters.map((p) => p.detach().clone())];
}

const stateFrom = (given: readonly Tensor[]): State => (given.length === 2 ? [given[0], given[1]] : given[0]);

function lossOf({ ce, loss, lossOpts, O }: Training, logits: Tensor, target: Tensor): Tensor {
  const { functional } = nn;
  if (ce) return functional.crossEntropy(logits.reshape(-1, O), target.reshape(-1), lossOpts);
  return functional[loss](logits, target, lossOpts);
}
