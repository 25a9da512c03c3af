import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BOOK, Here, jsonLines, QUICK } from '../here.js';

const here = new Here();

describe('unrolled train FILE, unrolled sample', () => {
  it('saves the run, and lets its model write', async () => {
    here.write('book.txt', BOOK);
    const { status, stdout, stderr } = await here.run(['train', 'book.txt', ...QUICK]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^epoch 1\/1 {2}loss \d\.\d{4} {2}val \d\.\d{4} ✓/);
    const run = here.onlyRun();
    expect(run).toMatch(/^runs.\d{8}-\d{6}-book$/);
    expect(stderr).toContain(`saved ${run}`);
    expect(here.files(run).sort()).toEqual([
      ...['best.safetensors', 'config.json', 'events.jsonl', 'model.safetensors', 'state.safetensors'],
    ]);
    const sample = ['sample', run, '--prompt', 'the', '--length', '20', '--seed', '1'];
    const text = (await here.run(sample)).stdout;
    expect(text).toMatch(/^the[thecasonm. ]{20}\n$/);
    expect((await here.run(sample)).stdout).toBe(text);
  });

  it('saves the model where it is told, too', async () => {
    here.write('book.txt', BOOK);
    await here.run(['train', 'book.txt', ...QUICK, '--out', 'book.safetensors']);
    expect(here.files().sort()).toEqual(['book.safetensors', 'book.txt', 'runs']);
    const best = here.bytes(here.onlyRun(), 'best.safetensors');
    expect(here.bytes('book.safetensors')).toEqual(best);
  });

  it('learns by jamo, words and bytes', async () => {
    here.write('book.txt', '안녕하세요 세계, 안녕하세요 여러분. '.repeat(30));
    for (const tokens of ['jamo', 'word', 'byte']) {
      const run = ['train', 'book.txt', ...QUICK, '--tokens', tokens, '--out', `${tokens}.safetensors`];
      expect((await here.run(run)).status).toBe(0);
      const sample = ['sample', `${tokens}.safetensors`, '--prompt', '안녕', '--length', '9', '--seed', '0'];
      const { status, stdout, stderr } = await here.run(sample);
      expect([status, stderr]).toEqual(tokens === 'word' ? [3, stderr] : [0, '']);
      expect(stdout.startsWith(tokens === 'word' ? '' : '안녕')).toBe(true);
    }
  });

  it('says that a short text makes small batches', async () => {
    here.write('book.txt', 'the cat sat on the mat');
    expect((await here.run(['train', 'book.txt', ...QUICK])).stderr).toContain(
      'note: the text is short: 1 streams of 19 characters',
    );
  });

  it('starts from another model, and keeps its units', async () => {
    here.write('book.txt', BOOK);
    here.write('more.txt', 'the moon sat on the oat. '.repeat(40));
    here.write('other.txt', 'the zoo. '.repeat(40));
    await here.run(['train', 'book.txt', ...QUICK, '--out', 'book.safetensors']);
    const quick = ['--epochs', '1', '--batch', '4', '--init-from', 'book.safetensors'];
    const { status, stdout } = await here.run(['train', 'more.txt', ...quick, '--json']);
    expect(status).toBe(0);
    expect((jsonLines(stdout)[0] as unknown as { vocabulary: string[] }).vocabulary.join('')).toBe(
      'the casonm.',
    );
    expect((await here.run(['train', 'other.txt', ...quick])).stderr).toContain(
      "the vocabulary lacks: 'z' (position 5",
    );
    expect((await here.run(['train', 'other.txt', ...quick, '--unknown', 'skip'])).status).toBe(0);
    expect((await here.run(['train', 'more.txt', ...quick, '--hidden', '9'])).stderr).toContain(
      'the model in book.safetensors has hidden 8, not 9',
    );
  });

  it('goes on with a run, also for more epochs, and is the run that never stopped', async () => {
    here.write('book.txt', BOOK);
    const quick = ['--hidden', '8', '--batch', '4', '--dropout', '0.2', '--json'];
    const whole = jsonLines(
      (await here.run(['train', 'book.txt', ...quick, '--epochs', '4', '--runs', 'whole'])).stdout,
    );
    await here.run(['train', 'book.txt', ...quick, '--epochs', '2']);
    const run = here.onlyRun();
    const { status, stdout } = await here.run(['train', '--resume', run, '--epochs', '4', '--json']);
    expect(status).toBe(0);
    const epochs = (all: typeof whole) => all.filter(({ type }) => type === 'epoch');
    expect(epochs(jsonLines(stdout))).toEqual(epochs(whole));
    const [wholeRun] = here.files('whole');
    for (const file of ['model.safetensors', 'best.safetensors']) {
      const [one, other] = [join(run, file), join('whole', wholeRun, file)].map((path) => here.bytes(path));
      expect(one.equals(other), file).toBe(true);
    }
    const kept = jsonLines(here.read(run, 'events.jsonl')).map(({ type }) => type);
    expect(kept.filter((type) => type !== 'progress' && type !== 'sample')).toEqual([
      'start',
      'epoch',
      'epoch',
      'epoch',
      'epoch',
      'done',
    ]);
  });

  it('does not go on with another run than it was', async () => {
    here.write('book.txt', BOOK);
    await here.run(['train', 'book.txt', ...QUICK]);
    const run = here.onlyRun();
    const other = await here.run(['train', '--resume', run, '--hidden', '9']);
    expect([other.status, other.stderr]).toEqual([
      2,
      expect.stringContaining('the run was started with hidden 8, not 9') as string,
    ]);
    here.write('book.txt', `${BOOK}!`);
    const changed = await here.run(['train', '--resume', run]);
    expect([changed.status, changed.stderr]).toEqual([
      3,
      expect.stringContaining(`is not what the run in ${run} learns`) as string,
    ]);
    expect((await here.run(['train', '--resume', '.'])).stderr).toContain(
      '. is not the folder of a run: it has no config.json',
    );
  });

  it('takes settings from a config file and the environment, and says where each came from', async () => {
    here.write('unrolled.config.json', JSON.stringify({ train: { hidden: 16, epochs: 3 } }));
    const args = ['train', 'book.txt', '--epochs', '1', '--print-config', '--json'];
    const { stdout, stderr } = await here.run(args, { env: { UNROLLED_LAYERS: '3' } });
    const { settings } = JSON.parse(stdout || stderr) as {
      settings: { name: string; value: unknown; source: string }[];
    };
    const shown = Object.fromEntries(settings.map(({ name, value, source }) => [name, [value, source]]));
    expect(shown).toMatchObject({
      ...{ epochs: [1, 'flag'], layers: [3, 'environment'], hidden: [16, 'config'], cell: [null, 'default'] },
    });
  });
});

describe('a text that is being learnt', () => {
  it('shows what the model writes after each epoch, which changes nothing', async () => {
    here.write('book.txt', BOOK);
    const run = async (...args: string[]): Promise<string> => {
      const { stdout } = await here.run(['train', 'book.txt', ...QUICK, '--epochs', '2', '--json', ...args]);
      return stdout;
    };
    const samples = jsonLines(await run('--sample', '12', '--out', 'a.safetensors')).filter(
      ({ type }) => type === 'sample',
    );
    expect(samples).toHaveLength(2);
    for (const sample of samples)
      expect(sample).toMatchObject({ text: expect.stringMatching(/^[^]{12}$/) as unknown });
    expect(await run('--sample', '0', '--out', 'b.safetensors')).not.toContain('"sample"');
    const [a, b] = ['a', 'b'].map((name) => here.bytes(`${name}.safetensors`));
    expect(a.equals(b)).toBe(true);
  });
});

describe('words as vectors', () => {
  it('are learnt, and shared with the linear layer on request', async () => {
    here.write('book.txt', BOOK);
    const args = [
      'train',
      'book.txt',
      ...QUICK,
      '--tokens',
      'word',
      '--tie-weights',
      '--out',
      'm.safetensors',
    ];
    expect((await here.run([...args, '--plot', '--epochs', '3'])).stdout).toMatch(
      /epoch 3\/3[\s\S]*training/,
    );
    expect((await here.run(['inspect', 'm.safetensors'])).stdout).toMatch(/embedding.weight +\(\d+, 8\)/);
    expect((await here.run(['sample', 'm.safetensors', '--prompt', 'the cat', '--length', '4'])).status).toBe(
      0,
    );
    expect((await here.run(['code', 'm.safetensors', '--to', 'ts'])).stdout).toContain('LanguageModel.load');
    expect((await here.run(['code', 'm.safetensors'])).stdout).toContain('nn.Embedding');
  });
});

describe('a run that goes on', () => {
  it('counts to the epochs it goes on to, and remembers them', async () => {
    here.write('book.txt', BOOK);
    await here.run(['train', 'book.txt', ...QUICK, '--epochs', '2', '--lr', '0.01']);
    const more = await here.run(['train', '--resume', 'latest', '--epochs', '4', '--lr', '0.001']);
    expect(more.stdout.match(/epoch \d\/\d/g)).toEqual(['epoch 1/4', 'epoch 2/4', 'epoch 3/4', 'epoch 4/4']);
    expect((await here.run(['runs', 'ls'])).stdout).toMatch(/4\/4/);
    const again = await here.run(['train', '--resume', 'latest', '--json']);
    const told = jsonLines<{ type: string; epochs?: number; lr?: number }>(again.stdout);
    expect(told[0]).toMatchObject({ type: 'start', epochs: 4 });
    expect(told.filter(({ type }) => type === 'epoch').map(({ lr }) => lr)).toEqual([
      0.01, 0.01, 0.001, 0.001,
    ]);
    expect(told.at(-2)).toMatchObject({ type: 'done', epochs: 4 });
    // How it is shown is a matter of each call.
    expect(JSON.parse(here.read(here.onlyRun(), 'config.json'))).toMatchObject({
      settings: { epochs: 4, lr: 0.001, json: false },
    });
  });
});

describe('no epochs', () => {
  it.each([
    ['a text', 'book.txt', BOOK],
    ['labels', 'a.csv', 'text,label\nab,1\nba,1\naa,2\nbb,2\n'],
    ['pairs', 'a.tsv', 'a\tb\nb\ta\n'],
  ])('leave the model of %s as it began', async (_, file, contents) => {
    here.write(file, contents);
    const args = ['train', file, '--hidden', '4', '--epochs', '0', '--out', 'm.safetensors'];
    const { status, stdout, stderr } = await here.run(args);
    expect([status, stdout]).toEqual([0, '']);
    expect(stderr).toContain('no epochs: nothing was learnt');
    expect(stderr).not.toMatch(/NaN|held out are right/);
    expect((await here.run(['inspect', 'm.safetensors'])).status).toBe(0);
    expect((await here.run(['inspect', 'latest'])).status).toBe(0);
    const resumed = await here.run(['train', '--resume', 'latest', '--epochs', '1', '--json']);
    expect(resumed.status).toBe(0);
    expect(jsonLines(resumed.stdout).map(({ type }) => type)).toContain('epoch');
    expect(jsonLines((await here.run([...args, '--json'])).stdout).at(-2)).toMatchObject({
      type: 'done',
      loss: null,
    });
  });
});

describe('what comes by a pipe', () => {
  it.each([
    ['a text', BOOK, [], 'characters'],
    ['labels', 'text,label\nab,1\nba,1\naa,2\nbb,2\n', ['--task', 'classify'], 'texts'],
    ['labels as JSON', '{"a":"ab","label":1}\n{"a":"b","label":2}\n', ['--task', 'classify'], 'texts'],
    ['pairs', 'a\tb\nb\ta\n', ['--task', 'translate'], 'pairs'],
    [
      'a table',
      `a\n${Array.from({ length: 60 }, (_, i) => `${i % 7}\n`).join('')}`,
      ['--target', 'a'],
      'windows',
    ],
  ])('is learnt as %s, and kept with the run', async (_, input, task, unit) => {
    const first = await here.run(['train', '-', ...QUICK, ...task], { input });
    expect([first.status, first.stderr]).toEqual([0, expect.stringContaining(unit)]);
    expect(here.files()).toEqual(['runs']);
    const run = here.onlyRun();
    expect(run).toMatch(/-input$/);
    expect(here.read(run, 'input')).toBe(input);
    const more = await here.run(['train', '--resume', run, '--epochs', '2']);
    expect([more.status, more.stdout]).toEqual([0, expect.stringContaining('epoch 2/2')]);
  });

  it('may be empty, which is an error', async () => {
    const { status, stderr } = await here.fail(['train', '-']);
    expect([status, stderr]).toEqual([3, expect.stringMatching(/error\[E_VALUE\]: \S*input is empty/)]);
  });
});

describe('several texts', () => {
  it('are one, put together by a pipe', async () => {
    here.write('a.txt', BOOK);
    here.write('b.txt', BOOK);
    const { status, stderr } = await here.fail(['train', 'a.txt', 'b.txt', '--task', 'text']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('cat a.txt b.txt | unrolled train -')]);
  });
});

describe('what a model writes', () => {
  const learnt = async (): Promise<void> => {
    here.write('book.txt', 'the cat\nsat on\n'.repeat(60));
    const args = [
      'train',
      'book.txt',
      '--hidden',
      '32',
      '--layers',
      '1',
      '--epochs',
      '30',
      '--batch',
      '4',
      '--lr',
      '0.02',
    ];
    expect((await here.run([...args, '--out', 'm.safetensors'])).status).toBe(0);
  };

  it('ends at a line end, and leaves out what the model does not know', async () => {
    await learnt();
    const sample = ['sample', 'm.safetensors', '--length', '50', '--temperature', '0', '--stop', '\\n'];
    expect((await here.run([...sample, '--prompt', 'the'])).stdout).toBe('the cat\n');
    const foreign = [...sample, '--prompt', 'thé'];
    expect((await here.fail(foreign)).stderr).toContain("lacks: 'é'");
    const { status, stdout } = await here.run([...foreign, '--unknown', 'skip']);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^thé/)]);
    expect((await here.run([...foreign, '--unknown', 'unk'])).stderr).toContain('has no <unk>');
    here.write('foreign.txt', 'thé cat');
    expect((await here.run(['eval', 'm.safetensors', 'foreign.txt'])).stderr).toContain("lacks: 'é'");
    expect((await here.run(['eval', 'm.safetensors', 'foreign.txt', '--unknown', 'skip'])).status).toBe(0);
  });
});
