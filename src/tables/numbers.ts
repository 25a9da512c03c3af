/** The sign between whole and part. */
export type Decimal = '.' | ',';

/** How the numbers of a column are written. */
export interface NumberForm {
  readonly decimal: Decimal;
  /** The sign between thousands, or none. */
  readonly thousands: string | null;
  /** What stands behind or before each number and is left out: %, $, °C. */
  readonly unit: string | null;
}

/** The numbers of a column. */
export interface FoundNumbers {
  readonly form: NumberForm;
  /** By row; NaN for an empty cell. */
  readonly values: Float64Array;
  /** The decimal sign that its cells show beyond doubt. */
  readonly shown: Decimal | null;
  /** The first cell with K, M or the like, which are multiplied out. */
  readonly scaled: number | null;
  /** Digits behind the decimal sign, the most there are. */
  readonly digits: number;
}

/** Why a column has no form: it is all text, a cell is no number, or all cells can be read in two ways. */
export type NoNumbers =
  | { readonly kind: 'text' }
  | { readonly kind: 'cell'; readonly row: number }
  | { readonly kind: 'two ways'; readonly row: number };

const SCALES: Readonly<Record<string, number>> = {
  // Small m, b and t are metres, bytes and tonnes.
  ...{
    k: 1e3,
    K: 1e3,
    M: 1e6,
    mn: 1e6,
    Mio: 1e6,
    B: 1e9,
    bn: 1e9,
    Mrd: 1e9,
    T: 1e12,
    천: 1e3,
    만: 1e4,
    억: 1e8,
    万: 1e4,
    億: 1e8,
    亿: 1e8,
  },
};
const CURRENCIES = '$€£¥₩₹₽฿₫₺元円원';
const SPACES = '\u0020\u00a0\u202f\u2009';
const BODY = String.raw`\d(?:[\d.,'’_${SPACES}]*\d)?[.,]?(?:[eE][+-]?\d+)?|[.,]\d+(?:[eE][+-]?\d+)?`;
const CELL = new RegExp(
  String.raw`^(?<open>\()?(?<sign>[+\-−]?)\s?(?<before>[${CURRENCIES}]|[A-Z]{3}(?=\s?[\d.]))?\s?(?<inner>[+\-−]?)(?<body>${BODY})(?<close>\))?[${SPACES}]?(?<after>[^\d\s.,()+-][^\d.,()]*(?:\/[^\d.,()]+)?[²³]?)?(?<late>[-−])?$`,
  'u',
);

interface Parts {
  readonly body: string;
  readonly isNegative: boolean;
  readonly scale: number;
  readonly unit: string | null;
}

/** A number and what stands around it, or null for what is none. */
function partsOf(cell: string): Parts | null {
  // Most are plain, and need no grammar.
  if (/^-?\d[\d.,]*$/.test(cell)) {
    const isNegative = cell.startsWith('-');
    return { body: isNegative ? cell.slice(1) : cell, isNegative, scale: 1, unit: null };
  }
  const found = CELL.exec(cell)?.groups as
    | Record<'open' | 'sign' | 'before' | 'inner' | 'body' | 'close' | 'after' | 'late', string | undefined>
    | undefined;
  if (found === undefined) return null;
  const { open, sign, before, inner, body = '', close, after, late } = found;
  const signs = [sign, inner, late, open].filter(Boolean);
  if ((open === undefined) !== (close === undefined) || signs.length > 1) return null;
  const behind = after?.trim() ?? '';
  const scale = Object.hasOwn(SCALES, behind) ? SCALES[behind] : null;
  const unit = scale === null && behind !== '' ? behind : (before ?? null);
  if (before !== undefined && scale === null && behind !== '') return null;
  return { body, isNegative: signs.length === 1 && signs[0] !== '+', scale: scale ?? 1, unit };
}

/** Thousands by the decimal sign that they go with. */
const GROUPS: Readonly<Record<Decimal, readonly string[]>> = {
  '.': [',', ...SPACES, "'", '’', '_'],
  ',': ['.', ...SPACES, "'", '’'],
};

const escaped = (sign: string): string => (sign === '.' ? '\\.' : sign);
const grammars = new Map(
  (['.', ','] as const).map((decimal) => {
    const fraction = `(?:${escaped(decimal)}(\\d*))?(?:e[+-]?\\d+)?`;
    const plain = new RegExp(`^(?:\\d+${fraction}|${escaped(decimal)}(\\d+)(?:e[+-]?\\d+)?)$`, 'i');
    // India groups by two digits above the first thousand.
    const grouped = GROUPS[decimal].map(
      (sign) =>
        [
          sign,
          new RegExp(
            `^\\d{1,3}(?:(?:${escaped(sign)}\\d{3})+|(?:${escaped(sign)}\\d{2})+${escaped(sign)}\\d{3})(?:${escaped(decimal)}(\\d*))?$`,
          ),
        ] as const,
    );
    return [decimal, { plain, grouped }] as const;
  }),
);

interface Read {
  readonly value: number;
  readonly digits: number;
  readonly thousands: string | null;
}

/** A number with a decimal sign, or null where that cannot be. */
function read(body: string, decimal: Decimal): Read | null {
  const { plain, grouped } = grammars.get(decimal)!;
  const simple = plain.exec(body);
  if (simple !== null) {
    return {
      value: Number(body.replace(decimal, '.')),
      digits: (simple[1] || simple[2] || '').length,
      thousands: null,
    };
  }
  for (const [sign, pattern] of grouped) {
    const found = pattern.exec(body);
    // Nobody writes 0,123 for 123.
    if (found === null || body.startsWith('0')) continue;
    return {
      value: Number(body.replaceAll(sign, '').replace(decimal, '.')),
      digits: (found[1] || '').length,
      thousands: sign,
    };
  }
  return null;
}

/** Whether a cell by itself can be a number, in any way of writing. */
export function looksLikeNumber(cell: string): boolean {
  const parts = partsOf(cell);
  if (parts === null || (parts.unit !== null && !isUnit(parts.unit))) return false;
  return read(parts.body, '.') !== null || read(parts.body, ',') !== null;
}

/** Words behind a number are a unit only where all of a column has them. */
const isUnit = (unit: string): boolean => unit === '%' || CURRENCIES.includes(unit) || /^[°℃℉‰]/.test(unit);

/** What is known of a table's numbers before a column is read. */
export interface NumberOptions {
  /** The sign that was asked for, or that other columns have. */
  readonly decimal?: Decimal;
  /** The sign that separates cells. */
  readonly separator: string;
}

/**
 * The numbers of a column, as its cells together are written: 2,5 is never 25, and 1,234 is 1234 only where all of the column says so.
 *
 * @param cells  null for a cell without a value
 */
export function numbersOf(
  cells: readonly (string | null)[],
  { decimal, separator }: NumberOptions,
): FoundNumbers | NoNumbers {
  const parts = cells.map((cell) => (cell === null ? null : partsOf(cell)));
  const unit = commonUnit(parts);
  const hasUnit = (one: Parts): boolean => one.unit === null || one.unit === unit || isUnit(one.unit);
  const readBy = (sign: Decimal): (Read | null)[] =>
    parts.map((one) => (one === null || !hasUnit(one) ? null : read(one.body, sign)));
  const signed = parts.flatMap((one) => (one !== null && hasUnit(one) ? [one.body] : []));
  if (signed.length === 0) return { kind: 'text' };
  const shown = evidence(signed);
  const sign = decimal ?? shown ?? custom(signed, separator);
  if (sign === null)
    return { kind: 'two ways', row: parts.findIndex((one) => one !== null && /[.,]/.test(one.body)) };
  const all = readBy(sign);
  const wrong = all.findIndex((one, i) => one === null && cells[i] !== null);
  if (wrong >= 0)
    return signed.every((body) => read(body, sign) === null && decimal === undefined)
      ? { kind: 'text' }
      : { kind: 'cell', row: wrong };
  const values = Float64Array.from(all, (one, i) =>
    one === null ? NaN : (parts[i]!.isNegative ? -1 : 1) * scaled(one, parts[i]!.scale),
  );
  const isScaled = (i: number): boolean => (parts[i]?.scale ?? 1) > 1;
  const first = all.findIndex((_, i) => isScaled(i));
  return {
    form: { decimal: sign, thousands: all.find((one) => one?.thousands != null)?.thousands ?? null, unit },
    ...{ values, shown, scaled: first < 0 ? null : first },
    digits: all.reduce((most, one, i) => Math.max(most, one === null || isScaled(i) ? 0 : one.digits), 0),
  };
}

/** Without the noise of a product: 156.12K is 156120. */
const scaled = ({ value, digits }: Read, scale: number): number =>
  scale === 1 ? value : Math.round(value * scale * 10 ** digits) / 10 ** digits;

/** The unit that every cell with one has. */
function commonUnit(parts: readonly (Parts | null)[]): string | null {
  const units = new Set(parts.flatMap((one) => (one === null ? [] : [one.unit])));
  const named = [...units].filter((unit) => unit !== null);
  // Some with a word and some without are no numbers with a unit.
  return named.length === 1 && (units.size === 1 || isUnit(named[0])) ? named[0] : null;
}

/** The decimal sign that some number can only have; null where all could have either. */
function evidence(bodies: readonly string[]): Decimal | null {
  for (const body of bodies) {
    if (!/[.,]/.test(body)) continue;
    const [point, comma] = [read(body, '.'), read(body, ',')];
    if (point === null && comma !== null) return ',';
    if (comma === null && point !== null) return '.';
  }
  return null;
}

/** The decimal sign by what is usual, where no number decides it; null where nothing is. */
function custom(bodies: readonly string[], separator: string): Decimal | null {
  const sign = /[.,]/.exec(bodies.find((body) => /[.,]/.test(body)) ?? '')?.[0];
  if (sign === undefined) return '.';
  // Between commas a point is a decimal point, and a comma that had to be put in quotes is one of thousands.
  if (separator === ',') return '.';
  // Where 12345 stands without a point, 1.234 is no 1234.
  return sign === '.' && bodies.some((body) => /^\d{4,}(?:\.|$)/.test(body)) ? '.' : null;
}

/** The decimal sign that the numbers of a column show beyond doubt, or null. */
export const decimalShown = (cells: readonly string[]): Decimal | null =>
  evidence(cells.flatMap((cell) => partsOf(cell)?.body ?? []));
