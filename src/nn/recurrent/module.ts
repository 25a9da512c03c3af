import { DTypeError, ShapeError, ValueError } from '../errors.js';
import { transposedOneHot } from '../tensor/create.js';
import { dropout } from '../tensor/ops/dropout.js';
import { cat, contiguous, narrow, reshape, squeeze, transpose, unsqueeze } from '../tensor/ops/views.js';
import { uniform } from '../tensor/random-tensors.js';
import { expectPositive, show } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Cell } from './cells/cell.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';
import { type DirectionWeights, recurrentLayer } from './recurrent.js';

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

/**
 * What RNN, LSTM and GRU share: weights by PyTorch's names and in its order, the walk over layers and directions, and the
 * shapes of input and states. Which cell runs is up to the subclass.
 */
export abstract class RecurrentModule extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  /** @internal */
  protected readonly cell: Cell;
  private readonly name: string;

  protected constructor(
    name: string,
    cell: Cell,
    inputSize: number,
    hiddenSize: number,
    options: RecurrentOptions,
  ) {
    super();
    const { numLayers = 1, bias = true, batchFirst = false, dropout = 0, bidirectional = false } = options;
    expectPositive(name, 'inputSize', inputSize);
    expectPositive(name, 'hiddenSize', hiddenSize);
    expectPositive(name, 'numLayers', numLayers);
    if (!(dropout >= 0 && dropout <= 1))
      throw new ValueError(`${name}: dropout must be between 0 and 1, not ${dropout}`);
    this.name = name;
    this.cell = cell;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = numLayers;
    this.bias = bias;
    this.batchFirst = batchFirst;
    this.dropout = dropout;
    this.bidirectional = bidirectional;
    this.makeParameters();
  }

  private get directions(): number {
    return this.bidirectional ? 2 : 1;
  }

  /** Each parameter from U(−1/√H, 1/√H), drawn in PyTorch's order. */
  private makeParameters(): void {
    const { hiddenSize, cell } = this;
    const rows = cell.gates * hiddenSize;
    const bound = 1 / Math.sqrt(hiddenSize);
    for (let layer = 0; layer < this.numLayers; layer++) {
      const size = layer === 0 ? this.inputSize : hiddenSize * this.directions;
      for (let direction = 0; direction < this.directions; direction++) {
        const add = (name: string, shape: readonly number[]): void => {
          this.registerParameter(
            parameterName(name, layer, direction),
            new Parameter(uniform(shape, -bound, bound)),
          );
        };
        add('weight_ih', [rows, size]);
        add('weight_hh', [rows, hiddenSize]);
        if (!this.bias) continue;
        add('bias_ih', [rows]);
        add('bias_hh', [rows]);
      }
    }
  }

  private weightsOf(layer: number): DirectionWeights[] {
    const own = this as unknown as Record<string, Parameter | undefined>;
    return Array.from({ length: this.directions }, (_, direction) => {
      const get = (name: string): Parameter => own[parameterName(name, layer, direction)]!;
      return {
        weightIh: get('weight_ih'),
        weightHh: get('weight_hh'),
        biasIh: this.bias ? get('bias_ih') : null,
        biasHh: this.bias ? get('bias_hh') : null,
      };
    });
  }

  /**
   * Runs all layers.
   *
   * @param input   in the caller's layout
   * @param initial one (layers · directions, batch, hidden) a state, in the caller's layout; none for zeros
   * @returns       the output and the final states, in the caller's layout
   */
  protected run(input: Tensor, initial: readonly Tensor[] | undefined): [output: Tensor, final: Tensor[]] {
    this.expectInput(input);
    const unbatched = input.ndim === 2;
    const x = unbatched ? unsqueeze(input, 1) : this.batchFirst ? swapped(input) : input;
    const [steps, batch] = x.shape;
    const states = this.stackedStates(initial, batch, unbatched);

    const batchSizes = new Array<number>(steps).fill(batch);
    let data = reshape(x, [steps * batch, this.inputSize]);
    const finals: Tensor[][] = states.map(() => []);
    for (let layer = 0; layer < this.numLayers; layer++) {
      const own = states.map((state) => state && this.layerState(state, layer));
      const [out, ...final] = recurrentLayer(this.cell, { data, batchSizes }, this.weightsOf(layer), own);
      final.forEach((state, i) => finals[i].push(state));
      const last = layer === this.numLayers - 1;
      data = last || !this.training ? out : dropout(out, this.dropout);
    }

    const output = reshape(data, [steps, batch, this.hiddenSize * this.directions]);
    const final = finals.map((layers) => (layers.length === 1 ? layers[0] : cat(layers)));
    if (unbatched) return [squeeze(output, 1), final.map((state) => squeeze(state, 1))];
    // Contiguous, because the next thing everybody writes is output.view(-1, size).
    return [this.batchFirst ? contiguous(transpose(output, 0, 1)) : output, final];
  }

  /** This layer's (D, B, H) of a state of all layers. */
  private layerState(state: Tensor, layer: number): Tensor {
    return this.numLayers === 1 ? state : narrow(state, 0, layer * this.directions, this.directions);
  }

  private stackedStates(
    initial: readonly Tensor[] | undefined,
    batch: number,
    unbatched: boolean,
  ): (Tensor | null)[] {
    if (initial === undefined) return new Array<null>(this.cell.states).fill(null);
    const lead = this.numLayers * this.directions;
    const wanted = unbatched ? [lead, this.hiddenSize] : [lead, batch, this.hiddenSize];
    return initial.map((state, i) => {
      const name = i === 0 ? 'h0' : 'c0';
      if (show(state.shape) !== show(wanted)) {
        const axes = unbatched ? '(layers · directions, hidden)' : '(layers · directions, batch, hidden)';
        throw new ShapeError(
          `${this.name}: ${name} is ${show(state.shape)}, but should be ${show(wanted)} = ${axes}`,
          {
            hint: this.batchFirst ? 'batchFirst does not move the axes of states' : undefined,
          },
        );
      }
      this.expectFloat(name, state);
      return unbatched ? unsqueeze(state, 1) : state;
    });
  }

  private expectInput(input: Tensor): void {
    this.expectFloat('input', input);
    const { name, inputSize } = this;
    const axes = this.batchFirst ? '(batch, time, feature)' : '(time, batch, feature)';
    if (input.ndim !== 2 && input.ndim !== 3) {
      throw new ShapeError(
        `${name}: input has ${input.ndim} axes, but should have 3, ${axes}, or 2, (time, feature)`,
        {
          hint: `its shape is ${show(input.shape)}`,
        },
      );
    }
    const features = input.shape[input.ndim - 1];
    if (features !== inputSize) {
      throw new ShapeError(
        `${name}: input has ${features} features on its last axis, but inputSize is ${inputSize}\n` +
          `  input ${show(input.shape)} = ${input.ndim === 2 ? '(time, feature)' : axes}`,
        { hint: `did you mean new ${name}(${features}, …), or forget to one-hot encode?` },
      );
    }
    const steps = input.shape[input.ndim === 3 && this.batchFirst ? 1 : 0];
    if (steps === 0) throw new ShapeError(`${name}: the sequence is empty, input is ${show(input.shape)}`);
    if (input.numel() === 0)
      throw new ShapeError(`${name}: the batch is empty, input is ${show(input.shape)}`);
  }

  private expectFloat(what: string, x: Tensor): void {
    if (x.dtype === 'float32') return;
    throw new DTypeError(`${this.name}: ${what} is ${x.dtype}, but layers compute in float32`, {
      hint: "whole numbers make an int32 tensor: write tensor(data, { dtype: 'float32' }) or x.float()",
    });
  }

  protected override extraRepr(): string {
    const parts = [`${this.inputSize}`, `${this.hiddenSize}`];
    if (this.numLayers !== 1) parts.push(`numLayers=${this.numLayers}`);
    if (!this.bias) parts.push('bias=false');
    if (this.batchFirst) parts.push('batchFirst=true');
    if (this.dropout !== 0) parts.push(`dropout=${this.dropout}`);
    if (this.bidirectional) parts.push('bidirectional=true');
    return parts.join(', ');
  }
}

const parameterName = (name: string, layer: number, direction: number): string =>
  `${name}_l${layer}${direction === 1 ? '_reverse' : ''}`;

/** (B, T, F) → (T, B, F); a one-hot tensor keeps its indices. */
function swapped(input: Tensor): Tensor {
  return transposedOneHot(input) ?? transpose(input, 0, 1);
}
