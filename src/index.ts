export * from './errors.js';
export * as nn from './nn/index.js';
export * as optim from './optim/index.js';
export * from './tensor/index.js';
