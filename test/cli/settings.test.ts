import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingsOf } from '../../src/cli/command.js';
import { COMMANDS } from '../../src/cli/program.js';
import { closest } from '../../src/closest.js';
import { readConfig } from '../../src/cli/settings/config-file.js';
import { printed, resolve } from '../../src/cli/settings/resolve.js';
import { configSchema } from '../../src/cli/settings/schema.js';
import {
  choice,
  kebab,
  list,
  number,
  variableOf,
  whole,
  words,
  yes,
} from '../../src/cli/settings/setting.js';

const SETTINGS = {
  size: whole('--size <n>', 'how large', { least: 1, fallback: 4 }),
  rate: number('--rate <r>', 'how fast', { most: 1 }),
  name: words('--name <text>', 'what it is called', { fallback: 'x' }),
  kind: choice('--kind <kind>', 'which', ['one', 'three'], { fallback: 'one' }),
  loud: yes('--loud', 'or not', { fallback: false, negatable: true }),
  stop: list('--stop <text>', 'where to end'),
};

const home = mkdtempSync(join(tmpdir(), 'unrolled-settings-'));
const below = join(home, 'a', 'b');
beforeAll(() => {
  mkdirSync(below, { recursive: true });
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

describe('what holds', () => {
  it('is the flag, else the variable, else the config file, else the run, else the default', () => {
    const config = { path: 'c.json', values: { rate: 0.5, name: 'config', size: 9 } };
    const run = { path: 'runs/a', values: { rate: 0.25, name: 'run', size: 8, kind: 'three' } };
    const env = { UNROLLED_SIZE: '7', UNROLLED_NAME: 'variable', UNROLLED_KIND: '' };
    const { values, origin, originText } = resolve(SETTINGS, {
      flags: { size: 6, loud: false },
      env,
      config,
      run,
    });
    expect(values).toEqual({ size: 6, rate: 0.5, name: 'variable', kind: 'three', loud: false, stop: [] });
    expect(Object.keys(SETTINGS).map((name) => origin(name as keyof typeof SETTINGS))).toEqual([
      ...['flag', 'config', 'environment', 'run', 'flag', 'default'],
    ]);
    expect([originText('size'), originText('name'), originText('loud')]).toEqual([
      '--size',
      'UNROLLED_NAME',
      '--no-loud',
    ]);
  });

  it.each([
    ['UNROLLED_SIZE', '0', 'it must be a whole number, 1 or more'],
    ['UNROLLED_RATE', '2', 'it must be a number, from 0 to 1'],
    ['UNROLLED_KIND', 'thre', 'it must be one of one, three; did you mean three?'],
    ['UNROLLED_LOUD', 'maybe', 'it must be true or false'],
  ])('cannot be %s=%s', (variable, text, message) => {
    expect(() => resolve(SETTINGS, { flags: {}, env: { [variable]: text } })).toThrow(
      `${variable} is '${text}'; ${message}`,
    );
  });

  it('is printed with where it came from', () => {
    const resolved = resolve(SETTINGS, { flags: { size: 6 }, env: {} });
    expect(printed(resolved, false).split('\n').slice(0, 3)).toEqual([
      ...['size  6      --size', 'rate  auto   default', 'name  x      default'],
    ]);
    expect(JSON.parse(printed(resolved, true))).toMatchObject({ type: 'config' });
  });
});

describe('names', () => {
  it('are written as each place has them', () => {
    expect([kebab('seqLength'), variableOf('seqLength')]).toEqual(['seq-length', 'UNROLLED_SEQ_LENGTH']);
  });

  it('that are nearly right are guessed, others are not', () => {
    expect(closest('hiden', ['hidden', 'layers'])).toBe('hidden');
    expect(closest('colour', ['hidden', 'layers'])).toBeUndefined();
  });
});

describe('a config file', () => {
  const known = settingsOf(COMMANDS);
  const file = join(home, 'unrolled.config.json');
  const read = (contents: string, path: string | null = file) => {
    writeFileSync(file, contents);
    return readConfig('train', path, known);
  };

  it('has settings for all commands and for one', () => {
    expect(read('{ "train": { "hidden": 16 } }')).toMatchObject({ path: file, values: { hidden: 16 } });
  });

  it.each([
    ['{', /is not JSON/],
    ['[]', /object/],
    ['{ "train": { "hiden": 16 } }', /hidden/],
    ['{ "train": { "hidden": 0 } }', /it must be a whole number, 1 or more/],
    ['{ "trian": {} }', /train/],
  ])('cannot be %s', (contents, message) => {
    expect(() => read(contents)).toThrow(message);
  });

  it('that is named must be there', () => {
    expect(() => readConfig('train', join(home, 'no.json'), known)).toThrow(/does not exist/);
  });

  it('has a schema for editors, which is published', async () => {
    const schema = `${JSON.stringify(configSchema(known), null, 2)}\n`;
    await expect(schema).toMatchFileSnapshot('../../docs/config.schema.json');
  });
});
