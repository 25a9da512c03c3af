import { ValueError } from '../../errors.js';
import { type Arguments, type Schema } from '../../options.js';
import { EPOCH, EpochLR, type EpochOptions, expectWhole, type Scheduled, readSchedule } from './scheduler.js';

/** Half a cosine from 1 at 0 to 0 at 1. */
const half = (share: number): number => (1 + Math.cos(Math.PI * share)) / 2;

/** Options of `CosineAnnealingLR`. */
export interface CosineAnnealingLROptions extends EpochOptions {
  /** Epochs from the largest learning rate to the smallest. */
  readonly tMax: number;
  /** The smallest learning rate. Default 0. */
  readonly etaMin?: number;
}

const COSINE_ANNEALING_LR: Schema<CosineAnnealingLROptions> = {
  tMax: { needs: 'a number' },
  etaMin: 'a number',
  ...EPOCH,
};
const COSINE_ANNEALING_LR_ORDER = ['tMax', 'etaMin', 'lastEpoch'] as const;

/**
 * Half a cosine down from base to etaMin over `tMax` epochs, and up again (Loshchilov and Hutter, 2017).
 *
 *     lr = etaMin + (base − etaMin) (1 + cos(π · epoch / tMax)) / 2
 *
 * @throws ValueError unless tMax is a whole number from 1 on
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingLR.html
 * @example
 * const optimizer = new optim.SGD(new nn.Linear(2, 1).parameters(), { lr: 1 });
 * const schedule = new optim.CosineAnnealingLR(optimizer, { tMax: 1, etaMin: 0.5 });
 * schedule.step();
 * schedule.getLastLr(); // [0.5]
 */
export class CosineAnnealingLR extends EpochLR {
  private readonly tMax: number;
  private readonly etaMin: number;

  constructor(
    optimizer: Scheduled,
    ...given: Arguments<CosineAnnealingLROptions, typeof COSINE_ANNEALING_LR_ORDER>
  ) {
    const {
      tMax,
      etaMin = 0,
      lastEpoch,
    } = readSchedule('CosineAnnealingLR', optimizer, given, COSINE_ANNEALING_LR, COSINE_ANNEALING_LR_ORDER);
    super(optimizer, lastEpoch);
    this.tMax = expectWhole('CosineAnnealingLR', 'tMax', tMax, 1);
    this.etaMin = etaMin;
    this.start();
  }

  protected override next(lr: number, base: number): number {
    const { lastEpoch: epoch, tMax, etaMin } = this;
    if (epoch === 0) return lr;
    if (this.stepCount === 1) return this.at(base);
    // At the bottom the factor below would be 0 / 0.
    if ((epoch - 1 - tMax) % (2 * tMax) === 0) {
      return lr + ((base - etaMin) * (1 - Math.cos(Math.PI / tMax))) / 2;
    }
    const [now, before] = [epoch, epoch - 1].map((at) => 1 + Math.cos((Math.PI * at) / tMax));
    return (now / before) * (lr - etaMin) + etaMin;
  }

  protected override at(base: number): number {
    return this.etaMin + (base - this.etaMin) * half(this.lastEpoch / this.tMax);
  }
}

/** Options of `CosineAnnealingWarmRestarts`. */
export interface CosineAnnealingWarmRestartsOptions extends EpochOptions {
  /** Epochs until the first restart. */
  readonly t0: number;
  /** Factor on the epochs until the next. Default 1. */
  readonly tMult?: number;
  /** The smallest learning rate. Default 0. */
  readonly etaMin?: number;
}

const COSINE_ANNEALING_WARM_RESTARTS: Schema<CosineAnnealingWarmRestartsOptions> = {
  t0: { needs: 'a number' },
  tMult: 'a number',
  etaMin: 'a number',
  ...EPOCH,
};
const COSINE_ANNEALING_WARM_RESTARTS_ORDER = ['t0', 'tMult', 'etaMin', 'lastEpoch'] as const;

/**
 * Half a cosine down from base to etaMin, again and again (SGDR: Loshchilov and Hutter, 2017).
 *
 *     lr = etaMin + (base − etaMin) (1 + cos(π · tCur / tI)) / 2
 *
 * `step` takes fractions of epochs, for calls after every batch: `schedule.step(epoch + batch / batches)`.
 *
 * @throws ValueError unless t0 and tMult are whole numbers from 1 on, and for a step to a negative epoch
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.html
 * @example
 * const optimizer = new optim.SGD(new nn.Linear(2, 1).parameters(), { lr: 1 });
 * const schedule = new optim.CosineAnnealingWarmRestarts(optimizer, { t0: 2 });
 * schedule.step();
 * schedule.step();
 * schedule.getLastLr(); // [1]
 */
export class CosineAnnealingWarmRestarts extends EpochLR {
  private readonly t0: number;
  private readonly tMult: number;
  private readonly etaMin: number;
  private tCur: number;
  private tI: number;

  constructor(
    optimizer: Scheduled,
    ...given: Arguments<CosineAnnealingWarmRestartsOptions, typeof COSINE_ANNEALING_WARM_RESTARTS_ORDER>
  ) {
    const options = readSchedule(
      'CosineAnnealingWarmRestarts',
      optimizer,
      given,
      COSINE_ANNEALING_WARM_RESTARTS,
      COSINE_ANNEALING_WARM_RESTARTS_ORDER,
    );
    const { t0, tMult = 1, etaMin = 0, lastEpoch = -1 } = options;
    super(optimizer, lastEpoch);
    this.t0 = expectWhole('CosineAnnealingWarmRestarts', 't0', t0, 1);
    this.tMult = expectWhole('CosineAnnealingWarmRestarts', 'tMult', tMult, 1);
    this.etaMin = etaMin;
    this.tCur = lastEpoch;
    this.tI = t0;
    this.start();
  }

  override step(epoch?: number): void {
    if (epoch === undefined && this.lastEpoch >= 0) {
      this.tCur += 1;
      if (this.tCur >= this.tI) {
        this.tCur -= this.tI;
        this.tI *= this.tMult;
      }
      super.step();
      return;
    }
    const to = epoch ?? 0;
    if (!(to >= 0)) {
      throw new ValueError(`CosineAnnealingWarmRestarts: there is no epoch ${to}, only those from 0 on`);
    }
    this.goTo(to);
    super.step(Math.floor(to));
  }

  private goTo(epoch: number): void {
    const { t0, tMult } = this;
    if (tMult === 1) {
      this.tCur = epoch % t0;
      return;
    }
    // Periods behind us: t0 (1 + tMult + tMult² + …) = t0 (tMultⁿ − 1) / (tMult − 1) epochs.
    const n = Math.trunc(Math.log((epoch / t0) * (tMult - 1) + 1) / Math.log(tMult));
    this.tCur = epoch - (t0 * (tMult ** n - 1)) / (tMult - 1);
    this.tI = t0 * tMult ** n;
  }

  protected override next(_lr: number, base: number): number {
    return this.etaMin + (base - this.etaMin) * half(this.tCur / this.tI);
  }
}
