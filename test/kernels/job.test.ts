import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Recorder, recording, recordWith } from '../../src/kernels/engine.js';
import { asJob } from '../../src/kernels/job.js';
import { tryTilesWhenDue } from '../../src/kernels/large.js';

vi.mock('../../src/kernels/large.js', async (original) => ({
  ...(await original<object>()),
  tryTilesWhenDue: vi.fn(),
}));
const trial = vi.mocked(tryTilesWhenDue);

/** A recorder that keeps calls and does nothing else. */
function recorder(): Recorder & { calls: (() => unknown)[] } {
  const calls: (() => unknown)[] = [];
  const job = (run: () => unknown): void => void calls.push(run);
  return { calls, job } as unknown as Recorder & { calls: (() => unknown)[] };
}

afterEach(() => {
  recordWith(null);
  trial.mockReset();
});

describe('a job', () => {
  it('is followed by a trial, and not interrupted by one', () => {
    asJob(() => {
      asJob(() => undefined);
      asJob(() => undefined);
      expect(trial).not.toHaveBeenCalled();
    });
    expect(trial).toHaveBeenCalledTimes(1);
  });

  it('that throws is over, and no trial follows it', () => {
    const stop = (): void => {
      throw new Error('stop');
    };
    expect(() => {
      asJob(stop);
    }).toThrow('stop');
    expect(trial).not.toHaveBeenCalled();
    asJob(() => undefined);
    expect(trial).toHaveBeenCalledTimes(1);
  });

  it('is recorded as one call, with nothing recorded inside, and replayed as a job', () => {
    const own = recorder();
    const seen: (Recorder | null)[] = [];
    recordWith(own);
    asJob(() => {
      asJob(() => seen.push(recording()));
      expect(trial).toHaveBeenCalledTimes(own.calls.length);
    });
    expect(recording()).toBe(own);
    recordWith(null);
    expect([own.calls.length, seen]).toEqual([1, [null]]);
    expect(own.calls[0]()).toBeUndefined();
    expect(seen).toEqual([null, null]);
    expect(trial).toHaveBeenCalledTimes(2);
  });

  it('that throws while it is recorded leaves the recording going on', () => {
    const own = recorder();
    recordWith(own);
    expect(() => {
      asJob(() => {
        throw new Error('stop');
      });
    }).toThrow('stop');
    expect(recording()).toBe(own);
    expect(own.calls).toEqual([]);
  });
});
