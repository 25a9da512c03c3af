import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nn, randn, tensor, zeros } from '../../../src/index.js';
import { expectGradients } from '../../gradients.js';

const words = [tensor([1, 2, 3]), tensor([4]), tensor([5, 6])];

describe('packing', () => {
  it('puts first steps first, and remembers where each sequence came from', () => {
    const packed = nn.packSequence(words, { enforceSorted: false });
    expect(packed.data.tolist()).toEqual([1, 5, 4, 2, 6, 3]);
    expect(packed.batchSizes.tolist()).toEqual([3, 2, 1]);
    expect(packed.sortedIndices?.tolist()).toEqual([0, 2, 1]);
    expect(packed.unsortedIndices?.tolist()).toEqual([0, 2, 1]);
  });

  it('is undone by padding, for any lengths, layouts and orders', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(lengths, fc.boolean(), fc.integer({ min: 0, max: 2 }), (sizes, batchFirst, more) => {
        const sequences = sizes.map((n) => randn([n, 2]));
        const totalLength = Math.max(...sizes) + more;
        const packed = nn.packSequence(sequences, { enforceSorted: false });
        const [padded, found] = nn.padPackedSequence(packed, { batchFirst, totalLength, paddingValue: -1 });
        expect(padded.shape).toEqual(
          batchFirst ? [sizes.length, totalLength, 2] : [totalLength, sizes.length, 2],
        );
        expect(found.tolist()).toEqual(sizes);
        nn.unpadSequence(padded, found, { batchFirst }).forEach((x, i) => {
          expect(x.tolist()).toEqual(sequences[i].tolist());
        });
        const again = nn.packPaddedSequence(padded, found, { batchFirst, enforceSorted: false });
        expect(again.data.tolist()).toEqual(packed.data.tolist());
      }),
      { numRuns: 40 },
    );
  });

  it('pads on either side', () => {
    expect(nn.padSequence(words, { batchFirst: true, paddingValue: 9 }).tolist()).toEqual([
      [1, 2, 3],
      [4, 9, 9],
      [5, 6, 9],
    ]);
    expect(nn.padSequence(words, { batchFirst: true, paddingSide: 'left' }).tolist()).toEqual([
      [1, 2, 3],
      [0, 0, 4],
      [0, 5, 6],
    ]);
  });

  it('lets gradients through to where the numbers came from', () => {
    const sequences = [randn([3, 2]), randn([1, 2])];
    expectGradients(() => nn.packSequence(sequences).data, sequences);
    expectGradients(() => nn.padSequence(sequences), sequences);
    expectGradients(() => nn.padPackedSequence(nn.packSequence(sequences))[0], sequences);
  });

  it('prints what it holds', () => {
    expect(String(nn.packSequence([tensor([1, 2])]))).toBe(
      'PackedSequence(data=tensor([1, 2]), batchSizes=tensor([1, 1]), sortedIndices=null, unsortedIndices=null)',
    );
  });

  const padded = zeros([3, 2, 1]);
  it.each([
    ['an unsorted list', () => nn.packSequence([words[1], words[0]]), 'pass { enforceSorted: false }'],
    ['an empty list', () => nn.packSequence([]), 'at least one sequence'],
    ['one tensor', () => nn.padSequence(zeros([2]) as never), 'must be a list of tensors'],
    ['an empty sequence', () => nn.packSequence([zeros([0, 1])]), 'has length 0'],
    ['a scalar', () => nn.padSequence([zeros([])]), 'is a scalar'],
    [
      'mixed dtypes',
      () => nn.padSequence([words[0], zeros([2])]),
      'sequence 1 is float32, but the first is int32',
    ],
    [
      'other features',
      () => nn.padSequence([zeros([2, 3]), zeros([2, 4])]),
      'only the first axis may differ',
    ],
    ['a side that is none', () => nn.padSequence(words, { paddingSide: 'top' as 'left' }), "not 'top'"],
    ['too few lengths', () => nn.packPaddedSequence(padded, [3]), 'there are 1 lengths, but 2 sequences'],
    ['a length above time', () => nn.packPaddedSequence(padded, [4, 1]), 'the input has only 3 steps'],
    ['a length of 0', () => nn.packPaddedSequence(padded, [3, 0]), 'whole numbers above 0'],
    ['one axis', () => nn.packPaddedSequence(zeros([3]), [3]), 'needs an axis of time and one of sequences'],
    ['no sequences', () => nn.packPaddedSequence(zeros([3, 0]), []), 'there are no sequences'],
    [
      'too short a total',
      () => nn.padPackedSequence(nn.packSequence(words, { enforceSorted: false }), { totalLength: 2 }),
      'totalLength is 2',
    ],
    ['too few lengths to unpad', () => nn.unpadSequence(padded, [3]), 'there are 1 lengths'],
  ])('refuses %s', (_what, call, sentence) => {
    expect(call).toThrow(sentence);
  });
});
