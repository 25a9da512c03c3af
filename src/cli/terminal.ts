import { env } from 'node:process';
import { styleText } from 'node:util';
import stringWidth from 'string-width';

/** When to use colour. */
export type ColorChoice = 'auto' | 'always' | 'never';

/** What can be shown on a stream. */
export interface Terminal {
  /** Whether a person is watching and lines can be redrawn. */
  readonly live: boolean;
  readonly color: boolean;
  readonly columns: number;
  readonly write: (text: string) => void;
}

/** Looks at a stream once: is someone watching, in colour, how wide. The choice wins over NO_COLOR, that over FORCE_COLOR. */
export function terminalOf(stream: NodeJS.WriteStream, choice: ColorChoice = 'auto'): Terminal {
  const live = stream.isTTY && env.CI === undefined && env.TERM !== 'dumb';
  const wanted = env.NO_COLOR ? false : env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : live;
  return {
    live,
    color: choice === 'auto' ? wanted : choice === 'always',
    columns: stream.isTTY ? stream.columns : 80,
    write: (text) => void stream.write(text),
  };
}

/** Styles as `styleText` names them, where the terminal shows colour. */
export function styled(terminal: Terminal, style: Parameters<typeof styleText>[0], text: string): string {
  return terminal.color ? styleText(style, text, { validateStream: false }) : text;
}

/** Text filled up with blanks to a width in columns, in which a Hangul syllable takes two. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** How many columns a text takes. */
export const widthOf = (text: string): number => stringWidth(text);

/** A character that would not show, as one that does. */
export function visible(unit: string): string {
  if (unit === ' ') return '␣';
  return unit
    .replace(/\r\n|\n/g, '⏎')
    .replace(/\t/g, '⇥')
    .replace(/[\u0000-\u001f\u007f]/g, '�');
}

const BARS = '▁▂▃▄▅▆▇█';

/** Numbers as a row of bars of at most `width` columns; the lowest is the smallest value. */
export function sparkline(values: readonly number[], width = 50): string {
  const finite = values.filter(Number.isFinite);
  const count = Math.min(width, finite.length);
  if (count === 0) return '';
  const picked = Array.from({ length: count }, (_, i) => {
    const at = count === 1 ? 0 : Math.round((i * (finite.length - 1)) / (count - 1));
    return finite[at];
  });
  const [low, high] = [finite.reduce((a, b) => Math.min(a, b)), finite.reduce((a, b) => Math.max(a, b))];
  return picked.map((v) => BARS[high === low ? 0 : Math.round(((v - low) / (high - low)) * 7)]).join('');
}
