import { closest } from '../../closest.js';

/** What a value of a setting can be, in text (flags, environment) and in JSON (the config file). */
interface Kind<T> {
  /** What JSON schema says of it. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** The value that a text stands for, or what it must be instead. */
  readonly fromText: (text: string) => T | Wrong;
  readonly fromJson: (value: unknown) => T | Wrong;
}

/** A value that cannot be: says what it must be. */
export class Wrong {
  constructor(readonly must: string) {}
}

/** A setting of a command: from this come its flag, its variable in the environment, its key in the config file, help and completion. */
export interface Setting<T> {
  /** As commander has it: `--hidden <units>`. */
  readonly flags: string;
  readonly about: string;
  readonly kind: Kind<unknown>;
  /** Undefined where it depends on other settings. */
  readonly fallback: T;
  /** What help says of the default where it is not one value. */
  readonly fallbackNote?: string;
  readonly choices?: readonly string[];
  /** Whether `--no-…` says the opposite. */
  readonly negatable: boolean;
  /** Whether the flag may be said several times. */
  readonly repeatable: boolean;
  /** Whether the flag's value is a file or folder, for completion. */
  readonly isPath: boolean;
}

/** The settings of a command by name; `seqLength` is `--seq-length`, UNROLLED_SEQ_LENGTH and "seqLength". */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** The values of settings. */
export type ValuesOf<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};

interface Details<D> {
  readonly fallback?: D;
  readonly note?: string;
  readonly isPath?: boolean;
}

type WithFallback<T, D extends T | undefined> = D extends undefined ? T | undefined : T;

function setting<T, D extends T | undefined>(
  flags: string,
  about: string,
  kind: Kind<unknown>,
  details: Details<D> & Partial<Pick<Setting<unknown>, 'choices' | 'negatable' | 'repeatable'>>,
): Setting<WithFallback<T, D>> {
  const { fallback, note, choices, negatable = false, repeatable = false, isPath = false } = details;
  return {
    ...{ flags, about, kind, choices, negatable, repeatable, isPath },
    fallback: fallback as WithFallback<T, D>,
    ...(note === undefined ? {} : { fallbackNote: note }),
  };
}

/** A whole number from `least` on. */
export function whole<D extends number | undefined = undefined>(
  flags: string,
  about: string,
  { least = 0, ...details }: Details<D> & { readonly least?: number } = {},
): Setting<WithFallback<number, D>> {
  const wrong = new Wrong(`it must be a whole number, ${least} or more`);
  const check = (value: number): number | Wrong =>
    Number.isSafeInteger(value) && value >= least ? value : wrong;
  return setting<number, D>(
    flags,
    about,
    {
      schema: { type: 'integer', minimum: least },
      fromText: (text) => check(text.trim() === '' ? NaN : Number(text)),
      fromJson: (value) => (typeof value === 'number' ? check(value) : wrong),
    },
    details,
  );
}

/** A number from `least` to `most`. */
export function number<D extends number | undefined = undefined>(
  flags: string,
  about: string,
  {
    least = 0,
    most = Infinity,
    ...details
  }: Details<D> & { readonly least?: number; readonly most?: number } = {},
): Setting<WithFallback<number, D>> {
  const range = most === Infinity ? `${least} or more` : `from ${least} to ${most}`;
  const wrong = new Wrong(`it must be a number, ${range}`);
  const check = (value: number): number | Wrong =>
    Number.isFinite(value) && value >= least && value <= most ? value : wrong;
  return setting<number, D>(
    flags,
    about,
    {
      schema: { type: 'number', minimum: least, ...(most === Infinity ? {} : { maximum: most }) },
      fromText: (text) => check(text.trim() === '' ? NaN : Number(text)),
      fromJson: (value) => (typeof value === 'number' ? check(value) : wrong),
    },
    details,
  );
}

/** Any text. */
export function words<D extends string | undefined = undefined>(
  flags: string,
  about: string,
  details: Details<D> = {},
): Setting<WithFallback<string, D>> {
  return setting<string, D>(
    flags,
    about,
    {
      schema: { type: 'string' },
      fromText: (text) => text,
      fromJson: (value) => (typeof value === 'string' ? value : new Wrong('it must be a text')),
    },
    details,
  );
}

/**
 * Several texts: the flag said several times, a list in the config file, one in the environment.
 *
 * @param details  `escapes`: whether `\\n` and the like in a flag mean what they do in a program, as no shell says them easily
 */
export function list(
  flags: string,
  about: string,
  { escapes = false, ...details }: Details<undefined> & { readonly escapes?: boolean } = {},
): Setting<string[]> {
  const wrong = new Wrong('it must be a list of texts');
  return setting<string[], string[]>(
    flags,
    about,
    {
      schema: { type: 'array', items: { type: 'string' } },
      fromText: (text) => [escapes ? unescaped(text) : text],
      fromJson: (value) =>
        Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : wrong,
    },
    { ...details, fallback: [], repeatable: true },
  );
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\' };

/** A text in which `\\n` and the like mean what they do in a program. */
export const unescaped = (text: string): string =>
  text.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (written, sign: string) =>
    sign.length > 1 ? String.fromCharCode(parseInt(sign.slice(1), 16)) : (ESCAPES[sign] ?? written),
  );

/** One of a few words. */
export function choice<const C extends string, D extends C | undefined = undefined>(
  flags: string,
  about: string,
  choices: readonly C[],
  details: Details<D> = {},
): Setting<WithFallback<C, D>> {
  const check = (value: unknown): C | Wrong => {
    const found = choices.find((one) => one === value);
    if (found !== undefined) return found;
    const near = typeof value === 'string' ? closest(value, choices) : undefined;
    const suggestion = near === undefined ? '' : `; did you mean ${near}?`;
    return new Wrong(`it must be one of ${choices.join(', ')}${suggestion}`);
  };
  return setting<C, D>(
    flags,
    about,
    { schema: { enum: choices }, fromText: check, fromJson: check },
    { ...details, choices },
  );
}

/** Yes or no: the flag, and where it can be taken back, `--no-…`. */
export function yes<D extends boolean | undefined = undefined>(
  flags: string,
  about: string,
  details: Details<D> & { readonly negatable?: boolean } = {},
): Setting<WithFallback<boolean, D>> {
  const wrong = new Wrong('it must be true or false');
  return setting<boolean, D>(
    flags,
    about,
    {
      schema: { type: 'boolean' },
      fromText: (text) => ({ 1: true, true: true, 0: false, false: false })[text] ?? wrong,
      fromJson: (value) => (typeof value === 'boolean' ? value : wrong),
    },
    details,
  );
}

/** `seqLength` as it stands in a flag: seq-length. */
export const kebab = (name: string): string => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

/** `seqLength` as it stands in the environment: UNROLLED_SEQ_LENGTH. */
export const variableOf = (name: string): string =>
  `UNROLLED_${kebab(name).replace(/-/g, '_').toUpperCase()}`;
