// Benchmarks of the built package: npm run bench -- [W1 … W8 start size browser hidden text memory] [--json] [--threads N] [--peers DIR]
// One line of JSON a workload with --json: {workload, unit, median, min, max, threads, node, build}.
// With --peers, ours and the peers' programs in DIR take turns, and the ratio is printed: see peers.mjs.
import { parseArgs } from 'node:util';
import { version } from 'node:process';
import { getNumThreads, setNumThreads } from '../dist/index.js';
import { comparePeers } from './peers.mjs';
import { WORKLOADS } from './table.mjs';

function fail(message) {
  console.error(message);
  process.exit(2);
}

function settings() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean' }, threads: { type: 'string' }, peers: { type: 'string' } },
    });
  } catch (error) {
    return fail(error.message);
  }
}

const { values: options, positionals } = settings();
const asked = positionals.flatMap((word) => {
  if (word === 'memory') return ['memory', 'memory-large'];
  return word === 'W6' ? ['W6s', 'W6l'] : [word];
});
const unknown = asked.find((name) => !Object.hasOwn(WORKLOADS, name));
if (unknown !== undefined) {
  fail(`there is no workload ${unknown}; there are ${Object.keys(WORKLOADS).join(', ')}`);
}
if (options.threads !== undefined) {
  const threads = Number(options.threads);
  if (!Number.isInteger(threads) || threads < 1)
    fail(`--threads takes a whole number from 1 on, not ${options.threads}`);
  setNumThreads(threads);
}

const show = (x) => (Math.abs(x) >= 1000 ? x.toFixed(0) : x.toPrecision(3));

async function measure(name) {
  const { about, unit, run } = WORKLOADS[name];
  const { values, build, note } = await run();
  const sorted = values.toSorted((a, b) => a - b);
  const [median, min, max] = [sorted[sorted.length >> 1], sorted[0], sorted[sorted.length - 1]];
  const threads = getNumThreads();
  if (options.json) {
    console.log(JSON.stringify({ workload: name, unit, median, min, max, threads, node: version, build }));
    return;
  }
  const how = `${values.length} runs; ${threads} threads; Node ${version}, ${build}`;
  console.log(`${name}: ${show(median)} ${unit} (${show(min)} .. ${show(max)}; ${how})  ${about}`);
  if (note) console.log(`  ${note}`);
}

if (options.peers !== undefined) await comparePeers(options.peers, asked);
else for (const name of asked.length > 0 ? asked : Object.keys(WORKLOADS)) await measure(name);
