import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

// Scripts as they are published for PyTorch, written here for PyTorch (`NAME.py`) and for this library (`NAME.ts`), line by line
// where TypeScript allows. `python NAME.py > NAME.json` made the numbers, with PyTorch 2.13 on a CPU.

/** What a script learnt: 20 losses, and what else it had to say of the trained model or of the steps. */
interface Outcome {
  readonly losses: readonly number[];
  readonly also: unknown;
}

const golden = (name: string): Outcome =>
  JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8')) as Outcome;

/** Numbers are near the ones wanted, measured by the largest in the same list; texts and shapes are the same. */
function differences(got: unknown, want: unknown, scale = NaN, path = ''): string[] {
  if (Array.isArray(want) && Array.isArray(got) && got.length === want.length) {
    const largest = Math.max(...want.map(Number).map(Math.abs));
    return want.flatMap((w, i) => differences(got[i], w, largest, `${path}[${i}]`));
  }
  const near = typeof got === 'number' && typeof want === 'number' && Math.abs(got - want) <= 1e-5 * scale;
  return near || got === want ? [] : [`${path}: ${String(got)}, not ${String(want)}`];
}

describe("public scripts have PyTorch's 20 losses to 1e-5, and say what they say there", () => {
  it.each([
    ['seq2seq-attention', () => import('./seq2seq-attention.js')],
    ['word-language-model', () => import('./word-language-model.js')],
    ['char-rnn', () => import('./char-rnn.js')],
    ['packed-sentiment', () => import('./packed-sentiment.js')],
    ['crf-tagger', () => import('./crf-tagger.js')],
    ['time-sequence', () => import('./time-sequence.js')],
    ['irnn-adding', () => import('./irnn-adding.js')],
    ['sentence-vae', () => import('./sentence-vae.js')],
  ])('%s', async (name, script: () => Promise<Outcome>) => {
    const { losses, also } = await script();
    const wanted = golden(name);
    expect(wanted.losses).toHaveLength(20);
    expect(losses).toHaveLength(20);
    const wrong = losses.filter((loss, i) => Math.abs(loss / wanted.losses[i] - 1) > 1e-5);
    expect(wrong).toEqual([]);
    expect(differences(also, wanted.also)).toEqual([]);
  });
});
