import { nn, optim as optimisers, type Tensor } from '../../../src/index.js';
import type { Got } from '../../golden/golden.js';
import { camelCase, needsOtherType, type Runner, toTensor, unsupported } from '../group.js';

type AnyOptimizer = Pick<optimisers.Optimizer<object>, 'step' | 'stateDict' | 'zeroGrad'>;

type Make = (params: Tensor[], hyper: object) => AnyOptimizer;

/** Optimisers by PyTorch's names. */
export const MAKE: Readonly<Record<string, Make | undefined>> = {
  SGD: (params, hyper) => new optimisers.SGD(params, hyper),
  Adam: (params, hyper) => new optimisers.Adam(params, hyper),
  AdamW: (params, hyper) => new optimisers.AdamW(params, hyper),
  NAdam: (params, hyper) => new optimisers.NAdam(params, hyper),
  RAdam: (params, hyper) => new optimisers.RAdam(params, hyper),
  Adamax: (params, hyper) => new optimisers.Adamax(params, hyper),
  RMSprop: (params, hyper) => new optimisers.RMSprop(params, hyper),
  Adagrad: (params, hyper) => new optimisers.Adagrad(params, hyper),
  Adadelta: (params, hyper) => new optimisers.Adadelta(params, hyper),
  Rprop: (params, hyper) => new optimisers.Rprop(params, hyper),
};

/** Trajectories under given gradients. */
export const optim: Runner = (c) => {
  if (needsOtherType(c)) return unsupported('float64');
  const make = MAKE[c.args.opt as string];
  if (make === undefined) return unsupported(c.args.opt as string);
  const count = c.args.n_params as number;
  const params = Array.from({ length: count }, (_, i) => new nn.Parameter(toTensor(c.in![`p${i}`]!)));
  const grads = params.map((_, i) => toTensor(c.in![`g${i}`]!));
  const groups = c.args.groups as { params: number[] }[] | undefined;
  const given = groups?.map((group) => ({
    ...camelCase<object>({ ...group }),
    params: group.params.map((i) => params[i]),
  }));
  const optimizer = make(
    (given ?? params) as Tensor[],
    camelCase<object>(c.args.hyper as Record<string, unknown>),
  );
  const without = new Set((c.args.none_grad as [number, number][]).map(([p, step]) => `${p} ${step}`));

  const path: Tensor[][] = params.map(() => []);
  for (let step = 0; step < (c.args.steps as number); step++) {
    params.forEach(
      (p, i) => (p.grad = without.has(`${i} ${step}`) ? null : grads[i].select(0, step).clone()),
    );
    optimizer.step();
    params.forEach((p, i) => path[i].push(p.detach().clone()));
  }
  const out: Record<string, Got> = {};
  path.forEach((steps, i) => (out[`p${i}`] = joined(steps)));
  for (const [i, state] of optimizer.stateDict().state) {
    for (const [name, value] of Object.entries(state)) out[`state.p${i}.${name}`] = value;
  }
  return { out };
};

function joined(steps: readonly Tensor[]): Got {
  const shape = [steps.length, ...steps[0].shape];
  return { shape, data: steps.flatMap((p) => [...p.data]) };
}
