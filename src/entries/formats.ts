import '../tensor/methods.js';

export * from '../formats/index.js';
