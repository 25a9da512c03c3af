import { numbersOf } from '../../formats/onnx/arrays.js';
import { intOf, intsOf, nodeName } from '../../formats/onnx/attributes.js';
import type { OnnxNode } from '../../formats/onnx/schema.js';
import { numbersIn } from './moves.js';
import type { LayerList } from './layer-list.js';
import type { Flow, Value } from './values.js';

/** States of more layers than any network has. */
const MOST_SLOTS = 1000;

type States = Extract<Value, { kind: 'states' }>;

/** What picks and joins the states that recurrent layers end in, such as h_n[-1]; null for anything else. */
export function movedStates(node: OnnxNode, inputs: readonly (Value | null)[]): Value | null {
  const [x] = inputs;
  if (x?.kind !== 'states') return null;
  const axis = intOf(node, 'axis', 0);
  switch (node.opType) {
    case 'Identity':
      return x;
    case 'Concat': {
      const all = inputs.filter(
        (value): value is States => value?.kind === 'states' && value.axes === x.axes,
      );
      if (all.length !== inputs.length || x.axes === 'joined' || x.axes === 'batch first') return null;
      const slots = all.flatMap((value) => value.slots);
      if (slots.length > MOST_SLOTS) return null;
      if (x.axes === 'slots first') return axis === 0 ? { ...x, slots } : null;
      return axis === 1 || axis === -1 ? { kind: 'states', slots, axes: 'joined' } : null;
    }
    case 'Gather': {
      const index = inputs.at(1);
      if (x.axes !== 'slots first' || axis !== 0 || index?.kind !== 'array' || index.array.shape.length > 0)
        return null;
      const slot = x.slots.at(numbersOf(index.array, nodeName(node))[0]);
      return slot === undefined ? null : { kind: 'states', slots: [slot], axes: 'one' };
    }
    case 'Transpose':
      return x.axes === 'slots first' && intsOf(node, 'perm')?.join() === '1,0,2'
        ? { ...x, axes: 'batch first' }
        : null;
    case 'Flatten':
    case 'Reshape': {
      const shape = numbersIn(node, inputs, 1, 'shape');
      const joins =
        node.opType === 'Flatten' ? intOf(node, 'axis', 1) === 1 : shape?.length === 2 && shape[1] === -1;
      return x.axes === 'batch first' && joins ? { ...x, axes: 'joined' } : null;
    }
    case 'Squeeze':
      return x.axes === 'slots first' && x.slots.length === 1 ? { ...x, axes: 'one' } : null;
    default:
      return null;
  }
}

/** States as what the next layer reads: those of all directions of one layer, side by side. */
export function statesAsFlow({ slots, axes }: States, list: LayerList): Flow | null {
  const [first] = slots;
  const { directions, size } = list.statesOf(first.layer);
  const isWhole =
    slots.length === directions &&
    slots.every((slot, i) => slot.layer === first.layer && slot.direction === i);
  if (!isWhole || axes === 'batch first' || (axes === 'slots first' && directions > 1)) return null;
  const [batch] = first.flow.axes;
  const features = [{ what: 'feature' as const, size: size * directions }];
  const own =
    axes === 'slots first' ? [[{ what: 'one' as const, size: 1 }], batch, features] : [batch, features];
  return { ...first.flow, axes: own };
}
