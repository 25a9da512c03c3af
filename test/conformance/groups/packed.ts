import { nn } from '../../../src/index.js';
import type { Got } from '../../golden/golden.js';
import {
  backwardFrom,
  camelCase,
  gradsOf,
  inputsOf,
  needsOtherType,
  type Outcome,
  type Runner,
  unsupported,
} from '../group.js';
import { layerFor, loadParams, runLayer } from './recurrent.js';

interface PackArgs {
  readonly batchFirst: boolean;
  readonly enforceSorted: boolean;
  readonly paddingValue: number;
  readonly totalLength?: number | null;
}

const indicesOf = ({ sortedIndices, unsortedIndices }: nn.PackedSequence): Record<string, Got> => ({
  sorted_indices: sortedIndices,
  unsorted_indices: unsortedIndices,
});

/** Packing, a layer over packed input, and padding again. */
export const packed: Runner = (c): Outcome => {
  if (needsOtherType(c)) return unsupported('float64');
  const { batchFirst, enforceSorted, paddingValue, totalLength, ...args } = camelCase<PackArgs>(c.args);
  const padding = { batchFirst, paddingValue, totalLength: totalLength ?? undefined };
  const inputs = inputsOf(c);
  if (c.op === 'PackSequence') {
    const sequences = Object.values(inputs);
    const sequence = nn.packSequence(sequences, { enforceSorted });
    const out = { data: sequence.data, padded: nn.padSequence(sequences, padding) };
    backwardFrom(out, c.cot);
    return {
      out: { ...out, batch_sizes: sequence.batchSizes, ...indicesOf(sequence) },
      grad: gradsOf(c, inputs),
    };
  }
  const sequence = nn.packPaddedSequence(inputs.input, inputs.lengths, { batchFirst, enforceSorted });
  if (c.op === 'PackPad') {
    const [output, lengths] = nn.padPackedSequence(sequence, padding);
    backwardFrom({ output, data: sequence.data }, c.cot);
    return {
      out: {
        ...{ data: sequence.data, batch_sizes: sequence.batchSizes, output, lengths },
        ...indicesOf(sequence),
      },
      grad: gradsOf(c, inputs),
    };
  }
  const layer = layerFor(c.op.slice('Packed'.length), { ...args, batch_first: batchFirst });
  loadParams(layer, c);
  const { output: result, states } = runLayer(layer, sequence, inputs.h0, inputs.c0);
  const [output, lengths] = nn.padPackedSequence(result, padding);
  backwardFrom({ output, ...states }, c.cot);
  return {
    out: {
      ...{ packed_in_data: sequence.data, packed_out_data: result.data, batch_sizes: sequence.batchSizes },
      ...{ output, lengths, ...states },
      ...indicesOf(sequence),
    },
    grad: gradsOf(c, { ...inputs, ...Object.fromEntries(layer.namedParameters()) }),
  };
};
