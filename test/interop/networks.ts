import { readFileSync } from 'node:fs';
import type { SafetensorsEntry } from '../../src/formats/safetensors.js';

/** A network of PyTorch's: its state_dict, what it was given and what it gave. */
export interface GoldenNetwork {
  readonly state: ReadonlyMap<string, SafetensorsEntry>;
  readonly x: number[][] | number[][][];
  readonly y: number[][] | number[][][];
}

interface Stored {
  readonly state: Readonly<Record<string, { readonly shape: number[]; readonly b64: string }>>;
  readonly x: number[][];
  readonly y: number[][];
}

/** What real PyTorch gave: see test/golden/networks/make.py. */
export function goldenNetwork(name: 'names' | 'tagger' | 'forecaster'): GoldenNetwork {
  const all = JSON.parse(readFileSync('test/golden/networks/networks.json', 'utf8')) as Record<
    string,
    Stored
  >;
  const { state, x, y } = all[name];
  const entries = Object.entries(state).map(([key, { shape, b64 }]) => {
    const bytes = new Uint8Array(Buffer.from(b64, 'base64'));
    return [key, { dtype: 'F32', shape, bytes }] as const;
  });
  return { state: new Map(entries), x, y };
}

/** The bytes of a checkpoint that real PyTorch saved. */
export const goldenCheckpoint = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(`test/golden/networks/${name}`));
