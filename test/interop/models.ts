import {
  Classifier,
  Forecaster,
  LanguageModel,
  manualSeed,
  nn,
  Scaler,
  Vocabulary,
} from '../../src/index.js';
import { Translator } from '../../src/models/translator.js';

export const TEXT = 'the cat sat on the mat, 고양이가 매트 위에.\r\n';

/** A language model as dice make it. */
export function writer(
  options: ConstructorParameters<typeof LanguageModel>[1],
  vocabulary = Vocabulary.from(TEXT),
): LanguageModel {
  manualSeed(7);
  return new LanguageModel(vocabulary, options);
}

/** The same with the layers of `nn.RNN` and relu, which only other people's files have. */
export function reluWriter(): LanguageModel {
  const model = writer({ cell: 'rnn', hiddenSize: 12, numLayers: 2 });
  const rnn = new nn.RNN(model.vocabulary.size, 12, { numLayers: 2, nonlinearity: 'relu', batchFirst: true });
  return Object.assign(model, { rnn });
}

export function reader(options: ConstructorParameters<typeof Classifier>[2]): Classifier {
  manualSeed(7);
  return new Classifier(Vocabulary.from(TEXT, { unknown: 'skip' }), ['one', 'two', 'three'], {
    embeddingSize: 5,
    hiddenSize: 7,
    ...options,
  });
}

export const ROWS = Array.from({ length: 30 }, (_, t) => [20 + 5 * Math.sin(t / 3), t % 7]);

export function seer(options: Partial<ConstructorParameters<typeof Forecaster>[0]> = {}): Forecaster {
  manualSeed(7);
  const scaler = Scaler.fit([0, 1].map((column) => ROWS.map((row) => row[column])));
  const residuals = [1, 2, 3].map((step) => [[-2 * step, -step, 0, step, 2 * step]]);
  return new Forecaster({
    ...{ columns: ['y', 'day'], targets: ['y'], window: 12, horizon: 3, scaler, hiddenSize: 9, residuals },
    ...options,
  });
}

export function translator(options: ConstructorParameters<typeof Translator>[2] = {}): Translator {
  manualSeed(7);
  const [source, target] = [Vocabulary.from(TEXT, { unknown: 'skip' }), Vocabulary.from('abc xyz')];
  return new Translator(source, target, { embeddingSize: 5, hiddenSize: 6, ...options });
}
