import { FormatError } from '../../errors.js';
import type { SafetensorsEntry } from '../safetensors.js';

/** A Python tuple. */
export class PickleTuple {
  constructor(readonly items: readonly PickleValue[]) {}
}

/** A class or function that a pickle names, `torch.nn.modules.linear.Linear` say. It is never looked for or called. */
export class PickleGlobal {
  constructor(readonly name: string) {}
}

/** An object of a class that we do not have: its class by name, what it was made with, and its attributes. */
export class PickleObject {
  /** Attributes; null until the pickle gives any. */
  state: PickleValue = null;
  constructor(
    readonly className: string,
    readonly args: readonly PickleValue[],
  ) {}
}

/** What makes up an array: its element type, its shape, and its row-major, little endian bytes once someone asks. */
export interface ArrayContent {
  readonly dtype: SafetensorsEntry['dtype'];
  readonly shape: readonly number[];
  bytes(): Uint8Array;
}

/** A tensor of PyTorch's, or an array of NumPy's. Pickles may make it first and say later what is in it. */
export class PickleArray {
  private made: SafetensorsEntry | null = null;

  constructor(
    /** Null until the pickle says. */
    public content: ArrayContent | null,
    /** Whether it was an nn.Parameter. */
    readonly isParameter = false,
  ) {}

  /** @throws FormatError if the file never said what is in it */
  get entry(): SafetensorsEntry {
    if (this.content === null) throw new FormatError('pickle: an array is named whose content is missing');
    const { dtype, shape } = this.content;
    return (this.made ??= { dtype, shape, bytes: this.content.bytes() });
  }
}

/** What a pickle holds. Whole numbers beyond 2⁵³ are bigint, dicts are Map (their keys need not be strings). */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>
  | PickleTuple
  | PickleGlobal
  | PickleObject
  | PickleArray;
