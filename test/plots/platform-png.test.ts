import { afterEach, describe, expect, it, vi } from 'vitest';
import { ValueError } from '../../src/errors.js';
import { svgToPng } from '../../src/plots/platform-png.js';

afterEach(() => {
  vi.doUnmock('@resvg/resvg-js');
});

describe('a PNG', () => {
  it('is drawn by the optional package, twice as large', async () => {
    vi.doMock('@resvg/resvg-js', () => ({
      Resvg: class {
        constructor(
          readonly svg: string,
          readonly options: { readonly fitTo: { readonly value: number } },
        ) {}
        render() {
          return { asPng: () => Uint8Array.of(this.svg.length, this.options.fitTo.value) };
        }
      },
    }));
    expect([...(await svgToPng('<svg/>'))]).toEqual([6, 2]);
    expect([...(await svgToPng('<svg/>', 1))]).toEqual([6, 1]);
  });

  it('says what to do where the package is not there', async () => {
    vi.doMock('@resvg/resvg-js', () => {
      throw new Error('not found');
    });
    await expect(svgToPng('<svg/>')).rejects.toThrow(ValueError);
    await expect(svgToPng('<svg/>')).rejects.toThrow('npm install @resvg/resvg-js');
  });
});
