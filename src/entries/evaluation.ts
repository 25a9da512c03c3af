import '../tensor/methods.js';

export * from '../evaluation/index.js';
