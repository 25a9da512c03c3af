import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stdout } from 'node:process';
import { expectWritable, FileError, writeFileAtomic } from '../../formats/platform-files.js';
import { lossChart } from '../../plots/charts.js';
import { svgToPng } from '../../plots/platform-png.js';
import type { EpochEvent, RunEvent } from '../../training/events.js';
import { RunFolder } from '../../training/platform-run-folder.js';
import { type Call, define, type Group } from '../command.js';
import { words, yes } from '../settings/setting.js';
import { terminalOf } from '../terminal.js';
import { lines } from '../views/comparison.js';
import { lossPlot } from '../views/plot.js';

const JSON_SETTING = yes('--json', 'for programs: one object a run', { fallback: false });
const RUNS = {
  runs: words('--runs <folder>', 'where the runs are', { fallback: 'runs', isPath: true }),
  json: JSON_SETTING,
};

/** What is told of a run in one line. */
interface Summary {
  readonly path: string;
  readonly file: string;
  readonly epochs: number;
  readonly of: number;
  readonly loss: number | null;
  readonly best: number | null;
  readonly done: boolean;
}

const epochsIn = (events: readonly RunEvent[]): EpochEvent[] =>
  events.filter((event) => event.type === 'epoch');

function summaryOf(path: string): Summary {
  const config = RunFolder.configOf(path);
  const events = RunFolder.eventsOf(path);
  const epochs = epochsIn(events);
  const start = events.find((event) => event.type === 'start');
  const judged = epochs.map(({ loss, valLoss }) => valLoss ?? loss);
  return {
    ...{ path, file: String(config.file), epochs: epochs.length, of: start?.epochs ?? 0 },
    loss: epochs.at(-1)?.loss ?? null,
    best: judged.length === 0 ? null : Math.min(...judged),
    done: events.at(-1)?.type === 'done',
  };
}

/** All runs in a folder, by their names and so by time; other folders in it are left out. */
function summariesIn(folder: string): Summary[] {
  if (!existsSync(folder)) {
    throw new FileError(`there is no folder ${folder}`, {
      hint: '`unrolled train FILE` makes it, --runs names another',
    });
  }
  const paths = readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
  return paths.filter((path) => existsSync(join(path, 'config.json'))).map(summaryOf);
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
    if (json) for (const run of all) stdout.write(`${JSON.stringify({ v: 1, type: 'run', ...run })}\n`);
    else stdout.write(table(all));
  },
});

const table = (all: readonly Summary[]): string =>
  lines([
    ['run', 'epochs', 'loss', 'best', ''],
    ...all.map(({ path, epochs, of, loss, best, done }) => [
      ...[path, `${epochs}/${of}`, number(loss), number(best), done ? '' : 'not finished'],
    ]),
  ]);

const bestCommand = define({
  name: 'best',
  summary: 'the run with the least loss',
  description: 'Says which run has the least loss on what was held out; only its path, for scripts.',
  arguments: [],
  settings: RUNS,
  run: ({ values: { runs, json } }: Call<typeof RUNS>) => {
    const all = summariesIn(runs).filter(({ best }) => best !== null);
    if (all.length === 0) throw new FileError(`no run in ${runs} has come to the end of an epoch`);
    const best = all.reduce((a, b) => (b.best! < a.best! ? b : a));
    stdout.write(json ? `${JSON.stringify({ v: 1, type: 'run', ...best })}\n` : `${best.path}\n`);
  },
});

const SHOW = { json: JSON_SETTING };
const showCommand = define({
  name: 'show',
  summary: 'the settings and losses of a run',
  description: 'Shows with which settings a run was started, and how it went.',
  arguments: [['<run>', 'the folder of a run']],
  settings: SHOW,
  run: ({ args: [path], values: { json } }: Call<typeof SHOW>) => {
    const config = RunFolder.configOf(path!);
    const summary = summaryOf(path!);
    if (json) {
      stdout.write(`${JSON.stringify({ v: 1, type: 'run', ...summary, config })}\n`);
      return;
    }
    const settings = Object.entries((config.settings ?? {}) as Readonly<Record<string, unknown>>);
    stdout.write(table([summary]));
    stdout.write(`file  ${summary.file}\n`);
    stdout.write(lines(settings.map(([name, value]) => [`  ${name}`, JSON.stringify(value)])));
    const epochs = epochsIn(RunFolder.eventsOf(path!));
    if (epochs.length > 1) stdout.write(`${lossPlot(epochs, terminalOf(stdout).columns)}\n`);
  },
});

const COMPARE = { json: JSON_SETTING };
const compareCommand = define({
  name: 'compare',
  summary: 'two runs side by side',
  description: 'Shows in which settings two runs differ, and how each went.',
  arguments: [
    ['<run>', 'the folder of a run'],
    ['<other>', 'that of another'],
  ],
  settings: COMPARE,
  run: ({ args, values: { json } }: Call<typeof COMPARE>) => {
    const both = args.map((path) => ({ summary: summaryOf(path!), config: RunFolder.configOf(path!) }));
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
        `${JSON.stringify({ v: 1, type: 'comparison', runs: both.map(({ summary }) => summary), differences })}\n`,
      );
      return;
    }
    stdout.write(table(both.map(({ summary }) => summary)));
    const rows = Object.entries(differences).map(([name, values]) => [
      name,
      ...values.map((value) => JSON.stringify(value)),
    ]);
    stdout.write(rows.length === 0 ? 'the same settings\n' : lines(rows));
  },
});

const REMOVE = {};
const removeCommand = define({
  name: 'rm',
  summary: 'remove a run',
  description: 'Removes the folder of a run with everything in it, unless it is being written.',
  arguments: [['<run>', 'the folder of a run']],
  settings: REMOVE,
  run: ({ args: [path] }: Call<typeof REMOVE>) => {
    RunFolder.remove(path!);
    stdout.write(`removed ${path!}\n`);
  },
});

const PLOT = { out: words('--out <file>', 'an .svg or .png file', { fallback: 'loss.svg', isPath: true }) };
const plotCommand = define({
  name: 'plot',
  summary: 'draw the losses of a run',
  description: 'Draws the losses of a run as SVG, or as PNG where the package @resvg/resvg-js is installed.',
  arguments: [['<run>', 'the folder of a run']],
  settings: PLOT,
  run: async ({ args: [path], values: { out } }: Call<typeof PLOT>) => {
    const epochs = epochsIn(RunFolder.eventsOf(path!));
    if (epochs.length === 0)
      throw new FileError(`the run in ${path!} has not come to the end of an epoch yet`);
    expectWritable(out);
    const train = epochs.map(({ epoch, loss }) => [epoch + 1, loss] as const);
    const validation = epochs.flatMap(({ epoch, valLoss }) =>
      valLoss === undefined ? [] : [[epoch + 1, valLoss] as const],
    );
    const svg = lossChart({ train, validation }, { title: path });
    writeFileAtomic(
      out,
      out.toLowerCase().endsWith('.png') ? await svgToPng(svg) : new TextEncoder().encode(svg),
    );
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
