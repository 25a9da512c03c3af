import { failure, type FileError } from '../formats/platform-files.js';

/** What the system's error of writing to stdout says. */
export const outputFailure = (error: NodeJS.ErrnoException): FileError =>
  failure('write', 'the standard output', error);
