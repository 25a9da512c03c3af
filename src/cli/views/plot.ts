import { terminalPlot, type TerminalSeries } from '../../plots/terminal.js';
import type { EpochEvent, RunEvent } from '../../training/events.js';
import type { Terminal } from '../terminal.js';
import type { View } from './view.js';

/** Losses of epochs as lines of characters: those of training, and those on what was held out. */
export function lossPlot(epochs: readonly EpochEvent[], columns: number): string {
  const x = epochs.map(({ epoch }) => epoch + 1);
  const series: TerminalSeries[] = [{ name: 'training', x, values: epochs.map(({ loss }) => loss) }];
  if (epochs.some(({ valLoss }) => valLoss !== undefined)) {
    series.push({ name: 'held out', x, values: epochs.map(({ valLoss }) => valLoss ?? NaN) });
  }
  return terminalPlot(series, { width: Math.max(20, Math.min(100, columns - 1)) });
}

/** Shows a run as another view does, and draws its losses at the end. */
export function withPlot(view: View, out: Terminal): View {
  const epochs: EpochEvent[] = [];
  return (event: RunEvent) => {
    view(event);
    if (event.type === 'epoch') epochs.push(event);
    else if (event.type === 'done' && epochs.length > 0) out.write(`${lossPlot(epochs, out.columns)}\n`);
  };
}
