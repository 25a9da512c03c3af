export {
  type AxisOptions,
  ELU,
  type ELUOptions,
  GELU,
  Hardsigmoid,
  Hardtanh,
  type HardtanhOptions,
  LeakyReLU,
  type LeakyReLUOptions,
  LogSigmoid,
  LogSoftmax,
  ReLU,
  ReLU6,
  SELU,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Softsign,
  Tanh,
} from './activations.js';
export { Flatten, type FlattenOptions, Identity, type Layer, ModuleList, Sequential } from './containers.js';
export { CrossEntropyLoss } from './cross-entropy-loss.js';
export { CTCLoss } from './ctc-loss.js';
export { ModuleDict, ParameterDict } from './dictionaries.js';
export { CosineSimilarity, PairwiseDistance } from './distances.js';
export { Dropout, type DropoutOptions } from './dropout.js';
export { Embedding, type EmbeddingOptions, type PretrainedOptions } from './embedding.js';
export * as functional from './functional.js';
export * as init from './init.js';
export { LayerNorm, type LayerNormOptions } from './layer-norm.js';
export { Linear, type LinearOptions } from './linear.js';
export {
  CosineEmbeddingLoss,
  GaussianNLLLoss,
  HingeEmbeddingLoss,
  MarginRankingLoss,
  TripletMarginLoss,
} from './losses-margin.js';
export { BCELoss, BCEWithLogitsLoss, KLDivLoss, NLLLoss } from './losses-probability.js';
export { HuberLoss, L1Loss, MSELoss, SmoothL1Loss } from './losses-regression.js';
export { type LoadableState, type LoadOptions, type LoadResult, Module, type StateDict } from './module.js';
export { ParameterList } from './parameter-list.js';
export { Parameter, type ParameterOptions } from './parameter.js';
export {
  CellModule,
  type CellOptions,
  GRUCell,
  LSTMCell,
  RNNCell,
  type RNNCellOptions,
} from './recurrent/cell-module.js';
export { GRU } from './recurrent/gru.js';
export { LSTM, type LSTMOptions, type LSTMState } from './recurrent/lstm.js';
export { MinGRU } from './recurrent/min-gru.js';
export { RecurrentModule, type RecurrentOptions, type RecurrentState } from './recurrent/module.js';
export {
  Stepper,
  type StepperActivation,
  type StepperLayer,
  type StepperOptions,
  type StepperWeights,
} from './recurrent/stepper.js';
export {
  type Lengths,
  type PackOptions,
  PackedSequence,
  packPaddedSequence,
  packSequence,
  type PaddedOptions,
  type PadOptions,
  padPackedSequence,
  type PadPackedOptions,
  padSequence,
  unpadSequence,
} from './recurrent/packed-sequence.js';
export { RNN, type RNNOptions } from './recurrent/rnn.js';
