// Benchmarks of the built package: npm run bench -- [W1 … W8 memory start] [--json]
// One line of JSON a workload with --json: {workload, unit, median, min, max, threads, node, build}.
import { argv, version } from 'node:process';
import { forwardOnly, generation, languageModel, lesson, timeSeries } from './workloads.mjs';
import { lessonSteps, largeSteps } from './memory.mjs';
import { coldStart } from './start.mjs';

const WORKLOADS = {
  W1: { about: 'the lesson, 50 steps through the public interface, warm', unit: 'ms', run: lesson },
  W2: {
    about: 'LSTM 2x128, 65 characters, batch 50, 50 steps: training',
    unit: 'chars/s',
    run: languageModel({ cell: 'LSTM', layers: 2, hidden: 128, batch: 50, time: 50, steps: 31 }),
  },
  W3: {
    about: 'LSTM 2x512, 65 characters, batch 64, 64 steps: training',
    unit: 'chars/s',
    run: languageModel({ cell: 'LSTM', layers: 2, hidden: 512, batch: 64, time: 64, steps: 7 }),
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
  W7: { about: 'time-series lab, LSTM 5→10, 500 windows of 7: an epoch', unit: 'ms', run: timeSeries },
  W8: { about: 'LSTM 1x256 and linear, batch 256, 64 steps: forward', unit: 'seq/s', run: forwardOnly },
  start: { about: 'unrolled train --text …, the whole process', unit: 'ms', run: coldStart },
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

const words = argv.slice(2).filter((word) => !word.startsWith('--'));
const asked = words.flatMap((word) => (word === 'memory' ? ['memory', 'memory-large'] : [word]));
const names = asked.length > 0 ? asked : Object.keys(WORKLOADS);
const unknown = names.find((name) => !Object.hasOwn(WORKLOADS, name));
if (unknown !== undefined) {
  console.error(`there is no workload ${unknown}; there are ${Object.keys(WORKLOADS).join(', ')}`);
  process.exit(2);
}

const json = argv.includes('--json');
for (const name of names) {
  const { about, unit, run } = WORKLOADS[name];
  const { values, build, note } = await run();
  const sorted = values.toSorted((a, b) => a - b);
  const [median, min, max] = [sorted[sorted.length >> 1], sorted[0], sorted[sorted.length - 1]];
  if (json)
    console.log(JSON.stringify({ workload: name, unit, median, min, max, threads: 1, node: version, build }));
  else {
    const show = (x) => (Math.abs(x) >= 1000 ? x.toFixed(0) : x.toPrecision(3));
    console.log(
      `${name}: ${show(median)} ${unit} (${show(min)} .. ${show(max)}; ${values.length} runs; Node ${version}, ${build})  ${about}`,
    );
    if (note) console.log(`  ${note}`);
  }
}
