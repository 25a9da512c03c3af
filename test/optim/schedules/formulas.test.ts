import { describe, expect, it } from 'vitest';
import { optim, ValueError } from '../../../src/index.js';
import { courseOf, expectCourse, optimizerOf } from './course.js';

type Make = (optimizer: optim.Scheduled) => optim.LRScheduler & { step(epoch?: number): void };

/** Schedules over a learning rate of 1, and what it is at epochs 0, 1, 2, … by their formulas. */
const COURSES: readonly (readonly [string, Make, readonly number[]])[] = [
  [
    'LambdaLR',
    (o) => new optim.LambdaLR(o, { lrLambda: (e) => 1 / (e + 1) }),
    [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5],
  ],
  ['StepLR', (o) => new optim.StepLR(o, { stepSize: 2 }), [1, 1, 0.1, 0.1, 0.01]],
  [
    'MultiStepLR, whose milestones may come twice and in any order',
    (o) => new optim.MultiStepLR(o, { milestones: [3, 1, 3], gamma: 0.5 }),
    [1, 0.5, 0.5, 0.125, 0.125],
  ],
  ['ExponentialLR', (o) => new optim.ExponentialLR(o, { gamma: 0.5 }), [1, 0.5, 0.25, 0.125, 0.0625]],
  ['ConstantLR', (o) => new optim.ConstantLR(o, { factor: 0.25, totalIters: 2 }), [0.25, 0.25, 1, 1]],
  ['ConstantLR by default', (o) => new optim.ConstantLR(o), [1 / 3, 1 / 3, 1 / 3, 1 / 3, 1 / 3, 1, 1]],
  [
    'LinearLR',
    (o) => new optim.LinearLR(o, { startFactor: 0.5, endFactor: 0.1, totalIters: 4 }),
    [0.5, 0.4, 0.3, 0.2, 0.1, 0.1],
  ],
  ['LinearLR by default', (o) => new optim.LinearLR(o), [5, 7, 9, 11, 13, 15, 15].map((x) => x / 15)],
  ['LinearLR over no epochs', (o) => new optim.LinearLR(o, { startFactor: 1, totalIters: 0 }), [1, 1]],
  [
    'PolynomialLR',
    (o) => new optim.PolynomialLR(o, { totalIters: 4, power: 2 }),
    [16, 9, 4, 1, 0, 0].map((x) => x / 16),
  ],
  ['PolynomialLR by default', (o) => new optim.PolynomialLR(o), [1, 0.8, 0.6, 0.4, 0.2, 0, 0]],
  [
    'CosineAnnealingLR, up again after tMax',
    (o) => new optim.CosineAnnealingLR(o, { tMax: 2, etaMin: 0.5 }),
    [1, 0.75, 0.5, 0.75, 1, 0.75, 0.5],
  ],
  [
    'CosineAnnealingWarmRestarts',
    (o) => new optim.CosineAnnealingWarmRestarts(o, { t0: 2, etaMin: 0.5 }),
    [1, 0.75, 1, 0.75, 1],
  ],
  [
    'CosineAnnealingWarmRestarts in longer and longer periods',
    (o) => new optim.CosineAnnealingWarmRestarts(o, { t0: 1, tMult: 2 }),
    [1, 1, 0.5, 1, (2 + Math.SQRT2) / 4, 0.5, (2 - Math.SQRT2) / 4, 1],
  ],
];

describe.each(COURSES)('%s', (_name, make, want) => {
  it('follows its formula, step by step', () => {
    expectCourse(courseOf(make(optimizerOf(1)), want.length - 1), want);
  });

  it('sets the learning rate of every group by its own base', () => {
    const optimizer = optimizerOf(1, 8);
    const schedule = make(optimizer);
    schedule.step();
    const [one, eight] = schedule.getLastLr();
    // etaMin is not multiplied.
    const floor = JSON.stringify(schedule.stateDict()).includes('"etaMin":0.5') ? 0.5 : 0;
    expect((eight - floor) / (one - floor)).toBeCloseTo((8 - floor) / (1 - floor), 10);
  });

  it('goes to an epoch at once', () => {
    const optimizer = optimizerOf(1);
    const schedule = make(optimizer);
    want.forEach((lr, epoch) => {
      schedule.step(epoch);
      expect(optimizer.paramGroups[0].lr).toBeCloseTo(lr, 10);
    });
  });

  it('goes on from a saved state', () => {
    const optimizer = optimizerOf(1);
    const first = make(optimizer);
    const half = Math.floor(want.length / 2);
    for (let epoch = 0; epoch < half; epoch++) first.step();

    const other = optimizerOf(1);
    const second = make(other);
    other.loadStateDict(optimizer.stateDict());
    second.loadStateDict(first.stateDict());
    expect(second.getLastLr()).toEqual(first.getLastLr());
    expectCourse(courseOf(second, want.length - 1 - half), want.slice(half));
  });
});

describe('MultiplicativeLR', () => {
  it('multiplies by what its function says, for each group', () => {
    const lrLambda = [() => 0.5, (epoch: number) => epoch];
    const schedule = new optim.MultiplicativeLR(optimizerOf(1, 1), { lrLambda });
    for (let epoch = 0; epoch < 4; epoch++) schedule.step();
    expect(schedule.getLastLr()).toEqual([1 / 16, 24]);
  });
});

describe('CosineAnnealingWarmRestarts', () => {
  it('takes fractions of epochs', () => {
    const schedule = new optim.CosineAnnealingWarmRestarts(optimizerOf(1), { t0: 1 });
    schedule.step(3.5);
    expectCourse(schedule.getLastLr(), [0.5]);
    expect(schedule.lastEpoch).toBe(3);
    const growing = new optim.CosineAnnealingWarmRestarts(optimizerOf(1), { t0: 2, tMult: 3 });
    growing.step(5);
    expectCourse(growing.getLastLr(), [0.5]);
  });
});

describe('schedules', () => {
  it('compose: each multiplies what the other leaves', () => {
    const optimizer = optimizerOf(1);
    const constant = new optim.ConstantLR(optimizer, { factor: 0.5, totalIters: 2 });
    const falling = new optim.ExponentialLR(optimizer, { gamma: 0.1 });
    expect(falling.baseLrs).toEqual([1]);
    constant.step();
    falling.step();
    expectCourse(falling.getLastLr(), [0.05]);
    constant.step();
    falling.step();
    expectCourse(falling.getLastLr(), [0.01]);
  });

  it('go on from an epoch, on groups that know what they began with', () => {
    const optimizer = optimizerOf(1);
    new optim.CosineAnnealingLR(optimizer, { tMax: 2 });
    const schedule = new optim.CosineAnnealingLR(optimizer, { tMax: 2, lastEpoch: 2 });
    expect(schedule.lastEpoch).toBe(3);
    expectCourse(courseOf(schedule, 1), [0.5, 1]);
  });

  it('keep a state that JSON can hold and later steps do not change', () => {
    const schedule = new optim.MultiStepLR(optimizerOf(1), { milestones: [2], gamma: 0.5 });
    const state = schedule.stateDict();
    schedule.step();
    expect(JSON.parse(JSON.stringify(state))).toEqual({
      lastEpoch: 0,
      lastLr: [1],
      baseLrs: [1],
      stepCount: 1,
      milestones: [2],
      gamma: 0.5,
    });
  });

  it('refuse the state of another kind', () => {
    const state = new optim.ExponentialLR(optimizerOf(1), { gamma: 0.5 }).stateDict();
    const schedule = new optim.StepLR(optimizerOf(1), { stepSize: 1 });
    expect(() => {
      schedule.loadStateDict(state);
    }).toThrow('StepLR: the state has baseLrs, gamma, lastEpoch');
  });

  it.each([
    ['stepSize must be a whole number, 1 or more', (o) => new optim.StepLR(o, { stepSize: 0 })],
    ['a milestone must be a whole number', (o) => new optim.MultiStepLR(o, { milestones: [1, 2.5] })],
    ['factor must be between 0 and 1', (o) => new optim.ConstantLR(o, { factor: 1.5 })],
    ['totalIters must be', (o) => new optim.ConstantLR(o, { totalIters: -1 })],
    ['startFactor must be above 0', (o) => new optim.LinearLR(o, { startFactor: 0 })],
    ['endFactor must be between 0 and 1', (o) => new optim.LinearLR(o, { endFactor: 2 })],
    ['totalIters must be', (o) => new optim.PolynomialLR(o, { totalIters: NaN })],
    ['tMax must be a whole number', (o) => new optim.CosineAnnealingLR(o, { tMax: 0 })],
    ['t0 must be', (o) => new optim.CosineAnnealingWarmRestarts(o, { t0: 0 })],
    ['tMult must be', (o) => new optim.CosineAnnealingWarmRestarts(o, { t0: 1, tMult: 0.5 })],
    [
      'no epoch -1',
      (o) => {
        new optim.CosineAnnealingWarmRestarts(o, { t0: 1 }).step(-1);
      },
    ],
    ['2 functions, but 1 parameter groups', (o) => new optim.LambdaLR(o, { lrLambda: [() => 1, () => 1] })],
    ['there are 0 functions', (o) => new optim.MultiplicativeLR(o, { lrLambda: [] })],
    ['has no initialLr to go on from', (o) => new optim.StepLR(o, { stepSize: 1, lastEpoch: 3 })],
    [
      'of 0 cannot grow back',
      (o) => {
        new optim.ConstantLR(o, { factor: 0, totalIters: 1 }).step();
      },
    ],
  ] satisfies [string, (o: optim.Scheduled) => unknown][])('refuse: %s', (message, make) => {
    expect(() => make(optimizerOf(1))).toThrow(ValueError);
    expect(() => make(optimizerOf(1))).toThrow(message);
  });
});
