import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { arrayFrom, numbersOf } from '../../../src/formats/onnx/arrays.js';
import { encodeMessage } from '../../../src/formats/onnx/protobuf.js';
import { FILE } from '../../../src/formats/onnx/schema.js';
import {
  Classifier,
  LanguageModel,
  manualSeed,
  nn,
  randn,
  tensor,
  type Tensor,
  Vocabulary,
} from '../../../src/index.js';
import { GraphBuilder } from '../../../src/interop/onnx/builder.js';
import type { ForeignModel } from '../../../src/interop/foreign.js';
import { networkOf } from '../../../src/interop/network.js';
import { readOnnx } from '../../../src/interop/onnx/read.js';
import { toOnnx } from '../../../src/interop/onnx/write.js';

/** What the network of a file makes of an input, from states of zeros. */
const runRow = (model: ForeignModel, x: Tensor): Tensor => networkOf(model).eval().forward(x)[0];

const MADE = 'test/golden/onnx/made';
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(`${MADE}/${name}`));
const expected = JSON.parse(new TextDecoder().decode(read('expected.json'))) as Record<
  string,
  { x: number[][]; y: number[] }
>;

describe("networks as PyTorch's exporter writes them", () => {
  it.each(['all', 'end', 'state', 'states', 'rows', 'unfolded', 'old'])(
    '%s gives the same numbers',
    async (name) => {
      const model = await readOnnx(read(`${name}.onnx`));
      expect(model.problems).toEqual([]);
      const { x, y } = expected[name];
      const got = runRow(model, tensor(x)).data;
      expect(got.length).toBe(y.length);
      y.forEach((want, i) => expect(got[i]).toBeCloseTo(want, 5));
    },
  );

  it('keep the names of their modules', async () => {
    const { layers, source } = await readOnnx(read('end.onnx'));
    expect(layers.map(({ name }) => name)).toEqual([
      'embedding',
      'rnn',
      'rnn_2',
      'norm',
      'fc',
      'relu',
      'out',
      'logsoftmax',
    ]);
    expect(source).toMatch(/^ONNX, made by pytorch/);
  });

  it('are not held where something else stands between the layers', async () => {
    const { problems } = await readOnnx(read('mean.onnx'));
    expect(problems).toEqual([expect.stringMatching(/ReduceMean .*no layer here does this/)]);
  });
});

describe('what was written here', () => {
  const vocabulary = Vocabulary.from('abcdef');

  it('is read back: a language model with tied weights', async () => {
    manualSeed(1);
    const sizes = { cell: 'lstm', embeddingSize: 5, hiddenSize: 5, numLayers: 2, tieWeights: true } as const;
    const model = new LanguageModel(vocabulary, sizes);
    const foreign = await readOnnx(toOnnx(model));
    expect(foreign.problems).toEqual([]);
    const indices = tensor([
      [1, 2, 3],
      [4, 5, 0],
    ]);
    const [logits] = model.forward(indices);
    expect(runRow(foreign, indices).sub(logits).abs().max().item()).toBeLessThan(1e-6);
  });

  it('is read back: a classifier that reads both ways, whose lengths are for packing', async () => {
    const model = new Classifier(vocabulary, ['x', 'y'], { bidirectional: true, hiddenSize: 4 });
    const { layers, problems, notes, metadata } = await readOnnx(toOnnx(model));
    expect(problems).toEqual([]);
    expect(layers.map(({ kind }) => kind)).toEqual(['embedding', 'gru', 'linear', 'activation']);
    expect(layers[1]).toMatchObject({ returns: 'last', bidirectional: true, batchFirst: true });
    expect(notes).toEqual([expect.stringMatching(/sequence_lens/)]);
    expect(JSON.parse(metadata.labels)).toEqual(['x', 'y']);
  });

  it('is read back: modules in a row', async () => {
    const [rnn, head] = [new nn.RNN(3, 4, { nonlinearity: 'relu' }), new nn.Linear(4, 2, { bias: false })];
    const foreign = await readOnnx(toOnnx([rnn, head]));
    expect(foreign.problems).toEqual([]);
    const x = randn([5, 2, 3]);
    const want = head.forward(rnn.forward(x)[0]);
    expect(runRow(foreign, x).sub(want).abs().max().item()).toBeLessThan(1e-6);
  });
});

/** A file of one LSTM with 1s as weights, and what `change` adds to it. */
function lstm(
  change: (graph: GraphBuilder, x: string) => { inputs?: string[]; attributes?: object; x?: string },
): Uint8Array {
  const graph = new GraphBuilder();
  const input = graph.input('x', 'F32', ['time', 'batch', 2]);
  const { inputs = [], attributes = {}, x = input } = change(graph, input);
  const ones = (...shape: number[]): string =>
    graph.constant('F32', Array<number>(shape.reduce((a, b) => a * b)).fill(1), shape);
  const names = [x, ones(1, 12, 2), ones(1, 12, 3), '', ...inputs];
  graph.output('y', graph.node('LSTM', names, { hidden_size: 3, ...attributes }, 'net'), 'F32', [
    'time',
    1,
    'batch',
    3,
  ]);
  return graph.encode({});
}

describe('what no network here can hold', () => {
  const zeros = arrayFrom('F32', [1, 1, 3], [0, 0, 0]);
  const cases: [string, Parameters<typeof lstm>[0], RegExp][] = [
    ['clip', () => ({ attributes: { clip: { float: 0.5 } } }), /LSTM 'net': clip = 0.5/],
    [
      'other activations',
      () => ({ attributes: { activations: ['HardSigmoid', 'Tanh', 'Tanh'] } }),
      /activations = HardSigmoid/,
    ],
    [
      'peepholes',
      (graph) => ({ inputs: ['', '', '', graph.constant('F32', Array<number>(9).fill(1), [1, 9])] }),
      /LSTM 'net': the input P/,
    ],
    [
      'states to start from that are not 0',
      (graph) => ({ inputs: ['', graph.constant('F32', [0, 0, 1], [1, 1, 3])] }),
      /initial_h is not 0/,
    ],
    ['an operator before it', (graph, x) => ({ x: graph.node('Conv', [x]) }), /Conv 'v1': no layer here/],
  ];

  it.each(cases)('%s is named', async (_, change, message) => {
    const { problems } = await readOnnx(lstm(change));
    expect(problems).toEqual([expect.stringMatching(message)]);
  });

  it('is not what makes no difference: zeros, and functions in any case', async () => {
    const file = lstm((graph) => ({
      inputs: [
        '',
        graph.array('h', zeros),
        graph.array('c', zeros),
        graph.constant('F32', Array<number>(9).fill(0), [1, 9]),
      ],
      attributes: { activations: ['SIGMOID', 'tanh', 'TanH'], clip: { float: 0 } },
    }));
    expect((await readOnnx(file)).problems).toEqual([]);
  });

  it('is a layer whose weights are given when the model runs, which is named and not listed', async () => {
    const graph = new GraphBuilder();
    const inputs = ['x', 'w', 'r'].map((name) => graph.input(name, 'F32', ['a', 'b', 'c']));
    graph.output('y', graph.node('RNN', inputs, { hidden_size: 3 }), 'F32', ['time', 1, 'batch', 3]);
    const { layers, problems } = await readOnnx(graph.encode({}));
    expect(layers).toEqual([]);
    expect(problems[0]).toMatch(/RNN '\w+': its weights W, R and B are not in the file/);
  });

  it('is a recurrence that is written out step by step', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'F32', ['batch', 2]);
    const weight = graph.constant('F32', [1, 2, 3, 4], [2, 2]);
    const first = graph.node('Tanh', [graph.node('MatMul', [x, weight])]);
    graph.output('y', graph.node('MatMul', [first, weight]), 'F32', ['batch', 2]);
    const { problems } = await readOnnx(graph.encode({}));
    expect(problems[0]).toMatch(/used again and again[^]*dynamo=False/);
  });

  it('is a network whose layers are not in a row', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'F32', ['batch', 2]);
    const linear = (values: number[]): string =>
      graph.node('MatMul', [x, graph.constant('F32', values, [2, 2])]);
    linear([1, 2, 3, 4]);
    graph.output('y', linear([5, 6, 7, 8]), 'F32', ['batch', 2]);
    const { problems } = await readOnnx(graph.encode({}));
    expect(problems[0]).toMatch(/reads the input 'x', not 'matmul'/);
  });
});

describe('layers around the recurrent one', () => {
  it('Gemm has its factors in the weights', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'F32', ['batch', 2]);
    const [w, b] = [graph.constant('F32', [1, 2, 3, 4, 5, 6], [3, 2]), graph.constant('F32', [1, 2, 3])];
    const attributes = { transB: 1, alpha: { float: 2 }, beta: { float: 3 } };
    graph.output('y', graph.node('Gemm', [x, w, b], attributes), 'F32', ['batch', 3]);
    const [layer] = (await readOnnx(graph.encode({}))).layers;
    if (layer.kind !== 'linear') throw new Error(layer.kind);
    expect(numbersOf(layer.weight, 'w')).toEqual([2, 4, 6, 8, 10, 12]);
    expect(numbersOf(layer.bias!, 'b')).toEqual([3, 6, 9]);
  });

  it('couples the gates of an LSTM: f = 1 − i is σ of the negated rows of i', async () => {
    const file = lstm(() => ({ attributes: { input_forget: 1 } }));
    const [layer] = (await readOnnx(file)).layers;
    if (layer.kind !== 'lstm') throw new Error(layer.kind);
    const rows = numbersOf(layer.weights.weight_ih_l0, 'w');
    expect([rows[0], rows[6], rows[12], rows[18]]).toEqual([1, -1, 1, 1]);
  });

  it('weights beside the file are read by a function', async () => {
    const tensorBeside = {
      ...{ name: 'w', dims: [2, 2], dataType: 1, dataLocation: 1 },
      externalData: [
        { key: 'location', value: 'weights.bin' },
        { key: 'offset', value: '4' },
      ],
    };
    const type = { tensorType: { elemType: 1, shape: { dim: [{ dimParam: 'n' }, { dimValue: 2 }] } } };
    const graph = {
      node: [{ input: ['x', 'w'], output: ['y'], opType: 'MatMul' }],
      initializer: [tensorBeside],
      ...{ input: [{ name: 'x', type }], output: [{ name: 'y', type }] },
    };
    const file = encodeMessage({ irVersion: 8, graph, opsetImport: [{ version: 17 }] }, FILE);
    const data = arrayFrom('F32', [5], [9, 1, 2, 3, 4]).bytes;
    const { layers } = await readOnnx(file, {
      external: (location) => (location === 'weights.bin' ? data : new Uint8Array()),
    });
    expect(layers).toHaveLength(1);
    if (layers[0].kind === 'linear') expect(numbersOf(layers[0].weight, 'w')).toEqual([1, 3, 2, 4]);
    await expect(readOnnx(file)).rejects.toThrow(/in the file 'weights.bin' beside the model/);
  });
});

describe('files that mean harm', () => {
  const MANY = 10_000;

  it('are refused where one matrix is the weights of very many nodes', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'F32', ['time', 'batch', 1]);
    const weights = [
      [1, 400, 1],
      [1, 400, 100],
    ].map((shape, i) =>
      graph.array(`w${i}`, arrayFrom('F32', shape, Array<number>(shape[1] * shape[2]).fill(1))),
    );
    for (let i = 0; i < 2000; i++) graph.node('LSTM', [x, ...weights], { hidden_size: 100 });
    await expect(readOnnx(graph.encode({}))).rejects.toThrow(/100 MB more of constants/);
  });

  it('are read in time where a row of layers is very long', async () => {
    const graph = new GraphBuilder();
    let x = graph.input('x', 'F32', ['batch', 2]);
    x = graph.node('MatMul', [x, graph.constant('F32', [1, 2, 3, 4], [2, 2])], {}, 'same');
    for (let i = 0; i < MANY; i++) x = graph.node('Tanh', [x], {}, 'same');
    graph.output('y', x, 'F32', ['batch', 2]);
    const file = graph.encode({});
    const start = performance.now();
    const { layers, problems } = await readOnnx(file);
    expect([layers.length, problems]).toEqual([MANY + 1, []]);
    expect(new Set(layers.map(({ name }) => name)).size).toBe(MANY + 1);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('are read in time where very many nodes start from one large array', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'F32', ['batch', 2]);
    const size = graph.node('Shape', [x]);
    const zeros = graph.array('zeros', arrayFrom('F32', [100_000], new Array<number>(100_000).fill(0)));
    for (let i = 0; i < MANY; i++) graph.node('Expand', [zeros, size]);
    const file = graph.encode({});
    const start = performance.now();
    await readOnnx(file);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('do not fill the memory with sizes that double', async () => {
    const graph = new GraphBuilder();
    let sizes = graph.node('Shape', [graph.input('x', 'F32', ['batch', 2])]);
    for (let i = 0; i < 60; i++) sizes = graph.node('Concat', [sizes, sizes], { axis: 0 });
    graph.output('y', sizes, 'I64', ['n']);
    expect((await readOnnx(graph.encode({}))).layers).toEqual([]);
  });

  it('are refused where an array has very many axes', async () => {
    const graph = new GraphBuilder();
    const axes = new Array<number>(100_000).fill(1);
    graph.node('Transpose', [graph.array('x', arrayFrom('F32', axes, [1]))]);
    await expect(readOnnx(graph.encode({}))).rejects.toThrow(/has 100000 axes/);
  });
});
