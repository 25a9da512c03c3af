import '../tensor/index.js';

export { Adam, type AdamOptions } from './adam.js';
export {
  Optimizer,
  type OptimizerState,
  type ParamGroup,
  type Params,
  type ParamState,
} from './optimizer.js';
export { SGD, type SGDOptions } from './sgd.js';
export { clipGradNorm, gradNorm } from './clip.js';
