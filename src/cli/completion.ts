import type { Definition, Group } from './command.js';
import { kebab, type Setting } from './settings/setting.js';

/** Shells that can complete commands. */
export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** A flag as a shell completes it. */
interface Flag {
  readonly name: string;
  readonly about: string;
  /** What may follow: words, a file, anything (''), or nothing (null). */
  readonly value: readonly string[] | 'file' | '' | null;
}

/** A command, by its words: `runs ls`. */
interface Line {
  readonly words: string;
  readonly about: string;
  readonly flags: readonly Flag[];
}

/** What a shell has to run, to complete commands, flags and their values. */
export function completionScript(
  shell: (typeof SHELLS)[number],
  entries: readonly (Definition | Group)[],
): string {
  const all = entries.flatMap(linesOf);
  if (shell === 'fish') return fish(all);
  if (shell === 'powershell') return powershell(all);
  const script = bash(all);
  return shell === 'bash'
    ? script
    : `autoload -Uz compinit bashcompinit && compinit && bashcompinit\n${script}`;
}

function linesOf(entry: Definition | Group): Line[] {
  const { name, summary: about } = entry;
  if (!('commands' in entry)) return [{ words: name, about, flags: flagsOf(entry) }];
  const group = { words: name, about, flags: [] };
  return [
    group,
    ...entry.commands.map((one) => ({
      words: `${name} ${one.name}`,
      about: one.summary,
      flags: flagsOf(one),
    })),
  ];
}

function flagsOf({ settings }: Definition): Flag[] {
  return Object.entries(settings).flatMap(([key, setting]) => {
    const { about, negatable } = setting;
    const name = kebab(key);
    const own = { name: setting.flags.split(' ')[0].slice(2), about, value: valueOf(setting) };
    return negatable ? [own, { name: `no-${name}`, about: 'the opposite', value: null }] : [own];
  });
}

function valueOf({ flags, choices, isPath }: Setting<unknown>): Flag['value'] {
  if (!flags.includes('<')) return null;
  return choices ?? (isPath ? 'file' : '');
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The words that may follow the words of a command. */
const nextWords = (all: readonly Line[], words: string): string =>
  all
    .filter((line) => line.words.startsWith(`${words} `.trimStart()) && line.words !== words)
    .map((line) => line.words.slice(`${words} `.trimStart().length))
    .filter((word) => !word.includes(' '))
    .join(' ');

function bash(all: readonly Line[]): string {
  const cases = all.map(({ words, flags }) => {
    const names = [nextWords(all, words), ...flags.map(({ name }) => `--${name}`)].join(' ').trim();
    return `    ${quoted(words)}) words=${quoted(names)} ;;`;
  });
  const values = new Map(
    all
      .flatMap(({ flags }) => flags)
      .flatMap(({ name, value }) => {
        if (typeof value !== 'object' || value === null) return [];
        return [
          [
            name,
            `    --${name}) COMPREPLY=( $(compgen -W ${quoted(value.join(' '))} -- "$cur") ); return ;;`,
          ],
        ];
      }),
  );
  return `_unrolled() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command='' words='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$command $word" in
${all.map(({ words }) => `      ${quoted(words.includes(' ') ? words : ` ${words}`)}) command=${quoted(words)} ;;`).join('\n')}
    esac
  done
  case "$prev" in
${[...values.values()].join('\n')}
  esac
  case "$command" in
    '') words=${quoted(nextWords(all, ''))} ;;
${cases.join('\n')}
  esac
  COMPREPLY=( $(compgen -W "$words" -- "$cur") )
  [[ "$cur" == -* || -z "$command" ]] || COMPREPLY+=( $(compgen -f -- "$cur") )
}
complete -o filenames -F _unrolled unrolled
`;
}

function fish(all: readonly Line[]): string {
  const lines = all.map(({ words, about, flags }) => {
    const [first, second] = words.split(' ') as [string, string?];
    const within = second === undefined ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${first}`;
    const seen = `__fish_seen_subcommand_from ${second ?? first}`;
    const own = `complete -c unrolled -n ${quoted(within)} -f -a ${second ?? first} -d ${quoted(about)}`;
    return [
      own,
      ...flags.map(({ name, about: flagAbout, value }) => {
        const follows =
          value === null
            ? ''
            : value === 'file'
              ? ' -r -F'
              : value === ''
                ? ' -x'
                : ` -x -a ${quoted(value.join(' '))}`;
        return `complete -c unrolled -n ${quoted(seen)} -l ${name}${follows} -d ${quoted(flagAbout)}`;
      }),
    ].join('\n');
  });
  return `${lines.join('\n')}\n`;
}

function powershell(all: readonly Line[]): string {
  const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const offers = all.map(({ words, flags }) => {
    const names = [nextWords(all, words), ...flags.map(({ name }) => `--${name}`)].join(' ').trim();
    return `    ${quote(words)} = ${quote(names)}`;
  });
  return `Register-ArgumentCompleter -Native -CommandName unrolled -ScriptBlock {
  param($typed, $ast, $position)
  $offers = @{
    '' = ${quote(nextWords(all, ''))}
${offers.join('\n')}
  }
  $command = ''
  foreach ($element in ($ast.CommandElements | Select-Object -Skip 1)) {
    $longer = "$command $element".Trim()
    if ($offers.ContainsKey($longer)) { $command = $longer }
  }
  $offers[$command] -split ' ' | Where-Object { $_ -like "$typed*" }
}
`;
}
