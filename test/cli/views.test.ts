import { describe, expect, it } from 'vitest';
import type { Terminal } from '../../src/cli/terminal.js';
import { withPlot } from '../../src/cli/views/plot.js';
import { sentenceView } from '../../src/cli/views/sentence.js';
import { textView } from '../../src/cli/views/text.js';
import { isShown, jsonView } from '../../src/cli/views/view.js';
import type { EpochEvent, RunEvent, StartEvent } from '../../src/training/events.js';

function screen(options: Partial<Terminal> = {}): Terminal & { text: () => string } {
  const written: string[] = [];
  const write = (text: string): void => void written.push(text);
  return { live: false, color: false, columns: 80, write, ...options, text: () => written.join('') };
}

const start: StartEvent = {
  ...{
    v: 1,
    type: 'start',
    unit: 'character',
    vocabulary: ['a', ' ', '\n'],
    epochs: 3,
    lr: 0.1,
    seed: 0,
    characters: 3,
  },
  model: { cell: 'rnn', inputSize: 3, hiddenSize: 3, numLayers: 1, head: false, parameters: 24 },
  ...{ input: [1, 2, 3], guess: Math.log(3), floor: 0.24 },
};

const epoch = (at: number, prediction: number[], correct: number): EpochEvent => ({
  ...{ v: 1, type: 'epoch', epoch: at, loss: 1 / (at + 1), gradNorm: 1, lr: 0.1, correct, total: 2 },
  ...{ prediction: [prediction], trueY: [[1, 0]] },
  predictionStr: [prediction.map((i) => start.vocabulary[i]).join('')],
});

const run: RunEvent[] = [
  start,
  epoch(0, [0, 2], 0),
  epoch(1, [1, 0], 2),
  epoch(2, [1, 1], 1),
  { v: 1, type: 'done', epochs: 3, loss: 1 / 3, seconds: 1, freeRun: ' a' },
];

function shown(events: RunEvent[], options: Partial<Terminal> = {}): string[] {
  const terminal = screen(options);
  events.forEach(sentenceView(terminal, 'a a'));
  return terminal.text().split('\n');
}

describe('a sentence for people', () => {
  it('says what goes in: sizes, dictionary and shapes', () => {
    const [first, dictionary, shapes] = shown(run);
    expect(first).toBe('“a a”   RNN 3→3, no linear layer, 24 parameters, Adam lr 0.1, 3 epochs, seed 0');
    expect(dictionary).toBe('dictionary  a:0 ␣:1 ⏎:2');
    expect(shapes).toContain('X (1, 2, 3) = (batch, step, feature)   Y (1, 2)   outputs (1, 2, 3)');
    expect(shapes).toContain('guess 1.0986   floor 0.2400');
  });

  it('has a line an epoch', () => {
    expect(shown(run).slice(4, 7)).toEqual([
      '  0  loss 1.0000    0/2  a⏎',
      '  1  loss 0.5000    2/2   a',
      '  2  loss 0.3333    1/2   ␣',
    ]);
  });

  it('marks wrong letters red and underlined, in colour only', () => {
    expect(shown(run, { color: true })[6]).toContain('\u001b[31m\u001b[4m␣');
    expect(shown(run).join('')).not.toContain('\u001b');
  });

  it('sums up when all was right, and what the model says by itself', () => {
    const end = shown(run).join('\n');
    expect(end).toContain('1.0000 → 0.3333');
    expect(end).toContain('all 2 right at epoch 1; at the end 1/2');
    expect(end).toContain('free run from “a”:  a');
  });

  it('says so if it never was, and if there was no epoch', () => {
    expect(shown([run[0], run[1], run[4]]).join('\n')).toContain('never all 2 right; at the end 0/2');
    expect(shown([run[0], run[4]]).join('\n')).toContain('nothing was learnt');
  });
});

describe('a file for people', () => {
  const events: RunEvent[] = [
    { ...start, characters: 1234, input: [4, 10, 3] },
    { ...{ v: 1, type: 'progress', epoch: 0, step: 5, steps: 10, loss: 1.5 }, charactersPerSecond: 65, secondsLeft: 65 }, // prettier-ignore
    { v: 1, type: 'epoch', epoch: 0, loss: 1.25, gradNorm: 1, lr: 0.1 },
    { v: 1, type: 'checkpoint', epoch: 0, path: 'book.safetensors' },
    { v: 1, type: 'done', epochs: 3, loss: 1.25, seconds: 3661 },
  ];
  const both = (live: boolean): [out: string, notes: string] => {
    const [out, notes] = [screen(), screen({ live })];
    events.forEach(textView(out, notes));
    return [out.text(), notes.text()];
  };

  it('keeps stdout to a line an epoch', () => {
    expect(both(false)[0]).toBe('epoch 1/3  loss 1.2500  ▁\n');
  });

  it('tells sizes, files and time on stderr', () => {
    const notes = both(false)[1];
    expect(notes).toContain('1.2k characters, 3 different');
    expect(notes).toContain('4 streams x 10 steps');
    expect(notes).toContain('saved book.safetensors');
    expect(notes).toContain('3 epochs in 1:01:01, loss 1.2500 nats a character');
  });

  it('redraws how far it is only where someone is watching', () => {
    expect(both(true)[1]).toContain('\r\u001b[Kepoch 1/3  50%  loss 1.5000  65 chars/s  1:05 left');
    expect(both(false)[1]).not.toContain('\r');
  });
});

describe('other things than texts', () => {
  it.each([
    ['window', '1.2k windows   RNN', '4 a step', 'squared error, scaled'],
    ['text', '1.2k texts, 3 different units   RNN', '4 a step', 'nats a text'],
    ['pair', '1.2k pairs, 3 different units   RNN', '4 a step', 'nats a unit'],
    ['word', '1.2k words, 3 different   RNN', '4 streams x 10 steps', 'nats a word'],
  ] as const)('are called what they are: %s', (unit, sizes, step, loss) => {
    const notes = screen();
    const vocabulary = unit === 'window' ? [] : start.vocabulary;
    const events: RunEvent[] = [
      { ...start, unit, vocabulary, characters: 1234, input: [4, 10, 3] },
      { v: 1, type: 'done', epochs: 3, loss: 1.25, seconds: 1 },
    ];
    events.forEach(textView(screen(), notes));
    expect(notes.text()).toContain(sizes);
    expect(notes.text()).toContain(step);
    expect(notes.text()).toContain(loss);
  });
});

describe('withPlot', () => {
  it('draws the losses at the end', () => {
    const out = screen();
    const epochs = [0.9, 0.5, 0.3].map((loss, at): RunEvent => {
      return { v: 1, type: 'epoch', epoch: at, loss, valLoss: loss + 1, gradNorm: 1, lr: 0.1 };
    });
    const events = [start, ...epochs, { v: 1, type: 'done', epochs: 3, loss: 0.3, seconds: 1 } as const];
    events.forEach(
      withPlot(
        jsonView(() => undefined),
        out,
      ),
    );
    expect(out.text()).toMatch(/1\.9[\s\S]*0\.3[\s\S]*training[\s\S]*held out/);
  });
});

describe('jsonView', () => {
  it('writes one event a line', () => {
    const terminal = screen();
    run.forEach(jsonView(terminal.write));
    const lines = terminal.text().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(run);
  });
});

describe('isShown', () => {
  const count = (epochs: number): number =>
    [...Array(epochs).keys()].filter((i) => isShown(i, epochs)).length;

  it('is all of up to 60 epochs, else some 20 and the last', () => {
    expect([1, 50, 60].map(count)).toEqual([1, 50, 60]);
    expect(count(1000)).toBe(21);
    expect(isShown(999, 1000)).toBe(true);
  });
});
