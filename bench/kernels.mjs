// Speed of single kernels in both builds: GFLOP/s of products, elements a nanosecond of functions. Best of many short runs,
// because the machine may be busy with other things.
//
//     node bench/kernels.mjs [part of a name]
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import v8 from 'node:v8';

const [wanted = ''] = process.argv.slice(2);
if (process.version.startsWith('v20.')) v8.setFlagsFromString('--experimental-wasm-relaxed-simd');

const HEAP = 65536;
const FLOATS = 1 << 24;

function load(build) {
  const file = new URL(`../src/kernels/generated/${build}.ts`, import.meta.url);
  const bytes = inflateRawSync(Buffer.from(/'(.+)'/.exec(readFileSync(file, 'utf8'))[1], 'base64'));
  const memory = new WebAssembly.Memory({ initial: HEAP / 65536 + (FLOATS * 4) / 65536 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const floats = new Float32Array(memory.buffer, HEAP);
  const ints = new Int32Array(memory.buffer, HEAP);
  return { kernels: exports, floats, ints };
}

/** Nanoseconds of one call: the best of several batches of about 2 ms each, after V8 had time to optimise. */
function best(call) {
  const time = (repeats) => {
    const start = performance.now();
    for (let i = 0; i < repeats; i++) call();
    return (performance.now() - start) * 1e6;
  };
  let repeats = 1;
  for (let total = 0; total < 3e7;) {
    const ns = time(repeats);
    total += ns;
    if (ns < 2e6) repeats *= 2;
  }
  return Math.min(...Array.from({ length: 10 }, () => time(repeats))) / repeats;
}

/** Hands out addresses one behind the other. */
function arena() {
  let next = HEAP;
  return (floats) => {
    const address = next;
    next += Math.ceil(floats / 16) * 64;
    if (next > HEAP + FLOATS * 4) throw new Error('the arena is too small');
    return address;
  };
}

const shapes = {
  gemm: [
    // x · Wᵀ with W (n, k) as layers hold it.
    [50, 512, 128],
    [64, 2048, 512],
    [2500, 65, 128],
    [1, 512, 128],
    [1, 2048, 512],
    [1, 10, 10],
    [4, 10, 10],
    [14, 10, 10],
    [2, 64, 64],
    [8, 64, 64],
    [64, 256, 256],
  ],
};

/** [name, work, unit, call] of everything that is measured. */
function* cases({ kernels, floats, ints }) {
  floats.fill(0);
  for (let i = 0; i < 1 << 22; i++) floats[i] = Math.sin(i) / 2;
  const forms = { 'x Wᵀ': (n, k) => [1, k], 'x W': (n) => [n, 1] };
  for (const [form, strides] of Object.entries(forms)) {
    for (const [m, n, k] of shapes.gemm) {
      const take = arena();
      const [a, b, c] = [take(m * k), take(n * k), take(m * n)];
      const work = take(kernels.gemmWorkspace(m, n, k) / 4);
      const [row, col] = strides(n, k);
      yield [
        `gemm ${form} ${m}x${k}x${n}`,
        2 * m * n * k,
        'GFLOP/s',
        () => kernels.gemm(m, n, k, a, k, 1, b, row, col, c, n, 0, work),
      ];
    }
  }
  for (const [m, n, k] of shapes.gemm) {
    const take = arena();
    const [a, b, c, packed] = [take(m * k), take(n * k), take(m * n), take(kernels.packedSize(k, n) / 4)];
    const work = take(kernels.gemmWorkspace(m, n, k) / 4);
    kernels.packB(k, n, b, 1, k, packed);
    yield [
      `packed ${m}x${k}x${n}`,
      2 * m * n * k,
      'GFLOP/s',
      () => kernels.gemmPacked(m, n, k, a, k, 1, packed, c, n, 0, work),
    ];
  }
  for (const [m, n, rows] of [
    [512, 128, 2500],
    [10, 10, 14],
    [256, 256, 4096],
  ]) {
    const take = arena();
    const [dy, x, dw] = [take(rows * m), take(rows * n), take(m * n)];
    const work = take(kernels.gemmWorkspace(m, n, rows) / 4);
    yield [
      `gemm dyᵀ x ${m}x${rows}x${n}`,
      2 * m * n * rows,
      'GFLOP/s',
      () => kernels.gemm(m, n, rows, dy, 1, m, x, n, 1, dw, n, 0, work),
    ];
  }
  for (const [steps, batch, hidden] of [
    [14, 1, 10],
    [50, 50, 128],
    [64, 64, 256],
  ]) {
    const take = arena();
    const rows = steps * batch;
    const [out, pre, dout, dz] = [1, 2, 3, 4].map(() => take(rows * hidden));
    const [hn, dh0] = [take(batch * hidden), take(batch * hidden)];
    const [w, dw] = [take(hidden * hidden), take(hidden * hidden)];
    const sizes = take(steps);
    const need = Math.max(
      kernels.rnnWorkspace(batch, hidden),
      kernels.recurrentWeightGradWorkspace(rows, hidden, hidden),
    );
    const work = take(need / 4);
    ints.fill(batch, (sizes - HEAP) / 4, (sizes - HEAP) / 4 + steps);
    const flops = 2 * rows * hidden * hidden;
    const name = `t${steps} b${batch} h${hidden}`;
    yield [
      `rnn forward ${name}`,
      flops,
      'GFLOP/s',
      () => kernels.rnnForward(out, hidden, hn, pre, w, 0, sizes, steps, hidden, 0, 0, work),
    ];
    yield [
      `rnn backward ${name}`,
      flops,
      'GFLOP/s',
      () => kernels.rnnBackward(dz, dh0, dout, hidden, 0, out, hidden, w, sizes, steps, hidden, 0, 0, work),
    ];
    yield [
      `rnn weights ${name}`,
      flops,
      'GFLOP/s',
      () => kernels.recurrentWeightGrad(dw, dz, hidden, out, hidden, 0, sizes, steps, hidden, 0, work),
    ];
  }
  const n = 4096;
  const take = arena();
  const [x, y, z, index] = [take(n), take(n), take(n), take(n)];
  ints.fill(0, (index - HEAP) / 4, (index - HEAP) / 4 + n);
  for (const name of ['exp', 'log', 'tanh', 'sigmoid', 'relu', 'sqrt', 'erf', 'sin']) {
    yield [name, n, 'elements/ns', () => kernels[name](y, x, n)];
  }
  yield ['add', n, 'elements/ns', () => kernels.add(y, x, 0, 1, z, 0, 1, 1, n)];
  yield ['add rows', n, 'elements/ns', () => kernels.add(y, x, 64, 1, z, 0, 1, 64, 64)];
  yield ['sum row', n, 'elements/ns', () => kernels.sum(y, x, 1, n, 1)];
  yield ['sum columns', n, 'elements/ns', () => kernels.sum(y, x, 1, 64, 64)];
  yield ['sum columns, many', n * 16, 'elements/ns', () => kernels.sum(y, HEAP, 1, 1024, 64)];
  yield ['softmax 63 x 65', 63 * 65, 'elements/ns', () => kernels.softmax(y, x, 63, 65, 1)];
  yield [
    'crossEntropy 63 x 65',
    63 * 65,
    'elements/ns',
    () => kernels.crossEntropy(y, z, x, index, 0, 63, 65, 1, -100, 0, 1),
  ];
  yield [
    'crossEntropyBackward 63 x 65',
    63 * 65,
    'elements/ns',
    () => kernels.crossEntropyBackward(y, HEAP, z, index, 0, 63, 65, 1, -100, 0, 1, 63),
  ];
  yield ['argmax 63 x 65', 63 * 65, 'elements/ns', () => kernels.argmax(y, x, 63, 65, 1)];
  yield ['transpose 64 x 64', n, 'elements/ns', () => kernels.transpose(y, x, 64, 64)];
  yield ['gatherRows 400 x 10', n, 'elements/ns', () => kernels.gatherRows(y, x, index, 400, 10)];
  // What earlier cases left behind may be denormal, and slow.
  floats.fill(0.25, 0, 1 << 18);
  const many = arena();
  const [p, g, m, v, table] = [many(1 << 16), many(1 << 16), many(1 << 16), many(1 << 16), many(8)];
  const row = (table - HEAP) / 4;
  yield [
    'adam',
    1 << 16,
    'elements/ns',
    () => {
      ints.set([p, g, m, v, 0, 1 << 16], row);
      kernels.adam(table, 1, 0, 1e-9, 0.9, 0.999, 1e-8, 0, 0);
    },
  ];
  yield [
    'sgd',
    1 << 16,
    'elements/ns',
    () => {
      ints.set([p, g, m, 1 << 16], row);
      kernels.sgd(table, 1, 1e-9, 0.9, 0, 0, 0);
    },
  ];
}

const results = new Map();
for (const build of ['simd', 'fma']) {
  for (const [name, work, unit, call] of cases(load(build))) {
    if (!name.includes(wanted)) continue;
    const ns = best(call);
    if (!results.has(name)) results.set(name, { unit });
    results.get(name)[build] = { ns, rate: work / ns };
  }
}
console.log(`Node ${process.version}`.padEnd(36), 'simd'.padStart(22), 'fma'.padStart(22));
for (const [name, { unit, simd, fma }] of results) {
  const cell = ({ ns, rate }) =>
    `${rate.toFixed(2).padStart(9)} ${ns < 1e4 ? `${ns.toFixed(0)} ns` : `${(ns / 1e3).toFixed(0)} us`}`.padEnd(
      22,
    );
  console.log(name.padEnd(36), cell(simd), cell(fma), unit);
}
