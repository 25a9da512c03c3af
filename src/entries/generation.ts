import '../tensor/methods.js';

export * from '../generation/index.js';
