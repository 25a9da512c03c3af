import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axis, linearAxis, shortNumber } from '../../src/plots/ticks.js';

const labels = (...of: Parameters<typeof axis>): string[] => axis(...of).ticks.map(({ label }) => label);
const time = (from: string, to: string, count: number): string[] =>
  labels('time', Date.parse(from), Date.parse(to), count);

describe('a linear axis', () => {
  it('counts in steps of 1, 2 and 5', () => {
    expect(labels('linear', 0, 10, 5)).toEqual(['0', '2', '4', '6', '8', '10']);
    expect(labels('linear', 0, 1, 4)).toEqual(['0', '0.5', '1.0']);
    expect(labels('linear', 0.97, 3.1, 5)).toEqual(['0.5', '1.0', '1.5', '2.0', '2.5', '3.0', '3.5']);
  });

  it('begins and ends at a mark, or at the values if it is to be snug', () => {
    expect(axis('linear', 1.2, 7.7, 4)).toMatchObject({ low: 0, high: 8 });
    const snug = linearAxis(1.2, 7.7, 4, { snug: true });
    expect(snug).toMatchObject({ low: 1.2, high: 7.7 });
    expect(snug.ticks.map(({ label }) => label)).toEqual(['2', '4', '6']);
  });

  it('writes large numbers short, small ones as powers, and a true minus', () => {
    expect(labels('linear', -5000, 10000, 3)).toEqual(['−5k', '0', '5k', '10k']);
    expect(labels('linear', 0, 2_500_000, 5)).toEqual(['0', '0.5M', '1M', '1.5M', '2M', '2.5M']);
    expect(labels('linear', 0, 4e9, 2)).toEqual(['0', '2G', '4G']);
    expect(labels('linear', 0, 2e-8, 2)).toEqual(['0', '1e-8', '2e-8'].map((text) => text.replace('-', '−')));
  });

  it('makes room around a single value', () => {
    expect(axis('linear', 0, 0, 2)).toMatchObject({ low: -1, high: 1 });
    const { low, high } = axis('linear', 50, 50, 2);
    expect([low < 50, high > 50]).toEqual([true, true]);
  });

  it('holds all values, whatever they are', () => {
    const number = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(number, number, (a, b) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        const { low, high, ticks, place } = axis('linear', min, max, 5);
        expect(place(min)).toBeGreaterThanOrEqual(-1e-6);
        expect(place(max)).toBeLessThanOrEqual(1 + 1e-6);
        expect([low, high].every(Number.isFinite)).toBe(true);
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThan(10);
      }),
    );
  });
});

describe('a logarithmic axis', () => {
  it('counts in powers of ten', () => {
    expect(labels('log', 1, 1000, 4)).toEqual(['1', '10', '100', '1000']);
    expect(axis('log', 1, 1000, 4).place(10)).toBeCloseTo(1 / 3);
  });

  it('has 2 and 5 between where there are few powers', () => {
    expect(labels('log', 1.2, 4, 5)).toEqual(['1', '2', '5']);
  });

  it('makes room around a single value', () => {
    const { low, high } = axis('log', 3, 3, 5);
    expect([low < 3, high > 3]).toEqual([true, true]);
  });
});

describe('an axis of time', () => {
  it('marks round times of the calendar', () => {
    expect(time('2020-01-01', '2024-01-01', 4)).toEqual(['2020', '2021', '2022', '2023', '2024']);
    expect(time('2020-01-15', '2020-07-15', 2)).toEqual(['2020-04', '2020-07']);
    expect(time('2020-01-01', '2020-01-03', 2)).toEqual(['2020-01-01', '2020-01-02', '2020-01-03']);
    expect(time('2020-01-01T10:00Z', '2020-01-01T12:00Z', 2)).toEqual(['10:00', '11:00', '12:00']);
    expect(time('2020-01-01T23:00Z', '2020-01-02T01:00Z', 2)).toEqual(['23:00', '2020-01-02', '01:00']);
    expect(time('2020-01-01T00:00:01Z', '2020-01-01T00:00:03Z', 2)).toEqual([
      '00:00:01',
      '00:00:02',
      '00:00:03',
    ]);
  });

  it('goes over centuries, and stays with one moment', () => {
    expect(time('1000-01-01', '2000-01-01', 5).length).toBeLessThan(8);
    expect(time('2020-01-01', '2020-01-01', 3).length).toBeGreaterThan(0);
  });
});

describe('a short number', () => {
  it.each([
    [0, '0'],
    [1234.567, '1235'],
    [-0.123456, '−0.1235'],
    [1234567, '1.235e6'],
    [0.00012, '1.2e−4'],
    [NaN, '–'],
    [-Infinity, '−Infinity'],
  ])('of %d is %s', (value, text) => {
    expect(shortNumber(value)).toBe(text);
  });
});
