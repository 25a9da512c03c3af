import '../tensor/methods.js';

export * from '../nn/index.js';
export { type Network, networkOf, type NetworkOptions, type NetworkState } from '../interop/network.js';
