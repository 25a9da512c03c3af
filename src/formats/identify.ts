import { decodeSafetensors } from './safetensors.js';
import { ZipArchive } from './zip.js';

/** What a file can be. */
export type FileKind =
  | 'unrolled'
  | 'pytorch-zip'
  | 'pytorch-legacy'
  | 'pytorch-tar'
  | 'torchscript'
  | 'pickle'
  | 'old-pickle'
  | 'safetensors'
  | 'npy'
  | 'npz'
  | 'onnx'
  | 'keras'
  | 'keras-h5'
  | 'keras-weights-h5'
  | 'hdf5'
  | 'tfjs'
  | 'ml5'
  | 'git-lfs'
  | 'html'
  | 'gzip'
  | 'zip'
  | 'tar'
  | 'json'
  | 'csv'
  | 'text'
  | 'empty'
  | 'unknown';

/** What a file is. */
export interface FileIdentity {
  readonly kind: FileKind;
  /** For people: "a PyTorch file (zip, by torch 1.6 or later)". */
  readonly about: string;
  /** What to do with a file that holds no model as it is; null for one that does. */
  readonly hint: string | null;
}

const is = (kind: FileKind, about: string, hint: string | null = null): FileIdentity => ({
  kind,
  about,
  hint,
});

/** Text that says what a file is stands at its start. */
const GLANCE = 64 * 1024;
/** JSON is read as a whole, up to here. */
const MOST_JSON = 64 * 1024 * 1024;

/**
 * What a file is, by its bytes and never by its name. Nothing is unpacked, and nothing of it is run.
 *
 * @example
 * identify(new TextEncoder().encode('<!DOCTYPE html><html></html>')).about; // 'an HTML page'
 * identify(Uint8Array.of(0x1f, 0x8b, 8)).hint; // 'unpack it first: gunzip FILE'
 */
export function identify(bytes: Uint8Array): FileIdentity {
  if (bytes.length === 0) return is('empty', 'an empty file', 'was the download cut off?');
  return (
    ofMagic(bytes) ??
    ofPickle(bytes) ??
    ofSafetensors(bytes) ??
    ofText(bytes) ??
    (isOnnx(bytes) ? is('onnx', 'an ONNX model') : null) ??
    is('unknown', `${sizeOf(bytes.length)} of a kind that is not known here`, KNOWN)
  );
}

const KNOWN = 'models of PyTorch, safetensors, NumPy, ONNX, Keras, TensorFlow.js and ml5 are known';

function ofMagic(bytes: Uint8Array): FileIdentity | null {
  if (starts(bytes, 'PK\x03\x04') || starts(bytes, 'PK\x05\x06')) return ofZip(bytes);
  if (starts(bytes, '\x93NUMPY')) return is('npy', 'an array of NumPy (.npy)');
  if (starts(bytes, '\x1f\x8b')) return is('gzip', 'packed by gzip', 'unpack it first: gunzip FILE');
  if (hdf5Start(bytes) >= 0) return ofHdf5(bytes);
  if (bytes.length >= 512 && latin(bytes.subarray(257, 262)) === 'ustar') return ofTar(bytes);
  return null;
}

function ofZip(bytes: Uint8Array): FileIdentity {
  let names: string[];
  try {
    names = new ZipArchive(bytes).entries.map(({ name }) => name);
  } catch {
    return is('zip', 'a zip archive that is cut short or broken', 'fetch it again');
  }
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  if (has(/^[^/]+\/data\.pkl$/)) {
    const isScript = has(/^[^/]+\/(constants\.pkl$|code\/)/);
    if (isScript) return is('torchscript', 'a TorchScript archive (torch.jit.save)');
    return is('pytorch-zip', 'a PyTorch file (zip, by torch 1.6 or later)');
  }
  if (has(/^config\.json$/) && has(/^model\.weights\.h5$/)) return is('keras', 'a Keras model (.keras)');
  if (names.length > 0 && names.every((name) => name.endsWith('.npy'))) {
    return is('npz', 'arrays of NumPy (.npz)');
  }
  return is('zip', `a zip archive of ${names.length} files`, 'unpack it, and name the model in it');
}

const HDF5 = '\x89HDF\r\n\x1a\n';

/** The signature of HDF5 stands at the start, or at 512 and its doubles behind a block of the user's. */
function hdf5Start(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; at = at === 0 ? 512 : at * 2) {
    if (starts(bytes.subarray(at), HDF5)) return at;
  }
  return -1;
}

function ofHdf5(bytes: Uint8Array): FileIdentity {
  if (includes(bytes, 'model_config')) return is('keras-h5', 'a Keras model (.h5, HDF5)');
  const isKeras = ['keras_version', 'weight_names', 'layer_names', '_layer_checkpoint_dependencies'].some(
    (name) => includes(bytes, name),
  );
  if (isKeras || (includes(bytes, 'layers') && includes(bytes, 'vars'))) {
    return is('keras-weights-h5', 'the weights of a Keras model (HDF5), without its layers');
  }
  return is('hdf5', 'an HDF5 file, not of Keras', 'only those that Keras wrote can be read');
}

function ofTar(bytes: Uint8Array): FileIdentity {
  const names = new Set<string>();
  for (let at = 0; at + 512 <= bytes.length && names.size < 64;) {
    const name = latin(bytes.subarray(at, at + 100)).replace(/\0.*$/s, '');
    if (name === '') break;
    names.add(name.replace(/^\.\//, ''));
    const size = parseInt(latin(bytes.subarray(at + 124, at + 136)), 8);
    if (!(size >= 0)) break;
    at += 512 + Math.ceil(size / 512) * 512;
  }
  const isPyTorch = ['pickle', 'tensors', 'storages'].every((name) => names.has(name));
  if (isPyTorch) return is('pytorch-tar', 'a PyTorch file (tar, by torch of 2016 or 2017)');
  return is('tar', 'a tar archive', 'unpack it, and name the model in it: tar -xf FILE');
}

/** The number that torch.save wrote first before it made zips, as a pickle. */
const LEGACY = '\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19';
// Dicts, lists and objects as protocols 0 and 1 begin them.
const OLD_PICKLE = /^(\((dp?\d*\n|lp?\d*\n|i\w|c\w)|c[A-Za-z_][\w.]*\n[A-Za-z_]\w*\n|[}\])(]+q[\x00-\xff])/;

function ofPickle(bytes: Uint8Array): FileIdentity | null {
  const [first, protocol] = bytes;
  if (first === 0x80 && protocol >= 2 && protocol <= 5) {
    if (starts(bytes.subarray(2), LEGACY)) {
      return is('pytorch-legacy', 'a PyTorch file (pickles, by torch before 1.6)');
    }
    return is('pickle', `a Python pickle, protocol ${protocol}`);
  }
  if (bytes[bytes.length - 1] !== 0x2e || !OLD_PICKLE.test(latin(bytes.subarray(0, 256)))) return null;
  const old = bytes.subarray(0, 256).some((byte) => byte >= 0x7f || (byte < 0x20 && byte !== 0x0a)) ? 1 : 0;
  return is(
    'old-pickle',
    `a Python pickle of protocol ${old}, as Python 2 wrote them`,
    'write it again in Python: pickle.dump(pickle.load(open("FILE", "rb"), encoding="latin1"), open("NEW.pkl", "wb"), protocol=4)',
  );
}

function ofSafetensors(bytes: Uint8Array): FileIdentity | null {
  if (bytes.length < 10 || bytes[8] !== 0x7b) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length < 2n || length > 100_000_000n || !/^\{\s*["}]/.test(latin(bytes.subarray(8, 40)))) return null;
  let metadata: Readonly<Record<string, string>> = {};
  try {
    ({ metadata } = decodeSafetensors(bytes));
  } catch {
    // Its reader says what is wrong with it.
  }
  if (Object.hasOwn(metadata, 'unrolled')) return is('unrolled', 'a model of unrolled');
  return is('safetensors', 'weights in the safetensors format');
}

/** What a text is; null for bytes that are none. */
function ofText(bytes: Uint8Array): FileIdentity | null {
  const text = textOf(bytes.subarray(0, GLANCE));
  if (text === null) return null;
  const start = text.trimStart();
  if (start.startsWith('version https://git-lfs.github.com/spec/')) {
    const size = Number(/^size (\d+)\s*$/m.exec(start)?.[1] ?? NaN);
    const of = Number.isFinite(size) ? ` to a file of ${sizeOf(size)}` : '';
    return is('git-lfs', `a Git LFS pointer${of}`, 'fetch the file itself: git lfs pull');
  }
  if (/^(<!doctype html|<html|<head|<\?xml[^>]*>\s*<!doctype html)/i.test(start)) {
    return is(
      'html',
      'an HTML page',
      'the download was a page about the file; take the link to the raw file',
    );
  }
  if (/^[[{]/.test(start)) return ofJson(bytes);
  if (start === '') return is('text', 'a text without letters', KNOWN);
  const lines = text.split(/\r?\n/).slice(0, 20);
  if (isTable(bytes.length > GLANCE ? lines.slice(0, -1) : lines)) {
    return is('csv', 'a table (CSV)', 'learn it: unrolled train FILE');
  }
  return is('text', 'a text', 'learn it: unrolled train FILE');
}

function ofJson(bytes: Uint8Array): FileIdentity {
  const value = bytes.length <= MOST_JSON ? parsed(bytes) : undefined;
  if (value === undefined) return is('text', 'a text that begins as JSON does, but is none', KNOWN);
  const object = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  if ('weightsManifest' in object || ('modelTopology' in object && 'format' in object)) {
    return is('tfjs', 'a TensorFlow.js model (model.json)');
  }
  const entries = Object.values(object) as unknown[];
  const isEntry = (entry: unknown): boolean =>
    typeof entry === 'object' && entry !== null && 'filename' in entry && 'shape' in entry;
  if (entries.length > 0 && entries.every(isEntry)) return is('ml5', 'the manifest of an ml5 model');
  return is('json', 'JSON, but no model', 'a vocabulary? give it to import: --vocab FILE');
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

/** Lines with the same number of separators, at least one. */
function isTable(lines: readonly string[]): boolean {
  const full = lines.filter((line) => line.trim() !== '');
  return [',', ';', '\t'].some((separator) => {
    // A separator within quotes separates nothing.
    const counts = full.map((line) => line.replace(/"[^"]*"/g, '').split(separator).length);
    return full.length > 1 && counts[0] > 1 && counts.every((count) => count === counts[0]);
  });
}

/** The text that bytes are in UTF-8 or UTF-16; null if they are none. The last character may be cut. */
function textOf(bytes: Uint8Array): string | null {
  const isWide = starts(bytes, '\xff\xfe') || starts(bytes, '\xfe\xff');
  try {
    const decoder = new TextDecoder(isWide ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8', {
      fatal: true,
    });
    const text = decoder.decode(bytes, { stream: true });
    return Array.from(text).some(isControl) ? null : text;
  } catch {
    return null;
  }
}

/** Signs that no text has: blanks, line ends, form feeds and escapes are none of them. */
const isControl = (sign: string): boolean => {
  const code = sign.charCodeAt(0);
  return code < 0x20 && !(code >= 0x09 && code <= 0x0d) && code !== 0x1a && code !== 0x1b;
};

/** Fields of ONNX's ModelProto; those with texts or messages have a length before them. */
const MODEL_FIELDS: Readonly<Record<number, number | undefined>> = {
  ...{ 1: 0, 2: 2, 3: 2, 4: 2, 5: 0, 6: 2, 7: 2, 8: 2, 14: 2, 20: 2, 25: 2, 26: 2 },
};

/** Whether bytes are the fields of a ModelProto: all of them known, a version and a graph among them. */
function isOnnx(bytes: Uint8Array): boolean {
  const seen = new Set<number>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; at < bytes.length; shift *= 128) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
      if (shift > 2 ** 49) break;
    }
    return NaN;
  };
  while (at < bytes.length) {
    const tag = varint();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    if (MODEL_FIELDS[field] !== wire) return false;
    const value = varint();
    if (Number.isNaN(value)) return false;
    if (wire === 2) at += value;
    seen.add(field);
    // A graph that goes beyond the end is of a file that was cut: its reader says so.
    if (field === 7 && at > bytes.length) return seen.has(1);
  }
  return seen.has(7) && (seen.has(1) || seen.has(8));
}

/** Characters of these codes. */
function latin(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

function starts(bytes: Uint8Array, text: string): boolean {
  return bytes.length >= text.length && latin(bytes.subarray(0, text.length)) === text;
}

/** Whether a word of ASCII stands anywhere in the bytes. */
function includes(bytes: Uint8Array, word: string): boolean {
  for (let at = bytes.indexOf(word.charCodeAt(0)); at >= 0; at = bytes.indexOf(word.charCodeAt(0), at + 1)) {
    let i = 1;
    while (i < word.length && bytes[at + i] === word.charCodeAt(i)) i += 1;
    if (i === word.length) return true;
  }
  return false;
}

/** A number of bytes in words: 133 bytes, 30.8 MB. */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
