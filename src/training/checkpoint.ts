import { FormatError } from '../errors.js';
import { decodeSafetensors, encodeSafetensors, type SafetensorsEntry } from '../formats/safetensors.js';
import { entryOf, tensorOf } from '../formats/tensors.js';
import type { OptimizerState, ParamState } from '../optim/optimizer.js';
import type { ScheduleState } from '../optim/schedules/scheduler.js';
import type { GeneratorState } from '../tensor/generator.js';
import type { Tensor } from '../tensor/tensor.js';

/** Where a run stands. */
export interface Position {
  /** Epochs that are complete. */
  readonly epoch: number;
  /** Steps of the epoch under way, and over these: the sum of losses by unit, of units, and of lengths of gradients. */
  readonly step: number;
  readonly total: number;
  readonly units: number;
  readonly norms: number;
  /** Units of the whole run so far, and seconds. */
  readonly seen: number;
  readonly seconds: number;
  /** Loss smoothed over recent steps. */
  readonly recent: number | null;
  /** Loss of the last epoch. */
  readonly last: number | null;
  /** The least loss of an epoch, and which that was. */
  readonly best: number | null;
  readonly bestEpoch: number | null;
}

/** All that going on takes. */
export interface Checkpoint {
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly best: ReadonlyMap<string, Tensor> | null;
  readonly state: readonly Tensor[] | null;
  readonly optimizer: OptimizerState<object>;
  readonly schedule: ScheduleState | null;
  readonly generator: GeneratorState;
  readonly position: Position;
}

/** What stands in the metadata; tensors are entries of the file. */
interface Description {
  readonly version: 1;
  readonly kind: 'training-state';
  readonly position: Position;
  readonly hasBest: boolean;
  /** Tensors carried; null at the start of an epoch. */
  readonly carried: number | null;
  readonly paramGroups: readonly unknown[];
  /** For each parameter that the optimiser has a state for: its numbers. */
  readonly numbers: readonly (readonly [position: number, Readonly<Record<string, number>>])[];
  readonly schedule: ScheduleState | null;
  readonly generator: GeneratorState;
}

const METADATA_KEY = 'unrolled';

/** A checkpoint as the bytes of one safetensors file. */
export function encodeCheckpoint(
  checkpoint: Checkpoint,
  notes: Readonly<Record<string, string>>,
): Uint8Array {
  const { weights, best, state, optimizer, schedule, generator, position } = checkpoint;
  const entries: [string, SafetensorsEntry][] = [];
  for (const [name, x] of weights) entries.push([`model/${name}`, entryOf(x)]);
  for (const [name, x] of best ?? []) entries.push([`best/${name}`, entryOf(x)]);
  state?.forEach((x, i) => entries.push([`carried/${i}`, entryOf(x)]));
  const numbers: [number, Record<string, number>][] = [];
  for (const [at, own] of optimizer.state) {
    const plain: Record<string, number> = {};
    for (const [name, value] of Object.entries(own)) {
      if (typeof value === 'number') plain[name] = value;
      else entries.push([`optimizer/${at}/${name}`, entryOf(value)]);
    }
    numbers.push([at, plain]);
  }
  const description: Description = {
    ...{
      version: 1,
      kind: 'training-state',
      position,
      hasBest: best !== null,
      carried: state?.length ?? null,
    },
    ...{ paramGroups: optimizer.paramGroups, numbers, schedule, generator },
  };
  return encodeSafetensors(entries, { ...notes, [METADATA_KEY]: JSON.stringify(description) });
}

/**
 * The checkpoint that `encodeCheckpoint` wrote.
 *
 * @throws FormatError if the bytes are cut short, broken, or something else
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const description = describe(metadata[METADATA_KEY]);
  const below = (prefix: string): Map<string, Tensor> =>
    new Map(
      [...tensors]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, entry]) => [name.slice(prefix.length), tensorOf(name, entry)]),
    );
  const { position, hasBest, carried, paramGroups, numbers, schedule, generator } = description;
  const carriedTensors = below('carried/');
  const state = new Map<number, ParamState>(
    numbers.map(([at, plain]) => [at, { ...plain, ...Object.fromEntries(below(`optimizer/${at}/`)) }]),
  );
  return {
    ...{ weights: below('model/'), best: hasBest ? below('best/') : null, position, schedule, generator },
    state:
      carried === null ? null : Array.from({ length: carried }, (_, i) => carriedTensors.get(String(i))!),
    optimizer: { state, paramGroups } as unknown as OptimizerState<object>,
  };
}

function describe(text: string | undefined): Description {
  let description: Partial<Description> | null = null;
  try {
    description = JSON.parse(text ?? 'null') as Partial<Description> | null;
  } catch {
    // What is no JSON is no checkpoint.
  }
  if (description?.kind !== 'training-state') {
    throw new FormatError('the file is not the state of a run', {
      hint: 'a run folder has it in state.safetensors',
    });
  }
  if (description.version !== 1) {
    throw new FormatError(`a state of version ${String(description.version)} is not known here`, {
      hint: 'it may come from a newer version of unrolled',
    });
  }
  return description as Description;
}
