import { describe, expect, it } from 'vitest';
import { sparkline } from '../src/cli/terminal.js';
import { classificationMetrics, forecastMetrics } from '../src/evaluation/index.js';
import * as u from '../src/index.js';
import { lineChart, terminalPlot } from '../src/plots/index.js';

// More values than a call can have arguments.
const MANY = 150_000;
const values = Float32Array.from({ length: MANY }, (_, i) => i % 7);
const x = u.tensor(values);
const whole = x.int();
const texts = Array.from(values, String);

describe('however many values there are, they go through', () => {
  it.each<[string, () => unknown]>([
    ['tensor', () => u.tensor([...values])],
    ['tolist', () => x.tolist()],
    ['sort', () => x.sort()],
    ['topk', () => x.topk(5)],
    ['median', () => x.median()],
    ['nonzero', () => x.nonzero()],
    ['maskedSelect', () => x.maskedSelect(x.gt(3))],
    ['at', () => x.at(whole)],
    ['bincount', () => whole.bincount()],
    ['repeatInterleave', () => x.repeatInterleave(2)],
    ['oneHot', () => u.oneHot(whole).sum()],
    ['cumsum', () => x.cumsum(0)],
    ['cat', () => u.cat(new Array<u.Tensor>(MANY).fill(u.tensor([1])))],
    ['unbind', () => x.unbind().length],
    ['split', () => x.split(1).length],
    ['toString', () => String(u.zeros(new Array<number>(7).fill(6)))],
    ['packSequence', () => u.nn.packSequence(x.view(-1, 1).split(1))],
    ['padSequence', () => u.nn.padSequence(x.view(-1, 1).split(1))],
    ['multinomial', () => u.multinomial(x, MANY, { replacement: true })],
    ['a vocabulary', () => u.Vocabulary.from(texts.join(''))],
    ['a line chart', () => lineChart([{ name: 'many', y: values }], { title: 'many' })],
    ['a chart in the terminal', () => terminalPlot(values)],
    ['metrics of a forecast', () => forecastMetrics(values, values)],
    ['metrics of classes', () => classificationMetrics(texts, texts)],
    ['a sparkline', () => sparkline([...values])],
  ])('%s', (_name, f) => {
    expect(f).not.toThrow();
  });
});
