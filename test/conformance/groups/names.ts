import * as u from '../../../src/index.js';
import { backwardFrom, gradsOf, inputsOf, type Runner, unsupported } from '../group.js';

type Expression = (x: u.Tensor, y: u.Tensor, z: u.Tensor) => u.Tensor | u.Tensor[];

const F = u.nn.functional;
const { Bernoulli, Categorical, klDivergence, Normal } = u.distributions;
const every = ({ values, inverse, counts }: u.Unique): u.Tensor[] => [values, inverse, counts];
const both = { returnInverse: true, returnCounts: true } as const;

const WRITTEN: Readonly<Record<string, Expression | undefined>> = {
  'torch.addmm(x, y, z)': (x, y, z) => u.addmm(x, y, z),
  'torch.addmm(x, y, z, beta=0.5, alpha=2)': (x, y, z) => x.addmm(y, z, { beta: 0.5, alpha: 2 }),
  'torch.addmm(x, y, z, beta=0)': (x, y, z) => u.addmm(x, y, z, { beta: 0 }),
  'torch.addmv(x, y, z, alpha=-1)': (x, y, z) => u.addmv(x, y, z, { alpha: -1 }),
  'torch.baddbmm(x, y, z, beta=3)': (x, y, z) => u.baddbmm(x, y, z, { beta: 3 }),
  'torch.addcmul(x, y, z, value=-0.5)': (x, y, z) => u.addcmul(x, y, z, { value: -0.5 }),
  'torch.addcdiv(x, y, z, value=2)': (x, y, z) => u.addcdiv(x, y, z, { value: 2 }),
  'torch.lerp(x, y, 0.3)': (x, y) => u.lerp(x, y, 0.3),
  'torch.lerp(x, y, 0.75)': (x, y) => u.lerp(x, y, 0.75),
  'torch.lerp(x, y, z)': (x, y, z) => u.lerp(x, y, z),
  '(x * 1).addcdiv_(y, z, value=-0.1)': (x, y, z) => x.mul(1).addcdiv_(y, z, { value: -0.1 }),
  '(x * 1).addcmul_(y, z)': (x, y, z) => x.mul(1).addcmul_(y, z),
  '(x * 1).lerp_(y, 0.25)': (x, y) => x.mul(1).lerp_(y, 0.25),

  'x.index_add(1, z, y)': (x, y, z) => x.indexAdd(1, z, y),
  'x.t().index_add(0, z, y.t(), alpha=-2)': (x, y, z) => x.t().indexAdd(0, z, y.t(), { alpha: -2 }),
  'x.index_copy(1, z, y)': (x, y, z) => x.indexCopy(1, z, y),
  'x.index_fill(1, z, 2.5)': (x, _y, z) => x.indexFill(1, z, 2.5),
  'x.index_fill(0, z, y)': (x, y, z) => x.indexFill(0, z, y),
  '(x * 1).index_add_(0, z, y)': (x, y, z) => x.mul(1).indexAdd_(0, z, y),
  '(x * 1).index_fill_(0, z, -1)': (x, _y, z) => x.mul(1).indexFill_(0, z, -1),
  '(x * 1).index_copy_(0, z, y)': (x, y, z) => x.mul(1).indexCopy_(0, z, y),

  'torch.unique(x, return_inverse=True, return_counts=True)': (x) => every(x.unique(both)),
  'torch.unique(x.t())': (x) => x.t().unique(),
  'torch.unique(x, return_inverse=True, return_counts=True, dim=0)': (x) =>
    every(x.unique({ ...both, dim: 0 })),
  'torch.unique(x, return_inverse=True, return_counts=True, dim=1)': (x) =>
    every(x.unique({ ...both, dim: 1 })),
  'torch.unique(x, return_inverse=True, return_counts=True, dim=-1)': (x) =>
    every(x.unique({ ...both, dim: -1 })),
  'torch.unique(x, return_inverse=True)[0]': (x) => x.unique(),
  'torch.unique_consecutive(x, return_inverse=True, return_counts=True)': (x) =>
    every(x.uniqueConsecutive(both)),
  'torch.unique_consecutive(x, return_inverse=True, return_counts=True, dim=1)': (x) =>
    every(x.uniqueConsecutive({ ...both, dim: 1 })),

  'F.pad(x, (1, 2))': (x) => F.pad(x, [1, 2]),
  'F.pad(x, (1, 2, -1, 3), value=0.5)': (x) => F.pad(x, [1, 2, -1, 3], { value: 0.5 }),
  "F.pad(x, (1, -1), mode='reflect')": (x) => F.pad(x, [1, -1], { mode: 'reflect' }),
  "F.pad(x, (3, 2), mode='reflect')": (x) => F.pad(x, [3, 2], { mode: 'reflect' }),
  "F.pad(x, (3, 2, 1, 0), mode='replicate')": (x) => F.pad(x, [3, 2, 1, 0], { mode: 'replicate' }),
  "F.pad(x, (4, 3), mode='circular')": (x) => F.pad(x, [4, 3], { mode: 'circular' }),
  "F.pad(x.transpose(1, 2), (1, 2, 2, 1), mode='circular')": (x) =>
    F.pad(x.transpose(1, 2), [1, 2, 2, 1], { mode: 'circular' }),

  'F.normalize(x)': (x) => F.normalize(x),
  'F.normalize(x, p=1, dim=0)': (x) => F.normalize(x, { p: 1, dim: 0 }),
  'F.normalize(x, p=3, dim=-1)': (x) => F.normalize(x, { p: 3, dim: -1 }),
  'F.cosine_similarity(x, y)': (x, y) => F.cosineSimilarity(x, y),
  'F.cosine_similarity(x, y, dim=-1)': (x, y) => F.cosineSimilarity(x, y, { dim: -1 }),
  'F.cosine_similarity(x, y, dim=0)': (x, y) => F.cosineSimilarity(x, y, { dim: 0 }),
  'F.pairwise_distance(x, y)': (x, y) => F.pairwiseDistance(x, y),
  'F.pairwise_distance(x, y, p=1, keepdim=True)': (x, y) => F.pairwiseDistance(x, y, { p: 1, keepdim: true }),
  'F.pairwise_distance(x, y, p=3, eps=0)': (x, y) => F.pairwiseDistance(x, y, { p: 3, eps: 0 }),

  'F.triplet_margin_loss(x, y, z, margin=2, p=1, swap=True)': (x, y, z) =>
    F.tripletMarginLoss(x, y, z, { margin: 2, p: 1, swap: true }),
  'F.cosine_embedding_loss(x, y, z)': (x, y, z) => F.cosineEmbeddingLoss(x, y, z),
  'F.gaussian_nll_loss(x, y, z, full=True)': (x, y, z) => F.gaussianNllLoss(x, y, z, { full: true }),
  'F.gaussian_nll_loss(x, y, z, eps=0.5)': (x, y, z) => F.gaussianNllLoss(x, y, z, { eps: 0.5 }),

  'torch.linspace(0, 1, 11)': () => u.linspace(0, 1, 11),
  'torch.linspace(-3.3, 7.7, 13)': () => u.linspace(-3.3, 7.7, 13),
  'torch.linspace(1, 0, 1000)': () => u.linspace(1, 0, 1000),
  'torch.linspace(3, 3, 1)': () => u.linspace(3, 3, 1),
  'torch.linspace(0.1, 2.7, 2)': () => u.linspace(0.1, 2.7, 2),
  'torch.linspace(0, 1, 0)': () => u.linspace(0, 1, 0),
  'torch.linspace(-5, 12, 7, dtype=torch.int64)': () => u.linspace(-5, 12, 7, { dtype: 'int32' }),

  'torch.rand_like(x.t())': (x) => u.randLike(x.t()),
  'torch.randn_like(x)': (x) => u.randnLike(x),
  'torch.randn_like(x.t())': (x) => u.randnLike(x.t()),
  'torch.randn_like(x[:, ::2])': (x) => u.randnLike(x.slice(1, 0, Infinity, 2)),
  'torch.randint_like(x.t(), 3, 10)': (x) => u.randintLike(x.t(), 3, 10),
  'x.clone().uniform_(-2, 3)': (x) => x.detach().clone().uniform_(-2, 3),
  'x.clone().normal_(1, 2)': (x) => x.detach().clone().normal_(1, 2),
  'x.clone().bernoulli_(0.3)': (x) => x.detach().clone().bernoulli_(0.3),
  'x.clone().t().normal_(1, 2)': (x) => x.detach().clone().t().normal_(1, 2),
  'x.clone()[:, ::2].normal_()': (x) => x.detach().clone().slice(1, 0, Infinity, 2).normal_(),
  'x.clone().t()[1:].uniform_()': (x) => x.detach().clone().t().at([1]).uniform_(),
  'x.clone().t().bernoulli_(0.5)': (x) => x.detach().clone().t().bernoulli_(0.5),
  'torch.bernoulli(x.t() + 0.5)': (x) => u.bernoulli(x.add(0.5).t()),
  'x.clone().permute(2, 0, 1)[:, 1:].normal_()': (x) =>
    x.detach().clone().permute(2, 0, 1).at(':', [1]).normal_(),
  'x.clone().permute(1, 0, 2).uniform_()': (x) => x.detach().clone().permute(1, 0, 2).uniform_(),
  'torch.randn_like(x.permute(1, 2, 0)[:2])': (x) => u.randnLike(x.permute(1, 2, 0).at([0, 2])),
  'torch.randn_like(x[:, :1].expand(3, 4, 5).transpose(0, 2))': (x) =>
    u.randnLike(x.narrow(1, 0, 1).expand(3, 4, 5).transpose(0, 2)),
  '(x * 1).uniform_()': (x) => x.mul(1).uniform_(),
  '(x * 2)[0].normal_()': (x) => x.mul(2).at(0).normal_(),
  'F.gumbel_softmax(x, tau=0.5)': (x) => F.gumbelSoftmax(x, { tau: 0.5 }),
  'F.gumbel_softmax(x, hard=True, dim=0)': (x) => F.gumbelSoftmax(x, { hard: true, dim: 0 }),

  'Normal(x, y.exp()).rsample()': (x, y) => new Normal(x, y.exp()).rsample(),
  'Normal(x, y.exp()).rsample((4,))': (x, y) => new Normal(x, y.exp()).rsample([4]),
  'Normal(x, y.exp()).sample((2,))': (x, y) => new Normal(x, y.exp()).sample([2]),
  'Normal(x, y.exp()).log_prob(z)': (x, y, z) => new Normal(x, y.exp()).logProb(z),
  'Normal(x, y.exp()).entropy()': (x, y) => new Normal(x, y.exp()).entropy(),
  'Normal(x, y.exp()).cdf(z)': (x, y, z) => new Normal(x, y.exp()).cdf(z),
  'kl_divergence(Normal(x, y.exp()), Normal(z, 1.5))': (x, y, z) =>
    klDivergence(new Normal(x, y.exp()), new Normal(z, 1.5)),
  'kl_divergence(Normal(x, y.exp()), Normal(0, 1))': (x, y) =>
    klDivergence(new Normal(x, y.exp()), new Normal(0, 1)),
  'Categorical(x).sample((3,))': (x) => new Categorical(x).sample([3]),
  'Categorical(x.exp()).log_prob(z)': (x, _y, z) => new Categorical({ probs: x.exp() }).logProb(z),
  'Categorical(logits=x).log_prob(z)': (x, _y, z) => new Categorical({ logits: x }).logProb(z),
  'Categorical(logits=x).entropy()': (x) => new Categorical({ logits: x }).entropy(),
  'Categorical(x).entropy()': (x) => new Categorical(x).entropy(),
  'Categorical(logits=x).probs': (x) => new Categorical({ logits: x }).probs,
  'kl_divergence(Categorical(logits=x), Categorical(y.exp()))': (x, y) =>
    klDivergence(new Categorical({ logits: x }), new Categorical(y.exp())),
  'Bernoulli(logits=x).log_prob(z)': (x, _y, z) => new Bernoulli({ logits: x }).logProb(z),
  'Bernoulli(x.sigmoid()).log_prob(z)': (x, _y, z) => new Bernoulli(x.sigmoid()).logProb(z),
  'Bernoulli(logits=x).entropy()': (x) => new Bernoulli({ logits: x }).entropy(),
  'kl_divergence(Bernoulli(logits=x), Bernoulli(y.sigmoid()))': (x, y) =>
    klDivergence(new Bernoulli({ logits: x }), new Bernoulli(y.sigmoid())),
  'kl_divergence(Bernoulli(x), Bernoulli(y))': (x, y) => klDivergence(new Bernoulli(x), new Bernoulli(y)),
};

const reductions = ['mean', 'sum', 'none'] as const;
const shapes: readonly (readonly [string, number[]])[] = [
  ['()', []],
  ['(1,)', [1]],
  ['(6,)', [6]],
  ['(2, 3)', [2, 3]],
];

/** Each of PyTorch's expressions, as one writes it here. */
const EXPRESSIONS: Readonly<Record<string, Expression | undefined>> = {
  ...WRITTEN,
  ...Object.fromEntries(
    reductions.flatMap((reduction): [string, Expression][] => [
      [
        `F.margin_ranking_loss(x, y, z, margin=0.5, reduction='${reduction}')`,
        (x, y, z) => new u.nn.MarginRankingLoss({ margin: 0.5, reduction }).forward(x, y, z),
      ],
      [
        `F.hinge_embedding_loss(x, z, margin=0.7, reduction='${reduction}')`,
        (x, _y, z) => new u.nn.HingeEmbeddingLoss({ margin: 0.7, reduction }).forward(x, z),
      ],
      [
        `F.cosine_embedding_loss(x, y, z, margin=0.1, reduction='${reduction}')`,
        (x, y, z) => new u.nn.CosineEmbeddingLoss({ margin: 0.1, reduction }).forward(x, y, z),
      ],
      [
        `F.triplet_margin_loss(x, y, z, reduction='${reduction}')`,
        (x, y, z) => new u.nn.TripletMarginLoss({ reduction }).forward(x, y, z),
      ],
      [
        `F.gaussian_nll_loss(x, y, z, reduction='${reduction}')`,
        (x, y, z) => new u.nn.GaussianNLLLoss({ reduction }).forward(x, y, z),
      ],
    ]),
  ),
  ...Object.fromEntries(
    shapes.flatMap(([written, shape]): [string, Expression][] => [
      [`Categorical(logits=x).sample(${written})`, (x) => new Categorical({ logits: x }).sample(shape)],
      [`Bernoulli(logits=x).sample(${written})`, (x) => new Bernoulli({ logits: x }).sample(shape)],
    ]),
  ),
};

/** Names that public scripts use, with their gradients and draws: expressions, translated by hand. */
export const names: Runner = (c) => {
  const { expr, seed } = c.args as { expr: string; seed?: number };
  const f = EXPRESSIONS[expr];
  if (f === undefined) return unsupported(expr);
  const inputs = inputsOf(c);
  if (seed !== undefined) u.manualSeed(seed);
  const result = f(inputs.x, inputs.y, inputs.z);
  const results = result instanceof u.Tensor ? [result] : result;
  const out = Object.fromEntries(results.map((r, i) => [`r${i}`, r]));
  backwardFrom(out, c.cot);
  return { out, grad: gradsOf(c, inputs) };
};
