import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeSafetensors } from '../../../src/formats/safetensors.js';
import { goldenNetwork } from '../../interop/networks.js';
import { Here, jsonLines } from '../here.js';

const here = new Here();
const golden = (name: string): string => resolve(import.meta.dirname, '../../golden/networks', name);
const IMPORT = ['import', golden('checkpoint.pt'), '--out', 'model.safetensors'];
// Read before a test changes the folder.
const [forecaster, tagger] = (['forecaster', 'tagger'] as const).map((name) =>
  encodeSafetensors(goldenNetwork(name).state),
);

describe('unrolled inspect, of any file', () => {
  it('says what it is, the network, what the file does not say and what is missing', async () => {
    const { stdout, status } = await here.run(['inspect', golden('checkpoint.pt')]);
    expect(status).toBe(0);
    expect(stdout).toContain('a PyTorch file (zip, by torch 1.6 or later), 6.8 kB: 13 arrays, 383 numbers');
    expect(stdout).toContain('  lstm: LSTM 3→4, 2 layers\n  fc: Linear 4→5\n');
    expect(stdout).toContain('which activation, if any, stands between fc and output');
    expect(stdout).toContain('dictionary char2idx of 6: a b c d e f');
    expect(stdout).toMatch(
      /looks like a language model; to use it: unrolled import .*, with\n {2}the activation behind fc/,
    );
    expect(stdout).toMatch(/\nlstm.weight_hh_l1 +\(16, 4\) +F32 +64 +-0\.\d+ +0\.\d+/);
  });

  it('is one object for programs', async () => {
    const { stdout } = await here.run(['inspect', golden('whole.pt'), '--json']);
    const [file] = jsonLines<Record<string, unknown>>(stdout);
    expect(file).toMatchObject({
      type: 'file',
      kind: 'pytorch-zip',
      isChain: true,
      task: null,
      leftOver: [],
    });
    expect(file.layers).toContain('rnn: RNN 2→3, relu');
  });

  it.each([
    [
      'version https://git-lfs.github.com/spec/v1\nsize 30812345\n',
      'a Git LFS pointer to a file of 30.8 MB\n  fetch',
    ],
    ['<html>404</html>', 'an HTML page'],
    ['', 'an empty file'],
  ])('says what to do with a file without weights', async (contents, said) => {
    here.write('model.pth', contents);
    expect(await here.run(['inspect', 'model.pth'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(said) as string,
    });
  });

  it('says what is wrong with a broken one', async () => {
    here.write('model.pth', 'PK\u0003\u0004 cut');
    expect((await here.run(['inspect', 'model.pth'])).stdout).toContain(
      'a zip archive that is cut short or broken',
    );
    here.write('model.pkl', Uint8Array.of(0x80, 4, 0x7d));
    expect((await here.fail(['inspect', 'model.pkl'])).stderr).toContain(
      'model.pkl is a Python pickle, protocol 4, which cannot be used',
    );
  });
});

describe('unrolled import', () => {
  it('makes a language model that writes', async () => {
    const { stdout, status } = await here.run([...IMPORT, '--activation', 'relu']);
    expect(status).toBe(0);
    expect(stdout).toContain('language model, LSTM 2 x 4, 383 parameters');
    const { stdout: text } = await here.run([
      'sample',
      'model.safetensors',
      '--prompt',
      'ab',
      '--length',
      '6',
      '--seed',
      '1',
    ]);
    expect(text).toMatch(/^ab[a-f]{6}\n$/);
    expect((await here.run(['inspect', 'model.safetensors'])).stdout).toContain('6 units: a b c d e f');
  });

  it('says what is missing, by flag, and makes nothing', async () => {
    const { stderr, status } = await here.fail(IMPORT);
    expect(status).toBe(3);
    expect(stderr).toContain('--activation relu, tanh, sigmoid or none');
    expect((await here.fail(IMPORT.slice(0, 2))).stderr).toContain('--out model.safetensors');
    expect((await here.fail(['import', golden('whole.pt'), '--out', 'x'])).stderr).toContain(
      'an RNN with relu',
    );
  });

  it.each([
    ['characters', 'uvwxyz'],
    ['characters with escapes', '\\nvwxyz'],
    ['a list', '["<pad>", "v", "w", "x", "y", "z"]'],
    ['a dictionary', '{"u": 0, "v": 1, "w": 2, "x": 3, "y": 4, "z": 5}'],
    [
      'its inverse within something',
      '{"size": 6, "idx2char": {"0": "u", "1": "v", "2": "w", "3": "x", "4": "y", "5": "z"}}',
    ],
    ['a file of characters', 'file'],
    ['a file of lines', 'lines'],
  ])('takes a vocabulary as %s', async (_, vocab) => {
    here.write('file', 'uvwxyz\n');
    here.write('lines', 'u\nv\nw\nx\ny\nz\n');
    const { stderr, status } = await here.run([...IMPORT, '--activation', 'none', '--vocab', vocab]);
    expect([stderr.includes('error'), status]).toEqual([false, 0]);
    expect((await here.run(['inspect', 'model.safetensors'])).stdout).toMatch(/6 units: \S+ v w x y z\n/);
  });

  it('refuses a vocabulary of another size, and one whose order says nothing', async () => {
    const words = [...IMPORT, '--activation', 'none', '--vocab'];
    expect((await here.fail([...words, 'abc'])).stderr).toContain(
      'the model has 6 units and the vocabulary 3: 3 too few',
    );
    expect((await here.fail([...words, 'abcdea'])).stderr).toContain('names a character twice');
    expect((await here.fail([...words, '{"a": 1, "b": 7}'])).stderr).toContain(
      'no units with numbers from 0 on',
    );
  });

  it('makes a classifier', async () => {
    here.write('tagger.st', tagger);
    await here.run([
      'import',
      'tagger.st',
      '--vocab',
      'abcde',
      '--labels',
      'p,q,r',
      '--out',
      'model.safetensors',
    ]);
    expect((await here.run(['classify', 'model.safetensors', '--text', 'bec'])).stdout).toMatch(
      /^bec\t[pqr] /,
    );
  });

  it('makes a forecaster, with a scaler of scikit-learn', async () => {
    here.write('lstm.st', forecaster);
    const words = [
      'import',
      'lstm.st',
      '--out',
      'model.safetensors',
      '--columns',
      'a,b',
      '--targets',
      'b',
      '--window',
      '4',
    ];
    const scalers = [
      '{"mean": [1, 2], "scale": [3, 4]}',
      '{"data_min_": [0, 0], "data_max_": [1, 2]}',
      'none',
    ];
    here.write('table.csv', `a,b\n${Array.from({ length: 12 }, (_, i) => `${i},${i * i}`).join('\n')}\n`);
    for (const scaler of scalers) {
      expect((await here.run([...words, '--scaler', scaler])).status).toBe(0);
      const { stdout, status } = await here.run(['forecast', 'model.safetensors', 'table.csv']);
      expect([status, stdout.trim().split('\n').length]).toEqual([0, 4]);
    }
    expect((await here.fail([...words, '--scaler', '{"mean": [1], "std": [2]}'])).stderr).toContain(
      'for 1 columns',
    );
    expect((await here.fail(words)).stderr).toContain('--scaler FILE');
  });

  it('has nothing to do with models of ours', async () => {
    await here.run([...IMPORT, '--activation', 'relu']);
    const { stderr } = await here.fail(['import', 'model.safetensors', '--out', 'other']);
    expect(stderr).toContain('is a model of unrolled already');
  });
});
