import type { LanguageModel } from '../models/language-model.js';
import { readOptions, type Schema } from '../options.js';
import { pieces, SAMPLE, type SampleOptions } from './sample.js';

/** How `sampleStream` draws and stops. */
export interface SampleStreamOptions extends SampleOptions {
  /** Ends the text when it is aborted, with the signal's reason as an error, as `fetch` does. */
  readonly signal?: AbortSignal;
}

const OPTIONS: Schema<SampleStreamOptions> = { ...SAMPLE, signal: 'an object' };

/** Milliseconds of work between two breaths: a page that runs at 60 frames a second stays smooth. */
const SLICE = 12;

/**
 * `sample` for programs with something else to do: pages, servers. Between slices of work, in a long prompt too, other events
 * have their turn. The same seed gives the same text as `sample`.
 *
 * @returns  what was written since the last piece, as soon as there was time to say so
 * @throws what `sample` throws, and the reason of a signal that is aborted
 * @example
 * const abort = new AbortController();
 * async function write(): Promise<void> {
 *   for await (const text of sampleStream(model, { prompt: 'ROMEO:', signal: abort.signal })) console.log(text);
 * }
 */
export async function* sampleStream(
  model: LanguageModel,
  given?: SampleStreamOptions,
): AsyncGenerator<string> {
  const { signal, ...options } = readOptions('sampleStream', given, OPTIONS);
  let pending = '';
  let rested = performance.now();
  signal?.throwIfAborted();
  for (const piece of pieces(model, options)) {
    pending += piece;
    if (performance.now() - rested < SLICE) continue;
    if (pending !== '') yield pending;
    pending = '';
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    rested = performance.now();
  }
  if (pending !== '') yield pending;
}
