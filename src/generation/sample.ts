import { graphemes } from '../data/graphemes.js';
import { ValueError } from '../errors.js';
import type { LanguageModel, ModelState } from '../models/language-model.js';
import { noGrad } from '../tensor/autograd.js';
import { tensor } from '../tensor/create.js';
import { defaultGenerator, type Generator as RandomGenerator } from '../tensor/generator.js';
import { argmax } from '../tensor/ops/reduce.js';
import { softmax } from '../tensor/ops/softmax.js';
import { mul } from '../tensor/ops/binary.js';
import { select } from '../tensor/ops/views.js';
import { multinomial } from '../tensor/random-tensors.js';
import type { Tensor } from '../tensor/tensor.js';

/** How `sample` draws. */
export interface SampleOptions {
  /** What the text starts with; a character at random if it is empty. Default ''. */
  readonly prompt?: string;
  /** Characters to add. Default 200. */
  readonly length?: number;
  /** Below 1 the likely becomes likelier, above 1 the unlikely; 0 always takes the likeliest. Default 1. */
  readonly temperature?: number;
  /** Where the dice come from. Default: the generator that `manualSeed` sets. */
  readonly generator?: RandomGenerator;
}

/**
 * Goes on from a prompt, character by character.
 *
 *     c ~ softmax(logits / temperature)
 *
 * @returns  the characters one by one, without the prompt
 * @throws VocabularyError if the prompt has characters the model does not know
 * @throws ValueError for a negative temperature or length
 * @example
 * const model = new LanguageModel(Vocabulary.from('if you want you'));
 * [...sample(model, { prompt: 'if', length: 5 })].length; // 5
 */
export function* sample(model: LanguageModel, options: SampleOptions = {}): Generator<string> {
  const { prompt = '', length = 200, temperature = 1, generator = defaultGenerator } = options;
  if (!(temperature >= 0)) throw new ValueError(`temperature must be 0 or more, not ${temperature}`);
  if (!Number.isInteger(length) || length < 0)
    throw new ValueError(`length must be a whole number, not ${length}`);
  const { vocabulary } = model;
  const start = [...vocabulary.encode(prompt)];
  let left = length;
  if (start.length === 0 && left > 0) {
    const first = generator.random() % vocabulary.size;
    start.push(first);
    left -= 1;
    yield vocabulary.units[first];
  }

  let input = tensor([start]);
  let state: ModelState | undefined;
  for (; left > 0; left--) {
    const [logits, next] = noGrad(() => model.forward(input, state));
    state = next;
    const last = select(select(logits, 0, 0), 0, -1);
    const index = noGrad(() => choose(last, temperature, generator));
    yield vocabulary.units[index];
    input = tensor([[index]]);
  }
}

/** Colder than this is as good as 0, and logits / temperature might overflow. */
const COLDEST = 1e-30;

function choose(logits: Tensor, temperature: number, generator: RandomGenerator): number {
  if (temperature < COLDEST) return argmax(logits).item();
  return multinomial(softmax(mul(logits, 1 / temperature), 0), 1, { generator }).item();
}

/** `sample` as one string, prompt included. */
export function generate(model: LanguageModel, options: SampleOptions = {}): string {
  const start = graphemes(options.prompt ?? '').join('');
  return start + [...sample(model, options)].join('');
}
