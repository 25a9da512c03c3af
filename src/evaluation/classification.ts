import { ValueError } from '../errors.js';

/** How well one class is told from the others. */
export interface ClassMetrics {
  readonly label: string;
  /** Of those that were given this label, the share that has it; null where none was. */
  readonly precision: number | null;
  /** Of those that have this label, the share that was given it; null where none has. */
  readonly recall: number | null;
  /** 2 · precision · recall / (precision + recall) = 2 TP / (2 TP + FP + FN); null where the label does not occur at all. */
  readonly f1: number | null;
  /** How many have this label. */
  readonly support: number;
}

/** How well classes are told apart. */
export interface ClassificationMetrics {
  /** Share of right answers. */
  readonly accuracy: number;
  /** What it is worth against: the share of right answers of always saying the commonest label, and which that is. */
  readonly baseline: { readonly label: string; readonly accuracy: number };
  /** Answers that were counted. */
  readonly count: number;
  /** Order of the rows and columns of `confusion`. */
  readonly labels: readonly string[];
  /** (truth, prediction): how often the label of the row was given that of the column. */
  readonly confusion: readonly (readonly number[])[];
  readonly classes: readonly ClassMetrics[];
  /** Means over the classes that occur, each with the same weight; what is null counts as 0, as in scikit-learn. */
  readonly macro: { readonly precision: number; readonly recall: number; readonly f1: number };
}

/**
 * Compares labels that were given with those that are right.
 *
 * @param truth   the right labels
 * @param given   the labels given, in the same order
 * @param labels  all labels, in the order wanted; those that occur, sorted, if left out
 * @throws ValueError for lists that are empty or of different lengths, and for a label that is not in `labels`
 * @example
 * const { accuracy, baseline, confusion } = classificationMetrics(['a', 'a', 'b', 'b'], ['a', 'b', 'b', 'b']);
 * accuracy; // 0.75
 * baseline.accuracy; // 0.5
 * confusion; // [[1, 1], [0, 2]]
 */
export function classificationMetrics(
  truth: readonly string[],
  given: readonly string[],
  labels: readonly string[] = [...new Set([...truth, ...given])].sort(),
): ClassificationMetrics {
  const count = truth.length;
  if (count === 0) throw new ValueError('there are no labels to compare');
  if (given.length !== count) {
    throw new ValueError(`${given.length} labels were given, but ${count} are the right ones`);
  }
  const place = new Map(labels.map((label, i) => [label, i]));
  const placeOf = (label: string): number => {
    const found = place.get(label);
    if (found !== undefined) return found;
    throw new ValueError(`'${label}' is not one of the labels ${labels.join(', ')}`);
  };
  const confusion = labels.map(() => labels.map(() => 0));
  truth.forEach((label, i) => (confusion[placeOf(label)][placeOf(given[i])] += 1));

  const classes = labels.map((label, i): ClassMetrics => {
    const right = confusion[i][i];
    const support = sum(confusion[i]);
    const named = sum(confusion.map((row) => row[i]));
    return {
      label,
      precision: share(right, named),
      recall: share(right, support),
      f1: share(2 * right, named + support),
      support,
    };
  });
  const occurring = classes.filter(({ f1 }) => f1 !== null);
  const mean = (name: 'precision' | 'recall' | 'f1'): number =>
    sum(occurring.map((metrics) => metrics[name] ?? 0)) / occurring.length;
  const commonest = classes.reduce((most, one) => (one.support > most.support ? one : most));
  return {
    accuracy: sum(labels.map((_, i) => confusion[i][i])) / count,
    baseline: { label: commonest.label, accuracy: commonest.support / count },
    count,
    labels,
    confusion,
    classes,
    macro: { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') },
  };
}

/** What is needed of a classifier here. */
export interface TextClassifier {
  readonly labels: readonly string[];
  /** All labels with their probabilities, the likeliest first. */
  predict(text: string): readonly { readonly label: string; readonly probability: number }[];
}

/**
 * Measures a classifier on labelled texts.
 *
 * @returns  the metrics of its likeliest labels, and the loss: the mean of −ln p(right label), in nats
 * @throws ValueError as `classificationMetrics`
 */
export function evaluateClassifier(
  model: TextClassifier,
  examples: readonly { readonly text: string; readonly label: string }[],
): ClassificationMetrics & { readonly loss: number } {
  const answers = examples.map(({ text }) => model.predict(text));
  const metrics = classificationMetrics(
    examples.map(({ label }) => label),
    answers.map(([{ label }]) => label),
    model.labels,
  );
  const losses = examples.map(
    ({ label }, i) => -Math.log(answers[i].find((a) => a.label === label)!.probability),
  );
  return { ...metrics, loss: sum(losses) / examples.length };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
