import type { Vector } from './cell.js';
import { encoder } from './encoder.js';
import type { Layer } from './layers.js';
import type { Input } from './linear.js';
import { softmax } from './softmax.js';

/** What the model remembers: h and c of each layer. */
export type State = readonly Float32Array[];

/** How `sample` draws. */
export interface SampleOptions {
  readonly prompt?: string;
  readonly length?: number;
  readonly temperature?: number;
  readonly random?: () => number;
}

/** The functions of a language model; `sample` gives its units. */
export interface Language {
  readonly next: (state: State | null, unit: string | number) => { logits: Float32Array; state: State };
  readonly sample: (options?: SampleOptions) => Generator<string, void, undefined>;
}

/** @param input  a row of the embedding, or the index itself for one-hot vectors */
export function language(
  units: readonly string[],
  unknown: number | null,
  split: (text: string) => string[],
  layers: readonly (readonly Layer[])[],
  hidden: number,
  input: (index: number) => Input,
  head: (x: Input) => Vector,
): Language {
  const begin = (): State => Array.from({ length: 2 * layers.length }, () => new Float32Array(hidden));
  const advance = (state: State, index: number): Vector => {
    let x = input(index);
    layers.forEach(([step], i) => {
      step(x, state[2 * i], state[2 * i + 1]);
      x = state[2 * i];
    });
    return head(x);
  };
  const encode = encoder(units, unknown);
  return {
    next(before, unit) {
      const state = before ? before.map((part) => part.slice()) : begin();
      const index = typeof unit === 'number' ? unit : encode([unit])[0];
      return { logits: Float32Array.from(advance(state, index)), state };
    },
    *sample({ prompt = '', length = 200, temperature = 1, random = Math.random } = {}) {
      const state = begin();
      let read = encode(split(prompt));
      while (length-- > 0) {
        let dice = random();
        // Without a prompt the first unit is any.
        let logits: Vector = new Float32Array(units.length);
        for (const index of read) logits = advance(state, index);
        // Colder than this all weights but one are 0.
        const weights = softmax(logits, read.length ? temperature || 1e-9 : 1);
        read = [
          Math.max(
            0,
            weights.findIndex((weight) => (dice -= weight) < 0),
          ),
        ];
        yield units[read[0]];
      }
    },
  };
}
