import * as u from '../../../src/index.js';
import { normalFill, randintFill, uniformFill } from '../../../src/tensor/random.js';
import type { Case, Got } from '../../golden/golden.js';
import { backwardFrom, camelCase, gradsOf, inputsOf, type Outcome, type Runner } from '../group.js';
import { embeddingFor } from './layers.js';
import { cellFor, layerFor, loadParams, runLayer } from './recurrent.js';

type Call = [name: string, args: unknown[]];

/** Doubles and large integers are drawn, but make no tensors. */
const plain = (shape: readonly number[], fill: (out: Float64Array) => void): Got => {
  const data = new Float64Array(shape.reduce((a, b) => a * b, 1));
  fill(data);
  return { shape, data };
};

function draw([name, args]: Call): Got {
  const shape = args as number[];
  const g = u.defaultGenerator;
  const double = args.at(-1) === 'float64';
  switch (name) {
    case 'rand':
      return double ? plain(shape.slice(0, -1), (out) => uniformFill(g, out)) : u.rand(shape);
    case 'randn':
      return double ? plain(shape.slice(0, -1), (out) => normalFill(g, out)) : u.randn(shape);
    case 'randperm':
      return u.randperm(args[0] as number);
    case 'randint': {
      const [low, high, size] = args as [number, number, number[]];
      return high > 2 ** 31
        ? plain(size, (out) => randintFill(g, out, low, high))
        : u.randint(low, high, size);
    }
    case 'uniform_':
      return u.nn.init.uniform_(u.zeros(args[2] as number[]), args[0] as number, args[1] as number);
    case 'normal_':
      return u.nn.init.normal_(u.zeros(args[2] as number[]), args[0] as number, args[1] as number);
    case 'kaiming_uniform_':
      return u.nn.init.kaimingUniform_(u.zeros(args[0] as number[]), { a: Math.sqrt(5) });
    case 'kaiming_normal_':
      return u.nn.init.kaimingNormal_(u.zeros(args[0] as number[]));
    case 'xavier_uniform_':
      return u.nn.init.xavierUniform_(u.zeros(args[0] as number[]));
    case 'xavier_normal_':
      return u.nn.init.xavierNormal_(u.zeros(args[0] as number[]));
    case 'bernoulli':
      return u.bernoulli(u.full([args[1] as number], args[0] as number, { dtype: 'float32' }));
    case 'multinomial': {
      const [weights, count, replacement] = args as [number[], number, number | undefined];
      const p = u.tensor(weights, { dtype: 'float32' });
      return u.multinomial(p, count, { replacement: Boolean(replacement) });
    }
    case 'dropout':
      return u.nn.functional.dropout(u.ones(args[1] as number[]), args[0] as number);
    default:
      throw new Error(`no such draw: ${name}`);
  }
}

/** Random numbers in the order of the calls, and dropout between recurrent layers. */
export const rng: Runner = (c): Outcome => {
  u.manualSeed(BigInt(c.args.seed as number));
  if (c.op === 'dropout_rec') return dropoutBetweenLayers(c);
  const out: Record<string, Got> = {};
  (c.args.calls as Call[]).forEach((call, i) => (out[`${i}.${call[0]}`] = draw(call)));
  return { out };
};

function dropoutBetweenLayers(c: Case): Outcome {
  const { kind, seed, ...args } = c.args as { kind: string; seed: number };
  const layer = layerFor(kind, args);
  loadParams(layer, c);
  u.manualSeed(seed);
  const inputs = inputsOf(c);
  const { output, states } = runLayer(layer, inputs.input);
  const out = { output, ...states };
  backwardFrom(out, c.cot);
  return { out, grad: gradsOf(c, { ...inputs, ...Object.fromEntries(layer.namedParameters()) }) };
}

/** Initial parameters of modules built one after the other. */
export const init: Runner = (c): Outcome => {
  u.manualSeed(c.args.seed as number);
  const out: Record<string, Got> = {};
  for (const [i, [kind, args]] of (c.args.modules as [string, Record<string, unknown>][]).entries()) {
    const module = build(kind, args);
    for (const [name, value] of module.namedParameters()) out[`${i}.${name}`] = value;
  }
  return { out };
};

function build(kind: string, args: Record<string, unknown>): u.nn.Module {
  if (kind === 'Linear') {
    const { inFeatures, outFeatures, bias } = camelCase<{
      inFeatures: number;
      outFeatures: number;
      bias?: boolean;
    }>(args);
    return new u.nn.Linear(inFeatures, outFeatures, { bias });
  }
  if (kind === 'Embedding') {
    return embeddingFor(args);
  }
  return kind.endsWith('Cell') ? cellFor(kind, args) : layerFor(kind, args);
}
