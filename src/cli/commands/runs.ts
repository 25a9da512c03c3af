import { stdout } from 'node:process';
import { FileError, isFolder } from '../../formats/platform-files.js';
import { lossChart } from '../../plots/charts.js';
import type { EpochEvent, RunEvent } from '../../training/events.js';
import { RunFolder } from '../../training/platform-run-folder.js';
import { type Call, define, type Group } from '../command.js';
import { UsageError } from '../failure.js';
import { expectPicture, writePicture } from '../picture.js';
import { RUNS_SETTING, runPath, runsIn } from '../run-path.js';
import { words, yes } from '../settings/setting.js';
import { terminalOf } from '../terminal.js';
import { lines } from '../views/comparison.js';
import { lossPlot } from '../views/plot.js';

const JSON_SETTING = yes('--json', 'for programs: one object a run', { fallback: false });
const RUNS = { runs: RUNS_SETTING, json: JSON_SETTING };
const RUN = ['<run>', 'the folder of a run, the start of its name, or latest'] as const;

/** What is told of a run in one line. */
interface Summary {
  readonly path: string;
  readonly file: string;
  /** What its losses are means over, and what has to be the same for two of them to be compared. */
  readonly unit: string | null;
  readonly task: string;
  readonly epochs: number;
  readonly of: number;
  readonly loss: number | null;
  readonly best: number | null;
  readonly done: boolean;
}

const epochsIn = (events: readonly RunEvent[]): EpochEvent[] =>
  events.filter((event) => event.type === 'epoch');

/** Settings on which the size of a loss depends, beside the data. */
const MEASURES = [
  'val',
  'tokens',
  'unknown',
  'minCount',
  'target',
  'horizon',
  'scaler',
  'textColumn',
  'labelColumn',
];

function summaryOf(path: string): Summary {
  const config = RunFolder.configOf(path);
  const events = RunFolder.eventsOf(path);
  const epochs = epochsIn(events);
  const start = events.find((event) => event.type === 'start');
  const judged = epochs.map(({ loss, valLoss }) => valLoss ?? loss);
  const settings = (config.settings ?? {}) as Readonly<Record<string, unknown>>;
  const unit = start?.unit ?? null;
  return {
    ...{ path, file: [config.file].flat().join(' '), unit },
    task: JSON.stringify([unit, config.sha256, ...MEASURES.map((name) => settings[name] ?? null)]),
    ...{ epochs: epochs.length, of: Number(settings.epochs ?? start?.epochs ?? 0) },
    loss: epochs.at(-1)?.loss ?? null,
    best: judged.length === 0 ? null : judged.reduce((a, b) => Math.min(a, b)),
    done: events.at(-1)?.type === 'done',
  };
}

/** What is told of a run to programs. */
const toldOf = ({ path, file, unit, epochs, of, loss, best, done }: Summary): object => ({
  ...{ path, file, unit, epochs, of, loss, best, done },
});

/** All runs in a folder, by their names and so by time. */
function summariesIn(folder: string): Summary[] {
  if (!isFolder(folder)) {
    throw new FileError(`there is no folder ${folder}`, {
      hint: '`unrolled train FILE` makes it, --runs names another',
    });
  }
  return runsIn(folder).map(summaryOf);
}

const number = (value: number | null): string => (value === null ? '–' : value.toFixed(4));

const listCommand = define({
  name: 'ls',
  summary: 'list all runs',
  description: 'Lists all runs, by time.',
  arguments: [],
  settings: RUNS,
  run: ({ values: { runs, json } }: Call<typeof RUNS>) => {
    const all = summariesIn(runs);
    if (json)
      for (const run of all) stdout.write(`${JSON.stringify({ v: 1, type: 'run', ...toldOf(run) })}\n`);
    else stdout.write(table(all));
  },
});

const table = (all: readonly Summary[]): string =>
  lines([
    ['run', 'epochs', 'loss', 'best', 'of', ''],
    ...all.map(({ path, epochs, of, loss, best, unit, done }) => [
      ...[path, `${epochs}/${of}`, number(loss), number(best)],
      ...[unit === null ? '' : `${unit}s`, done ? '' : 'not finished'],
    ]),
  ]);

const bestCommand = define({
  name: 'best',
  summary: 'the run with the least loss',
  description:
    'Says which run has the least loss on what was held out; only its path, for scripts. Losses compare only where the same was learnt of\n' +
    'the same data: where runs differ in that, name one of those that are meant.\n\n' +
    '  unrolled sample $(unrolled runs best)\n' +
    '  unrolled runs best latest',
  arguments: [['[run]', 'only those that learn the same of the same data as this run']],
  settings: RUNS,
  run: ({ args: [like], values: { runs, json } }: Call<typeof RUNS>) => {
    const learnt = summariesIn(runs).filter(({ best }) => best !== null);
    const task = like === undefined ? learnt.at(0)?.task : summaryOf(runPath(like, runs)).task;
    const same = learnt.filter((run) => run.task === task);
    if (same.length === 0) throw new FileError(`no run in ${runs} has come to the end of an epoch`);
    if (like === undefined && same.length < learnt.length) throw differentTasks(learnt, runs);
    const best = same.reduce((a, b) => (b.best! < a.best! ? b : a));
    stdout.write(json ? `${JSON.stringify({ v: 1, type: 'run', ...toldOf(best) })}\n` : `${best.path}\n`);
  },
});

function differentTasks(all: readonly Summary[], runs: string): UsageError {
  const latest = new Map(all.map((run) => [run.task, run]));
  const lines = [...latest.values()].map(
    ({ path, file, unit }) => `unrolled runs best ${path}   (${unit!}s of ${file})`,
  );
  return new UsageError(
    `the runs in ${runs} learn ${latest.size} different things, whose losses do not compare`,
    {
      hint: `name one of those that are meant: ${lines.join('\n  ')}`,
    },
  );
}

const SHOW = RUNS;
const showCommand = define({
  name: 'show',
  summary: 'the settings and losses of a run',
  description: 'Shows with which settings a run was started, and how it went.',
  arguments: [RUN],
  settings: SHOW,
  run: ({ args: [named], values: { runs, json } }: Call<typeof SHOW>) => {
    const path = runPath(named!, runs);
    const config = RunFolder.configOf(path);
    const summary = summaryOf(path);
    if (json) {
      stdout.write(`${JSON.stringify({ v: 1, type: 'run', ...toldOf(summary), config })}\n`);
      return;
    }
    const settings = Object.entries((config.settings ?? {}) as Readonly<Record<string, unknown>>);
    stdout.write(table([summary]));
    stdout.write(`file  ${summary.file}\n`);
    stdout.write(lines(settings.map(([name, value]) => [`  ${name}`, JSON.stringify(value)])));
    const epochs = epochsIn(RunFolder.eventsOf(path));
    if (epochs.length > 1) stdout.write(`${lossPlot(epochs, terminalOf(stdout).columns)}\n`);
  },
});

const COMPARE = RUNS;
const compareCommand = define({
  name: 'compare',
  summary: 'two runs side by side',
  description: 'Shows in which settings two runs differ, and how each went.',
  arguments: [RUN, ['<other>', 'that of another']],
  settings: COMPARE,
  run: ({ args, values: { runs, json } }: Call<typeof COMPARE>) => {
    const both = args
      .map((named) => runPath(named!, runs))
      .map((path) => ({ summary: summaryOf(path), config: RunFolder.configOf(path) }));
    const settings = both.map(({ config }) => (config.settings ?? {}) as Readonly<Record<string, unknown>>);
    const names = [...new Set(settings.flatMap((one) => Object.keys(one)))];
    const different = names.filter(
      (name) => JSON.stringify(settings[0][name]) !== JSON.stringify(settings[1][name]),
    );
    const differences = Object.fromEntries(
      different.map((name) => [name, settings.map((one) => one[name] ?? null)]),
    );
    if (json) {
      stdout.write(
        `${JSON.stringify({ v: 1, type: 'comparison', runs: both.map(({ summary }) => toldOf(summary)), differences })}\n`,
      );
      return;
    }
    stdout.write(table(both.map(({ summary }) => summary)));
    const rows = Object.entries(differences).map(([name, values]) => [
      name,
      ...values.map((value) => JSON.stringify(value)),
    ]);
    stdout.write(rows.length === 0 ? 'the same settings\n' : lines(rows));
    if (new Set(both.map(({ summary }) => summary.task)).size > 1) {
      stdout.write('they learn different things, whose losses do not compare\n');
    }
  },
});

const REMOVE = { runs: RUNS_SETTING };
const removeCommand = define({
  name: 'rm',
  summary: 'remove a run',
  description: 'Removes the folder of a run with everything in it, unless it is being written.',
  arguments: [RUN],
  settings: REMOVE,
  run: ({ args: [named], values: { runs } }: Call<typeof REMOVE>) => {
    const path = runPath(named!, runs);
    RunFolder.remove(path);
    stdout.write(`removed ${path}\n`);
  },
});

const PLOT = {
  out: words('--out <file>', 'an .svg or .png file', { fallback: 'loss.svg', isPath: true }),
  runs: RUNS_SETTING,
};
const plotCommand = define({
  name: 'plot',
  summary: 'draw the losses of a run',
  description: 'Draws the losses of a run as SVG, or as PNG where the package @resvg/resvg-js is installed.',
  arguments: [RUN],
  settings: PLOT,
  run: async ({ args: [named], values: { out, runs } }: Call<typeof PLOT>) => {
    const path = runPath(named!, runs);
    const epochs = epochsIn(RunFolder.eventsOf(path));
    if (epochs.length === 0)
      throw new FileError(`the run in ${path} has not come to the end of an epoch yet`);
    await expectPicture(out);
    const train = epochs.map(({ epoch, loss }) => [epoch + 1, loss] as const);
    const validation = epochs.flatMap(({ epoch, valLoss }) =>
      valLoss === undefined ? [] : [[epoch + 1, valLoss] as const],
    );
    await writePicture(out, lossChart({ train, validation }, { title: path }));
    stdout.write(`drawn in ${out}\n`);
  },
});

/** `unrolled runs`: what was trained here. */
export const runsCommand: Group = {
  name: 'runs',
  summary: 'list, show, compare, draw and remove runs',
  description: 'What was trained here: one folder a run.',
  commands: [listCommand, showCommand, bestCommand, compareCommand, plotCommand, removeCommand],
};
