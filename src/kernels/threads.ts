import { ValueError } from '../errors.js';
import { kernels, reserve, withWorkspace } from './engine.js';
import type { KernelExports } from './generated/exports.js';
import { asJob } from './job.js';
import { countLargeJob, largeKernels } from './large.js';
import { isShared, memory } from './memory.js';
import { environment, maySleep, processors, startThread } from './platform.js';

/** Kernels whose first two arguments are a range of what they go over, and which give the same for any split of it. */
type RangeKernel =
  | 'packB'
  | 'gemmPacked'
  | 'gemvFloat32'
  | 'gemvBfloat16'
  | 'gemvInt8'
  | 'oneHotProject'
  | 'sumColumns'
  | 'scatterAddRows'
  | `${'rnn' | 'lstm' | 'gru' | 'minGru'}${'Forward' | 'Backward'}`;

type Rest<K extends RangeKernel> =
  Parameters<KernelExports[K]> extends [from: number, to: number, ...rest: infer Rest] ? Rest : never;

/** Those of them whose last argument is scratch. */
type ScratchKernel = `${'lstm' | 'gru' | 'minGru'}${'Forward' | 'Backward'}`;

type BeforeScratch<K extends ScratchKernel> =
  Rest<K> extends [...rest: infer Before, scratch: number] ? Before : never;

// More share a job out no better on networks of the sizes that fit one machine.
const MOST_THREADS = 8;
// Where a job stands for others to read, in the first page: kernel, number of arguments, total, size of a chunk, arguments.
const JOB = 384;
const ARGUMENTS = JOB + 16;

let wanted = startingThreads();
let hired = 1;

function startingThreads(): number {
  if (!isShared) return 1;
  const asked = Number(environment('UNROLLED_THREADS') ?? 0);
  return asked >= 1 ? Math.floor(asked) : Math.min(processors(), MOST_THREADS);
}

/** How many threads large operations are shared out to; 1 where memory cannot be shared. */
export function getNumThreads(): number {
  return wanted;
}

/**
 * Sets how many threads large operations are shared out to, this one included. Results are the same for any number, bit for
 * bit. Without this, as many as there are processors, at most 8; `UNROLLED_THREADS` says otherwise from outside.
 *
 * @throws ValueError unless it is a whole number from 1 on
 * @see https://pytorch.org/docs/stable/generated/torch.set_num_threads.html
 */
export function setNumThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1) {
    throw new ValueError(`the number of threads must be a whole number from 1 on, not ${count}`);
  }
  wanted = isShared ? count : 1;
}

/** What a thread needs to know. */
interface Post {
  readonly code: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly wide: boolean;
  readonly scratch: number;
  readonly job: number;
}

/**
 * What a thread does, for good: wait for a job, claim chunks of it, wait again. It is sent as text: it may refer to nothing
 * outside, and a bundler's helpers for named functions are outside, so there are none.
 */
function work(post: Post): void {
  const own = new WebAssembly.Instance(post.code, { env: { memory: post.memory } })
    .exports as unknown as KernelExports;
  const functions = Object.values(own) as unknown as ((...args: number[]) => void)[];
  const ints = new Int32Array(post.memory.buffer, post.job, 4);
  const floats = new Float64Array(post.memory.buffer, post.job + 16, 64);
  own.setScratch(post.scratch);
  own.setWideTile(Number(post.wide));
  own.arrive();
  for (let seen = 0; ;) {
    seen = own.awaitJob(seen);
    for (let chunk = own.claimChunk(); chunk >= 0; chunk = own.claimChunk()) {
      const from = chunk * ints[3];
      const to = Math.min(from + ints[3], ints[2]);
      functions[ints[0]](from, to, ...floats.subarray(0, ints[1]));
      own.finishChunk();
    }
  }
}

const numbers = new Map(Object.keys(kernels).map((name, i) => [name, i]));
const jobInts = new Int32Array(memory.buffer, JOB, 4);
const jobArguments = new Float64Array(memory.buffer, ARGUMENTS, 64);

// A job that ends late had a thread stopped by the system: the machine is busy with other things, and sharing with it costs
// more than it brings. Then the main thread works alone for a while, longer each time.
const LATE_LIMIT = 3;
const PATIENCE_MS = 0.1;
const FIRST_REST_MS = 20;
const LONGEST_REST_MS = 2000;
let late = 0;
let restMs = FIRST_REST_MS;
let restUntil = 0;

/** Threads that would share a job now, this one included. */
function present(): number {
  if (hired < wanted) hire();
  return Math.min(wanted, kernels.presentThreads() + 1);
}

function hire(): void {
  const { code, wide } = largeKernels();
  for (; hired < wanted; hired++) {
    startThread(work, { code, wide, memory, scratch: reserve(kernels.scratchBytes()), job: JOB });
  }
}

// Below so much a job is done before others have heard of it. Tests share everything, by UNROLLED_SHARE_FROM=0.
const LEAST_WORK = Number(environment('UNROLLED_SHARE_FROM') ?? 400_000);
const CHUNKS_EACH = 2;

/**
 * Runs a kernel over a range, shared out to the threads there are.
 *
 * @param total  the range is 0 … total
 * @param cost   floating-point operations of one of them, roughly: small jobs are not worth sharing
 * @param args   the kernel's other arguments
 */
export function parallel<K extends RangeKernel>(
  name: K,
  total: number,
  cost: number,
  ...args: Rest<K>
): void {
  const all = args as readonly number[];
  if (isSmall(total, cost)) {
    alone(name, total, all);
    return;
  }
  asJob(() => {
    shareOut(name, total, all);
  }, [name, total, cost, ...all]);
}

/**
 * As `parallel`, for a kernel whose last argument is scratch, which is lent to it.
 *
 * @param bytes  of scratch
 */
export function parallelWithScratch<K extends ScratchKernel>(
  name: K,
  bytes: number,
  total: number,
  cost: number,
  ...args: BeforeScratch<K>
): void {
  const all = args as readonly number[];
  if (isSmall(total, cost)) {
    withWorkspace(bytes, (scratch) => {
      alone(name, total, [...all, scratch]);
    });
    return;
  }
  asJob(() => {
    withWorkspace(bytes, (scratch) => {
      shareOut(name, total, [...all, scratch]);
    });
  }, [name, total, cost, ...all]);
}

const isSmall = (total: number, cost: number): boolean => total * cost < LEAST_WORK;

function alone(name: RangeKernel, total: number, args: readonly number[]): void {
  const kernel: (...args: number[]) => void = kernels[name];
  kernel(0, total, ...args);
}

function shareOut(name: RangeKernel, total: number, args: readonly number[]): void {
  countLargeJob();
  const kernel: (...args: number[]) => void = largeKernels().kernels[name];
  const start = performance.now();
  const threads = wanted === 1 || total < 2 || start < restUntil ? 1 : present();
  if (threads === 1) {
    kernel(0, total, ...args);
    return;
  }
  const size = Math.ceil(total / (threads * (total >= 16 * threads ? CHUNKS_EACH : 1)));
  const chunks = Math.ceil(total / size);
  jobInts[0] = numbers.get(name)!;
  jobInts[1] = args.length;
  jobInts[2] = total;
  jobInts[3] = size;
  jobArguments.set(args);
  kernels.postJob(chunks);
  for (let chunk = kernels.claimChunk(); chunk >= 0; chunk = kernels.claimChunk()) {
    kernel(chunk * size, Math.min((chunk + 1) * size, total), ...args);
    kernels.finishChunk();
  }
  const own = performance.now();
  kernels.joinJob(chunks, Number(maySleep));
  judge(own - start, performance.now() - own);
}

/** Learns from a job on which the main thread worked and then waited for so many milliseconds. */
function judge(worked: number, waited: number): void {
  // The others finish what they have in hand: about a chunk.
  if (waited < worked + PATIENCE_MS) {
    late = Math.max(0, late - 0.05);
    restMs = Math.max(FIRST_REST_MS, restMs * 0.99);
    return;
  }
  late += 1;
  if (late < LATE_LIMIT) return;
  late = 0;
  restUntil = performance.now() + restMs;
  restMs = Math.min(2 * restMs, LONGEST_REST_MS);
}
