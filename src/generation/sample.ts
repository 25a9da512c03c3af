import type { LanguageModel, ModelState } from '../models/language-model.js';
import { defaultGenerator, Generator as RandomGenerator } from '../tensor/generator.js';
import type { StepperWeights } from '../nn/recurrent/stepper.js';
import { readOptions, type Schema } from '../options.js';
import { tensor } from '../tensor/create.js';
import { indexSelect } from '../tensor/ops/indexing.js';
import { cat } from '../tensor/ops/views.js';
import { Draft, WRITE, type WriteOptions } from './draft.js';
import { advance, read, type Reading, readAll } from './next.js';
import { borrowStepper, returnStepper } from './steppers.js';

/** How `sample` draws. */
export interface SampleOptions extends WriteOptions {
  /** What the text starts with, of any length; a unit at random if it is empty. Default ''. */
  readonly prompt?: string;
  /** How the weights are read: see `nn.Stepper`. Smaller ones are faster, and say nearly the same. Default 'float32'. */
  readonly weights?: StepperWeights;
}

/** What these options may be. */
export const SAMPLE: Schema<SampleOptions> = {
  ...WRITE,
  prompt: 'text',
  weights: { oneOf: ['float32', 'bfloat16', 'int8'] },
};

/**
 * Goes on from a prompt, unit by unit: characters, or what else the model's vocabulary is of.
 *
 *     c ~ softmax(logits / temperature)
 *
 * The same seed gives the same text. Dropout is off, whether the model is in training or not.
 *
 * @returns  the text piece by piece, without the prompt: a unit each, except where several must come together to tell a
 *           letter from its bytes or jamo, or a stop string from something like it
 * @throws VocabularyError if the prompt has characters the model does not know
 * @throws ValueError for options outside of what they mean, and for a model whose outputs are not finite
 * @example
 * const model = new LanguageModel(Vocabulary.from('if you want you'));
 * [...sample(model, { prompt: 'if', length: 5 })].length; // 5
 * [...sample(model, { prompt: 'if', length: 5, temperature: 0.8, topK: 3, stop: '\n' })];
 */
export function* sample(model: LanguageModel, options?: SampleOptions): Generator<string> {
  const read = readOptions('sample', options, SAMPLE);
  for (const piece of pieces(model, read)) if (piece !== '') yield piece;
}

/** `sample` that also comes up, with nothing, after each stretch of the prompt and each unit. */
export function* pieces(model: LanguageModel, options: SampleOptions): Generator<string> {
  const draft = new Draft(model.vocabulary, options.prompt ?? '', options);
  yield draft.opening;
  let reading: Reading | undefined;
  if (!draft.isDone) {
    for (const stretch = read(model, draft.start); reading === undefined;) {
      const { done, value } = stretch.next();
      if (done === true) reading = value;
      else yield '';
    }
  }
  if (reading !== undefined) {
    let { logits } = reading;
    const stepper = borrowStepper(model, options.weights);
    stepper.state = reading.state;
    try {
      for (;;) {
        yield draft.write(logits);
        if (draft.isDone) break;
        logits = stepper.pick(draft.last);
      }
    } finally {
      returnStepper(model, stepper);
    }
  }
  yield draft.finish();
}

/** `sample` as one string, prompt included, as the vocabulary writes it. */
export function generate(model: LanguageModel, given?: SampleOptions): string {
  const options = readOptions('generate', given, SAMPLE);
  const { vocabulary } = model;
  const start = vocabulary.decode(vocabulary.encode(options.prompt ?? ''));
  return start + [...sample(model, options)].join('');
}

/** How `sampleBatch` draws. */
export interface SampleBatchOptions extends WriteOptions {
  /** What the texts start with, of different lengths as they please; the same several times for several texts. */
  readonly prompts: readonly string[];
}

const BATCH: Schema<SampleBatchOptions> = { ...WRITE, prompts: { needs: 'a list of words' } };

/**
 * Goes on from several prompts at once, which takes little longer than from one. Each text has dice of its own, seeded in
 * turn from the generator, so that what one says depends on its place but not on the other prompts.
 *
 * @returns  the text added to each prompt, without the prompt
 * @throws VocabularyError and ValueError as `sample`
 * @example
 * const model = new LanguageModel(Vocabulary.from('if you want you'));
 * sampleBatch(model, { prompts: ['if', 'you', 'you'], length: 5 }).map((text) => text.length); // [5, 5, 5]
 */
export function sampleBatch(model: LanguageModel, given: SampleBatchOptions): string[] {
  const options = readOptions('sampleBatch', given, BATCH);
  const { generator = defaultGenerator } = options;
  const drafts = options.prompts.map((prompt) => {
    return new Draft(model.vocabulary, prompt, {
      ...options,
      generator: new RandomGenerator(generator.random()),
    });
  });
  const texts = drafts.map((draft) => [draft.opening]);
  let rows = [...drafts.keys()].filter((row) => !drafts[row].isDone);
  let reading = rows.length === 0 ? null : start(model, drafts, rows);
  while (reading !== null) {
    const { logits, state } = reading;
    const size = logits.length / rows.length;
    rows.forEach((row, at) =>
      texts[row].push(drafts[row].write(logits.subarray(at * size, (at + 1) * size))),
    );
    const places = [...rows.keys()].filter((at) => !drafts[rows[at]].isDone);
    rows = places.map((at) => rows[at]);
    const input = Int32Array.from(rows, (row) => drafts[row].last);
    reading = rows.length === 0 ? null : advance(model, input, rows.length, rowsOf(state, places));
  }
  return texts.map((text, row) => text.join('') + drafts[row].finish());
}

/** Reads the prompts one by one, equal ones once, and puts what was read side by side. */
function start(model: LanguageModel, drafts: readonly Draft[], rows: readonly number[]): Reading {
  const known = new Map<string, Reading>();
  const readings = rows.map((row) => {
    const { start: prompt } = drafts[row];
    const key = prompt.join();
    const reading = known.get(key) ?? readAll(model, prompt);
    known.set(key, reading);
    return reading;
  });
  const logits = new Float32Array(readings.length * model.vocabulary.size);
  readings.forEach((reading, row) => logits.set(reading.logits, row * model.vocabulary.size));
  const state = readings[0].state.map((_, part) =>
    cat(
      readings.map((reading) => reading.state[part]),
      1,
    ),
  );
  return { logits, state };
}

/** The state of some of the rows, or of rows several times, of (layers, batch, hidden) each. */
export function rowsOf(state: ModelState, rows: readonly number[]): ModelState {
  const isAll = rows.length === state[0].shape[1] && rows.every((row, place) => row === place);
  return isAll ? state : state.map((part) => indexSelect(part, 1, tensor(Int32Array.from(rows))));
}
