import { nodeName } from '../../formats/onnx/attributes.js';
import type { OnnxNode } from '../../formats/onnx/schema.js';
import type { ForeignLayer } from '../foreign.js';
import type { Axis, Flow, Value } from './values.js';

type Recurrent = Extract<ForeignLayer, { kind: 'rnn' | 'lstm' | 'gru' }>;

interface Draft {
  readonly layer: ForeignLayer;
  readonly time: Axis | null;
  /** The place of the last recurrent layer up to this one, or -1. */
  readonly recurrent: number;
  /** What the next layer reads of a recurrent one, once it is known. */
  reads: 'sequence' | 'last' | null;
}

const isRecurrent = (layer: ForeignLayer): layer is Recurrent =>
  layer.kind === 'rnn' || layer.kind === 'lstm' || layer.kind === 'gru';

/** The layers of a graph as they are found, one behind the other, and what does not fit into such a row. */
export class LayerList {
  private readonly drafts: Draft[] = [];
  private readonly problems = new Set<string>();
  private readonly notes = new Set<string>();
  /** How often a name was wanted. */
  private readonly names = new Map<string, number>();
  private readonly inputs = new Map<string, readonly Axis[]>();

  problem(what: string): void {
    this.problems.add(what);
  }

  /** A node that no layer here is. */
  unheld(node: string): void {
    this.problem(`${node}: no layer here does this, or it cannot be followed here`);
  }

  note(what: string): void {
    this.notes.add(what);
  }

  /** An input of the model and its axes. */
  addInput(name: string, axes: readonly Axis[]): void {
    this.inputs.set(name, axes);
  }

  /** Adds a layer, under a name of its own, and gives its place. */
  add(node: OnnxNode, layer: ForeignLayer, time: Axis | null = null): number {
    const name = this.freeName(layer.name, node);
    const before = this.drafts.at(-1)?.recurrent ?? -1;
    const recurrent = isRecurrent(layer) ? this.drafts.length : before;
    this.drafts.push({ layer: { ...layer, name }, time, recurrent, reads: null });
    return this.drafts.length - 1;
  }

  isLast(index: number): boolean {
    return index >= 0 && index === this.drafts.length - 1;
  }

  /** Puts another layer in the place of the last. */
  replaceLast(change: (layer: ForeignLayer) => ForeignLayer | null): boolean {
    const last = this.drafts.at(-1);
    const changed = last && change(last.layer);
    if (!last || !changed) return false;
    this.drafts[this.drafts.length - 1] = { ...last, layer: changed };
    return true;
  }

  /** Notes that a node reads what a layer gives; a row of layers has no branches. */
  consume(node: OnnxNode, x: Flow): void {
    if (x.after !== this.drafts.length - 1) {
      const last = this.drafts.at(-1)!.layer.name;
      const read = x.after < 0 ? `the input '${x.input}'` : `'${this.drafts[x.after].layer.name}'`;
      this.problem(
        `${nodeName(node)} reads ${read}, not '${last}', which runs before it: only layers in a row are held here`,
      );
    }
    this.reads(x);
  }

  private reads(x: Flow): void {
    const draft = this.lastRecurrent(x);
    if (draft === null) return;
    const wanted = x.last ? 'last' : 'sequence';
    if (draft.reads !== null && draft.reads !== wanted) {
      this.problem(`both the whole output of '${draft.layer.name}' and its end are read`);
    }
    draft.reads = wanted;
  }

  private lastRecurrent(x: Flow): Draft | null {
    const place = x.after < 0 ? -1 : this.drafts[x.after].recurrent;
    return place < 0 ? null : this.drafts[place];
  }

  /** The axis along which the last recurrent layer read, if its last place is where it ended. */
  timeOf(x: Flow): Axis | null {
    const draft = this.lastRecurrent(x);
    if (draft === null || !isRecurrent(draft.layer)) return null;
    return draft.layer.bidirectional || draft.layer.reverse ? null : draft.time;
  }

  /** Directions of a recurrent layer, and the size of their states. */
  statesOf(index: number): { directions: number; size: number } {
    const { layer } = this.drafts[index];
    if (!isRecurrent(layer)) return { directions: 0, size: 0 };
    return {
      directions: layer.bidirectional ? 2 : 1,
      size: Object.hasOwn(layer.weights, 'weight_hh_l0') ? layer.weights.weight_hh_l0.shape[1] : 0,
    };
  }

  /** Whether an axis of an input stands behind another one. */
  isBehind(input: string, axis: Axis, other: Axis): boolean {
    const axes = this.inputs.get(input) ?? [];
    return axes.includes(other) && axes.indexOf(axis) > axes.indexOf(other);
  }

  /** The model's outputs say what is read of the last layer. */
  end(outputs: readonly (Value | null | undefined)[]): void {
    for (const value of outputs) if (value?.kind === 'given') this.unheld(value.by);
    if (this.drafts.length === 0) {
      this.problem('it has no recurrent, linear or embedding layer that could be recognised');
      return;
    }
    const last = this.drafts.length - 1;
    const ends = outputs.filter((value): value is Flow => value?.kind === 'flow' && value.after === last);
    const main = ends.find((flow) => !flow.last) ?? ends.at(0);
    if (main === undefined) {
      if (this.problems.size === 0)
        this.problem(`no output comes from its last layer, '${this.drafts[last].layer.name}'`);
      return;
    }
    this.reads(main);
  }

  found(): { layers: readonly ForeignLayer[]; problems: readonly string[]; notes: readonly string[] } {
    const layers = this.drafts.map(({ layer, reads }): ForeignLayer =>
      isRecurrent(layer) ? { ...layer, returns: reads ?? 'sequence' } : layer,
    );
    return { layers, problems: [...this.problems], notes: [...this.notes] };
  }

  private unique(name: string): string {
    const count = (this.names.get(name) ?? 0) + 1;
    this.names.set(name, count);
    return count === 1 ? name : this.unique(`${name}_${count}`);
  }

  /** PyTorch's name of the module, where a weight or the node still has it; else what it is. */
  private freeName(weight: string, node: OnnxNode): string {
    const generic = node.opType.toLowerCase();
    const path = node.name.split('/').filter((part) => part !== '' && !/^([A-Z]|node_)/.test(part));
    const own = /^(?!onnx::)(.+)\.weight$/.exec(weight)?.[1] ?? path.at(-1) ?? generic;
    return this.unique(own);
  }
}
