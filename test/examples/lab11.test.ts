import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';

/** What an example prints, line by line, as it was given to the console. */
async function run(name: string): Promise<unknown[][]> {
  const lines: unknown[][] = [];
  const keep = (...line: unknown[]): void => void lines.push(line);
  vi.spyOn(console, 'log').mockImplementation(keep);
  vi.spyOn(console, 'table').mockImplementation(keep);
  await import(`../../examples/lab11/${name}.ts`);
  return lines;
}

const golden = (name: string, folder = 'open'): unknown =>
  JSON.parse(readFileSync(new URL(`../golden/course/${folder}/${name}.json`, import.meta.url), 'utf8'));

afterEach(() => {
  vi.restoreAllMocks();
  vi.resetModules();
});

describe('the lessons of lab 11', () => {
  it('charseq: prints the dictionary and learns the sentence in 50 steps', async () => {
    const [[dictionary], ...steps] = await run('charseq');
    expect([...(dictionary as Map<string, number>)].join(' ')).toBe(
      'i,0 f,1  ,2 y,3 o,4 u,5 w,6 a,7 n,8 t,9',
    );
    expect(steps).toHaveLength(50);
    expect(steps[49][0]).toBe(49);
    expect(steps[49].at(-1)).toBe('f you want you');
    // Outputs of tanh as logits of 10 characters cannot do better than ln(1 + 9 e^-2).
    expect(steps[49][2]).toBeGreaterThan(Math.log(1 + 9 * Math.exp(-2)));
    expect(steps[49][2]).toBeLessThan(0.9);
  });

  it('hihello: every loss and string of the course', async () => {
    const { steps } = golden('hihello') as { steps: { loss: number; prediction: number[]; text: string }[] };
    const lines = await run('hihello');
    expect(lines.map((line) => line.at(-1))).toEqual(steps.map((step) => step.text));
    lines.forEach((line, i) => {
      expect(Math.abs((line[2] as number) - steps[i].loss)).toBeLessThan(1e-5);
      expect(line[4]).toBe(JSON.stringify([steps[i].prediction]));
    });
  });

  it("basics: the shapes of 'hello' and the course's printed outputs", async () => {
    const { outputs } = golden('basics') as { outputs: number[][][] };
    const [[table], [printed]] = await run('basics');
    expect((table as { shape: string }[]).map((row) => row.shape)).toEqual(['3,5,4', '3,5,2', '1,5,2']);
    const text = String(printed);
    for (const value of outputs.flat(2)) expect(text).toContain(value.toFixed(4));
  });

  it("longseq: predicts the whole sentence but for its first letter, by PyTorch's losses", async () => {
    const { losses } = golden('longseq', 'made') as { losses: number[] };
    const lines = await run('longseq');
    expect(lines).toHaveLength(100);
    // Later, the large steps of Adam at 0.1 make rounding grow.
    lines.slice(0, 40).forEach((line, i) => {
      expect(Math.abs((line[1] as number) - losses[i])).toBeLessThan(1e-4);
    });
    expect(String(lines[99][2]).slice(1)).toBe(
      " you want to build a ship, don't drum up people together to collect wood and don't assign them tasks " +
        'and work, but rather teach them to long for the endless immensity of the sea.',
    );
  });

  it("timeseries: every loss as PyTorch's, on a series of our own, and a picture", async () => {
    const { losses } = golden('timeseries', 'made') as { losses: number[] };
    const file = join(mkdtempSync(join(tmpdir(), 'unrolled-')), 'days.csv');
    const days = Array.from({ length: 120 }, (_, i) => {
      const close = 100 + 20 * Math.sin(i / 9) + 5 * Math.sin(i / 2) + i / 10;
      return [close + Math.sin(i), close + 2, close - 2, 1000 + 300 * Math.cos(i / 5), close].join(',');
    });
    // Newest first, as in the course's file.
    writeFileSync(file, ['# Open,High,Low,Volume,Close', ...days.reverse()].join('\n'));
    process.argv = ['node', 'timeseries.ts', file];
    const lines = await run('timeseries');
    losses.forEach((loss, i) => {
      expect(Math.abs((lines[i][1] as number) - loss)).toBeLessThan(1e-4);
    });
    expect(lines[500][0]).toMatch(/^test loss 0\.\d+$/);
    expect(lines[501][0]).toContain('· original   * prediction');
  });

  it('seq2seq: translates all four sentences', async () => {
    const lines = (await run('seq2seq')).map(([line]) => String(line));
    const translations = lines.filter((line) => line.startsWith('>'));
    expect(translations).toHaveLength(4);
    for (const lesson of translations) {
      const [, wanted, said] = lesson.split('\n');
      expect(said).toBe(wanted.replace('=', '<'));
    }
    expect(Number(lines.find((line) => line.startsWith('[5000'))!.split('= ')[1])).toBeLessThan(0.02);
  });

  it('packed-sequence: the shapes and batch sizes of five words', async () => {
    const lines = await run('packed-sequence');
    const line = (name: string): unknown[] => lines.find(([first]) => first === name)!;
    expect(line('lengths')[1]).toEqual([11, 8, 11, 4, 13]);
    expect(line('padded')[1]).toEqual([5, 13]);
    expect(line('packed')[1]).toEqual([47]);
    expect(line('output').slice(1)).toEqual([[5, 13, 30], 'hidden', [1, 5, 30]]);
    expect(line('packed output').slice(1)).toEqual([[47, 30], 'hidden', [1, 5, 30]]);
    expect(line('unpacked').slice(1)).toEqual([[5, 13, 19], 'lengths', [13, 11, 11, 8, 4]]);
    expect(line('repacked').at(-1)).toEqual([5, 5, 5, 5, 4, 4, 4, 4, 3, 3, 3, 1, 1]);
  });
});
