// The same bits with whatever tile the engine takes, on one thread and on two, as in the narrow one: npm run bits -- [W2 W3] [--steps N]
// Trains each workload, 2000 steps unless told otherwise, once a setting, and compares losses and parameters along the way.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { argv, env, execPath, exit, stdout } from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { engineReport, manualSeed } from '../dist/index.js';
import { W2, W3 } from './table.mjs';
import { trainer } from './workloads.mjs';

const NETWORKS = { W2, W3 };
// The first is what the others are compared with.
const SETTINGS = [
  { UNROLLED_TILE: 'narrow', UNROLLED_THREADS: '2' },
  { UNROLLED_TILE: 'auto', UNROLLED_THREADS: '1' },
  { UNROLLED_TILE: 'auto', UNROLLED_THREADS: '2' },
];
const CHECKS = 20;

/** Trains with this process's setting, and prints now and then what came of it so far: step, digest, loss; at last the tile. */
function train(name, steps) {
  manualSeed(0);
  const { parameters, step } = trainer(NETWORKS[name]);
  const losses = createHash('sha256');
  const every = Math.ceil(steps / CHECKS);
  for (let i = 1; i <= steps; i++) {
    const loss = step();
    losses.update(Float32Array.of(loss));
    if (i % every !== 0 && i !== steps) continue;
    const digest = losses.copy();
    for (const p of parameters) digest.update(p.data);
    console.log(`${i} ${digest.digest('hex').slice(0, 16)} ${loss}`);
  }
  const { tile, tileReason } = engineReport();
  console.log(`${tile} tile: ${tileReason}`);
}

/** Lines of a training in a process of its own; it is stopped at the first that `expected` has otherwise. */
async function trained(name, steps, setting, expected) {
  const child = spawn(execPath, [fileURLToPath(import.meta.url), name, '--steps', `${steps}`, '--child'], {
    env: { ...env, ...setting },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const lines = [];
  let different = null;
  for await (const line of createInterface(child.stdout)) {
    const before = expected?.[lines.length];
    if (before !== undefined && !line.includes('tile') && line !== before) {
      different = `${line} instead of ${before}`;
      child.kill();
      break;
    }
    lines.push(line);
  }
  const status = await ended;
  if (different === null && status !== 0) throw new Error(`the training ended with ${status}`);
  return { lines, different };
}

const { values: options, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: { steps: { type: 'string', default: '2000' }, child: { type: 'boolean' } },
});
const steps = Number(options.steps);
const names = positionals.length > 0 ? positionals : Object.keys(NETWORKS);
if (!(steps >= 1) || !names.every((name) => Object.hasOwn(NETWORKS, name))) {
  console.error('npm run bits -- [W2 W3] [--steps N]');
  exit(2);
}
if (options.child) train(names[0], steps);
else {
  for (const name of names) {
    let expected = null;
    for (const setting of SETTINGS) {
      const { UNROLLED_TILE: tile, UNROLLED_THREADS: threads } = setting;
      stdout.write(`${name}, ${steps} steps, UNROLLED_TILE=${tile}, ${threads} threads: `);
      const start = performance.now();
      const { lines, different } = await trained(name, steps, setting, expected);
      const seconds = ((performance.now() - start) / 1000).toFixed(0);
      const same = expected === null ? lines.at(-2) : 'the same bits';
      console.log(`${different ?? `${same}; ${lines.at(-1)}`} (${seconds} s)`);
      if (different !== null) exit(1);
      expected ??= lines;
    }
  }
}
