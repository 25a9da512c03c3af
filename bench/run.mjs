// Benchmarks of the built package: npm run bench -- [W1 W5 memory start …] [--json]
// One line of JSON a workload with --json: {workload, unit, median, min, max, threads, node, build}.
import { argv, version } from 'node:process';
import { lesson, plainRnn } from './workloads.mjs';
import { lessonSteps, largeSteps } from './memory.mjs';
import { coldStart } from './start.mjs';

const WORKLOADS = {
  W1: { about: 'the lesson, 50 steps through the public interface, warm', unit: 'ms', run: lesson },
  W5: {
    about: 'RNN tanh 1x256, 65 characters, batch 32, 100 steps: training',
    unit: 'chars/s',
    run: plainRnn,
  },
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
