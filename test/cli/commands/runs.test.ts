import { existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RunFolder } from '../../../src/training/platform-run-folder.js';
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

  it('is compared only with what learnt the same of the same data', async () => {
    here.write('book.txt', BOOK);
    here.write('other.txt', 'a b a b a b. '.repeat(60));
    const learn = async (file: string, ...args: string[]): Promise<string> => {
      const before = existsSync(join(here.folder, 'runs')) ? here.files('runs') : [];
      await here.run(['train', file, ...QUICK, ...args]);
      return join(
        'runs',
        here.files('runs').find((name) => !before.includes(name))!,
      );
    };
    const poor = await learn('book.txt', '--lr', '0.00001');
    const good = await learn('book.txt', '--lr', '0.02', '--seed', '1');
    expect((await here.run(['runs', 'best'])).stdout).toBe(`${good}\n`);
    // A text of five units has the least loss, and nothing to do with the others; nor have losses by word.
    const easy = await learn('other.txt', '--lr', '0.02');
    const byWord = await learn('book.txt', '--tokens', 'word');
    const { status, stdout, stderr } = await here.run(['runs', 'best']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('the runs in runs learn 3 different things, whose losses do not compare');
    expect(stderr).toContain(`unrolled runs best ${byWord}   (words of `);
    for (const [like, best] of [
      [poor, good],
      [easy, easy],
      ['latest', byWord],
    ] as const) {
      // prettier-ignore
      expect((await here.run(['runs', 'best', like])).stdout).toBe(`${best}\n`);
    }
    expect((await here.run(['runs', 'compare', good, easy])).stdout).toContain('losses do not compare');
    expect((await here.run(['runs', 'compare', good, poor])).stdout).not.toContain('losses do not compare');
  });
});

describe('a run', () => {
  it('may be called by the start of its name, or latest, wherever one is named', async () => {
    here.write('book.txt', BOOK);
    await here.run(['train', 'book.txt', ...QUICK, '--runs', 'elsewhere']);
    const run = here.onlyRun('elsewhere');
    const start = basename(run).slice(0, 12);
    for (const words of [
      ...[
        ['sample', 'latest', '--length', '5'],
        ['inspect', start],
        ['eval', 'latest', 'book.txt'],
      ],
      ...[
        ['runs', 'show', start],
        ['runs', 'best', 'latest'],
        ['runs', 'plot', 'latest'],
      ],
      ...[
        ['runs', 'compare', 'latest', start],
        ['code', 'latest'],
        ['train', '--resume', start],
      ],
      ...[
        ['train', 'book.txt', '--init-from', 'latest', '--epochs', '0'],
        ['runs', 'rm', basename(run)],
      ],
    ]) {
      const { status, stderr } = await here.run([...words, '--runs', 'elsewhere']);
      expect([status, stderr], words.join(' ')).toEqual([0, expect.not.stringContaining('error')]);
    }
    expect(here.files('elsewhere')).not.toContain(basename(run));
  });

  it('that is called so has to be the only one, and to be there', async () => {
    mkdirSync(join(here.folder, 'runs'));
    expect((await here.fail(['runs', 'show', 'latest'])).stderr).toContain('there is no run in runs');
    for (const name of ['one', 'other', 'one-2']) {
      RunFolder.create(join(here.folder, 'runs', name), {
        started: name === 'one' ? '2026' : '2025',
      }).close();
    }
    const { status, stderr } = await here.fail(['runs', 'show', 'o']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('3 runs start with o')]);
    expect(stderr).toContain(
      `${join('runs', 'one')}, ${join('runs', 'one-2')}, ${join('runs', 'other')}: say more of the name`,
    );
    expect((await here.run(['runs', 'show', 'latest'])).stdout).toContain(join('runs', 'one'));
    expect((await here.run(['runs', 'show', 'one', '--json'])).stdout).toContain('"2026"');
    expect((await here.run(['runs', 'show', 'runs/ot'])).stdout).toContain(join('runs', 'other'));
    expect((await here.fail(['sample', 'x'])).stderr).toContain('cannot read x: it does not exist');
  });
});
