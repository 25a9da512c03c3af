import type { LanguageModel } from '../models/language-model.js';
import type { Stepper, StepperWeights } from '../nn/recurrent/stepper.js';

/** A stepper that nobody uses at the moment, and the weights it was made of. */
interface Idle {
  readonly stepper: Stepper;
  readonly versions: string;
}

// One for each model: a text is usually followed by another, and making a stepper reorders all weights.
const idle = new WeakMap<LanguageModel, Idle>();
const made = new WeakMap<Stepper, string>();

/** Changes whenever a weight does. */
const versionsOf = (model: LanguageModel, weights: StepperWeights): string =>
  [weights, ...Array.from(model.parameters(), (p) => `${p.storage.serial}.${p.storage.version}`)].join();

/** A stepper of the model as it is now, for `returnStepper` when done. */
export function borrowStepper(model: LanguageModel, weights: StepperWeights = 'float32'): Stepper {
  const versions = versionsOf(model, weights);
  const found = idle.get(model);
  if (found?.versions === versions) {
    idle.delete(model);
    return found.stepper;
  }
  const stepper = model.stepper({ weights });
  made.set(stepper, versions);
  return stepper;
}

export function returnStepper(model: LanguageModel, stepper: Stepper): void {
  idle.set(model, { stepper, versions: made.get(stepper)! });
}
