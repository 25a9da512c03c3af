import '../tensor/methods.js';

export * from '../interop/index.js';
