import { Adam, AdamW } from '../optim/adam.js';
import { clipGradNorm } from '../optim/clip.js';
import type { Optimizer } from '../optim/optimizer.js';
import { RMSprop } from '../optim/rmsprop.js';
import { CosineAnnealingLR } from '../optim/schedules/cosine.js';
import { ExponentialLR } from '../optim/schedules/decay.js';
import { ReduceLROnPlateau } from '../optim/schedules/plateau.js';
import type { Scheduled } from '../optim/schedules/scheduler.js';
import { SGD } from '../optim/sgd.js';
import { readOptions, type Schema } from '../options.js';
import { backward, noGrad } from '../tensor/autograd.js';
import { capture } from '../tensor/capture/capture.js';
import { live } from '../tensor/capture/live.js';
import { duplicate } from '../tensor/copy.js';
import { defaultGenerator } from '../tensor/generator.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint, type Position } from './checkpoint.js';
import { expectFinite } from './diverged.js';
import type { EpochEvent, ProgressEvent, RunEvent } from './events.js';
import type { Outcome, Task } from './task.js';

const OPTIMIZERS = { adam: Adam, adamw: AdamW, rmsprop: RMSprop, sgd: SGD } as const satisfies Record<
  OptimizerName,
  unknown
>;
/** How the weights are changed. */
export type OptimizerName = 'adam' | 'adamw' | 'rmsprop' | 'sgd';
export const OPTIMIZER_NAMES = Object.keys(OPTIMIZERS) as readonly OptimizerName[];

/** How the learning rate goes, epoch by epoch. */
export type ScheduleName = 'constant' | 'cosine' | 'exponential' | 'plateau';
export const SCHEDULE_NAMES: readonly ScheduleName[] = ['constant', 'cosine', 'exponential', 'plateau'];

/** How to train. */
export interface FitOptions {
  /** Passes over the data. Default 10. */
  readonly epochs?: number;
  /** Learning rate. Default 0.002. */
  readonly lr?: number;
  /** Default 'adam'. */
  readonly optimizer?: OptimizerName;
  /**
   * 'cosine' goes down to 0 over all epochs, 'exponential' takes 0.97 of it after each, 'plateau' a third where the loss has not
   * improved for two. Default 'constant'.
   */
  readonly schedule?: ScheduleName;
  /** Greatest length of the gradient; Infinity for no limit. Default 5. */
  readonly clip?: number;
  /** Stops after so many epochs without a better loss (on what is held out, if anything is). Default: never. */
  readonly patience?: number;
  /** Only told in the start event: seed before the model is made. Default 0. */
  readonly seed?: number;
  /** Least time between two progress events, in milliseconds. Default 500. */
  readonly progressEvery?: number;
}

/** Options of `Trainer.restore`. */
export interface RestoreOptions {
  /** Another learning rate. Default: that of the checkpoint. */
  readonly lr?: number;
}

const RESTORE: Schema<RestoreOptions> = { lr: '0 or more' };

/** What these options may be. */
export const FIT: Schema<FitOptions> = {
  epochs: 'a whole number of 0 or more',
  lr: '0 or more',
  optimizer: { oneOf: OPTIMIZER_NAMES },
  schedule: { oneOf: SCHEDULE_NAMES },
  clip: '0 or more',
  patience: '0 or more',
  seed: 'a whole number',
  progressEvery: '0 or more',
};

const START: Position = {
  ...{ epoch: 0, step: 0, total: 0, units: 0, norms: 0, seen: 0, seconds: 0 },
  ...{ recent: null, last: null, best: null, bestEpoch: null },
};

/**
 * Trains any model on any task, step by step, and can be saved between any two events and gone on with bit for bit.
 *
 * @throws ValueError for settings that cannot be
 * @example
 * const text = 'if you want you '.repeat(20);
 * const model = new LanguageModel(Vocabulary.from(text), { cell: 'gru', hiddenSize: 16 });
 * const task = new TextTask(model, Corpus.of(text, model.vocabulary), { batchSize: 4, seqLength: 16 });
 * const trainer = new Trainer(task, { epochs: 2, seed: 0 });
 * for (const event of trainer.run()) if (event.type === 'epoch') trainer.checkpoint().length > 1000; // true
 */
export class Trainer {
  private readonly options: Required<FitOptions>;
  private readonly optimizer: Adam | AdamW | RMSprop | SGD;
  private readonly schedule: CosineAnnealingLR | ExponentialLR | ReduceLROnPlateau | null;
  private position = START;
  private state: readonly Tensor[] | null = null;
  /** The weights at the best loss so far, by name. */
  private best: ReadonlyMap<string, Tensor> | null = null;

  constructor(
    readonly task: Task,
    given?: FitOptions,
  ) {
    const options = readOptions('Trainer', given, FIT);
    const { epochs = 10, lr = 0.002, optimizer = 'adam', schedule = 'constant', seed = 0 } = options;
    const { clip = 5, patience = Infinity, progressEvery = 500 } = options;
    this.options = { epochs, lr, optimizer, schedule, clip, patience, seed, progressEvery };
    this.optimizer = new OPTIMIZERS[optimizer](task.model.parameters(), { lr });
    this.schedule = scheduleOf(schedule, this.optimizer, epochs);
  }

  /** Epochs that are complete. */
  get epoch(): number {
    return this.position.epoch;
  }

  /** The least loss so far, on what is held out if anything is, and its epoch; null before the first epoch has ended. */
  get bestLoss(): { readonly loss: number; readonly epoch: number } | null {
    const { best, bestEpoch } = this.position;
    return best === null ? null : { loss: best, epoch: bestEpoch! };
  }

  /** Whether there is nothing left to do: all epochs are done, or patience is at its end. */
  get isDone(): boolean {
    const { epoch, bestEpoch } = this.position;
    return epoch >= this.options.epochs || epoch - 1 - (bestEpoch ?? epoch - 1) >= this.options.patience;
  }

  /**
   * Trains from where the trainer stands to the end. Between two events it is in a state that `checkpoint` can save.
   *
   * @throws DivergedError if the loss leaves the finite numbers
   */
  *run(): Generator<RunEvent> {
    const { task, options } = this;
    const { epochs, lr, seed } = options;
    if (this.position.seen === 0) {
      yield { v: 1, type: 'start', epochs, lr, seed, ...task.describe() };
      for (const message of task.notes) yield { v: 1, type: 'alert', message };
    }
    const started = performance.now() - 1000 * this.position.seconds;
    const elapsed = (): number => (performance.now() - started) / 1000;
    const step = this.step();
    let told = performance.now();
    task.model.train();
    while (!this.isDone) {
      const { epoch } = this.position;
      for (const { inputs, units } of task.batches(epoch, this.position.step)) {
        const { loss, state, norm } = step(inputs, this.state);
        this.state = state;
        const { position } = this;
        expectFinite(loss, `epoch ${epoch}, step ${position.step + 1}`, this.lr);
        this.position = {
          ...position,
          step: position.step + 1,
          total: position.total + loss * units,
          units: position.units + units,
          norms: position.norms + norm,
          seen: position.seen + units,
          seconds: elapsed(),
          recent: position.recent === null ? loss : 0.95 * position.recent + 0.05 * loss,
        };
        if (performance.now() - told < options.progressEvery) continue;
        told = performance.now();
        yield this.progress();
      }
      yield this.endEpoch(elapsed());
    }
    task.model.eval();
    yield {
      v: 1,
      type: 'done',
      epochs: this.position.epoch,
      loss: this.position.last ?? NaN,
      seconds: elapsed(),
    };
  }

  /**
   * Everything that going on bit for bit takes, as the bytes of one safetensors file: weights, the best weights, the optimiser, the
   * schedule, random numbers, the state carried between windows, and where in the data it stands.
   *
   * @param notes  words of one's own to keep with it
   */
  checkpoint(notes: Readonly<Record<string, string>> = {}): Uint8Array {
    return encodeCheckpoint(
      {
        weights: this.task.model.stateDict(),
        best: this.best,
        state: this.state,
        optimizer: this.optimizer.stateDict(),
        schedule: this.schedule?.stateDict() ?? null,
        generator: defaultGenerator.getState(),
        position: this.position,
      },
      notes,
    );
  }

  /**
   * Goes back to where `checkpoint` was called, by a trainer of the same task and settings; the number of epochs may differ, and
   * `lr` sets another learning rate.
   *
   * @throws FormatError if the bytes are no checkpoint; StateDictError if it is one of another model
   */
  restore(bytes: Uint8Array, options?: RestoreOptions): void {
    const { lr } = readOptions('Trainer.restore', options, RESTORE);
    const saved: Checkpoint = decodeCheckpoint(bytes);
    this.task.model.loadStateDict(saved.weights);
    this.best = saved.best;
    this.state = saved.state;
    (this.optimizer as Optimizer<object>).loadStateDict(saved.optimizer);
    if (this.schedule !== null && saved.schedule !== null) this.schedule.loadStateDict(saved.schedule);
    if (lr !== undefined) for (const group of this.optimizer.paramGroups) group.lr = lr;
    defaultGenerator.setState(saved.generator);
    this.position = saved.position;
  }

  /** Runs something with the best weights in the model, and puts the present ones back. */
  withBest<T>(run: () => T): T {
    const { model } = this.task;
    if (this.best === null) return run();
    const present = copied(model.stateDict());
    model.loadStateDict(this.best);
    try {
      return run();
    } finally {
      model.loadStateDict(present);
    }
  }

  private get lr(): number {
    return this.optimizer.paramGroups[0].lr;
  }

  /** One step: forward, backward, clipped, and the optimiser's. */
  private step(): (
    inputs: readonly Tensor[],
    state: readonly Tensor[] | null,
  ) => { loss: number; state: readonly Tensor[]; norm: number } {
    const { task, optimizer, options } = this;
    const parameters = [...task.model.parameters()];
    let norm = 0;
    const run = capture((count: number, ...tensors: Tensor[]): Outcome => {
      optimizer.zeroGrad();
      const given = tensors.slice(count);
      const { loss, state } = task.loss(tensors.slice(0, count), given.length > 0 ? given : null);
      backward(loss);
      live(optimizer, () => {
        norm = clipGradNorm(parameters, options.clip);
      });
      optimizer.step();
      return { loss: loss.detach(), state: state.map((s) => s.detach()) };
    });
    return (inputs, before) => {
      const { loss, state } = run(inputs.length, ...inputs, ...(before ?? []));
      return { loss: loss.item(), state, norm };
    };
  }

  private progress(): ProgressEvent {
    const { epoch, step, seen, recent, seconds } = this.position;
    const { task, options } = this;
    const charactersPerSecond = seen / seconds;
    const secondsLeft = (options.epochs * task.units - seen) / charactersPerSecond;
    const loss = recent ?? NaN;
    return { v: 1, type: 'progress', epoch, step, steps: task.steps, loss, charactersPerSecond, secondsLeft };
  }

  /** Validates, remembers the best, moves the schedule on, and stands at the start of the next epoch. */
  private endEpoch(seconds: number): EpochEvent {
    const { task, position } = this;
    const { epoch } = position;
    const loss = position.total / position.units;
    task.model.eval();
    const valLoss = noGrad(() => task.validate());
    task.model.train();
    const judged = valLoss ?? loss;
    const isBest = position.best === null || judged < position.best;
    if (isBest) this.best = copied(task.model.stateDict());
    const { lr } = this;
    if (this.schedule instanceof ReduceLROnPlateau) this.schedule.step(judged);
    else this.schedule?.step();
    this.state = null;
    this.position = {
      ...{ ...START, epoch: epoch + 1, seen: position.seen, seconds, recent: position.recent, last: loss },
      best: isBest ? judged : position.best,
      bestEpoch: isBest ? epoch : position.bestEpoch,
    };
    return {
      ...{ v: 1, type: 'epoch', epoch, loss, gradNorm: position.norms / task.steps, lr },
      ...(valLoss === null ? {} : { valLoss, best: isBest }),
    };
  }
}

/**
 * Trains to the end: `new Trainer(task, options).run()`, for runs that need no checkpoints.
 *
 * @throws DivergedError if the loss leaves the finite numbers
 */
export const fit = (task: Task, options?: FitOptions): Generator<RunEvent> =>
  new Trainer(task, options).run();

function scheduleOf(
  name: ScheduleName,
  optimizer: Scheduled,
  epochs: number,
): CosineAnnealingLR | ExponentialLR | ReduceLROnPlateau | null {
  if (name === 'cosine') return new CosineAnnealingLR(optimizer, { tMax: Math.max(1, epochs) });
  if (name === 'exponential') return new ExponentialLR(optimizer, { gamma: 0.97 });
  if (name === 'plateau') return new ReduceLROnPlateau(optimizer, { factor: 1 / 3, patience: 1 });
  return null;
}

const copied = (weights: ReadonlyMap<string, Tensor>): Map<string, Tensor> =>
  new Map([...weights].map(([name, x]) => [name, duplicate(x)]));
