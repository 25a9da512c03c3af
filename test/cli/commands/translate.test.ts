import { describe, expect, it } from 'vitest';
import { Here, jsonLines } from '../here.js';

const here = new Here();
/** All words of up to four letters a and b, and the same in capitals. */
const PAIRS = Array.from({ length: 30 }, (_, i) => {
  const word = (i + 2).toString(2).slice(1).replace(/0/g, 'a').replace(/1/g, 'b');
  return [word, word.toUpperCase()] as const;
});
const LEARN = ['--hidden', '16', '--embedding', '8', '--epochs', '40', '--lr', '0.02', '--batch', '8'];
const lines = (side: 0 | 1): string => PAIRS.map((pair) => `${pair[side]}\n`).join('');

describe('pairs', () => {
  it('make a translator, of which a part was never seen', async () => {
    // Each twice: neither of two that are equal may be learnt while the other is held out.
    here.write('pairs.tsv', [...PAIRS, ...PAIRS].map((pair) => `${pair.join('\t')}\tCC-BY\n`).join(''));
    const { status, stderr, stdout } = await here.run([
      ...['train', 'pairs.tsv', ...LEARN, '--out', 'm.safetensors', '--json'],
    ]);
    expect([status, stderr]).toEqual([0, '']);
    const told = jsonLines<{ type: string; message?: string; count?: number }>(stdout);
    expect(told[1].message).toBe('60 lines have something behind a second tab, which is left out');
    expect(told.find(({ type }) => type === 'evaluation')).toMatchObject({ task: 'translate', count: 6 });
    const translated = await here.run(['translate', 'm.safetensors', '--text', 'ab', '--svg', 'look.svg']);
    expect(translated.stdout).toBe('AB\n');
    expect(here.read('look.svg')).toMatch(/^<svg/);
    const inspected = (await here.run(['inspect', 'm.safetensors'])).stdout;
    expect(inspected).toMatch(/^translator, GRU 1 x 16, \d+ parameters\n/);
    const measured = await here.run(['eval', 'm.safetensors', 'pairs.tsv', '--json']);
    expect(JSON.parse(measured.stdout)).toMatchObject({ type: 'metrics', error: 0, errorRate: 0 });
    const answered = await here.run(['translate', 'm.safetensors'], { input: 'ab\n\n?\nba\n' });
    expect(answered.stdout).toBe('AB\n\n\nBA\n');
    expect(answered.stderr).toContain('line 3: the text has nothing that the vocabulary knows');
    expect(answered.status).toBe(3);
    const wrong = await here.fail(['classify', 'm.safetensors', '--text', 'a']);
    expect(wrong.stderr).toContain('unrolled translate m.safetensors');
  });

  it('may stand in two files, line by line', async () => {
    here.write('a.en', lines(0));
    here.write('b.ko', lines(1));
    const files = ['--source', 'a.en', '--target-file', 'b.ko'];
    const quick = ['--hidden', '8', '--embedding', '4'];
    const { status, stderr } = await here.run(['train', ...files, ...quick, '--epochs', '1']);
    expect([status, stderr]).toEqual([0, expect.stringContaining('27 pairs')]);
    const resumed = await here.run(['train', '--resume', 'latest', '--epochs', '2']);
    expect([resumed.status, resumed.stdout]).toEqual([0, expect.stringContaining('epoch 2/2')]);
    const { stdout } = await here.run(['eval', 'latest', ...files, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'metrics' });
    here.write('b.ko', lines(1).slice(4));
    expect((await here.fail(['train', ...files])).stderr).toContain('a.en has 30 lines, and b.ko has 28');
    expect((await here.fail(['train', '--source', 'a.en'])).stderr).toContain('go together');
    expect((await here.fail(['train', 'a.en', ...files])).stderr).toContain('not both');
  });

  it.each<[what: string, contents: string, ...says: string[]]>([
    ['no tab', 'a\tb\nc d\n', 'a.tsv, line 2 has no tab'],
    ['half a pair', 'a\t\n', 'line 1: the text behind the tab is empty'],
    ['nothing', '', 'a.tsv is empty'],
  ])('cannot have %s', async (_, contents, ...says) => {
    here.write('a.tsv', contents);
    const { status, stderr } = await here.fail(['train', 'a.tsv']);
    for (const said of says) expect(stderr).toContain(said);
    expect(status).toBe(3);
  });

  it('of texts and labels by name are none', async () => {
    here.write('a.tsv', `text\tlabel\n${PAIRS.map(([word], i) => `${word}\t${i % 2}\n`).join('')}`);
    const { stderr } = await here.run(['train', 'a.tsv', '--epochs', '1', '--hidden', '4']);
    expect(stderr).toContain("30 texts with 2 labels: texts from 'text', labels from 'label'");
  });
});

const PACKAGE: string = '@resvg/resvg-js';

describe('a picture', () => {
  it.each([
    ['look.jpg', 'a picture is an .svg or a .png, not .jpg\n  such as look.svg'],
    ['look', 'not a file without ending\n  such as look.svg'],
  ])('is none as %s', async (file, message) => {
    const { status, stderr } = await here.fail(['translate', 'no.safetensors', '--text', 'a', '--svg', file]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('is a PNG by a package, and without it the advice to get it', async () => {
    const { stderr } = await here.fail(['translate', 'no.safetensors', '--text', 'a', '--svg', 'look.png']);
    const isThere = await import(PACKAGE).then(
      () => true,
      () => false,
    );
    expect(stderr).toContain(isThere ? 'cannot read no.safetensors' : 'npm install @resvg/resvg-js');
  });
});
