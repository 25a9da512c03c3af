import { expect } from 'vitest';
import { nn, optim, zeros } from '../../../src/index.js';

/** An optimiser with one parameter in a group for each learning rate. */
export function optimizerOf(...lrs: number[]): optim.SGD {
  return new optim.SGD(
    lrs.map((lr) => ({ params: [new nn.Parameter(zeros([1]))], lr })),
    { momentum: 0.9 },
  );
}

/** The first group's learning rate at the start and after each of so many steps. */
export function courseOf(schedule: optim.LRScheduler, steps: number): number[] {
  const course = [schedule.optimizer.paramGroups[0].lr];
  for (let step = 0; step < steps; step++) {
    schedule.step();
    course.push(schedule.optimizer.paramGroups[0].lr);
    expect(schedule.getLastLr()).toEqual(schedule.optimizer.paramGroups.map((group) => group.lr));
  }
  return course;
}

/** The same numbers to twelve digits. */
export function expectCourse(got: readonly number[], want: readonly number[]): void {
  expect(got).toHaveLength(want.length);
  got.forEach((lr, i) => {
    expect(Math.abs(lr - want[i]), `epoch ${i} is ${lr}, not ${want[i]}`).toBeLessThan(1e-12);
  });
}
