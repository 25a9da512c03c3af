import '../tensor/index.js';

export { CrossEntropyLoss } from './cross-entropy-loss.js';
export { Dropout } from './dropout.js';
export * as functional from './functional.js';
export * as init from './init.js';
export { Linear, type LinearOptions } from './linear.js';
export { type LoadResult, Module, type StateDict } from './module.js';
export { Parameter } from './parameter.js';
export { RecurrentModule, type RecurrentOptions } from './recurrent-module.js';
export { RNN, type RNNOptions } from './rnn.js';
