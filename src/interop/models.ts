import type { Classifier } from '../models/classifier.js';
import type { Forecaster } from '../models/forecaster.js';
import type { LanguageModel } from '../models/language-model.js';
import type { Translator } from '../models/translator.js';

/** A model of any kind. */
export type AnyModel = LanguageModel | Classifier | Forecaster | Translator;
