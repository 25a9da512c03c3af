import * as u from '../../../src/index.js';
import { type Runner, unsupported } from '../group.js';

type Row = readonly [left: string, right: string, op: string, dtype?: string];

/** Operands whose dtype we have; i64 is our int32. A trailing 0 marks a tensor without axes. */
const OPERANDS: Readonly<Record<string, (() => u.Operand) | undefined>> = {
  f32: () => u.ones([2]),
  i32: () => u.ones([2], { dtype: 'int32' }),
  i64: () => u.ones([2], { dtype: 'int32' }),
  bool: () => u.ones([2], { dtype: 'bool' }),
  f320: () => u.ones([]),
  i320: () => u.ones([], { dtype: 'int32' }),
  i640: () => u.ones([], { dtype: 'int32' }),
  bool0: () => u.ones([], { dtype: 'bool' }),
  int: () => 2,
  float: () => 1.5,
};

const DTYPES: Readonly<Record<string, string | undefined>> = {
  f32: 'float32',
  i32: 'int32',
  i64: 'int32',
  bool: 'bool',
  error: 'error',
};

const OPERATIONS: Readonly<Record<string, ((a: u.Operand, b: u.Operand) => u.Tensor) | undefined>> = {
  add: u.add,
  sub: u.sub,
  mul: u.mul,
  div: u.div,
  floordiv: u.floorDivide,
  mod: u.remainder,
  pow: u.pow,
  maximum: u.maximum,
  minimum: u.minimum,
  eq: u.eq,
  lt: u.lt,
};

/** Dtypes of results. Tables name dtypes that we do not have: the rows that we can have are checked, and the case is no pass. */
export const promote: Runner = (c) => {
  for (const [left, right, op, wanted] of c.out.result as unknown as Row[]) {
    const [a, b, f, dtype] = [OPERANDS[left], OPERANDS[right], OPERATIONS[op], DTYPES[wanted ?? '']];
    if (!a || !b || !f || dtype === undefined) continue;
    const got = dtypeOf(() => f(a(), b()));
    if (got !== dtype) throw new Error(`${left} ${op} ${right} is ${got}, not ${dtype}`);
  }
  return unsupported('dtypes that we do not have');
};

function dtypeOf(run: () => u.Tensor): string {
  try {
    return run().dtype;
  } catch (error) {
    if (error instanceof u.UnrolledError) return 'error';
    throw error;
  }
}
