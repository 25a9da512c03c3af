#!/usr/bin/env node
import { argv, stderr, stdout } from 'node:process';
import { describe, failureOf } from './failure.js';
import { perform } from './perform.js';
import { outputFailure } from './output.js';

stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever is in the middle of something listens, too, and comes to an end of its own.
  if (stdout.listenerCount('error') > 1) return;
  // A reader that has seen enough, such as head, closes the pipe: that is no error.
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  const failure = failureOf(outputFailure(error));
  stderr.write(describe(failure));
  process.exit(failure.exit);
});
// There is nowhere left to say that notes cannot be written; what was asked for is done all the same.
stderr.on('error', () => undefined);

process.exitCode = await perform(argv.slice(2));
