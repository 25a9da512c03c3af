// What a page downloads for `import 'unrolled'`: the built package bundled, minified and compressed, against a budget.
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const BUDGET = 110_000;

const bundle = await rolldown({ input: 'dist/index.js' });
const { output } = await bundle.generate({ minify: true });
const code = output.map((chunk) => chunk.code).join('');
const packed = gzipSync(code, { level: 9 }).length;

console.log(`unrolled: ${Buffer.byteLength(code)} bytes minified, ${packed} compressed (budget ${BUDGET})`);
if (packed > BUDGET) process.exitCode = 1;
