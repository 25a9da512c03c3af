import { ValueError } from '../errors.js';
import type { Schema } from '../options.js';

/** Attributes of an element; what is undefined is left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An SVG element with other elements, or escaped text, in it. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? short(value) : escaped(value!)}"`);
  const start = `<${name}${written.join('')}`;
  return children.length === 0 ? `${start}/>` : `${start}>${children.join('')}</${name}>`;
}

// XML has no way to write these at all, and an encoder none for half of a pair.
const UNWRITABLE = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu;
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as XML can have it. */
export function escaped(text: string): string {
  return text.replace(UNWRITABLE, '\ufffd').replace(/[&<>"]/g, (character) => ESCAPES[character]);
}

/** A tenth of a pixel is as fine as it can be seen. */
export function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Wide as two Latin letters: Hangul, kana, ideographs. */
const WIDE = /[\u1100-\u11ff\u3000-\u9fff\uac00-\ud7a3\uff01-\uff60]/;

/** About how many pixels wide a text will be, on the safe side: an SVG file cannot ask. */
export function textWidth(text: string, fontSize: number): number {
  return Array.from(text, (c) => (WIDE.test(c) ? 1 : 0.58) * fontSize).reduce((a, b) => a + b, 0);
}

/** Width of the widest of some texts. */
export const widest = (texts: readonly string[], fontSize: number): number =>
  texts.reduce((width, text) => Math.max(width, textWidth(text, fontSize)), 0);

/** A text cut to a width, with dots where something is missing. */
export function fitted(text: string, fontSize: number, width: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  const letters = [...text];
  while (letters.length > 0 && textWidth(`${letters.join('')}…`, fontSize) > width) letters.pop();
  return `${letters.join('')}…`;
}

/** What every picture has. */
export interface PictureOptions {
  /** Stands above the picture, and is what a screen reader says first. */
  readonly title: string;
  /** What a screen reader says after it. Default: the numbers in a sentence. */
  readonly description?: string;
  /** In pixels. Default 640. */
  readonly width?: number;
  /** Colours; 'auto' follows the reader's system. Default 'auto'. */
  readonly theme?: Theme;
}

/** What these options may be. */
export const PICTURE: Schema<PictureOptions> = {
  title: { needs: 'text' },
  description: 'text',
  width: 'above 0',
  theme: { oneOf: ['auto', 'light', 'dark'] },
};

/** Dark letters on white, light ones on black, or what the reader's system has. */
export type Theme = 'auto' | 'light' | 'dark';

/** Fills and strokes by what they are for. */
const INKS = {
  paper: ['#ffffff', '#16181d'],
  text: ['#1f2328', '#e6e8eb'],
  faint: ['#57606a', '#a3abb5'],
  grid: ['#e3e6ea', '#333842'],
} as const;

/** Lines by their order: told apart with any colour vision, 3 to 1 and more against the paper. */
const LINES = [
  ['#0067a5', '#5ab4ee'],
  ['#c9500a', '#f2a25c'],
  ['#00805e', '#4fd1a5'],
  ['#9b3f7b', '#e59bc9'],
] as const;

/** Attributes for what is drawn, in the colour of light pages unless only dark is wanted. */
export class Palette {
  constructor(private readonly theme: Theme) {
    if (!['auto', 'light', 'dark'].includes(theme)) {
      throw new ValueError(`theme must be auto, light or dark, not '${theme as string}'`);
    }
  }

  fill(ink: keyof typeof INKS): Attributes {
    return { class: `fill-${ink}`, fill: this.shade(INKS[ink]) };
  }

  stroke(ink: keyof typeof INKS): Attributes {
    return { class: `stroke-${ink}`, stroke: this.shade(INKS[ink]) };
  }

  lineFill(order: number): Attributes {
    const at = order % LINES.length;
    return { class: `fill-${at}`, fill: this.shade(LINES[at]) };
  }

  lineStroke(order: number): Attributes {
    const at = order % LINES.length;
    return { class: `stroke-${at}`, stroke: this.shade(LINES[at]) };
  }

  /** Dark pages by a media query. The light colours are attributes, which programs without CSS read too. */
  style(): string {
    if (this.theme !== 'auto') return '';
    const colors = [...Object.entries(INKS), ...Object.entries(LINES)];
    const rules = colors.map(
      ([name, [, dark]]) => `.fill-${name}{fill:${dark}}.stroke-${name}{stroke:${dark}}`,
    );
    return element('style', {}, `@media (prefers-color-scheme:dark){${rules.join('')}}`);
  }

  private shade([light, dark]: readonly [string, string]): string {
    return this.theme === 'dark' ? dark : light;
  }
}

// Without quotes, which CSS does not ask for here and resvg does not read.
const FONT = 'system-ui, -apple-system, Segoe UI, Noto Sans, Noto Sans KR, DejaVu Sans, Arial, sans-serif';
/** Size of letters in pixels: on the axes, and of the title. */
export const SMALL = 12.5;
const LARGE = 16;

/** Pixels above what a picture shows, its title included. */
export const HEAD = 40;

/** A whole SVG file around what a picture shows. */
export function picture(
  { title, description, theme = 'auto' }: PictureOptions,
  summary: string,
  [width, height]: readonly [width: number, height: number],
  content: readonly string[],
): string {
  const palette = new Palette(theme);
  const said = description ?? summary;
  const id = `p${hash(title + said).toString(36)}`;
  const lines = [
    element('title', { id: `${id}-title` }, escaped(title)),
    element('desc', { id: `${id}-desc` }, escaped(said)),
    palette.style(),
    element('rect', { width, height, ...palette.fill('paper') }),
    element(
      'text',
      { x: 16, y: 26, 'font-size': LARGE, 'font-weight': 600, ...palette.fill('text') },
      escaped(fitted(title, LARGE * 1.05, width - 32)),
    ),
    ...content,
  ];
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-desc`,
      'font-family': FONT,
      'font-size': SMALL,
    },
    '\n',
    lines.filter((line) => line !== '').join('\n'),
    '\n',
  )}\n`;
}

/** Tells the ids of several pictures in one page apart (FNV-1a). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
