import { beforeEach, describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/data/vocabulary.js';
import { ValueError, VocabularyError } from '../../src/errors.js';
import { sample } from '../../src/generation/sample.js';
import { sampleStream, type SampleStreamOptions } from '../../src/generation/stream.js';
import { LanguageModel } from '../../src/models/language-model.js';
import { Generator, manualSeed } from '../../src/tensor/generator.js';

let model: LanguageModel;
beforeEach(() => {
  manualSeed(0);
  model = new LanguageModel(Vocabulary.from('if you want you'));
});

/** Makes each step of the model take some time. */
function slow(milliseconds: number): void {
  const forward = model.forward.bind(model);
  model.forward = (...args) => {
    const until = performance.now() + milliseconds;
    while (performance.now() < until);
    return forward(...args);
  };
}

async function collected(options: SampleStreamOptions): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of sampleStream(model, options)) pieces.push(piece);
  return pieces;
}

describe('a stream of samples', () => {
  it('is the same text as that of sample', async () => {
    const options = { prompt: 'if', length: 100, stop: 'uu', topK: 5 };
    const text = [...sample(model, { ...options, generator: new Generator(1) })].join('');
    expect((await collected({ ...options, generator: new Generator(1) })).join('')).toBe(text);
    expect(await collected({ prompt: 'if', length: 0 })).toEqual([]);
  });

  it('comes in pieces, with time for others in between', async () => {
    slow(5);
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    const pieces = await collected({ prompt: 'i', length: 20_000 });
    clearInterval(timer);
    expect(pieces.length).toBeGreaterThan(3);
    expect(turns).toBeGreaterThan(2);
  });

  it('rests while it reads a long prompt too', async () => {
    slow(20);
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    await collected({ prompt: 'you want '.repeat(200), length: 1 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });

  it('ends with the reason when it is aborted', async () => {
    slow(5);
    const abort = new AbortController();
    const pieces: string[] = [];
    const run = async (): Promise<void> => {
      for await (const piece of sampleStream(model, { prompt: 'i', length: 1e6, signal: abort.signal })) {
        pieces.push(piece);
        if (pieces.length === 3) abort.abort(new Error('enough'));
      }
    };
    await expect(run()).rejects.toThrow('enough');
    expect(pieces).toHaveLength(3);
  });

  it('does not begin when it is aborted before', async () => {
    await expect(collected({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('refuses what sample refuses', async () => {
    await expect(collected({ prompt: 'zebra' })).rejects.toThrow(VocabularyError);
    await expect(collected({ topP: 2 })).rejects.toThrow(ValueError);
  });
});
