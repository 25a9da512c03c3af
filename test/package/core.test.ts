import { execFileSync } from 'node:child_process';
import { execPath } from 'node:process';
import { describe, expect, it } from 'vitest';

/** What a program on the built package prints. */
const printed = (program: string): string =>
  execFileSync(execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }).trim();

describe('unrolled/core', () => {
  it('does everything without operations as methods', () => {
    const program = `
      import * as core from './dist/core.js';
      const { Classifier, Corpus, fit, Forecaster, forecast, generate, heldOutResiduals, LabelTask, LanguageModel, PairTask, Scaler,
        SeriesTask, TextTask, Translator, trainSentence, Vocabulary, beamSearch, sampleBatch, manualSeed } = core;
      const last = (events) => [...events].at(-1).type;
      manualSeed(0);
      const text = 'if you want you '.repeat(8);
      const vocabulary = Vocabulary.from(text);
      const done = [];
      for (const cell of core.CELLS) {
        const options = { cell, hiddenSize: 12, numLayers: 2, dropout: 0.1, embeddingSize: 12, tieWeights: true };
        const model = new LanguageModel(vocabulary, options);
        done.push(last(fit(new TextTask(model, Corpus.of(text, vocabulary), { validation: 0.2 }), { epochs: 1, schedule: 'plateau' })));
        const same = LanguageModel.load(model.save());
        generate(same, { prompt: 'if', length: 5, topK: 3, topP: 0.9, minP: 0.01, repetitionPenalty: 1.1 });
        sampleBatch(same, { prompts: ['i', 'yo'], length: 4 });
        beamSearch(same, { prompt: 'yo', length: 4, beams: 2 });
      }
      done.push(last(trainSentence(new LanguageModel(vocabulary), 'if you want you', { epochs: 3, lr: 0.1, seed: 0 })));
      const data = ['ab', 'ba', 'aab'].map((text) => ({ text, label: text[0] }));
      const letters = Vocabulary.from('ab');
      const classifier = new Classifier(letters, ['a', 'b'], { bidirectional: true });
      done.push(last(fit(new LabelTask(classifier, data), { epochs: 1 })));
      Classifier.load(classifier.save()).predict('ab');
      const pairs = data.map(({ text }) => ({ source: text, target: text }));
      const translator = new Translator(letters, letters, { cell: 'lstm', hiddenSize: 8, embeddingSize: 4 });
      done.push(last(fit(new PairTask(translator, pairs), { epochs: 1, optimizer: 'adamw' })));
      Translator.load(translator.save()).explain('ab');
      const series = { columns: ['y'], dates: null, values: [Float64Array.from({ length: 40 }, (_, i) => i % 5)] };
      const scaler = Scaler.fit(series.values, 'standard');
      const forecaster = new Forecaster({ columns: ['y'], targets: ['y'], window: 6, horizon: 2, scaler });
      done.push(last(fit(new SeriesTask(forecaster, series, series), { epochs: 1 })));
      forecaster.residuals = heldOutResiduals(forecaster, series);
      forecast(Forecaster.load(forecaster.save()), series, { horizon: 2 });
      console.log(done.join(), 'view' in core.Tensor.prototype, typeof core.view);`;
    expect(printed(program)).toBe(`${Array(8).fill('done').join()} false function`);
  });

  it('prints tensors, initialises by orthogonal matrices and zeroes gradients in place', () => {
    const program = `
      import { init, Linear, manualSeed, ones, SGD, zeros } from './dist/core.js';
      const layer = new Linear(2, 1);
      init.orthogonal_(layer.weight);
      layer.weight.grad = ones([1, 2]);
      new SGD(layer.parameters(), { lr: 0.1 }).zeroGrad({ setToNone: false });
      console.log(String(zeros([2])), String(layer.weight.grad));`;
    expect(printed(program)).toBe('tensor([0., 0.]) tensor([[0., 0.]])');
  });

  it.each(['nn', 'optim', 'formats', 'models', 'training', 'generation', 'interop', 'evaluation'])(
    'is the exception: unrolled/%s brings the methods',
    (name) => {
      const program = `
        import 'unrolled/${name}';
        import { Tensor } from 'unrolled/core';
        console.log('view' in Tensor.prototype);`;
      expect(printed(program)).toBe('true');
    },
  );
});
