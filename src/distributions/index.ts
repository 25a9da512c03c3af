/** Distributions with PyTorch's draws and densities, PyTorch's torch.distributions. */
export { Bernoulli } from './bernoulli.js';
export { Categorical } from './categorical.js';
export { Distribution, type Odds } from './distribution.js';
export { klDivergence } from './kl-divergence.js';
export { Normal } from './normal.js';
