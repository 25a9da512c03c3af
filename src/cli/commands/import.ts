import { stderr, stdout } from 'node:process';
import { expectWritable, readFileBytes, writeFileAtomic } from '../../formats/platform-files.js';
import { importModel, type ImportOptions } from '../../interop/model.js';
import type { Foreign } from '../../interop/read-foreign.js';
import { parametersOf } from '../../training/start.js';
import { type Call, define } from '../command.js';
import { UsageError } from '../failure.js';
import { foreignIn, foreignPath } from '../foreign.js';
import { kindOfModel } from '../models.js';
import { givenNames, givenScaler, givenUnits } from '../prepare/given.js';
import { choice, whole, words, yes } from '../settings/setting.js';
import { visible } from '../terminal.js';

const SETTINGS = {
  as: choice('--as <task>', 'what it is for', ['language', 'forecast', 'classify'], {
    note: 'what its sizes suggest',
  }),
  vocab: words(
    '--vocab <units>',
    'the units in the order of their numbers: a file, the characters, JSON, or printable (Python’s string.printable)',
    { isPath: true },
  ),
  dictionary: words('--dictionary <name>', 'which dictionary in the file has the units'),
  labels: words('--labels <names>', 'classify: the labels in the order of the outputs, a,b,c or JSON'),
  scaler: words('--scaler <how>', 'forecast: how columns were scaled: a file, JSON, or none', {
    isPath: true,
  }),
  window: whole('--window <rows>', 'forecast: how many rows it reads', { least: 1 }),
  columns: words('--columns <names>', 'forecast: names of the columns', { note: 'x1,x2,…' }),
  targets: words('--targets <names>', 'forecast: the columns that it predicts', {
    note: 'all, or the first',
  }),
  activation: choice(
    '--activation <function>',
    'what stands between two linear layers, where the file does not say',
    ['relu', 'tanh', 'sigmoid', 'none'],
  ),
  nonlinearity: choice('--nonlinearity <function>', 'of an RNN whose file does not say', ['tanh', 'relu'], {
    fallback: 'tanh',
  }),
  out: words('--out <file>', 'where to save the model', { isPath: true }),
  json: yes('--json', 'for programs: one object', { fallback: false }),
};
type Values = Call<typeof SETTINGS>['values'];

/** `unrolled import`: a model of another library as one of ours. */
export const importCommand = define({
  name: 'import',
  summary: 'make a model of a file of PyTorch, NumPy, safetensors and others',
  description:
    'Finds the network in a file and saves it as a model that `unrolled sample`, `forecast` or `classify` uses, with the same numbers.\n' +
    'Nothing in the file is run. What weights do not show is asked for; `unrolled inspect` says what that is.\n\n' +
    '  unrolled import model.pth --vocab printable --out model.safetensors\n' +
    '  unrolled import lstm.pt --window 24 --scaler scaler.json --out model.safetensors',
  arguments: [['<file>', 'a file of another library, or its folder']],
  settings: SETTINGS,
  run: async ({ args: [named], values }: Call<typeof SETTINGS>) => {
    const { out, json } = values;
    if (out === undefined) throw new UsageError('say where to save the model: --out model.safetensors');
    expectWritable(out);
    const path = foreignPath(named!);
    const foreign = await foreignIn(path, readFileBytes(path));
    if (foreign.identity.kind === 'unrolled') {
      throw new UsageError(`${path} is a model of unrolled already`, { hint: `unrolled inspect ${path}` });
    }
    const model = importModel(foreign, optionsOf(foreign, values));
    writeFileAtomic(out, model.save());
    const kind = kindOfModel(model);
    const { hiddenSize, numLayers } = model.rnn;
    const notes = [...foreign.notes, ...assumptions(foreign)];
    if (json) {
      const about = { kind, cell: model.cell, hiddenSize, numLayers, parameters: parametersOf(model) };
      stdout.write(`${JSON.stringify({ v: 1, type: 'import', path: out, ...about, notes })}\n`);
      return;
    }
    for (const note of notes) stderr.write(`note: ${visible(note)}\n`);
    const next = {
      'language model': 'sample',
      classifier: 'classify',
      forecaster: 'forecast',
      translator: 'translate',
    };
    stdout.write(
      `${kind}, ${model.cell.toUpperCase()} ${numLayers} x ${hiddenSize}, ${parametersOf(model)} parameters, from ${foreign.identity.about}\n` +
        `saved ${out}; next: unrolled ${next[kind]} ${out}\n`,
    );
  },
});

function optionsOf({ plan }: Foreign, values: Values): ImportOptions {
  const { as, vocab, dictionary, labels, scaler, window, columns, targets, activation, nonlinearity } =
    values;
  const stack = plan.chain.find((layer) => layer.kind === 'recurrent');
  return {
    ...{ as, dictionary, window, activation, nonlinearity },
    ...(vocab !== undefined && { units: givenUnits(vocab) }),
    ...(labels !== undefined && { labels: givenNames(labels, '--labels') }),
    ...(columns !== undefined && { columns: givenNames(columns, '--columns') }),
    ...(targets !== undefined && { targets: givenNames(targets, '--targets') }),
    ...(scaler !== undefined && { scaler: givenScaler(scaler, stack?.inputSize ?? 0) }),
  };
}

/** What was taken for granted, because a model of ours has it no other way. */
const assumptions = ({ plan }: Foreign): string[] =>
  plan.questions
    .filter(({ about }) => about === 'nonlinearity')
    .map(({ layer }) => `${layer || 'the RNN'} is taken to have tanh; the file does not say`);
