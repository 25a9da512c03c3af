import type { Forecasting } from '../runtime/forecaster.js';
import { draw, short } from './chart.js';
import { element, say, show } from './element.js';

/** What the module says of a forecaster. */
export interface ForecasterMeta {
  readonly columns: readonly string[];
  readonly targets: readonly string[];
  readonly window: number;
  readonly shift: readonly number[];
  readonly interval: {
    readonly lower: readonly (readonly number[])[];
    readonly upper: readonly (readonly number[])[];
  } | null;
}

/** The rows that the model reads, to be typed or pasted, and what comes after them. */
export function forecasterPage(
  { columns, targets, window, shift, interval }: ForecasterMeta,
  forecast: Forecasting['forecast'],
): void {
  const target = element('select', {}, ...targets.map((name) => element('option', {}, name)));
  const chart = element('figure');
  const fields = Array.from({ length: window }, () =>
    columns.map((name, i) =>
      element('input', { inputMode: 'decimal', ariaLabel: name, value: String(shift[i]) }),
    ),
  );
  const update = (): void => {
    const rows = fields.map((row) => row.map(({ value }) => Number(value.replace(',', '.'))));
    const k = target.selectedIndex;
    const past = rows.map((row) => row[columns.indexOf(targets[k])]);
    const mean = forecast(rows).map((row) => row[k]);
    const end = (added: readonly (readonly number[])[] | null): number[] =>
      mean.map((value, step) => value + (added ? added[step][k] : 0));
    chart.textContent = '';
    chart.append(
      draw(past, [end(interval && interval.lower), mean, end(interval && interval.upper)]),
      element('figcaption', {}, mean.map(short).join(', ')),
    );
  };
  const table = element(
    'table',
    {
      oninput: update,
      // Of a spreadsheet or a CSV file: its last rows are taken.
      onpaste: (event) => {
        const text = event.clipboardData!.getData('text').trim();
        const rows = text.split(/\r?\n/).map((line) => line.split(/[\t;]|,(?! )/));
        if (rows.length < 2) return;
        event.preventDefault();
        const last = rows.slice(-window);
        last.forEach((row, i) =>
          fields[window - last.length + i].forEach((field, k) => {
            if (row[k]) field.value = row[k].trim();
          }),
        );
        update();
      },
    },
    element('tr', {}, ...columns.map((name) => element('th', {}, name))),
    ...fields.map((row) => element('tr', {}, ...row.map((field) => element('td', {}, field)))),
  );
  target.onchange = update;
  target.hidden = targets.length < 2;
  update();
  const hint = say(
    `The last ${window} rows: type, or paste a table.`,
    `마지막 ${window}행: 직접 쓰거나 표에서 붙여 넣으세요.`,
  );
  show(
    target,
    chart,
    element('p', { className: 'given' }, hint),
    element('div', { className: 'rows' }, table),
  );
}
