import type { SafetensorsEntry } from '../formats/safetensors.js';
import { valuesOf } from '../formats/values.js';
import type { NetworkLayer } from './layers.js';

// The names that people give to a recurrent network which they write by hand, after Karpathy's min-char-rnn:
//
//     h' = tanh(Wxh x + Whh h + bh),  y = Why h' + by
//
// or the same with row vectors, x Wxh + h Whh, where all matrices are transposed.

interface Names {
  readonly xh: readonly string[];
  readonly hh: readonly string[];
  readonly hy: readonly string[];
  readonly bh: readonly string[];
  readonly by: readonly string[];
}

const FAMILIES: readonly Names[] = [
  {
    xh: ['Wxh', 'W_xh', 'wxh', 'w_xh', 'Whx', 'W_hx'],
    hh: ['Whh', 'W_hh', 'whh', 'w_hh'],
    hy: ['Why', 'W_hy', 'why', 'w_hy', 'Wyh', 'W_yh', 'W_hq', 'W_ho', 'Who'],
    bh: ['bh', 'b_h', 'Bh'],
    by: ['by', 'b_y', 'By', 'b_q', 'b_o', 'bo'],
  },
  { xh: ['Wax'], hh: ['Waa'], hy: ['Wya'], bh: ['ba'], by: ['by'] },
  { xh: ['Wx'], hh: ['Wh'], hy: ['Wy'], bh: ['bh', 'b'], by: ['by'] },
  { xh: ['U'], hh: ['W'], hy: ['V'], bh: ['b'], by: ['c'] },
];

/** What was found under such names, and the names that it uses. */
export interface PlainRnn {
  readonly layers: readonly NetworkLayer[];
  readonly used: readonly string[];
  readonly notes: readonly string[];
}

/** A hand-written recurrent network among tensors; null if there is none. */
export function plainRnn(tensors: ReadonlyMap<string, SafetensorsEntry>): PlainRnn | null {
  for (const family of FAMILIES) {
    const find = (names: readonly string[]): string | null => names.find((name) => tensors.has(name)) ?? null;
    const [xh, hh] = [find(family.xh), find(family.hh)];
    if (xh === null || hh === null) continue;
    const names = { xh, hh, hy: find(family.hy), bh: find(family.bh), by: find(family.by) };
    const found = read(tensors, names);
    if (found !== null) return found;
  }
  return null;
}

function read(
  tensors: ReadonlyMap<string, SafetensorsEntry>,
  names: { readonly xh: string; readonly hh: string } & Readonly<Record<'hy' | 'bh' | 'by', string | null>>,
): PlainRnn | null {
  const get = (name: string | null): SafetensorsEntry | null =>
    name === null ? null : (tensors.get(name) ?? null);
  const [wx, wh, wy] = [get(names.xh)!, get(names.hh)!, get(names.hy)];
  const hidden = wh.shape[0];
  if (
    wh.shape.length !== 2 ||
    wh.shape[1] !== hidden ||
    wx.shape.length !== 2 ||
    !wx.shape.includes(hidden)
  ) {
    return null;
  }
  if (wy !== null && (wy.shape.length !== 2 || !wy.shape.includes(hidden))) return null;
  const [bh, by] = [get(names.bh), get(names.by)];
  const byRows = hasRowVectors(wx, wy, hidden, bh);
  const inputs = byRows.rows ? wx.shape[0] : wx.shape[1];
  const outputs = wy === null ? 0 : byRows.rows ? wy.shape[1] : wy.shape[0];
  const isVector = (b: SafetensorsEntry | null, size: number): boolean =>
    b === null || b.shape.reduce((n, s) => n * s, 1) === size;
  if (!isVector(bh, hidden) || !isVector(by, outputs)) return null;
  const matrix = (name: string, w: SafetensorsEntry): SafetensorsEntry =>
    byRows.rows ? transposed(name, w) : w;
  const vector = (b: SafetensorsEntry): SafetensorsEntry => ({
    ...b,
    shape: [b.shape.reduce((n, s) => n * s, 1)],
  });
  const weights = new Map([
    ['weight_ih_l0', matrix(names.xh, wx)],
    ['weight_hh_l0', matrix(names.hh, wh)],
  ]);
  if (bh !== null) weights.set('bias_ih_l0', vector(bh)).set('bias_hh_l0', zerosLike(vector(bh)));
  const layers: NetworkLayer[] = [
    {
      ...{ kind: 'recurrent', name: 'rnn', cell: 'rnn', inputSize: inputs, hiddenSize: hidden, numLayers: 1 },
      ...{ bidirectional: false, reverse: false, projSize: 0, bias: bh !== null, nonlinearity: null },
      ...{ batchFirst: null, dropout: 0, returns: null, weights },
    },
  ];
  if (wy !== null) {
    const bias = by === null ? null : vector(by);
    layers.push({ kind: 'linear', name: 'head', weight: matrix(names.hy!, wy), bias });
  }
  const used = Object.values(names).filter((name) => name !== null);
  return { layers, used, notes: byRows.note === null ? [] : [byRows.note] };
}

/** Whether inputs are row vectors: by a matrix that is not square, else by a bias of one row. */
function hasRowVectors(
  wx: SafetensorsEntry,
  wy: SafetensorsEntry | null,
  hidden: number,
  bias: SafetensorsEntry | null,
): { readonly rows: boolean; readonly note: string | null } {
  if (wx.shape[0] !== wx.shape[1]) return { rows: wx.shape[1] === hidden, note: null };
  if (wy !== null && wy.shape[0] !== wy.shape[1]) return { rows: wy.shape[0] === hidden, note: null };
  const [first, second] = bias?.shape ?? [];
  if (bias?.shape.length === 2 && first !== second) return { rows: first === 1, note: null };
  return {
    rows: false,
    note: 'all matrices are square, so that W x and x W look the same: W x is taken, as min-char-rnn has it',
  };
}

function transposed(name: string, entry: SafetensorsEntry): SafetensorsEntry {
  const { data } = valuesOf(name, entry);
  const [rows, columns] = entry.shape;
  const turned = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) turned[j * rows + i] = data[i * columns + j];
  }
  return { dtype: 'F32', shape: [columns, rows], bytes: new Uint8Array(turned.buffer) };
}

/** Zeros of the shape of an entry. */
export function zerosLike({ shape }: Pick<SafetensorsEntry, 'shape'>): SafetensorsEntry {
  const count = shape.reduce((n, size) => n * size, 1);
  return { dtype: 'F32', shape, bytes: new Uint8Array(count * 4) };
}
