// Functions that nothing hot needs, and their derivatives, in double precision: right to the last place of a float32, at its ends too.
import { erf1 } from './math';
import { at } from './simd';

const GELU = 0;
const GELU_TANH = 1;
const SILU = 2;
const SOFTPLUS = 3;
const LOG_SIGMOID = 4;
const ELU = 5;
const SELU = 6;
const LEAKY_RELU = 7;
const HARDTANH = 8;
const HARDSIGMOID = 9;

// Klambauer et al., 2017.
const SELU_ALPHA: f64 = 1.6732632423543772;
const SELU_SCALE: f64 = 1.0507009873554805;
// √(2 / π), and the cubic's coefficient (Hendrycks and Gimpel, 2016).
const GELU_SCALE: f64 = 0.7978845608028654;
const GELU_CUBIC: f64 = 0.044715;

function sigma(x: f64): f64 {
  return 1 / (1 + Math.exp(-x));
}

/** Φ(x), the normal distribution. */
function phi(x: f64): f64 {
  return 0.5 * (1 + erf1(x * Math.SQRT1_2));
}

/** ln(1 + eˣ), which neither overflows nor vanishes. */
function softplus(x: f64): f64 {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

function value(f: i32, x: f64, p: f64, q: f64): f64 {
  switch (f) {
    case GELU: return x == -Infinity ? NaN : x * phi(x);
    case GELU_TANH: return 0.5 * x * (1 + Math.tanh(GELU_SCALE * (x + GELU_CUBIC * x * x * x)));
    case SILU: return x / (1 + Math.exp(-x));
    case SOFTPLUS: return x * p > q ? x : softplus(x * p) / p;
    case LOG_SIGMOID: return -softplus(-x);
    case ELU: return x > 0 ? x : p * Math.expm1(x);
    case SELU: return SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x));
    case LEAKY_RELU: return x > 0 ? x : p * x;
    case HARDTANH: return x < p ? p : x > q ? q : x;
    case HARDSIGMOID: return x <= -3 ? 0 : x >= 3 ? 1 : x / 6 + 0.5;
    default: return NaN;
  }
}

/** The derivative at x; at NaN that of the branch which PyTorch takes. */
function slope(f: i32, x: f64, p: f64, q: f64): f64 {
  switch (f) {
    case GELU: return phi(x) + x * Math.exp(-0.5 * x * x) * 0.3989422804014327;
    case GELU_TANH: {
      const t = Math.tanh(GELU_SCALE * (x + GELU_CUBIC * x * x * x));
      return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * GELU_SCALE * (1 + 3 * GELU_CUBIC * x * x);
    }
    case SILU: return sigma(x) * (1 + x * (1 - sigma(x)));
    case SOFTPLUS: return x * p > q ? 1 : sigma(x * p);
    case LOG_SIGMOID: return sigma(-x);
    case ELU: return x <= 0 ? p * Math.exp(x) : 1;
    case SELU: return SELU_SCALE * (x <= 0 ? SELU_ALPHA * Math.exp(x) : 1);
    case LEAKY_RELU: return x > 0 ? 1 : p;
    case HARDTANH: return x <= p || x >= q ? 0 : 1;
    case HARDSIGMOID: return x > -3 && x < 3 ? 1.0 / 6.0 : 0;
    default: return NaN;
  }
}

/** y = f(x); p and q are the function's own constants. */
export function activate(f: i32, y: usize, x: usize, n: i32, p: f64, q: f64): void {
  for (let i = 0; i < n; i++) store<f32>(at(y, i), <f32>value(f, <f64>load<f32>(at(x, i)), p, q));
}

/** dx = dy · f'(x) */
export function activateBackward(f: i32, dx: usize, dy: usize, x: usize, n: i32, p: f64, q: f64): void {
  for (let i = 0; i < n; i++) {
    store<f32>(at(dx, i), <f32>(<f64>load<f32>(at(dy, i)) * slope(f, <f64>load<f32>(at(x, i)), p, q)));
  }
}
