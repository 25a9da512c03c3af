export { Adadelta, type AdadeltaOptions } from './adadelta.js';
export { Adagrad, type AdagradOptions } from './adagrad.js';
export { Adam, type AdamOptions, AdamW } from './adam.js';
export { Adamax, type AdamaxOptions } from './adamax.js';
export { LBFGS, type LBFGSOptions } from './lbfgs.js';
export type { MomentOptions } from './moments.js';
export { NAdam, type NAdamOptions } from './nadam.js';
export {
  Optimizer,
  type OptimizerState,
  type ParamGroup,
  type Params,
  type ParamState,
  type ZeroGradOptions,
} from './optimizer.js';
export { RAdam, type RAdamOptions } from './radam.js';
export { RMSprop, type RMSpropOptions } from './rmsprop.js';
export { Rprop, type RpropOptions } from './rprop.js';
export { SGD, type SGDOptions } from './sgd.js';
export { type Clipped, clipGradNorm, type ClipGradNormOptions, clipGradValue, gradNorm } from './clip.js';
export * from './schedules/index.js';
