import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { commandOf, type Definition, type Group, groupOf, settingsOf } from './command.js';
import { classifyCommand } from './commands/classify.js';
import { codeCommand } from './commands/code.js';
import { completionCommand } from './commands/completion.js';
import { doctorCommand } from './commands/doctor.js';
import { evalCommand } from './commands/eval.js';
import { exportCommand } from './commands/export.js';
import { forecastCommand } from './commands/forecast.js';
import { importCommand } from './commands/import.js';
import { inspectCommand } from './commands/inspect.js';
import { runsCommand } from './commands/runs.js';
import { sampleCommand } from './commands/sample.js';
import { trainCommand } from './commands/train.js';
import { translateCommand } from './commands/translate.js';

/** All commands, in the order of help. */
export const COMMANDS: readonly (Definition | Group)[] = [
  trainCommand,
  sampleCommand,
  forecastCommand,
  classifyCommand,
  translateCommand,
  evalCommand,
  inspectCommand,
  importCommand,
  exportCommand,
  runsCommand,
  codeCommand,
  doctorCommand,
  completionCommand(() => COMMANDS),
];

/** The whole command line, ready to parse. */
export function program(): Command {
  const command = new Command('unrolled')
    .description('Recurrent neural networks: train, look inside, sample, forecast.')
    .version(packageJson.version)
    .option('--debug', 'show where an error happened')
    .addHelpText(
      'after',
      '\nExit codes: 0 ok, 1 internal fault, 2 usage, 3 bad input, 4 training diverged, 5 check failed,\n' +
        '            130 stopped by Ctrl-C, 141 because nobody reads the output of a training, 143 by a signal',
    );
  const known = settingsOf(COMMANDS);
  for (const entry of COMMANDS) {
    command.addCommand('commands' in entry ? groupOf(entry, known) : commandOf(entry, known));
  }
  prepare(command);
  return command;
}

/** Commander copies none of these to commands that were made elsewhere. */
function prepare(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  command.showSuggestionAfterError();
  command.commands.forEach(prepare);
}
