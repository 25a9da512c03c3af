import { describe, expect, it } from 'vitest';
import { optim, tensor, ValueError } from '../../../src/index.js';
import { optimizerOf } from './course.js';

/** The learning rate after each measure, from 1 on. */
function after(metrics: readonly number[], options: optim.ReduceLROnPlateauOptions): number[] {
  const schedule = new optim.ReduceLROnPlateau(optimizerOf(1), { factor: 0.5, patience: 0, ...options });
  return metrics.map((metric) => {
    schedule.step(metric);
    return schedule.getLastLr()[0];
  });
}

describe('ReduceLROnPlateau', () => {
  it('falls after more epochs without improvement than patience allows', () => {
    expect(after([5, 4, 4, 4, 4, 4, 3], { patience: 1 })).toEqual([1, 1, 1, 0.5, 0.5, 0.25, 0.25]);
  });

  it('waits ten epochs by default, and falls to a tenth', () => {
    const schedule = new optim.ReduceLROnPlateau(optimizerOf(1));
    for (let epoch = 0; epoch < 11; epoch++) schedule.step(1);
    expect(schedule.getLastLr()).toEqual([1]);
    schedule.step(1);
    expect(schedule.getLastLr()).toEqual([0.1]);
  });

  it.each([
    ['a share of the best', 'min', 'rel', [8, 7, 5.5], [1, 0.5, 0.5]],
    ['a difference to the best', 'min', 'abs', [8, 7.8, 7.6], [1, 0.5, 0.5]],
    ['a share of the best, upwards', 'max', 'rel', [8, 9, 10.5], [1, 0.5, 0.5]],
    ['a difference to the best, upwards', 'max', 'abs', [8, 8.2, 8.4], [1, 0.5, 0.5]],
  ] as const)('counts as better what is by %s', (_what, mode, thresholdMode, metrics, want) => {
    expect(after(metrics, { mode, threshold: 0.25, thresholdMode })).toEqual(want);
  });

  it('counts nothing as bad while it cools down', () => {
    expect(after([1, 1, 1, 1, 1, 1], { cooldown: 2 })).toEqual([1, 0.5, 0.5, 0.5, 0.25, 0.25]);
  });

  it('stops at the least learning rate, of each group', () => {
    const schedule = new optim.ReduceLROnPlateau(optimizerOf(1, 1), {
      factor: 0.5,
      patience: 0,
      minLr: [0.3, 0.6],
    });
    for (let epoch = 0; epoch < 4; epoch++) schedule.step(1);
    expect(schedule.getLastLr()).toEqual([0.3, 0.6]);
  });

  it('does without falls that are too small', () => {
    expect(after([1, 1], { eps: 0.6 })).toEqual([1, 1]);
  });

  it('takes a tensor, and NaN for no improvement', () => {
    const schedule = new optim.ReduceLROnPlateau(optimizerOf(1), { factor: 0.5, patience: 0 });
    schedule.step(tensor(2.5));
    schedule.step(NaN);
    expect(schedule.getLastLr()).toEqual([0.5]);
  });

  it('goes on from a saved state', () => {
    const optimizer = optimizerOf(1);
    const first = new optim.ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 1 });
    first.step(1);
    first.step(1);
    const second = new optim.ReduceLROnPlateau(optimizer);
    second.loadStateDict(first.stateDict());
    second.step(1);
    expect(second.getLastLr()).toEqual([0.5]);
    expect(second.lastEpoch).toBe(3);
  });

  it.each([
    ['factor must be below 1', { factor: 1 }],
    ["mode must be 'min' or 'max'", { mode: 'most' as 'max' }],
    ["thresholdMode must be 'rel' or 'abs'", { thresholdMode: 'any' as 'abs' }],
    ['patience must be a whole number', { patience: -1 }],
    ['cooldown must be a whole number', { cooldown: 0.5 }],
    ['minLr has 2 values', { minLr: [0, 0] }],
  ])('refuses: %s', (message, options) => {
    expect(() => new optim.ReduceLROnPlateau(optimizerOf(1), options)).toThrow(ValueError);
    expect(() => new optim.ReduceLROnPlateau(optimizerOf(1), options)).toThrow(message);
  });
});
