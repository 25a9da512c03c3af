import { graphemes } from '../data/graphemes.js';
import { ValueError } from '../errors.js';
import type { LanguageModel } from '../models/language-model.js';
import { CrossEntropyLoss } from '../nn/cross-entropy-loss.js';
import { Adam } from '../optim/adam.js';
import { gradNorm } from '../optim/clip.js';
import { readOptions, type Schema } from '../options.js';
import { noGrad } from '../tensor/autograd.js';
import { capture } from '../tensor/capture/capture.js';
import { tensor } from '../tensor/create.js';
import { argmax } from '../tensor/ops/reduce.js';
import { view } from '../tensor/ops/views.js';
import { backward } from '../tensor/autograd.js';
import { expectFinite } from './diverged.js';
import type { EpochEvent, RunEvent } from './events.js';
import { startEvent } from './start.js';

/** Settings of the lesson. */
export interface SentenceOptions {
  /** Default 50. */
  readonly epochs?: number;
  /** Default 0.1. */
  readonly lr?: number;
  /** Only told in the start event: seed before the model is made. */
  readonly seed: number;
}

const OPTIONS: Schema<SentenceOptions> = {
  epochs: 'a whole number of 0 or more',
  lr: '0 or more',
  seed: { needs: 'a whole number' },
};

/**
 * The lesson: the whole sentence is one sequence, its letters but the last the input, its letters but the first the target,
 * and each epoch one step of Adam on it.
 *
 * @throws ValueError for a text of fewer than two characters
 * @throws DivergedError if the loss leaves the finite numbers
 */
export function* trainSentence(
  model: LanguageModel,
  text: string,
  options: SentenceOptions,
): Generator<RunEvent> {
  const { epochs = 50, lr = 0.1, seed } = readOptions('trainSentence', options, OPTIONS);
  const { vocabulary } = model;
  const indices = [...vocabulary.encode(text)];
  if (indices.length < 2) {
    throw new ValueError(`the text has ${indices.length} characters; learning which comes next takes 2`, {
      hint: 'try --text "if you want you"',
    });
  }
  const started = performance.now();
  const time = indices.length - 1;
  yield startEvent(model, {
    epochs,
    lr,
    seed,
    characters: indices.length,
    input: [1, time, vocabulary.size],
  });

  const X = tensor([indices.slice(0, -1)]); // (1, time); the model makes it one-hot
  const trueY = [indices.slice(1)];
  const Y = tensor(trueY);
  const criterion = new CrossEntropyLoss();
  const optimizer = new Adam(model.parameters(), { lr });
  const step = capture(() => {
    optimizer.zeroGrad();
    const [outputs] = model.forward(X);
    const loss = criterion.forward(view(outputs, [-1, vocabulary.size]), view(Y, [-1]));
    backward(loss);
    optimizer.step();
    return { loss, prediction: argmax(outputs, 2) };
  });
  let last = NaN;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const { loss, prediction } = step();
    last = loss.item();
    yield epochEvent(epoch, last, {
      prediction: prediction.tolist<number[][]>(),
      trueY,
      lr,
      gradNorm: gradNorm(model.parameters()),
      decode: (row) => vocabulary.decode(row),
    });
    expectFinite(last, `epoch ${epoch}`, lr);
  }
  const seconds = (performance.now() - started) / 1000;
  yield { v: 1, type: 'done', epochs, loss: last, seconds, freeRun: freeRun(model, text) };
}

interface EpochDetails {
  readonly prediction: number[][];
  readonly trueY: number[][];
  readonly gradNorm: number;
  readonly lr: number;
  readonly decode: (row: number[]) => string;
}

function epochEvent(epoch: number, loss: number, details: EpochDetails): EpochEvent {
  const { prediction, trueY, decode, gradNorm, lr } = details;
  const [said, wanted] = [prediction.flat(), trueY.flat()];
  const correct = said.filter((index, i) => index === wanted[i]).length;
  return {
    ...{ v: 1, type: 'epoch', epoch, loss, prediction, trueY, predictionStr: prediction.map(decode) },
    ...{ correct, total: wanted.length, gradNorm, lr },
  };
}

/** What the model says when it is fed its own letters, from the text's first on. */
function freeRun(model: LanguageModel, text: string): string {
  const { vocabulary } = model;
  const count = graphemes(text).length - 1;
  return noGrad(() => {
    let input = tensor([[vocabulary.encode(text)[0]]]);
    let state;
    const said: number[] = [];
    for (let i = 0; i < count; i++) {
      const [logits, next]: ReturnType<LanguageModel['forward']> = model.forward(input, state);
      state = next;
      input = argmax(logits, 2);
      said.push(input.item());
    }
    return vocabulary.decode(said);
  });
}
