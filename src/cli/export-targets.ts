import { ValueError } from '../errors.js';
import { encodeNpz } from '../formats/npy.js';
import { encodePyTorch } from '../formats/pytorch/encode.js';
import { encodeSafetensors } from '../formats/safetensors.js';
import { entryOf } from '../formats/tensors.js';
import { toJavaScript } from '../interop/javascript/module.js';
import { toHtml } from '../interop/javascript/page.js';
import type { ExportedWeights } from '../interop/javascript/weights.js';
import { translatorToOnnx } from '../interop/onnx/translator.js';
import { toOnnx } from '../interop/onnx/write.js';
import { Translator } from '../models/translator.js';
import { pytorchModel } from './code/pytorch-model.js';
import type { AnyModel } from './models.js';

/** What is asked of an export. */
export interface Wanted {
  /** Path of the file without its ending. */
  readonly stem: string;
  /** What it is called. */
  readonly name: string;
  readonly weights: ExportedWeights | undefined;
}

/** Files that a model becomes, by path, and what is to be said of them. */
export interface Exported {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly notes: readonly string[];
}

const text = (contents: string): Uint8Array => new TextEncoder().encode(contents);
const arrays = (model: AnyModel) => Array.from(model.stateDict(), ([name, x]) => [name, entryOf(x)] as const);
const plain = (...files: readonly (readonly [string, Uint8Array])[]): Exported => ({
  files: new Map(files),
  notes: [],
});

/** What each target makes of a model. */
export const TARGETS = {
  pt: (model, { stem, name }) =>
    plain(
      [`${stem}.pt`, encodePyTorch(model.stateDict())],
      [`${stem}.py`, text(pytorchModel(model, `${name}.pt`))],
    ),
  safetensors: (model, { stem }) =>
    plain([`${stem}.safetensors`, encodeSafetensors(arrays(model), { format: 'pt' })]),
  npz: (model, { stem }) => plain([`${stem}.npz`, encodeNpz(arrays(model))]),
  onnx: (model, { stem }) => {
    if (!(model instanceof Translator)) return plain([`${stem}.onnx`, toOnnx(model)]);
    const { encoder, decoder } = translatorToOnnx(model);
    return plain([`${stem}.encoder.onnx`, encoder], [`${stem}.decoder.onnx`, decoder]);
  },
  js: async (model, { stem, weights }) => {
    const { code, types, notes } = await toJavaScript(model, { weights });
    return {
      files: new Map([
        [`${stem}.js`, text(code)],
        [`${stem}.d.ts`, text(types)],
      ]),
      notes,
    };
  },
  html: async (model, { stem, name, weights }) => {
    const { html, notes } = await toHtml(model, { weights, title: name });
    return { files: new Map([[`${stem}.html`, text(html)]]), notes };
  },
} as const satisfies Record<string, (model: AnyModel, wanted: Wanted) => Exported | Promise<Exported>>;

/** A target of `unrolled export`. */
export type Target = keyof typeof TARGETS;

/** Targets that round weights when they are told to. */
export const ROUNDING: readonly Target[] = ['js', 'html'];

/** @throws ValueError for weights that a target does not round */
export function expectRounding(to: Target, weights: ExportedWeights | undefined): void {
  if (weights === undefined || weights === 'float32' || ROUNDING.includes(to)) return;
  throw new ValueError(
    `--weights ${weights} is for --to ${ROUNDING.join(' and ')}; a ${to} file keeps float32`,
  );
}
