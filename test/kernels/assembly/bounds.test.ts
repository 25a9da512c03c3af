import { describe, expect, it } from 'vitest';
import type { KernelExports } from '../../../src/kernels/generated/exports.js';
import { type Lab, labs, noise, ODD_SIZES } from './lab.js';

type Call = (
  kernels: KernelExports,
  y: number,
  inputs: readonly number[],
  n: number,
  workspace: number,
) => void;

/** [kernel, sizes of its inputs for size n, call] */
const CALLS: readonly [string, (n: number) => number[], Call][] = [
  [
    'tanh',
    (n) => [n],
    (k, y, [x], n) => {
      k.tanh(y, x, n);
    },
  ],
  [
    'tanhBackward',
    (n) => [n, n],
    (k, y, [dy, x], n) => {
      k.tanhBackward(y, dy, x, n);
    },
  ],
  [
    'axpy',
    (n) => [n],
    (k, y, [x], n) => {
      k.axpy(y, x, 1, n);
    },
  ],
  [
    'add',
    (n) => [n, n],
    (k, y, [a, b], n) => {
      k.add(y, a, 0, 1, b, 0, 1, 1, n);
    },
  ],
  [
    'add to a number',
    (n) => [n, 1],
    (k, y, [a, b], n) => {
      k.add(y, a, 0, 1, b, 0, 0, 1, n);
    },
  ],
  [
    'sum of a row',
    (n) => [n],
    (k, y, [x], n) => {
      k.sum(y, x, 1, n, 1);
    },
  ],
  [
    'sum of columns',
    (n) => [3 * n],
    (k, y, [x], n) => {
      k.sum(y, x, 1, 3, n);
    },
  ],
  [
    'argmax',
    (n) => [n + 1],
    (k, y, [x], n) => {
      k.argmax(y, x, 1, n + 1, 1);
    },
  ],
  [
    'dot',
    (n) => [n, n],
    (k, _y, [x, z], n) => {
      k.dot(x, z, n);
    },
  ],
  [
    'softmax',
    (n) => [n],
    (k, y, [x], n) => {
      k.softmax(y, x, 1, n, 1);
    },
  ],
  [
    'logSoftmax',
    (n) => [n],
    (k, y, [x], n) => {
      k.logSoftmax(y, x, 1, n, 1);
    },
  ],
  [
    'transpose',
    (n) => [5 * n],
    (k, y, [x], n) => {
      k.transpose(y, x, n, 5);
    },
  ],
  ...[1, 2, 5].flatMap((m): [string, (n: number) => number[], Call][] => [
    [
      `gemm x W, ${m} rows`,
      (n) => [m * 7, 7 * n],
      (k, y, [a, b], n, work) => {
        k.gemm(m, n, 7, a, 7, 1, b, n, 1, y, n, 0, work);
      },
    ],
    [
      `gemm x Wᵀ, ${m} rows`,
      (n) => [m * n, 6 * n],
      (k, y, [a, b], n, work) => {
        k.gemm(m, 6, n, a, n, 1, b, 1, n, y, 6, 0, work);
      },
    ],
    [
      `gemm xᵀ W, ${m} rows`,
      (n) => [n * m, n * 9],
      (k, y, [a, b], n, work) => {
        k.gemm(m, 9, n, a, 1, m, b, 9, 1, y, 9, 0, work);
      },
    ],
  ]),
];

/** Runs a call with each input in turn at the very end of the memory, where a read too far stops the program. */
function runAtEnd(lab: Lab, sizes: readonly number[], n: number, call: Call): void {
  for (const last of sizes.keys()) {
    lab.clear();
    const inputs = sizes.map((size, i) =>
      i === last ? lab.floatsAtEnd(noise(size)) : lab.floats(noise(size)),
    );
    const y = lab.blank(2000);
    const workspace = lab.workspace(lab.kernels.gemmWorkspace(100, 100, 100));
    call(
      lab.kernels,
      y.address,
      inputs.map((input) => input.address),
      n,
      workspace,
    );
  }
}

describe.each(labs)('$name', (lab) => {
  it.each(CALLS)('%s reads nothing behind its inputs', (_name, sizes, call) => {
    for (const n of ODD_SIZES) {
      expect(() => {
        runAtEnd(lab, sizes(n), n, call);
      }).not.toThrow();
    }
  });
});
