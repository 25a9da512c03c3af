import { describe, expect, it } from 'vitest';
import { nn, optim, ValueError, zeros } from '../../../src/index.js';
import { courseOf, expectCourse, optimizerOf } from './course.js';

const adam = (): optim.Adam => new optim.Adam([new nn.Parameter(zeros([1]))]);
const momentumOf = ({ paramGroups: [group] }: optim.Scheduled): number => group.betas?.[0] ?? group.momentum!;

/** Momentum at the start and after each step. */
function momenta(schedule: optim.LRScheduler, steps: number): number[] {
  const course = [momentumOf(schedule.optimizer)];
  for (let step = 0; step < steps; step++) {
    schedule.step();
    course.push(momentumOf(schedule.optimizer));
  }
  return course;
}

describe('CyclicLR', () => {
  const options = { baseLr: 0, maxLr: 1, stepSizeUp: 2 };

  it('goes up and down in straight lines', () => {
    const schedule = new optim.CyclicLR(optimizerOf(5), options);
    expectCourse(courseOf(schedule, 6), [0, 0.5, 1, 0.5, 0, 0.5, 1]);
  });

  it('goes down faster or slower than up', () => {
    const schedule = new optim.CyclicLR(optimizerOf(5), { ...options, stepSizeDown: 4 });
    expectCourse(courseOf(schedule, 7), [0, 0.5, 1, 0.75, 0.5, 0.25, 0, 0.5]);
  });

  it('halves its height with each cycle as triangular2', () => {
    const schedule = new optim.CyclicLR(optimizerOf(5), { ...options, mode: 'triangular2' });
    expectCourse(courseOf(schedule, 10), [0, 0.5, 1, 0.5, 0, 0.25, 0.5, 0.25, 0, 0.125, 0.25]);
  });

  it('shrinks with each step as exp_range', () => {
    const schedule = new optim.CyclicLR(optimizerOf(5), { ...options, mode: 'exp_range', gamma: 0.5 });
    expectCourse(courseOf(schedule, 3), [0, 0.25, 0.25, 0.0625]);
  });

  it('takes a height of cycles or of steps of one’s own', () => {
    const byCycle = new optim.CyclicLR(optimizerOf(5), { ...options, scaleFn: (cycle) => cycle });
    expectCourse(courseOf(byCycle, 6), [0, 0.5, 1, 0.5, 0, 1, 2]);
    const byStep = new optim.CyclicLR(optimizerOf(5), {
      ...options,
      scaleFn: (step) => 10 * step,
      scaleMode: 'iterations',
    });
    expectCourse(courseOf(byStep, 3), [0, 5, 20, 15]);
  });

  it('moves momentum against the learning rate', () => {
    const ends = { ...options, baseMomentum: 0.5, maxMomentum: 0.75 };
    expectCourse(momenta(new optim.CyclicLR(optimizerOf(5), ends), 4), [0.75, 0.625, 0.5, 0.625, 0.75]);
    expectCourse(momenta(new optim.CyclicLR(adam(), options), 2), [0.9, 0.85, 0.8]);
    const still = new optim.CyclicLR(adam(), { ...options, cycleMomentum: false });
    expectCourse(momenta(still, 2), [0.9, 0.9, 0.9]);
  });

  it('takes ends for each group', () => {
    const schedule = new optim.CyclicLR(optimizerOf(5, 5), { baseLr: [0, 1], maxLr: [1, 3], stepSizeUp: 2 });
    schedule.step();
    expect(schedule.getLastLr()).toEqual([0.5, 2]);
  });

  it.each([
    ['mode must be', { ...options, mode: 'round' as 'triangular' }],
    ['a cycle cannot have 0 steps up', { ...options, stepSizeUp: 0 }],
    ['maxLr has 3 values, but there are 1 parameter groups', { ...options, maxLr: [1, 2, 3] }],
  ])('refuses, and changes nothing: %s', (message, wrong) => {
    const optimizer = optimizerOf(5);
    expect(() => new optim.CyclicLR(optimizer, wrong)).toThrow(message);
    expect(optimizer.paramGroups[0].lr).toBe(5);
  });

  it('refuses an optimiser without momentum, unless that stays', () => {
    const adagrad = new optim.Adagrad([new nn.Parameter(zeros([1]))]);
    expect(() => new optim.CyclicLR(adagrad, options)).toThrow('neither momentum nor betas');
    new optim.CyclicLR(adagrad, { ...options, cycleMomentum: false });
  });
});

describe('OneCycleLR', () => {
  // From 1 up to 4 in two steps, down to 0.5 in four.
  const options = { maxLr: 4, totalSteps: 7, pctStart: 3 / 7, divFactor: 4, finalDivFactor: 2 };

  it('rises and falls in straight lines', () => {
    const schedule = new optim.OneCycleLR(optimizerOf(9), { ...options, annealStrategy: 'linear' });
    expectCourse(courseOf(schedule, 6), [1, 2.5, 4, 3.125, 2.25, 1.375, 0.5]);
  });

  it('rises and falls along cosines', () => {
    const schedule = new optim.OneCycleLR(optimizerOf(9), options);
    const [steep, flat] = [(2 + Math.SQRT2) / 4, (2 - Math.SQRT2) / 4];
    expectCourse(courseOf(schedule, 6), [1, 2.5, 4, 0.5 + 3.5 * steep, 2.25, 0.5 + 3.5 * flat, 0.5]);
  });

  it('comes back to where it began in a phase of its own', () => {
    const schedule = new optim.OneCycleLR(optimizerOf(9), {
      ...options,
      annealStrategy: 'linear',
      threePhase: true,
    });
    expectCourse(courseOf(schedule, 6), [1, 2.5, 4, 2.5, 1, 0.75, 0.5]);
  });

  it('moves momentum against the learning rate, or β₁ where there are betas', () => {
    const linear = { ...options, annealStrategy: 'linear' } as const;
    const want = [0.95, 0.9, 0.85, 0.875, 0.9, 0.925, 0.95];
    expectCourse(momenta(new optim.OneCycleLR(optimizerOf(9), linear), 6), want);
    const optimizer = adam();
    expectCourse(momenta(new optim.OneCycleLR(optimizer, linear), 6), want);
    expect(optimizer.paramGroups[0].betas[1]).toBe(0.999);
    const still = new optim.OneCycleLR(adam(), { ...linear, cycleMomentum: false });
    expectCourse(momenta(still, 1), [0.9, 0.9]);
    const own = { ...linear, baseMomentum: [0.25], maxMomentum: [0.75], threePhase: true };
    const want3 = [0.75, 0.5, 0.25, 0.5, 0.75, 0.75, 0.75];
    expectCourse(momenta(new optim.OneCycleLR(optimizerOf(9), own), 6), want3);
  });

  it('counts epochs and their steps', () => {
    const by = { maxLr: 4, epochs: 2, stepsPerEpoch: 5, pctStart: 0.5, annealStrategy: 'linear' } as const;
    expectCourse(
      courseOf(new optim.OneCycleLR(optimizerOf(9), { ...by, divFactor: 4 }), 4),
      [1, 1.75, 2.5, 3.25, 4],
    );
  });

  it('is at the top at once where the rise takes no step', () => {
    const schedule = new optim.OneCycleLR(optimizerOf(9), { maxLr: 4, totalSteps: 4, pctStart: 0.25 });
    expect(schedule.getLastLr()).toEqual([4]);
  });

  it('goes on from a saved state and from an epoch', () => {
    const optimizer = optimizerOf(9);
    const first = new optim.OneCycleLR(optimizer, { ...options, annealStrategy: 'linear' });
    first.step();
    const other = optimizerOf(9);
    const second = new optim.OneCycleLR(other, { maxLr: 1, totalSteps: 100 });
    other.loadStateDict(optimizer.stateDict());
    second.loadStateDict(first.stateDict());
    expectCourse(courseOf(second, 1), [2.5, 4]);
    const third = new optim.OneCycleLR(other, { ...options, annealStrategy: 'linear', lastEpoch: 2 });
    expectCourse(third.getLastLr(), [3.125]);
  });

  it('refuses a step beyond its end', () => {
    const schedule = new optim.OneCycleLR(optimizerOf(9), { maxLr: 1, totalSteps: 2 });
    schedule.step();
    schedule.step();
    expect(() => {
      schedule.step();
    }).toThrow("step 3 is beyond the cycle's 2 steps");
  });

  it.each([
    ['give totalSteps, or epochs and stepsPerEpoch', { maxLr: 1 }],
    ['give totalSteps, or epochs', { maxLr: 1, epochs: 3 }],
    ['totalSteps must be a whole number', { maxLr: 1, totalSteps: 0 }],
    ['epochs must be a whole number', { maxLr: 1, epochs: 0.5, stepsPerEpoch: 1 }],
    ['stepsPerEpoch must be', { maxLr: 1, epochs: 1, stepsPerEpoch: -1 }],
    ['pctStart must be between 0 and 1', { maxLr: 1, totalSteps: 5, pctStart: 1.5 }],
    ["annealStrategy must be 'cos' or 'linear'", { maxLr: 1, totalSteps: 5, annealStrategy: 'sin' as 'cos' }],
    ['maxLr has 2 values', { maxLr: [1, 2], totalSteps: 5 }],
    ['baseMomentum has 2 values', { maxLr: 1, totalSteps: 5, baseMomentum: [1, 2] }],
  ])('refuses: %s', (message, wrong) => {
    expect(() => new optim.OneCycleLR(optimizerOf(9), wrong)).toThrow(ValueError);
    expect(() => new optim.OneCycleLR(optimizerOf(9), wrong)).toThrow(message);
  });
});
