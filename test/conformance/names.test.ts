import { describe, expect, it } from 'vitest';
import { judge, readCases } from '../golden/golden.js';
import { names } from './groups/names.js';

describe('names that public scripts use', () => {
  const cases = readCases('test/golden').get('names')!;

  it.each(cases.map((c) => [`${String(c.args.expr)} (${c.id})`, c] as const))('%s is PyTorch’s', (_, c) => {
    const outcome = names(c);
    if ('unsupported' in outcome) throw new Error(outcome.unsupported);
    for (const [name, want] of Object.entries(c.out))
      expect(judge(c, outcome.out[name], want), name).toBeNull();
    for (const [name, want] of Object.entries(c.grad ?? {})) {
      expect(judge(c, outcome.grad?.[name], want, 'grad'), `gradient of ${name}`).toBeNull();
    }
  });
});
