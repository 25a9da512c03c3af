import { arrayOf, ELEMENT_TYPES, MOST_AXES, numbersOf, type OnnxArray } from '../../formats/onnx/arrays.js';
import { floatOf, graphsIn, intOf, nodeName } from '../../formats/onnx/attributes.js';
import { Folder } from '../../formats/onnx/fold.js';
import type { OnnxGraph, OnnxNode, OnnxValue } from '../../formats/onnx/schema.js';
import type { ForeignLayer } from '../foreign.js';
import { ACTIVATIONS, isLastAxis, LinearReader } from './dense.js';
import { LayerList } from './layer-list.js';
import { fillFrom, gatherLast, MOVES, sameEverywhere, sizesFrom, slice } from './moves.js';
import { epsilonOf, INPUTS, isRecurrent, recurrentOf } from './recurrent.js';
import { movedStates, statesAsFlow } from './states.js';
import { alone, type Axis, type Flow, UNKNOWN, type Value } from './values.js';

type Inputs = readonly (Value | null)[];

/** Goes through a graph node by node, and notes the layers that it finds. */
export class Walk {
  private readonly folder: Folder;
  private readonly values = new Map<string, Value>();
  private readonly list = new LayerList();
  private readonly linear: LinearReader;
  /** In the body of a node, which no network here runs: only its recurrent layers are of interest. */
  private inBody = false;

  /** @param opset  version of the operators, which decides what they do by default */
  constructor(
    fileSize: number,
    private readonly opset: number,
  ) {
    this.folder = new Folder(fileSize);
    this.linear = new LinearReader(this.folder, this.list);
  }

  /** The layers, with what is wrong and what is worth knowing. */
  found(): { layers: readonly ForeignLayer[]; problems: readonly string[]; notes: readonly string[] } {
    return this.list.found();
  }

  run(graph: OnnxGraph): void {
    this.walk(graph);
    const outputs = graph.output.map(({ name }) => this.values.get(name));
    this.list.end(
      outputs.map((value) => (value?.kind === 'states' ? statesAsFlow(value, this.list) : value)),
    );
  }

  /** A graph or the body of a node, which sees the values around it. */
  private walk(graph: OnnxGraph): void {
    const own = new Set(graph.initializer.map(({ name }) => name));
    for (const tensor of graph.initializer)
      this.values.set(tensor.name, { kind: 'array', array: arrayOf(tensor) });
    for (const input of graph.input) {
      if (!own.has(input.name)) this.values.set(input.name, this.inputValue(input));
    }
    for (const node of graph.node) this.visit(node);
  }

  private inputValue({ name, type }: OnnxValue): Value {
    const dims = type?.tensorType?.shape?.dim;
    if (dims === undefined || dims.length > MOST_AXES) return UNKNOWN;
    const axes = dims.map(({ dimValue }): [Axis] => [
      { what: 'input', size: dimValue > 0 ? dimValue : null },
    ]);
    this.list.addInput(name, axes.flat());
    return { kind: 'flow', axes, after: -1, input: name, last: false };
  }

  private visit(node: OnnxNode): void {
    const inputs = node.input.map((name) => (name === '' ? null : (this.values.get(name) ?? UNKNOWN)));
    const made = this.valuesOf(node, inputs);
    node.output.forEach((name, i) => {
      if (name !== '') this.values.set(name, made.at(i) ?? UNKNOWN);
    });
  }

  private valuesOf(node: OnnxNode, inputs: Inputs): readonly Value[] {
    if (isRecurrent(node)) return this.recurrent(node, inputs);
    const bodies = graphsIn(node);
    if (bodies.length > 0) return this.bodies(node, bodies);
    const arrays = inputs.map((value) => (value?.kind === 'array' ? value.array : null));
    if (arrays.every((array, i) => array !== null || inputs[i] === null)) {
      const folded = this.folder.fold(node, arrays);
      if (folded !== null) return folded.map((array) => ({ kind: 'array', array }));
    }
    const one =
      sizesFrom(node, inputs) ?? fillFrom(node, inputs) ?? (this.inBody ? null : this.flowing(node, inputs));
    if (one !== null) return [one];
    if (inputs.length > 0 && inputs.every((value) => value === null || isGiven(value))) {
      const by = inputs.find((value) => value?.kind === 'given')?.by ?? nodeName(node);
      return node.output.map(() => ({ kind: 'given', by }));
    }
    const flows = inputs.some((value) => value?.kind === 'flow' || value?.kind === 'states');
    if (flows && !this.inBody) this.list.unheld(nodeName(node));
    return [];
  }

  private bodies(node: OnnxNode, bodies: readonly OnnxGraph[]): readonly Value[] {
    if (!this.inBody) {
      const what = node.opType === 'If' ? 'chooses between parts' : 'runs a loop of its own';
      this.list.problem(`${nodeName(node)}: no network here ${what}`);
    }
    const before = this.inBody;
    this.inBody = true;
    for (const body of bodies) this.walk(body);
    this.inBody = before;
    return [];
  }

  /** Nodes that what flows through the model passes; null for those that are not known. */
  private flowing(node: OnnxNode, inputs: Inputs): Value | null {
    const states = movedStates(node, inputs);
    if (states !== null) return states;
    if (node.opType === 'Gather' && inputs[1]?.kind === 'flow')
      return this.embedding(node, inputs[0], inputs[1]);
    const at = inputs.findIndex((value) => value?.kind === 'flow' || value?.kind === 'states');
    const given = inputs.at(at);
    if (at < 0 || given == null) return null;
    const x = given.kind === 'states' ? statesAsFlow(given, this.list) : given;
    if (x?.kind !== 'flow') return null;
    const time = this.list.timeOf(x);
    if (node.opType === 'Gather') return gatherLast(node, x, inputs, time);
    if (node.opType === 'Slice') return slice(node, x, inputs, time);
    if (Object.hasOwn(MOVES, node.opType)) return MOVES[node.opType](node, x, inputs);
    if (Object.hasOwn(ACTIVATIONS, node.opType)) return this.activation(node, x);
    switch (node.opType) {
      case 'MatMul':
      case 'Gemm':
      case 'Add':
        return this.linear.read(node, x, at, inputs);
      case 'OneHot':
        return this.oneHot(node, x, inputs);
      case 'LayerNormalization':
        return this.layerNorm(node, x, inputs);
      case 'Dropout':
        return this.dropout(node, x, inputs);
      default:
        return null;
    }
  }

  private embedding(node: OnnxNode, table: Value | null, indices: Flow): Value | null {
    if (table?.kind !== 'array' || table.array.shape.length !== 2 || intOf(node, 'axis', 0) !== 0)
      return null;
    this.list.consume(node, indices);
    const { array } = table;
    const after = this.list.add(node, { kind: 'embedding', name: node.input[0], weight: array });
    return { ...indices, after, axes: [...indices.axes, [{ what: 'feature', size: array.shape[1] }]] };
  }

  private oneHot(node: OnnxNode, x: Flow, inputs: Inputs): Value | null {
    const numbers = inputs
      .slice(1)
      .map((value) => (value?.kind === 'array' ? numbersOf(value.array, nodeName(node)) : null));
    const [depth, values] = numbers;
    if (
      depth?.length !== 1 ||
      values?.join() !== '0,1' ||
      ![-1, x.axes.length].includes(intOf(node, 'axis', -1))
    )
      return null;
    this.list.note(`it reads numbers from 0 to ${depth[0] - 1}, each as a one-hot vector of ${depth[0]}`);
    return { ...x, axes: [...x.axes, [{ what: 'feature', size: depth[0] }]] };
  }

  private activation(node: OnnxNode, x: Flow): Value | null {
    const { name, perAxis } = ACTIVATIONS[node.opType];
    // Before version 13 these joined all axes from the first on, the batch's excepted.
    const axis = intOf(node, 'axis', this.opset >= 13 ? -1 : 1);
    if (perAxis && axis !== -1 && axis !== x.axes.length - 1) return null;
    this.list.consume(node, x);
    return { ...x, after: this.list.add(node, { kind: 'activation', name: '', function: name }) };
  }

  private layerNorm(node: OnnxNode, x: Flow, inputs: Inputs): Value | null {
    const [, weight, bias = null] = inputs;
    const axis = intOf(node, 'axis', -1);
    if (weight?.kind !== 'array' || (bias !== null && bias.kind !== 'array')) return null;
    if ((axis !== -1 && axis !== x.axes.length - 1) || weight.array.shape.length !== 1 || !isLastAxis(x))
      return null;
    this.list.consume(node, x);
    const after = this.list.add(node, {
      ...{ kind: 'layerNorm', name: node.input[1], weight: weight.array, bias: bias?.array ?? null },
      eps: epsilonOf(node),
    });
    return { ...x, after };
  }

  private dropout(node: OnnxNode, x: Flow, inputs: Inputs): Value | null {
    const [, ratio, training] = inputs;
    if (training != null && !(training.kind === 'array' && training.array.bytes.every((b) => b === 0)))
      return null;
    const p =
      ratio?.kind === 'array' ? numbersOf(ratio.array, nodeName(node))[0] : floatOf(node, 'ratio', 0.5);
    this.list.consume(node, x);
    return { ...x, after: this.list.add(node, { kind: 'dropout', name: '', p: Number(p.toPrecision(7)) }) };
  }

  private recurrent(node: OnnxNode, inputs: Inputs): readonly Value[] {
    const known = (index: number): OnnxArray | null | undefined => {
      const value = inputs.at(index);
      if (value == null) return null;
      return value.kind === 'array' ? value.array : undefined;
    };
    // Its rows are put into another order, which takes a copy of them.
    for (const index of [INPUTS.w, INPUTS.r, INPUTS.b]) {
      const array = known(index);
      if (array) this.folder.spend(node, array.shape, ELEMENT_TYPES[array.dtype].size);
    }
    const own = recurrentOf(node, known);
    own.problems.forEach((problem) => this.list.problem(problem));
    // Without weights there is no layer to list.
    if (Object.keys(own.weights).length === 0) return [];
    this.checkStates(node, inputs);
    if (inputs.at(INPUTS.lengths) != null) {
      this.list.note(
        `${nodeName(node)} reads sequence_lens: pack its input with the lengths to get the same numbers`,
      );
    }
    const given = inputs.at(INPUTS.x);
    const x = given?.kind === 'states' ? statesAsFlow(given, this.list) : given;
    if (x?.kind === 'flow') this.list.consume(node, x);
    if (x?.kind === 'given') this.list.unheld(x.by);
    const axes = x?.kind === 'flow' && x.axes.length === 3 ? x.axes : [];
    if (x?.kind === 'flow' && axes.length !== 3)
      this.list.problem(`${nodeName(node)}: its input has ${x.axes.length} axes, not 3`);
    const fresh: Axis = { what: 'input', size: null };
    const [first, second] = [0, 1].map((i) => (axes.at(i) && alone(axes[i])) ?? { ...fresh });
    const [time, batch] = own.batchwise ? [second, first] : [first, second];
    const input = x?.kind === 'flow' ? x.input : '';
    const { kind, bidirectional, reverse, nonlinearity, weights } = own;
    const layer: ForeignLayer = {
      ...{ kind, name: '', bidirectional, reverse, nonlinearity, weights, returns: 'sequence' },
      batchFirst: this.list.isBehind(input, time, batch),
    };
    const after = this.list.add(node, layer, time);
    const directions: Axis = { what: 'direction', size: bidirectional ? 2 : 1 };
    const features: Axis = { what: 'feature', size: own.hiddenSize };
    const order = own.batchwise ? [batch, time, directions, features] : [time, directions, batch, features];
    const flow: Flow = { kind: 'flow', axes: order.map((axis) => [axis]), after, input, last: false };
    const ends: Flow = { ...flow, last: true, axes: [[batch], [features]] };
    const slots = Array.from({ length: directions.size! }, (_, direction) => ({
      layer: after,
      direction,
      flow: ends,
    }));
    const states: Value = own.batchwise ? UNKNOWN : { kind: 'states', slots, axes: 'slots first' };
    return [flow, states, states];
  }

  /** States to start from are the caller's or zeros: a network of ours has no others. */
  private checkStates(node: OnnxNode, inputs: Inputs): void {
    for (const name of ['h', 'c'] as const) {
      const state = inputs.at(INPUTS[name]);
      if (state == null || sameEverywhere(state) === 0) continue;
      if (isGiven(state) && state.kind !== 'array' && state.kind !== 'fill') continue;
      const what =
        state.kind === 'array' || state.kind === 'fill'
          ? 'is not 0, and a network here starts from zeros'
          : 'is computed in the graph';
      this.list.problem(`${nodeName(node)}: initial_${name} ${what}`);
    }
  }
}

/** Whether a value can be had without any layer: known, or computed from what the model is given. */
const isGiven = (value: Value): boolean =>
  value.kind === 'flow' ? value.after === -1 : value.kind !== 'states' && value.kind !== 'unknown';
