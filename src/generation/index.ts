export { generate, sample, type SampleOptions } from './sample.js';
