import { CommanderError } from 'commander';
import { UnrolledError } from '../errors.js';

/** A call whose words are off. */
export class UsageError extends UnrolledError {
  readonly code = 'E_OPTION';
}

/** How a program ends, by what went wrong. */
export const EXIT = {
  ok: 0,
  internal: 1,
  usage: 2,
  input: 3,
  diverged: 4,
  check: 5,
  interrupted: 130,
  unread: 141,
  terminated: 143,
} as const;

/** What is told of an error. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly exit: number;
}

/** An error of any kind as what is told of it. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) return fromCommander(error);
  if (error instanceof UnrolledError) {
    const { code, hint } = error;
    const message = hint === undefined ? error.message : error.message.slice(0, -(hint.length + 3));
    const exit =
      error instanceof UsageError ? EXIT.usage : code === 'E_DIVERGED' ? EXIT.diverged : EXIT.input;
    return { code, message, hint, exit };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'E_INTERNAL',
    message,
    hint: 'this is a fault of unrolled, not yours; --debug shows where it happened',
    exit: EXIT.internal,
  };
}

/** Commander says `error: unknown option '--hiden'\n(Did you mean --hidden?)`. */
function fromCommander({ message }: CommanderError): Failure {
  const [first, ...rest] = message.replace(/^error: /, '').split('\n');
  const suggestion = rest.join(' ').replace(/[()]/g, '').replace('Did you', 'did you').trim();
  const hint = [suggestion, 'help: unrolled --help, or unrolled COMMAND --help'].filter(Boolean).join('\n  ');
  return { code: 'E_OPTION', message: first, hint, exit: EXIT.usage };
}

/** `error[E_VOCAB]: what is wrong`, and below what to do. */
export function describe({ code, message, hint }: Failure): string {
  return `error[${code}]: ${message}${hint === undefined ? '' : `\n  ${hint}`}\n`;
}
