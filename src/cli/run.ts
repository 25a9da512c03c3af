import { basename, extname, join, resolve } from 'node:path';
import { stderr } from 'node:process';
import { ValueError } from '../errors.js';
import { expectWritable, writeFileAtomic } from '../formats/platform-files.js';
import { type RunConfig, RunFolder, runName } from '../training/platform-run-folder.js';
import type { RunEvent } from '../training/events.js';
import type { Task } from '../training/task.js';
import { Trainer } from '../training/trainer.js';
import type { TrainValues } from './commands/train.js';
import { UsageError } from './failure.js';
import { interruptible } from './interrupt.js';
import { kindOf, type TaskKind } from './prepare/kind.js';
import { prepareLabels } from './prepare/labels.js';
import { preparePairs } from './prepare/pairs.js';
import { prepareSeries } from './prepare/series.js';
import { prepareText } from './prepare/text.js';
import { TEXT_DEFAULTS } from './settings/training.js';
import type { View } from './views/view.js';

/** What may be another when a run goes on; all else makes it another run. */
const CHANGEABLE = [
  'epochs',
  'lr',
  'checkpointEvery',
  'out',
  'sample',
  'plot',
  'format',
  'json',
  'color',
  'resume',
  'runs',
  'text',
];

/** A file made ready to be learnt. */
export interface Prepared {
  readonly task: Task;
  /** Fingerprint of the file, by which it is known again. */
  readonly sha256: string;
  /** The bytes of the model as it is now. */
  readonly save: () => Uint8Array;
  /** What the model writes after an epoch. */
  readonly sample?: (epoch: number) => string;
  /** What is told at the end, beside the events. */
  readonly report?: () => string;
}

const PREPARE: Readonly<
  Record<TaskKind, (path: string, values: TrainValues) => Prepared | Promise<Prepared>>
> = {
  text: prepareText,
  forecast: prepareSeries,
  classify: prepareLabels,
  translate: preparePairs,
};
const DEFAULTS: Readonly<Record<TaskKind, { readonly lr: number; readonly epochs: number }>> = {
  text: TEXT_DEFAULTS,
  forecast: { lr: 0.005, epochs: 60 },
  classify: { lr: 0.005, epochs: 20 },
  translate: { lr: 0.003, epochs: 30 },
};

/** Learns a file in a run folder, a new one or an earlier one. */
export async function trainFile(file: string | undefined, values: TrainValues, view: View): Promise<void> {
  const { resume, out } = values;
  const earlier = resume === undefined ? null : RunFolder.configOf(resume);
  const path = file ?? String(earlier?.file);
  if (earlier !== null) expectSame(earlier, values);
  // Before hours of work: can the model be written at all?
  if (out !== undefined) expectWritable(out);
  const kind = kindOf(path, values);
  const prepared = await PREPARE[kind](path, values);
  if (earlier !== null && earlier.sha256 !== prepared.sha256) {
    throw new ValueError(`${path} is not what the run in ${resume!} learns`, {
      hint: `to learn something else from where the run stands: unrolled train ${path} --init-from ${resume!}`,
    });
  }
  const { clip = 5, checkpointEvery, epochs = DEFAULTS[kind].epochs, lr = DEFAULTS[kind].lr } = values;
  const trainer = new Trainer(prepared.task, {
    ...{ ...values, epochs, lr, clip: clip === 0 ? Infinity : clip },
    progressEvery: Math.min(500, 1000 * checkpointEvery),
  });
  const folder = resume === undefined ? newFolder(path, prepared.sha256, values) : RunFolder.resume(resume);
  try {
    if (folder.hasState) {
      trainer.restore(folder.state(), changedRate(earlier, values));
      folder.saveModels(trainer, prepared.save);
    }
    if (resume !== undefined) RunFolder.eventsOf(folder.path).forEach(view);
    await follow(trainer, prepared, folder, view, { out, everyMs: 1000 * checkpointEvery });
  } finally {
    folder.close();
  }
}

async function follow(
  trainer: Trainer,
  { save, sample, report }: Prepared,
  folder: RunFolder,
  view: View,
  { out, everyMs }: { readonly out: string | undefined; readonly everyMs: number },
): Promise<void> {
  let saved = performance.now();
  const keep = (): void => {
    folder.checkpoint(trainer, save);
    saved = performance.now();
  };
  const tell = (event: RunEvent): void => {
    view(event);
    folder.append(event);
  };
  const stopped = await interruptible(trainer.run(), (event) => {
    tell(event);
    if (event.type === 'epoch' && sample !== undefined) {
      tell({ v: 1, type: 'sample', epoch: event.epoch, text: sample(event.epoch) });
    }
    if (event.type === 'epoch' || (event.type === 'progress' && performance.now() - saved >= everyMs)) keep();
  });
  if (stopped !== null) {
    keep();
    stderr.write(`\n${stopped.why}; to go on: unrolled train --resume ${folder.path}\n`);
    process.exitCode = stopped.exit;
    return;
  }
  if (out !== undefined) writeFileAtomic(out, trainer.withBest(save));
  view({ v: 1, type: 'checkpoint', epoch: trainer.epoch - 1, path: out ?? folder.path });
  if (report !== undefined) stderr.write(trainer.withBest(report));
}

function newFolder(path: string, sha256: string, values: TrainValues): RunFolder {
  const name = join(values.runs, runName(basename(path, extname(path))));
  return RunFolder.create(name, configOf(path, sha256, values));
}

const configOf = (path: string, sha256: string, values: TrainValues): RunConfig => {
  const settings = Object.fromEntries(
    Object.entries(values).filter(([key, value]) => value !== undefined && key !== 'resume'),
  );
  return { version: 1, command: 'train', file: resolve(path), sha256, settings };
};

/** @throws UsageError that names what differs from the run to go on with */
function expectSame(earlier: RunConfig, values: TrainValues): void {
  const before = (earlier.settings ?? {}) as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(values)) {
    if (CHANGEABLE.includes(name) || JSON.stringify(before[name]) === JSON.stringify(value)) continue;
    throw new UsageError(`the run was started with ${name} ${shown(before[name])}, not ${shown(value)}`, {
      hint: 'a run goes on as it began; only epochs, lr and output may change',
    });
  }
  const isScheduled = values.schedule !== 'constant';
  if (isScheduled && before.lr !== values.lr) {
    throw new UsageError(
      `the schedule '${values.schedule}' sets the learning rate: it cannot be changed on the way`,
    );
  }
}

const shown = (value: unknown): string => (value === undefined ? 'left to itself' : JSON.stringify(value));

function changedRate(earlier: RunConfig | null, { lr }: TrainValues): { readonly lr?: number } {
  const before = ((earlier?.settings ?? {}) as Readonly<Record<string, unknown>>).lr;
  return before === lr || lr === undefined ? {} : { lr };
}
