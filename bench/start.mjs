import { spawnSync } from 'node:child_process';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { engineBuild } from '../dist/index.js';

const command = fileURLToPath(new URL('../bin/unrolled.js', import.meta.url));

/** Milliseconds of the whole command on the lesson's sentence. */
export function coldStart() {
  const once = () => {
    const start = performance.now();
    const { status } = spawnSync(execPath, [command, 'train', '--text', 'if you want you'], {
      stdio: 'ignore',
    });
    if (status !== 0) throw new Error(`the command ended with ${status}`);
    return performance.now() - start;
  };
  once();
  return { values: Array.from({ length: 15 }, once), build: engineBuild };
}
