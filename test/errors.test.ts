import { describe, expect, it } from 'vitest';
import {
  AutogradError,
  DTypeError,
  FormatError,
  IndexError,
  MemoryError,
  PlatformError,
  ShapeError,
  StateDictError,
  UnrolledError,
  ValueError,
  VocabularyError,
} from '../src/errors.js';

describe('errors', () => {
  it('have codes that stay the same', () => {
    const classes = [
      ShapeError,
      DTypeError,
      ValueError,
      IndexError,
      AutogradError,
      StateDictError,
      MemoryError,
      FormatError,
      VocabularyError,
      PlatformError,
    ];
    expect(classes.map((Class) => new Class('').code)).toEqual([
      'E_SHAPE',
      'E_DTYPE',
      'E_VALUE',
      'E_INDEX',
      'E_AUTOGRAD',
      'E_STATE_DICT',
      'E_MEMORY',
      'E_FORMAT',
      'E_VOCAB',
      'E_PLATFORM',
    ]);
  });

  it('say what is wrong, and on the next line what to do', () => {
    const error = new ShapeError('GRU: input has 3 features, but inputSize is 4', {
      hint: 'did you mean new GRU(3, …)?',
    });
    expect(String(error)).toBe(
      'ShapeError[E_SHAPE]: GRU: input has 3 features, but inputSize is 4\n  did you mean new GRU(3, …)?',
    );
    expect(error.stack).toMatch(/^ShapeError\[E_SHAPE\]: GRU/);
    expect(error.hint).toBe('did you mean new GRU(3, …)?');
  });

  it('need no hint', () => {
    const error = new ValueError('lr must not be negative');
    expect(error.message).toBe('lr must not be negative');
    expect(error.hint).toBeUndefined();
    expect('cause' in error).toBe(false);
  });

  it('keep what caused them', () => {
    const cause = new SyntaxError('bad token');
    expect(new FormatError('not JSON', { cause }).cause).toBe(cause);
  });

  it('are errors of one family', () => {
    const error = new IndexError('no such row');
    expect(error).toBeInstanceOf(UnrolledError);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(ValueError);
  });
});
