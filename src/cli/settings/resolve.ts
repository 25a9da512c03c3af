import { env as environment } from 'node:process';
import { UsageError } from '../failure.js';
import type { ConfigFile } from './config-file.js';
import { type Settings, type ValuesOf, variableOf, Wrong } from './setting.js';

/** Where a value came from. */
export type Source = 'flag' | 'environment' | 'config' | 'run' | 'default';

/** The settings of one call: their values, and for each where it came from. */
export interface Resolved<S extends Settings> {
  readonly values: ValuesOf<S>;
  readonly origin: (name: keyof S) => Source;
  /** The origin in words: `--hidden`, `UNROLLED_HIDDEN`, the path of the file. */
  readonly originText: (name: keyof S) => string;
}

/** Where values can come from, the first first. */
export interface Sources {
  /** As commander parsed them. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** Default: the environment of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly config?: ConfigFile | null;
  /** The settings of the run that is being resumed. */
  readonly run?: { readonly path: string; readonly values: Readonly<Record<string, unknown>> } | null;
}

/**
 * What holds: flags before UNROLLED_* variables, these before the config file, the run being resumed, and the defaults.
 *
 * @throws UsageError for a variable whose value cannot be
 */
export function resolve<S extends Settings>(settings: S, sources: Sources): Resolved<S> {
  const { flags, env = environment, config = null, run = null } = sources;
  const values: Record<string, unknown> = {};
  const origins: Record<string, readonly [Source, string]> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const variable = variableOf(name);
    const take = (value: unknown, source: Source, words: string): void => {
      values[name] = value;
      origins[name] = [source, words];
    };
    if (flags[name] !== undefined) take(flags[name], 'flag', flagOf(setting.flags, flags[name]));
    // A variable that is there but empty is one that was taken back.
    else if (env[variable]) take(fromVariable(variable, env[variable], setting), 'environment', variable);
    else if (config !== null && Object.hasOwn(config.values, name)) {
      take(config.values[name], 'config', config.path);
    } else if (run !== null && Object.hasOwn(run.values, name)) take(run.values[name], 'run', run.path);
    else take(setting.fallback, 'default', 'default');
  }
  return {
    values: values as ValuesOf<S>,
    origin: (name) => origins[name as string][0],
    originText: (name) => origins[name as string][1],
  };
}

function fromVariable(variable: string, text: string, { kind }: Settings[string]): unknown {
  const value = kind.fromText(text);
  if (value instanceof Wrong) throw new UsageError(`${variable} is '${text}'; ${value.must}`);
  return value;
}

const flagOf = (flags: string, value: unknown): string => {
  const long = /--[\w-]+/.exec(flags)![0];
  return value === false ? long.replace('--', '--no-') : long;
};

/** Every value and where it came from: a table, or one object a line of JSON. */
export function printed<S extends Settings>(resolved: Resolved<S>, asJson: boolean): string {
  const rows = Object.entries<unknown>(resolved.values).map(([name, value]) => {
    return { name, value, source: resolved.origin(name), from: resolved.originText(name) };
  });
  if (asJson) {
    return `${JSON.stringify({ v: 1, type: 'config', settings: rows.map((row) => ({ ...row, value: row.value ?? null })) })}\n`;
  }
  const shown = rows.map(({ name, value, from }) => [
    name,
    value === undefined ? 'auto' : plain(value),
    from,
  ]);
  const widths = [0, 1].map((column) => shown.reduce((n, row) => Math.max(n, row[column].length), 0));
  return shown.map(([a, b, c]) => `${a.padEnd(widths[0])}  ${b.padEnd(widths[1])}  ${c}\n`).join('');
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
