import type { Storage } from '../storage.js';
import { Tensor } from '../tensor.js';
import { emptyLike, isPlain, span } from './arguments.js';
import type { Recording } from './recording.js';
import { type Same, sameLayout } from './same.js';

/** How a part of what a step returned comes about again. */
type Part =
  /** As it is: no tensor, or one from outside. */
  | { readonly kind: 'same'; readonly value: unknown }
  | { readonly kind: 'argument'; readonly index: number }
  | { readonly kind: 'made'; readonly tensor: Tensor; readonly address: number; readonly piece: Piece }
  | { readonly kind: 'list'; readonly list: object; readonly parts: readonly (readonly [string, Part])[] };

/** The words of a storage that the tensors returned stand in. */
interface Piece {
  readonly base: number;
  from: number;
  to: number;
}

/** What a step returned. */
export interface Returned {
  readonly whole: Part;
  readonly pieces: readonly Piece[];
}

// A list that holds itself has no end.
const MOST_DEPTH = 8;
const GRAPH = 'its graph is used outside';

/**
 * Reads what a step returned. Where it cannot come about again without the step, it says so to the recording.
 *
 * @param inputs  the tensors that the step was given
 */
export function returnedBy(recording: Recording, result: unknown, inputs: readonly Tensor[]): Returned {
  const pieces = new Map<Storage, Piece>();
  const not = (reason: string): Part => {
    recording.cannot(reason);
    return { kind: 'same', value: undefined };
  };
  const readTensor = (x: Tensor): Part => {
    const { storage, gradNode } = x;
    const index = inputs.indexOf(x);
    if (index >= 0) return { kind: 'argument', index };
    if (inputs.some((input) => input.storage === storage)) return not('it returns a part of an argument');
    if (x.place !== null) return not('it returns a part of another tensor');
    if (gradNode !== null && !gradNode.passed) return not(GRAPH);
    if (storage.serial <= recording.born) return { kind: 'same', value: x };
    if (gradNode === null && x.requiresGrad) return not(GRAPH);
    if (storage.oneHot !== null || storage.isReleased) return not('it returns a tensor without memory');
    const { address } = x;
    if (!recording.owns(address)) return { kind: 'same', value: x };
    let piece = pieces.get(storage);
    if (piece === undefined) {
      piece = { base: address - x.offset * 4, from: x.offset, to: x.offset };
      pieces.set(storage, piece);
    }
    piece.from = Math.min(piece.from, x.offset);
    piece.to = Math.max(piece.to, x.offset + span(x));
    return { kind: 'made', tensor: x, address, piece };
  };
  const read = (value: unknown, depth: number): Part => {
    if (value instanceof Tensor) return readTensor(value);
    if (typeof value === 'function') return not('it returns a function');
    if (typeof value !== 'object' || value === null) return { kind: 'same', value };
    if (!isPlain(value) || depth === MOST_DEPTH) return not('it returns more than lists and plain objects');
    const parts = Object.entries(value).map(([name, inner]) => [name, read(inner, depth + 1)] as const);
    return { kind: 'list', list: value, parts };
  };
  const whole = read(result, 0);
  return { whole, pieces: [...pieces.values()] };
}

/** Whether two runs returned the same. A list that both returned is one from outside, which a replay could not return. */
export function sameReturned(a: Returned, b: Returned, same: Same): boolean {
  const equal = (x: Part, y: Part): boolean => {
    if (x.kind === 'same') return y.kind === 'same' && Object.is(x.value, y.value);
    if (x.kind === 'argument') return y.kind === 'argument' && x.index === y.index;
    if (x.kind === 'made') {
      return y.kind === 'made' && sameLayout(x.tensor, y.tensor) && same(x.address, y.address);
    }
    return (
      y.kind === 'list' &&
      x.list !== y.list &&
      Array.isArray(x.list) === Array.isArray(y.list) &&
      x.parts.length === y.parts.length &&
      x.parts.every(([name, part], i) => name === y.parts[i][0] && equal(part, y.parts[i][1]))
    );
  };
  return equal(a.whole, b.whole);
}

/**
 * What a step returns after a replay: new tensors, on memory that the recording lends until it needs it again.
 *
 * @param tensors  the tensors that this call was given
 */
export function returnedAgain(
  recording: Recording,
  { whole, pieces }: Returned,
  tensors: readonly Tensor[],
): unknown {
  const storages = pieces.map(({ base, from, to }) => recording.lend(base + from * 4, to - from));
  const build = (part: Part): unknown => {
    if (part.kind === 'same') return part.value;
    if (part.kind === 'argument') return tensors[part.index];
    if (part.kind === 'made') {
      const { tensor, piece } = part;
      return copyOn(storages[pieces.indexOf(piece)], tensor, tensor.offset - piece.from);
    }
    const list = emptyLike(part.list);
    for (const [name, inner] of part.parts) list[name] = build(inner);
    return list;
  };
  return build(whole);
}

function copyOn(storage: Storage, x: Tensor, offset: number): Tensor {
  const copy = new Tensor(storage, x.dtype, x.shape, x.strides, offset);
  copy.isView = x.isView;
  // A graph that backward has gone through: only to say so if someone goes through it again.
  copy.gradNode = x.gradNode;
  copy.outputIndex = x.outputIndex;
  return copy;
}
