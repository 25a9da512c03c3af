import { ValueError } from '../../errors.js';
import {
  ELU,
  Hardsigmoid,
  LeakyReLU,
  LogSoftmax,
  ReLU,
  SELU,
  Sigmoid,
  Softmax,
  Softplus,
  Softsign,
  Tanh,
} from '../../nn/activations.js';
import { Identity, Sequential } from '../../nn/containers.js';
import { Dropout } from '../../nn/dropout.js';
import { Embedding } from '../../nn/embedding.js';
import { LayerNorm } from '../../nn/layer-norm.js';
import { Linear } from '../../nn/linear.js';
import type { Module } from '../../nn/module.js';
import { RecurrentModule } from '../../nn/recurrent/module.js';
import type { GraphBuilder } from './builder.js';

/** A module and its name. */
export type Named = readonly [name: string, module: Module];

/** The modules of a row, with Sequential taken apart. @throws ValueError for a module whose order of parts nobody can see */
export function rowOf(modules: readonly Named[]): Named[] {
  return modules.flatMap(([name, module]): Named[] => {
    if (module instanceof Sequential) {
      return rowOf([...module.namedChildren()].map(([own, child]) => [name ? `${name}.${own}` : own, child]));
    }
    if (module instanceof RecurrentModule || [...module.namedChildren()].length === 0)
      return [[name, module]];
    throw new ValueError(
      `${module.constructor.name}: in which order its modules run cannot be seen from outside`,
      {
        hint: `pass them in the order in which they run, such as [model.rnn, model.head]`,
      },
    );
  });
}

/** y = x · Wᵀ + b */
export function addLinear(graph: GraphBuilder, name: string, { weight, bias }: Linear, x: string): string {
  const turned = graph.node('Transpose', [graph.parameter(`${name}.weight`, weight)], { perm: [1, 0] });
  const product = graph.node('MatMul', [x, turned], {}, name);
  return bias === null ? product : graph.node('Add', [product, graph.parameter(`${name}.bias`, bias)]);
}

/** Rows of a table, by number. */
export function addEmbedding(
  graph: GraphBuilder,
  name: string,
  { weight }: Embedding,
  indices: string,
): string {
  return graph.node('Gather', [graph.parameter(`${name}.weight`, weight), indices], { axis: 0 }, name);
}

function addLayerNorm(graph: GraphBuilder, name: string, norm: LayerNorm, x: string): string {
  const { weight, bias, eps, normalizedShape } = norm;
  const count = normalizedShape.reduce((n, size) => n * size, 1);
  const scale =
    weight === null
      ? graph.constant('F32', Array<number>(count).fill(1), normalizedShape)
      : graph.parameter(`${name}.weight`, weight);
  const shift = bias === null ? [] : [graph.parameter(`${name}.bias`, bias)];
  const attributes = { axis: -normalizedShape.length, epsilon: { float: eps } };
  return graph.node('LayerNormalization', [x, scale, ...shift], attributes, name);
}

/**
 * Adds a module that is not recurrent, as it behaves in evaluation.
 *
 * @throws ValueError for those that this version of ONNX has no operator for
 */
export function addModule(graph: GraphBuilder, name: string, module: Module, x: string): string {
  const unary = (opType: string, attributes: Parameters<GraphBuilder['node']>[2] = {}): string =>
    graph.node(opType, [x], attributes, name);
  if (module instanceof Dropout || module instanceof Identity) return x;
  if (module instanceof Linear) return addLinear(graph, name, module, x);
  if (module instanceof Embedding) return addEmbedding(graph, name, module, x);
  if (module instanceof LayerNorm) return addLayerNorm(graph, name, module, x);
  if (module instanceof Tanh) return unary('Tanh');
  if (module instanceof Sigmoid) return unary('Sigmoid');
  if (module instanceof ReLU) return unary('Relu');
  if (module instanceof Softmax) return unary('Softmax', { axis: module.dim });
  if (module instanceof LogSoftmax) return unary('LogSoftmax', { axis: module.dim });
  if (module instanceof Softplus && module.beta === 1) return unary('Softplus');
  if (module instanceof Softsign) return unary('Softsign');
  if (module instanceof SELU) return unary('Selu');
  if (module instanceof ELU) return unary('Elu', { alpha: { float: module.alpha } });
  if (module instanceof LeakyReLU) return unary('LeakyRelu', { alpha: { float: module.negativeSlope } });
  if (module instanceof Hardsigmoid)
    return unary('HardSigmoid', { alpha: { float: 1 / 6 }, beta: { float: 0.5 } });
  throw new ValueError(`ONNX: there is no way to write ${module.toString()}`, {
    hint: 'modules that can be written: recurrent ones, Embedding, Linear, LayerNorm, Dropout and most activations',
  });
}
