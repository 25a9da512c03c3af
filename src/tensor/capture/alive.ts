import { pool } from '../../kernels/engine.js';
import type { Recording } from './recording.js';

const MOST_ALIVE = 32;
// Recordings keep their memory to themselves; the rest of the program needs some too.
const MOST_OF_BUDGET = 0.5;

// From the least to the most recently used.
const alive = new Set<Recording>();
let latest: Recording | null = null;
let bytes = 0;

/** Notes that a recording is used now. Where there are too many, the least recently used end. */
export function use(recording: Recording): void {
  if (recording === latest) return;
  latest = recording;
  if (!alive.delete(recording)) bytes += recording.bytes;
  alive.add(recording);
  for (const oldest of alive) {
    const isRoom = alive.size <= MOST_ALIVE && bytes <= MOST_OF_BUDGET * pool.budget;
    if (isRoom || oldest === recording) return;
    forget(oldest);
  }
}

/** Ends a recording. */
export function forget(recording: Recording): void {
  if (alive.delete(recording)) bytes -= recording.bytes;
  if (recording === latest) latest = null;
  recording.end();
}
