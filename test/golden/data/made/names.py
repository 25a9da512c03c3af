"""Makes names.made.json with real PyTorch: python names.py > names.made.json

Each case is a Python expression over inputs x, y, z (and their gradients, of the sum over results r of sum(cot * r)), or
over random draws after a seed; test/conformance/groups/names.ts has the same in TypeScript.
"""

import base64
import json

import torch
import torch.nn.functional as F
from torch.distributions import Bernoulli, Categorical, Normal, kl_divergence

NAN = float("nan")
DTYPES = {torch.float32: "float32", torch.int64: "int64", torch.bool: "bool"}


def encoded(t):
    t = t.detach().contiguous()
    bytes_ = t.numpy().tobytes()
    return {"dtype": DTYPES[t.dtype], "shape": list(t.shape), "b64": base64.b64encode(bytes_).decode()}


def draws(*shape):
    return torch.randn(shape)


def whole(high, *shape):
    return torch.randint(0, high, shape)


CASES = []


def case(expr, x=None, y=None, z=None, seed=None, exact=False, grads=True, floor=None):
    inputs = {k: v for k, v in {"x": x, "y": y, "z": z}.items() if v is not None}
    leaves = {k: v.clone().requires_grad_(v.is_floating_point() and grads) for k, v in inputs.items()}
    outside = torch.get_rng_state()
    if seed is not None:
        torch.manual_seed(seed)
    result = eval(expr, {**globals(), **leaves})
    torch.set_rng_state(outside)
    results = list(result) if isinstance(result, (tuple, list)) else [result]
    entry = {"id": f"names/{len(CASES):03}", "op": "expr", "args": {"expr": expr}, "tol": 1e-5}
    if seed is not None:
        entry["args"]["seed"] = seed
    if floor is not None:
        entry["floor"] = floor
    if exact:
        entry["cmp"] = "exact"
    entry["in"] = {k: encoded(v) for k, v in inputs.items()}
    entry["out"] = {f"r{i}": encoded(r) for i, r in enumerate(results)}
    differentiable = [(f"r{i}", r) for i, r in enumerate(results) if r.requires_grad]
    if differentiable and grads:
        cot = {name: torch.randn(r.shape) for name, r in differentiable}
        sum((cot[name] * r).sum() for name, r in differentiable).backward()
        entry["cot"] = {name: encoded(c) for name, c in cot.items()}
        entry["grad"] = {k: encoded(v.grad) for k, v in leaves.items() if v.grad is not None}
    CASES.append(entry)


torch.manual_seed(11)

# Products with additions.
case("torch.addmm(x, y, z)", draws(2, 3), draws(2, 4), draws(4, 3))
case("torch.addmm(x, y, z, beta=0.5, alpha=2)", draws(3), draws(2, 4), draws(4, 3))
case("torch.addmm(x, y, z, beta=0)", torch.full((3,), NAN), draws(2, 4), draws(4, 3))
case("torch.addmv(x, y, z, alpha=-1)", draws(2), draws(2, 4), draws(4))
case("torch.baddbmm(x, y, z, beta=3)", draws(2, 1), draws(3, 2, 4), draws(3, 4, 5))
case("torch.addcmul(x, y, z, value=-0.5)", draws(2, 3), draws(3), draws(2, 1))
case("torch.addcdiv(x, y, z, value=2)", draws(2, 3), draws(3), draws(2, 1))
case("torch.lerp(x, y, 0.3)", draws(2, 3), draws(3))
case("torch.lerp(x, y, 0.75)", draws(2, 3), draws(2, 3))
case("torch.lerp(x, y, z)", draws(2, 3), draws(3), draws(2, 3))
case("(x * 1).addcdiv_(y, z, value=-0.1)", draws(2, 3), draws(2, 3), draws(2, 3))
case("(x * 1).addcmul_(y, z)", draws(2, 3), draws(2, 3), draws(2, 3))
case("(x * 1).lerp_(y, 0.25)", draws(2, 3), draws(2, 3))

# Slices written by position.
INDEX = torch.tensor([3, 0, 3])
case("x.index_add(1, z, y)", draws(2, 4), draws(2, 3), INDEX)
case("x.t().index_add(0, z, y.t(), alpha=-2)", draws(2, 4), draws(2, 3), INDEX)
case("x.index_copy(1, z, y)", draws(2, 4, 2), draws(2, 2, 2), torch.tensor([2, 0]))
case("x.index_fill(1, z, 2.5)", draws(2, 4), None, torch.tensor([-1, 0]))
case("x.index_fill(0, z, y)", draws(3, 2), draws(), torch.tensor([1]))
case("(x * 1).index_add_(0, z, y)", draws(4, 2), draws(3, 2), INDEX)
case("(x * 1).index_fill_(0, z, -1)", draws(4, 2), None, INDEX)
case("(x * 1).index_copy_(0, z, y)", draws(4, 2), draws(2, 2), torch.tensor([2, 0]))

# Different values.
case("torch.unique(x, return_inverse=True, return_counts=True)", whole(5, 3, 4))
case("torch.unique(x.t())", whole(5, 3, 4))
case("torch.unique(x, return_inverse=True, return_counts=True, dim=0)", whole(2, 7, 2))
case("torch.unique(x, return_inverse=True, return_counts=True, dim=1)", whole(2, 2, 7))
case("torch.unique(x, return_inverse=True, return_counts=True, dim=-1)", whole(2, 2, 2, 7))
case("torch.unique(x, return_inverse=True)[0]", torch.tensor([NAN, 1.0, NAN, -2.0, 1.0]), grads=False)
case("torch.unique_consecutive(x, return_inverse=True, return_counts=True)", whole(2, 4, 3))
case("torch.unique_consecutive(x, return_inverse=True, return_counts=True, dim=1)", whole(2, 1, 9))

# More elements at the ends.
case("F.pad(x, (1, 2))", draws(2, 3))
case("F.pad(x, (1, 2, -1, 3), value=0.5)", draws(2, 3))
case("F.pad(x, (1, -1), mode='reflect')", draws(2, 4))
case("F.pad(x, (3, 2), mode='reflect')", draws(2, 4))
case("F.pad(x, (3, 2, 1, 0), mode='replicate')", draws(1, 2, 4))
case("F.pad(x, (4, 3), mode='circular')", draws(2, 4))
case("F.pad(x.transpose(1, 2), (1, 2, 2, 1), mode='circular')", draws(2, 4, 3))

# Lengths, distances, angles.
case("F.normalize(x)", draws(3, 4))
case("F.normalize(x, p=1, dim=0)", draws(3, 4))
case("F.normalize(x, p=3, dim=-1)", draws(2, 3, 4))
case("F.normalize(x)", torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
case("F.cosine_similarity(x, y)", draws(3, 4), draws(3, 4))
case("F.cosine_similarity(x, y, dim=-1)", draws(2, 1, 4), draws(3, 4))
case("F.cosine_similarity(x, y, dim=0)", draws(3, 2), draws(1, 2), floor=0.1)
case("F.cosine_similarity(x, y)", torch.tensor([[1e-9, 0.0], [1.0, 2.0]]), draws(2, 2))
case("F.pairwise_distance(x, y)", draws(3, 4), draws(3, 4))
case("F.pairwise_distance(x, y, p=1, keepdim=True)", draws(3, 4), draws(4))
case("F.pairwise_distance(x, y, p=3, eps=0)", draws(3, 4), draws(3, 4))

# Losses.
SIGN = torch.tensor([1, -1, 1])
for reduction in ["mean", "sum", "none"]:
    case(f"F.margin_ranking_loss(x, y, z, margin=0.5, reduction='{reduction}')", draws(3), draws(3), SIGN)
    case(f"F.hinge_embedding_loss(x, z, margin=0.7, reduction='{reduction}')", draws(2, 3), None, SIGN)
    case(f"F.cosine_embedding_loss(x, y, z, margin=0.1, reduction='{reduction}')", draws(3, 4), draws(3, 4), SIGN)
    case(f"F.triplet_margin_loss(x, y, z, reduction='{reduction}')", draws(3, 4), draws(3, 4), draws(3, 4))
    case(f"F.gaussian_nll_loss(x, y, z, reduction='{reduction}')", draws(3, 2), draws(3, 2), draws(3, 2).exp())
case("F.triplet_margin_loss(x, y, z, margin=2, p=1, swap=True)", draws(3, 4), draws(3, 4), draws(3, 4))
case("F.cosine_embedding_loss(x, y, z)", draws(4), draws(4), torch.tensor(-1))
case("F.gaussian_nll_loss(x, y, z, full=True)", draws(3, 2), draws(3, 2), draws(3, 1).exp())
case("F.gaussian_nll_loss(x, y, z, eps=0.5)", draws(3, 2), draws(3, 2), draws(3).exp() * 0.5)

# Steps from here to there.
for args in ["0, 1, 11", "-3.3, 7.7, 13", "1, 0, 1000", "3, 3, 1", "0.1, 2.7, 2", "0, 1, 0"]:
    case(f"torch.linspace({args})", exact=True)
case("torch.linspace(-5, 12, 7, dtype=torch.int64)")

# Draws, also of views, which come in the order of memory.
SMALL, LARGE = torch.zeros(3, 4), torch.zeros(6, 8)
for x in [SMALL, LARGE]:
    case("torch.rand_like(x.t())", x, seed=1, exact=True, grads=False)
    case("torch.randn_like(x)", x, seed=2, exact=True, grads=False)
    case("torch.randn_like(x.t())", x, seed=3, exact=True, grads=False)
    case("torch.randn_like(x[:, ::2])", x, seed=4, exact=True, grads=False)
    case("torch.randint_like(x.t(), 3, 10)", x, seed=5, exact=True, grads=False)
    case("x.clone().uniform_(-2, 3)", x, seed=6, exact=True, grads=False)
    case("x.clone().normal_(1, 2)", x, seed=7, exact=True, grads=False)
    case("x.clone().bernoulli_(0.3)", x, seed=8, exact=True, grads=False)
    case("x.clone().t().normal_(1, 2)", x, seed=9, exact=True, grads=False)
    case("x.clone()[:, ::2].normal_()", x, seed=10, exact=True, grads=False)
    case("x.clone().t()[1:].uniform_()", x, seed=11, exact=True, grads=False)
    case("x.clone().t().bernoulli_(0.5)", x, seed=12, exact=True, grads=False)
    case("torch.bernoulli(x.t() + 0.5)", x, seed=13, exact=True, grads=False)
DEEP = torch.zeros(3, 4, 5)
case("x.clone().permute(2, 0, 1)[:, 1:].normal_()", DEEP, seed=14, exact=True, grads=False)
case("x.clone().permute(1, 0, 2).uniform_()", DEEP, seed=15, exact=True, grads=False)
case("torch.randn_like(x.permute(1, 2, 0)[:2])", DEEP, seed=16, exact=True, grads=False)
case("torch.randn_like(x[:, :1].expand(3, 4, 5).transpose(0, 2))", DEEP, seed=17, exact=True, grads=False)
case("(x * 1).uniform_()", draws(2, 3), seed=19)
case("(x * 2)[0].normal_()", draws(2, 3), seed=20)
case("F.gumbel_softmax(x, tau=0.5)", draws(2, 9), seed=21)
case("F.gumbel_softmax(x, hard=True, dim=0)", draws(4, 3), seed=22)

# Distributions.
case("Normal(x, y.exp()).rsample()", draws(2, 3), draws(3), seed=23)
case("Normal(x, y.exp()).rsample((4,))", draws(5), draws(5), seed=24)
case("Normal(x, y.exp()).sample((2,))", draws(5), draws(5), seed=25)
case("Normal(x, y.exp()).log_prob(z)", draws(2, 3), draws(3), draws(4, 1, 3))
case("Normal(x, y.exp()).entropy()", draws(2, 3), draws(3))
case("Normal(x, y.exp()).cdf(z)", draws(3), draws(3), draws(3))
case("kl_divergence(Normal(x, y.exp()), Normal(z, 1.5))", draws(2, 3), draws(3), draws(3))
case("kl_divergence(Normal(x, y.exp()), Normal(0, 1))", draws(2, 3), draws(2, 3))
for shape in ["()", "(1,)", "(6,)", "(2, 3)"]:
    case(f"Categorical(logits=x).sample({shape})", draws(2, 5), seed=26)
    case(f"Bernoulli(logits=x).sample({shape})", draws(2, 5), seed=27)
case("Categorical(x).sample((3,))", draws(5).exp(), seed=28)
case("Categorical(x.exp()).log_prob(z)", draws(2, 5), None, torch.tensor([4, 0]))
case("Categorical(logits=x).log_prob(z)", draws(2, 5), None, torch.tensor([[4, 0], [1, 1], [2, 3]]))
case("Categorical(logits=x).log_prob(z)", draws(5), None, torch.tensor([4, 0, 1]))
case("Categorical(logits=x).entropy()", draws(2, 5))
case("Categorical(x).entropy()", torch.tensor([0.0, 1.0, 3.0]), grads=False)
case("Categorical(logits=x).probs", draws(2, 5))
case("kl_divergence(Categorical(logits=x), Categorical(y.exp()))", draws(2, 5), draws(5))
case("Bernoulli(logits=x).log_prob(z)", draws(2, 3), None, torch.tensor([1.0, 0.0, 1.0]), grads=False)
case("Bernoulli(x.sigmoid()).log_prob(z)", draws(3), None, torch.tensor([1.0, 0.0, 1.0]), grads=False)
case("Bernoulli(logits=x).entropy()", draws(2, 3))
case("kl_divergence(Bernoulli(logits=x), Bernoulli(y.sigmoid()))", draws(2, 3), draws(2, 3))
case("kl_divergence(Bernoulli(x), Bernoulli(y))", torch.tensor([0.0, 0.5, 1.0]), torch.tensor([0.5, 0.0, 1.0]), grads=False)

print(json.dumps({
    "format": 1,
    "group": "names",
    "part": "made",
    "torch": torch.__version__,
    "about": "names that public scripts use: args.expr is PyTorch code over the inputs x, y, z",
    "cases": CASES,
}))
