// What narrows a choice, on the logits of one step: -Infinity is out. The definitions are those of Hugging Face's transformers
// (generation/logits_process.py), so that settings carry over. Each leaves at least one unit.

/**
 * Makes what was said already less likely: a positive logit is divided by the penalty, a negative one multiplied. How often
 * a unit was said makes no difference.
 *
 * @param seen  indices of the prompt and of what was added
 * @see Keskar et al., 2019, CTRL, section 4.1
 */
export function penalizeRepetition(
  logits: Float32Array,
  seen: Iterable<number>,
  penalty: number,
): Float32Array {
  const narrowed = logits.slice();
  for (const index of new Set(seen)) {
    narrowed[index] = logits[index] < 0 ? logits[index] * penalty : logits[index] / penalty;
  }
  return narrowed;
}

/** Keeps the `k` likeliest; more where several are as likely as the last of them. */
export function keepTopK(logits: Float32Array, k: number): Float32Array {
  if (k >= logits.length) return logits.slice();
  const least = logits.toSorted()[logits.length - k];
  return logits.map((logit) => (logit < least ? -Infinity : logit));
}

/**
 * Keeps the fewest units whose probabilities come to `p` or more together, the likeliest first (nucleus sampling).
 *
 * @see Holtzman et al., 2020, The Curious Case of Neural Text Degeneration
 */
export function keepTopP(logits: Float32Array, p: number): Float32Array {
  if (p >= 1) return logits.slice();
  const likeliest = [...logits.keys()].sort((a, b) => logits[b] - logits[a] || a - b);
  const top = logits[likeliest[0]];
  const weights = likeliest.map((index) => Math.exp(logits[index] - top));
  const enough = p * weights.reduce((sum, weight) => sum + weight, 0);
  const narrowed = new Float32Array(logits.length).fill(-Infinity);
  let sum = 0;
  for (let rank = 0; rank === 0 || (rank < weights.length && sum < enough); rank++) {
    narrowed[likeliest[rank]] = logits[likeliest[rank]];
    sum += weights[rank];
  }
  return narrowed;
}

/**
 * Keeps the units that are at least `p` times as likely as the likeliest.
 *
 * @see Nguyen et al., 2024, Turning Up the Heat: Min-p Sampling
 */
export function keepMinP(logits: Float32Array, p: number): Float32Array {
  const top = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  return logits.map((logit) => (Math.exp(logit - top) < p ? -Infinity : logit));
}
