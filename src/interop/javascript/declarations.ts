import { Classifier } from '../../models/classifier.js';
import { Forecaster } from '../../models/forecaster.js';
import type { AnyModel } from '../models.js';
import type { ModuleProgram } from './program.js';

/** The types of an exported module. */
export function declarationsOf(model: AnyModel, { meta }: ModuleProgram): string {
  const functions =
    model instanceof Forecaster ? FORECASTER : model instanceof Classifier ? CLASSIFIER : WRITER;
  const fields = Object.entries(meta).map(([name, value]) => `  readonly ${name}: ${typeOf(name, value)};`);
  return `/** What the model is. */\nexport declare const meta: {\n${fields.join('\n')}\n};\n\n${functions}`;
}

function typeOf(name: string, value: unknown): string {
  if (name === 'interval') return INTERVAL;
  if (Array.isArray(value)) return typeof value[0] === 'number' ? 'readonly number[]' : 'readonly string[]';
  return typeof value === 'string' ? JSON.stringify(value) : typeof value;
}

const INTERVAL = `{
    /** Probability that the truth lies in the interval. */
    readonly level: number;
    /** (step, target): added to a forecast they are the ends of its interval. */
    readonly lower: readonly (readonly number[])[];
    readonly upper: readonly (readonly number[])[];
  } | null`;

const WRITER = `/** What the model remembers of what it read. */
export type State = readonly Float32Array[];

/** How \`sample\` draws. */
export interface SampleOptions {
  /** What the text goes on from. Default: any unit. */
  readonly prompt?: string;
  /** Units to add. Default 200. */
  readonly length?: number;
  /** Below 1 the likely becomes likelier; 0 takes the likeliest. Default 1. */
  readonly temperature?: number;
  /** Numbers from 0 to 1, 1 left out. Default Math.random. */
  readonly random?: () => number;
}

/** Goes on from a prompt, piece by piece. Throws for units that the model does not know, unless it leaves them out. */
export declare function sample(options?: SampleOptions): Generator<string, void, undefined>;

/**
 * Reads one unit, or its index in \`meta.units\`. Gives a logit for each unit that may come next, and the state to go on from; the
 * state given stays as it is, and null is the beginning.
 */
export declare function next(
  state: State | null,
  unit: string | number,
): { logits: Float32Array; state: State };
`;

const CLASSIFIER = `/** The labels of a text, the likeliest first. Throws if nothing of the text is known. */
export declare function classify(text: string): { label: string; probability: number }[];
`;

const FORECASTER = `/**
 * What comes after rows: (step, target), in the units of the data. Reads the last \`meta.window\` rows, each with \`meta.columns\`; throws
 * for fewer.
 */
export declare function forecast(rows: readonly (readonly number[])[]): number[][];
`;
