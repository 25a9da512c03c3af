import type { VocabularyOrder } from '../../data/vocabulary.js';
import { CELLS } from '../../models/language-model.js';
import { UsageError } from '../failure.js';
import { choice, number, whole, words, yes } from './setting.js';

/** The shape of a model. */
export const MODEL_SETTINGS = {
  cell: choice('--cell <cell>', 'recurrent cell', CELLS, { note: 'rnn for --text, lstm for a file' }),
  hidden: whole('--hidden <units>', 'hidden units', {
    least: 1,
    note: 'as many as characters for --text, 128 for a file',
  }),
  layers: whole('--layers <layers>', 'recurrent layers', { least: 1, note: '1 for --text, 2 for a file' }),
  head: yes('--head', 'linear layer from hidden units to characters', {
    negatable: true,
    note: 'where sizes differ',
  }),
};

/** How a model learns. */
export const LEARNING_SETTINGS = {
  lr: number('--lr <rate>', 'learning rate', { note: '0.1 for --text, 0.002 for a file' }),
  epochs: whole('--epochs <epochs>', 'passes over the data', { note: '50 for --text, 10 for a file' }),
  batch: whole('--batch <size>', 'file: streams or rows side by side', { least: 1, note: '32' }),
  seqLength: whole('--seq-length <steps>', 'file: steps through which gradients flow', {
    least: 1,
    note: '64',
  }),
  clip: number('--clip <norm>', 'file: greatest length of the gradient', { note: '5' }),
  seed: whole('--seed <seed>', 'where random numbers start', { fallback: 0 }),
  vocab: words('--vocab <order>', 'first (appearance), sorted, or the characters themselves in order', {
    fallback: 'first',
  }),
};

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
