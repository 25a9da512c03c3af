import { stdout } from 'node:process';
import { Command, InvalidArgumentError, Option } from 'commander';
import { readConfig } from './settings/config-file.js';
import { printed, type Resolved, resolve, type Sources } from './settings/resolve.js';
import { choice, kebab, type Setting, type Settings, type ValuesOf, Wrong, yes } from './settings/setting.js';

/** A command: its words, its settings, and what it does. */
export interface Definition<S extends Settings = Settings> {
  readonly name: string;
  readonly alias?: string;
  readonly summary: string;
  readonly description: string;
  /** As commander has them, `<model>`, `[file]` or `[files...]`, and what they are. */
  readonly arguments: readonly (readonly [name: string, about: string])[];
  readonly settings: S;
  /** The run that is named, if one is, by the settings as they are without it: its own come behind the config file. */
  readonly remembered?: (values: ValuesOf<S>, args: readonly (string | undefined)[]) => Sources['run'];
  readonly run: (call: Call<S>) => void | Promise<void>;
}

/** One call of a command. */
export interface Call<S extends Settings> {
  readonly args: readonly (string | undefined)[];
  readonly values: ValuesOf<S>;
  readonly origin: Resolved<S>['origin'];
}

/** A command, and those below it: `unrolled runs ls`. */
export interface Group {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly commands: readonly Definition[];
}

/** Settings of every command that shows something. */
export const OUTPUT = {
  json: yes('--json', 'for programs: JSON, one object a line', { fallback: false }),
  color: choice('--color <when>', 'whether to use colour', ['auto', 'always', 'never'], { fallback: 'auto' }),
};

/** Keeps a definition's own type of settings while it is written, and forgets it afterwards. */
export const define = <const S extends Settings>(definition: Definition<S>): Definition =>
  definition as unknown as Definition;

/** The settings of all commands, by the names they have in the config file. */
export function settingsOf(entries: readonly (Definition | Group)[]): ReadonlyMap<string, Settings> {
  const all = entries.flatMap((entry) => {
    if (!('commands' in entry)) return [[entry.name, entry.settings] as const];
    return entry.commands.map(({ name, settings }) => [`${entry.name} ${name}`, settings] as const);
  });
  return new Map(all.filter(([, settings]) => Object.keys(settings).length > 0));
}

/** Commander's command of a definition. */
export function commandOf(
  definition: Definition,
  known: ReadonlyMap<string, Settings>,
  section = definition.name,
): Command {
  const { name, alias, summary, description, settings } = definition;
  const command = new Command(name).summary(summary).description(description);
  if (alias !== undefined) command.alias(alias);
  for (const [flags, about] of definition.arguments) command.argument(flags, about);
  for (const [key, setting] of Object.entries(settings)) addOptions(command, key, setting);
  const isConfigurable = Object.keys(settings).length > 0;
  if (isConfigurable) {
    command.option('--config <file>', 'settings to read (default: unrolled.config.json here or above)');
    command.option('--print-config', 'show each setting and where it comes from, and do nothing');
  }
  return command.action(async (...received: unknown[]) => {
    const args = received.slice(0, definition.arguments.length).flat() as (string | undefined)[];
    const flags = received[definition.arguments.length] as Record<string, unknown>;
    const path = typeof flags.config === 'string' ? flags.config : null;
    const config = isConfigurable ? readConfig(section, path, known) : null;
    const run = definition.remembered?.(resolve(settings, { flags, config }).values, args) ?? null;
    const resolved = resolve(settings, { flags, config, run });
    if (flags.printConfig === true) stdout.write(printed(resolved, resolved.values.json === true));
    else await definition.run({ args, values: resolved.values, origin: resolved.origin });
  });
}

/** Commander's command of a group. */
export function groupOf(
  { name, summary, description, commands }: Group,
  known: ReadonlyMap<string, Settings>,
): Command {
  const group = new Command(name).summary(summary).description(description);
  for (const one of commands) group.addCommand(commandOf(one, known, `${name} ${one.name}`));
  return group;
}

function addOptions(command: Command, key: string, setting: Setting<unknown>): void {
  const { flags, about, kind, choices, negatable, repeatable } = setting;
  const option = new Option(flags, about + fallbackNote(setting));
  if (choices !== undefined) option.choices([...choices]);
  if (flags.includes('<')) {
    option.argParser((text: string, earlier: unknown) => {
      const value = kind.fromText(text);
      if (value instanceof Wrong) throw new InvalidArgumentError(`${value.must}.`);
      return repeatable ? [...((earlier as unknown[] | undefined) ?? []), ...(value as unknown[])] : value;
    });
  }
  command.addOption(option);
  if (negatable) command.addOption(new Option(`--no-${kebab(key)}`, 'the opposite'));
}

function fallbackNote({ fallback, fallbackNote: note }: Setting<unknown>): string {
  if (note !== undefined) return ` (default: ${note})`;
  const isSilent = fallback === undefined || fallback === false || fallback === '' || Array.isArray(fallback);
  return isSilent ? '' : ` (default: ${typeof fallback === 'string' ? fallback : JSON.stringify(fallback)})`;
}
