import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { arrayFrom, numbersOf, type OnnxArray } from '../../../src/formats/onnx/arrays.js';
import { decodeOnnx } from '../../../src/formats/onnx/decode.js';
import { GraphBuilder } from '../../../src/interop/onnx/builder.js';
import { Refused, runGraph } from '../../conformance/files/onnx-graph.js';
import { runOnnx, runRealOnnx } from '../../conformance/files/onnx.js';

const REAL = '../shared/real';

describe("onnxruntime's and PyTorch's numbers", async () => {
  const verdicts = await runOnnx('test/golden/onnx');

  it.each(verdicts.map(({ file, problem, refused }) => [file, problem, refused]))('%s', (_, problem) => {
    expect(problem).toBeNull();
  });

  it('are refused for three attributes only', () => {
    const refused = verdicts.filter((verdict) => verdict.refused !== undefined).map(({ file }) => file);
    expect(refused).toEqual(['h-rnn-affine.onnx', 'h-rnn-clip.onnx', 'h-gru-lbr0.onnx']);
  });
});

describe.skipIf(!existsSync(REAL))("files of others, and ONNX's own tests of nodes", async () => {
  const verdicts = await runRealOnnx(REAL);

  it.each(verdicts.map(({ file, problem }) => [file, problem]))('%s', (_, problem) => {
    expect(problem).toBeNull();
  });
});

/** y_t = relu(x_t + 2 h): powers of 2 that can be followed by hand. */
async function rnn(attributes: object, directions = 1, lengths: number[] | null = null): Promise<number[]> {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'F32', ['time', 'batch', 1]);
  const each = (value: number): string =>
    graph.constant('F32', Array<number>(directions).fill(value), [directions, 1, 1]);
  const inputs = [x, each(1), each(2), '', lengths === null ? '' : graph.constant('I32', lengths)];
  const activations = Array<string>(directions).fill('RELU');
  const y = graph.node('RNN', inputs, { hidden_size: 1, activations, ...attributes });
  graph.output('y', y, 'F32', ['time', directions, 'batch', 1]);
  const values = runGraph(await decodeOnnx(graph.encode({})), new Map([['x', steps]]));
  return numbersOf(values.get('y') as OnnxArray, 'y');
}

const steps = arrayFrom('F32', [3, 1, 1], [1, 10, 100]);

describe('a recurrent node', () => {
  it('reads forward', async () => {
    expect(await rnn({})).toEqual([1, 12, 124]);
  });

  it('reads from the end, and gives outputs where it read', async () => {
    expect(await rnn({ direction: 'reverse' })).toEqual([421, 210, 100]);
  });

  it('reads both ways', async () => {
    expect(await rnn({ direction: 'bidirectional' }, 2)).toEqual([1, 421, 12, 210, 124, 100]);
  });

  it('starts from the end of a shorter sequence, and gives 0 behind it', async () => {
    expect(await rnn({ direction: 'reverse' }, 1, [2])).toEqual([21, 10, 0]);
  });

  it('with functions of parameters is refused', async () => {
    await expect(rnn({ activations: ['LeakyRelu'] })).rejects.toThrow(Refused);
  });
});
