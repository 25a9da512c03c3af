import type { Module } from '../nn/module.js';
import type { Tensor } from '../tensor/tensor.js';
import type { StartEvent } from './events.js';

/** What one step learns from. */
export interface Batch {
  readonly inputs: readonly Tensor[];
  /** Units (characters, rows) of which its loss is the mean. */
  readonly units: number;
}

/** What a step gives. */
export interface Outcome {
  /** The mean over the batch's units. */
  readonly loss: Tensor;
  /** What the next step of the epoch begins with; empty where steps know nothing of each other. */
  readonly state: readonly Tensor[];
}

/** Something to learn: a model, its data, and the loss. Everything that `Trainer` needs to know of them. */
export interface Task {
  readonly model: Module;
  /** Steps of an epoch. */
  readonly steps: number;
  /** Units of an epoch, those of all its batches together. */
  readonly units: number;
  /** What the user should know before: that batches are smaller than asked for, for example. */
  readonly notes: readonly string[];
  /** What the first event says of the model and the data. */
  describe(): Omit<StartEvent, 'v' | 'type' | 'epochs' | 'lr' | 'seed'>;
  /** The batches of an epoch from a step on, the same ones in the same order each time. */
  batches(epoch: number, from: number): Iterable<Batch>;
  /** Forward, from what the step before gave as its state; null at the start of an epoch. */
  loss(inputs: readonly Tensor[], state: readonly Tensor[] | null): Outcome;
  /** The mean loss on data that was held out; null without any. Gradients and dropout are off. */
  validate(): number | null;
}
