import { readFileSync } from 'node:fs';
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

const golden = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../golden/course/open/${name}.json`, import.meta.url), 'utf8'));

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
});
