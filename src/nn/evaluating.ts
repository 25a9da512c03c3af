import type { Module } from './module.js';
import { noGrad } from '../tensor/autograd.js';

/** Runs a model without gradients and dropout, and leaves it as it was: also between two steps of training. */
export function evaluating<T>(model: Module, run: () => T): T {
  const learning = Array.from(model.namedModules(), ([, module]) => module).filter((m) => m.training);
  for (const module of learning) module.training = false;
  try {
    return noGrad(run);
  } finally {
    for (const module of learning) module.training = true;
  }
}
