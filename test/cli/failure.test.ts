import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { describe as describeFailure, EXIT, failureOf, UsageError } from '../../src/cli/failure.js';
import { ValueError, VocabularyError } from '../../src/errors.js';
import { DivergedError } from '../../src/training/diverged.js';

describe('failureOf', () => {
  it('has an exit code for each kind of error', () => {
    expect(EXIT).toEqual({
      ok: 0,
      internal: 1,
      usage: 2,
      input: 3,
      diverged: 4,
      interrupted: 130,
      unread: 141,
      check: 5,
      terminated: 143,
    });
    expect(failureOf(new UsageError('x')).exit).toBe(EXIT.usage);
    expect(failureOf(new CommanderError(1, 'commander.x', 'error: x')).exit).toBe(EXIT.usage);
    expect(failureOf(new VocabularyError('x')).exit).toBe(EXIT.input);
    expect(failureOf(new DivergedError('x')).exit).toBe(EXIT.diverged);
    expect(failureOf(new TypeError('x')).exit).toBe(EXIT.internal);
  });

  it('tells message and hint apart', () => {
    expect(failureOf(new ValueError('it is off', { hint: 'do this' }))).toEqual({
      ...{ code: 'E_VALUE', message: 'it is off', hint: 'do this', exit: 3 },
    });
    expect(failureOf(new ValueError('it is off'))).toMatchObject({ message: 'it is off', hint: undefined });
  });

  it("turns commander's suggestion into a hint", () => {
    const message = "error: unknown option '--hiden'\n(Did you mean --hidden?)";
    expect(failureOf(new CommanderError(1, 'commander.unknownOption', message))).toMatchObject({
      code: 'E_OPTION',
      message: "unknown option '--hiden'",
      hint: 'did you mean --hidden?\n  help: unrolled --help, or unrolled COMMAND --help',
    });
  });

  it('takes a fault of its own upon itself', () => {
    const { code, message, hint } = failureOf(new TypeError('x is undefined'));
    expect([code, message]).toEqual(['E_INTERNAL', 'x is undefined']);
    expect(hint).toContain('a fault of unrolled, not yours');
  });

  it('takes anything thrown', () => {
    expect(failureOf('a string')).toMatchObject({ code: 'E_INTERNAL', message: 'a string' });
    expect(failureOf(undefined)).toMatchObject({ code: 'E_INTERNAL', message: 'undefined' });
  });
});

describe('describe', () => {
  it('puts the hint on a line of its own', () => {
    expect(describeFailure({ code: 'E_FILE', message: 'no', hint: 'try', exit: 3 })).toBe(
      'error[E_FILE]: no\n  try\n',
    );
    expect(describeFailure({ code: 'E_FILE', message: 'no', exit: 3 })).toBe('error[E_FILE]: no\n');
  });
});
