import { afterEach, describe, expect, it, vi } from 'vitest';

/** What an example prints, line by line. */
async function run(name: string): Promise<string[]> {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  await import(`../../examples/${name}.ts`);
  return lines;
}
/** The number before some words. */
function numberBefore(lines: readonly string[], words: string): number {
  const line = lines.find((one) => one.includes(words));
  return Number.parseFloat(line ?? 'none');
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.resetModules();
});

describe('examples with data they make themselves', () => {
  it('reverse: nearly all words it never saw, backwards', { timeout: 60_000 }, async () => {
    const lines = await run('reverse');
    expect(numberBefore(lines, 'never saw')).toBeGreaterThan(95);
    expect(lines.at(-8)!.startsWith('g')).toBe(true);
  });

  it('sine: better than naive and seasonal naive', { timeout: 60_000 }, async () => {
    const lines = await run('sine');
    const [model, naive, seasonal] = ['model', 'naive', 'seasonal naive'].map((name) =>
      Number(/MAE (\S+)/.exec(lines.find((line) => line.startsWith(name))!)![1]),
    );
    expect(model).toBeLessThan(0.8 * seasonal);
    expect(model).toBeLessThan(0.5 * naive);
    expect(lines.at(-1)).toMatch(/in 9 of 10 cases from/);
  });

  it('names: the language of nearly all names it never saw', { timeout: 60_000 }, async () => {
    const lines = await run('names');
    expect(numberBefore(lines, 'never saw')).toBeGreaterThan(95);
    expect(lines.slice(-4).map((line) => line.replace(/ \(.*/, ''))).toEqual([
      'vaikkonen: Kelmi',
      'horsen: Torvan',
      'brinetti: Ossari',
      'yarsky: Zhenko',
    ]);
  });

  it('jamo: Korean words from letters', { timeout: 60_000 }, async () => {
    const lines = await run('jamo');
    expect(lines[1]).toBe('nothing is lost: true');
    const words = lines.at(-1)!.split(/\s+/).slice(0, -1);
    expect(words.length).toBeGreaterThan(6);
    for (const word of words) expect(word).toMatch(/^[가-힣]+\.?$/);
    expect(
      words.filter((word) => ['오늘', '나는', '너는', '집에서', '책을', '읽는다.', '밥을'].includes(word))
        .length,
    ).toBeGreaterThan(0);
  });
});
