import type { Vector } from './cell.js';
import { encoder } from './encoder.js';
import type { Layer } from './layers.js';
import type { Linear } from './linear.js';
import { softmax } from './softmax.js';
import { walk } from './walk.js';

/** A label and how sure the classifier is of it. */
export interface Label {
  readonly label: string;
  readonly probability: number;
}

/** The function of a classifier. */
export interface Classifying {
  readonly classify: (text: string) => Label[];
}

export function classifier(
  labels: readonly string[],
  units: readonly string[],
  unknown: number | null,
  split: (text: string) => string[],
  layers: readonly (readonly Layer[])[],
  hidden: number,
  input: (index: number) => Vector,
  head: Linear,
): Classifying {
  const encode = encoder(units, unknown);
  return {
    classify(text) {
      const sequence = encode(split(text)).map(input);
      if (!sequence.length) throw new Error('nothing of the text is known');
      return softmax(head(walk(layers, hidden, sequence)), 1)
        .map((probability, i) => ({ label: labels[i], probability }))
        .sort((a, b) => b.probability - a.probability);
    },
  };
}
