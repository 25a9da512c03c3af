import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { decodeUtf8 } from '../../data/text.js';
import { FormatError } from '../../errors.js';
import { readFileBytes } from '../../formats/platform-files.js';
import { closest } from '../../closest.js';
import { type Settings, Wrong } from './setting.js';

/** Name of the file that is looked for. */
export const CONFIG_NAME = 'unrolled.config.json';

/** What a config file says about one command. */
export interface ConfigFile {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * The settings of a command in a config file: data, which is never run.
 *
 *     { "train": { "cell": "gru", "hidden": 256 }, "sample": { "temperature": 0.8 } }
 *
 * @param path   file to read; null looks for unrolled.config.json from the working folder upward
 * @param known  the settings of all commands
 * @returns      null where no file was found
 * @throws FormatError for what is no JSON, unknown commands and settings, and values that cannot be
 */
export function readConfig(
  command: string,
  path: string | null,
  known: ReadonlyMap<string, Settings>,
): ConfigFile | null {
  const file = path ?? findUpward(process.cwd());
  if (file === null) return null;
  const sections = object(parse(file), file, 'it');
  const values: Record<string, unknown> = {};
  for (const [name, section] of Object.entries(sections)) {
    if (name === '$schema') continue;
    const settings = known.get(name);
    if (settings === undefined) throw unknown(file, 'command', name, known.keys());
    for (const [key, value] of Object.entries(object(section, file, `"${name}"`))) {
      const setting = Object.hasOwn(settings, key) ? settings[key] : undefined;
      if (setting === undefined) throw unknown(file, `setting of ${name}`, key, Object.keys(settings));
      const read = setting.kind.fromJson(value);
      if (read instanceof Wrong) {
        throw new FormatError(`${file}: "${name}.${key}" is ${JSON.stringify(value)}; ${read.must}`);
      }
      if (name === command) values[key] = read;
    }
  }
  return { path: file, values };
}

function findUpward(from: string): string | null {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const file = join(folder, CONFIG_NAME);
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) return null;
  }
}

function parse(file: string): unknown {
  const text = decodeUtf8(readFileBytes(file), file);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatError(`${file} is not JSON: ${(cause as Error).message}`, {
      hint: 'names and texts stand in double quotes; there are no comments and no comma behind the last value',
      cause,
    });
  }
}

function object(value: unknown, file: string, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new FormatError(`${file}: ${what} must be an object`, {
    hint: 'such as { "train": { "cell": "lstm", "hidden": 128 } }',
  });
}

function unknown(file: string, what: string, name: string, names: Iterable<string>): FormatError {
  const all = [...names];
  const near = closest(name, all);
  return new FormatError(`${file}: there is no ${what} called "${name}"`, {
    hint: near === undefined ? `there are ${all.join(', ')}` : `did you mean "${near}"?`,
  });
}
