// y = a op b over rows x columns with broadcasting: an operand's column step is 0 or 1, its row step any number of elements.
import { power } from './math';
import { at, loadPartial, storePartial } from './simd';

const ADD = 0;
const SUB = 1;
const MUL = 2;
const DIV = 3;
const MAXIMUM = 4;
const MINIMUM = 5;
const EQ = 6;
const NE = 7;
const LT = 8;
const LE = 9;
const GT = 10;
const GE = 11;
const REMAINDER = 12;
const POW = 13;
const FLOOR_DIV = 14;

// `op` is a constant at each call, so only one branch is compiled. Comparisons give words of 0 or 1.
@inline
function vector(op: i32, a: v128, b: v128): v128 {
  if (op == ADD) return f32x4.add(a, b);
  if (op == SUB) return f32x4.sub(a, b);
  if (op == MUL) return f32x4.mul(a, b);
  if (op == DIV) return f32x4.div(a, b);
  // max and min of WebAssembly let NaN win, as PyTorch's do.
  if (op == MAXIMUM) return f32x4.max(a, b);
  if (op == MINIMUM) return f32x4.min(a, b);
  const one = i32x4.splat(1);
  if (op == EQ) return v128.and(f32x4.eq(a, b), one);
  if (op == NE) return v128.and(f32x4.ne(a, b), one);
  if (op == LT) return v128.and(f32x4.lt(a, b), one);
  if (op == LE) return v128.and(f32x4.le(a, b), one);
  if (op == GT) return v128.and(f32x4.gt(a, b), one);
  if (op == GE) return v128.and(f32x4.ge(a, b), one);
  // Lane by lane, exact in double precision.
  let y = f32x4.splat(scalar(op, f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
  y = f32x4.replace_lane(y, 1, scalar(op, f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)));
  y = f32x4.replace_lane(y, 2, scalar(op, f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)));
  return f32x4.replace_lane(y, 3, scalar(op, f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)));
}

@inline
function scalar(op: i32, a: f32, b: f32): f32 {
  return op == POW ? <f32>power(a, b) : remainderOf(a, b);
}

/** The remainder with b's sign, as Python's. */
function remainderOf(a: f32, b: f32): f32 {
  const r = <f32>(<f64>a % <f64>b);
  return r != 0 && r < 0 != b < 0 ? r + b : r;
}

@inline
function row(op: i32, y: usize, a: usize, aCol: i32, b: usize, bCol: i32, n: i32): void {
  let i = 0;
  if (aCol & bCol) {
    for (; i + 4 <= n; i += 4) v128.store(at(y, i), vector(op, v128.load(at(a, i)), v128.load(at(b, i))));
    if (i < n) storePartial(at(y, i), vector(op, loadPartial(at(a, i), n - i), loadPartial(at(b, i), n - i)), n - i);
  } else if (aCol) {
    const z = v128.load32_splat(b);
    for (; i + 4 <= n; i += 4) v128.store(at(y, i), vector(op, v128.load(at(a, i)), z));
    if (i < n) storePartial(at(y, i), vector(op, loadPartial(at(a, i), n - i), z), n - i);
  } else if (bCol) {
    const x = v128.load32_splat(a);
    for (; i + 4 <= n; i += 4) v128.store(at(y, i), vector(op, x, v128.load(at(b, i))));
    if (i < n) storePartial(at(y, i), vector(op, x, loadPartial(at(b, i), n - i)), n - i);
  } else {
    const v = vector(op, v128.load32_splat(a), v128.load32_splat(b));
    for (; i + 4 <= n; i += 4) v128.store(at(y, i), v);
    if (i < n) storePartial(at(y, i), v, n - i);
  }
}

@inline
function grid(op: i32, y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  for (let r = 0; r < rows; r++) row(op, at(y, r * cols), at(a, r * aRow), aCol, at(b, r * bRow), bCol, cols);
}

export function add(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  grid(ADD, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function sub(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  grid(SUB, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function mul(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  grid(MUL, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function div(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  grid(DIV, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function pow(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  grid(POW, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function maximum(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  grid(MAXIMUM, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function minimum(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  grid(MINIMUM, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function eq(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  grid(EQ, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function ne(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  grid(NE, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function lt(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  grid(LT, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function le(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  grid(LE, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function gt(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  grid(GT, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function ge(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  grid(GE, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
/** a − ⌊a / b⌋ · b: the remainder with b's sign. */
export function remainder(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  grid(REMAINDER, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}

// ---------------------------------------------------------------- int32 words: what can wrap around returns 1 if it did

@inline
function whole(op: i32, a: i32, b: i32): i32 {
  if (op == ADD) return a + b;
  if (op == SUB) return a - b;
  if (op == MUL) return a * b;
  if (op == MAXIMUM) return max(a, b);
  if (op == MINIMUM) return min(a, b);
  if (op == EQ) return i32(a == b);
  if (op == NE) return i32(a != b);
  if (op == LT) return i32(a < b);
  if (op == LE) return i32(a <= b);
  if (op == GT) return i32(a > b);
  if (op == GE) return i32(a >= b);
  // WebAssembly stops at a division by 0, where PyTorch throws: 0 here, for the caller to look out for.
  if (b == 0) return 0;
  // Apart, because the least number divided by −1 overflows.
  if (b == -1) return op == FLOOR_DIV ? -a : 0;
  const r = a % b;
  const crosses = r != 0 && r < 0 != b < 0;
  if (op == FLOOR_DIV) return a / b - i32(crosses);
  return crosses ? r + b : r;
}

/** Negative where y = a op b has left int32 and wrapped around. */
@inline
function wrapped(op: i32, a: i32, b: i32, y: i32): i32 {
  // The sign differs from that of both terms.
  if (op == ADD) return (a ^ y) & (b ^ y);
  if (op == SUB) return (a ^ b) & (a ^ y);
  if (op == MUL) return -i32(<i64>a * <i64>b != <i64>y);
  if (op == FLOOR_DIV) return b == -1 ? a & y : 0;
  return 0;
}

/** Returns 1 if a result has wrapped around, else 0. */
@inline
function gridInt(op: i32, y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): i32 {
  let signs = 0;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      const left = load<i32>(at(a, r * aRow + c * aCol));
      const right = load<i32>(at(b, r * bRow + c * bCol));
      const v = whole(op, left, right);
      signs |= wrapped(op, left, right, v);
      store<i32>(at(y, r * cols + c), v);
    }
  }
  return i32(signs < 0);
}

export function addInt(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): i32 {
  return gridInt(ADD, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function subInt(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): i32 {
  return gridInt(SUB, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function mulInt(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): i32 {
  return gridInt(MUL, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function maximumInt(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  gridInt(MAXIMUM, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function minimumInt(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  gridInt(MINIMUM, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function eqInt(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  gridInt(EQ, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function neInt(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  gridInt(NE, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function ltInt(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  gridInt(LT, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function leInt(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  gridInt(LE, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function gtInt(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  gridInt(GT, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
export function geInt(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  gridInt(GE, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
/** As `remainder`; 0 where b is 0. */
export function remainderInt(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): void {
  gridInt(REMAINDER, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
/** ⌊a / b⌋; 0 where b is 0. */
export function floorDivInt(y: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, rows: i32, cols: i32): i32 {
  return gridInt(FLOOR_DIV, y, a, aRow, aCol, b, bRow, bCol, rows, cols);
}
