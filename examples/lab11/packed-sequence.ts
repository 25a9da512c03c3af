// Lab 11-6: words of different lengths, padded and packed. npx node examples/lab11/packed-sequence.ts
import { eye, manualSeed, nn, tensor, type Tensor } from 'unrolled';

manualSeed(0);
const data = ['hello world', 'midnight', 'calculation', 'path', 'short circuit'];

const charSet = ['<pad>', ...new Set(data.join(''))];
const char2idx = new Map(charSet.map((c, i) => [c, i]));
console.log('characters', charSet.length, charSet.join(' '));

// A tensor of indices for each word.
const X = data.map((word) => tensor([...word].map((c) => char2idx.get(c)!)));
const lengths = X.map((x) => x.size(0));
console.log('lengths', lengths);

// Padded: one rectangle, filled up with <pad>.
const padded = nn.padSequence(X, { batchFirst: true });
console.log('padded', padded.shape);
console.log(padded);

// Packed: the first letters of all words, then all second letters … The longest word comes first.
const order = [...X.keys()].sort((a, b) => lengths[b] - lengths[a]);
const sorted = order.map((i) => X[i]);
const packed = nn.packSequence(sorted);
console.log('packed', packed.data.shape);
console.log(packed);

// One-hot letters: rows of the identity matrix.
const identity = eye(charSet.length, { dtype: 'float32' });
const embed = (indices: Tensor): Tensor => identity.at(indices);
const embedded = embed(padded);
const embeddedPacked = nn.packSequence(sorted.map(embed));
console.log('embedded', embedded.shape, 'packed', embeddedPacked.data.shape);

// A layer takes both; packed, it computes only the letters that are there.
const rnn = new nn.RNN(charSet.length, 30, { batchFirst: true });
const [output, hidden] = rnn.forward(embedded);
console.log('output', output.shape, 'hidden', hidden.shape);
const [packedOutput, packedHidden] = rnn.forward(embeddedPacked);
console.log('packed output', packedOutput.data.shape, 'hidden', packedHidden.shape);

// And back: the rectangle and the lengths.
const [unpacked, sequenceLengths] = nn.padPackedSequence(embeddedPacked, { batchFirst: true });
console.log('unpacked', unpacked.shape, 'lengths', sequenceLengths.tolist());

// Packing a rectangle gives the same as packing a list.
const sortedLengths = order.map((i) => lengths[i]);
const repacked = nn.packPaddedSequence(embed(nn.padSequence(sorted, { batchFirst: true })), sortedLengths, {
  batchFirst: true,
});
console.log('repacked', repacked.data.shape, 'batch sizes', repacked.batchSizes.tolist());
