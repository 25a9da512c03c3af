import { describe, expect, it } from 'vitest';
import { Generator, nn, Tensor } from '../../src/index.js';
import * as functions from '../../src/tensor/functions.js';
import { any, type Case, expectViewsAsCopies, mask, of, unit, whole } from '../view-gradients.js';

const { functional: F } = nn;
const named = (name: string): ((...args: unknown[]) => Tensor) =>
  (functions as unknown as Record<string, (...args: unknown[]) => Tensor>)[name];

/** Cases of functions that take so many tensors of one shape and nothing else. */
const alike = (names: string, ...inputs: Case['inputs']): Record<string, Case> =>
  Object.fromEntries(names.split(' ').map((name) => [name, { f: (...xs) => named(name)(...xs), inputs }]));

/** Cases of methods that change the result of another operation in place. */
const changing = (names: string): Record<string, Case> =>
  Object.fromEntries(
    names
      .split(' ')
      .map((name) => [
        name,
        of((x) => (x.mul(1) as unknown as Record<string, () => Tensor>)[name](), unit(4, 3)),
      ]),
  );

const OPERATIONS: Readonly<Record<string, Case>> = {
  ...alike(
    'abs ceil cos elu erf exp expm1 floor gelu hardsigmoid hardtanh leakyRelu logSigmoid neg relu',
    any(4, 3),
  ),
  ...alike('relu6 round selu sigmoid sign silu sin softplus softsign square tanh', any(4, 3)),
  ...alike('log log1p reciprocal rsqrt sqrt', unit(4, 3)),
  ...alike('amax amin max mean min norm prod std sum variance tril triu', any(4, 3)),
  ...alike('add div maximum minimum mul pow remainder sub', unit(4, 3), unit(3)),
  clamp: of((x) => x.clamp(-0.5, 0.5), any(4, 3)),
  where: of((m, x, z) => functions.where(m, x, z), mask(4, 3), any(4, 3), any(3)),
  maskedFill: of((x, m) => x.maskedFill(m, 2), any(4, 3), mask(3)),
  maskedSelect: of((x, m) => x.maskedSelect(m), any(4, 3), mask(4, 3)),

  matmul: of((a, b) => a.matmul(b), any(2, 4, 3), any(3, 2)),
  'matmul of batches': of((a, b) => a.matmul(b), any(2, 4, 3), any(2, 3, 2)),
  'matmul of stretched batches': of((a, b) => a.matmul(b), any(2, 4, 3), any(1, 3, 2)),
  mm: of((a, b) => a.mm(b), any(4, 3), any(3, 2)),
  bmm: of((a, b) => a.bmm(b), any(2, 4, 3), any(2, 3, 2)),
  mv: of((a, b) => a.mv(b), any(4, 3), any(3)),
  dot: of((a, b) => a.dot(b), any(3), any(3)),
  outer: of((a, b) => a.outer(b), any(4), any(3)),
  addmm: of((x, a, b) => x.addmm(a, b), any(2), any(4, 3), any(3, 2)),
  addmv: of((x, a, b) => x.addmv(a, b), any(4), any(4, 3), any(3)),
  baddbmm: of((x, a, b) => x.baddbmm(a, b), any(2, 4, 2), any(2, 4, 3), any(2, 3, 2)),
  addcmul: of((x, a, b) => x.addcmul(a, b), any(4, 3), any(3), any(4, 3)),
  addcdiv: of((x, a, b) => x.addcdiv(a, b), any(4, 3), any(3), unit(4, 3)),
  lerp: of((x, z, w) => x.lerp(z, w), any(4, 3), any(3), unit(4, 3)),
  einsum: of((a, b) => functions.einsum('bth,bsh->bts', a, b), any(2, 4, 3), any(2, 2, 3)),

  'sum along axes': of((x) => x.sum([0, 2]), any(2, 4, 3)),
  'max along an axis': of((x) => x.max(1).values, any(4, 3)),
  'min along an axis': of((x) => x.min(0).values, any(4, 3)),
  'prod along an axis': of((x) => x.prod(0), any(4, 3)),
  'norm along an axis': of((x) => x.norm(2, 1), any(4, 3)),
  cumsum: of((x) => x.cumsum(0), any(4, 3)),
  cumprod: of((x) => x.cumprod(1), any(4, 3)),
  softmax: of((x) => x.softmax(0), any(4, 3)),
  logSoftmax: of((x) => x.logSoftmax(1), any(4, 3)),
  logsumexp: of((x) => x.logsumexp(0), any(4, 3)),
  sort: of((x) => x.sort(0).values, any(4, 3)),
  topk: of((x) => x.topk(2, 1).values, any(4, 3)),
  median: of((x) => x.median(1).values, any(4, 3)),

  at: of((x) => x.at(':', [0, 2]), any(4, 3)),
  'at positions': of((x, i) => x.at(i), any(4, 3), whole(0, 4, 5)),
  'at a mask': of((x, m) => x.at(m), any(4, 3), mask(4, 3)),
  gather: of((x, i) => x.gather(0, i), any(4, 3), whole(0, 4, 2, 3)),
  takeAlongDim: of((x, i) => x.takeAlongDim(i, 1), any(4, 3), whole(0, 3, 4, 2)),
  indexSelect: of((x, i) => x.indexSelect(1, i), any(4, 3), whole(0, 3, 5)),
  scatter: of((x, i, z) => x.scatter(1, i, z), any(4, 3), whole(0, 3, 4, 1), any(4, 1)),
  scatterAdd: of((x, i, z) => x.scatterAdd(0, i, z), any(4, 3), whole(0, 4, 2, 3), any(2, 3)),
  indexAdd: of((x, i, z) => x.indexAdd(0, i, z), any(4, 3), whole(0, 4, 5), any(5, 3)),
  indexCopy: of((x, i, z) => x.indexCopy(1, i, z), any(4, 3), whole(0, 3, 1), any(4, 1)),
  indexFill: of((x, i) => x.indexFill(0, i, 2), any(4, 3), whole(0, 4, 2)),
  flip: of((x) => x.flip([0]), any(4, 3)),
  roll: of((x) => x.roll(1, 1), any(4, 3)),
  repeat: of((x) => functions.repeat(x, [2, 1, 2]), any(4, 3)),
  repeatInterleave: of((x) => x.repeatInterleave(2, 0), any(4, 3)),
  diagonal: of((x) => x.diagonal(), any(4, 3)),
  diag: of((x) => x.diag(), any(3)),
  trace: of((x) => x.trace(), any(4, 3)),

  cat: of((x, z) => functions.cat([x, z], 1), any(4, 3), any(4, 2)),
  stack: of((x, z) => functions.stack([x, z], 1), any(4, 3), any(4, 3)),
  chunk: of((x) => x.chunk(2, 0), any(4, 3)),
  split: of((x) => x.split([1, 2], 1), any(4, 3)),
  unbind: of((x) => x.unbind(1), any(4, 3)),
  narrow: of((x) => x.narrow(1, 1, 2), any(4, 3)),
  select: of((x) => x.select(0, 1), any(4, 3)),
  slice: of((x) => x.slice(0, 0, 4, 2), any(4, 3)),
  flatten: of((x) => x.flatten(), any(4, 3)),
  reshape: of((x) => x.reshape(2, 6), any(4, 3)),
  unflatten: of((x) => x.unflatten(0, [2, 2]), any(4, 3)),
  permute: of((x) => x.permute([2, 0, 1]), any(2, 4, 3)),
  transpose: of((x) => x.transpose(0, 1), any(4, 3)),
  squeeze: of((x) => x.squeeze(1), any(4, 1, 3)),
  unsqueeze: of((x) => x.unsqueeze(1), any(4, 3)),

  // Methods alone.
  t: of((x) => x.t(), any(4, 3)),
  T: of((x) => x.T, any(4, 3)),
  mT: of((x) => x.mT, any(2, 4, 3)),
  view: of((x) => x.unsqueeze(0).view(1, 4, 1, 3), any(4, 3)),
  expand: of((x) => x.unsqueeze(0).expand(2, 4, 3), any(4, 3)),
  expandAs: of((x, z) => x.expandAs(z), any(3), any(4, 3)),
  viewAs: of((x, z) => x.unsqueeze(0).viewAs(z), any(4, 3), any(1, 4, 3)),
  reshapeAs: of((x, z) => x.reshapeAs(z), any(4, 3), any(2, 6)),
  typeAs: of((x, z) => x.typeAs(z), any(4, 3), any(2)),
  clone: of((x) => x.clone(), any(4, 3)),
  contiguous: of((x) => x.contiguous(), any(4, 3)),
  float: of((x) => x.float(), any(4, 3)),
  to: of((x) => x.to('float32'), any(4, 3)),
  add_: of((x, z) => x.mul(1).add_(z), any(4, 3), any(3)),
  sub_: of((x, z) => x.mul(1).sub_(z), any(4, 3), any(3)),
  mul_: of((x, z) => x.mul(1).mul_(z), any(4, 3), any(3)),
  div_: of((x, z) => x.mul(1).div_(z), any(4, 3), unit(3)),
  pow_: of((x, z) => x.mul(1).pow_(z), unit(4, 3), unit(3)),
  remainder_: of((x, z) => x.mul(1).remainder_(z), unit(4, 3), unit(3)),
  addcmul_: of((x, a, b) => x.mul(1).addcmul_(a, b), any(4, 3), any(3), any(4, 3)),
  addcdiv_: of((x, a, b) => x.mul(1).addcdiv_(a, b), any(4, 3), any(3), unit(4, 3)),
  lerp_: of((x, z, w) => x.mul(1).lerp_(z, w), any(4, 3), any(3), unit(4, 3)),
  indexAdd_: of((x, i, z) => x.mul(1).indexAdd_(0, i, z), any(4, 3), whole(0, 4, 5), any(5, 3)),
  indexCopy_: of((x, i, z) => x.mul(1).indexCopy_(1, i, z), any(4, 3), whole(0, 3, 1), any(4, 1)),
  indexFill_: of((x, i) => x.mul(1).indexFill_(0, i, 2), any(4, 3), whole(0, 4, 2)),
  squeeze_: of((x) => x.mul(1).squeeze_(1), any(4, 1, 3)),
  unsqueeze_: of((x) => x.mul(1).unsqueeze_(1), any(4, 3)),
  ...changing('abs_ exp_ log_ neg_ relu_ sigmoid_ sqrt_ square_ tanh_'),
  clamp_: of((x) => x.mul(1).clamp_(0, 1), any(4, 3)),
  fill_: of((x) => x.mul(1).fill_(1), any(4, 3)),
  zero_: of((x) => x.mul(1).zero_(), any(4, 3)),
  copy_: of((x, z) => x.mul(1).copy_(z), any(4, 3), any(3)),
  maskedFill_: of((x, m) => x.mul(1).maskedFill_(m, 1), any(4, 3), mask(4, 3)),
  'copy_ into a part': of(
    (x, z) => {
      const y = x.mul(1);
      y.select(0, 1).copy_(z);
      return y;
    },
    ...[any(4, 3), any(3)],
  ),
  indexPut_: of((x, i, z) => x.mul(1).indexPut_([i], z), any(4, 3), whole(0, 4, 1), any(1, 3)),
  scatterAdd_: of((x, i, z) => x.mul(1).scatterAdd_(0, i, z), any(4, 3), whole(0, 4, 2, 3), any(2, 3)),
  scatter_: of((x, i, z) => x.mul(1).scatter_(1, i, z), any(4, 3), whole(0, 3, 4, 1), any(4, 1)),
};

const FUNCTIONAL: Readonly<Record<string, Case>> = {
  ...OPERATIONS,
  linear: of((x, W, b) => F.linear(x, W, b), any(2, 4, 3), any(5, 3), any(5)),
  'linear of one-hot rows': of((i, W) => F.linear(F.oneHot(i, 3), W), whole(0, 3, 2, 4), any(5, 3)),
  embedding: of((i, W) => F.embedding(i, W, { scaleGradByFreq: true }), whole(0, 5, 2, 4), any(5, 3)),
  layerNorm: of((x, weight, bias) => F.layerNorm(x, [3], { weight, bias }), any(4, 3), any(3), any(3)),
  crossEntropy: of((x, t) => F.crossEntropy(x, t), any(4, 3), whole(0, 3, 4)),
  'crossEntropy of probabilities': of((x, t) => F.crossEntropy(x, t), any(4, 3), unit(4, 3)),
  'crossEntropy with weights': of(
    (x, t, weight) => F.crossEntropy(x, t, { weight: weight.detach(), reduction: 'none' }),
    ...[any(2, 3, 4), whole(0, 3, 2, 4), unit(3)],
  ),
  nllLoss: of(
    (x, t, weight) => F.nllLoss(x, t, { weight: weight.detach() }),
    any(4, 3),
    whole(0, 3, 4),
    unit(3),
  ),
  binaryCrossEntropy: of(
    (x, t, weight) => F.binaryCrossEntropy(x, t, { weight }),
    ...[unit(4, 3), unit(4, 3), unit(3)],
  ),
  binaryCrossEntropyWithLogits: of(
    (x, t, weight, posWeight) => F.binaryCrossEntropyWithLogits(x, t, { weight, posWeight }),
    ...[any(4, 3), unit(4, 3), unit(4, 3), unit(3)],
  ),
  klDiv: of((x, t) => F.klDiv(x, t, { reduction: 'batchmean' }), any(4, 3), unit(4, 3)),
  'klDiv of logarithms': of((x, t) => F.klDiv(x, t, { logTarget: true }), any(4, 3), any(4, 3)),
  mseLoss: of((x, t) => F.mseLoss(x, t), any(4, 3), any(4, 3)),
  l1Loss: of((x, t) => F.l1Loss(x, t, { reduction: 'none' }), any(4, 3), any(4, 3)),
  smoothL1Loss: of((x, t) => F.smoothL1Loss(x, t), any(4, 3), any(4, 3)),
  huberLoss: of((x, t) => F.huberLoss(x, t), any(4, 3), any(4, 3)),
  pad: of((x) => F.pad(x, [1, 2], { mode: 'reflect' }), any(4, 3)),
  'pad with a value': of((x) => F.pad(x, [1, -1, 0, 2]), any(4, 3)),
  normalize: of((x) => F.normalize(x), any(4, 3)),
  cosineSimilarity: of((x, z) => F.cosineSimilarity(x, z), any(4, 3), any(1, 3)),
  pairwiseDistance: of((x, z) => F.pairwiseDistance(x, z), any(4, 3), any(3)),
  gumbelSoftmax: of((x) => F.gumbelSoftmax(x, { generator: new Generator(0) }), any(4, 3)),
  gaussianNllLoss: of((x, t, v) => F.gaussianNllLoss(x, t, v), any(4, 3), any(4, 3), unit(4, 3)),
  hingeEmbeddingLoss: of((x, t) => F.hingeEmbeddingLoss(x, t.mul(2).sub(1)), any(4, 3), whole(0, 2, 4, 3)),
  marginRankingLoss: of(
    (x, z, t) => F.marginRankingLoss(x, z, t.mul(2).sub(1)),
    ...[any(4, 3), any(4, 3), whole(0, 2, 4, 3)],
  ),
  cosineEmbeddingLoss: of(
    (x, z, t) => F.cosineEmbeddingLoss(x, z, t.mul(2).sub(1)),
    ...[any(4, 3), any(4, 3), whole(0, 2, 4)],
  ),
  tripletMarginLoss: of((a, p, n) => F.tripletMarginLoss(a, p, n), any(4, 3), any(4, 3), any(4, 3)),
  ctcLoss: of(
    (x, t, n, m) => F.ctcLoss(x, t, n, m),
    ...[any(5, 2, 3), whole(1, 3, 2, 2), whole(4, 6, 2), whole(1, 3, 2)],
  ),
};

// Functions without a gradient: makers, questions, positions and whole numbers.
const WITHOUT_GRADIENT = new Set(
  (
    'Generator Tensor all allclose any arange argmax argmin argsort bernoulli bincount capture empty emptyLike engineReport eq ' +
    'equal eye floorDivide full fullLike ge getNumThreads gt initialSeed isGradEnabled isfinite isinf isnan le linspace logicalAnd logicalNot ' +
    'logicalOr logicalXor lt manualSeed memoryUsage multinomial ne newEmpty newFull newOnes newTensor newZeros noGrad nonzero normal oneHot ones onesLike rand ' +
    'randLike randint randintLike randn randnLike randperm setMemoryBudget setNumThreads tensor uniform zeros zerosLike ' +
    'address backward become bernoulli_ bool constructor data detach dim dispose grad gradNode int isContiguous isLeaf item ndim numel registerHook requiresGrad ' +
    'normal_ requiresGrad_ size toJSON toString tolist uniform_ unique uniqueConsecutive window'
  ).split(' '),
);
// Draws another mask where memory lies otherwise: test/nn/dropout.test.ts.
const ELSEWHERE = new Set(['dropout']);

describe('an operation gives views the gradients of contiguous copies', () => {
  const exported = [
    ...Object.entries(functions).flatMap(([name, f]) => (typeof f === 'function' ? [name] : [])),
    ...Object.getOwnPropertyNames(Tensor.prototype),
    ...Object.keys(F),
  ];

  it('of which every exported one has a case', () => {
    const known = (name: string): boolean =>
      name in FUNCTIONAL || WITHOUT_GRADIENT.has(name) || ELSEWHERE.has(name);
    expect(exported.filter((name) => !known(name))).toEqual([]);
  });

  it.each(Object.keys(FUNCTIONAL))('%s', (name) => {
    expectViewsAsCopies(FUNCTIONAL[name]);
  });
});
