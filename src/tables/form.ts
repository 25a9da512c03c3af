import { FormatError } from '../errors.js';
import type { DateColumns } from './date-columns.js';
import { dateCodec, LANGUAGES } from './date-format.js';
import { separatorShown } from './dialect.js';
import { FILL_CHOICES, type FillChoice, MISSING_CHOICES, type MissingChoice } from './fill.js';
import type { Decimal } from './numbers.js';
import { DUPLICATE_CHOICES, type DuplicateChoice } from './order.js';

/** How a table was read, as plain data: what a model keeps, so that another table of the same form is read alike. */
export interface TableForm {
  readonly separator: string;
  readonly encoding: string;
  readonly header: boolean;
  readonly skip: number;
  /** Whether lines behind the table are left out. */
  readonly footer: boolean;
  /** Null where no number had a decimal sign. */
  readonly decimal: Decimal | null;
  readonly dates: DateColumns | null;
  /** In words: daily, hourly; null for a table without dates. Forms of older models lack it. */
  readonly step?: string | null;
  readonly na: readonly string[];
  readonly where: readonly string[];
  readonly sort: boolean;
  readonly newestFirst: boolean;
  readonly duplicates: DuplicateChoice;
  readonly missing: MissingChoice;
  readonly fill: FillChoice | null;
  readonly gaps: GapChoice;
}

/** What becomes of windows that would reach over missing steps: none are made, or they are made all the same. */
export type GapChoice = 'split' | 'ignore';
export const GAP_CHOICES: readonly GapChoice[] = ['split', 'ignore'];

/** What of a table is held against the form that is known. */
export interface FormSeen {
  readonly likelySeparator: string;
  /** Columns that are needed and not there. */
  readonly lacking: readonly string[];
  readonly columns: readonly string[];
  /** Date cells, joined as the form joins them; null where a column is lacking. */
  readonly dateCells: readonly string[] | null;
  /** How these seem to be written, in words. */
  readonly dateFormat: string | null;
  /** The decimal sign that numbers show beyond doubt. */
  readonly decimal: Decimal | null;
}

/**
 * Refuses a table of another form than the one that a model learnt from.
 *
 * @param asked  settings that were said now, and so are meant
 * @throws FormatError that says all that differs
 */
export function expectForm(form: TableForm, seen: FormSeen, asked: ReadonlySet<string>, name: string): void {
  const differences = [
    ...(seen.lacking.length > 0 && seen.likelySeparator !== form.separator && !asked.has('separator')
      ? [
          [
            `cells are separated by ${separatorShown(seen.likelySeparator)}, not ${separatorShown(form.separator)}`,
            `--separator ${seen.likelySeparator === '\t' ? 'tab' : `'${seen.likelySeparator}'`}`,
          ],
        ]
      : seen.lacking.length > 0
        ? [
            [
              `there is no column ${seen.lacking.map((column) => `'${column}'`).join(', ')} (it has ${seen.columns.join(', ')})`,
              null,
            ],
          ]
        : []),
    ...(form.dates !== null &&
    seen.dateCells !== null &&
    !asked.has('dateFormat') &&
    !fits(seen.dateCells, form.dates)
      ? [
          [
            `dates are ${seen.dateFormat === null ? `'${seen.dateCells[0]}'` : `written ${seen.dateFormat}`}, not ${form.dates.formats.join(' ')}`,
            seen.dateFormat === null ? null : `--date-format '${seen.dateFormat}'`,
          ],
        ]
      : []),
    ...(form.decimal !== null &&
    seen.decimal !== null &&
    seen.decimal !== form.decimal &&
    !asked.has('decimal')
      ? [[`the decimal sign is '${seen.decimal}', not '${form.decimal}'`, `--decimal ${seen.decimal}`]]
      : []),
  ];
  if (differences.length === 0) return;
  const says = differences.flatMap(([, flag]) => flag ?? []);
  throw new FormatError(
    `${name} is not written as the table that the model learnt from: ${differences.map(([what]) => what).join('; ')}`,
    { hint: says.length > 0 ? `if that is meant: ${says.join(' ')}` : 'give a table of the same form' },
  );
}

/** Half of the dates may be mistakes, which are told one by one. */
function fits(cells: readonly string[], { form }: DateColumns): boolean {
  const { parse } = dateCodec(form);
  const filled = cells.filter((cell) => cell !== '');
  return filled.length === 0 || 2 * filled.filter((cell) => parse(cell) !== null).length > filled.length;
}

/**
 * The form that a file describes.
 *
 * @param data  what a file says, which can be anything
 * @throws FormatError if it is none
 */
export function formFrom(data: unknown): TableForm {
  const form = (data ?? {}) as Readonly<Record<keyof TableForm, unknown>>;
  const isOne = (choices: readonly unknown[], value: unknown): boolean => choices.includes(value);
  const isGood =
    [form.separator, form.encoding].every((text) => typeof text === 'string') &&
    [form.header, form.footer, form.sort, form.newestFirst].every((yes) => typeof yes === 'boolean') &&
    Number.isSafeInteger(form.skip) &&
    [form.na, form.where].every(isTexts) &&
    isOne(['.', ',', null], form.decimal) &&
    isOne(DUPLICATE_CHOICES, form.duplicates) &&
    isOne(MISSING_CHOICES, form.missing) &&
    isOne([...FILL_CHOICES, null], form.fill) &&
    isOne(GAP_CHOICES, form.gaps) &&
    (form.dates === null || isDates(form.dates)) &&
    (form.step == null || typeof form.step === 'string');
  if (!isGood) throw new FormatError('the file describes no form of a table');
  return data as TableForm;
}

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

function isDates(value: unknown): boolean {
  const { columns, formats, form } = (value ?? {}) as Readonly<Record<keyof DateColumns, unknown>>;
  const { format, language, zone } = (form ?? {}) as Readonly<Record<string, unknown>>;
  const isForm =
    typeof format === 'string' && (language === undefined || LANGUAGES.some((one) => one === language));
  return isTexts(columns) && isTexts(formats) && isForm && (zone === undefined || typeof zone === 'string');
}
