import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { afterAll, describe, expect, it } from 'vitest';
import { commandOf, type Definition, settingsOf } from '../../src/cli/command.js';
import { COMMANDS } from '../../src/cli/program.js';
import { kebab, type Setting, variableOf } from '../../src/cli/settings/setting.js';

const home = mkdtempSync(join(tmpdir(), 'unrolled-arrive-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const known = settingsOf(COMMANDS);
const all = COMMANDS.flatMap((entry): (readonly [section: string, definition: Definition])[] =>
  'commands' in entry
    ? entry.commands.map((one) => [`${entry.name} ${one.name}`, one] as const)
    : [[entry.name, entry] as const],
);
const settings = all.flatMap(([section, definition]) =>
  Object.entries(definition.settings).map(([name, setting]) => ({ section, definition, name, setting })),
);

/** A value that is not the default, as text and as it should arrive. */
function sample({ kind, choices, fallback }: Setting<unknown>): {
  readonly text: string;
  readonly value: unknown;
} {
  const { schema } = kind;
  if (choices !== undefined) {
    const value = choices.find((one) => one !== fallback)!;
    return { text: value, value };
  }
  if (schema.type === 'boolean') return { text: 'true', value: true };
  if (schema.type === 'array') return { text: 'some words', value: ['some words'] };
  if (schema.type === 'integer') return { text: '7', value: 7 };
  if (schema.type === 'number') return { text: '0.75', value: 0.75 };
  return { text: 'some words', value: 'some words' };
}

/** What a command is given of a setting, called with these words and surroundings. */
async function given(
  { section, definition, name }: (typeof settings)[number],
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  let value: unknown;
  const capture: Definition = {
    ...definition,
    remembered: () => null,
    run: (call) => {
      value = (call.values as Readonly<Record<string, unknown>>)[name];
    },
  };
  const before = { ...env };
  Object.assign(env, variables);
  try {
    const required = definition.arguments.filter(([flags]) => flags.startsWith('<')).map(() => 'x');
    await commandOf(capture, known, section)
      .exitOverride()
      .parseAsync([...required, ...words], { from: 'user' });
  } finally {
    for (const key of Object.keys(variables)) {
      if (before[key] === undefined) Reflect.deleteProperty(env, key);
      else env[key] = before[key];
    }
  }
  return value;
}

describe.each(settings)('$section, $name', (one) => {
  const { section, name, setting } = one;
  const { text, value } = sample(setting);
  const flag = /--[\w-]+/.exec(setting.flags)![0];

  it('arrives by its flag, by the environment and by the config file', async () => {
    expect(flag).toBe(`--${kebab(name)}`);
    expect(await given(one, setting.flags.includes('<') ? [flag, text] : [flag])).toEqual(value);
    if (setting.negatable) expect(await given(one, [`--no-${kebab(name)}`])).toBe(false);
    expect(await given(one, [], { [variableOf(name)]: text })).toEqual(value);
    const file = join(home, 'unrolled.config.json');
    writeFileSync(file, JSON.stringify({ [section]: { [name]: value } }));
    expect(await given(one, ['--config', file])).toEqual(value);
  });
});

it('has every command', () => {
  expect(settings.length).toBeGreaterThan(100);
});
