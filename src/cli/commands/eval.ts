import { stderr, stdout } from 'node:process';
import { splitByTime } from '../../data/series.js';
import { classificationMetrics } from '../../evaluation/classification.js';
import { evaluateForecaster } from '../../evaluation/forecasts.js';
import { languageMetrics } from '../../evaluation/language.js';
import { Classifier } from '../../models/classifier.js';
import { Forecaster } from '../../models/forecaster.js';
import { evaluateTranslator } from '../../evaluation/translation.js';
import type { LanguageModel } from '../../models/language-model.js';
import { Translator } from '../../models/translator.js';
import { isReadable, leftOut } from '../../training/readable.js';
import { type Call, define } from '../command.js';
import { EXIT, UsageError } from '../failure.js';
import { anyModel } from '../models.js';
import { wholeFile } from '../prepare/kind.js';
import { formOf, readTableFile, tableText } from '../prepare/table.js';
import { readLabelledFiles } from '../prepare/labelled-files.js';
import { namedFiles, readPairFiles } from '../prepare/pair-files.js';
import { readingOfRun, RUNS_SETTING, runPath } from '../run-path.js';
import { choice, list, number, whole, yes } from '../settings/setting.js';
import { UNKNOWN } from '../settings/training.js';
import { LABEL_SETTINGS, PAIR_SETTINGS, TABLE_SETTINGS } from '../settings/tasks.js';
import { comparisonTable, confusionTable, lines, translationTable } from '../views/comparison.js';

const SETTINGS = {
  failAbove: list(
    '--fail-above <metric=limit>',
    'end with exit code 5 if a metric is above, such as loss=1.5',
  ),
  val: number('--val <part>', 'forecaster: the last part of the table is forecast', {
    most: 0.9,
    fallback: 0.2,
  }),
  season: whole('--season <rows>', 'forecaster: rows after which things repeat', { least: 1, fallback: 1 }),
  ...TABLE_SETTINGS,
  ...LABEL_SETTINGS,
  ...PAIR_SETTINGS,
  unknown: choice('--unknown <what>', 'language model: what happens to units that it lacks', UNKNOWN, {
    note: "the model's",
  }),
  runs: RUNS_SETTING,
  json: yes('--json', 'for programs: one object', { fallback: false }),
};
type Values = Call<typeof SETTINGS>['values'];

/** What was measured: numbers that can be held to a limit, and the same for people. */
interface Measured {
  readonly metrics: Readonly<Record<string, number | null>>;
  /** More for programs. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** `unrolled eval`: how good a model is on data. */
export const evalCommand = define({
  name: 'eval',
  summary: 'measure a model on data',
  description:
    'Loss, bits and accuracy of a language model on a text; errors of a forecaster on a table, beside naive forecasts; what a\n' +
    'classifier takes for what; how far translations are off.\n\n  unrolled eval runs/TIME-book other.txt --fail-above loss=1.6',
  arguments: [
    ['<model>', 'a model, or the folder of a run'],
    ['[data...]', 'a text, a table, labelled texts or pairs, as the model is for; - reads a pipe'],
  ],
  settings: SETTINGS,
  remembered: readingOfRun,
  run: ({ args: [path, ...named], values }: Call<typeof SETTINGS>) => {
    const files = namedFiles(
      named.filter((file) => file !== undefined),
      values,
    );
    if (files.length === 0) throw new UsageError('there is no data to measure the model on');
    const model = anyModel(runPath(path!, values.runs), values);
    const limits = values.failAbove.map(limitOf);
    const { metrics, details, text } =
      model instanceof Forecaster
        ? forecaster(model, files[0], values)
        : model instanceof Classifier
          ? classifier(model, files, values)
          : model instanceof Translator
            ? translator(model, files, values)
            : languageModel(model, files[0], values);
    const failed = limits.filter(({ metric, limit }) => {
      const value = metrics[metric];
      if (!Object.hasOwn(metrics, metric)) {
        throw new UsageError(`there is no metric '${metric}'`, {
          hint: `there are ${Object.keys(metrics).join(', ')}`,
        });
      }
      // What cannot be measured is not below a limit.
      return !(value !== null && value <= limit);
    });
    if (values.json)
      stdout.write(
        `${JSON.stringify({ v: 1, type: 'metrics', ...metrics, ...details, failed: failed.map((f) => f.metric) })}\n`,
      );
    else {
      stdout.write(text);
      for (const { metric, limit } of failed)
        stdout.write(`${metric} ${metrics[metric] ?? 'unknown'} is above ${limit}\n`);
    }
    if (failed.length > 0) process.exitCode = EXIT.check;
  },
});

function limitOf(text: string): { readonly metric: string; readonly limit: number } {
  const [metric, limit = ''] = text.split('=');
  if (limit.trim() !== '' && Number.isFinite(Number(limit))) return { metric, limit: Number(limit) };
  throw new UsageError(`--fail-above takes a metric and a number, not '${text}'`, {
    hint: 'such as --fail-above loss=1.5',
  });
}

function languageModel(model: LanguageModel, file: string, { encoding }: Values): Measured {
  const { text } = wholeFile(file, encoding);
  const { loss, bitsPerUnit, perplexity, accuracy, units } = languageMetrics(model, text);
  const unit = model.vocabulary.unit === 'char' ? 'character' : model.vocabulary.unit;
  const rows = [
    ['loss', loss.toFixed(4), `nats a ${unit}`],
    ['bits', bitsPerUnit.toFixed(4), `bits a ${unit}`],
    ['perplexity', perplexity.toFixed(3), ''],
    ['accuracy', accuracy.toFixed(4), `of ${units}`],
  ];
  return { metrics: { loss, bits: bitsPerUnit, perplexity, accuracy }, text: lines(rows) };
}

function forecaster(model: Forecaster, file: string, values: Values): Measured {
  const { val, season, json } = values;
  const { columns } = model;
  const { series, event } = readTableFile(file, values, { columns, known: formOf(model) });
  if (json) stdout.write(`${JSON.stringify(event)}\n`);
  else stderr.write(tableText(event));
  const comparisons = evaluateForecaster(model, ...splitByTime(series, val), { season });
  const [{ model: own, naive }] = comparisons;
  return {
    metrics: { mae: own.mae, rmse: own.rmse, mase: own.mase, naiveMae: naive.mae, naiveRmse: naive.rmse },
    text: comparisonTable(comparisons),
  };
}

function classifier(model: Classifier, files: readonly string[], values: Values): Measured {
  const { data: all } = readLabelledFiles(files, values);
  const data = all.filter(({ text }) => isReadable(model.vocabulary, text));
  tellLeftOut(all.length - data.length, 'texts have');
  const truth = data.map((row) => row.label);
  const given = data.map((row) => model.predict(row.text)[0].label);
  const { macro, ...result } = classificationMetrics(truth, given);
  const { accuracy, baseline } = result;
  return {
    metrics: { error: 1 - accuracy, accuracy, f1: macro.f1, baseline: baseline.accuracy },
    details: { labels: result.labels, confusion: result.confusion, classes: result.classes },
    text: confusionTable(result),
  };
}

function translator(model: Translator, files: readonly string[], values: Values): Measured {
  const { pairs: all } = readPairFiles(files, values);
  const pairs = all.filter(({ source }) => isReadable(model.source, source));
  tellLeftOut(all.length - pairs.length, 'sources have');
  const result = evaluateTranslator(model, pairs);
  const { exact, errorRate } = result;
  return { metrics: { error: 1 - exact, errorRate }, text: translationTable(result) };
}

const tellLeftOut = (count: number, what: string): void => {
  for (const note of leftOut(count, what)) stderr.write(`note: ${note}\n`);
};
