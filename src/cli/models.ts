import type { UnknownChoice } from '../data/vocabulary.js';
import { ValueError } from '../errors.js';
import { readFileBytes } from '../formats/platform-files.js';
import { Classifier } from '../models/classifier.js';
import { Forecaster } from '../models/forecaster.js';
import { LanguageModel } from '../models/language-model.js';
import { kindIn } from '../models/model-file.js';
import { Translator } from '../models/translator.js';
import { UsageError } from './failure.js';
import { modelPath } from './model-path.js';

const KINDS = {
  'language-model': LanguageModel,
  forecaster: Forecaster,
  classifier: Classifier,
  translator: Translator,
} as const;
const COMMANDS: Readonly<Record<keyof Kinds, string>> = {
  'language-model': 'sample',
  forecaster: 'forecast',
  classifier: 'classify',
  translator: 'translate',
};
type Kinds = { readonly [K in keyof typeof KINDS]: InstanceType<(typeof KINDS)[K]> };

/** A model of any kind. */
export type AnyModel = Kinds[keyof Kinds];

/** What a model is, in words. */
export function kindOfModel(model: AnyModel): 'language model' | 'forecaster' | 'classifier' | 'translator' {
  if (model instanceof Forecaster) return 'forecaster';
  if (model instanceof Translator) return 'translator';
  return model instanceof Classifier ? 'classifier' : 'language model';
}

/** What of a model may be another for a command. */
interface LoadOptions {
  /** Of a language model: what happens to units that it lacks. */
  readonly unknown?: UnknownChoice;
}

/** The model of a file or a run folder, whatever it is. @throws FileError, FormatError if it cannot be read */
export function anyModel(path: string, options: LoadOptions = {}): AnyModel {
  const bytes = readFileBytes(modelPath(path));
  const kind = kindIn(bytes);
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind as keyof Kinds] : LanguageModel;
  return known.load(bytes, options);
}

/** A model of the kind that a command is for. @throws ValueError that says which command is for it */
export function modelOfKind<K extends keyof Kinds>(
  path: string,
  kind: K,
  options: LoadOptions = {},
): Kinds[K] {
  const advice = (found: keyof Kinds): string => `for that there is: unrolled ${COMMANDS[found]} ${path}`;
  return KINDS[kind].load(bytesOfKind(path, kind, advice), options) as Kinds[K];
}

/**
 * The bytes of a model file of a kind.
 *
 * @param advice  what to do with a model of another
 * @throws ValueError with that advice
 */
function bytesOfKind(path: string, kind: keyof Kinds, advice: (found: keyof Kinds) => string): Uint8Array {
  const bytes = readFileBytes(modelPath(path));
  const found = kindIn(bytes);
  if (found !== kind && Object.hasOwn(KINDS, found)) {
    const hint = advice(found as keyof Kinds);
    throw new ValueError(`${path} is a ${found.replace('-', ' ')}, not a ${kind.replace('-', ' ')}`, {
      hint,
    });
  }
  return bytes;
}

/**
 * A model for another one to begin with, which keeps its sizes and units.
 *
 * @throws ValueError for one of another kind
 * @throws UsageError for sizes that are asked for and not its own
 */
export function modelToStartFrom<K extends keyof Kinds>(
  path: string,
  kind: K,
  asked: { readonly cell?: string; readonly hidden?: number; readonly layers?: number },
): Kinds[K] {
  const advice = (): string => `--init-from takes a ${kind.replace('-', ' ')}, as this task learns`;
  const model = KINDS[kind].load(bytesOfKind(path, kind, advice)) as Kinds[K];
  const { hiddenSize: hidden, numLayers: layers } = 'rnn' in model ? model.rnn : model.decoder;
  for (const [name, own] of Object.entries({ cell: model.cell, hidden, layers })) {
    const wanted = asked[name as keyof typeof asked];
    if (wanted === undefined || wanted === own) continue;
    throw new UsageError(`the model in ${path} has ${name} ${own}, not ${wanted}`, {
      hint: `--init-from keeps the sizes and units of the model; leave --${name} out`,
    });
  }
  return model;
}
