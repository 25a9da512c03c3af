// Everything, for pages that count bytes: operations are functions only, so that a bundler keeps those that a page uses.
export * from './data/index.js';
export * from './distributions/index.js';
export * from './errors.js';
export * from './formats/index.js';
export * from './generation/index.js';
export * from './interop/index.js';
export * from './models/index.js';
export * from './nn/index.js';
export * from './optim/index.js';
export { backward } from './tensor/autograd.js';
export * from './tensor/functions.js';
export { clone, contiguous, expand, t, view } from './tensor/ops/views.js';
export * from './training/index.js';
