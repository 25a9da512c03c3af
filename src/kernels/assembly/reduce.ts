// Reductions over the middle axis: x (outer, n, inner) → y (outer, inner).
import { at, lanes, loadPartial } from './simd';

// Rows added up before they join the total: keeps the error of a long sum near that of a short one.
const BLOCK = 512;

/** Σ of n contiguous floats: blocks of four accumulators, block sums in double. */
function sumRow(x: usize, n: i32): f32 {
  let total: f64 = 0;
  for (let from = 0; from < n; from += BLOCK) {
    const to = from + BLOCK < n ? from + BLOCK : n;
    let a = f32x4.splat(0);
    let b = a;
    let i = from;
    for (; i + 8 <= to; i += 8) {
      a = f32x4.add(a, v128.load(at(x, i)));
      b = f32x4.add(b, v128.load(at(x, i), 16));
    }
    for (; i + 4 <= to; i += 4) a = f32x4.add(a, v128.load(at(x, i)));
    if (i < to) b = f32x4.add(b, loadPartial(at(x, i), to - i));
    total += <f64>lanes(f32x4.add(a, b));
  }
  return <f32>total;
}

/** y (columns) = Σ over rows: adjacent halves are added up apart, so the error grows with the logarithm of rows. */
function sumRows(y: usize, x: usize, rows: i32, columns: i32): void {
  if (rows > BLOCK) {
    sumManyRows(y, x, rows, columns);
    return;
  }
  let c = 0;
  for (; c + 8 <= columns; c += 8) {
    let a = f32x4.splat(0);
    let b = a;
    let p = at(x, c);
    for (let r = 0; r < rows; r++) {
      a = f32x4.add(a, v128.load(p));
      b = f32x4.add(b, v128.load(p, 16));
      p = at(p, columns);
    }
    v128.store(at(y, c), a);
    v128.store(at(y, c), b, 16);
  }
  for (; c < columns; c++) {
    let s: f32 = 0;
    let p = at(x, c);
    for (let r = 0; r < rows; r++) {
      s += load<f32>(p);
      p = at(p, columns);
    }
    store<f32>(at(y, c), s);
  }
}

function sumManyRows(y: usize, x: usize, rows: i32, columns: i32): void {
  for (let c = 0; c < columns; c++) {
    let total: f64 = 0;
    for (let from = 0; from < rows; from += BLOCK) {
      const to = from + BLOCK < rows ? from + BLOCK : rows;
      let s: f32 = 0;
      let p = at(x, from * columns + c);
      for (let r = from; r < to; r++) {
        s += load<f32>(p);
        p = at(p, columns);
      }
      total += <f64>s;
    }
    store<f32>(at(y, c), <f32>total);
  }
}

export function sum(y: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  for (let o = 0; o < outer; o++) {
    if (inner == 1) store<f32>(at(y, o), sumRow(at(x, o * n), n));
    else sumRows(at(y, o * inner), at(x, o * n * inner), n, inner);
  }
}

export function sumInt(y: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let s = 0;
      for (let k = 0; k < n; k++) s += load<i32>(at(x, (o * n + k) * inner + i));
      store<i32>(at(y, o * inner + i), s);
    }
  }
}

export function prod(y: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let p: f32 = 1;
      for (let k = 0; k < n; k++) p *= load<f32>(at(x, (o * n + k) * inner + i));
      store<f32>(at(y, o * inner + i), p);
    }
  }
}

/** dx_k = dy · the product of the other factors, which a division could not give where one of them is 0. */
export function prodBackward(dx: usize, dy: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let before: f32 = load<f32>(at(dy, o * inner + i));
      for (let k = 0; k < n; k++) {
        const p = (o * n + k) * inner + i;
        store<f32>(at(dx, p), before);
        before *= load<f32>(at(x, p));
      }
      let after: f32 = 1;
      for (let k = n - 1; k >= 0; k--) {
        const p = (o * n + k) * inner + i;
        store<f32>(at(dx, p), load<f32>(at(dx, p)) * after);
        after *= load<f32>(at(x, p));
      }
    }
  }
}

/** Where the extreme of n floats `step` elements apart stands: the first of equals; a NaN wins. */
// @ts-ignore: decorator
@inline
function extremeAt(x: usize, n: i32, step: i32, largest: bool): i32 {
  let best = load<f32>(x);
  let where = 0;
  for (let k = 1; k < n; k++) {
    if (best != best) break;
    const v = load<f32>(at(x, k * step));
    if (v != v || (largest ? v > best : v < best)) {
      best = v;
      where = k;
    }
  }
  return where;
}

// @ts-ignore: decorator
@inline
function extremes(y: usize, index: usize, x: usize, outer: i32, n: i32, inner: i32, largest: bool): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const p = at(x, o * n * inner + i);
      const where = extremeAt(p, n, inner, largest);
      if (y) store<f32>(at(y, o * inner + i), load<f32>(at(p, where * inner)));
      store<i32>(at(index, o * inner + i), where);
    }
  }
}

export function max(y: usize, index: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  extremes(y, index, x, outer, n, inner, true);
}
export function min(y: usize, index: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  extremes(y, index, x, outer, n, inner, false);
}
export function argmax(index: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  extremes(0, index, x, outer, n, inner, true);
}
export function argmin(index: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  extremes(0, index, x, outer, n, inner, false);
}

// @ts-ignore: decorator
@inline
function extremesInt(y: usize, index: usize, x: usize, outer: i32, n: i32, inner: i32, largest: bool): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const p = at(x, o * n * inner + i);
      let where = 0;
      for (let k = 1; k < n; k++) {
        const v = load<i32>(at(p, k * inner));
        const best = load<i32>(at(p, where * inner));
        if (largest ? v > best : v < best) where = k;
      }
      store<i32>(at(y, o * inner + i), load<i32>(at(p, where * inner)));
      store<i32>(at(index, o * inner + i), where);
    }
  }
}

export function maxInt(y: usize, index: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  extremesInt(y, index, x, outer, n, inner, true);
}
export function minInt(y: usize, index: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  extremesInt(y, index, x, outer, n, inner, false);
}

/** dx (outer, n, inner) = 0, but dy (outer, inner) where the index points. */
export function scatterAlong(dx: usize, dy: usize, index: usize, outer: i32, n: i32, inner: i32): void {
  memory.fill(dx, 0, <usize>(outer * n * inner) << 2);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const k = load<i32>(at(index, o * inner + i));
      store<f32>(at(dx, (o * n + k) * inner + i), load<f32>(at(dy, o * inner + i)));
    }
  }
}

export function anyBool(y: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let found = 0;
      for (let k = 0; k < n; k++) found |= load<i32>(at(x, (o * n + k) * inner + i));
      store<i32>(at(y, o * inner + i), i32(found != 0));
    }
  }
}

export function allBool(y: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let kept = 1;
      for (let k = 0; k < n; k++) kept &= load<i32>(at(x, (o * n + k) * inner + i));
      store<i32>(at(y, o * inner + i), kept);
    }
  }
}

/** Σ x², in double. */
export function sumSquares(x: usize, n: i32): f64 {
  let s: f64 = 0;
  for (let i = 0; i < n; i++) {
    const v = <f64>load<f32>(at(x, i));
    s += v * v;
  }
  return s;
}
