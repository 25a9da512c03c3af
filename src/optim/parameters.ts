import { ValueError } from '../errors.js';
import { expectKind, told } from '../options.js';
import { Tensor } from '../tensor/tensor.js';

/** Checks that parameters were given as a list, and neither as one tensor nor as the module that has them. */
export function expectParameters(where: string, parameters: unknown): void {
  expectKind(where, 'parameters', parameters, 'a list');
  const meant = parameters as object;
  if (!(meant instanceof Tensor) && !('parameters' in meant)) return;
  throw new ValueError(`${where}: parameters must be a list, not ${told(parameters)}`, {
    hint: meant instanceof Tensor ? 'write [parameter]' : 'write model.parameters()',
  });
}
