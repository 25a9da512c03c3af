import './methods.js';

export * from './functions.js';
