export {
  CosineAnnealingLR,
  type CosineAnnealingLROptions,
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
} from './cosine.js';
export { CyclicLR, type CyclicLROptions } from './cyclic.js';
export {
  ExponentialLR,
  type ExponentialLROptions,
  MultiStepLR,
  type MultiStepLROptions,
  StepLR,
  type StepLROptions,
} from './decay.js';
export { LambdaLR, type LambdaLROptions, type LrLambda, MultiplicativeLR } from './lambda.js';
export type { CycledMomentumOptions } from './momentum.js';
export { OneCycleLR, type OneCycleLROptions } from './one-cycle.js';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './plateau.js';
export {
  ConstantLR,
  type ConstantLROptions,
  LinearLR,
  type LinearLROptions,
  PolynomialLR,
  type PolynomialLROptions,
} from './ramp.js';
export {
  type EpochOptions,
  LRScheduler,
  type Schedule,
  type Scheduled,
  type ScheduledGroup,
  type ScheduleState,
} from './scheduler.js';
export { ChainedScheduler, SequentialLR, type SequentialLROptions } from './sequence.js';
