import { existsSync, readdirSync } from 'node:fs';
import { extname } from 'node:path';
import { Vocabulary } from '../../data/vocabulary.js';
import { isFolder } from '../../formats/platform-files.js';
import { UsageError } from '../failure.js';
import { readCsv } from '../../tables/csv.js';
import { likelyTargets } from '../../tables/numeric.js';
import { csvOptions, type TaskKind, wholeFile } from '../prepare/kind.js';
import { tableOptions } from '../prepare/table.js';
import type { ValuesOf } from '../settings/setting.js';
import type { TASK_SETTINGS } from '../settings/tasks.js';
import {
  headOf,
  type LEARNING_SETTINGS,
  type MODEL_SETTINGS,
  orderOf,
  TASK_DEFAULTS,
} from '../settings/training.js';
import type { Options, TaskPlan } from './plan.js';

type Values = ValuesOf<typeof MODEL_SETTINGS & typeof LEARNING_SETTINGS & typeof TASK_SETTINGS>;

const KINDS = { text: 'text', forecast: 'table', classify: 'labels', translate: 'pairs' } as const;

/**
 * What the command would do with files, as a program does it by the library's tasks.
 *
 * @throws UsageError for files that one line of a program does not read
 */
export function taskPlan(task: TaskKind, paths: readonly string[], values: Values): TaskPlan {
  const { batch, val, seed, encoding, scaler } = values;
  const targets = task === 'forecast' ? targetsOf(paths, values) : [];
  const { epochs = TASK_DEFAULTS[task].epochs, lr = TASK_DEFAULTS[task].lr, patience, clip } = values;
  const fit = {
    ...{ epochs, lr, patience, clip: clip === 0 ? Infinity : clip },
    ...{ optimizer: unless('adam', values.optimizer), schedule: unless('constant', values.schedule) },
  };
  const split = task === 'forecast' ? {} : { validation: unless(0, val) };
  const order = task === 'text' ? { seqLength: values.seqLength } : { seed: unless(0, seed) };
  return {
    ...{
      kind: KINDS[task],
      paths,
      isFolder: isFolder(paths[0]),
      encoding,
      seed,
      val,
      targets,
      scaler,
    },
    reading:
      task === 'classify'
        ? labelReading(paths, values)
        : task === 'forecast'
          ? tableReading(values, targets)
          : {},
    vocabulary: vocabularyOf(task, values),
    model: modelOf(task, paths, values),
    task: { batchSize: batch, ...split, ...order },
    fit,
  };
}

/** Nothing for what would be so without it. */
const unless = <T>(usual: T, value: T): T | undefined => (value === usual ? undefined : value);

function vocabularyOf(task: TaskKind, { vocab, tokens, minCount, unknown }: Values): Options {
  const isLenient = unknown === 'error' && task !== 'text';
  return {
    ...{ order: vocab === 'first' ? undefined : orderOf(vocab), unit: unless('char', tokens) },
    ...{ minCount: unless(1, minCount), unknown: isLenient ? 'skip' : unless('error', unknown) },
  };
}

function modelOf(task: TaskKind, paths: readonly string[], values: Values): Options {
  const { cell, hidden, layers, embedding, window, horizon, bidirectional, tieWeights } = values;
  const sizes = { cell, hiddenSize: hidden, numLayers: layers, dropout: unless(0, values.dropout) };
  if (task === 'forecast') return { window, horizon, ...sizes };
  if (task === 'classify')
    return { ...sizes, bidirectional: unless(false, bidirectional), embeddingSize: embedding };
  if (task === 'translate') return { ...sizes, embeddingSize: embedding };
  const { size } = Vocabulary.from(wholeFile(paths[0], values.encoding).text, vocabularyOf(task, values));
  const hiddenSize = hidden ?? (values.head === false ? size : 128);
  return {
    ...{ ...sizes, cell: cell ?? 'lstm', hiddenSize, numLayers: layers ?? 2 },
    head: headOf(values.head, hiddenSize, size) || tieWeights,
    ...{
      embeddingSize: embedding ?? (tieWeights ? hiddenSize : undefined),
      tieWeights: unless(false, tieWeights),
    },
  };
}

/** The columns to forecast: those that are said, or the only one there is. */
function targetsOf([path]: readonly string[], values: Values): readonly string[] {
  if (values.target.length > 0) return values.target;
  const { text } = wholeFile(path, values.encoding);
  const targets = likelyTargets(readCsv(text, { ...csvOptions(values), name: path }));
  if (targets.length !== 1) throw new UsageError('--task forecast needs a --target');
  return targets;
}

function tableReading(values: Values, targets: readonly string[]): Options {
  const { column } = values;
  const columns = column.length > 0 ? [...new Set([...targets, ...column])] : undefined;
  // The program decodes the bytes itself.
  return { columns, ...tableOptions(values), encoding: undefined };
}

function labelReading(paths: readonly string[], { textColumn, labelColumn }: Values): Options {
  const [path, ...others] = paths;
  const isTexts = isFolder(path) && readdirSync(path).some((name) => name.endsWith('.txt'));
  if (others.length > 0 || (isFolder(path) && !isTexts) || !existsSync(path)) {
    throw new UsageError(
      'the program for labels reads one table, one .jsonl file or a folder of .txt files',
      {
        hint: 'put the texts into one table with the columns text and label',
      },
    );
  }
  const format = extname(path).toLowerCase() === '.jsonl' ? 'jsonl' : 'csv';
  return { format, text: textColumn, label: labelColumn };
}
