export * from './data/index.js';
export * from './errors.js';
export * from './formats/index.js';
export * from './generation/index.js';
export * from './models/index.js';
export * as nn from './nn/index.js';
export * as optim from './optim/index.js';
export * from './tensor/index.js';
export * from './training/index.js';
