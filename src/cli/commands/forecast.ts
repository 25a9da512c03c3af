import { stderr, stdout } from 'node:process';
import { forecast, type ForecastPoint } from '../../generation/forecast.js';
import type { Forecaster } from '../../models/forecaster.js';
import { forecastChart } from '../../plots/charts.js';
import { counted } from '../../tables/say.js';
import { type Call, define } from '../command.js';
import { modelOfKind } from '../models.js';
import { expectPicture, writePicture } from '../picture.js';
import { formOf, readTableFile, type TableFile, tableText } from '../prepare/table.js';
import { readingOfRun, RUNS_SETTING, runPath } from '../run-path.js';
import { number, whole, words, yes } from '../settings/setting.js';
import { TABLE_SETTINGS } from '../settings/tasks.js';
import { digitsOf } from '../views/digits.js';

const SETTINGS = {
  target: words('--target <column>', 'the column to forecast', { note: "the model's first" }),
  horizon: whole('--horizon <rows>', 'how far', { least: 1, note: "the model's" }),
  level: number('--level <part>', 'how sure the interval is to hold the truth', {
    most: 0.999,
    fallback: 0.9,
  }),
  svg: words('--svg <file>', 'draw it, too, as .svg or .png', { isPath: true }),
  ...TABLE_SETTINGS,
  runs: RUNS_SETTING,
  json: yes('--json', 'for programs: one object a row', { fallback: false }),
};

/** `unrolled forecast`: what comes after the end of a table, as CSV. */
export const forecastCommand = define({
  name: 'forecast',
  summary: 'what comes after the end of a table',
  description:
    'Writes one row for each step ahead: what is expected, and the interval around it, from how far off the model was on data that\n' +
    'was held out. The table is read as the one was that the model learnt from.\n\n' +
    '  unrolled forecast runs/TIME-prices prices.csv --horizon 5',
  arguments: [
    ['<model>', 'a forecaster, or the folder of its run'],
    ['<table>', 'a .csv file with the columns it was trained on'],
  ],
  settings: SETTINGS,
  remembered: readingOfRun,
  run: async ({ args: [path, file], values }: Call<typeof SETTINGS>) => {
    const model = modelOfKind(runPath(path!, values.runs), 'forecaster');
    const { svg, level, json } = values;
    if (svg !== undefined) await expectPicture(svg);
    const { target = model.targets[0], horizon = model.horizon } = values;
    const table = readTableFile(file!, values, { columns: model.columns, known: formOf(model) });
    if (json) stdout.write(`${JSON.stringify(table.event)}\n`);
    else stderr.write(tableText(table.event));
    const points = forecast(model, table.series, { target, horizon, level });
    if (json) writeJson(points, table, target);
    else writeTable(points, table, target);
    for (const message of intervalNotes(model, points, { target, level })) {
      if (json) stdout.write(`${JSON.stringify({ v: 1, type: 'alert', message })}\n`);
      else stderr.write(`note: ${message}\n`);
    }
    if (svg !== undefined) await writePicture(svg, drawn(points, table, { target, window: model.window }));
  },
});

function shownDigits({ series, digits }: TableFile, target: string): number {
  const at = series.columns.indexOf(target);
  return digitsOf(series.values[at], digits[at]);
}

/** One row for each step: its dates as the table writes them, and numbers with as many digits as make sense. */
function writeTable(points: readonly ForecastPoint[], table: TableFile, target: string): void {
  const { datesAhead, report } = table;
  const shown = shownDigits(table, target);
  const dates = datesAhead(points.length);
  const separator = report.decimal === ',' ? ';' : ',';
  const number = (value: number | null): string =>
    value === null ? '' : value.toFixed(shown).replace('.', report.decimal);
  const rows = points.map(({ mean, lower, upper }, i) => {
    const when = dates.length === 0 ? [] : dates[i].cells;
    return [String(i + 1), ...when, number(mean), number(lower), number(upper)];
  });
  const names = ['step', ...(dates.length === 0 ? [] : report.dates!.columns), target, 'lower', 'upper'];
  for (const row of [names, ...rows]) {
    stdout.write(`${row.map((cell) => quoted(cell, separator)).join(separator)}\n`);
  }
}

function writeJson(points: readonly ForecastPoint[], table: TableFile, target: string): void {
  const dates = table.datesAhead(points.length);
  const shown = shownDigits(table, target);
  const number = (value: number | null): number | null =>
    value === null ? null : Number(value.toFixed(shown));
  points.forEach(({ mean, lower, upper }, i) => {
    const when =
      dates.length === 0 ? {} : { date: dates[i].cells.join(' '), time: dates[i].date.toISOString() };
    stdout.write(
      `${JSON.stringify({ v: 1, type: 'forecast', step: i + 1, ...when, [target]: number(mean), lower: number(lower), upper: number(upper) })}\n`,
    );
  });
}

/** Why bounds are empty, or weak. */
function intervalNotes(
  model: Forecaster,
  points: readonly ForecastPoint[],
  { target, level }: { readonly target: string; readonly level: number },
): string[] {
  if (model.residuals === null)
    return ['the model was not measured on data held out (--val 0), so that there are no intervals'];
  const known = points.filter(({ lower }) => lower !== null).length;
  const errors = model.residuals[0]?.[model.targets.indexOf(target)]?.length ?? 0;
  const needed = Math.ceil(2 / (1 - level));
  return [
    ...(known < points.length
      ? [
          `how far off the model is was measured for ${counted(known, 'step')} ahead: behind them there are no intervals; train with --horizon ${points.length} for them`,
        ]
      : []),
    ...(known > 0 && errors < needed
      ? [
          `the intervals rest on ${errors} forecasts of data held out, and ${level} takes ${needed} at the least: they are coarse`,
        ]
      : []),
  ];
}

function drawn(
  points: readonly ForecastPoint[],
  { series, datesAhead }: TableFile,
  { target, window }: { readonly target: string; readonly window: number },
): string {
  const truth = series.values[series.columns.indexOf(target)];
  const shown = Math.max(0, truth.length - 10 * window);
  const ahead = datesAhead(points.length).map(({ date }) => date);
  const picture = {
    truth: truth.subarray(shown),
    dates: series.dates === null ? null : [...series.dates.slice(shown), ...ahead],
    forecast: points,
  };
  return forecastChart(picture, { title: target });
}

const quoted = (text: string, separator: string): string =>
  text.includes(separator) || /["\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
