import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { completionScript } from '../../src/cli/completion.js';
import { COMMANDS } from '../../src/cli/program.js';

const hasBash = (() => {
  try {
    return execFileSync('bash', ['-c', 'complete -p >/dev/null; echo $BASH_VERSION']).length > 1;
  } catch {
    return false;
  }
})();

/** What bash offers for a line, of which the last word is being typed. */
function offered(...typed: string[]): string[] {
  const words = ['unrolled', ...typed].map((word) => `'${word}'`).join(' ');
  const script = `${completionScript('bash', COMMANDS)}
COMP_WORDS=(${words}); COMP_CWORD=${typed.length}; _unrolled; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync('bash', ['--norc', '-c', script], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return output.split('\n').filter((word) => word !== '');
}

describe.runIf(hasBash)('in bash', () => {
  it('completes commands, and those below them', () => {
    expect(offered('tra')).toEqual(['train', 'translate']);
    expect(offered('')).toContain('doctor');
    expect(offered('')).not.toContain('ls');
    expect(offered('runs', 'co')).toContain('compare');
  });

  it('completes flags of the command', () => {
    expect(offered('train', '--hi')).toEqual(['--hidden']);
    expect(offered('train', '--no-h')).toEqual(['--no-head', '--no-header']);
    expect(offered('runs', 'plot', '--o')).toEqual(['--out']);
    expect(offered('sample', '--bidirectional')).toEqual([]);
  });

  it('completes words that a flag takes, and files', () => {
    expect(offered('train', '--cell', 'l')).toEqual(['lstm']);
    expect(offered('train', 'completion.t')).toEqual(['completion.test.ts']);
  });
});

describe('in other shells', () => {
  it('zsh runs the script of bash by its own means', () => {
    expect(completionScript('zsh', COMMANDS)).toMatch(/^autoload -Uz compinit bashcompinit/);
  });

  it('PowerShell has a table of what may follow', () => {
    const script = completionScript('powershell', COMMANDS);
    expect(script).toContain("    'runs' = 'ls show best compare plot rm'\n");
    expect(script).toMatch(/'train' = '--text [^']*--hidden/);
  });

  it('fish has a line a command and flag', () => {
    const lines = completionScript('fish', COMMANDS).split('\n');
    expect(lines).toContain(
      "complete -c unrolled -n '__fish_seen_subcommand_from train' -l cell -x -a 'rnn lstm gru mingru' -d 'recurrent cell'",
    );
    expect(lines.some((line) => line.includes("'__fish_seen_subcommand_from runs' -f -a ls"))).toBe(true);
    expect(lines.some((line) => line.includes('-l out -r -F'))).toBe(true);
  });
});
