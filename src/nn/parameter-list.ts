import { IndexError, ValueError } from '../errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { asParameter } from './dictionaries.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

/**
 * Parameters in a list that a module's `parameters()` finds; tensors become parameters.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ParameterList.html
 * @example
 * const weights = new nn.ParameterList([ones([2, 3]), zeros([3])]);
 * weights.append(ones([1])).length; // 3
 * [...weights].map((w) => w.numel()); // [6, 3, 1]
 * [...weights.stateDict().keys()]; // ['0', '1', '2']
 */
export class ParameterList extends Module {
  constructor(parameters: Iterable<Tensor> = []) {
    super();
    this.extend(parameters);
  }

  /** How many there are. */
  get length(): number {
    return [...this].length;
  }

  *[Symbol.iterator](): Generator<Parameter> {
    for (const value of Object.values(this)) if (value instanceof Parameter) yield value;
  }

  /**
   * The parameter at a position; -1 is the last.
   *
   * @throws IndexError if there is none
   */
  at(index: number): Parameter {
    return [...this][this.position(index)];
  }

  /** Puts a parameter (or a tensor, as one) in the place of the one at a position, and returns this list. */
  set(index: number, parameter: Tensor): this {
    Object.assign(this, { [this.position(index)]: asParameter(parameter) });
    return this;
  }

  /** Adds a parameter (or a tensor, as one) at the end, and returns this list. */
  append(parameter: Tensor): this {
    Object.assign(this, { [this.length]: asParameter(parameter) });
    return this;
  }

  /** Adds parameters (or tensors, as such) at the end, and returns this list. */
  extend(parameters: Iterable<Tensor>): this {
    for (const parameter of parameters) this.append(parameter);
    return this;
  }

  private position(index: number): number {
    const { length } = this;
    if (Number.isInteger(index) && index >= -length && index < length)
      return index < 0 ? index + length : index;
    throw new IndexError(`ParameterList: there is no parameter ${index} among ${length}`);
  }

  /** @throws ValueError always: a list says nothing about how its parameters work together */
  override forward(): never {
    throw new ValueError('ParameterList: a list of parameters has no forward', {
      hint: 'use the parameters in it',
    });
  }
}
