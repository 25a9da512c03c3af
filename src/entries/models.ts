import '../tensor/methods.js';

export * from '../models/index.js';
