import { ValueError } from '../../errors.js';
import type { DType } from '../../tensor/dtype.js';
import type { Storage } from '../../tensor/storage.js';
import { Tensor } from '../../tensor/tensor.js';
import { ByteWriter } from '../byte-writer.js';
import { entryOf } from '../tensors.js';
import { encodeZip, type ZipContent } from '../zip-writer.js';

/** The one folder of the archive, in which torch.load looks for everything. */
const ROOT = 'archive';
const ALIGN = 64;

/** PyTorch's storage of a dtype. */
const STORAGES = {
  float32: 'FloatStorage',
  int32: 'IntStorage',
  bool: 'BoolStorage',
} as const satisfies Record<DType, string>;

/**
 * A state_dict as the file that `torch.save` writes since 1.6: a zip of one pickle and one file for each storage, which
 * `torch.load(file, weights_only=True)` reads. Tensors that share memory here (views, tied weights) share it there: the whole of it is
 * written, once.
 *
 * @param state  tensors by name, in the order in which they shall stand there
 * @throws ValueError for more than 4 GB, and for memory that is shared by tensors of two dtypes
 * @see https://docs.pytorch.org/docs/stable/notes/serialization.html
 * @example
 * const bytes = encodePyTorch(new nn.Linear(2, 3).stateDict());
 * bytes.length % 2; // torch.load('linear.pt', weights_only=True) gives an OrderedDict of weight and bias
 */
export function encodePyTorch(state: ReadonlyMap<string, Tensor>): Uint8Array {
  const pickle = new Pickle();
  const keys = new Map<Storage, { readonly key: string; readonly dtype: DType }>();
  const storages: ZipContent[] = [];
  pickle
    .protocol()
    .call('collections', 'OrderedDict', () => pickle.tuple([]))
    .mark();
  for (const [name, x] of state) {
    let known = keys.get(x.storage);
    if (known === undefined) {
      known = { key: String(keys.size), dtype: x.dtype };
      keys.set(x.storage, known);
      const all = new Tensor(x.storage, x.dtype, [x.storage.words]);
      storages.push({ name: `${ROOT}/data/${known.key}`, bytes: entryOf(all).bytes });
    }
    if (known.dtype !== x.dtype) {
      throw new ValueError(
        `pytorch: '${name}' is ${x.dtype} and shares its memory with a ${known.dtype} tensor`,
        {
          hint: 'write a clone() of it',
        },
      );
    }
    pickle.text(name);
    pickle.tensor(x, known.key);
  }
  const ascii = (name: string, text: string): ZipContent => ({
    name: `${ROOT}/${name}`,
    bytes: new TextEncoder().encode(text),
  });
  const files = [
    { name: `${ROOT}/data.pkl`, bytes: pickle.setItems().stop() },
    ascii('.format_version', '1'),
    ascii('.storage_alignment', String(ALIGN)),
    ascii('byteorder', 'little'),
    ...storages,
    ascii('version', '3\n'),
  ];
  return encodeZip(files, { align: ALIGN });
}

/** The opcodes of pickle's protocol 2 that a state_dict needs. @see https://peps.python.org/pep-0307/ */
class Pickle {
  private readonly out = new ByteWriter();

  protocol(): this {
    return this.op('\x80\x02');
  }

  mark(): this {
    return this.op('(');
  }

  setItems(): this {
    return this.op('u');
  }

  stop(): Uint8Array {
    return this.op('.').out.whole();
  }

  text(value: string): void {
    const bytes = new TextEncoder().encode(value);
    this.op('X').out.u32(bytes.length).append(bytes);
  }

  size(value: number): void {
    if (value < 2 ** 31) this.op('J').out.u32(value);
    // LONG1 of 8 bytes.
    else
      this.op('\x8a\x08')
        .out.u32(value % 2 ** 32)
        .u32(Math.floor(value / 2 ** 32));
  }

  tuple(items: readonly (() => void)[]): this {
    this.mark();
    for (const write of items) write();
    return this.op('t');
  }

  /** What a function gives for a tuple of arguments. */
  call(module: string, name: string, args: () => void): this {
    this.name(module, name);
    args();
    return this.op('R');
  }

  tensor(x: Tensor, key: string): void {
    const sizes = (values: readonly number[]) => () =>
      this.tuple(values.map((value) => () => this.size(value)));
    const storage = (): void => {
      this.tuple([
        () => this.text('storage'),
        () => this.name('torch', STORAGES[x.dtype]),
        () => this.text(key),
        () => this.text('cpu'),
        () => this.size(x.storage.words),
      ]);
      this.op('Q');
    };
    const noHooks = (): void => void this.call('collections', 'OrderedDict', () => this.tuple([]));
    const requiresGrad = (): void => void this.op('\x89');
    this.call('torch._utils', '_rebuild_tensor_v2', () =>
      this.tuple([
        storage,
        () => this.size(x.offset),
        sizes(x.shape),
        sizes(x.strides),
        requiresGrad,
        noHooks,
      ]),
    );
  }

  private name(module: string, name: string): void {
    this.op('c').out.ascii(`${module}\n${name}\n`);
  }

  private op(codes: string): this {
    for (let i = 0; i < codes.length; i++) this.out.u8(codes.charCodeAt(i));
    return this;
  }
}
