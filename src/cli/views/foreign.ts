import { sizeOf } from '../../formats/identify.js';
import { type SafetensorsEntry } from '../../formats/safetensors.js';
import { valuesOf } from '../../formats/values.js';
import { layerText } from '../../interop/layers.js';
import { FLAGS, type ImportProspect } from '../../interop/model.js';
import type { Foreign } from '../../interop/read-foreign.js';
import { visible } from '../terminal.js';
import { lines } from './comparison.js';

/** What is said of one array. Ranges are null where there are no numbers, or none that are known here. */
export interface ArrayReport {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly count: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
}

/** Name, shape and range of an array. */
export function arrayReport(name: string, entry: SafetensorsEntry): ArrayReport {
  const { dtype, shape } = entry;
  const count = shape.reduce((n, size) => n * size, 1);
  const about = { name, dtype, shape, count };
  if (count === 0 || dtype.startsWith('F8') || dtype.endsWith('64')) return { ...about, ...wideRange(entry) };
  const { data } = valuesOf(name, entry);
  return { ...about, ...rangeOf(data) };
}

type Range = Pick<ArrayReport, 'min' | 'max' | 'mean'>;

/** Of numbers that tensors here would round or refuse. */
function wideRange({ dtype, bytes }: SafetensorsEntry): Range {
  const { buffer } = new Uint8Array(bytes);
  if (bytes.length === 0 || dtype.startsWith('F8')) return { min: null, max: null, mean: null };
  if (dtype === 'F64') return rangeOf(new Float64Array(buffer));
  const whole = dtype === 'I64' ? new BigInt64Array(buffer) : new BigUint64Array(buffer);
  return rangeOf(Float64Array.from(whole, Number));
}

function rangeOf(values: ArrayLike<number>): Range {
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  return { min, max, mean: sum / values.length };
}

const short = (value: number | null): string => (value === null ? '–' : value.toPrecision(3));

/** Arrays as a table. */
export function arrayTable(arrays: readonly ArrayReport[]): string {
  const rows = arrays.map(({ name, dtype, shape, count, min, max, mean }) => {
    return [
      visible(name),
      `(${shape.join(', ')})`,
      dtype,
      String(count),
      short(min),
      short(max),
      short(mean),
    ];
  });
  return lines([['name', 'shape', 'dtype', 'numbers', 'min', 'max', 'mean'], ...rows]);
}

const TASKS = { language: 'a language model', forecast: 'a forecaster', classify: 'a classifier' } as const;

/** What a file of another library holds, for people. */
export function foreignText(path: string, bytes: number, foreign: Foreign, prospect: ImportProspect): string {
  const { identity, plan, tensors, modules, dictionaries, settings, notes } = foreign;
  const text: string[] = [];
  const say = (line: string): unknown => text.push(`${line}\n`);
  const list = (title: string, items: readonly string[]): void => {
    if (items.length > 0) say(`${title}\n${items.map((item) => `  ${item}`).join('\n')}`);
  };
  const numbers = [...tensors.values()].reduce((n, { shape }) => n + shape.reduce((m, s) => m * s, 1), 0);
  say(`${identity.about}, ${sizeOf(bytes)}: ${tensors.size} arrays, ${numbers} numbers`);
  const root = modules.get('');
  if (root !== undefined)
    say(`a whole model of the class ${visible(root.className)}, of which nothing was run`);
  const isChain = plan.chain.length > 0;
  list(isChain ? 'network' : 'layers', (isChain ? plan.chain : plan.found).map(layerText).map(visible));
  list('which are no network that can be used as it is', plan.problems.map(visible));
  list(
    'the file does not say',
    plan.questions.map((question) => visible(question.text)),
  );
  list(
    'beside the weights',
    [
      ...dictionaries.map(
        ({ name, units }) => `dictionary ${name || '(without a name)'} of ${units.length}: ${few(units)}`,
      ),
      ...Object.entries(settings).map(([name, value]) => `${name} ${String(value)}`),
    ].map(visible),
  );
  list('notes', notes.map(visible));
  for (const line of useOf(path, prospect)) say(line);
  text.push(arrayTable([...tensors].map(([name, entry]) => arrayReport(name, entry))));
  return text.join('');
}

const few = (units: readonly string[]): string =>
  `${units.slice(0, 12).map(visible).join(' ')}${units.length > 12 ? ' …' : ''}`;

/** What to do next. */
function useOf(path: string, { task, needs, refused }: ImportProspect): string[] {
  if (task === null) {
    return [
      `no model of ours is such a network: ${refused.map(visible).join('; ')}; a program can use more of it: nn.networkOf`,
    ];
  }
  if (refused.length > 0) return [`looks like ${TASKS[task]}, but ${refused.map(visible).join('; ')}`];
  const wanted = needs.map(({ option, text }) => `  ${visible(text)}: ${FLAGS[option]}`);
  return [
    `looks like ${TASKS[task]}; to use it: unrolled import ${path} --out model.safetensors` +
      (needs.length > 0 ? `, with\n${wanted.join('\n')}` : ''),
  ];
}
