import { describe, expect, it } from 'vitest';
import { optim } from '../../../src/index.js';
import { courseOf, expectCourse, optimizerOf } from './course.js';

const constant = (optimizer: optim.Scheduled, factor: number): optim.ConstantLR =>
  new optim.ConstantLR(optimizer, { factor, totalIters: 2 });
const halving = (optimizer: optim.Scheduled): optim.ExponentialLR =>
  new optim.ExponentialLR(optimizer, { gamma: 0.5 });

const sequence = (optimizer: optim.Scheduled, ...milestones: number[]): optim.SequentialLR =>
  new optim.SequentialLR(optimizer, {
    schedulers: [constant(optimizer, 0.25), halving(optimizer)],
    milestones,
  });

const chain = (optimizer: optim.Scheduled): optim.ChainedScheduler =>
  new optim.ChainedScheduler([constant(optimizer, 0.25), halving(optimizer)]);

describe('SequentialLR', () => {
  it('runs one after another, each from its own start', () => {
    expectCourse(courseOf(sequence(optimizerOf(1), 3), 6), [0.25, 0.25, 1, 1, 0.5, 0.25, 0.125]);
  });

  it('runs three', () => {
    const optimizer = optimizerOf(1);
    const schedule = new optim.SequentialLR(optimizer, {
      schedulers: [constant(optimizer, 0.5), halving(optimizer), constant(optimizer, 0.125)],
      milestones: [1, 4],
    });
    expectCourse(courseOf(schedule, 6), [0.5, 1, 0.5, 0.25, 0.125, 0.125, 1]);
  });

  it('leads schedules that lead others', () => {
    const optimizer = optimizerOf(1);
    const schedule = new optim.SequentialLR(optimizer, {
      schedulers: [chain(optimizer), sequence(optimizer, 2), chain(optimizer)],
      milestones: [2, 5],
    });
    expectCourse(courseOf(schedule, 7), [0.25, 0.125, 0.25, 0.25, 1, 0.25, 0.125, 0.25]);
  });

  it('goes on from a saved state', () => {
    const [one, two] = [optimizerOf(1), optimizerOf(1)];
    const [first, second] = [sequence(one, 3), sequence(two, 5)];
    for (let epoch = 0; epoch < 4; epoch++) first.step();
    two.loadStateDict(one.stateDict());
    second.loadStateDict(first.stateDict());
    expectCourse(courseOf(second, 2), [0.5, 0.25, 0.125]);
  });

  it('refuses what does not fit together', () => {
    const optimizer = optimizerOf(1);
    const schedulers = [halving(optimizer), halving(optimizer)];
    const make = (options: optim.SequentialLROptions) => () => new optim.SequentialLR(optimizer, options);
    expect(make({ schedulers, milestones: [] })).toThrow('2 schedules need 1 milestones, not 0');
    expect(make({ schedulers, milestones: [-1] })).toThrow('milestone 0 must be');
    expect(make({ schedulers: [...schedulers, ...schedulers], milestones: [1, 5, 3] })).toThrow(
      'milestone 2 must be a whole number, 5 or more, not 3',
    );
    expect(make({ schedulers: [], milestones: [] })).toThrow('there are no schedules');
    expect(make({ schedulers: [halving(optimizerOf(1))], milestones: [] })).toThrow('for another optimiser');
  });
});

describe('ChainedScheduler', () => {
  it('multiplies what its schedules say', () => {
    expectCourse(courseOf(chain(optimizerOf(1)), 4), [0.25, 0.125, 0.25, 0.125, 0.0625]);
  });

  it('goes on from a saved state, which is that of all', () => {
    const [one, two] = [optimizerOf(1), optimizerOf(1)];
    const [first, second] = [chain(one), chain(two)];
    first.step();
    two.loadStateDict(one.stateDict());
    second.loadStateDict(first.stateDict());
    expectCourse(courseOf(second, 2), [0.125, 0.25, 0.125]);
    const alone = new optim.ChainedScheduler([halving(optimizerOf(1))]);
    expect(() => {
      alone.loadStateDict(first.stateDict());
    }).toThrow('the state is of 2 schedules, not of 1');
    expect(() => {
      alone.loadStateDict({});
    }).toThrow('the state is of 0 schedules, not of 1');
  });

  it('refuses schedules of several optimisers, and those that need a measure', () => {
    const optimizer = optimizerOf(1);
    expect(() => new optim.ChainedScheduler([halving(optimizer), halving(optimizerOf(1))])).toThrow(
      'schedule 1 is for another optimiser',
    );
    const plateau = new optim.ReduceLROnPlateau(optimizer) as unknown as optim.LRScheduler;
    expect(() => new optim.ChainedScheduler([plateau])).toThrow('does not go by epochs alone');
  });
});
