import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differences } from './compare.js';
import { execute } from './execute.js';
import { programsOf } from './program.js';

const AREAS = [
  ...[
    'agreed',
    'autograd',
    'cell',
    'elementwise',
    'index',
    'inplace',
    'join',
    'large',
    'loss',
    'matmul-einsum',
  ],
  ...['mix', 'module', 'optim', 'pad', 'reduce', 'rnn', 'scan-softmax', 'special', 'train-capture', 'views'],
];

describe('random programs end as in PyTorch', () => {
  it('of every area', () => {
    const files = readdirSync(new URL('programs', import.meta.url));
    expect(files.map((name) => name.split('.')[0]).sort()).toEqual(AREAS);
  });

  it.each(AREAS)('%s', (area) => {
    const programs = programsOf(area);
    expect(programs.flatMap((program) => differences(program, execute(program))).join('\n')).toBe('');
  });
});
