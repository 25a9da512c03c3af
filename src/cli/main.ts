#!/usr/bin/env node
import { argv, stderr, stdout } from 'node:process';
import { CommanderError } from 'commander';
import { describe, failureOf } from './failure.js';
import { program } from './program.js';

// A reader that has seen enough, such as head, closes the pipe: that is no error.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const command = program();
try {
  await command.parseAsync(argv);
} catch (error) {
  if (error instanceof CommanderError && error.exitCode === 0) process.exit(0);
  if (error instanceof CommanderError && error.code === 'commander.help') {
    command.outputHelp();
    process.exit(2);
  }
  const failure = failureOf(error);
  if (argv.includes('--json')) {
    const { code, message, hint } = failure;
    stdout.write(`${JSON.stringify({ v: 1, type: 'error', code, message, hint })}\n`);
  }
  stderr.write(describe(failure));
  if (argv.includes('--debug') && error instanceof Error) stderr.write(`${error.stack ?? ''}\n`);
  process.exitCode = failure.exit;
}
