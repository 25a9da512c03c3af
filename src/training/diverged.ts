import { UnrolledError } from '../errors.js';

/** Training that left the finite numbers. */
export class DivergedError extends UnrolledError {
  readonly code = 'E_DIVERGED';
}

/** @throws DivergedError if the loss is not finite */
export function expectFinite(loss: number, where: string, lr: number): void {
  if (Number.isFinite(loss)) return;
  throw new DivergedError(`the loss is ${loss} at ${where}`, {
    hint: `try a smaller learning rate, such as --lr ${Number((lr / 10).toPrecision(2))}`,
  });
}
