import { describe, expect, it } from 'vitest';
import { expectClose, labs, noise, wholes } from './lab.js';

describe.each(labs)('$name', (lab) => {
  const { kernels } = lab;

  it('oneHot writes zeros and ones', () => {
    lab.clear();
    const [index, y] = [lab.ints([2, 0, 1]), lab.blank(12)];
    lab.expectWritesOnly([y], () => {
      kernels.oneHot(y.address, index.address, 3, 4);
    });
    expect([...lab.read(y)]).toEqual([0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0]);
  });

  it('gathers rows, and adds them back with repetitions', () => {
    for (const width of [1, 3, 4, 10, 17]) {
      for (const n of [0, 1, 9]) {
        lab.clear();
        const [classes, table] = [5, lab.floats(noise(5 * width, 1))];
        const [index, y, dy] = [
          lab.ints(wholes(n, classes)),
          lab.blank(n * width),
          lab.floats(noise(n * width, 2)),
        ];
        lab.expectWritesOnly([y], () => {
          kernels.gatherRows(y.address, table.address, index.address, n, width);
        });
        const [rows, picks] = [lab.read(table), lab.readInts(index)];
        expect(lab.read(y)).toEqual(
          Float32Array.from(
            { length: n * width },
            (_, p) => rows[picks[Math.floor(p / width)] * width + (p % width)],
          ),
        );
        const expected = Float64Array.from(rows);
        lab.read(dy).forEach((v, p) => (expected[picks[Math.floor(p / width)] * width + (p % width)] += v));
        lab.expectWritesOnly([table], () => {
          lab.inParts(Math.ceil(width / 16), (from, to) => {
            kernels.scatterAddRows(from, to, table.address, dy.address, index.address, n, width);
          });
        });
        expectClose(lab.read(table), expected);
      }
    }
  });

  // Few rows beside many classes read W where it stands, many transpose it.
  it.each([
    [1, 10, 10],
    [14, 10, 10],
    [2, 33, 65],
    [40, 7, 65],
    [0, 3, 4],
  ])('%i one-hot rows times W (%i, %i) pick columns, and give their gradients back', (n, out, classes) => {
    for (const withBias of [false, true]) {
      lab.clear();
      const [w, b] = [lab.floats(noise(out * classes, 1)), lab.floats(noise(out, 2))];
      const [index, y] = [lab.ints(wholes(n, classes)), lab.blank(n * out)];
      const [bAddress, few, columns] = [
        withBias ? b.address : 0,
        lab.blank(n * out),
        lab.blank(out * classes),
      ];
      kernels.transpose(columns.address, w.address, out, classes);
      lab.expectWritesOnly([y], () => {
        lab.inParts(n, (from, to) => {
          kernels.oneHotProject(from, to, y.address, columns.address, bAddress, index.address, out);
        });
      });
      lab.expectWritesOnly([few], () => {
        kernels.oneHotProjectFew(few.address, w.address, bAddress, index.address, n, out, classes);
      });
      const [W, bias, picks] = [lab.read(w), lab.read(b), lab.readInts(index)];
      const expected = Array.from(
        { length: n * out },
        (_, p) => W[(p % out) * classes + picks[Math.floor(p / out)]] + (withBias ? bias[p % out] : 0),
      );
      expectClose(lab.read(y), expected);
      expectClose(lab.read(few), expected);
    }
  });
});
