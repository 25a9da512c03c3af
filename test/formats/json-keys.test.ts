import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duplicateKeys } from '../../src/formats/json-keys.js';

describe('duplicateKeys', () => {
  it.each([
    ['{"a": 1, "b": 2, "a": 3}', 'a'],
    ['{"x": {"deep": [{"a": 1, "a": 2}]}}', 'a'],
    ['{"a": 1, "\\u0061": 2}', 'a'],
    ['{"": 1, "": 2}', ''],
    ['{"__proto__": 1, "__proto__": 2}', '__proto__'],
    ['{"a\\\\": 1, "a\\\\": 2}', 'a\\'],
  ])('finds the second of %s', (text, name) => {
    expect(duplicateKeys(text)).toBe(name);
  });

  it.each([
    '{"a": {"a": {"a": 1}}, "b": {"a": 1}}',
    '{"a": ["a", "a", {"a": 1}], "b": "a"}',
    '{"text": "{\\"a\\": 1, \\"a\\": 2}", "b": ",\\"text\\":"}',
    '{"a\\"": 1, "a": 2, "a\\\\": 3, "a\\\\\\"": 4}',
    '{}',
    '[]',
    '"a"',
  ])('finds none in %s', (text) => {
    expect(duplicateKeys(text)).toBeNull();
  });

  it('finds none in whatever JSON.stringify writes', () => {
    fc.assert(fc.property(fc.json(), (text) => duplicateKeys(text) === null));
  });

  it('reads strings of megabytes', () => {
    const long = JSON.stringify('\\"'.repeat(1_000_000));
    expect(duplicateKeys(`{"a": ${long}, "b": 1, "a": 2}`)).toBe('a');
  });
});
