import { quantile } from '../../data/quantile.js';
import type { TokenUnit } from '../../data/units.js';
import type { Vocabulary } from '../../data/vocabulary.js';
import { ValueError } from '../../errors.js';
import { Classifier } from '../../models/classifier.js';
import { Forecaster } from '../../models/forecaster.js';
import { LanguageModel } from '../../models/language-model.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { AnyModel } from '../models.js';
import { between, projected, recurrent, table } from './network.js';
import type { Part } from './parts.js';

/** What an exported module does behind its runtime and its weights. */
export interface ModuleProgram {
  /** What the module says of the model: its export `meta`. */
  readonly meta: Readonly<Record<string, unknown>>;
  readonly parts: readonly Part[];
  /** What `read` gives, in this order. */
  readonly matrices: readonly Tensor[];
  /** Statements that read all of it and export the functions. */
  readonly code: string;
  /** One line that shows how it is used. */
  readonly example: string;
  /** The page that is made around it, and its call. */
  readonly page: { readonly part: Part; readonly style: Part; readonly code: string };
}

/** How texts are cut, how a model's units become text again, and the part that has both. */
const UNITS = {
  char: { split: 'characters', join: null, part: 'runtime/units/characters' },
  word: { split: 'words', join: null, part: 'runtime/units/words' },
  jamo: { split: 'jamo', join: 'composed', part: 'runtime/units/jamo' },
  byte: { split: 'bytes', join: 'decoded', part: 'runtime/units/bytes' },
} as const satisfies Record<TokenUnit, { split: string; join: string | null; part: Part }>;
const CODE_POINTS = { split: 'codePoints', join: null, part: 'runtime/units/code-points' } as const;

/** The interval that a forecast comes with. */
const LEVEL = 0.9;

/** @throws ValueError for translators */
export function programOf(model: AnyModel): ModuleProgram {
  if (model instanceof LanguageModel) return writing(model);
  if (model instanceof Classifier) return classifying(model);
  if (model instanceof Forecaster) return forecasting(model);
  throw new ValueError(
    'a translator looks back at all that it has read, which the JavaScript module does not do',
    {
      hint: 'export --to pt or safetensors; or run it by unrolled itself, which runs in browsers too',
    },
  );
}

function unitsOf({ unit, units }: Vocabulary): (typeof UNITS)[TokenUnit] | typeof CODE_POINTS {
  const isPlain = unit === 'char' && units.every((one) => one === UNKNOWN || [...one].length === 1);
  return isPlain ? CODE_POINTS : UNITS[unit];
}

const UNKNOWN = '<unk>';

/** As the runtime's encoder has it. */
function unknownOf({ unknown, units }: Vocabulary): number | null {
  if (unknown === 'unk') return units.indexOf(UNKNOWN);
  return unknown === 'skip' ? -1 : null;
}

const about = (
  kind: string,
  { cell, rnn }: Exclude<AnyModel, { decoder: unknown }>,
): Record<string, unknown> => ({
  ...{ kind, cell, hiddenSize: rnn.hiddenSize, numLayers: rnn.numLayers },
});

function writing(model: LanguageModel): ModuleProgram {
  const { rnn, embedding, head, vocabulary } = model;
  const { split, join, part } = unitsOf(vocabulary);
  const isTied = embedding !== null && head?.weight === embedding.weight;
  const vectors = embedding && table(embedding);
  const layers = recurrent(rnn);
  const middle = model.between && between(model.between);
  const output = head && projected(head, isTied ? 'table' : '');
  const behind =
    middle === null ? 'head' : '(x) => head(middle.reduce((y, [layer, f]) => layer(y).map(f), x))';
  const arguments_ = [
    ...['meta.units', String(unknownOf(vocabulary)), split, 'layers', String(rnn.hiddenSize)],
    embedding === null ? '(index) => index' : `rowsOf(table, ${embedding.embeddingDim})`,
    output === null ? '(x) => x' : behind,
  ].join(', ');
  const fragments = [vectors, layers, middle, output].filter((one) => one !== null);
  return {
    meta: { ...about('language-model', model), unit: vocabulary.unit, units: vocabulary.units },
    parts: ['runtime/language', part, ...fragments.flatMap(({ parts }) => parts)],
    matrices: fragments.flatMap(({ matrices }) => matrices),
    code: [
      ...(vectors === null ? [] : [`const table = ${vectors.code};`]),
      `const layers = ${layers.code};`,
      ...(middle === null ? [] : [`const middle = ${middle.code};`]),
      ...(output === null ? [] : [`const head = ${output.code};`]),
      `const model = language(${arguments_});`,
      'export const next = model.next;',
      `export const sample = ${join === null ? 'model.sample' : `(options) => ${join}(model.sample(options))`};`,
    ].join('\n'),
    example: "for (const text of sample({ prompt: '…' })) console.log(text);",
    page: { part: 'page/writer', style: 'page/writer.css', code: 'writerPage(sample);' },
  };
}

function classifying(model: Classifier): ModuleProgram {
  const { rnn, embedding, head, vocabulary, labels } = model;
  const { split, part } = unitsOf(vocabulary);
  const [vectors, layers, output] = [table(embedding), recurrent(rnn), projected(head)];
  const arguments_ = [
    ...['meta.labels', 'meta.units', String(unknownOf(vocabulary)), split, 'layers', String(rnn.hiddenSize)],
    ...[`rowsOf(table, ${embedding.embeddingDim})`, output.code],
  ].join(', ');
  const fragments = [vectors, layers, output];
  return {
    meta: { ...about('classifier', model), labels, unit: vocabulary.unit, units: vocabulary.units },
    parts: ['runtime/classifier', part, ...fragments.flatMap(({ parts }) => parts)],
    matrices: fragments.flatMap(({ matrices }) => matrices),
    code: [
      `const table = ${vectors.code};`,
      `const layers = ${layers.code};`,
      `export const classify = classifier(${arguments_}).classify;`,
    ].join('\n'),
    example: "console.log(classify('…')[0].label);",
    page: { part: 'page/classifier', style: 'page/classifier.css', code: 'classifierPage(classify);' },
  };
}

function forecasting(model: Forecaster): ModuleProgram {
  const { rnn, head, columns, targets, window, horizon, scaler, residuals } = model;
  const { shift, scale } = scaler.toJSON();
  const [layers, output] = [recurrent(rnn), projected(head)];
  const places = targets.map((target) => columns.indexOf(target));
  // As those of `forecast`: errors that are all on one side would leave the forecast itself outside.
  const bound = (q: number): number[][] | undefined =>
    residuals?.map((step) =>
      step.map((errors) => (q < 0.5 ? Math.min : Math.max)(0, errors.length > 0 ? quantile(errors, q) : 0)),
    );
  const [lower, upper] = [(1 - LEVEL) / 2, (1 + LEVEL) / 2].map(bound);
  const interval = lower === undefined || upper === undefined ? null : { level: LEVEL, lower, upper };
  const arguments_ = [
    window,
    'meta.shift',
    JSON.stringify(scale),
    JSON.stringify(places),
    'layers',
    rnn.hiddenSize,
  ];
  return {
    meta: { ...about('forecaster', model), columns, targets, window, horizon, shift, interval },
    parts: ['runtime/forecaster', ...layers.parts, ...output.parts],
    matrices: [...layers.matrices, ...output.matrices],
    code: [
      `const layers = ${layers.code};`,
      `export const forecast = forecaster(${arguments_.join(', ')}, ${output.code}).forecast;`,
    ].join('\n'),
    example: `console.log(forecast(rows)); // the last ${window} rows of ${columns.join(', ')}`,
    page: { part: 'page/forecaster', style: 'page/forecaster.css', code: 'forecasterPage(meta, forecast);' },
  };
}
