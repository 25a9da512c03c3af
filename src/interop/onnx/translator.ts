import type { Translator } from '../../models/translator.js';
import { GraphBuilder } from './builder.js';
import { addEmbedding, addLinear } from './modules.js';
import { addStack, stateNames } from './stack.js';
import { metadataOf, stateInputs, stateOutputs } from './write.js';

/** The two graphs of a translator. */
export interface TranslatorFiles {
  readonly encoder: Uint8Array;
  readonly decoder: Uint8Array;
}

const FLOAT = 'F32';
const FAR_BELOW = -1e9;

/**
 * A translator as two ONNX files: one reads a text, the other writes, as many units at a time as it is given.
 *
 * | graph | inputs | outputs |
 * | --- | --- | --- |
 * | encoder | `indices` int64 (batch, source) padded by anything, `lengths` int32 (batch) | `read` (batch, source, 2 · hidden), `h0` (`c0`) |
 * | decoder | `indices` int64 (batch, time): the last units, first the mark; `read`, `lengths`, `h0` (`c0`) | `logits` (batch, time, unit or end), `attention` (batch, time, source), `hn` (`cn`) |
 *
 * The mark is the number of units in the target's vocabulary. Metadata, in both: `source` and `target`, the vocabularies.
 *
 * @throws ValueError for minGRU, which ONNX has no operator for
 * @example
 * const vocabulary = Vocabulary.from('abc');
 * const { encoder } = translatorToOnnx(new Translator(vocabulary, vocabulary, { hiddenSize: 8 }));
 * Object.keys((await readOnnx(encoder)).metadata); // ['format', 'unrolled', 'source', 'target']
 */
export function translatorToOnnx(model: Translator): TranslatorFiles {
  const metadata = metadataOf(model, { source: model.source, target: model.target });
  return { encoder: encoder(model).encode(metadata), decoder: decoder(model).encode(metadata) };
}

function encoder(model: Translator): GraphBuilder {
  const { embedding, encoder, bridge, decoder } = model;
  const graph = new GraphBuilder();
  const indices = graph.input('indices', 'I64', ['batch', 'source']);
  const lengths = graph.input('lengths', 'I32', ['batch']);
  const x = addEmbedding(graph, 'embedding', embedding, indices);
  const run = addStack(graph, 'encoder', encoder, x, { lengths });
  const ends = run.ends().map((end) => graph.node('Unsqueeze', [end, graph.constant('I64', [0])]));
  const h = graph.node('Tanh', [addLinear(graph, 'bridge', bridge, graph.node('Concat', ends, { axis: 0 }))]);
  const { hiddenSize, numLayers } = decoder;
  graph.output('read', run.output, FLOAT, ['batch', 'source', 2 * hiddenSize]);
  const [, ...others] = stateNames(decoder);
  const zeros = others.map(() => graph.node('Mul', [h, graph.constant(FLOAT, [0])]));
  stateNames(decoder).forEach((name, i) =>
    graph.output(`${name}0`, [h, ...zeros][i], FLOAT, [numLayers, 'batch', hiddenSize]),
  );
  return graph;
}

function decoder(model: Translator): GraphBuilder {
  const { targetEmbedding, decoder, attention, combine, head } = model;
  const graph = new GraphBuilder();
  const indices = graph.input('indices', 'I64', ['batch', 'time']);
  const read = graph.input('read', FLOAT, ['batch', 'source', 2 * decoder.hiddenSize]);
  const lengths = graph.input('lengths', 'I32', ['batch']);
  const x = addEmbedding(graph, 'targetEmbedding', targetEmbedding, indices);
  const run = addStack(graph, 'decoder', decoder, x, { states: stateInputs(graph, decoder) });
  const asked = addLinear(graph, 'attention', attention, run.output);
  const scores = graph.node('MatMul', [asked, graph.node('Transpose', [read], { perm: [0, 2, 1] })]);
  const weights = graph.node('Softmax', [graph.node('Add', [scores, padding(graph, read, lengths)])], {
    axis: 2,
  });
  const context = graph.node('MatMul', [weights, read]);
  const both = graph.node('Concat', [context, run.output], { axis: 2 });
  const combined = graph.node('Tanh', [addLinear(graph, 'combine', combine, both)]);
  const logits = addLinear(graph, 'head', head, combined);
  graph.output('logits', logits, FLOAT, ['batch', 'time', head.outFeatures]);
  graph.output('attention', weights, FLOAT, ['batch', 'time', 'source']);
  stateOutputs(graph, decoder, run);
  return graph;
}

/** (batch, 1, source): 0 where there is a unit, far below where there is none. */
function padding(graph: GraphBuilder, read: string, lengths: string): string {
  const scalar = (value: number): string => graph.constant('I32', [value], []);
  const sizes = graph.node('Cast', [graph.node('Shape', [read])], { to: 6 });
  const longest = graph.node('Gather', [sizes, graph.constant('I64', [1], [])], { axis: 0 });
  const places = graph.node('Range', [scalar(0), longest, scalar(1)]);
  const own = graph.node('Unsqueeze', [lengths, graph.constant('I64', [1, 2])]);
  const isRead = graph.node('Less', [places, own]);
  return graph.node('Where', [isRead, graph.constant(FLOAT, [0]), graph.constant(FLOAT, [FAR_BELOW])]);
}
