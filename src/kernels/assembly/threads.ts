// How threads share a job out among themselves: chunks are claimed one by one, so that a thread which the system has stopped
// holds up no more than the chunk it has in hand, and a job ends when its chunks are done, not when every thread has noticed.
//
// The words they meet at lie behind address 0, each on a cache line of its own.

/** int64: number of the job in the upper half, chunks that nobody has claimed in the lower one. */
const CLAIMS: usize = 128;
const EPOCH: usize = CLAIMS + 4;
/** int32: chunks done. */
const DONE: usize = 192;
/** int32: threads asleep. */
const SLEEPERS: usize = 256;
/** int32: threads that are there, besides the main one. */
const PRESENT: usize = 320;

// How often a thread looks for the next job before it sleeps: waking it takes 50 microseconds at best. Doubled whenever a job
// came in time, halved when it did not; the most is a millisecond or so.
const LEAST_SPINS = 50_000;
const MOST_SPINS = 1_000_000;
let spins = LEAST_SPINS;

/** Announces a thread. */
export function arrive(): void {
  atomic.add<i32>(PRESENT, 1);
}

/** Threads that are ready besides the main one. */
export function presentThreads(): i32 {
  return atomic.load<i32>(PRESENT);
}

/** Offers a job of so many chunks; what it is must have been written before. */
export function postJob(chunks: i32): void {
  atomic.store<i32>(DONE, 0);
  const epoch = <i64>atomic.load<i32>(EPOCH) + 1;
  atomic.store<i64>(CLAIMS, (epoch << 32) | <i64>chunks);
  if (atomic.load<i32>(SLEEPERS) > 0) atomic.notify(EPOCH, -1);
}

/** Claims a chunk of the job on offer: its number, or −1 where none is left. Only then may the job be read. */
export function claimChunk(): i32 {
  let word = atomic.load<i64>(CLAIMS);
  while (<i32>word > 0) {
    const found = atomic.cmpxchg<i64>(CLAIMS, word, word - 1);
    if (found == word) return <i32>word - 1;
    word = found;
  }
  return -1;
}

/** Says that a claimed chunk is done. */
export function finishChunk(): void {
  atomic.add<i32>(DONE, 1);
}

/** Waits for another job than number `seen`, awake for a while and then asleep; returns its number. */
export function awaitJob(seen: i32): i32 {
  for (let i = 0; i < spins; i++) {
    const epoch = atomic.load<i32>(EPOCH);
    if (epoch != seen) {
      spins = min(spins << 1, MOST_SPINS);
      return epoch;
    }
  }
  spins = max(spins >> 1, LEAST_SPINS);
  atomic.add<i32>(SLEEPERS, 1);
  atomic.wait<i32>(EPOCH, seen, -1);
  atomic.sub<i32>(SLEEPERS, 1);
  return atomic.load<i32>(EPOCH);
}

// How often the main thread looks whether the others are done before it gives up its processor to them.
const JOIN_SPINS = 200_000;
const NAP: i64 = 100_000;

/** Waits until all chunks are done. */
export function joinJob(chunks: i32, maySleep: i32): void {
  for (let i = 0; i < JOIN_SPINS; i++) if (atomic.load<i32>(DONE) == chunks) return;
  let done = atomic.load<i32>(DONE);
  while (done != chunks) {
    if (maySleep) atomic.wait<i32>(DONE, done, NAP);
    done = atomic.load<i32>(DONE);
  }
}
