import { ShapeError, ValueError } from '../../errors.js';
import { floats, kernels } from '../../kernels/engine.js';
import { parallel } from '../../kernels/threads.js';
import { readOptions, type Schema } from '../../options.js';
import { noGrad } from '../../tensor/autograd.js';
import { linear } from '../../tensor/ops/matmul.js';
import { contiguous, t } from '../../tensor/ops/views.js';
import { Storage } from '../../tensor/storage.js';
import { empty, type Tensor } from '../../tensor/tensor.js';
import { Embedding } from '../embedding.js';
import type { Linear } from '../linear.js';
import type { Cell } from './cells/cell.js';
import type { RecurrentModule } from './module.js';

/** How a stepper keeps weights: as they are, or in a half or a quarter of the memory, which is read faster. */
export type StepperWeights = 'float32' | 'bfloat16' | 'int8';

/** Options of `Stepper`. */
export interface StepperOptions {
  /** Default 'float32'. */
  readonly weights?: StepperWeights;
  /** Inputs are one-hot: `pick(index)` instead of `step(values)`. Default false. */
  readonly oneHot?: boolean;
  /** With `oneHot`: what the network reads for each class, instead of the one-hot vectors. Default null. */
  readonly embedding?: Embedding | null;
  /** Linear layers with an activation each, between the recurrent network and the head. Default none. */
  readonly between?: readonly StepperLayer[];
}

/** Activations that a stepper knows. */
export type StepperActivation = 'relu' | 'tanh' | 'sigmoid' | 'none';

/** A linear layer and what is done with its output. */
export interface StepperLayer {
  readonly linear: Linear;
  readonly activation: StepperActivation;
}

const ACTIVATIONS: Readonly<Record<StepperActivation, ((x: number) => number) | null>> = {
  relu: (x) => Math.max(x, 0),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  none: null,
};

const OPTIONS: Schema<StepperOptions> = {
  weights: { oneOf: ['float32', 'bfloat16', 'int8'] },
  oneHot: 'true or false',
  embedding: [Embedding, null],
  between: 'a list',
};

/** A matrix (out, in) in panels of 16 rows of W, somewhere in the arena. */
interface Matrix {
  readonly out: number;
  readonly size: number;
  readonly panels: number;
  readonly scales: number;
}

/** A linear layer's places in the arena. */
interface Dense {
  readonly matrix: Matrix;
  readonly bias: number;
  readonly output: number;
  readonly activation: ((x: number) => number) | null;
}

/** One layer's places in the arena, in bytes from its start. */
interface Layer {
  readonly input: Matrix | null;
  readonly recurrent: Matrix | null;
  readonly biasIh: number;
  readonly biasHh: number;
  readonly h: number;
  readonly cell: number;
}

/** Puts a function's values in the place of numbers. */
function apply(f: (x: number) => number, address: number, count: number): void {
  const [view, from] = [floats(), address >>> 2];
  for (let i = from; i < from + count; i++) view[i] = f(view[i]);
}

const PANEL = 16;
const WORD = 4;
const BYTES = { float32: 4, bfloat16: 2, int8: 1 } as const;
// Sums of int8 products stay within 32 bits up to here.
const MOST_INT8 = 8000;
const rounded = (n: number): number => Math.ceil(n / PANEL) * PANEL;

/**
 * A recurrent network read step by step, one sequence at a time: for generation and for servers. Nothing is recorded, and a step
 * allocates nothing. Weights are those at the time it was made.
 *
 *     y_t, h_t = head(cell(x_t, h_{t−1}))
 *
 * With bfloat16 weights results agree to two or three digits, with int8 to about two; docs/performance.md has what that does to the loss.
 *
 * @throws ValueError for bidirectional networks, which have to see the end first, and for LSTM with a projection
 * @example
 * const stepper = new nn.Stepper(new nn.GRU(3, 8), new nn.Linear(8, 2));
 * stepper.step([0.5, 0, 1]).length; // 2
 */
export class Stepper {
  /** How many one-hot inputs there are. */
  private readonly classes: number;
  private readonly cell: Cell;
  private readonly hidden: number;
  private readonly weights: StepperWeights;
  private readonly layers: Layer[] = [];
  /** Behind the recurrent layers, the head last. */
  private readonly dense: readonly Dense[];
  /** Rows of W_ihᵀ + b of the first layer, where inputs are one-hot. */
  private readonly table: number;
  private readonly arena: Storage;
  private readonly gates: number;
  private readonly side: number;
  private readonly input: number;
  private readonly whole: number;
  private readonly result: Float32Array;

  constructor(
    private readonly rnn: RecurrentModule,
    head: Linear | null = null,
    options?: StepperOptions,
  ) {
    const {
      weights = 'float32',
      oneHot = false,
      embedding = null,
      between = [],
    } = readOptions('Stepper', options, OPTIONS);
    if (rnn.bidirectional) {
      throw new ValueError('Stepper: a bidirectional network has to see the end of a sequence first');
    }
    this.cell = rnn.cell;
    this.hidden = rnn.hiddenSize;
    this.weights = weights;
    const { inputSize, numLayers } = rnn;
    const width = rounded(this.cell.gates * this.hidden);

    let next = 0;
    const take = (bytes: number): number => {
      const at = next;
      next += Math.ceil(bytes / 64) * 64;
      return at;
    };
    const fill: (() => void)[] = [];
    const matrix = (W: Tensor): Matrix => {
      const [out, size] = W.shape;
      if (weights === 'int8' && size > MOST_INT8) {
        throw new ValueError(`Stepper: int8 weights go up to ${MOST_INT8} inputs, not ${size}`);
      }
      const panels = take(rounded(out) * (size + (size & 1)) * BYTES[weights]);
      const m = { out, size, panels, scales: weights === 'int8' ? take(rounded(out) * WORD) : 0 };
      fill.push(() => {
        this.pack(m, W);
      });
      return m;
    };
    const vector = (x: Tensor | null, length: number): number => {
      const at = take(length * WORD);
      fill.push(() => {
        this.zero(at, length);
        if (x) kernels.copy(this.arena.address + at, x.address, x.numel());
      });
      return at;
    };

    this.classes = embedding?.numEmbeddings ?? inputSize;
    this.table = oneHot ? take(this.classes * width * WORD) : -1;
    for (let layer = 0; layer < numLayers; layer++) {
      const [w] = rnn.layerWeights(layer);
      if (w.weightHr) throw new ValueError('Stepper: LSTM with a projection can only be run by forward()');
      this.layers.push({
        input: oneHot && layer === 0 ? null : matrix(w.weightIh),
        recurrent: w.weightHh && matrix(w.weightHh),
        biasIh: vector(w.biasIh, width),
        biasHh: vector(w.biasHh, width),
        h: vector(null, rounded(this.hidden)),
        // The kernel of LSTM writes tanh c behind c.
        cell: this.cell.states > 1 ? vector(null, 2 * rounded(this.hidden)) : -1,
      });
    }
    const behind = head === null ? between : [...between, { linear: head, activation: 'none' } as const];
    this.dense = behind.map(({ linear: { weight, bias, outFeatures }, activation }) => ({
      matrix: matrix(weight),
      bias: vector(bias, rounded(outFeatures)),
      output: take(rounded(outFeatures) * WORD),
      activation: ACTIVATIONS[activation],
    }));
    const most = between.reduce(
      (n, { linear: { outFeatures } }) => Math.max(n, outFeatures),
      Math.max(inputSize, this.hidden),
    );
    const outputs = behind.at(-1)?.linear.outFeatures ?? this.hidden;
    this.gates = take(width * WORD);
    this.side = take(width * WORD);
    this.input = take(most * WORD);
    this.whole = take((most + 1) * 2);
    this.arena = Storage.allocate(next / WORD);
    for (const run of fill) run();
    if (oneHot) this.fillTable(width, embedding);
    this.result = new Float32Array(outputs);
  }

  /**
   * Reads one input.
   *
   * @param x  (inputSize)
   * @returns  (outFeatures of the head, or hiddenSize), the same array each time: copy what should last
   * @throws ShapeError for another length; ValueError for a stepper of one-hot inputs
   */
  step(x: ArrayLike<number>): Float32Array {
    if (this.table >= 0) throw new ValueError('Stepper: made for one-hot inputs, it takes pick(index)');
    if (x.length !== this.rnn.inputSize) {
      throw new ShapeError(
        `Stepper: the input has ${x.length} numbers, the network takes ${this.rnn.inputSize}`,
      );
    }
    floats().set(x, (this.arena.address + this.input) >>> 2);
    return this.run(-1);
  }

  /**
   * Reads the one-hot input of a class; see `step`.
   *
   * @throws ValueError for an index that is no class, and for a stepper whose inputs are not one-hot
   */
  pick(index: number): Float32Array {
    if (this.table < 0) throw new ValueError('Stepper: made for values, it takes step(x)');
    if (!Number.isInteger(index) || index < 0 || index >= this.classes) {
      throw new ValueError(`Stepper: there are ${this.classes} classes, and ${index} is none of them`);
    }
    return this.run(index);
  }

  /** Forgets everything read: the next input is the first of a sequence. */
  reset(): void {
    for (const layer of this.layers) {
      this.zero(layer.h, rounded(this.hidden));
      if (layer.cell >= 0) this.zero(layer.cell, 2 * rounded(this.hidden));
    }
  }

  /** A copy of the state, as `run` of the network gives it: (layers, 1, hidden) each. */
  get state(): Tensor[] {
    return this.places().map((places) => {
      const state = empty([places.length, 1, this.hidden]);
      const [to, from] = [state.address, this.arena.address];
      places.forEach((at, i) => {
        kernels.copy(to + i * this.hidden * WORD, from + at, this.hidden);
      });
      return state;
    });
  }

  /** @throws ShapeError for states of another network */
  set state(states: readonly Tensor[]) {
    const places = this.places();
    const shape = [this.layers.length, 1, this.hidden].join();
    if (states.length !== places.length || states.some((s) => s.shape.join() !== shape)) {
      throw new ShapeError(`Stepper: the state must be ${places.length} of shape (${shape})`);
    }
    states.forEach((state, i) => {
      const values = state.data;
      places[i].forEach((at, layer) => {
        const own = values.subarray(layer * this.hidden, (layer + 1) * this.hidden);
        floats().set(own, (this.arena.address + at) >>> 2);
      });
    });
  }

  /** Where each state of each layer stands. */
  private places(): number[][] {
    const h = this.layers.map((layer) => layer.h);
    return this.cell.states > 1 ? [h, this.layers.map((layer) => layer.cell)] : [h];
  }

  private run(index: number): Float32Array {
    const base = this.arena.address;
    const { cell, hidden } = this;
    const width = rounded(cell.gates * hidden);
    const [gates, side] = [base + this.gates, base + this.side];
    let x = base + this.input;
    for (const layer of this.layers) {
      const h = base + layer.h;
      if (layer.input === null) kernels.copy(gates, base + this.table + index * width * WORD, width);
      else {
        kernels.copy(gates, base + layer.biasIh, width);
        this.multiply(layer.input, x, gates);
      }
      if (cell.sides === 'apart') kernels.copy(side, base + layer.biasHh, width);
      else if (cell.sides === 'joined') kernels.axpy(gates, base + layer.biasHh, 1, width);
      if (layer.recurrent) this.multiply(layer.recurrent, h, cell.sides === 'apart' ? side : gates);
      cell.step(gates, side, h, base + layer.cell, hidden);
      x = h;
    }
    for (const { matrix, bias, output, activation } of this.dense) {
      const y = base + output;
      kernels.copy(y, base + bias, rounded(matrix.out));
      this.multiply(matrix, x, y);
      if (activation !== null) apply(activation, y, matrix.out);
      x = y;
    }
    const { result } = this;
    const [view, from] = [floats(), x >>> 2];
    for (let i = 0; i < result.length; i++) result[i] = view[from + i];
    return result;
  }

  /** y += W · x */
  private multiply({ out, size, panels, scales }: Matrix, x: number, y: number): void {
    const base = this.arena.address;
    const [count, cost] = [rounded(out) / PANEL, 2 * PANEL * size];
    if (this.weights === 'float32') parallel('gemvFloat32', count, cost, size, x, base + panels, y, 1);
    else if (this.weights === 'bfloat16') parallel('gemvBfloat16', count, cost, size, x, base + panels, y, 1);
    else {
      const whole = base + this.whole;
      const unit = kernels.quantizeRow(whole, x, size);
      parallel('gemvInt8', count, cost, size, whole, base + panels, y, 1, unit, base + scales);
    }
  }

  private pack({ out, size, panels, scales }: Matrix, W: Tensor): void {
    const [base, source] = [this.arena.address, W.address];
    if (this.weights === 'int8') kernels.packPanelsInt8(base + panels, base + scales, source, out, size);
    else kernels.packPanels(base + panels, source, out, size, this.weights === 'float32' ? 0 : 1);
  }

  /** table = E W_ihᵀ + b, where E is the embedding or the identity. */
  private fillTable(width: number, embedding: Embedding | null): void {
    const [{ weightIh }] = this.rnn.layerWeights(0);
    const [out] = weightIh.shape;
    const base = this.arena.address;
    const bias = base + this.layers[0].biasIh;
    const rows = noGrad(() => contiguous(embedding ? linear(embedding.weight, weightIh) : t(weightIh)));
    for (let i = 0; i < this.classes; i++) {
      const row = base + this.table + i * width * WORD;
      kernels.copy(row, bias, width);
      kernels.axpy(row, rows.address + i * out * WORD, 1, out);
    }
  }

  private zero(at: number, length: number): void {
    kernels.fill(this.arena.address + at, 0, length);
  }
}
