import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ValueError } from '../../src/errors.js';
import {
  generate,
  type LanguageModel,
  manualSeed,
  nn,
  tensor,
  trainSentence,
  Vocabulary,
} from '../../src/index.js';
import { toJavaScript, type JavaScriptOptions } from '../../src/interop/javascript/module.js';
import type { AnyModel } from '../../src/interop/models.js';
import { codeOf, type Part } from '../../src/interop/javascript/parts.js';
import type { Classifying } from '../../src/interop/javascript/runtime/classifier.js';
import type { Forecasting } from '../../src/interop/javascript/runtime/forecaster.js';
import type { Language, State } from '../../src/interop/javascript/runtime/language.js';
import { reader, reluWriter, ROWS, seer, TEXT, translator, writer } from './models.js';

type Exports = Language & Classifying & Forecasting & { meta: Record<string, unknown> };

/** What a model's module exports. */
async function exported(model: AnyModel, options?: JavaScriptOptions): Promise<Exports> {
  const { code } = await toJavaScript(model, options);
  return (await import(
    /* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`
  )) as Exports;
}

/** What the compiler says of a program among files. */
function problems(files: Readonly<Record<string, string>>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'unrolled-types-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const names = Object.keys(files).map((name) => join(folder, name));
    const moduleResolution = ts.ModuleResolutionKind.Bundler;
    const options = {
      ...{
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        lib: ['lib.es2020.d.ts'],
        types: [],
        moduleResolution,
      },
      module: ts.ModuleKind.ES2020,
    };
    return ts
      .getPreEmitDiagnostics(ts.createProgram(names, options))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const CELLS = ['rnn', 'lstm', 'gru', 'mingru'] as const;
const BETWEEN = (['relu', 'tanh', 'sigmoid'] as const).map((activation, i) => ({ size: 7 + i, activation }));
/** All units of the vocabulary in an order by no rule. */
const path = (model: LanguageModel, steps: number): number[] =>
  Array.from({ length: steps }, (_, t) => (t * t + 3 * t) % model.vocabulary.size);

/** The largest difference of logits on a path of units. */
function farthest(model: LanguageModel, { next }: Exports, steps: number): number {
  const indices = path(model, steps);
  const [logits] = model.eval().forward(tensor([indices]));
  const wanted = logits.tolist<number[][][]>()[0];
  let state: State | null = null;
  return indices.reduce((most, index, t) => {
    const step = next(state, index);
    state = step.state;
    return wanted[t].reduce((far, value, k) => Math.max(far, Math.abs(value - step.logits[k])), most);
  }, 0);
}

describe('a language model as a JavaScript module', () => {
  const models: readonly (readonly [string, () => LanguageModel])[] = [
    ...CELLS.map((cell) => [cell, () => writer({ cell, hiddenSize: 18, numLayers: 2 })] as const),
    ['relu', reluWriter],
    ['no head', () => writer({ cell: 'gru' })],
    ['an embedding', () => writer({ cell: 'lstm', hiddenSize: 9, embeddingSize: 6 })],
    ['tied weights', () => writer({ cell: 'gru', hiddenSize: 6, embeddingSize: 6, tieWeights: true })],
    ['linear layers before the head', () => writer({ cell: 'lstm', hiddenSize: 9, between: BETWEEN })],
  ];
  it.each(models)('says what the model says for 1,000 steps: %s', async (_, make) => {
    const model = make();
    const module = await exported(model);
    expect(farthest(model, module, 1000)).toBeLessThan(1e-6);
    const said = [...module.sample({ prompt: 'the cat', length: 100, temperature: 0 })].join('');
    expect(`the cat${said}`).toBe(generate(model, { prompt: 'the cat', length: 100, temperature: 0 }));
  });

  it('leaves a state as it was, to go on from it twice', async () => {
    const { next } = await exported(writer({ cell: 'lstm', hiddenSize: 8 }));
    const { state } = next(null, 't');
    expect(next(state, 'h').logits).toEqual(next(state, 'h').logits);
  });

  it.each([
    ['char', 'the cat 고양이', /unknown: q/],
    ['word', 'the cat sat', /unknown: q/],
    ['jamo', '고양이가 매트', /unknown: q/],
    ['byte', 'cat 고양이', null],
  ] as const)('cuts and joins text by %s as the model does', async (unit, prompt, unknown) => {
    const model = writer({ cell: 'gru', hiddenSize: 16 }, Vocabulary.from(TEXT, { unit }));
    const { sample } = await exported(model);
    for (const seed of [1, 2, 3]) {
      manualSeed(seed);
      const said = [...sample({ prompt, length: 40, temperature: 0 })].join('');
      expect(model.vocabulary.decode(model.vocabulary.encode(prompt)) + said).toBe(
        generate(model, { prompt, length: 40, temperature: 0 }),
      );
    }
    if (unknown !== null) expect(() => [...sample({ prompt: 'q', length: 1 })]).toThrow(unknown);
  });

  it.each(['skip', 'unk'] as const)('reads unknown units as the model does: %s', async (unknown) => {
    const model = writer({ cell: 'gru', hiddenSize: 16 }, Vocabulary.from(TEXT, { unknown }));
    const { sample } = await exported(model);
    const wanted = generate(model, { prompt: 'the qqq cat', length: 30, temperature: 0 });
    const said = [...sample({ prompt: 'the qqq cat', length: 30, temperature: 0 })].join('');
    expect(wanted.endsWith(said)).toBe(true);
  });

  it('draws as likely as the model says', async () => {
    const { sample } = await exported(writer({ cell: 'rnn', hiddenSize: 8 }, Vocabulary.from('ab')));
    const { next } = await exported(writer({ cell: 'rnn', hiddenSize: 8 }, Vocabulary.from('ab')));
    const [a, b] = next(null, 'a').logits;
    const share = Math.exp(a) / (Math.exp(a) + Math.exp(b));
    const first = (dice: number): string =>
      [...sample({ prompt: 'a', length: 1, random: () => dice })].join('');
    expect(first(share - 1e-6)).toBe('a');
    expect(first(share + 1e-6)).toBe('b');
    expect([...sample({ length: 12 })].join('')).toMatch(/^[ab]{12}$/);
  });
});

describe('weights of 8 bits', () => {
  it.each(['lstm', 'gru'] as const)('choose the same letter in 98 of 100 places: %s', async (cell) => {
    const text =
      'if you want to build a ship, do not drum up people to collect wood, teach them to long for the sea. ';
    const model = writer({ cell, hiddenSize: 48 }, Vocabulary.from(text));
    for (const { type } of trainSentence(model, text, { epochs: 40, lr: 0.02, seed: 1 }))
      expect(type).toBeTruthy();
    const { next } = await exported(model, { weights: 'int8' });
    const indices = Array.from(model.vocabulary.encode(text.repeat(10)));
    const [logits] = model.eval().forward(tensor([indices]));
    const wanted = logits.argmax(2).tolist<number[][]>()[0];
    let state: State | null = null;
    const same = indices.filter((index, t) => {
      const step = next(state, index);
      state = step.state;
      return step.logits.indexOf(step.logits.reduce((a, b) => Math.max(a, b))) === wanted[t];
    });
    expect(same.length / indices.length).toBeGreaterThanOrEqual(0.98);
  });

  it('are taken where float32 came to more than 256 KB, which is said, and take a quarter', async () => {
    const [small, large] = [
      writer({ cell: 'lstm', hiddenSize: 32 }),
      writer({ cell: 'lstm', hiddenSize: 160 }),
    ];
    expect(await toJavaScript(small)).toMatchObject({ weights: 'float32', notes: [] });
    const { weights, notes, code } = await toJavaScript(large);
    expect([weights, notes[0], notes[1]]).toEqual([
      'int8',
      expect.stringMatching(/8 bits/),
      expect.stringMatching(/160 hidden/),
    ]);
    const whole = await toJavaScript(large, { weights: 'float32' });
    expect(code.length / whole.code.length).toBeLessThan(0.3);
    expect(whole.code).toContain('in float32');
  });
});

describe('the module', () => {
  const lesson = () => writer({ cell: 'rnn' }, Vocabulary.from('if you want you'));

  it('has at most 4 KB for the lesson, 2 KB for a cell, 4 KB for all of them', async () => {
    expect((await toJavaScript(lesson())).code.length).toBeLessThanOrEqual(4096);
    const cells = ['elman', 'lstm', 'gru', 'min-gru'].map((cell) => `runtime/cells/${cell}` as Part);
    const rest: readonly Part[] = ['runtime/layers', 'runtime/read-float32', 'runtime/units/code-points'];
    for (const cell of cells) {
      for (const task of ['runtime/language', 'runtime/classifier'] as const)
        expect(codeOf([cell, task, ...rest]).length, cell).toBeLessThanOrEqual(2048);
    }
    const tasks: readonly Part[] = ['runtime/language', 'runtime/classifier', 'runtime/forecaster'];
    expect(codeOf([...cells, 'runtime/cells/relu', ...tasks, ...rest]).length).toBeLessThanOrEqual(4096);
  });

  it('says what it is, and needs nothing that a strict policy or an old browser lacks', async () => {
    for (const model of [lesson(), reader({}), seer()]) {
      const { code } = await toJavaScript(model);
      expect(code).toMatch(
        /^\/\/ .*parameters in float32\n\/\/ made by unrolled \d.*\n\/\/ [0-9a-f]{64}\n\/\/ \d+ KB/,
      );
      expect(code).not.toMatch(
        /\beval\b|new Function|WebAssembly|\bBuffer|process|import |require|\?\?|\?\.[a-z]/,
      );
    }
  });

  it('is the same each time', async () => {
    expect(await toJavaScript(seer())).toEqual(await toJavaScript(seer()));
  });

  it('refuses what it cannot hold', async () => {
    await expect(toJavaScript(translator())).rejects.toThrow(/translator/);
    const broken = lesson();
    nn.init.constant_(broken.rnn.weight_hh_l0, NaN);
    await expect(toJavaScript(broken)).rejects.toThrow(ValueError);
    const projecting = Object.assign(writer({ cell: 'lstm', hiddenSize: 8 }), {
      rnn: new nn.LSTM(TEXT.length, 8, { projSize: 4 }),
    });
    await expect(toJavaScript(projecting)).rejects.toThrow(/projection/);
  });

  it('has types that a program with it is checked by', async () => {
    const typesOf = async (model: AnyModel) => (await toJavaScript(model)).types;
    const uses = `import { meta, next, sample, type State } from './writer.js';
import { classify } from './reader.js';
import { forecast, meta as about } from './seer.js';
const kind: 'language-model' = meta.kind;
let state: State | null = null;
for (const text of sample({ prompt: meta.units[0], temperature: 0 })) state = next(state, text).state;
const labels: string[] = classify('a text').map(({ label }) => label);
const ends: number[] = forecast([[1, 2]]).map(([y], step) => y + (about.interval?.upper[step][0] ?? 0));
// @ts-expect-error
sample({ promt: 'if' });
export { ends, kind, labels };`;
    const declarations = {
      'writer.d.ts': await typesOf(lesson()),
      'reader.d.ts': await typesOf(reader({})),
      'seer.d.ts': await typesOf(seer()),
    };
    expect(problems({ ...declarations, 'uses.ts': uses })).toEqual([]);
  });
});

describe('a classifier as a JavaScript module', () => {
  it.each([...CELLS.flatMap((cell) => [{ cell }, { cell, bidirectional: true, numLayers: 2 }])])(
    'judges as the model does: %o',
    async (options) => {
      const model = reader(options);
      const { classify } = await exported(model);
      for (const text of ['the cat', 'm', '고양이 q sat', TEXT.repeat(20)]) {
        const [wanted, found] = [model.predict(text), classify(text)];
        expect(found.map(({ label }) => label)).toEqual(wanted.map(({ label }) => label));
        found.forEach(({ probability }, i) => {
          expect(probability).toBeCloseTo(wanted[i].probability, 6);
        });
      }
      expect(() => classify('qqq')).toThrow(/known/);
    },
  );
});

describe('a forecaster as a JavaScript module', () => {
  it.each(CELLS)('looks ahead as the model does: %s', async (cell) => {
    const model = seer({ cell, numLayers: 2, targets: ['day', 'y'], residuals: null });
    const { forecast, meta } = await exported(model);
    const wanted = model.predict(ROWS.slice(-12));
    forecast(ROWS).forEach((row, step) => {
      row.forEach((value, k) => {
        expect(value).toBeCloseTo(wanted[step][k], 5);
      });
    });
    expect(meta).toMatchObject({ kind: 'forecaster', window: 12, targets: ['day', 'y'], interval: null });
    expect(() => forecast(ROWS.slice(0, 5))).toThrow('12 rows of 2');
  });

  it('says in which interval the truth lies', async () => {
    const { meta } = await exported(seer());
    // Of the errors -2, -1, 0, 1, 2 the quantiles 0.05 and 0.95 are -1.8 and 1.8.
    const { level, lower, upper } = meta.interval as { level: number; lower: number[][]; upper: number[][] };
    expect([level, lower[0][0], upper[0][0]].map((x) => Number(x.toFixed(6)))).toEqual([0.9, -1.8, 1.8]);
  });
});
