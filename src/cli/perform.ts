import { stderr, stdout } from 'node:process';
import { CommanderError } from 'commander';
import { describe, EXIT, failureOf } from './failure.js';
import { program } from './program.js';

/** One call of the command, given its words. @returns the exit code; the call itself never fails */
export async function perform(words: readonly string[]): Promise<number> {
  const command = program();
  process.exitCode = undefined;
  try {
    await command.parseAsync(words, { from: 'user' });
    return exitCodeSoFar();
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    if (error instanceof CommanderError && error.code === 'commander.help') {
      // Of a group, such as `unrolled runs`, where one was named.
      (command.commands.find((one) => one.name() === words[0]) ?? command).outputHelp();
      return EXIT.usage;
    }
    const failure = failureOf(error);
    if (words.includes('--json')) {
      const { code, message, hint } = failure;
      stdout.write(`${JSON.stringify({ v: 1, type: 'error', code, message, hint })}\n`);
    }
    stderr.write(describe(failure));
    if (words.includes('--debug') && error instanceof Error) stderr.write(`${error.stack ?? ''}\n`);
    return failure.exit;
  }
}

/** What the command has set, where it has come to its end and that was not all well. */
const exitCodeSoFar = (): number => Number(process.exitCode ?? EXIT.ok);
