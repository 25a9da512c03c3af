import { stdout } from 'node:process';
import { Forecaster } from '../../models/forecaster.js';
import { Translator } from '../../models/translator.js';
import { parametersOf } from '../../training/start.js';
import { type Call, define } from '../command.js';
import { type AnyModel, anyModel, kindOfModel } from '../models.js';
import { RUNS_SETTING, runPath } from '../run-path.js';
import { yes } from '../settings/setting.js';
import { visible } from '../terminal.js';
import { lines } from '../views/comparison.js';

/** The units a model reads; a forecaster has columns instead. */
const unitsOf = (model: AnyModel): readonly string[] | null => {
  if (model instanceof Forecaster) return null;
  return (model instanceof Translator ? model.source : model.vocabulary).units;
};

const SETTINGS = {
  vocab: yes('--vocab', 'list the units it knows', { fallback: false }),
  runs: RUNS_SETTING,
  json: yes('--json', 'for programs: one object', { fallback: false }),
};

/** `unrolled inspect`: what is in a model. */
export const inspectCommand = define({
  name: 'inspect',
  summary: 'what is in a model: layers, shapes, ranges of weights',
  description: 'Lists the weights of a model, how many there are, and in which range they lie.',
  arguments: [['<model>', 'a model, or the folder of a run']],
  settings: SETTINGS,
  run: ({ args: [path], values: { vocab, runs, json } }: Call<typeof SETTINGS>) => {
    const model = anyModel(runPath(path!, runs));
    const weights = [...model.stateDict()].map(([name, x]) => {
      const values = Float64Array.from(x.data);
      const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
      const [min, max] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
      return { name, shape: x.shape, count: values.length, min, max, mean };
    });
    const units = unitsOf(model);
    const { hiddenSize, numLayers } = 'rnn' in model ? model.rnn : model.decoder;
    const kind = kindOfModel(model);
    const about = { kind, cell: model.cell, hiddenSize, numLayers, parameters: parametersOf(model) };
    if (json) {
      stdout.write(
        `${JSON.stringify({ v: 1, type: 'model', ...about, weights, ...(units && { units }) })}\n`,
      );
      return;
    }
    if (vocab) {
      if (units === null) stdout.write('a forecaster has columns, not units\n');
      else stdout.write(units.map((unit, i) => `${i}\t${visible(unit)}\n`).join(''));
      return;
    }
    stdout.write(
      `${kind}, ${model.cell.toUpperCase()} ${numLayers} x ${hiddenSize}, ${about.parameters} parameters\n`,
    );
    if (units !== null)
      stdout.write(
        `${units.length} units: ${units.slice(0, 60).map(visible).join(' ')}${units.length > 60 ? ' …' : ''}\n`,
      );
    if (model instanceof Forecaster) {
      stdout.write(
        `reads ${model.window} rows of ${model.columns.join(', ')}; predicts ${model.horizon} of ${model.targets.join(', ')}\n`,
      );
    }
    if ('labels' in model) stdout.write(`labels ${model.labels.join(', ')}\n`);
    const short = (value: number): string => value.toPrecision(3);
    const rows = weights.map(({ name, shape, count, min, max, mean }) => {
      return [name, `(${shape.join(', ')})`, String(count), short(min), short(max), short(mean)];
    });
    stdout.write(lines([['name', 'shape', 'numbers', 'min', 'max', 'mean'], ...rows]));
  },
});
