import { InvalidArgumentError } from 'commander';

/** A whole number from `least` on, for an option. */
export function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`it must be a whole number, ${least} or more.`);
    }
    return value;
  };
}

/** A number from `least` on, for an option. */
export function number(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < least) {
      throw new InvalidArgumentError(`it must be a number, ${least} or more.`);
    }
    return value;
  };
}
