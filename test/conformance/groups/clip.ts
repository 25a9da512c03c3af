import { nn, optim, zeros } from '../../../src/index.js';
import type { Got } from '../../golden/golden.js';
import { needsOtherType, type Runner, toTensor, unsupported } from '../group.js';

/** Gradients of parameters, clipped. */
export const clip: Runner = (c) => {
  if (needsOtherType(c)) return unsupported('float64');
  const without = (c.args.none_grad as readonly number[] | undefined) ?? [];
  const count = c.args.n_params as number;
  const params = Array.from({ length: count }, (_, i) => {
    const grad = c.in?.[`g${i}`] ?? null;
    const p = new nn.Parameter(zeros(grad?.shape ?? [1]));
    if (grad !== null && !without.includes(i)) p.grad = toTensor(grad);
    return p;
  });
  const out: Record<string, Got> = {};
  if (c.op === 'clip_grad_norm_') {
    const norm = optim.clipGradNorm(params, c.args.max_norm as number, {
      normType: (c.args.norm_type as number | undefined) ?? 2,
      errorIfNonfinite: c.args.error_if_nonfinite === true,
    });
    out.total_norm = { shape: [], data: [norm] };
  } else if (c.op === 'clip_grad_value_') optim.clipGradValue(params, c.args.clip_value as number);
  else return unsupported(c.op);
  params.forEach((p, i) => (out[`g${i}`] = p.grad));
  return { out };
};
