import { lessonSteps, largeSteps } from './memory.mjs';
import { byHidden, byText } from './growth.mjs';
import { packageSize } from './size.mjs';
import { coldStart } from './start.mjs';
import { forwardOnly, generation, languageModel, lesson, timeSeries } from './workloads.mjs';

// Loaded when asked for: its helpers are TypeScript, which Node 20 does not read.
const browserRatio = async () => (await import('./browser.mjs')).browserRatio();

/** The networks of W2 and W3. */
export const W2 = { cell: 'LSTM', layers: 2, hidden: 128, batch: 50, time: 50 };
export const W3 = { cell: 'LSTM', layers: 2, hidden: 512, batch: 64, time: 64 };

/** All benchmarks by name: what they do, the unit of their figures, and how they are run. */
export const WORKLOADS = {
  W1: {
    about: 'the lesson, 50 steps through the public interface, captured, warm',
    unit: 'ms',
    run: lesson({ captured: true }),
  },
  'W1-eager': {
    about: 'the lesson, 50 steps, each step run anew, warm',
    unit: 'ms',
    run: lesson({ captured: false }),
  },
  W2: {
    about: 'LSTM 2x128, 65 characters, batch 50, 50 steps: training',
    unit: 'chars/s',
    run: languageModel({ ...W2, steps: 31 }),
  },
  W3: {
    about: 'LSTM 2x512, 65 characters, batch 64, 64 steps: training',
    unit: 'chars/s',
    run: languageModel({ ...W3, steps: 7 }),
  },
  W4: {
    about: 'GRU 1x256, 65 characters, batch 32, 100 steps: training',
    unit: 'chars/s',
    run: languageModel({ cell: 'GRU', layers: 1, hidden: 256, batch: 32, time: 100, steps: 31 }),
  },
  W5: {
    about: 'RNN tanh 1x256, 65 characters, batch 32, 100 steps: training',
    unit: 'chars/s',
    run: languageModel({ cell: 'RNN', layers: 1, hidden: 256, batch: 32, time: 100, steps: 61 }),
  },
  W6s: {
    about: 'LSTM 2x128, generation by lot, letter by letter',
    unit: 'chars/s',
    run: generation({ hidden: 128, characters: 500 }),
  },
  W6l: {
    about: 'LSTM 2x512, generation by lot, letter by letter',
    unit: 'chars/s',
    run: generation({ hidden: 512, characters: 200 }),
  },
  W7: {
    about: 'time-series lab, LSTM 5→10, 500 windows of 7: an epoch, captured',
    unit: 'ms',
    run: timeSeries({ captured: true }),
  },
  'W7-eager': {
    about: 'the same, each epoch run anew',
    unit: 'ms',
    run: timeSeries({ captured: false }),
  },
  W8: { about: 'LSTM 1x256 and linear, batch 256, 64 steps: forward', unit: 'seq/s', run: forwardOnly },
  start: { about: 'unrolled train --text …, the whole process', unit: 'ms', run: coldStart },
  browser: { about: 'W2 on one thread: Chromium to this Node', unit: 'times', run: browserRatio },
  size: { about: 'a page that trains an LSTM, after gzip', unit: 'bytes', run: packageSize },
  hidden: { about: 'LSTM training by hidden size, 16 to 1024', unit: 'GFLOP/s', run: byHidden },
  text: { about: 'LSTM training by length of the text, 1 to 100 MB', unit: 'ns/char', run: byText },
  memory: {
    about: 'growth of resident memory over 100,000 steps of the lesson',
    unit: 'MiB',
    run: lessonSteps,
  },
  'memory-large': {
    about: 'growth over 300 steps of a 2x256 RNN, outputs kept 10 steps',
    unit: 'MiB',
    run: largeSteps,
  },
};
