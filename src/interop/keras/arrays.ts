import { FormatError } from '../../errors.js';
import type { SafetensorsEntry } from '../../formats/safetensors.js';
import { valuesOf } from '../../formats/values.js';

/** Numbers with a shape, as float32: all that weights are here. */
export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** @throws FormatError for whole numbers, which no layer has for weights */
export function weightOf(name: string, entry: SafetensorsEntry): Weight {
  const { dtype, data } = valuesOf(name, entry);
  if (dtype === 'float32') return { shape: entry.shape, data };
  throw new FormatError(`'${name}' has numbers of the type ${entry.dtype}, and weights are floats`, {
    hint: 'the model may be quantised: save it again in float32',
  });
}

export function entryOfWeight({ shape, data }: Weight): SafetensorsEntry {
  return { dtype: 'F32', shape, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

export const constant = (value: number, ...shape: number[]): Weight => ({
  shape,
  data: new Float32Array(shape.reduce((n, size) => n * size, 1)).fill(value),
});

/** (rows, columns) → (columns, rows) */
export function transposed({ shape: [rows, columns], data }: Weight): Weight {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = data[row * columns + column];
  }
  return { shape: [columns, rows], data: turned };
}

/** Some rows of a matrix, or elements of a vector: a window. */
export function rowsOf({ shape: [, ...rest], data }: Weight, start: number, end: number): Weight {
  const size = rest.reduce((n, axis) => n * axis, 1);
  return { shape: [end - start, ...rest], data: data.subarray(start * size, end * size) };
}

/** Blocks of rows, one below the other. */
export function stackedRows(blocks: readonly Weight[]): Weight {
  const data = new Float32Array(blocks.reduce((n, block) => n + block.data.length, 0));
  let at = 0;
  for (const block of blocks) {
    data.set(block.data, at);
    at += block.data.length;
  }
  const rows = blocks.reduce((n, { shape }) => n + shape[0], 0);
  return { shape: [rows, ...blocks[0].shape.slice(1)], data };
}

/** The gates of a cell, blocks of rows, in another order. */
export function gatesInOrder(weight: Weight, order: readonly number[]): Weight {
  const size = weight.shape[0] / order.length;
  return stackedRows(order.map((gate) => rowsOf(weight, gate * size, (gate + 1) * size)));
}
