import { FormatError } from '../../errors.js';
import type { ForeignLayer } from '../foreign.js';

/** Numbers that a layer reads and gives at each step; null where it takes any. */
function sizesOf(layer: ForeignLayer): readonly [reads: number | null, gives: number | null] {
  switch (layer.kind) {
    case 'embedding':
      return [null, layer.weight.shape[1]];
    case 'linear':
      return [layer.weight.shape[1], layer.weight.shape[0]];
    case 'layerNorm':
      return [layer.weight.shape[0], layer.weight.shape[0]];
    case 'rnn':
    case 'lstm':
    case 'gru': {
      const hidden = layer.weights.weight_hh_l0.shape[1];
      return [layer.weights.weight_ih_l0.shape[1], layer.bidirectional ? 2 * hidden : hidden];
    }
    default:
      return [null, null];
  }
}

/** @throws FormatError where a layer does not read as many numbers as the one before it gives */
export function expectFitting(source: string, layers: readonly ForeignLayer[]): void {
  let width: number | null = null;
  let before = '';
  for (const layer of layers) {
    const [reads, gives] = sizesOf(layer);
    if (width !== null && reads !== null && reads !== width) {
      throw new FormatError(
        `${source}: '${layer.name}' reads ${reads} numbers, and '${before}' before it gives ${width}`,
        {
          hint: 'the file may be damaged, or its weights belong to another model',
        },
      );
    }
    if (gives !== null) [width, before] = [gives, layer.name];
  }
}
