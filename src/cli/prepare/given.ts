import { existsSync, statSync } from 'node:fs';
import { graphemes } from '../../data/graphemes.js';
import { Scaler } from '../../data/scaler.js';
import { decodeUtf8 } from '../../data/text.js';
import { readFileBytes } from '../../formats/platform-files.js';
import { dictionariesIn, unitsOf } from '../../interop/dictionaries.js';
import { UsageError } from '../failure.js';
import { unescaped } from '../settings/setting.js';

// What comes with a model from elsewhere, as a file, as JSON, or as it stands.

/** Python's string.printable, which char-rnn.pytorch and its many children number their characters by. */
const PRINTABLE = `0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~ \t\n\r\u000b\u000c`;

const isFile = (text: string): boolean => existsSync(text) && statSync(text).isFile();

/** The text of a file of this name, else the text itself. */
const textOf = (given: string): string => (isFile(given) ? decodeUtf8(readFileBytes(given), given) : given);

/** The value of JSON; undefined for other texts. */
function jsonOf(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Units in the order of their numbers: a JSON list, or a dictionary from units to numbers or back; a file with a unit in each line; or
 * the characters themselves, in their order.
 *
 * @throws UsageError for JSON without units, and for characters that come twice
 */
export function givenUnits(given: string): readonly string[] {
  if (given === 'printable' && !isFile(given)) return [...PRINTABLE];
  const text = textOf(given);
  const json = jsonOf(text);
  if (json !== undefined) return unitsInJson(json, given);
  const rows = text.replace(/\r?\n$/, '').split(/\r?\n/);
  if (isFile(given) && rows.length > 1 && rows.every((row) => row !== '' && !/\s/.test(row.trim())))
    return rows;
  const characters = graphemes(isFile(given) ? text.replace(/\r?\n$/, '') : unescaped(text));
  if (new Set(characters).size < characters.length) {
    throw new UsageError('--vocab names a character twice, so that its order says nothing', {
      hint: 'give each unit once in the order of the numbers, or JSON: ["a", "b", …] or {"a": 0, "b": 1, …}',
    });
  }
  return characters;
}

function unitsInJson(json: unknown, given: string): readonly string[] {
  if (Array.isArray(json) && json.every((unit) => typeof unit === 'string')) return json;
  const own = unitsOf(json);
  if (own !== null) return own;
  // {"char2idx": {…}, …}, as people save it.
  const inner = Object.entries(json as object).flatMap(([name, value]) => {
    const units =
      unitsOf(value) ??
      (Array.isArray(value) ? dictionariesIn(new Map([[name, value as never]]))[0]?.units : null);
    return units == null ? [] : [units];
  });
  if (inner.length > 0) return inner[0];
  throw new UsageError(
    `--vocab ${isFile(given) ? given : 'is JSON, but'} has no units with numbers from 0 on`,
    {
      hint: 'a list ["a", "b", …], or a dictionary {"a": 0, "b": 1, …} or {"0": "a", "1": "b", …}',
    },
  );
}

/** Names, between commas or as a JSON list. @throws UsageError for JSON of something else */
export function givenNames(given: string, flag: string): readonly string[] {
  const json = jsonOf(textOf(given));
  if (json === undefined) {
    return textOf(given)
      .trim()
      .split(isFile(given) ? /\r?\n/ : ',')
      .map((name) => name.trim());
  }
  const units = Array.isArray(json) && json.every((name) => typeof name === 'string') ? json : unitsOf(json);
  if (units !== null) return units;
  throw new UsageError(`${flag} is JSON, but no list of names`, { hint: `${flag} a,b,c or ["a", "b", "c"]` });
}

const FORMS =
  '{"kind": "standard", "shift": […], "scale": […]}, {"mean": […], "std": […]} or {"min": […], "max": […]}, a number for each column';

/**
 * A scaler: `none`, or JSON in our form or in scikit-learn's.
 *
 * @throws UsageError for anything else, and for another number of columns
 */
export function givenScaler(given: string, columns: number): Scaler {
  if (given === 'none') {
    const all = (value: number): number[] => new Array<number>(columns).fill(value);
    return Scaler.fromJSON({ kind: 'none', shift: all(0), scale: all(1) });
  }
  const json = jsonOf(textOf(given));
  if (typeof json !== 'object' || json === null) throw new UsageError('--scaler is no JSON', { hint: FORMS });
  const numbers = (...names: readonly string[]): number[] | null => {
    const value = names
      .map((name) => (json as Readonly<Record<string, unknown>>)[name])
      .find((v) => v !== undefined);
    const list = Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value];
    return list.length > 0 && list.every((x) => typeof x === 'number' && Number.isFinite(x))
      ? (list as number[])
      : null;
  };
  const [least, most] = [numbers('min', 'data_min', 'data_min_'), numbers('max', 'data_max', 'data_max_')];
  const [mean, spread] = [numbers('shift', 'mean', 'mean_'), numbers('scale', 'std', 'scale_', 'std_')];
  const [kind, shift, scale] =
    mean !== null && spread !== null
      ? [(json as { kind?: unknown }).kind ?? 'standard', mean, spread]
      : ['minmax', least, least && most && most.map((x, i) => x - least[i])];
  if (shift === null || scale === null || shift.length !== scale.length) {
    throw new UsageError('--scaler does not say how columns were scaled', { hint: FORMS });
  }
  if (shift.length !== columns) {
    throw new UsageError(`--scaler is for ${shift.length} columns, and the model reads ${columns}`, {
      hint: FORMS,
    });
  }
  return Scaler.fromJSON({ kind, shift, scale });
}
