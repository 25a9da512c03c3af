import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type ColorChoice,
  padded,
  sparkline,
  styled,
  type Terminal,
  terminalOf,
  visible,
  widthOf,
} from '../../src/cli/terminal.js';

const stream = (isTTY: boolean): NodeJS.WriteStream =>
  ({ isTTY, columns: 120, write: () => true }) as unknown as NodeJS.WriteStream;

beforeEach(() => {
  for (const name of ['NO_COLOR', 'FORCE_COLOR', 'CI', 'TERM']) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('terminalOf', () => {
  it('is live, in colour and as wide as it says where someone is watching', () => {
    expect(terminalOf(stream(true))).toMatchObject({ live: true, color: true, columns: 120 });
  });

  it('is plain and 80 wide in a pipe', () => {
    expect(terminalOf(stream(false))).toMatchObject({ live: false, color: false, columns: 80 });
  });

  it.each([
    ['CI', 'true'],
    ['TERM', 'dumb'],
  ])('redraws nothing with %s=%s', (name, value) => {
    // prettier-ignore
    vi.stubEnv(name, value);
    expect(terminalOf(stream(true)).live).toBe(false);
  });

  // Right: no-color.org, where an empty NO_COLOR says nothing.
  it.each<
    [tty: boolean, no: string | undefined, force: string | undefined, choice: ColorChoice, color: boolean]
  >([
    [true, '1', undefined, 'auto', false],
    [true, '', undefined, 'auto', true],
    [true, '1', '1', 'auto', false],
    [false, undefined, '1', 'auto', true],
    [true, undefined, '0', 'auto', false],
    [false, '1', undefined, 'always', true],
    [true, undefined, '1', 'never', false],
  ])('tty %s, NO_COLOR=%s, FORCE_COLOR=%s, --color %s: colour %s', (tty, no, force, choice, color) => {
    vi.stubEnv('NO_COLOR', no);
    vi.stubEnv('FORCE_COLOR', force);
    expect(terminalOf(stream(tty), choice).color).toBe(color);
  });
});

describe('styled', () => {
  const terminal = (color: boolean): Terminal => ({
    live: false,
    color,
    columns: 80,
    write: () => undefined,
  });

  it('adds codes where there is colour, and nothing elsewhere', () => {
    expect(styled(terminal(true), 'red', 'no')).toBe('\u001b[31mno\u001b[39m');
    expect(styled(terminal(false), 'red', 'no')).toBe('no');
  });
});

describe('widths', () => {
  it.each([
    ['you', 3],
    ['안녕', 4],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
  ])('%s takes %i columns', (text, width) => {
    // prettier-ignore
    expect(widthOf(text)).toBe(width);
    expect(padded(text, 6)).toBe(text + ' '.repeat(6 - width));
  });

  it('cuts nothing', () => {
    expect(padded('안녕', 3)).toBe('안녕');
  });
});

describe('visible', () => {
  it.each([
    [' ', '␣'],
    ['\n', '⏎'],
    ['\r\n', '⏎'],
    ['\t', '⇥'],
    ['\u001b', '�'],
    ['a', 'a'],
    ['안', '안'],
  ])(
    // prettier-ignore
    '%j is shown as %s',
    (unit, shown) => {
      expect(visible(unit)).toBe(shown);
    },
  );
});

describe('sparkline', () => {
  it('goes from the lowest bar to the highest', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([7, 0])).toBe('█▁');
  });

  it('takes at most its width, both ends included', () => {
    expect(sparkline([0, 9, 9, 9, 7], 2)).toBe('▁▆');
  });

  it.each([
    [[], ''],
    [[3], '▁'],
    [[3, 3], '▁▁'],
    [[NaN, 0, Infinity, 1], '▁█'],
  ])('%j is %s', (values, bars) => {
    // prettier-ignore
    expect(sparkline(values)).toBe(bars);
  });
});
