import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  arraysIn,
  decodeNpz,
  decodePyTorch,
  decodeSafetensors,
  entryOf,
  type SafetensorsEntry,
  tensor,
  Vocabulary,
} from '../../../src/index.js';
import type { AnyModel } from '../../../src/interop/models.js';
import { reader, ROWS, seer, TEXT, translator, writer } from '../../interop/models.js';
import { printedByPython, PYTHON } from '../../pytorch.js';
import { Here } from '../here.js';

const here = new Here();

const MODELS = {
  'one-hot': writer({ cell: 'rnn' }),
  'tied words': writer(
    { cell: 'gru', hiddenSize: 6, embeddingSize: 6, tieWeights: true, numLayers: 2 },
    Vocabulary.from(TEXT, { unit: 'word', unknown: 'unk' }),
  ),
  'jamo of minGRU': writer(
    { cell: 'mingru', hiddenSize: 8, embeddingSize: 5, numLayers: 2 },
    Vocabulary.from(TEXT, { unit: 'jamo' }),
  ),
  bytes: writer({ cell: 'lstm', hiddenSize: 8 }, Vocabulary.from(TEXT, { unit: 'byte' })),
  between: writer({ cell: 'lstm', hiddenSize: 8, between: [{ size: 5, activation: 'relu' }] }),
  classifier: reader({ cell: 'lstm', bidirectional: true, numLayers: 2 }),
  'classifier of minGRU': reader({ cell: 'mingru', bidirectional: true, numLayers: 2 }),
  forecaster: seer({ targets: ['day', 'y'], residuals: null }),
  translator: translator({ cell: 'lstm', numLayers: 2 }),
  'translator of minGRU': translator({ cell: 'mingru' }),
} as const satisfies Record<string, AnyModel>;

const plain = (entries: Iterable<readonly [string, SafetensorsEntry]>): unknown =>
  Object.fromEntries(
    Array.from(entries, ([name, { dtype, shape, bytes }]) => [name, [dtype, shape, [...bytes]]]),
  );

describe('unrolled export', () => {
  it.each(Object.entries(MODELS))('gives all numbers back, bit for bit: %s', async (_, model) => {
    here.write('m.safetensors', model.save());
    const wanted = plain(Array.from(model.stateDict(), ([name, x]) => [name, entryOf(x)] as const));
    for (const to of ['pt', 'npz', 'safetensors']) {
      const { status, stderr } = await here.run([
        'export',
        'm.safetensors',
        '--to',
        to,
        '--out',
        `out.${to}`,
      ]);
      expect([status, stderr]).toEqual([0, '']);
    }
    const pickled = arraysIn(await decodePyTorch(here.bytes('out.pt')));
    expect(plain(pickled.map(({ path, array }) => [path.join('.'), array.entry]))).toEqual(wanted);
    expect(plain(await decodeNpz(here.bytes('out.npz')))).toEqual(wanted);
    expect(plain(decodeSafetensors(here.bytes('out.safetensors')).tensors)).toEqual(wanted);
  });

  it('writes what stands beside: types, a program, both halves of a translator', async () => {
    here.write('m.safetensors', MODELS['one-hot'].save());
    here.write('t.safetensors', translator().save());
    for (const to of ['js', 'html', 'pt', 'onnx']) await here.run(['export', 'm.safetensors', '--to', to]);
    await here.run(['export', 't.safetensors', '--to', 'onnx']);
    expect(here.files()).toEqual([
      ...['m.d.ts', 'm.html', 'm.js', 'm.onnx', 'm.pt', 'm.py', 'm.safetensors'],
      ...['t.decoder.onnx', 't.encoder.onnx', 't.safetensors'],
    ]);
    const { stdout } = await here.run([
      'export',
      'm.safetensors',
      '--to',
      'js',
      '--weights',
      'int8',
      '--json',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'export',
      to: 'js',
      notes: [expect.stringMatching(/8 bits/)],
    });
  });

  it.each([
    ['no target', ['m.safetensors'], /say what it shall be: --to pt, safetensors/],
    ['rounding where there is none', ['m.safetensors', '--to', 'pt', '--weights', 'int8'], /js and html/],
    ['itself', ['m.safetensors', '--to', 'safetensors'], /--out weights.safetensors/],
    ['a translator as JavaScript', ['t.safetensors', '--to', 'js'], /translator/],
    ['minGRU as ONNX', ['g.safetensors', '--to', 'onnx'], /minGRU|MinGRU/],
  ])('refuses %s', async (_, words, problem) => {
    here.write('m.safetensors', MODELS['one-hot'].save());
    here.write('t.safetensors', translator().save());
    here.write('g.safetensors', MODELS['jamo of minGRU'].save());
    expect((await here.fail(['export', ...words])).stderr).toMatch(problem);
  });
});

/** What a program of ours gives, and the line of Python that asks the other for the same. */
function asked(model: AnyModel): { readonly ours: unknown; readonly python: string } {
  if ('targets' in model)
    return { ours: model.predict(ROWS.slice(-12)), python: `m.forecast(${JSON.stringify(ROWS)})` };
  if ('labels' in model) {
    const labels = model.predict('the cat 고양이').map(({ label, probability }) => [label, probability]);
    return { ours: labels, python: 'm.predict("the cat 고양이")' };
  }
  if ('source' in model) return { ours: model.translate('the cat', {}), python: 'm.translate("the cat")' };
  const indices = Array.from(model.vocabulary.encode('the cat 고양이'));
  const [logits] = model.eval().forward(tensor([indices]));
  const python =
    '[m.encode("the cat 고양이"), m.model(m.torch.tensor([m.encode("the cat 고양이")]))[0][0].tolist()]';
  return { ours: [indices, logits.tolist<number[][][]>()[0]], python };
}

describe.skipIf(PYTHON === undefined)('the PyTorch program, in PyTorch itself', () => {
  it('loads every model strictly and gives the same numbers', async () => {
    const wanted = Object.values(MODELS).map(asked);
    for (const [i, model] of Object.values(MODELS).entries()) {
      here.write(`m${i}.safetensors`, model.save());
      expect(await here.run(['export', `m${i}.safetensors`, '--to', 'pt'])).toMatchObject({
        status: 0,
        stderr: '',
      });
    }
    const lines = wanted.map(({ python }, i) => `import m${i} as m; said.append(${python})`);
    const program = `import json, sys, torch; sys.path.insert(0, "."); torch.set_grad_enabled(False); said = []\n${lines.join('\n')}\nprint(json.dumps(said))`;
    const said = JSON.parse(printedByPython(program, join(here.folder))) as unknown[];
    wanted.forEach(({ ours }, i) => {
      expectSame(said[i], ours, Object.keys(MODELS)[i]);
    });
  }, 120_000);
});

/** The same words, and numbers to five places. */
function expectSame(found: unknown, wanted: unknown, what: string): void {
  if (typeof wanted === 'number') expect(found, what).toBeCloseTo(wanted, 5);
  else if (Array.isArray(wanted)) {
    expect(found, what).toHaveLength(wanted.length);
    wanted.forEach((one, i) => {
      expectSame((found as unknown[])[i], one, what);
    });
  } else expect(found, what).toBe(wanted);
}
