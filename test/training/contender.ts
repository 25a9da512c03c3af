// A process that takes the lock of a folder again and again, and shows whenever it is not alone. It lets go, or kills itself.
import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { argv, kill, pid, stdout } from 'node:process';
import { FolderLock, RunLockedError } from '../../src/training/platform-lock.js';

const [, , folder, seconds] = argv;
const inside = join(folder, 'inside');
const rest = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
const until = performance.now() + 1000 * Number(seconds);
while (performance.now() < until) {
  let lock: FolderLock;
  try {
    lock = FolderLock.take(folder);
  } catch (error) {
    if (error instanceof RunLockedError) continue;
    throw error;
  }
  try {
    closeSync(openSync(inside, 'wx'));
  } catch {
    stdout.write('two at once\n');
  }
  rest(2 * Math.random());
  rmSync(inside, { force: true });
  stdout.write('taken\n');
  if (Math.random() < 0.5) kill(pid, 'SIGKILL');
  lock.release();
}
