import type { LanguageModel, ModelState } from '../models/language-model.js';
import { tensor } from '../tensor/create.js';
import { select, view } from '../tensor/ops/views.js';
import { evaluating } from '../nn/evaluating.js';

/** Where a model is after it has read something: what it expects next, and what it remembers. */
export interface Reading {
  /** (rows, vocabulary), row after row. */
  readonly logits: Float32Array;
  readonly state: ModelState;
}

/**
 * Reads on from a state. All generation runs the model here and nowhere else.
 *
 * @param indices  (rows, time), row after row
 */
export function advance(
  model: LanguageModel,
  indices: Int32Array,
  rows: number,
  state?: ModelState,
): Reading {
  return evaluating(model, () => {
    const [logits, next] = model.forward(view(tensor(indices), [rows, -1]), state);
    return { logits: select(logits, 1, -1).data as Float32Array, state: next };
  });
}

/** Units read at once: the outputs of all of them are in memory together. */
const STRETCH = 256;

/** Reads a text of any length from its start, stretch by stretch, and comes up for air after each. */
export function* read(model: LanguageModel, indices: Int32Array): Generator<undefined, Reading> {
  let reading = advance(model, indices.subarray(0, STRETCH), 1);
  for (let from = STRETCH; from < indices.length; from += STRETCH) {
    yield;
    reading = advance(model, indices.subarray(from, from + STRETCH), 1, reading.state);
  }
  return reading;
}

/** `read` in one go. */
export function readAll(model: LanguageModel, indices: Int32Array): Reading {
  const reading = read(model, indices);
  for (;;) {
    const { done, value } = reading.next();
    if (done === true) return value;
  }
}
