import { createHash } from 'node:crypto';
import { Scaler } from '../../data/scaler.js';
import { rowsIn, type Series, splitByTime } from '../../data/series.js';
import { evaluateForecaster } from '../../evaluation/forecasts.js';
import { heldOutResiduals } from '../../generation/forecast.js';
import { Forecaster } from '../../models/forecaster.js';
import { readSeries } from '../../tables/series.js';
import { manualSeed } from '../../tensor/generator.js';
import { SeriesTask } from '../../training/series-task.js';
import type { TrainValues } from '../commands/train.js';
import { UsageError } from '../failure.js';
import { modelToStartFrom } from '../models.js';
import type { Prepared } from '../run.js';
import { comparisonTable } from '../views/comparison.js';
import { wholeFile } from './kind.js';

/** A table, for a forecaster. */
export function prepareSeries(path: string, values: TrainValues): Prepared {
  const { target, window, horizon, val, seed, season, batch, missing, date, newestFirst, dropout } = values;
  const { text, bytes } = wholeFile(path);
  if (target.length === 0) throw new UsageError('--task forecast needs a --target');
  const wanted = values.columns.length > 0 ? [...new Set([...target, ...values.columns])] : undefined;
  const series = readSeries(text, { name: path, columns: wanted, missing, date, newestFirst });
  const missed = target.find((name) => !series.columns.includes(name));
  if (missed !== undefined) {
    // A column that is there, but not one of numbers, or none at all.
    readSeries(text, { name: path, columns: [missed], missing, date, newestFirst });
  }
  const [past, future] = splitByTime(series, val);
  manualSeed(seed);
  const model =
    values.initFrom === undefined
      ? new Forecaster({
          ...{ columns: series.columns, targets: target, window, horizon, dropout },
          scaler: Scaler.fit(past.values, values.scaler),
          ...{ cell: values.cell, hiddenSize: values.hidden, numLayers: values.layers },
        })
      : modelToStartFrom(values.initFrom, 'forecaster', values);
  const task = new SeriesTask(model, past, future, { batchSize: batch, seed });
  const isHeldOut = rowsIn(future) >= model.horizon;
  const save = (): Uint8Array => {
    model.residuals = isHeldOut ? heldOutResiduals(model, withContext(past, future, model.window)) : null;
    return model.save();
  };
  const report = (): string =>
    isHeldOut ? comparisonTable(evaluateForecaster(model, past, future, { season })) : '';
  return { task, save, report, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** What is held out, and before it the rows that its first window reads. */
function withContext(past: Series, future: Series, window: number): Series {
  const values = past.values.map((column, i) =>
    Float64Array.from([...column.slice(-window), ...future.values[i]]),
  );
  return { columns: past.columns, dates: null, values };
}
