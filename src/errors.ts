/** What every error of this library may carry besides its message. */
export interface ErrorDetails {
  /** What to do about it; stands on a line of its own below the message. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * Base of all errors thrown on purpose. The message says what is wrong and where, the hint what to do, and `code` stays the
 * same from version to version, so that programs can tell errors apart.
 */
export abstract class UnrolledError extends Error {
  /** Stable name of the kind of error, such as `E_SHAPE`. */
  abstract readonly code: string;
  readonly hint?: string;

  constructor(message: string, { hint, cause }: ErrorDetails = {}) {
    super(
      hint === undefined ? message : `${message}\n  ${hint}`,
      cause === undefined ? undefined : { cause },
    );
    this.hint = hint;
  }

  override get name(): string {
    return `${this.constructor.name}[${this.code}]`;
  }
}

/** Sizes or axes that do not fit. */
export class ShapeError extends UnrolledError {
  readonly code = 'E_SHAPE';
}

/** A dtype that an operation does not take. */
export class DTypeError extends UnrolledError {
  readonly code = 'E_DTYPE';
}

/** An argument outside what is allowed. */
export class ValueError extends UnrolledError {
  readonly code = 'E_VALUE';
}

/** A position or axis that does not exist. */
export class IndexError extends UnrolledError {
  readonly code = 'E_INDEX';
}

/** A misuse of recorded operations or of `backward`. */
export class AutogradError extends UnrolledError {
  readonly code = 'E_AUTOGRAD';
}

/** A state that does not fit a module or optimiser. */
export class StateDictError extends UnrolledError {
  readonly code = 'E_STATE_DICT';
}

/** More memory than there is. */
export class MemoryError extends UnrolledError {
  readonly code = 'E_MEMORY';
}

/** A file or byte sequence that is not what it should be. */
export class FormatError extends UnrolledError {
  readonly code = 'E_FORMAT';
}

/** Text with units that a vocabulary does not know. */
export class VocabularyError extends UnrolledError {
  readonly code = 'E_VOCAB';
}

/** Something that the library cannot do without and the platform lacks or forbids. */
export class PlatformError extends UnrolledError {
  readonly code = 'E_PLATFORM';
}
