import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BOOK, Here, QUICK } from '../here.js';

const here = new Here();

describe('what was trained', () => {
  it('is listed, shown, compared, drawn and removed', async () => {
    here.write('book.txt', BOOK);
    for (const hidden of ['4', '8'])
      await here.run(['train', 'book.txt', ...QUICK, '--hidden', hidden, '--runs', `runs${hidden}`]);
    const [small, large] = ['runs4', 'runs8'].map((runs) => join(runs, ...here.files(runs)));
    expect((await here.run(['runs', 'ls', '--runs', 'runs4'])).stdout).toContain(`${small}     1/1`);
    expect((await here.run(['runs', 'best', '--runs', 'runs8'])).stdout).toBe(`${large}\n`);
    expect((await here.run(['runs', 'show', small])).stdout).toMatch(/hidden +4\n/);
    expect((await here.run(['runs', 'compare', small, large])).stdout).toMatch(/hidden +4 +8\n/);
    expect((await here.run(['runs', 'plot', small, '--out', 'loss.svg'])).stdout).toBe('drawn in loss.svg\n');
    expect(here.read('loss.svg')).toMatch(/^<svg/);
    expect((await here.run(['inspect', small])).stdout).toMatch(
      /^language model, LSTM 2 x 4, \d+ parameters\n11 units: t h e ␣/,
    );
    expect((await here.run(['inspect', small, '--vocab'])).stdout).toMatch(/^0\tt\n1\th\n/);
    const json = JSON.parse((await here.run(['inspect', small, '--json'])).stdout) as {
      weights: { name: string }[];
    };
    expect(json.weights.map(({ name }) => name)).toContain('rnn.weight_hh_l1');
    expect((await here.run(['runs', 'rm', small])).stdout).toBe(`removed ${small}\n`);
    expect(existsSync(join(here.folder, small))).toBe(false);
    expect((await here.run(['runs', 'ls', '--runs', 'nowhere'])).stderr).toContain(
      'there is no folder nowhere',
    );
    expect((await here.run(['runs', 'rm', '.'])).stderr).toContain('. is not the folder of a run');
  });

  it('is measured, and held to limits', async () => {
    here.write('book.txt', BOOK);
    await here.run(['train', 'book.txt', ...QUICK, '--out', 'm.safetensors']);
    const { status, stdout } = await here.run([
      'eval',
      'm.safetensors',
      'book.txt',
      '--fail-above',
      'loss=9',
    ]);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^loss +\d\.\d{4} +nats a character\nbits/)]);
    expect((await here.run(['eval', 'm.safetensors', 'book.txt', '--fail-above', 'loss=0.1'])).status).toBe(
      5,
    );
    expect((await here.run(['eval', 'm.safetensors', 'book.txt', '--fail-above', 'los=1'])).stderr).toContain(
      "there is no metric 'los'",
    );
    expect((await here.run(['eval', 'm.safetensors', 'book.txt', '--fail-above', 'loss'])).stderr).toContain(
      'takes a metric and a number',
    );
    expect((await here.run(['forecast', 'm.safetensors', 'book.txt'])).stderr).toContain(
      'unrolled sample m.safetensors',
    );
  });
});
