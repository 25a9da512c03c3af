import { ValueError } from '../errors.js';
import { readFileBytes } from '../formats/platform-files.js';
import { Classifier } from '../models/classifier.js';
import { Forecaster } from '../models/forecaster.js';
import { LanguageModel } from '../models/language-model.js';
import { kindIn } from '../models/model-file.js';
import { Translator } from '../models/translator.js';
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

/** The model of a file or a run folder, whatever it is. @throws FileError, FormatError if it cannot be read */
export function anyModel(path: string): AnyModel {
  const bytes = readFileBytes(modelPath(path));
  const kind = kindIn(bytes);
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind as keyof Kinds] : LanguageModel;
  return known.load(bytes);
}

/** A model of the kind that a command is for. @throws ValueError that says which command is for it */
export function modelOfKind<K extends keyof Kinds>(path: string, kind: K): Kinds[K] {
  const bytes = readFileBytes(modelPath(path));
  const found = kindIn(bytes);
  if (found !== kind && Object.hasOwn(KINDS, found)) {
    throw new ValueError(`${path} is a ${found}, not a ${kind}`, {
      hint: `for that there is: unrolled ${COMMANDS[found as keyof Kinds]} ${path}`,
    });
  }
  return KINDS[kind].load(bytes) as Kinds[K];
}
