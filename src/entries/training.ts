import '../tensor/methods.js';

export * from '../training/index.js';
