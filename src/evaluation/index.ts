export {
  type ClassificationMetrics,
  classificationMetrics,
  type ClassMetrics,
  evaluateClassifier,
  type TextClassifier,
} from './classification.js';
export {
  evaluateForecaster,
  type EvaluateForecasterOptions,
  type ForecastComparison,
  type ForecastMetrics,
  forecastMetrics,
  type ForecastMetricsOptions,
} from './forecasts.js';
export { type LanguageMetrics, languageMetrics, type LanguageMetricsOptions } from './language.js';
export { evaluateTranslator, type TranslationMetrics } from './translation.js';
