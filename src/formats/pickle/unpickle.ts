import { FormatError } from '../../errors.js';
import type { ByteReader } from '../byte-reader.js';
import { PickleArray, PickleGlobal, PickleObject, PickleTuple, type PickleValue } from './values.js';

/** What a pickle's references to the outside mean to the format around it. */
export interface PickleContext {
  /** The result of calling a named function or class; undefined for one that may not be called. */
  call(name: string, args: readonly PickleValue[]): PickleValue | undefined;
  /** What a persistent id stands for. */
  persistent(id: PickleValue, reader: ByteReader): PickleValue;
  /** Says what is in an array that the context made. */
  build(array: PickleArray, state: PickleValue): void;
}

// Programs that a pickle might be made to run hide behind these; no honest model has an object of theirs.
const NEVER = new Set(
  [
    'os posix nt sys subprocess builtins __builtin__ runpy importlib shutil socket ctypes pty code commands webbrowser',
    'pickle marshal types operator functools multiprocessing threading asyncio pip site timeit pdb bdb distutils',
  ].flatMap((names) => names.split(' ')),
);
const MOST_PROTOCOL = 5;
const MOST_INTEGER_BYTES = 1024;
const MARK = Symbol('mark');

type Slot = PickleValue | typeof MARK;

/**
 * Reads one pickle, protocols 2 to 5, without running anything of it: a class becomes its name, an object its attributes. Reading
 * stops behind the pickle, so that several may follow each other.
 *
 * @throws FormatError for calls of anything but what the context knows, for opcodes no model needs, and for broken bytes
 * @see https://docs.python.org/3/library/pickletools.html
 */
export function unpickle(reader: ByteReader, context: PickleContext): PickleValue {
  const stack: Slot[] = [];
  const memo = new Map<number, PickleValue>();
  let marks = 0;

  const pop = (): PickleValue => {
    const value = stack.pop();
    if (value === undefined || value === MARK) throw reader.problem('takes a value that is not there');
    return value;
  };
  const top = (): PickleValue => {
    const value = stack.at(-1);
    if (value === undefined || value === MARK) throw reader.problem('uses a value that is not there');
    return value;
  };
  const popToMark = (): PickleValue[] => {
    const at = marks > 0 ? stack.lastIndexOf(MARK) : -1;
    if (at < 0) throw reader.problem('ends a list that never began');
    marks -= 1;
    const values = stack.splice(at + 1) as PickleValue[];
    stack.pop();
    return values;
  };
  const remember = (index: number): void => void memo.set(index, top());
  const recall = (index: number): PickleValue => {
    const value = memo.get(index);
    if (value === undefined) throw reader.problem(`asks for value ${index}, which was never kept`);
    return value;
  };
  const items = (value: PickleValue): readonly PickleValue[] => {
    if (!(value instanceof PickleTuple)) throw reader.problem('calls something without a tuple of arguments');
    return value.items;
  };
  const global = (module: PickleValue, name: PickleValue): PickleGlobal => {
    if (typeof module !== 'string' || typeof name !== 'string')
      throw reader.problem('names a class without a name');
    return new PickleGlobal(`${module}.${name}`);
  };
  const append = (values: readonly PickleValue[]): void => {
    const list = top();
    if (!Array.isArray(list)) throw reader.problem('appends to something that is no list');
    for (const value of values) list.push(value);
  };
  const setItems = (values: readonly PickleValue[]): void => {
    const dict = top();
    if (!(dict instanceof Map) || values.length % 2 !== 0)
      throw reader.problem('sets items of something that is no dict');
    for (let i = 0; i < values.length; i += 2) dict.set(values[i], values[i + 1]);
  };
  const call = (callee: PickleValue, args: readonly PickleValue[]): PickleValue => {
    if (!(callee instanceof PickleGlobal)) throw reader.problem('calls something that is no function');
    const result = context.call(callee.name, args);
    if (result !== undefined) return result;
    throw new FormatError(
      `${reader.what}: it calls ${callee.name}, and nothing that a file names is run here`,
      {
        hint: 'save the weights alone where the file was made: torch.save(model.state_dict(), "weights.pt")',
      },
    );
  };
  const newObject = (callee: PickleValue, args: readonly PickleValue[]): PickleValue => {
    if (!(callee instanceof PickleGlobal))
      throw reader.problem('makes an object of something that is no class');
    const root = callee.name.slice(0, callee.name.indexOf('.'));
    if (NEVER.has(root)) return call(callee, args);
    return context.call(callee.name, args) ?? new PickleObject(callee.name, args);
  };
  const build = (state: PickleValue): void => {
    const object = top();
    // An OrderedDict's attributes (state_dict's _metadata) say nothing about the weights.
    if (object instanceof Map) return;
    if (object instanceof PickleArray) context.build(object, state);
    else if (object instanceof PickleObject) object.state = state;
    else throw reader.problem('gives attributes to something that has none');
  };

  for (;;) {
    const code = reader.u8();
    switch (code) {
      case 0x80: {
        const protocol = reader.u8();
        if (protocol > MOST_PROTOCOL) throw reader.problem(`is a pickle of protocol ${protocol}`, NEWER);
        break;
      }
      case 0x95:
        if (reader.u64() > reader.left) throw reader.problem('has a frame that goes past its end');
        break;
      case 0x2e: // STOP
        return pop();
      case 0x28: // MARK
        stack.push(MARK);
        marks += 1;
        break;
      case 0x30: // POP
        if (stack.at(-1) === MARK) {
          stack.pop();
          marks -= 1;
        } else pop();
        break;
      case 0x31: // POP_MARK
        popToMark();
        break;
      case 0x4e:
        stack.push(null);
        break;
      case 0x88:
        stack.push(true);
        break;
      case 0x89:
        stack.push(false);
        break;
      case 0x4a:
        stack.push(reader.i32());
        break;
      case 0x4b:
        stack.push(reader.u8());
        break;
      case 0x4d:
        stack.push(reader.u16());
        break;
      case 0x8a:
        stack.push(longOf(reader.take(reader.u8())));
        break;
      case 0x8b: {
        const length = reader.u32();
        if (length > MOST_INTEGER_BYTES) throw reader.problem(`has a whole number of ${length} bytes`);
        stack.push(longOf(reader.take(length)));
        break;
      }
      case 0x47:
        stack.push(reader.f64BigEndian());
        break;
      case 0x58: // BINUNICODE
        stack.push(reader.text(reader.u32()));
        break;
      case 0x8c: // SHORT_BINUNICODE
        stack.push(reader.text(reader.u8()));
        break;
      case 0x8d: // BINUNICODE8
        stack.push(reader.text(reader.u64()));
        break;
      case 0x54: // BINSTRING
        stack.push(latin1(reader.take(reader.u32())));
        break;
      case 0x55: // SHORT_BINSTRING
        stack.push(latin1(reader.take(reader.u8())));
        break;
      case 0x42: // BINBYTES
        stack.push(reader.take(reader.u32()));
        break;
      case 0x43: // SHORT_BINBYTES
        stack.push(reader.take(reader.u8()));
        break;
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        stack.push(reader.take(reader.u64()));
        break;
      case 0x5d:
        stack.push([]);
        break;
      case 0x7d:
        stack.push(new Map());
        break;
      case 0x8f:
        stack.push(new Set());
        break;
      case 0x29:
        stack.push(new PickleTuple([]));
        break;
      case 0x74: // TUPLE
        stack.push(new PickleTuple(popToMark()));
        break;
      case 0x85:
      case 0x86:
      case 0x87: {
        const values = Array.from({ length: code - 0x84 }, pop);
        stack.push(new PickleTuple(values.reverse()));
        break;
      }
      case 0x91: // FROZENSET
        stack.push(new Set(popToMark()));
        break;
      case 0x61: {
        const value = pop();
        append([value]);
        break;
      }
      case 0x65:
        append(popToMark());
        break;
      case 0x73: {
        const [value, key] = [pop(), pop()];
        setItems([key, value]);
        break;
      }
      case 0x75:
        setItems(popToMark());
        break;
      case 0x90: {
        const values = popToMark();
        const set = top();
        if (!(set instanceof Set)) throw reader.problem('adds to something that is no set');
        for (const value of values) set.add(value);
        break;
      }
      case 0x71:
        remember(reader.u8());
        break;
      case 0x72:
        remember(reader.u32());
        break;
      case 0x94: // MEMOIZE
        remember(memo.size);
        break;
      case 0x68:
        stack.push(recall(reader.u8()));
        break;
      case 0x6a:
        stack.push(recall(reader.u32()));
        break;
      case 0x63: // GLOBAL
        stack.push(global(reader.line(), reader.line()));
        break;
      case 0x93: {
        const [name, module] = [pop(), pop()];
        stack.push(global(module, name));
        break;
      }
      case 0x52: {
        const args = items(pop());
        stack.push(call(pop(), args));
        break;
      }
      case 0x81: {
        const args = items(pop());
        stack.push(newObject(pop(), args));
        break;
      }
      case 0x62:
        build(pop());
        break;
      case 0x51:
        stack.push(context.persistent(pop(), reader));
        break;
      default:
        throw reader.problem(
          `uses the opcode 0x${code.toString(16)}, which no model of protocol 2 or later needs`,
        );
    }
  }
}

const NEWER = 'save it again with an earlier protocol';

/** A whole number in two's complement, little endian; bigint where a number would lose digits. */
function longOf(bytes: Uint8Array): number | bigint {
  if (bytes.length === 0) return 0;
  let hex = '';
  for (let i = bytes.length - 1; i >= 0; i--) hex += bytes[i].toString(16).padStart(2, '0');
  const value = BigInt.asIntN(8 * bytes.length, BigInt(`0x${hex}`));
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
