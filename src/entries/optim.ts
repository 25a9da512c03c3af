import '../tensor/methods.js';

export * from '../optim/index.js';
