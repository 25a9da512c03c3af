/** Layers and losses as functions, PyTorch's torch.nn.functional. */
export { crossEntropy, type CrossEntropyOptions } from '../tensor/ops/cross-entropy.js';
export { ctcLoss, type CTCOptions, type CTCLengths } from '../tensor/ops/ctc.js';
export {
  type CosineOptions,
  cosineSimilarity,
  type DistanceOptions,
  normalize,
  type NormalizeOptions,
  pairwiseDistance,
} from '../tensor/ops/distances.js';
export { dropout } from '../tensor/ops/dropout.js';
export { embedding, type EmbeddingFunctionOptions } from '../tensor/ops/embedding.js';
export { type GumbelOptions, gumbelSoftmax } from '../tensor/ops/gumbel-softmax.js';
export { layerNorm, type LayerNormFunctionOptions } from '../tensor/ops/layer-norm.js';
export type { LossOptions, Reduction } from '../tensor/ops/losses.js';
export {
  cosineEmbeddingLoss,
  gaussianNllLoss,
  type GaussianNLLOptions,
  hingeEmbeddingLoss,
  type MarginOptions,
  marginRankingLoss,
  tripletMarginLoss,
  type TripletOptions,
} from '../tensor/ops/losses-margin.js';
export {
  type BCEOptions,
  type BCEWithLogitsOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  klDiv,
  type KLDivOptions,
  type KLDivReduction,
  nllLoss,
  type NLLOptions,
} from '../tensor/ops/losses-probability.js';
export {
  huberLoss,
  type HuberOptions,
  l1Loss,
  mseLoss,
  smoothL1Loss,
  type SmoothL1Options,
} from '../tensor/ops/losses-regression.js';
export {
  elu,
  gelu,
  hardsigmoid,
  hardtanh,
  leakyRelu,
  logSigmoid,
  relu6,
  selu,
  silu,
  softplus,
  softsign,
} from '../tensor/ops/activations.js';
export { relu, sigmoid, tanh } from '../tensor/ops/elementwise.js';
export { linear } from '../tensor/ops/matmul.js';
export { pad, type PadFunctionOptions, type PadMode } from '../tensor/ops/pad.js';
export { logSoftmax, softmax } from '../tensor/ops/softmax.js';
export { oneHot } from '../tensor/create.js';
