import { TOKEN_UNITS } from '../../data/units.js';
import type { VocabularyOrder } from '../../data/vocabulary.js';
import { CELLS } from '../../models/cells.js';
import { OPTIMIZER_NAMES, SCHEDULE_NAMES } from '../../training/trainer.js';
import { UsageError } from '../failure.js';
import { choice, number, whole, words, yes } from './setting.js';

/** What can happen to units that a vocabulary lacks. */
export const UNKNOWN = ['error', 'skip', 'unk'] as const;

/** The shape of a model. */
export const MODEL_SETTINGS = {
  cell: choice('--cell <cell>', 'recurrent cell', CELLS, { note: 'rnn for --text, lstm for a file' }),
  hidden: whole('--hidden <units>', 'hidden units', {
    least: 1,
    note: 'as many as characters for --text, 128 for a file',
  }),
  layers: whole('--layers <layers>', 'recurrent layers', { least: 1, note: '1 for --text, 2 for a file' }),
  dropout: number('--dropout <part>', 'file: outputs between layers left out at random while it learns', {
    most: 0.95,
    fallback: 0,
  }),
  head: yes('--head', 'linear layer from hidden units to characters', {
    negatable: true,
    note: 'where sizes differ',
  }),
};

/** How a model learns. */
export const LEARNING_SETTINGS = {
  lr: number('--lr <rate>', 'learning rate', { note: '0.1 for --text, 0.003 for pairs, else 0.005' }),
  epochs: whole('--epochs <epochs>', 'passes over the data', {
    note: '50 for --text, 20 for a text file, 60 to forecast, 20 to classify, 30 to translate',
  }),
  batch: whole('--batch <size>', 'file: streams or rows side by side', { least: 1, note: '32' }),
  seqLength: whole('--seq-length <steps>', 'file: steps through which gradients flow', {
    least: 1,
    note: '64',
  }),
  clip: number('--clip <norm>', 'file: greatest length of the gradient', { note: '5' }),
  val: number('--val <part>', 'file: the last part, held out to see how it does on what it never saw', {
    most: 0.9,
    fallback: 0.1,
  }),
  optimizer: choice('--optimizer <name>', 'file: how weights are changed', OPTIMIZER_NAMES, {
    fallback: 'adam',
  }),
  schedule: choice('--schedule <name>', 'file: how the learning rate goes', SCHEDULE_NAMES, {
    fallback: 'constant',
  }),
  patience: whole('--patience <epochs>', 'file: stop after so many without a better loss', {
    least: 1,
    note: 'never',
  }),
  tokens: choice('--tokens <unit>', 'file: what the text is cut into', TOKEN_UNITS, { fallback: 'char' }),
  unknown: choice('--unknown <what>', 'file: what happens to units that the vocabulary lacks', UNKNOWN, {
    fallback: 'error',
  }),
  minCount: whole('--min-count <times>', 'file: units that come less often are unknown ones', {
    least: 1,
    fallback: 1,
  }),
  seed: whole('--seed <seed>', 'where random numbers start', { fallback: 0 }),
  vocab: words('--vocab <order>', 'first (appearance), sorted, or the characters themselves in order', {
    fallback: 'first',
  }),
};

/** How long and how fast files are learnt where nothing else is said. */
export const TASK_DEFAULTS = {
  text: { lr: 0.005, epochs: 20 },
  forecast: { lr: 0.005, epochs: 60 },
  classify: { lr: 0.005, epochs: 20 },
  translate: { lr: 0.003, epochs: 30 },
} as const;

/** How `--vocab` numbers characters. */
export function orderOf(vocab: string): VocabularyOrder {
  return vocab === 'first' || vocab === 'sorted' ? vocab : { characters: vocab };
}

/**
 * Whether there is a linear layer: where it is not said, only where it is needed.
 *
 * @throws UsageError where it is not wanted, but sizes differ
 */
export function headOf(head: boolean | undefined, hiddenSize: number, size: number): boolean {
  if (head === false && hiddenSize !== size) {
    throw new UsageError(
      `--no-head needs as many hidden units as characters: ${size}, not --hidden ${hiddenSize}`,
    );
  }
  return head ?? hiddenSize !== size;
}
