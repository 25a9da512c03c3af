export {
  type ChartOptions,
  type ChartPoint,
  forecastChart,
  type ForecastPicture,
  lossChart,
} from './charts.js';
export { datesAhead } from './dates.js';
export { heatmap, type HeatmapOptions } from './heatmap.js';
export { lineChart, type LineChartOptions, type LineSeries } from './line-chart.js';
export type { PictureOptions, Theme } from './svg.js';
export { terminalPlot, type TerminalPlotOptions, type TerminalSeries } from './terminal.js';
