import { FormatError, ValueError } from '../errors.js';
import { readOptions, type Schema } from '../options.js';

/** A text and the encoding that its bytes were in. */
export interface Decoded {
  readonly text: string;
  /** As WHATWG calls it: 'utf-8', 'euc-kr', …. */
  readonly encoding: string;
}

/** How bytes are read. */
export interface DecodeOptions {
  /** What the bytes are, for messages. Default 'the text'. */
  readonly name?: string;
  /** Any label of TextDecoder, or Python's name for it. Default: UTF-8, or UTF-16 where a mark at the start says so. */
  readonly encoding?: string;
}

const OPTIONS: Schema<DecodeOptions> = { name: 'text', encoding: 'text' };

/**
 * Text from bytes, strictly: a byte that does not fit is an error, not a question mark. A byte order mark is dropped.
 *
 * @throws FormatError that names the first bad byte, and the encodings it may be in instead
 * @throws ValueError for an encoding that nobody knows
 * @example
 * const bytes = Uint8Array.of(0xff, 0xfe, 0x61, 0x00);
 * decodeText(bytes); // { text: 'a', encoding: 'utf-16le' }
 */
export function decodeText(bytes: Uint8Array, options?: DecodeOptions): Decoded {
  const { name = 'the text', encoding } = readOptions('decodeText', options, OPTIONS);
  const { label, decode } = decoderOf(bytes, encoding);
  expectText(bytes, name);
  try {
    return { text: decode(bytes), encoding: label };
  } catch (cause) {
    throw misfit(bytes, { name, encoding: label, cause });
  }
}

/**
 * The same for bytes that come in parts, cut anywhere; the text comes in parts, too.
 *
 * @throws FormatError, ValueError as `decodeText`
 * @example
 * for (const part of textChunks([Uint8Array.of(0xea, 0xb0), Uint8Array.of(0x80)])) part; // '가'
 */
export function* textChunks(
  parts: Iterable<Uint8Array>,
  name = 'the text',
  encoding?: string,
): Generator<string> {
  let decoder: Decoder | null = null;
  let offset = 0;
  let before = new Uint8Array(0);
  for (const part of parts) {
    const bytes = joined(before, part);
    // A mark takes the first bytes together.
    if (decoder === null && bytes.length < MARK) {
      before = bytes;
      continue;
    }
    const isFirst = decoder === null;
    decoder ??= decoderOf(bytes, encoding);
    if (isFirst) expectText(bytes, name);
    const text = partly(decoder, isFirst ? bytes : part, { name, offset, around: bytes });
    if (text !== '') yield text;
    before = unfinished(bytes);
    offset += bytes.length - before.length;
  }
  const around = before;
  const rest =
    decoder === null
      ? decodeText(around, { name, encoding }).text
      : partly(decoder, null, { name, offset, around });
  if (rest !== '') yield rest;
}

/** Bytes by which a text is known that is none, or in which order its bytes are. */
const MARK = 4;

/** The bytes at the end that begin a character of UTF-8 and do not end it. */
function unfinished(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) break;
    // The first byte of a sequence says how long it is; those that follow begin with the bits 10.
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? bytes.slice(-back) : none();
  }
  return none();
}

const none = (): Uint8Array<ArrayBuffer> => new Uint8Array(0);

interface Decoder {
  readonly label: string;
  readonly decode: (bytes: Uint8Array, options?: { readonly stream: boolean }) => string;
}

/** @param part  null at the end */
function partly(
  { label, decode }: Decoder,
  part: Uint8Array | null,
  { name, offset, around }: { readonly name: string; readonly offset: number; readonly around: Uint8Array },
): string {
  try {
    return part === null ? decode(none()) : decode(part, { stream: true });
  } catch (cause) {
    throw misfit(around, { name, encoding: label, cause, offset });
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** What Python, iconv and Windows call encodings that TextDecoder knows by another name. */
const ALSO: Readonly<Record<string, string>> = {
  ...{ cp949: 'euc-kr', ms949: 'euc-kr', uhc: 'euc-kr', euckr: 'euc-kr', cp932: 'shift_jis', cp936: 'gbk' },
  ...{
    ms932: 'shift_jis',
    cp950: 'big5',
    eucjp: 'euc-jp',
    utf8: 'utf-8',
    utf16: 'utf-16',
    ansi: 'windows-1252',
  },
  ...{ utf8sig: 'utf-8', utf16le: 'utf-16le', utf16be: 'utf-16be', shiftjis: 'shift_jis', sjis: 'shift_jis' },
  ...{ latin1: 'latin1', latin9: 'iso-8859-15', macroman: 'macintosh', gb2312: 'gbk', gb18030: 'gb18030' },
};

/** The encoding of a mark at the start, or UTF-8. */
function markedEncoding([a, b]: Uint8Array): string {
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  return a === 0xfe && b === 0xff ? 'utf-16be' : 'utf-8';
}

function decoderOf(bytes: Uint8Array, wanted: string | undefined): Decoder {
  // 'utf-16' without an end to begin with is the one that its mark names.
  const asked = wanted === undefined ? undefined : (ALSO[plain(wanted)] ?? wanted.trim());
  const marked = markedEncoding(bytes);
  const name = asked === undefined || (asked === 'utf-16' && marked !== 'utf-8') ? marked : asked;
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(name, { fatal: true });
  } catch (cause) {
    throw new ValueError(`there is no encoding called '${wanted ?? name}'`, {
      hint: 'such as utf-8, utf-16le, cp949, shift_jis, gbk, big5, windows-1252, iso-8859-15 or windows-1251',
      cause,
    });
  }
  const label = decoder.encoding;
  const decode = (part: Uint8Array, options?: { readonly stream: boolean }): string => {
    const text = decoder.decode(part, options);
    return label === 'windows-1252' ? withoutControls(text) : text;
  };
  return { label, decode };
}

const plain = (label: string): string => label.toLowerCase().replace(/[^a-z0-9]/g, '');

const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Node 20 reads windows-1252 as Latin-1, in which these are controls: https://github.com/nodejs/node/issues/56542 */
const withoutControls = (text: string): string =>
  text.replace(/[\u0080-\u009f]/g, (sign) => WINDOWS_1252[sign.charCodeAt(0) - 0x80]);

const BINARY: readonly (readonly [signature: string, what: string, advice: string])[] = [
  [
    'PK\u0003\u0004',
    'an Excel workbook or a zip archive',
    'save it as CSV in the program it is from, or unpack it',
  ],
  ['\u00d0\u00cf\u0011\u00e0', 'an old Excel workbook', 'save it as CSV in the program it is from'],
  ['\u001f\u008b', 'packed by gzip', 'unpack it: gunzip'],
  ['%PDF', 'a PDF', 'it takes the numbers themselves, as CSV'],
  ['PAR1', 'a Parquet file', 'write it as CSV: pandas.read_parquet(…).to_csv(…)'],
];

function expectText(bytes: Uint8Array, name: string): void {
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  const found = BINARY.find(([signature]) => start.startsWith(signature));
  if (found !== undefined) throw new FormatError(`${name} is no text: it is ${found[1]}`, { hint: found[2] });
}

interface Misfit {
  readonly name: string;
  readonly encoding: string;
  readonly cause: unknown;
  /** Where the bytes stand in the whole. */
  readonly offset?: number;
}

function misfit(bytes: Uint8Array, { name, encoding, cause, offset = 0 }: Misfit): FormatError {
  if (encoding !== 'utf-8') {
    return new FormatError(`${name} is not ${encoding} text`, { hint: adviceFor(bytes, encoding), cause });
  }
  const at = firstBadByte(bytes);
  const hex = bytes[at].toString(16).padStart(2, '0');
  return new FormatError(`${name} is not UTF-8 text: byte ${offset + at} (0x${hex}) does not fit`, {
    hint: adviceFor(bytes, encoding),
    cause,
  });
}

const REPLACEMENT = '\ufffd';

/** Where the first sequence begins that is not UTF-8. */
function firstBadByte(bytes: Uint8Array): number {
  // Decoding leniently puts a replacement there; but the text may have some of its own.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const encoder = new TextEncoder();
  for (let offset = 0, from = 0; ;) {
    const at = text.indexOf(REPLACEMENT, from);
    offset += encoder.encode(text.slice(from, at)).length;
    const isOwn = bytes[offset] === 0xef && bytes[offset + 1] === 0xbf && bytes[offset + 2] === 0xbd;
    if (!isOwn) return offset;
    offset += 3;
    from = at + 1;
  }
}

function adviceFor(bytes: Uint8Array, failed: string): string {
  const likely = likelyEncodings(bytes).filter(({ encoding }) => encoding !== failed);
  if (likely.length === 0) return 'it may be in another encoding (--encoding latin1), or not be text at all';
  const says = ({ encoding, sample }: Likely): string => `--encoding ${encoding} reads '${sample}'`;
  return `it looks like ${NAMES[likely[0].encoding]}: ${likely.map(says).join('; ')}; or save it as UTF-8`;
}

/** An encoding that bytes may be in. */
export interface Likely {
  readonly encoding: string;
  /** The first words in it that are not ASCII. */
  readonly sample: string;
}

const NAMES: Readonly<Record<string, string>> = {
  ...{ cp949: 'CP949 (Korean)', shift_jis: 'Shift_JIS (Japanese)', 'euc-jp': 'EUC-JP (Japanese)' },
  ...{ gbk: 'GBK (Chinese)', big5: 'Big5 (Chinese)', 'windows-1251': 'Windows-1251 (Cyrillic)' },
  ...{ 'windows-1252': 'Windows-1252 (Latin-1)', 'utf-16le': 'UTF-16', 'utf-16be': 'UTF-16' },
};

/** Frequent characters of a language: those of running text, and those of the names of columns. */
const KOREAN =
  '이다는의에가을고하지도로사시기한를자일어대아그은나리정인과서들보수있해스라만구제부전장주상원간년월날짜온강량습거래종고저매출합계액단위번호명지역분류총평균최초말코드';
const JAPANESE = '日月年時分気温度量売上高合計価格始終安値数名前地域平均最大小東京千円件';
const SIMPLIFIED =
  '的一是不了在人有我他这中大来上国日期时间年月价格数量开盘收最高低成交额总计平均温度湿压风速名称地区编号类型编码单位元万';
const TRADITIONAL =
  '的一是不了在人有我他這中大來上國日期時間年月價格數量開盤收最高低成交額總計平均溫度濕風速名稱地區編號類型單位元萬';
const LATIN = 'äöüÄÖÜßéèêëàâáãåæçíìîïñóòôõøœúùûýÿ°²³µ€£§½–—‘’“”…«»¿¡·®©É';

/** How plausible a text is, from 0 to 1, by its letters that are not ASCII. */
type Plausible = (letters: readonly string[], text: string) => number;

const share = (letters: readonly string[], isGood: (letter: string) => boolean): number =>
  letters.filter(isGood).length / letters.length;
/** Half of it that letters are of the right kind, half that they are frequent ones. */
const script =
  (kind: RegExp, frequent: string): Plausible =>
  (letters) =>
    (share(letters, (letter) => kind.test(letter)) + share(letters, (letter) => frequent.includes(letter))) /
    2;

const CANDIDATES: readonly (readonly [encoding: string, plausible: Plausible])[] = [
  ['cp949', script(/[가-힣]/, KOREAN)],
  // Kana are frequent in themselves; half-width ones are what other encodings look like.
  ['shift_jis', script(/[ぁ-ヿ一-鿿]/, `${JAPANESE}${range('ぁ', 'ヿ')}`)],
  ['euc-jp', script(/[ぁ-ヿ一-鿿]/, `${JAPANESE}${range('ぁ', 'ヿ')}`)],
  ['gbk', script(/[一-鿿]/, SIMPLIFIED)],
  ['big5', script(/[一-鿿]/, TRADITIONAL)],
  // Russian words are many letters in a row, small ones behind the first.
  ['windows-1251', (_, text) => coverage(text, /(?<![\u0400-\u04ff])[А-Яа-яёЁ][а-яё]+|[А-Я]{3,}/g) * 0.9],
  // Foreign letters of Western words stand alone among ASCII ones.
  [
    'windows-1252',
    (letters, text) =>
      share(letters, (letter) => LATIN.includes(letter)) * (1 - coverage(text, /[^\0-\x7f]{3,}/g)),
  ],
];

function range(from: string, to: string): string {
  const [first, last] = [from.charCodeAt(0), to.charCodeAt(0)];
  return String.fromCharCode(...Array.from({ length: last - first + 1 }, (_, i) => first + i));
}

/** The part of the letters that are not ASCII which a pattern covers. */
function coverage(text: string, pattern: RegExp): number {
  const all = text.match(/[^\0-\x7f]/g)?.length ?? 0;
  return (text.match(pattern) ?? []).join('').length / Math.max(1, all);
}

/** Bytes that are looked at. */
const LOOKED_AT = 2 ** 16;
/** Less than this is no guess worth telling. */
const PLAUSIBLE = 0.3;

/**
 * The encodings that bytes may be in which are no UTF-8, the likeliest first: each is tried, and judged by whether what it gives looks
 * like a language.
 *
 * @example
 * likelyEncodings(Uint8Array.of(0xb3, 0xaf, 0xc2, 0xa5))[0]; // { encoding: 'cp949', sample: '날짜' }
 */
export function likelyEncodings(bytes: Uint8Array): Likely[] {
  const start = bytes.subarray(0, LOOKED_AT);
  const zeros = [0, 1].map((side) => start.filter((byte, i) => byte === 0 && i % 2 === side).length);
  const marked = markedEncoding(start);
  if (marked !== 'utf-8' || zeros[0] + zeros[1] > start.length / 10) {
    const encoding = marked !== 'utf-8' ? marked : zeros[1] >= zeros[0] ? 'utf-16le' : 'utf-16be';
    return [{ encoding, sample: firstWords(new TextDecoder(encoding).decode(start), /\S/) }];
  }
  return CANDIDATES.flatMap(([encoding, plausible]) => {
    const text = decodedOrNull(start, encoding);
    const letters = text?.match(/[^\0-\x7f\s]/gu) ?? [];
    if (text === null || letters.length === 0) return [];
    return [{ encoding, sample: firstWords(text, /[^\0-\x7f]/), score: plausible(letters, text) }];
  })
    .filter(({ score }) => score >= PLAUSIBLE)
    .sort((a, b) => b.score - a.score)
    .filter(({ score }, _, [best]) => score > best.score / 2)
    .slice(0, 2)
    .map(({ encoding, sample }) => ({ encoding, sample }));
}

/** Null where the bytes do not fit, or the platform does not know the encoding. */
function decodedOrNull(bytes: Uint8Array, encoding: string): string | null {
  try {
    return decoderOf(bytes, encoding).decode(bytes, { stream: true });
  } catch {
    return null;
  }
}

/** A little of the first line with a letter of interest. */
function firstWords(text: string, letter: RegExp): string {
  const line = text.split(/[\r\n]+/).find((one) => letter.test(one)) ?? '';
  const at = line.search(letter);
  const from = Math.max(0, line.slice(0, at).lastIndexOf(' ') + 1, at - 12);
  return [...line.slice(from)]
    .slice(0, 24)
    .join('')
    .trim()
    .replace(/^\ufeff/, '');
}
