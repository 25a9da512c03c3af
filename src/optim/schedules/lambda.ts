import { ValueError } from '../../errors.js';
import { type Arguments, type Schema } from '../../options.js';
import { EPOCH, EpochLR, type EpochOptions, type Scheduled, readSchedule } from './scheduler.js';

/** A factor by epoch. */
export type LrLambda = (epoch: number) => number;

/** Options of `LambdaLR` and `MultiplicativeLR`. */
export interface LambdaLROptions extends EpochOptions {
  /** The factor by epoch, or one such function for each parameter group. */
  readonly lrLambda: LrLambda | readonly LrLambda[];
}

function lambdas(
  where: string,
  lrLambda: LrLambda | readonly LrLambda[],
  { paramGroups }: Scheduled,
): readonly LrLambda[] {
  if (typeof lrLambda === 'function') return paramGroups.map(() => lrLambda);
  if (lrLambda.length === paramGroups.length) return lrLambda;
  throw new ValueError(
    `${where}: there are ${lrLambda.length} functions, but ${paramGroups.length} parameter groups`,
  );
}

const LAMBDA: Schema<LambdaLROptions> = { lrLambda: { needs: ['a function', 'a list'] }, ...EPOCH };
const LAMBDA_ORDER = ['lrLambda', 'lastEpoch'] as const;

/**
 * A factor on the first learning rate: lr = base · lrLambda(epoch). The functions are not part of the state.
 *
 * @throws ValueError for another number of functions than groups
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LambdaLR.html
 * @example
 * const optimizer = new optim.SGD(new nn.Linear(2, 1).parameters(), { lr: 0.5 });
 * const schedule = new optim.LambdaLR(optimizer, { lrLambda: (epoch) => 1 / (1 + epoch) });
 * schedule.step();
 * schedule.getLastLr(); // [0.25]
 */
export class LambdaLR extends EpochLR {
  private readonly lambdas: readonly LrLambda[];

  constructor(optimizer: Scheduled, ...given: Arguments<LambdaLROptions, typeof LAMBDA_ORDER>) {
    const { lrLambda, lastEpoch } = readSchedule('LambdaLR', optimizer, given, LAMBDA, LAMBDA_ORDER);
    super(optimizer, lastEpoch);
    this.lambdas = lambdas('LambdaLR', lrLambda, optimizer);
    this.start();
  }

  protected override next(_lr: number, base: number, group: number): number {
    return base * this.lambdas[group](this.lastEpoch);
  }
}

/**
 * A factor on the last learning rate: lr = lr · lrLambda(epoch). The functions are not part of the state.
 *
 * @throws ValueError for another number of functions than groups
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiplicativeLR.html
 * @example
 * const optimizer = new optim.SGD(new nn.Linear(2, 1).parameters(), { lr: 1 });
 * const schedule = new optim.MultiplicativeLR(optimizer, { lrLambda: () => 0.5 });
 * for (let epoch = 0; epoch < 3; epoch++) schedule.step();
 * schedule.getLastLr(); // [0.125]
 */
export class MultiplicativeLR extends EpochLR {
  private readonly lambdas: readonly LrLambda[];

  constructor(optimizer: Scheduled, ...given: Arguments<LambdaLROptions, typeof LAMBDA_ORDER>) {
    const { lrLambda, lastEpoch } = readSchedule('MultiplicativeLR', optimizer, given, LAMBDA, LAMBDA_ORDER);
    super(optimizer, lastEpoch);
    this.lambdas = lambdas('MultiplicativeLR', lrLambda, optimizer);
    this.start();
  }

  protected override next(lr: number, _base: number, group: number): number {
    return this.lastEpoch > 0 ? lr * this.lambdas[group](this.lastEpoch) : lr;
  }
}
