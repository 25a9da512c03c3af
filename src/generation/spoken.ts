import { graphemes } from '../data/graphemes.js';
import { ValueError } from '../errors.js';

/** What is needed of a vocabulary here. */
interface Decoder {
  /** What the units are: 'char', 'jamo', 'word' or 'byte'. */
  readonly unit?: string;
  decode(indices: Iterable<number>): string;
}

/** Bytes of the longest character in UTF-8. */
const LONGEST = 4;
/** More jamo than any syllable has: what is longer is no syllable, and is not waited for. */
const MOST_JAMO = 16;
const HANGUL = /\p{Script=Hangul}/u;

/**
 * Text from units one by one: a letter or word at once, a character of several bytes or jamo when it is complete. Ends at a
 * stop string, of which nothing comes out, however it is spread over units.
 */
export class Spoken {
  /** Units that may change what they stand for by what follows. */
  private open: number[] = [];
  /** Text that may turn out to be the start of a stop string. */
  private held = '';
  private stopped = false;
  private readonly stops: readonly string[];

  /** @throws ValueError for an empty stop string */
  constructor(
    private readonly vocabulary: Decoder,
    stop: string | readonly string[] = [],
  ) {
    const stops = typeof stop === 'string' ? [stop] : stop;
    if (stops.includes('')) throw new ValueError('a stop string must not be empty');
    // In composed form, as the vocabulary's own text.
    this.stops = stops.map((text) => text.normalize('NFC'));
  }

  /** Whether a stop string came. */
  get isStopped(): boolean {
    return this.stopped;
  }

  /** Takes a unit and gives the text that is certain now. */
  say(index: number): string {
    this.open.push(index);
    const text = this.vocabulary.decode(this.open);
    const certain = text.slice(0, text.length - this.uncertain(text));
    if (certain === '') return '';
    this.open = this.unitsBehind(certain, text);
    return this.release(certain);
  }

  /** What was held back, when no more units come. */
  finish(): string {
    const text = this.release(this.vocabulary.decode(this.open));
    this.open = [];
    if (this.stopped) return text;
    const rest = this.held;
    this.held = '';
    return text + rest;
  }

  private release(text: string): string {
    if (this.stopped) return '';
    const all = this.held + text;
    const found = this.stops.map((stop) => all.indexOf(stop)).filter((at) => at >= 0);
    this.stopped = found.length > 0;
    const end = this.stopped ? found.reduce((a, b) => Math.min(a, b)) : all.length - overlap(all, this.stops);
    this.held = this.stopped ? '' : all.slice(end);
    return all.slice(0, end);
  }

  /** How much of the end of a text depends on what follows. */
  private uncertain(text: string): number {
    const { unit } = this.vocabulary;
    if (unit === 'byte') return text.endsWith('\ufffd') && this.open.length < LONGEST ? text.length : 0;
    if (unit !== 'jamo') return 0;
    const last = graphemes(text).at(-1) ?? '';
    return HANGUL.test(last) && this.open.length <= MOST_JAMO ? last.length : 0;
  }

  /** The open units that are not yet in the text that is certain. */
  private unitsBehind(certain: string, text: string): number[] {
    const { open, vocabulary } = this;
    const rest = text.slice(certain.length);
    let from = rest === '' ? open.length : open.length - 1;
    while (from > 0 && vocabulary.decode(open.slice(from)) !== rest) from -= 1;
    return open.slice(from);
  }
}

/** Length of the longest end of a text with which a stop string begins. */
function overlap(text: string, stops: readonly string[]): number {
  const longest = stops.reduce((n, stop) => Math.max(n, stop.length - 1), 0);
  for (let length = Math.min(longest, text.length); length > 0; length--) {
    const end = text.slice(-length);
    if (stops.some((stop) => stop.length > length && stop.startsWith(end))) return length;
  }
  return 0;
}
