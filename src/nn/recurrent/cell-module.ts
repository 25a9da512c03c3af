import { ShapeError } from '../../errors.js';
import { type Arguments, readArguments, type Schema } from '../../options.js';
import { reshape, unsqueeze } from '../../tensor/ops/views.js';
import { uniform } from '../../tensor/random-tensors.js';
import { expectPositive, sameShape, show } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import type { Cell } from './cells/cell.js';
import { reluCell, tanhCell } from './cells/elman.js';
import { gruCell } from './cells/gru.js';
import { lstmCell } from './cells/lstm.js';
import { recurrentLayer } from './layer.js';
import { expectPair, type LSTMState } from './lstm.js';
import { parameterShapes, type RecurrentState } from './module.js';
import { NONLINEARITY } from './rnn.js';
import { expectFloat } from './shapes.js';

/** Options of the cells. */
export interface CellOptions {
  /** Learn additive biases. Default true. */
  readonly bias?: boolean;
}

const OPTIONS: Schema<CellOptions> = { bias: 'true or false' };
const ORDER = ['bias'] as const;

/** What RNNCell, LSTMCell and GRUCell share: one step of a layer of one direction, with parameters without suffix. */
export abstract class CellModule extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly bias: boolean;
  declare weight_ih: Parameter;
  declare weight_hh: Parameter;
  declare bias_ih: Parameter | undefined;
  declare bias_hh: Parameter | undefined;
  private readonly name: string;
  private readonly cell: Cell;

  protected constructor(
    name: string,
    cell: Cell,
    inputSize: number,
    hiddenSize: number,
    { bias = true }: CellOptions,
  ) {
    super();
    expectPositive(name, 'inputSize', inputSize);
    expectPositive(name, 'hiddenSize', hiddenSize);
    this.name = name;
    this.cell = cell;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.bias = bias;
    const bound = 1 / Math.sqrt(hiddenSize);
    const sizes = { size: inputSize, hidden: hiddenSize, outSize: hiddenSize, bias };
    for (const [key, shape] of parameterShapes(cell, sizes)) {
      this.registerParameter(key, new Parameter(uniform(shape, -bound, bound)));
    }
  }

  /** PyTorch's call, for code that holds any kind of cell: the state is one tensor, or for LSTMCell a pair. */
  abstract override forward(input: Tensor, state?: RecurrentState): RecurrentState;

  /** One step: input (B, I) or (I), states (B, H) or (H) → new states in the same form. */
  protected step(input: Tensor, states: readonly Tensor[] | undefined): Tensor[] {
    const { name, inputSize, hiddenSize, cell } = this;
    expectFloat(name, 'input', input);
    const batched = input.ndim === 2;
    if ((!batched && input.ndim !== 1) || input.shape[input.ndim - 1] !== inputSize) {
      throw new ShapeError(
        `${name}: input is ${show(input.shape)}, but should be (batch, ${inputSize}) or (${inputSize},)`,
        {
          hint:
            input.ndim === 3
              ? `a cell takes one step; for whole sequences use ${name.slice(0, -4)}`
              : undefined,
        },
      );
    }
    const wanted = batched ? [input.shape[0], hiddenSize] : [hiddenSize];
    states?.forEach((state, i) => {
      const what = i === 0 ? 'hidden' : 'cell';
      expectFloat(name, what, state);
      if (!sameShape(state.shape, wanted))
        throw new ShapeError(`${name}: ${what} is ${show(state.shape)}, but should be ${show(wanted)}`);
    });
    const batch = batched ? input.shape[0] : 1;
    const weights = {
      weightIh: this.weight_ih,
      weightHh: this.weight_hh,
      biasIh: this.bias_ih ?? null,
      biasHh: this.bias_hh ?? null,
      weightHr: null,
    };
    const data = batched ? input : unsqueeze(input, 0);
    const initial = Array.from({ length: cell.states }, (_, i) =>
      states === undefined ? null : reshape(states[i], [1, batch, hiddenSize]),
    );
    const [out, , ...others] = recurrentLayer(
      cell,
      { data, batchSizes: [batch] },
      hiddenSize,
      [weights],
      initial,
    );
    return [out, ...others].map((state) => reshape(state, wanted));
  }

  protected override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}${this.bias ? '' : ', bias=false'}`;
  }
}

/** Options of `RNNCell`. */
export interface RNNCellOptions extends CellOptions {
  /** φ of the cell. Default 'tanh'. */
  readonly nonlinearity?: 'tanh' | 'relu';
}

const RNN_OPTIONS: Schema<RNNCellOptions> = { ...OPTIONS, nonlinearity: NONLINEARITY };
const RNN_ORDER = ['bias', 'nonlinearity'] as const;

/**
 * One step of Elman's recurrent network: h' = φ(W_ih x + b_ih + W_hh h + b_hh).
 *
 * Parameters, all from U(−1/√H, 1/√H): `weight_ih` (H, I), `weight_hh` (H, H), `bias_ih` and `bias_hh` (H).
 *
 * @throws ValueError for sizes that are not whole and above 0, or an unknown nonlinearity
 * @see https://pytorch.org/docs/stable/generated/torch.nn.RNNCell.html
 * @example
 * const cell = new nn.RNNCell(4, 2);
 * cell.forward(zeros([3, 4])).shape; // [3, 2]
 */
export class RNNCell extends CellModule {
  readonly nonlinearity: 'tanh' | 'relu';

  constructor(inputSize: number, hiddenSize: number, ...given: Arguments<RNNCellOptions, typeof RNN_ORDER>) {
    const options = readArguments('RNNCell', given, RNN_OPTIONS, RNN_ORDER);
    const { nonlinearity = 'tanh' } = options;
    super('RNNCell', nonlinearity === 'relu' ? reluCell : tanhCell, inputSize, hiddenSize, options);
    this.nonlinearity = nonlinearity;
  }

  /**
   * @param input   (B, I) or (I)
   * @param hidden  (B, H) or (H); zeros if left out
   * @returns       the next hidden state, (B, H) or (H)
   * @throws ShapeError for other shapes
   */
  override forward(input: Tensor, hidden?: Tensor): Tensor {
    return this.step(input, hidden && [hidden])[0];
  }

  protected override extraRepr(): string {
    return super.extraRepr() + (this.nonlinearity === 'tanh' ? '' : `, nonlinearity='${this.nonlinearity}'`);
  }
}

/**
 * One step of an LSTM; the formula stands at `LSTM`.
 *
 * Parameters, rows in the order i, f, g, o, all from U(−1/√H, 1/√H): `weight_ih` (4H, I), `weight_hh` (4H, H), `bias_ih` and
 * `bias_hh` (4H).
 *
 * @throws ValueError for sizes that are not whole and above 0
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LSTMCell.html
 * @example
 * const cell = new nn.LSTMCell(4, 2);
 * const [hidden, memory] = cell.forward(zeros([3, 4]));
 * memory.shape; // [3, 2]
 */
export class LSTMCell extends CellModule {
  constructor(inputSize: number, hiddenSize: number, ...options: Arguments<CellOptions, typeof ORDER>) {
    super('LSTMCell', lstmCell, inputSize, hiddenSize, readArguments('LSTMCell', options, OPTIONS, ORDER));
  }

  /**
   * @param input   (B, I) or (I)
   * @param state   [hidden, cell], each (B, H) or (H); zeros if left out
   * @returns       the next [hidden, cell]
   * @throws ShapeError for other shapes
   */
  override forward(input: Tensor, state?: LSTMState): [hidden: Tensor, cell: Tensor] {
    const [hidden, cell] = this.step(input, state && expectPair(state, 'LSTMCell'));
    return [hidden, cell];
  }
}

/**
 * One step of a GRU; the formula stands at `GRU`.
 *
 * Parameters, rows in the order r, z, n, all from U(−1/√H, 1/√H): `weight_ih` (3H, I), `weight_hh` (3H, H), `bias_ih` and
 * `bias_hh` (3H).
 *
 * @throws ValueError for sizes that are not whole and above 0
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GRUCell.html
 * @example
 * const cell = new nn.GRUCell(4, 2);
 * cell.forward(zeros([3, 4])).shape; // [3, 2]
 */
export class GRUCell extends CellModule {
  constructor(inputSize: number, hiddenSize: number, ...options: Arguments<CellOptions, typeof ORDER>) {
    super('GRUCell', gruCell, inputSize, hiddenSize, readArguments('GRUCell', options, OPTIONS, ORDER));
  }

  /**
   * @param input   (B, I) or (I)
   * @param hidden  (B, H) or (H); zeros if left out
   * @returns       the next hidden state, (B, H) or (H)
   * @throws ShapeError for other shapes
   */
  override forward(input: Tensor, hidden?: Tensor): Tensor {
    return this.step(input, hidden && [hidden])[0];
  }
}
