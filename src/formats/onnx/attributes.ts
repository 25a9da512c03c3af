import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor } from './schema.js';

/** An attribute of a node, if it has it. */
export const attribute = (node: OnnxNode, name: string): OnnxAttribute | undefined =>
  node.attribute.find((one) => one.name === name);

export const intOf = (node: OnnxNode, name: string, otherwise: number): number =>
  attribute(node, name)?.i ?? otherwise;

export const floatOf = (node: OnnxNode, name: string, otherwise: number): number =>
  attribute(node, name)?.f ?? otherwise;

export const textOf = (node: OnnxNode, name: string, otherwise: string): string =>
  attribute(node, name)?.s ?? otherwise;

export const intsOf = (node: OnnxNode, name: string): readonly number[] | undefined =>
  attribute(node, name)?.ints;

export const tensorIn = (node: OnnxNode, name: string): OnnxTensor | null => attribute(node, name)?.t ?? null;

/** Bodies of If, Loop and Scan. */
export const graphsIn = (node: OnnxNode): OnnxGraph[] =>
  node.attribute.flatMap(({ g }) => (g === null ? [] : [g]));

/** How a node is called in messages: by its name, or by what it makes. */
export const nodeName = (node: OnnxNode): string =>
  `${node.opType} '${node.name || node.output.find((name) => name !== '') || 'without a name'}'`;
