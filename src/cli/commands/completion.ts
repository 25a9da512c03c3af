import { stdout } from 'node:process';
import { type Call, define, type Definition, type Group } from '../command.js';
import { completionScript, SHELLS } from '../completion.js';
import { UsageError } from '../failure.js';
import type { Settings } from '../settings/setting.js';

/** `unrolled completion`: what a shell runs to complete commands and flags. */
export const completionCommand = (entries: () => readonly (Definition | Group)[]): Definition =>
  define({
    name: 'completion',
    summary: 'complete commands in a shell',
    description:
      'Writes the script that completes commands, flags and their values.\n\n' +
      '  bash   echo \'eval "$(unrolled completion bash)"\' >> ~/.bashrc\n' +
      '  zsh    echo \'eval "$(unrolled completion zsh)"\' >> ~/.zshrc\n' +
      '  fish   unrolled completion fish > ~/.config/fish/completions/unrolled.fish\n' +
      '  powershell   unrolled completion powershell >> $PROFILE',
    arguments: [['<shell>', SHELLS.join(', ')]],
    settings: {},
    run: ({ args: [name] }: Call<Settings>) => {
      const shell = SHELLS.find((one) => one === name);
      if (shell === undefined) {
        throw new UsageError(`there is no completion for '${name!}'`, {
          hint: `there is for ${SHELLS.join(', ')}`,
        });
      }
      stdout.write(completionScript(shell, entries()));
    },
  });
