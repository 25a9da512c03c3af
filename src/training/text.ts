import { streams, streamShape } from '../data/text.js';
import { ValueError } from '../errors.js';
import type { LanguageModel, ModelState } from '../models/language-model.js';
import { CrossEntropyLoss } from '../nn/cross-entropy-loss.js';
import { Adam } from '../optim/adam.js';
import { clipGradNorm } from '../optim/clip.js';
import { backward } from '../tensor/autograd.js';
import { tensor } from '../tensor/create.js';
import { view } from '../tensor/ops/views.js';
import { expectFinite } from './diverged.js';
import type { RunEvent } from './events.js';
import { startEvent } from './start.js';

/** Settings for a text of any length. */
export interface TextOptions {
  /** Passes over the text. Default 10. */
  readonly epochs?: number;
  /** Learning rate of Adam. Default 0.002. */
  readonly lr?: number;
  /** Streams that run side by side. Default 32. */
  readonly batchSize?: number;
  /** Steps through which gradients flow. Default 64. */
  readonly seqLength?: number;
  /** Greatest length of the gradient. Default 5. */
  readonly clip?: number;
  /** Only told in the start event: seed before the model is made. */
  readonly seed: number;
  /** Least time between two progress events, in milliseconds. Default 500. */
  readonly progressEvery?: number;
}

/**
 * Learns a text by truncated backpropagation through time: the text runs past in parallel streams, and each window goes on
 * from the state in which the one before it ended.
 *
 * @throws ValueError for a text of fewer than two characters
 * @throws DivergedError if the loss leaves the finite numbers
 */
export function* trainText(model: LanguageModel, text: string, options: TextOptions): Generator<RunEvent> {
  const {
    epochs = 10,
    lr = 0.002,
    batchSize = 32,
    seqLength = 64,
    clip = 5,
    seed,
    progressEvery = 500,
  } = options;
  const { vocabulary } = model;
  const indices = vocabulary.encode(text);
  if (indices.length < 2) {
    throw new ValueError(`the text has ${indices.length} characters; learning which comes next takes 2`);
  }
  const { batch, length } = streamShape(indices.length, batchSize, seqLength);
  const steps = Math.ceil(length / seqLength);
  const input = [batch, Math.min(seqLength, length), vocabulary.size] as const;
  yield startEvent(model, { epochs, lr, seed, characters: indices.length, input });

  const criterion = new CrossEntropyLoss();
  const optimizer = new Adam(model.parameters(), { lr });
  const started = performance.now();
  let told = started;
  let seen = 0;
  let recent = NaN;
  let mean = NaN;
  for (let epoch = 0; epoch < epochs; epoch++) {
    let state: ModelState | undefined;
    let total = 0;
    let norms = 0;
    let step = 0;
    for (const window of streams(indices, { batchSize, seqLength })) {
      const { time } = window;
      optimizer.zeroGrad();
      const [logits, next] = model.forward(view(tensor(window.input), [batch, time]), state);
      const loss = criterion.forward(view(logits, [-1, vocabulary.size]), tensor(window.target));
      backward(loss);
      norms += clipGradNorm(model.parameters(), clip);
      optimizer.step();
      state = next.map((s) => s.detach());

      const value = loss.item();
      step += 1;
      expectFinite(value, `epoch ${epoch}, step ${step}`, lr);
      total += value * batch * time;
      seen += batch * time;
      recent = Number.isNaN(recent) ? value : 0.95 * recent + 0.05 * value;
      const now = performance.now();
      if (now - told < progressEvery) continue;
      told = now;
      const charactersPerSecond = seen / ((now - started) / 1000);
      const secondsLeft = (epochs * batch * length - seen) / charactersPerSecond;
      yield { v: 1, type: 'progress', epoch, step, steps, loss: recent, charactersPerSecond, secondsLeft };
    }
    mean = total / (batch * length);
    yield { v: 1, type: 'epoch', epoch, loss: mean, gradNorm: norms / steps, lr };
  }
  yield { v: 1, type: 'done', epochs, loss: mean, seconds: (performance.now() - started) / 1000 };
}
