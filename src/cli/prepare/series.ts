import { createHash } from 'node:crypto';
import { Scaler } from '../../data/scaler.js';
import { joinSeries, rowsIn, type Series, sliceSeries, splitByTime, windowEnds } from '../../data/series.js';
import { ValueError } from '../../errors.js';
import { evaluateForecaster, expectSeason } from '../../evaluation/forecasts.js';
import { heldOutResiduals } from '../../generation/forecast.js';
import { Forecaster } from '../../models/forecaster.js';
import { manualSeed } from '../../tensor/generator.js';
import type { ForecastEvent } from '../../training/events.js';
import { SeriesTask } from '../../training/series-task.js';
import type { TrainValues } from '../commands/train.js';
import { UsageError } from '../failure.js';
import { modelToStartFrom } from '../models.js';
import type { Prepared } from '../run.js';
import { some } from './kind.js';
import { formOf, readTableFile } from './table.js';

/** A table, for a forecaster. */
export function prepareSeries(path: string, values: TrainValues): Prepared {
  const { window, horizon, val, seed, season, batch, dropout, column, initFrom } = values;
  const start = initFrom === undefined ? null : modelToStartFrom(initFrom, 'forecaster', values);
  const { series, form, event, bytes } = readTableFile(path, values, {
    known: formOf(start),
    targets: values.target,
    ...(start !== null
      ? { columns: start.columns }
      : column.length > 0
        ? { columns: [...values.target, ...column] }
        : {}),
  });
  const targets = start?.targets ?? targetsOf(series, values.target);
  const [past, future] = splitByTime(series, val);
  expectSeason(season, rowsIn(past));
  manualSeed(seed);
  const model =
    start ??
    new Forecaster({
      ...{ columns: series.columns, targets, window, horizon, dropout },
      scaler: Scaler.fit(past.values, values.scaler),
      ...{ cell: values.cell, hiddenSize: values.hidden, numLayers: values.layers, table: form },
    });
  const task = new SeriesTask(model, past, future, { batchSize: batch, seed });
  const context = joinSeries(
    sliceSeries(past, Math.max(0, rowsIn(past) - model.window), rowsIn(past)),
    future,
  );
  const measured = Math.min(model.horizon, rowsIn(future));
  const ends = windowEnds(rowsIn(context), {
    window: model.window,
    horizon: measured,
    breaks: context.breaks,
  });
  const isMeasured = measured > 0 && ends.length > 0;
  const save = (): Uint8Array => {
    model.residuals = isMeasured ? heldOutResiduals(model, context, { horizon: measured }) : null;
    return model.save();
  };
  const evaluate = (): ForecastEvent => {
    const targets = evaluateForecaster(model, past, future, { season });
    return { v: 1, type: 'evaluation', task: 'forecast', targets };
  };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { task, save, sha256, before: [event], ...(isMeasured ? { evaluate } : {}) };
}

/** What is to be forecast: what is said, or the only column there is. */
function targetsOf({ columns }: Series, wanted: readonly string[]): string[] {
  if (wanted.length === 0 && columns.length === 1) return [...columns];
  if (wanted.length === 0) {
    throw new UsageError('several columns can be forecast: which one?', {
      hint: `say --target: ${some(columns)}`,
    });
  }
  const targets = wanted.flatMap((name) =>
    columns.includes(name) ? [name] : name.split(',').map((one) => one.trim()),
  );
  const lost = targets.find((name) => !columns.includes(name));
  if (lost !== undefined)
    throw new ValueError(`there is no column '${lost}'`, { hint: `there are ${columns.join(', ')}` });
  return targets;
}
