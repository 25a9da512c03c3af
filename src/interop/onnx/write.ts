import { ValueError } from '../../errors.js';
import { decodeSafetensors } from '../../formats/safetensors.js';
import { Classifier } from '../../models/classifier.js';
import { Forecaster } from '../../models/forecaster.js';
import { LanguageModel } from '../../models/language-model.js';
import { Translator } from '../../models/translator.js';
import { Embedding } from '../../nn/embedding.js';
import { Linear } from '../../nn/linear.js';
import { Module } from '../../nn/module.js';
import { RecurrentModule } from '../../nn/recurrent/module.js';
import { readOptions, type Schema } from '../../options.js';
import { type Dimension, GraphBuilder } from './builder.js';
import { addEmbedding, addLinear, addModule, type Named, rowOf } from './modules.js';
import { addStack, stateNames, type StackOutputs } from './stack.js';

/** Options of `toOnnx`. */
export interface ToOnnxOptions {
  /**
   * Lets a forecaster take states and give those at the end, `h0` and `hn` (`c0`, `cn`), so that rows can be read as they come. Default false: it
   * reads a window from zeros.
   */
  readonly states?: boolean;
}

const OPTIONS: Schema<ToOnnxOptions> = { states: 'true or false' };

/**
 * A model, or modules that run one after the other, as an ONNX file (operators of version 17): one node a recurrent layer, any number of
 * sequences and steps. States are inputs and outputs, so that a stream can be read step by step: start with zeros, and pass what came out.
 *
 * | model | inputs | outputs |
 * | --- | --- | --- |
 * | LanguageModel | `indices` int64 (batch, time), `h0` (and `c0`) (layers, batch, hidden) | `logits` (batch, time, unit), `hn` (`cn`) |
 * | Forecaster | `rows` (batch, time, column) in the data's units | `forecast` (batch, horizon, target) in the data's units |
 * | Classifier | `indices` int64 (batch, time) padded by anything, `lengths` int32 (batch) | `logits`, `probabilities` (batch, label) |
 * | modules | `input` in the first module's layout, `h0` (and `c0`), with its name in front if several modules are recurrent | `output`, `hn` (`cn`) |
 *
 * What a model knows besides its weights is in the file's metadata: all of it under `unrolled`, and `vocabulary`, `labels`, `columns`, `targets`
 * and `scaler` as JSON.
 *
 * @param model  a model, a module, or modules in the order in which they run
 * @throws ValueError for what ONNX has no operator for (projections, minGRU), and for a module whose parts run in an order that cannot be seen;
 *   a translator is two graphs: see `translatorToOnnx`
 * @example
 * const file = toOnnx(new LanguageModel(Vocabulary.from('hello'), { cell: 'lstm', hiddenSize: 8 }));
 * (await readOnnx(file)).layers.map(({ kind }) => kind); // ['lstm', 'linear']
 */
export function toOnnx(model: Module | readonly Module[], options?: ToOnnxOptions): Uint8Array {
  const { states = false } = readOptions('toOnnx', options, OPTIONS);
  if (model instanceof LanguageModel) return languageModel(model);
  if (model instanceof Forecaster) return forecaster(model, states);
  if (model instanceof Classifier) return classifier(model);
  if (model instanceof Translator) {
    throw new ValueError('a translator is two graphs, one that reads and one that writes', {
      hint: 'call translatorToOnnx',
    });
  }
  return modules(model instanceof Module ? [['', model]] : model.map((one, i): Named => [String(i), one]));
}

const FLOAT = 'F32';
const BATCH = 'batch';
const TIME = 'time';

/** Inputs for the states of a recurrent module: h0 and c0, behind `prefix`. */
export function stateInputs(graph: GraphBuilder, rnn: RecurrentModule, prefix = ''): string[] {
  return stateNames(rnn).map((name) => graph.input(`${prefix}${name}0`, FLOAT, stateShape(rnn)));
}

/** Outputs for them: hn and cn. */
export function stateOutputs(
  graph: GraphBuilder,
  rnn: RecurrentModule,
  { states }: StackOutputs,
  prefix = '',
): void {
  stateNames(rnn).forEach((name, i) => graph.output(`${prefix}${name}n`, states[i], FLOAT, stateShape(rnn)));
}

const stateShape = (rnn: RecurrentModule): Dimension[] => [
  rnn.numLayers * (rnn.bidirectional ? 2 : 1),
  BATCH,
  rnn.hiddenSize,
];

/** What a model's own file says of it, and the parts of that under names of their own. */
export function metadataOf(
  model: { save(): Uint8Array },
  parts: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const json = Object.entries(parts).map(([name, value]) => [name, JSON.stringify(value)]);
  return { ...decodeSafetensors(model.save()).metadata, ...Object.fromEntries(json) } as Record<
    string,
    string
  >;
}

function languageModel(model: LanguageModel): Uint8Array {
  const { embedding, rnn, head, vocabulary } = model;
  const graph = new GraphBuilder();
  const indices = graph.input('indices', 'I64', [BATCH, TIME]);
  const states = stateInputs(graph, rnn);
  const x =
    embedding === null
      ? graph.node('OneHot', [
          indices,
          graph.constant('I64', [vocabulary.size]),
          graph.constant(FLOAT, [0, 1]),
        ])
      : addEmbedding(graph, 'embedding', embedding, indices);
  const run = addStack(graph, 'rnn', rnn, x, { states });
  const logits = head === null ? run.output : addLinear(graph, 'head', head, run.output);
  graph.output('logits', logits, FLOAT, [BATCH, TIME, vocabulary.size]);
  stateOutputs(graph, rnn, run);
  return graph.encode(metadataOf(model, { vocabulary }));
}

/** The scaler stands inside of the graph: y = (x − shift) / scale before, x = y · scale + shift behind. */
function forecaster(model: Forecaster, isStream: boolean): Uint8Array {
  const { columns, targets, horizon, scaler, rnn, head } = model;
  const { shift, scale } = scaler.toJSON();
  const places = targets.map((target) => columns.indexOf(target));
  const of = (values: readonly number[], which: readonly number[]): string =>
    graph.constant(
      FLOAT,
      which.map((i) => values[i]),
    );
  const all = columns.map((_, i) => i);
  const graph = new GraphBuilder();
  const rows = graph.input('rows', FLOAT, [BATCH, TIME, columns.length]);
  const x = graph.node('Div', [graph.node('Sub', [rows, of(shift, all)]), of(scale, all)]);
  const run = addStack(graph, 'rnn', rnn, x, { states: isStream ? stateInputs(graph, rnn) : [] });
  const last = run.ends().at(-1)!;
  const flat = addLinear(graph, 'head', head, last);
  const scaled = graph.node('Reshape', [flat, graph.constant('I64', [-1, horizon, targets.length])]);
  const forecast = graph.node('Add', [graph.node('Mul', [scaled, of(scale, places)]), of(shift, places)]);
  graph.output('forecast', forecast, FLOAT, [BATCH, horizon, targets.length]);
  if (isStream) stateOutputs(graph, rnn, run);
  return graph.encode(metadataOf(model, { columns, targets, scaler }));
}

/** Nodes read each sequence up to its own length, so no packing is needed. */
function classifier(model: Classifier): Uint8Array {
  const { embedding, rnn, head, labels, vocabulary } = model;
  const graph = new GraphBuilder();
  const indices = graph.input('indices', 'I64', [BATCH, TIME]);
  const lengths = graph.input('lengths', 'I32', [BATCH]);
  const x = addEmbedding(graph, 'embedding', embedding, indices);
  const last = addStack(graph, 'rnn', rnn, x, { lengths }).ends().at(-1)!;
  const logits = addLinear(graph, 'head', head, last);
  graph.output('logits', logits, FLOAT, [BATCH, labels.length]);
  graph.output('probabilities', graph.node('Softmax', [logits], { axis: 1 }), FLOAT, [BATCH, labels.length]);
  return graph.encode(metadataOf(model, { vocabulary, labels }));
}

function modules(given: readonly Named[]): Uint8Array {
  const row = rowOf(given);
  const graph = new GraphBuilder();
  const recurrent = row.map(([, module]) => module).filter((module) => module instanceof RecurrentModule);
  const axes =
    recurrent.at(0)?.batchFirst === false ? [TIME, BATCH] : recurrent.length > 0 ? [BATCH, TIME] : [BATCH];
  const [, first] = row.at(0) ?? [];
  let x =
    first instanceof Embedding
      ? graph.input('input', 'I64', axes)
      : graph.input('input', FLOAT, [...axes, featuresOf(first)]);
  let features: Dimension = 'features';
  for (const [name, module] of row) {
    if (module instanceof RecurrentModule) {
      const prefix = recurrent.length > 1 ? `${name}.` : '';
      const run = addStack(graph, name || 'rnn', module, x, { states: stateInputs(graph, module, prefix) });
      stateOutputs(graph, module, run, prefix);
      x = run.output;
      features = module.hiddenSize * (module.bidirectional ? 2 : 1);
    } else {
      x = addModule(graph, name, module, x);
      if (module instanceof Linear) features = module.outFeatures;
      if (module instanceof Embedding) features = module.embeddingDim;
    }
  }
  graph.output('output', x, FLOAT, [...axes, features]);
  return graph.encode({});
}

function featuresOf(module: Module | undefined): Dimension {
  if (module instanceof RecurrentModule) return module.inputSize;
  return module instanceof Linear ? module.inFeatures : 'features';
}
