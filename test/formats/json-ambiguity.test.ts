import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ambiguity } from '../../src/formats/json-ambiguity.js';

describe('ambiguity', () => {
  it.each([
    ['{"a": 1, "b": 2, "a": 3}', 'a'],
    ['{"x": {"deep": [{"a": 1, "a": 2}]}}', 'a'],
    ['{"a": 1, "\\u0061": 2}', 'a'],
    ['{"": 1, "": 2}', ''],
    ['{"__proto__": 1, "__proto__": 2}', '__proto__'],
    ['{"a\\\\": 1, "a\\\\": 2}', 'a\\'],
  ])('finds the second of a name in %s', (text, name) => {
    expect(ambiguity(text)).toBe(`names '${name}' twice`);
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
    expect(ambiguity(text)).toBeNull();
  });

  it.each(['[2.0]', '{"a": -0}', '[1, 1e3]', '1E3', '-5'])(
    'finds a number that is not plain digits in %s',
    (text) => {
      expect(ambiguity(text)).toMatch(/has a number at character \d+ that is not plain digits/);
    },
  );

  it('finds nothing in words, plain numbers and what stands in strings', () => {
    expect(ambiguity('[true, false, null, 0, 120, "-1.5e3"]')).toBeNull();
  });

  it('finds nothing in what JSON.stringify writes without such numbers', () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        fc.string(),
        fc.nat(),
        fc.boolean(),
        fc.array(tie('value')),
        fc.dictionary(fc.string(), tie('value')),
      ),
    }));
    fc.assert(fc.property(value, (v) => ambiguity(JSON.stringify(v)) === null));
  });

  it('reads strings of megabytes', () => {
    const long = JSON.stringify('\\"'.repeat(1_000_000));
    expect(ambiguity(`{"a": ${long}, "b": 1, "a": 2}`)).toBe("names 'a' twice");
  });
});
