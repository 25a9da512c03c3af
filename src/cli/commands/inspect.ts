import { stdout } from 'node:process';
import { identify } from '../../formats/identify.js';
import { readFileBytes } from '../../formats/platform-files.js';
import { layerText } from '../../interop/layers.js';
import { prospectOf } from '../../interop/model.js';
import { READABLE } from '../../interop/read-foreign.js';
import { Forecaster } from '../../models/forecaster.js';
import { Translator } from '../../models/translator.js';
import { parametersOf } from '../../training/start.js';
import { type Call, define } from '../command.js';
import { foreignIn, foreignPath } from '../foreign.js';
import { type AnyModel, anyModel, kindOfModel } from '../models.js';
import { RUNS_SETTING, runPath } from '../run-path.js';
import { yes } from '../settings/setting.js';
import { visible } from '../terminal.js';
import { lines } from '../views/comparison.js';
import { arrayReport, foreignText } from '../views/foreign.js';

/** A file that is none of ours: what it is, the network in it, and what it takes to use it. */
async function inspectForeign(
  path: string,
  bytes: Uint8Array,
  { vocab, json }: { readonly vocab: boolean; readonly json: boolean },
): Promise<void> {
  const { kind, about, hint } = identify(bytes);
  if (!READABLE.includes(kind)) {
    if (json) stdout.write(`${JSON.stringify({ v: 1, type: 'file', kind, about, hint })}\n`);
    else stdout.write(`${about}\n${hint === null ? '' : `  ${hint}\n`}`);
    return;
  }
  const foreign = await foreignIn(path, bytes);
  const prospect = prospectOf(foreign);
  if (json) {
    const { plan, tensors, dictionaries, settings, notes } = foreign;
    const weights = Array.from(tensors, ([name, entry]) => arrayReport(name, entry));
    const isChain = plan.chain.length > 0;
    stdout.write(
      `${JSON.stringify({
        ...{ v: 1, type: 'file', kind, about: foreign.identity.about, isChain },
        layers: (isChain ? plan.chain : plan.found).map(layerText),
        ...{ problems: plan.problems, questions: plan.questions, leftOver: plan.leftOver, ...prospect },
        ...{ dictionaries, settings, notes, weights },
      })}\n`,
    );
  } else if (vocab) {
    for (const { name, units } of foreign.dictionaries) {
      stdout.write(`${visible(name)}\n${units.map((unit, i) => `${i}\t${visible(unit)}\n`).join('')}`);
    }
    if (foreign.dictionaries.length === 0) stdout.write('there is no dictionary in the file\n');
  } else stdout.write(foreignText(path, bytes.length, foreign, prospect));
}

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
  summary: 'what a file is, and what is in a model: layers, shapes, ranges of weights',
  description:
    'Lists the weights of a model, how many there are, and in which range they lie. Of a file of another library it says what it is, which\n' +
    'network it holds and what is missing to use it; nothing of it is run.',
  arguments: [['<model>', 'a model, the folder of a run, or any file']],
  settings: SETTINGS,
  run: async ({ args: [named], values: { vocab, runs, json } }: Call<typeof SETTINGS>) => {
    const path = foreignPath(runPath(named!, runs));
    const bytes = readFileBytes(path);
    const identity = identify(bytes);
    if (identity.kind !== 'unrolled') {
      await inspectForeign(path, bytes, { vocab, json });
      return;
    }
    const model = anyModel(path);
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
