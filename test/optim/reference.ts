// Every optimiser for one number, in plain code after the papers: what the library's are held against.

/** A weight and what is remembered of it; all but `p` and `t` begin at 0 or with `begin`. */
export type Weight = Record<string, number> & { p: number; t: number };

/** Changes a weight by its gradient; `t` counts steps from 1. */
export type Rule = (w: Weight, g: number) => void;

interface AdamRule {
  readonly lr: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly eps?: number;
  readonly l2?: number;
  readonly decay?: number;
  readonly amsgrad?: boolean;
}

const moments = (w: Weight, g: number, beta1: number, beta2: number): void => {
  w.exp_avg = beta1 * w.exp_avg + (1 - beta1) * g;
  w.exp_avg_sq = beta2 * w.exp_avg_sq + (1 - beta2) * g * g;
};

export const adam =
  ({ lr, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, l2 = 0, decay = 0, amsgrad }: AdamRule): Rule =>
  (w, g) => {
    g += l2 * w.p;
    w.p *= 1 - lr * decay;
    moments(w, g, beta1, beta2);
    w.max_exp_avg_sq = Math.max(w.max_exp_avg_sq, w.exp_avg_sq);
    const second = amsgrad === true ? w.max_exp_avg_sq : w.exp_avg_sq;
    const [mean, square] = [w.exp_avg / (1 - beta1 ** w.t), second / (1 - beta2 ** w.t)];
    w.p -= (lr * mean) / (Math.sqrt(square) + eps);
  };

export const nadam =
  ({ lr, l2 = 0, decay = 0, momentumDecay = 0.004 }: AdamRule & { momentumDecay?: number }): Rule =>
  (w, g) => {
    g += l2 * w.p;
    w.p *= 1 - lr * decay;
    const mu = (t: number): number => 0.9 * (1 - 0.96 ** (t * momentumDecay) / 2);
    const product = Array.from({ length: w.t }, (_, i) => mu(i + 1)).reduce((a, b) => a * b);
    moments(w, g, 0.9, 0.999);
    const next = mu(w.t + 1);
    const mean = (next * w.exp_avg) / (1 - product * next) + ((1 - mu(w.t)) * g) / (1 - product);
    w.p -= (lr * mean) / (Math.sqrt(w.exp_avg_sq / (1 - 0.999 ** w.t)) + 1e-8);
    w.mu_product = product;
  };

export const radam =
  ({ lr, beta1 = 0.9, beta2 = 0.999, l2 = 0, decay = 0, eps = 1e-8 }: AdamRule): Rule =>
  (w, g) => {
    g += l2 * w.p;
    w.p *= 1 - lr * decay;
    moments(w, g, beta1, beta2);
    const mean = w.exp_avg / (1 - beta1 ** w.t);
    const most = 2 / (1 - beta2) - 1;
    const rho = most - (2 * w.t * beta2 ** w.t) / (1 - beta2 ** w.t);
    if (rho <= 5) {
      w.p -= lr * mean;
      return;
    }
    const r = Math.sqrt(((rho - 4) * (rho - 2) * most) / ((most - 4) * (most - 2) * rho));
    w.p -= (lr * mean * r * Math.sqrt(1 - beta2 ** w.t)) / (Math.sqrt(w.exp_avg_sq) + eps);
  };

export const adamax =
  ({ lr, l2 = 0 }: AdamRule): Rule =>
  (w, g) => {
    g += l2 * w.p;
    w.exp_avg = 0.9 * w.exp_avg + 0.1 * g;
    w.exp_inf = Math.max(0.999 * w.exp_inf, Math.abs(g) + 1e-8);
    w.p -= ((lr / (1 - 0.9 ** w.t)) * w.exp_avg) / w.exp_inf;
  };

interface DescentRule {
  readonly lr: number;
  readonly momentum?: number;
  readonly dampening?: number;
  readonly l2?: number;
  readonly nesterov?: boolean;
}

export const sgd =
  ({ lr, momentum = 0, dampening = 0, l2 = 0, nesterov = false }: DescentRule): Rule =>
  (w, g) => {
    g += l2 * w.p;
    w.momentum_buffer = w.t === 1 ? g : momentum * w.momentum_buffer + (1 - dampening) * g;
    w.p -= lr * (nesterov ? g + momentum * w.momentum_buffer : w.momentum_buffer);
  };

interface RootRule {
  readonly lr: number;
  readonly alpha?: number;
  readonly momentum?: number;
  readonly centered?: boolean;
  readonly l2?: number;
  readonly eps?: number;
}

export const rmsprop =
  ({ lr, alpha = 0.99, momentum = 0, centered = false, l2 = 0, eps = 1e-8 }: RootRule): Rule =>
  (w, g) => {
    g += l2 * w.p;
    w.square_avg = alpha * w.square_avg + (1 - alpha) * g * g;
    w.grad_avg = alpha * w.grad_avg + (1 - alpha) * g;
    const variance = w.square_avg - (centered ? w.grad_avg ** 2 : 0);
    w.momentum_buffer = momentum * w.momentum_buffer + g / (Math.sqrt(variance) + eps);
    w.p -= lr * w.momentum_buffer;
  };

export const adagrad =
  ({ lr, lrDecay = 0, l2 = 0 }: { lr: number; lrDecay?: number; l2?: number }): Rule =>
  (w, g) => {
    g += l2 * w.p;
    w.sum += g * g;
    w.p -= ((lr / (1 + (w.t - 1) * lrDecay)) * g) / (Math.sqrt(w.sum) + 1e-10);
  };

export const adadelta =
  ({ lr, rho, l2 = 0, eps = 1e-6 }: { lr: number; rho: number; l2?: number; eps?: number }): Rule =>
  (w, g) => {
    g += l2 * w.p;
    w.square_avg = rho * w.square_avg + (1 - rho) * g * g;
    const step = (Math.sqrt(w.acc_delta + eps) / Math.sqrt(w.square_avg + eps)) * g;
    w.acc_delta = rho * w.acc_delta + (1 - rho) * step * step;
    w.p -= lr * step;
  };

export const rprop =
  (slower: number, faster: number, least: number, most: number): Rule =>
  (w, g) => {
    const along = Math.sign(g * w.prev);
    const grown = w.step_size * (along > 0 ? faster : along < 0 ? slower : 1);
    w.step_size = Math.min(Math.max(grown, least), most);
    w.prev = along < 0 ? 0 : g;
    w.p -= Math.sign(w.prev) * w.step_size;
  };
