// Everything the kernels offer. Pointers are byte addresses; sizes and strides are in elements of four bytes.
export * from './elementwise';
export * from './binary';
export { copy, copyStrided, transpose } from './copy';
export * from './reduce';
export { gemm, gemmWorkspace, packB, packedSize, gemmPacked, scratchBytes, setScratch } from './gemm';
export { setWideTile, forbidWideTile } from './tile';
export * from './activations';
export * from './softmax';
export { findOutOfRange, crossEntropy, crossEntropyBackward } from './cross-entropy';
export * from './layer-norm';
export * from './losses';
export * from './gather';
export * from './rnn';
export * from './lstm';
export * from './gru';
export * from './min-gru';
export * from './optim';
export * from './threads';
