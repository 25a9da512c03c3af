import { join } from 'node:path';
import { stderr } from 'node:process';
import { ValueError } from '../errors.js';
import { expectWritable, writeFileAtomic } from '../formats/platform-files.js';
import { type RunConfig, RunFolder, runName } from '../training/platform-run-folder.js';
import type { EvaluationEvent, RunEvent } from '../training/events.js';
import type { Task } from '../training/task.js';
import { Trainer } from '../training/trainer.js';
import type { TrainValues } from './commands/train.js';
import { UsageError } from './failure.js';
import { interruptible } from './interrupt.js';
import { Input, titleOf } from './prepare/input.js';
import { kindOf, type TaskKind } from './prepare/kind.js';
import { prepareLabels } from './prepare/labels.js';
import { namedFiles } from './prepare/pair-files.js';
import { preparePairs } from './prepare/pairs.js';
import { prepareSeries } from './prepare/series.js';
import { prepareText } from './prepare/text.js';
import { TASK_DEFAULTS } from './settings/training.js';
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
  /** Events that come before those of the training: what was read. */
  readonly before?: readonly RunEvent[];
  /** What the user should know of the data. */
  readonly notes?: readonly string[];
  /** How the model does on what is held out, if anything is. */
  readonly evaluate?: () => EvaluationEvent;
  /** What is told at the end, beside the events. */
  readonly report?: () => string;
}

const PREPARE: Readonly<
  Record<TaskKind, (paths: readonly string[], values: TrainValues) => Prepared | Promise<Prepared>>
> = {
  text: (paths, values) => prepareText(onlyOne(paths, 'text'), values),
  forecast: (paths, values) => prepareSeries(onlyOne(paths, 'table'), values),
  classify: prepareLabels,
  translate: preparePairs,
};

/** @throws UsageError for several */
function onlyOne(paths: readonly string[], what: string): string {
  if (paths.length === 1) return paths[0];
  throw new UsageError(`a ${what} is one file, and ${paths.length} are named`, {
    hint: `put them together: cat ${paths.join(' ')} | unrolled train - --task ${what === 'text' ? 'text' : 'forecast'}`,
  });
}

/** Learns files in a run folder, a new one or an earlier one. */
export async function trainFiles(files: readonly string[], values: TrainValues, view: View): Promise<void> {
  const { resume, out } = values;
  const earlier = resume === undefined ? null : RunFolder.configOf(resume);
  if (earlier !== null) expectSame(earlier, values);
  // Before hours of work: can the model be written at all?
  if (out !== undefined) expectWritable(out);
  const input =
    earlier !== null && files.length === 0
      ? await Input.again([earlier.file].flat().map(String), resume!)
      : await Input.take(earlier === null ? namedFiles(files, values) : files);
  try {
    const kind = kindOf(input.paths, values);
    const prepared = await PREPARE[kind](input.paths, values);
    if (earlier !== null && earlier.sha256 !== prepared.sha256) {
      const named = input.paths.join(' ');
      throw new ValueError(`${named} is not what the run in ${resume!} learns`, {
        hint: `to learn something else from where the run stands: unrolled train ${named} --init-from ${resume!}`,
      });
    }
    const options = optionsOf(kind, values);
    const trainer = new Trainer(prepared.task, options);
    const folder = earlier === null ? newFolder(input, prepared.sha256, values) : RunFolder.resume(resume!);
    try {
      input.keep(folder.path);
      input.close();
      if (folder.hasState) {
        trainer.restore(folder.state(), changedRate(values));
        folder.saveModels(trainer, prepared.save);
      }
      if (earlier !== null) {
        folder.configure({ ...earlier, settings: { ...settingsIn(earlier), ...changedSettings(values) } });
        for (const event of RunFolder.eventsOf(folder.path)) {
          view(event.type === 'start' ? { ...event, epochs: options.epochs } : event);
        }
      }
      await follow(trainer, prepared, folder, view, { out, everyMs: 1000 * values.checkpointEvery });
    } finally {
      folder.close();
    }
  } finally {
    input.close();
  }
}

function optionsOf(kind: TaskKind, values: TrainValues) {
  const {
    clip = 5,
    checkpointEvery,
    epochs = TASK_DEFAULTS[kind].epochs,
    lr = TASK_DEFAULTS[kind].lr,
  } = values;
  const { optimizer, schedule, patience, seed } = values;
  return {
    ...{ epochs, lr, optimizer, schedule, patience, seed },
    clip: clip === 0 ? Infinity : clip,
    progressEvery: Math.min(500, 1000 * checkpointEvery),
  };
}

async function follow(
  trainer: Trainer,
  { save, sample, report, evaluate, before = [], notes = [] }: Prepared,
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
  if (!folder.hasState) before.forEach(tell);
  const stopped = await interruptible(trainer.run(), (event) => {
    if (event.type === 'done' && evaluate !== undefined && trainer.epoch > 0)
      tell(trainer.withBest(evaluate));
    tell(event);
    if (event.type === 'start') for (const message of notes) tell({ v: 1, type: 'alert', message });
    if (event.type === 'epoch' && sample !== undefined) {
      tell({ v: 1, type: 'sample', epoch: event.epoch, text: sample(event.epoch) });
    }
    if (event.type === 'epoch' || (event.type === 'progress' && performance.now() - saved >= everyMs)) keep();
  });
  // Without an epoch nothing was saved yet, and the model as it began is one, too.
  if (stopped !== null || !folder.hasState) keep();
  if (stopped !== null) {
    stderr.write(`\n${stopped.why}; to go on: unrolled train --resume ${folder.path}\n`);
    process.exitCode = stopped.exit;
    return;
  }
  if (out !== undefined) writeFileAtomic(out, trainer.withBest(save));
  view({ v: 1, type: 'checkpoint', epoch: Math.max(0, trainer.epoch - 1), path: out ?? folder.path });
  if (report !== undefined && trainer.epoch > 0) stderr.write(trainer.withBest(report));
}

function newFolder({ names }: Input, sha256: string, values: TrainValues): RunFolder {
  return RunFolder.create(join(values.runs, runName(titleOf(names))), {
    ...{ version: 1, command: 'train', started: new Date().toISOString() },
    ...{ file: names.length === 1 ? names[0] : names, sha256, settings: settingsOf(values) },
  });
}

const settingsOf = (values: TrainValues): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(values).filter(([key, value]) => value !== undefined && key !== 'resume'),
  );

const settingsIn = ({ settings }: RunConfig): Readonly<Record<string, unknown>> =>
  (settings ?? {}) as Readonly<Record<string, unknown>>;

/** What holds from now on, whenever the run goes on again. */
const changedSettings = ({
  epochs,
  lr,
  checkpointEvery,
}: TrainValues): Readonly<Record<string, unknown>> => ({
  ...{ epochs, lr, checkpointEvery },
});

/** @throws UsageError that names what differs from the run to go on with */
function expectSame(earlier: RunConfig, values: TrainValues): void {
  const before = settingsIn(earlier);
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

/** A schedule has its rate from where the run stands. */
const changedRate = ({ lr, schedule }: TrainValues): { readonly lr?: number } =>
  lr === undefined || schedule !== 'constant' ? {} : { lr };
