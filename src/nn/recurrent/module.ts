import type { Schema } from '../../options.js';
import { arange, transposedOneHot } from '../../tensor/create.js';
import { add, mul } from '../../tensor/ops/binary.js';
import { dropout } from '../../tensor/ops/dropout.js';
import { takeRows } from '../../tensor/ops/rows.js';
import { cat, narrow, reshape, squeeze, transpose, unsqueeze } from '../../tensor/ops/views.js';
import { uniform } from '../../tensor/random-tensors.js';
import { expectPositive } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import type { Cell } from './cells/cell.js';
import { type DirectionWeights, recurrentLayer, type Sequence } from './layer.js';
import { PackedSequence } from './packed-sequence.js';
import { expectPacked, expectSequences, expectState } from './shapes.js';

/** Options of the recurrent layers. */
export interface RecurrentOptions {
  /** Layers on top of each other. Default 1. */
  readonly numLayers?: number;
  /** Learn additive biases. Default true. */
  readonly bias?: boolean;
  /** Input and output are (batch, time, feature) instead of (time, batch, feature); states stay as they are. Default false. */
  readonly batchFirst?: boolean;
  /** Probability of zeroing an element between layers while training. Default 0. */
  readonly dropout?: number;
  /** Run a second network from the end to the start and put its output beside the first's. Default false. */
  readonly bidirectional?: boolean;
}

/** What a recurrent layer or cell carries on: the hidden state, or for LSTM the pair of hidden and cell. */
export type RecurrentState = Tensor | readonly [hidden: Tensor, cell: Tensor];

/** What these options may be. */
export const RECURRENT: Schema<RecurrentOptions> = {
  numLayers: 'a whole number above 0',
  bias: 'true or false',
  batchFirst: 'true or false',
  dropout: 'between 0 and 1',
  bidirectional: 'true or false',
};

/** Options that may stand by position, in PyTorch's order. */
export const RECURRENT_ORDER = ['numLayers', 'bias', 'batchFirst', 'dropout', 'bidirectional'] as const;

/** What a kind of layer fixes. */
interface Kind {
  readonly name: string;
  readonly cell: Cell;
  /** Size of h, if the cell projects it; 0 if not. */
  readonly projSize?: number;
}

/**
 * What all recurrent layers share: weights by PyTorch's names and in its order, the walk over layers, and the layouts of input
 * and states. Which cell runs is up to the subclass.
 */
export abstract class RecurrentModule extends Module {
  // Parameters that this layer has; the others are not there.
  [weight: `weight_${'ih' | 'hh' | 'hr'}_l${number}`]: Parameter;
  [bias: `bias_${'ih' | 'hh'}_l${number}`]: Parameter;
  [reverseWeight: `weight_${'ih' | 'hh' | 'hr'}_l${number}_reverse`]: Parameter;
  [reverseBias: `bias_${'ih' | 'hh'}_l${number}_reverse`]: Parameter;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  /** @internal */
  protected readonly kind: Kind;
  /** Size of h and of each direction's output. */
  private readonly outSize: number;

  protected constructor(kind: Kind, inputSize: number, hiddenSize: number, options: RecurrentOptions) {
    super();
    const { numLayers = 1, bias = true, batchFirst = false, dropout = 0, bidirectional = false } = options;
    const { name, projSize = 0 } = kind;
    expectPositive(name, 'inputSize', inputSize);
    expectPositive(name, 'hiddenSize', hiddenSize);
    this.kind = kind;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = numLayers;
    this.bias = bias;
    this.batchFirst = batchFirst;
    this.dropout = dropout;
    this.bidirectional = bidirectional;
    this.outSize = projSize || hiddenSize;
    this.makeParameters();
  }

  /**
   * PyTorch's call, for code that holds any kind of layer: the state is one tensor, or for LSTM a pair.
   *
   * @example
   * const layer: nn.RecurrentModule = new nn.GRU(4, 8);
   * let state: nn.RecurrentState | undefined;
   * for (let i = 0; i < 3; i++) [, state] = layer.forward(zeros([5, 1, 4]), state);
   */
  abstract override forward<T extends Tensor | PackedSequence>(
    input: T,
    state?: RecurrentState,
  ): [output: T, state: RecurrentState];

  private get directions(): number {
    return this.bidirectional ? 2 : 1;
  }

  /** Each parameter from U(−1/√H, 1/√H), drawn in PyTorch's order. */
  private makeParameters(): void {
    const { hiddenSize, outSize, kind } = this;
    const bound = 1 / Math.sqrt(hiddenSize);
    for (let layer = 0; layer < this.numLayers; layer++) {
      const size = layer === 0 ? this.inputSize : outSize * this.directions;
      for (let direction = 0; direction < this.directions; direction++) {
        const shapes = parameterShapes(kind.cell, { size, hidden: hiddenSize, outSize, bias: this.bias });
        for (const [name, shape] of shapes) {
          const parameter = new Parameter(uniform(shape, -bound, bound));
          this.registerParameter(parameterName(name, layer, direction), parameter);
        }
      }
    }
  }

  /** What the layer computes with. @internal */
  get cell(): Cell {
    return this.kind.cell;
  }

  /** Weights of a layer, one entry a direction. @internal */
  layerWeights(layer: number): DirectionWeights[] {
    const own = this as unknown as Record<string, Parameter | undefined>;
    return Array.from({ length: this.directions }, (_, direction) => {
      const get = (name: string): Parameter | null => own[parameterName(name, layer, direction)] ?? null;
      return {
        weightIh: get('weight_ih')!,
        weightHh: get('weight_hh'),
        biasIh: get('bias_ih'),
        biasHh: get('bias_hh'),
        weightHr: get('weight_hr'),
      };
    });
  }

  /**
   * Runs all layers, with states as a list: the same call for every kind of layer, where `forward` has PyTorch's for each.
   *
   * @param input   in the caller's layout, or packed
   * @param initial one (layers · directions, batch, size) a state, in the caller's layout; zeros if left out
   * @returns       the output in the input's layout and the final states
   * @throws ShapeError, DTypeError for what does not fit
   * @example
   * const layers = [new nn.GRU(4, 8), new nn.LSTM(4, 8)];
   * layers.map((layer) => layer.run(zeros([5, 1, 4]))[1].length); // [1, 2]
   */
  run<T extends Tensor | PackedSequence>(
    input: T,
    initial?: readonly Tensor[],
  ): [output: T, final: Tensor[]] {
    const run =
      input instanceof PackedSequence ? this.runPacked(input, initial) : this.runPadded(input, initial);
    return run as [T, Tensor[]];
  }

  private runPadded(input: Tensor, initial: readonly Tensor[] | undefined): [Tensor, Tensor[]] {
    expectSequences({ ...this, name: this.kind.name }, input);
    const unbatched = input.ndim === 2;
    const x = unbatched ? unsqueeze(input, 1) : this.batchFirst ? swapped(input) : input;
    const [steps, batch] = x.shape;
    const states = this.checkedStates(initial, unbatched ? [] : [batch]);
    const sequence = {
      data: reshape(x, [steps * batch, this.inputSize]),
      batchSizes: new Array<number>(steps).fill(batch),
    };
    const [data, final] = this.runLayers(
      sequence,
      states.map((state) => (state !== null && unbatched ? unsqueeze(state, 1) : state)),
    );
    const output = reshape(data, [steps, batch, this.outSize * this.directions]);
    if (unbatched) return [squeeze(output, 1), final.map((state) => squeeze(state, 1))];
    return [this.batchFirst ? transpose(output, 0, 1) : output, final];
  }

  /** States are in the caller's order of sequences, rows in that of the packing. */
  private runPacked(
    input: PackedSequence,
    initial: readonly Tensor[] | undefined,
  ): [PackedSequence, Tensor[]] {
    expectPacked({ ...this, name: this.kind.name }, input);
    const batchSizes = [...input.batchSizes.data];
    const states = this.checkedStates(initial, [batchSizes[0]]);
    const { sortedIndices, unsortedIndices } = input;
    const [data, final] = this.runLayers(
      { data: input.data, batchSizes },
      states.map((state) => (state && sortedIndices ? reordered(state, sortedIndices) : state)),
    );
    return [
      input.withData(data),
      unsortedIndices === null ? final : final.map((state) => reordered(state, unsortedIndices)),
    ];
  }

  /** From rows to the last layer's rows and the final states of all layers. */
  private runLayers(sequence: Sequence, states: readonly (Tensor | null)[]): [Tensor, Tensor[]] {
    const { batchSizes } = sequence;
    let { data } = sequence;
    const finals: Tensor[][] = states.map(() => []);
    for (let layer = 0; layer < this.numLayers; layer++) {
      const own = states.map((state) => state && this.layerState(state, layer));
      const weights = this.layerWeights(layer);
      const [out, ...final] = recurrentLayer(
        this.kind.cell,
        { data, batchSizes },
        this.hiddenSize,
        weights,
        own,
      );
      final.forEach((state, i) => finals[i].push(state));
      const last = layer === this.numLayers - 1;
      data = last || !this.training ? out : dropout(out, this.dropout);
    }
    return [data, finals.map((layers) => (layers.length === 1 ? layers[0] : cat(layers)))];
  }

  /** This layer's (D, B, size) of a state of all layers. */
  private layerState(state: Tensor, layer: number): Tensor {
    return this.numLayers === 1 ? state : narrow(state, 0, layer * this.directions, this.directions);
  }

  private checkedStates(initial: readonly Tensor[] | undefined, batch: readonly number[]): (Tensor | null)[] {
    const { name, cell } = this.kind;
    if (initial === undefined) return new Array<null>(cell.states).fill(null);
    const lead = this.numLayers * this.directions;
    initial.forEach((state, i) => {
      const size = i === 0 ? this.outSize : this.hiddenSize;
      expectState({ ...this, name }, i === 0 ? 'h0' : 'c0', state, [lead, ...batch, size]);
    });
    return [...initial];
  }

  protected override extraRepr(): string {
    const parts = [`${this.inputSize}`, `${this.hiddenSize}`];
    if (this.kind.projSize) parts.push(`projSize=${this.kind.projSize}`);
    if (this.numLayers !== 1) parts.push(`numLayers=${this.numLayers}`);
    if (!this.bias) parts.push('bias=false');
    if (this.batchFirst) parts.push('batchFirst=true');
    if (this.dropout !== 0) parts.push(`dropout=${this.dropout}`);
    if (this.bidirectional) parts.push('bidirectional=true');
    return parts.join(', ');
  }
}

/** What one direction of one layer learns, in PyTorch's order. */
export function parameterShapes(
  { gates, sides }: Cell,
  { size, hidden, outSize, bias }: { size: number; hidden: number; outSize: number; bias: boolean },
): [name: string, shape: number[]][] {
  const rows = gates * hidden;
  const both = sides !== 'input only';
  const shapes: [string, number[]][] = [['weight_ih', [rows, size]]];
  if (both) shapes.push(['weight_hh', [rows, outSize]]);
  if (bias) shapes.push(['bias_ih', [rows]]);
  if (bias && both) shapes.push(['bias_hh', [rows]]);
  if (outSize !== hidden) shapes.push(['weight_hr', [outSize, hidden]]);
  return shapes;
}

const parameterName = (name: string, layer: number, direction: number): string =>
  `${name}_l${layer}${direction === 1 ? '_reverse' : ''}`;

/** (B, T, F) → (T, B, F); a one-hot tensor keeps its indices. */
function swapped(input: Tensor): Tensor {
  return transposedOneHot(input) ?? transpose(input, 0, 1);
}

/** A state (lead, B, size) with its sequences in another order. */
function reordered(state: Tensor, order: Tensor): Tensor {
  const [lead, batch, size] = state.shape;
  const rows = add(mul(reshape(arange(lead), [lead, 1]), batch), order);
  return reshape(takeRows(reshape(state, [lead * batch, size]), reshape(rows, [-1])), [lead, batch, size]);
}
