import { counted } from '../../tables/say.js';
import type { ForecastComparison, ForecastMetrics } from '../../evaluation/forecasts.js';
import type { ClassificationEvent, EvaluationEvent, TranslationEvent } from '../../training/events.js';
import { padded, widthOf } from '../terminal.js';

/** Rows of cells as lines, the first column to the left, the others to the right. */
export function lines(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => rows.reduce((n, row) => Math.max(n, widthOf(row[column])), 0));
  const cell = (text: string, column: number): string =>
    column === 0 ? padded(text, widths[0]) : ' '.repeat(widths[column] - widthOf(text)) + text;
  return rows.map((row) => `${row.map(cell).join('  ').trimEnd()}\n`).join('');
}

const short = (value: number | null): string => (value === null ? '–' : value.toPrecision(4));

/** Forecasts beside the naive ones, and in words who was better. */
export function comparisonTable(comparisons: readonly ForecastComparison[]): string {
  return comparisons
    .map(({ target, forecasts, horizon, model, naive, seasonalNaive }) => {
      const row = (name: string, { mae, rmse, mase }: ForecastMetrics): string[] => {
        return [name, short(mae), short(rmse), short(mase)];
      };
      const seasonal = seasonalNaive === null ? [] : [row('seasonal naive', seasonalNaive)];
      const others = [naive, ...(seasonalNaive === null ? [] : [seasonalNaive])];
      const best = others.map(({ mae }) => mae).reduce((a, b) => Math.min(a, b));
      const verdict = model.mae < best ? 'the model is better than naive' : 'naive is better than the model';
      const head = [`${target}, held out`, 'MAE', 'RMSE', 'MASE'];
      const table = lines([head, row('model', model), row('naive', naive), ...seasonal]);
      return `${table}${verdict}, over ${counted(forecasts, 'forecast')} of ${counted(horizon, 'step')}\n`;
    })
    .join('');
}

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

/** How a model does on what was held out. */
export function evaluationText(event: EvaluationEvent): string {
  if (event.task === 'forecast') return comparisonTable(event.targets);
  return event.task === 'classify' ? confusionTable(event) : translationTable(event);
}

/** How often each label was taken for which: truth by row, and behind it how many of these were found. */
export function confusionTable({
  accuracy,
  baseline,
  count,
  labels,
  confusion,
  classes,
}: Omit<ClassificationEvent, 'v' | 'type' | 'task'>): string {
  const rows = confusion.map((row, i) => {
    const { recall } = classes[i];
    return [labels[i], ...row.map(String), recall === null ? '–' : percent(recall)];
  });
  return (
    `${Math.round(accuracy * count)} of ${count} held out are right (${percent(accuracy)}); ` +
    `always '${baseline.label}' would be ${percent(baseline.accuracy)}\n` +
    lines([['truth', ...labels, 'recall'], ...rows])
  );
}

/** How many translations are right, and how far the others are off. */
export const translationTable = ({
  count,
  exact,
  errorRate,
}: Omit<TranslationEvent, 'v' | 'type' | 'task'>): string =>
  `${Math.round(exact * count)} of ${count} held out are right (${percent(exact)}), ` +
  `${percent(errorRate)} of their units are wrong\n`;
