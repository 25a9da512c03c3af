import type { Scaler } from '../data/scaler.js';
import { type TokenUnit } from '../data/units.js';
import { graphemes } from '../data/graphemes.js';
import { Vocabulary } from '../data/vocabulary.js';
import { FormatError, ValueError } from '../errors.js';
import type { SafetensorsEntry } from '../formats/safetensors.js';
import { valuesOf } from '../formats/values.js';
import { Classifier } from '../models/classifier.js';
import { Forecaster } from '../models/forecaster.js';
import { LanguageModel } from '../models/language-model.js';
import type { Module } from '../nn/module.js';
import type { StepperActivation } from '../nn/recurrent/stepper.js';
import { NONLINEARITY } from '../nn/recurrent/rnn.js';
import { readOptions, type Schema } from '../options.js';
import { type Anatomy, anatomyOf, type DenseLayer, folded, type ImportTask, likelyTask } from './anatomy.js';
import { zerosLike } from './plain-rnn.js';
import type { Foreign } from './read-foreign.js';

/** What a file of weights does not say of the model that they are of. */
export interface ImportOptions {
  /** What it is for. Default: what its sizes suggest. */
  readonly as?: ImportTask;
  /** Units in the order of their numbers. Default: the only dictionary in the file that fits. */
  readonly units?: readonly string[];
  /** Which of several dictionaries in the file has the units. */
  readonly dictionary?: string;
  /** classify: the labels in the order of the outputs. */
  readonly labels?: readonly string[];
  /** forecast: how the columns were scaled. */
  readonly scaler?: Scaler;
  /** forecast: how many rows it reads. */
  readonly window?: number;
  /** forecast: names of the columns. Default: x1, x2, … */
  readonly columns?: readonly string[];
  /** forecast: which of them it predicts. Default: the first. */
  readonly targets?: readonly string[];
  /** What stands between two linear layers, where the file does not say. */
  readonly activation?: StepperActivation;
  /** Of an RNN whose file does not say. Default 'tanh', the only one that models of ours have. */
  readonly nonlinearity?: 'tanh' | 'relu';
}

const OPTIONS: Schema<ImportOptions> = {
  as: { oneOf: ['language', 'forecast', 'classify'] },
  units: 'a list of words',
  dictionary: 'text',
  labels: 'a list of words',
  scaler: 'an object',
  window: 'a whole number above 0',
  columns: 'a list of words',
  targets: 'a list of words',
  activation: { oneOf: ['relu', 'tanh', 'sigmoid', 'none'] },
  nonlinearity: NONLINEARITY,
};

/** Something that is missing: the option that gives it, and what it is. */
export interface ImportNeed {
  readonly option: keyof ImportOptions;
  readonly text: string;
}

/** What it takes to make a model of a file: the task, what is missing, and why it cannot be, if it cannot. */
export interface ImportProspect {
  readonly task: ImportTask | null;
  readonly needs: readonly ImportNeed[];
  readonly refused: readonly string[];
}

/** What is missing to make a model of ours of a file. */
export function prospectOf(foreign: Foreign, given?: ImportOptions): ImportProspect {
  const options = readOptions('importModel', given, OPTIONS);
  const anatomy = anatomyOf(foreign.plan, options);
  if (!('stack' in anatomy)) return { task: null, needs: [], refused: anatomy };
  const task = options.as ?? likelyTask(anatomy);
  const refused = refusedFor(task, anatomy);
  return { task, refused, needs: refused.length > 0 ? [] : needsOf(task, anatomy, foreign, options) };
}

/**
 * A model of ours that gives the same numbers as the network in a file.
 *
 * @throws FormatError for networks that no model of ours has, with all reasons
 * @throws ValueError that names everything that is missing, or does not fit
 */
export function importModel(
  foreign: Foreign,
  options: ImportOptions = {},
): LanguageModel | Forecaster | Classifier {
  const { task, needs, refused } = prospectOf(foreign, options);
  const anatomy = anatomyOf(foreign.plan, options);
  if (task === null || refused.length > 0 || !('stack' in anatomy)) {
    throw new FormatError(`no model of ours is such a network: ${refused.join('; ')}`, {
      hint: 'networkOf(weights) in a program takes more, or make the layers and loadStateDict(weights, { prefix })',
    });
  }
  if (needs.length > 0) {
    const lines = needs.map(({ option, text }) => `\n  ${text} (${FLAGS[option]})`);
    throw new ValueError(`to make this a ${NAMES[task]}, some things are missing:${lines.join('')}`);
  }
  if (task === 'language') return languageModelOf(anatomy, unitsOf(anatomy.reads, foreign, options)!);
  if (task === 'classify') return classifierOf(anatomy, foreign, options);
  return forecasterOf(anatomy, options);
}

const NAMES = { language: 'language model', forecast: 'forecaster', classify: 'classifier' } as const;

/** How the command takes each. */
export const FLAGS: Readonly<Record<keyof ImportOptions, string>> = {
  as: '--as language, forecast or classify',
  units: '--vocab FILE, a text, or JSON',
  dictionary: '--dictionary NAME',
  labels: '--labels a,b,c',
  scaler: `--scaler FILE, '{"kind":"standard","shift":[…],"scale":[…]}' for y = (x − shift) / scale, or none`,
  window: '--window ROWS',
  columns: '--columns a,b,c',
  targets: '--targets a,b',
  activation: '--activation relu, tanh, sigmoid or none',
  nonlinearity: '--nonlinearity tanh or relu',
};

function refusedFor(
  task: ImportTask,
  { stack, head, between, embedding, reads, gives, last }: Anatomy,
): string[] {
  const refused: string[] = [];
  if (task !== 'classify' && stack.bidirectional) {
    refused.push(
      `${stack.name || 'the recurrent layer'} reads from both ends, and a ${NAMES[task]} cannot see what comes next`,
    );
  }
  if (task === 'language' && gives !== reads) {
    refused.push(`it reads ${reads} units and gives ${gives}, where a language model has as many`);
  }
  if (task !== 'language' && head === null) refused.push('there is no linear layer behind the recurrent one');
  if (task !== 'language' && between.some(({ activation }) => activation !== null && activation !== 'none')) {
    refused.push(`a ${NAMES[task]} of ours has one linear layer, and here an activation stands between two`);
  }
  if (task === 'forecast' && embedding !== null)
    refused.push('it reads units through an embedding, not columns');
  if (task === 'forecast' && last !== null) refused.push(`a forecaster of ours has no ${last} at its end`);
  if (task === 'language' && last === 'sigmoid')
    refused.push('a language model of ours has no sigmoid at its end');
  return refused;
}

function needsOf(task: ImportTask, anatomy: Anatomy, foreign: Foreign, options: ImportOptions): ImportNeed[] {
  const needs: ImportNeed[] = [];
  const { reads, gives, between, stack } = anatomy;
  const open = between.filter(({ activation }) => activation === null);
  if (open.length > 0) {
    const names = open.map(({ name }) => name).join(', ');
    needs.push({ option: 'activation', text: `the activation behind ${names}, which weights do not show` });
  }
  if (task === 'forecast') {
    if (options.window === undefined) needs.push({ option: 'window', text: 'how many rows it reads' });
    if (options.scaler === undefined) {
      needs.push({ option: 'scaler', text: `how its ${stack.inputSize} columns were scaled` });
    }
    return needs;
  }
  if (unitsOf(reads, foreign, options) === null) {
    const fitting = foreign.dictionaries.filter(({ units }) => units.length === reads);
    if (fitting.length > 1) {
      const names = fitting.map(({ name }) => name).join(', ');
      needs.push({ option: 'dictionary', text: `which dictionary has its units: ${names}` });
    } else {
      const printable = reads === 100 ? `; 'printable' is Python's string.printable` : '';
      needs.push({ option: 'units', text: `its ${reads} units in the order of their numbers${printable}` });
    }
  }
  const labels = Math.max(2, gives);
  if (task === 'classify' && labelsOf(labels, foreign, options) === null) {
    needs.push({ option: 'labels', text: `its ${labels} labels in the order of the outputs` });
  }
  return needs;
}

/** Units that were given, or those of the dictionary in the file. @throws ValueError for another number of them */
function unitsOf(count: number, { dictionaries }: Foreign, options: ImportOptions): readonly string[] | null {
  const { units, dictionary } = options;
  if (units !== undefined) {
    if (units.length === count) return units;
    const difference = Math.abs(units.length - count);
    throw new ValueError(
      `the model has ${count} units and the vocabulary ${units.length}: ${difference} too ${units.length < count ? 'few' : 'many'}`,
      {
        hint: 'name all of them in order, markers such as <pad> or <eos> too, as a JSON list: ["<pad>", "a", …]',
      },
    );
  }
  const named = dictionaries.filter(({ name }) => dictionary === undefined || name === dictionary);
  if (dictionary !== undefined && named.length === 0) {
    throw new ValueError(`there is no dictionary '${dictionary}' in the file`, {
      hint: `there are ${dictionaries.map(({ name }) => name).join(', ') || 'none'}`,
    });
  }
  const fitting = named.filter((found) => found.units.length === count);
  return fitting.length === 1 ? fitting[0].units : null;
}

function labelsOf(
  count: number,
  { dictionaries }: Foreign,
  { labels }: ImportOptions,
): readonly string[] | null {
  if (labels !== undefined) {
    if (labels.length === count) return labels;
    throw new ValueError(`the model tells ${count} labels apart, and there are ${labels.length}`);
  }
  const fitting = dictionaries.filter(
    ({ name, units }) => units.length === count && /label|class|categor/i.test(name),
  );
  return fitting.length === 1 ? fitting[0].units : null;
}

const PADDING = '<pad>';

/** A vocabulary of units as a file has them: words if most are of several letters. */
function vocabularyOf(units: readonly string[]): Vocabulary {
  const named = units.map((unit) => (unit === '' ? PADDING : unit));
  const long = named.filter((text) => !text.startsWith('<') && graphemes(text).length > 1);
  const unit: TokenUnit = 2 * long.length > named.length ? 'word' : 'char';
  return Vocabulary.of(named, { unit, unknown: named.includes('<unk>') ? 'unk' : 'error' });
}

function languageModelOf(anatomy: Anatomy, units: readonly string[]): LanguageModel {
  const { stack, embedding, between, head } = anatomy;
  const { cell, hiddenSize, numLayers, dropout } = stack;
  const model = new LanguageModel(vocabularyOf(units), {
    ...{ cell, hiddenSize, numLayers, dropout: numLayers > 1 ? dropout : 0, head: head !== null },
    embeddingSize: embedding?.shape[1],
    between: between.map(({ weight, activation }) => ({ size: weight.shape[0], activation: activation! })),
    tieWeights: embedding !== null && head !== null && areSame(embedding, head.weight),
  });
  const dense = between.flatMap((layer, i) => denseEntries(`between.${2 * i}`, layer));
  return withWeights(model, [
    ...stackEntries(stack),
    ...(embedding === null ? [] : [['embedding.weight', embedding] as const]),
    ...dense,
    ...(head === null ? [] : denseEntries('head', head)),
  ]);
}

function classifierOf(anatomy: Anatomy, foreign: Foreign, options: ImportOptions): Classifier {
  const { stack, embedding, reads, gives } = anatomy;
  const { cell, hiddenSize, numLayers, bidirectional, dropout } = stack;
  const vocabulary = vocabularyOf(unitsOf(reads, foreign, options)!);
  const labels = labelsOf(Math.max(2, gives), foreign, options)!;
  const whole = wholeHead(anatomy);
  const model = new Classifier(vocabulary, labels, {
    ...{ cell, hiddenSize, numLayers, bidirectional, dropout: numLayers > 1 ? dropout : 0 },
    embeddingSize: stack.inputSize,
  });
  return withWeights(model, [
    ...stackEntries(stack),
    ['embedding.weight', embedding ?? identity(reads)],
    ...denseEntries('head', gives === 1 ? asTwo(whole) : whole),
  ]);
}

function forecasterOf(anatomy: Anatomy, options: ImportOptions): Forecaster {
  const { stack, gives } = anatomy;
  const { cell, hiddenSize, numLayers, inputSize, dropout } = stack;
  const { columns = Array.from({ length: inputSize }, (_, i) => `x${i + 1}`) } = options;
  if (columns.length !== inputSize) {
    throw new ValueError(`the model reads ${inputSize} columns, and ${columns.length} are named`);
  }
  const { targets = gives === inputSize ? columns : columns.slice(0, 1) } = options;
  if (gives % targets.length !== 0) {
    throw new ValueError(
      `the model gives ${gives} numbers, which are no whole rows of ${targets.length} targets`,
    );
  }
  const model = new Forecaster({
    ...{ columns, targets, cell, hiddenSize, numLayers, dropout: numLayers > 1 ? dropout : 0 },
    ...{ window: options.window!, horizon: gives / targets.length, scaler: options.scaler! },
  });
  return withWeights(model, [...stackEntries(stack), ...denseEntries('head', wholeHead(anatomy))]);
}

/** The head with the linear layers before it, which have nothing between them. */
const wholeHead = ({ between, head }: Anatomy): DenseLayer =>
  [...between, head!].reduce((below, above) => folded(below, above));

type Entry = readonly [name: string, entry: SafetensorsEntry];

/** Layers without biases get zeros. */
function stackEntries({ weights, bias }: Anatomy['stack']): Entry[] {
  return Array.from(weights).flatMap(([name, entry]): Entry[] => {
    const own: Entry = [`rnn.${name}`, entry];
    if (bias || !name.startsWith('weight_')) return [own];
    return [own, [`rnn.${name.replace('weight', 'bias')}`, zerosLike({ shape: entry.shape.slice(0, 1) })]];
  });
}

const denseEntries = (name: string, { weight, bias }: DenseLayer): Entry[] => [
  [`${name}.weight`, weight],
  [`${name}.bias`, bias ?? zerosLike({ shape: weight.shape.slice(0, 1) })],
];

function withWeights<M extends Module>(model: M, entries: readonly Entry[]): M {
  model.loadStateDict(new Map(entries));
  return model;
}

/** The table that makes one-hot vectors of indices. */
function identity(size: number): SafetensorsEntry {
  const values = new Float32Array(size * size);
  for (let i = 0; i < size; i++) values[i * size + i] = 1;
  return { dtype: 'F32', shape: [size, size], bytes: new Uint8Array(values.buffer) };
}

/** A single output z, whose sigmoid is a probability, as two: softmax(0, z) = (1 − σ(z), σ(z)). */
function asTwo(layer: DenseLayer): DenseLayer {
  const doubled = (name: string, entry: SafetensorsEntry): SafetensorsEntry => {
    const { data } = valuesOf(name, entry);
    const values = new Float32Array(2 * data.length);
    values.set(data, data.length);
    return { dtype: 'F32', shape: [2, ...entry.shape.slice(1)], bytes: new Uint8Array(values.buffer) };
  };
  const { name, weight, bias } = layer;
  return { ...layer, weight: doubled(name, weight), bias: bias && doubled(name, bias) };
}

const areSame = (a: SafetensorsEntry, b: SafetensorsEntry): boolean =>
  a.dtype === b.dtype && a.shape.join() === b.shape.join() && a.bytes.every((byte, i) => byte === b.bytes[i]);
