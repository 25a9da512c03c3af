import { stderr, stdout } from 'node:process';
import { forecast } from '../../generation/forecast.js';
import { forecastChart } from '../../plots/charts.js';
import { datesAhead } from '../../plots/dates.js';
import { readSeries } from '../../tables/series.js';
import { type Call, define } from '../command.js';
import { modelOfKind } from '../models.js';
import { expectPicture, writePicture } from '../picture.js';
import { wholeFile } from '../prepare/kind.js';
import { readingOfRun, RUNS_SETTING, runPath } from '../run-path.js';
import { number, whole, words, yes } from '../settings/setting.js';
import { TABLE_SETTINGS } from '../settings/tasks.js';

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
    'was held out.\n\n  unrolled forecast runs/TIME-prices prices.csv --horizon 5',
  arguments: [
    ['<model>', 'a forecaster, or the folder of its run'],
    ['<table>', 'a .csv file with the columns it was trained on'],
  ],
  settings: SETTINGS,
  remembered: readingOfRun,
  run: async ({ args: [path, file], values }: Call<typeof SETTINGS>) => {
    const model = modelOfKind(runPath(path!, values.runs), 'forecaster');
    const { svg, level, json, date, missing, newestFirst } = values;
    if (svg !== undefined) await expectPicture(svg);
    const columns = model.columns;
    const series = readSeries(wholeFile(file!).text, { name: file!, columns, date, missing, newestFirst });
    const { target = model.targets[0], horizon = model.horizon } = values;
    const points = forecast(model, series, { target, horizon, level });
    const dates = series.dates === null ? null : datesAhead(series.dates, points.length);
    const rows = points.map(({ mean, lower, upper }, i) => {
      return { step: i + 1, ...(dates && { date: dates[i].toISOString() }), [target]: mean, lower, upper };
    });
    if (json) for (const row of rows) stdout.write(`${JSON.stringify({ v: 1, type: 'forecast', ...row })}\n`);
    else {
      stdout.write(`${Object.keys(rows[0]).map(quoted).join(',')}\n`);
      for (const row of rows)
        stdout.write(
          `${Object.values(row)
            .map((x) => x ?? '')
            .join(',')}\n`,
        );
    }
    if (model.residuals === null)
      stderr.write('note: the model was trained with --val 0, so that there are no intervals\n');
    if (svg === undefined) return;
    const truth = series.values[columns.indexOf(target)];
    const shown = Math.max(0, truth.length - 10 * model.window);
    const picture = {
      truth: truth.subarray(shown),
      dates: series.dates?.slice(shown) ?? null,
      forecast: points,
    };
    await writePicture(svg, forecastChart(picture, { title: target }));
  },
});

const quoted = (name: string): string => (/[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
