import { describe, expect, it } from 'vitest';
import { Scaler } from '../../src/data/scaler.js';
import { FormatError, ShapeError, ValueError } from '../../src/errors.js';
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors.js';
import { Forecaster, type ForecasterOptions } from '../../src/models/forecaster.js';
import { LanguageModel } from '../../src/models/language-model.js';
import { Vocabulary } from '../../src/data/vocabulary.js';
import { manualSeed, tensor } from '../../src/tensor/index.js';

const rows = Array.from({ length: 30 }, (_, t) => [100 + 10 * Math.sin(t / 2), t]);
const scaler = Scaler.fit([rows.map(([y]) => y), rows.map(([, t]) => t)]);
const sizes: ForecasterOptions = {
  columns: ['y', 't'],
  targets: ['y'],
  window: 6,
  horizon: 3,
  scaler,
  hiddenSize: 8,
};

function modelOf(options: Partial<ForecasterOptions> = {}): Forecaster {
  manualSeed(0);
  return new Forecaster({ ...sizes, ...options });
}

describe('a forecaster', () => {
  it('gives (batch, horizon, targets)', () => {
    const x = tensor([rows.slice(0, 6), rows.slice(1, 7)], { dtype: 'float32' });
    expect(modelOf({ targets: ['y', 't'] }).forward(x).shape).toEqual([2, 3, 2]);
  });

  it("predicts in the data's units, which it scales by itself", () => {
    const model = modelOf();
    const scaled = rows.slice(0, 6).map((row) => scaler.transform(row));
    const raw = model.forward(tensor([scaled])).tolist<number[][][]>();
    expect(model.predict(rows.slice(0, 6))).toEqual(raw[0].map(([y]) => [scaler.inverse(y, 0)]));
    expect(() => model.predict(rows)).toThrow(ShapeError);
    expect(() => model.predict(rows.slice(0, 6).map(([y]) => [y]))).toThrow(ShapeError);
  });

  it('leaves dropout out when it predicts, and goes on learning after', () => {
    const model = modelOf({ numLayers: 2, dropout: 0.5 });
    expect(model.predict(rows.slice(0, 6))).toEqual(model.predict(rows.slice(0, 6)));
    expect(model.training).toBe(true);
  });

  it('is saved with all it needs', () => {
    const model = modelOf({ residuals: [[[1, -1]], [[2, -2]], [[3, -3]]] });
    const loaded = Forecaster.load(model.save());
    expect(loaded.predict(rows.slice(0, 6))).toEqual(model.predict(rows.slice(0, 6)));
    const { columns, targets, window, horizon, residuals } = loaded;
    expect({ columns, targets, window, horizon }).toMatchObject({
      columns: ['y', 't'],
      targets: ['y'],
      window: 6,
      horizon: 3,
    });
    expect(residuals).toEqual(model.residuals);
  });

  it.each<[string, Partial<ForecasterOptions>]>([
    ['a target that is no column', { targets: ['z'] }],
    ['no target', { targets: [] }],
    ['a window of 0', { window: 0 }],
    ['half a horizon', { horizon: 0.5 }],
    ['a scaler of other columns', { scaler: Scaler.fit([[1, 2]]) }],
    ['an unknown cell', { cell: 'elman' as 'rnn' }],
  ])('cannot have %s', (_, options) => {
    expect(() => modelOf(options)).toThrow(ValueError);
  });

  it('is not read from another model, a part of a file, or a description that does not fit', () => {
    const bytes = modelOf().save();
    expect(() => Forecaster.load(new LanguageModel(Vocabulary.from('ab')).save())).toThrow(
      'a language-model of version 1',
    );
    expect(() => Forecaster.load(bytes.slice(0, 100))).toThrow(FormatError);
    const { tensors, metadata } = decodeSafetensors(bytes);
    const description = JSON.parse(metadata.unrolled) as Record<string, unknown>;
    for (const change of [
      { horizon: 4 },
      { targets: ['z'] },
      { columns: 'y' },
      { hiddenSize: 9 },
      { scaler: {} },
      { residuals: ['x'] },
    ]) {
      const unrolled = JSON.stringify({ ...description, ...change });
      expect(
        () => Forecaster.load(encodeSafetensors([...tensors], { unrolled })),
        JSON.stringify(change),
      ).toThrow(FormatError);
    }
  });
});
