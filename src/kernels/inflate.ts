// Inflate (RFC 1951) at once, where the platform has only streams for it: those would make everyone who imports the library wait.
// Slow beside a real one, and quick enough for the kernels. The bytes are the build's own, so it checks nothing.

const LONGEST_CODE = 15;
const END_OF_BLOCK = 256;
// Lengths and distances by their codes: the least, and how many bits are to be added.
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const LENGTHS = LENGTH_BITS.map((_, i) => (i === 28 ? 258 : 3 + sum(LENGTH_BITS, i)));
const DISTANCE_BITS = Array.from({ length: 30 }, (_, i) => Math.max(0, (i >> 1) - 1));
const DISTANCES = DISTANCE_BITS.map((_, i) => 1 + sum(DISTANCE_BITS, i));
// In which order a block tells the lengths of the codes of its code lengths.
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function sum(bits: readonly number[], count: number): number {
  return bits.slice(0, count).reduce((total, own) => total + 2 ** own, 0);
}

/** A Huffman code: how many symbols have codes of each length, and the symbols in the order of their codes. */
interface Huffman {
  readonly counts: Uint16Array;
  readonly symbols: readonly number[];
}

function huffman(lengths: readonly number[]): Huffman {
  const counts = new Uint16Array(LONGEST_CODE + 1);
  for (const length of lengths) counts[length] += 1;
  const used = [...lengths.keys()].filter((symbol) => lengths[symbol] > 0);
  counts[0] = 0;
  return { counts, symbols: used.sort((a, b) => lengths[a] - lengths[b] || a - b) };
}

const filled = (length: number, value: number): number[] => Array<number>(length).fill(value);
const FIXED = [
  huffman([...filled(144, 8), ...filled(112, 9), ...filled(24, 7), ...filled(8, 8)]),
  huffman(filled(30, 5)),
];

/** What `bytes` were before they were deflated (raw). */
export function inflate(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  let out = new Uint8Array(8 * bytes.length);
  let [at, size] = [0, 0];

  const bit = (): number => (bytes[at >>> 3] >>> (at++ & 7)) & 1;
  const bits = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++) value |= bit() << i;
    return value;
  };
  const symbol = ({ counts, symbols }: Huffman): number => {
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; ; length++) {
      code |= bit();
      if (code < first + counts[length]) return symbols[index + code - first];
      index += counts[length];
      first = (first + counts[length]) << 1;
      code <<= 1;
    }
  };
  const write = (byte: number): void => {
    if (size === out.length) {
      const larger = new Uint8Array(2 * size);
      larger.set(out);
      out = larger;
    }
    out[size++] = byte;
  };

  /** Reads the codes of a block that brings its own. */
  const codes = (): Huffman[] => {
    const [literals, distances, known] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
    const meta = filled(ORDER.length, 0);
    for (const place of ORDER.slice(0, known)) meta[place] = bits(3);
    const code = huffman(meta);
    let lengths: number[] = [];
    while (lengths.length < literals + distances) {
      const next = symbol(code);
      if (next < 16) lengths.push(next);
      else if (next === 16) lengths = lengths.concat(filled(3 + bits(2), lengths[lengths.length - 1]));
      else lengths = lengths.concat(filled(next === 17 ? 3 + bits(3) : 11 + bits(7), 0));
    }
    return [huffman(lengths.slice(0, literals)), huffman(lengths.slice(literals))];
  };

  const stored = (): void => {
    at = (at + 7) & ~7;
    const length = bits(16);
    at += 16;
    for (let i = 0; i < length; i++) write(bits(8));
  };

  const compressed = ([literal, distance]: readonly Huffman[]): void => {
    for (let next = symbol(literal); next !== END_OF_BLOCK; next = symbol(literal)) {
      if (next < END_OF_BLOCK) write(next);
      else {
        const code = next - END_OF_BLOCK - 1;
        const length = LENGTHS[code] + bits(LENGTH_BITS[code]);
        const far = symbol(distance);
        const back = DISTANCES[far] + bits(DISTANCE_BITS[far]);
        for (let i = 0; i < length; i++) write(out[size - back]);
      }
    }
  };

  for (let last = 0; last === 0;) {
    last = bit();
    const kind = bits(2);
    if (kind === 0) stored();
    else compressed(kind === 1 ? FIXED : codes());
  }
  return out.slice(0, size);
}
