import { optim, zeros } from '../../../src/index.js';
import { type Runner, unsupported } from '../group.js';

type Values = Readonly<Record<string, unknown>>;
type Make = (optimizer: optim.Scheduled, options: never) => optim.LRScheduler;

const MAKE: Readonly<Record<string, Make | undefined>> = {
  LambdaLR: (optimizer, options) => new optim.LambdaLR(optimizer, options),
  MultiplicativeLR: (optimizer, options) => new optim.MultiplicativeLR(optimizer, options),
  StepLR: (optimizer, options) => new optim.StepLR(optimizer, options),
  MultiStepLR: (optimizer, options) => new optim.MultiStepLR(optimizer, options),
  ConstantLR: (optimizer, options) => new optim.ConstantLR(optimizer, options),
  LinearLR: (optimizer, options) => new optim.LinearLR(optimizer, options),
  ExponentialLR: (optimizer, options) => new optim.ExponentialLR(optimizer, options),
  PolynomialLR: (optimizer, options) => new optim.PolynomialLR(optimizer, options),
  CosineAnnealingLR: (optimizer, options) => new optim.CosineAnnealingLR(optimizer, options),
  CosineAnnealingWarmRestarts: (optimizer, options) =>
    new optim.CosineAnnealingWarmRestarts(optimizer, options),
  CyclicLR: (optimizer, options) => new optim.CyclicLR(optimizer, options),
  OneCycleLR: (optimizer, options) => new optim.OneCycleLR(optimizer, options),
  SequentialLR: (optimizer, options) => new optim.SequentialLR(optimizer, options),
  ChainedScheduler: (_, { schedulers }: optim.SequentialLROptions) => new optim.ChainedScheduler(schedulers),
};

/** PyTorch's option names in ours: T_max is tMax, T_0 is t0. */
function optionsOf(optimizer: optim.Scheduled, kw: Values): Values {
  const entries = Object.entries(kw).map(([name, value]): [string, unknown] => {
    // Functions stand in the file as tables of their values, one for each group.
    if (name === 'tables') {
      const tables = value as readonly (readonly number[])[];
      return ['lrLambda', tables.map((table) => (epoch: number) => table[epoch])];
    }
    if (name === 'schedulers') {
      const parts = value as readonly (readonly [string, Values])[];
      return [name, parts.map(([kind, own]) => scheduleOf(kind, optimizer, own))];
    }
    const camel = name.replace(/_([a-z0-9])/g, (_, next: string) => next.toUpperCase());
    return [camel[0].toLowerCase() + camel.slice(1), value];
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

const scheduleOf = (kind: string, optimizer: optim.Scheduled, kw: Values): optim.LRScheduler =>
  MAKE[kind]!(optimizer, optionsOf(optimizer, kw) as never);

function optimizerOf(kind: string, lrs: readonly number[]): optim.Scheduled {
  const groups = lrs.map((lr) => ({ params: [zeros([1], { requiresGrad: true })], lr }));
  switch (kind) {
    case 'SGD':
      return new optim.SGD(groups, { momentum: 0.9 });
    case 'Adam':
      return new optim.Adam(groups);
    case 'AdamW':
      return new optim.AdamW(groups);
    case 'RMSprop':
      return new optim.RMSprop(groups, { momentum: 0.9 });
    default:
      throw new Error(`no optimiser ${kind}`);
  }
}

/** Learning rates and momenta after each step of a schedule. */
export const sched: Runner = ({ args }) => {
  const kind = args.sched as string;
  const kw = args.kw as Values;
  const optimizer = optimizerOf((args.opt as string | undefined) ?? 'SGD', args.base_lrs as number[]);
  let step: (k: number) => void;
  if (kind === 'ReduceLROnPlateau') {
    const schedule = new optim.ReduceLROnPlateau(optimizer, optionsOf(optimizer, kw));
    const metrics = args.metrics as readonly number[];
    step = (k) => {
      schedule.step(metrics[k]);
    };
  } else {
    if (MAKE[kind] === undefined) return unsupported(kind);
    const schedule = scheduleOf(kind, optimizer, kw);
    step = () => {
      schedule.step();
    };
  }
  const lrs: number[][] = [];
  const momentums: number[][] = [];
  for (let k = 0; k <= (args.steps as number); k++) {
    if (k > 0) step(k - 1);
    lrs.push(optimizer.paramGroups.map((group) => group.lr));
    momentums.push(optimizer.paramGroups.map((group) => group.betas?.[0] ?? group.momentum ?? 0));
  }
  return { out: { lrs, momentums } };
};
