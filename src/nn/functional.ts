/** Layers and losses as functions, PyTorch's torch.nn.functional. */
export { crossEntropy, type CrossEntropyOptions, type Reduction } from '../tensor/ops/cross-entropy.js';
export { dropout } from '../tensor/ops/dropout.js';
export { relu, sigmoid, tanh } from '../tensor/ops/elementwise.js';
export { linear } from '../tensor/ops/matmul.js';
export { logSoftmax, softmax } from '../tensor/ops/softmax.js';
export { oneHot } from '../tensor/create.js';
