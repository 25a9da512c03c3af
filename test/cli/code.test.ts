import { describe, expect, it } from 'vitest';
import * as unrolled from '../../src/index.js';
import type { Plan } from '../../src/cli/code/plan.js';
import { pytorchProgram } from '../../src/cli/code/pytorch.js';
import { typescriptProgram } from '../../src/cli/code/typescript.js';
import ts from 'typescript';

const text = 'if you want you';
const units = [...new Set(text)];
const network = { cell: 'rnn', size: 10, hiddenSize: 10, numLayers: 1, head: false } as const;
const lesson: Plan = { kind: 'sentence', text, units, order: 'first', network, epochs: 50, lr: 0.1, seed: 0 };
const file: Plan = {
  ...{
    kind: 'file',
    path: 'book.txt',
    order: 'sorted',
    epochs: 2,
    lr: 0.002,
    seed: 1,
    batch: 8,
    seqLength: 16,
    clip: 5,
  },
  network: { ...network, cell: 'lstm', numLayers: 2, hiddenSize: 32, head: true },
};
/** Runs a program that imports from 'unrolled' only, and gives what it printed. */
function printedBy(program: string): string[] {
  const { outputText } = ts.transpileModule(
    program.replace(/^import \{([^}]*)\} from 'unrolled';$/gm, 'const {$1} = unrolled;'),
    {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    },
  );
  const lines: string[] = [];
  const console = { log: (...words: unknown[]) => lines.push(words.join(' ')) };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  new Function('unrolled', 'console', outputText)(unrolled, console);
  return lines;
}

describe('the program for TypeScript', () => {
  it('learns the sentence', () => {
    const lines = printedBy(typescriptProgram(lesson));
    expect(lines.length).toBeGreaterThanOrEqual(50);
    expect(lines.at(-1)).toContain('f you want you');
  });

  it.each([['a file', file, ['book.txt', 'LSTM', '32']]] as const)(
    'for %s says what it is about',
    (_, plan, words) => {
      const program = typescriptProgram(plan);
      for (const word of words) expect(program).toContain(word);
      const { diagnostics } = ts.transpileModule(program, { reportDiagnostics: true });
      expect(diagnostics).toEqual([]);
    },
  );
});

describe('the program for PyTorch', () => {
  it.each([
    ['the lesson', lesson, ['torch.manual_seed(0)', 'nn.RNN(', 'batch_first=True', 'lr=0.1', 'range(50)']],
    ['a file', file, ['nn.LSTM(', 'num_layers=2', 'nn.Linear(', 'clip_grad_norm_', 'book.txt']],
  ] as const)('for %s has its parts', (_, plan, words) => {
    const program = pytorchProgram(plan);
    for (const word of words) expect(program).toContain(word);
  });
});
