// The golden cases in every form in which the engine can run: npm run conformance:builds -- FOLDER
import { spawnSync } from 'node:child_process';
import { argv, env, execPath } from 'node:process';

const FORMS = [
  { UNROLLED_BUILD: 'simd', UNROLLED_TILE: 'narrow', UNROLLED_THREADS: '1' },
  { UNROLLED_BUILD: 'fma', UNROLLED_TILE: 'narrow', UNROLLED_THREADS: '1' },
  { UNROLLED_BUILD: 'simd', UNROLLED_TILE: 'wide', UNROLLED_THREADS: '2' },
  { UNROLLED_BUILD: 'fma', UNROLLED_TILE: 'wide', UNROLLED_THREADS: '2' },
];

for (const form of FORMS) {
  // The cases are small: without this no thread would hear of them.
  const setting = { ...form, UNROLLED_SHARE_FROM: '0' };
  const args = ['.cache/conformance/run.js', argv[2] ?? 'test/golden'];
  const { status, stdout, stderr } = spawnSync(execPath, args, {
    env: { ...env, ...setting },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const lines = stdout.trim().split('\n');
  console.log(`${Object.values(form).join(', ')} threads: ${lines.at(-1)}`);
  if (status === 0) continue;
  console.log(lines.filter((line) => line.startsWith('FAILED')).join('\n'), stderr);
  process.exitCode = 1;
}
