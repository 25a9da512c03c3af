// Ours against the peers, in turn on the same machine. The folder of the peers' programs is given; they find what they were
// installed with in PEERS_HOME. A first round finds the fastest setting of each peer and of ours, then these take turns.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

const ROUNDS = 5;
const lower = new Set(['W1', 'W1-eager', 'W7', 'W7-eager', 'start']);
const PEER_NAME = { start: 'W1cold', 'W1-eager': 'W1' };
const LSTMS = ['W2', 'W3', 'W7'];

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const lastJson = (text) =>
  JSON.parse(
    text
      .trim()
      .split('\n')
      .findLast((line) => line.startsWith('{')) ?? 'null',
  );

/** The median that a command prints as JSON; for the cold start, milliseconds of the whole process. Null if it cannot. */
function figure([program, ...args], cwd, cold) {
  const start = performance.now();
  const { stdout, status } = spawnSync(program, args, { cwd, encoding: 'utf8', timeout: 600_000 });
  const wall = performance.now() - start;
  if (status !== 0 || stdout.includes('"cannot"')) return null;
  return cold ? wall : (lastJson(stdout)?.median ?? null);
}

/** Our commands for a workload, by setting. */
function ours(name) {
  const bench = fileURLToPath(new URL('run.mjs', import.meta.url));
  return ['1', '2'].map((threads) => ({
    name: `unrolled, ${threads} threads`,
    cold: false,
    command: [execPath, '--expose-gc', bench, name, '--json', '--threads', threads],
  }));
}

/** Commands of the peers that can do a workload, by peer and setting. */
function* peers(name, folder, home) {
  const workload = PEER_NAME[name] ?? name;
  const cold = workload === 'W1cold';
  const isGeneration = workload.startsWith('W6');
  let variants = cold ? ['default'] : ['default', 'fused'];
  if (isGeneration) variants = ['default', 'nomkldnn', 'cell'];
  else if (workload === 'W8') variants = ['default', 'nomkldnn'];
  else if (LSTMS.includes(workload)) variants = ['default', 'fused', 'nomkldnn+fused'];
  const pythons = {
    'PyTorch 2.13': [
      [join(home, 'torchenv/bin/python'), join(folder, 'peer_torch.py')],
      'torchenv/bin/python',
    ],
    'PyTorch 2.6': [
      [
        'chroot',
        join(home, 'trixie'),
        'env',
        'LD_LIBRARY_PATH=/openblas-openmp',
        'python3',
        'bench/peer_torch.py',
      ],
      'trixie/.done',
    ],
  };
  for (const threads of ['1', '2']) {
    for (const [peer, [start, needs]] of Object.entries(pythons)) {
      if (!existsSync(join(home, needs))) continue;
      for (const variant of variants) {
        if (peer === 'PyTorch 2.6' && variant === 'cell') continue;
        const command = [...start, workload, '--threads', threads, '--variant', variant, '--label', peer];
        yield { peer: 'PyTorch', name: `${peer}, ${variant}, ${threads} threads`, cold, command };
      }
    }
    if (isGeneration || workload === 'W8') {
      const command = ['node', 'peer_ort.mjs', workload, '--threads', threads, '--backend', 'node'];
      yield { peer: 'onnxruntime', name: `onnxruntime, ${threads} threads`, cold, command };
    }
  }
  const scripts = {
    'jax-js': ['peer_jaxjs.mjs'],
    'tfjs-wasm': ['peer_tfjs.mjs', '--backend', 'wasm'],
    'brain.js': ['peer_brain.mjs'],
  };
  for (const [peer, [script, ...rest]] of Object.entries(scripts)) {
    yield {
      peer: 'JavaScript',
      name: peer,
      cold,
      command: ['node', script, workload, '--threads', '1', ...rest],
    };
  }
}

/** Prints, for each workload, our ratio to the best of every kind of peer: medians of rounds in which they take turns. */
export async function comparePeers(dir, names) {
  const folder = resolve(dir);
  const home = env.PEERS_HOME;
  if (!existsSync(join(folder, 'peer_torch.py')) || home === undefined) {
    console.error(
      `--peers takes the folder of the peers' programs (peer_torch.py …), and PEERS_HOME what they were installed with`,
    );
    process.exit(2);
  }
  const room = join(home, 'trixie/bench');
  if (existsSync(join(home, 'trixie/.done'))) {
    mkdirSync(room, { recursive: true });
    for (const file of ['peer_torch.py', 'workloads.json'])
      copyFileSync(join(folder, file), join(room, file));
  }
  const wanted = names.length > 0 ? names : ['W1', 'start', 'W2', 'W3', 'W4', 'W5', 'W6s', 'W6l', 'W7', 'W8'];
  for (const name of wanted) {
    const better = (a, b) => (lower.has(name) ? a < b : a > b);
    const best = {};
    for (const candidate of [
      ...ours(name).map((one) => ({ ...one, peer: 'ours' })),
      ...peers(name, folder, home),
    ]) {
      const value = figure(candidate.command, folder, candidate.cold);
      if (value === null) continue;
      const leader = best[candidate.peer];
      if (leader === undefined || better(value, leader.value))
        best[candidate.peer] = { ...candidate, value, values: [] };
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const leader of Object.values(best)) {
        // What takes minutes is not worth five rounds.
        if (leader.peer === 'JavaScript' && round > 1) continue;
        const value = figure(leader.command, folder, leader.cold);
        if (value !== null) leader.values.push(value);
      }
    }
    const own = median(best.ours.values);
    console.log(`${name}: ${best.ours.name} ${own.toPrecision(4)}`);
    for (const { peer, name: what, values } of Object.values(best)) {
      if (peer === 'ours') continue;
      const theirs = median(values);
      const ratio = lower.has(name) ? theirs / own : own / theirs;
      console.log(`  ${what} ${theirs.toPrecision(4)}: ours is ${ratio.toFixed(2)} times as fast`);
    }
  }
}
