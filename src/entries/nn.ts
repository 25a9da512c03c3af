import '../tensor/methods.js';

export * from '../nn/index.js';
