#!/usr/bin/env node
import { argv, stderr, stdout } from 'node:process';
import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { doctorCommand } from './commands/doctor.js';
import { sampleCommand } from './commands/sample.js';
import { trainCommand } from './commands/train.js';
import { describe, failureOf } from './failure.js';

const program = new Command('unrolled')
  .description('Recurrent neural networks: train, look inside, sample.')
  .version(packageJson.version)
  .option('--debug', 'show where an error happened')
  .addHelpText(
    'after',
    '\nExit codes: 0 ok, 1 internal fault, 2 usage, 3 bad input, 4 training diverged, 130 stopped by Ctrl-C',
  );
for (const command of [trainCommand(), sampleCommand(), doctorCommand()]) program.addCommand(command);
// Commander copies neither of these to commands that were made elsewhere.
for (const command of [program, ...program.commands]) {
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  command.showSuggestionAfterError();
}

// A reader that has seen enough, such as head, closes the pipe: that is no error.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await program.parseAsync(argv);
} catch (error) {
  if (error instanceof CommanderError && error.exitCode === 0) process.exit(0);
  if (error instanceof CommanderError && error.code === 'commander.help') {
    program.outputHelp();
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
