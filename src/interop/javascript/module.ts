import { readOptions, type Schema } from '../../options.js';
import type { AnyModel } from '../models.js';
import { base64Of, hexOf, sha256 } from '../base64.js';
import { declarationsOf } from './declarations.js';
import { VERSION } from './generated/runtime.js';
import { codeOf, type Part } from './parts.js';
import { type ModuleProgram, programOf } from './program.js';
import { type ExportedWeights, packed } from './weights.js';

/** How a model leaves as JavaScript. */
export interface JavaScriptOptions {
  /** How its numbers are kept. Default: 'float32' up to 256 KB of them in base64, else 'int8', a quarter of it. */
  readonly weights?: ExportedWeights;
}

/** @internal */
export const JAVASCRIPT: Schema<JavaScriptOptions> = { weights: { oneOf: ['float32', 'int8'] } };

/** A model as JavaScript. */
export interface JavaScriptModule {
  /** The ES module. */
  readonly code: string;
  /** Its types, for a file beside it: `model.d.ts` for `model.js`. */
  readonly types: string;
  readonly weights: ExportedWeights;
  /** What whoever exports should know: weights that were rounded, a model that is slow this way. */
  readonly notes: readonly string[];
}

/** Characters of base64 above which numbers are rounded unless somebody says otherwise. */
const MOST_FLOAT32 = 256 * 1024;
/** Hidden units above which plain loops are slow. */
const MANY_UNITS = 128;

/**
 * A model as one ES module that needs nothing else: no package, no WebAssembly, no `eval`. It runs in pages (with the policy
 * `script-src 'self'`, too), workers of any kind, Deno, Bun and Node.
 *
 * A language model exports `sample` and `next`, a classifier `classify`, a forecaster `forecast`; all of them `meta`. In float32
 * it computes what the model does, to rounding.
 *
 * @throws ValueError for translators, LSTM with a projection, and weights that are not finite
 * @example
 * const model = new LanguageModel(Vocabulary.from('if you want you'));
 * async function write(): Promise<void> {
 *   const { code } = await toJavaScript(model);
 *   const { sample } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
 *   console.log([...sample({ prompt: 'if', length: 5, temperature: 0 })].join(''));
 * }
 */
export async function toJavaScript(model: AnyModel, options?: JavaScriptOptions): Promise<JavaScriptModule> {
  const { weights } = readOptions('toJavaScript', options, JAVASCRIPT);
  const program = programOf(model);
  const chosen = weightsOf(program, weights);
  const { code, notes } = await moduleOf(model, program, chosen);
  return { code, types: declarationsOf(model, program), weights: chosen, notes };
}

/** How many characters of base64 numbers come to. */
const base64Length = (bytes: number): number => 4 * Math.ceil(bytes / 3);

/** @internal */
export function weightsOf(program: ModuleProgram, asked: ExportedWeights | undefined): ExportedWeights {
  if (asked !== undefined) return asked;
  const numbers = program.matrices.reduce((sum, matrix) => sum + matrix.numel(), 0);
  return base64Length(4 * numbers) <= MOST_FLOAT32 ? 'float32' : 'int8';
}

/** The module; with the page around it, where that is asked for. @internal */
export async function moduleOf(
  model: AnyModel,
  program: ModuleProgram,
  weights: ExportedWeights,
  { withPage = false } = {},
): Promise<Pick<JavaScriptModule, 'code' | 'notes'>> {
  const { meta, parts, matrices, code, example, page } = program;
  const data = base64Of(packed(matrices, weights));
  const reader: Part = weights === 'int8' ? 'runtime/read-int8' : 'runtime/read-float32';
  const body = [
    codeOf([...parts, reader, ...(withPage ? [page.part] : [])]),
    `export const meta = ${asScript(meta)};`,
    `const read = readerOf('${data}');`,
    code,
    ...(withPage ? [page.code] : []),
  ].join('\n');
  const numbers = matrices.reduce((sum, matrix) => sum + matrix.numel(), 0);
  const { hiddenSize } = 'rnn' in model ? model.rnn : model.decoder;
  const head = [
    `${String(meta.kind)}, ${model.cell.toUpperCase()} ${String(meta.numLayers)} x ${hiddenSize}, ${numbers} parameters in ${weights}`,
    `made by unrolled ${VERSION} (unrolled export) of the model whose file has the sha256`,
    hexOf(await sha256(model.save())),
    ...(withPage
      ? []
      : [
          `${Math.ceil(body.length / 1024)} KB, ${Math.ceil((body.length - data.length) / 1024)} of them without the weights`,
          example,
        ]),
  ];
  const notes = [
    ...(weights === 'int8'
      ? ['weights are rounded to 8 bits, a quarter of the size: --weights float32 keeps them']
      : []),
    ...(hiddenSize > MANY_UNITS
      ? [
          `${hiddenSize} hidden units are many for plain JavaScript: unrolled itself is some six times as fast`,
        ]
      : []),
  ];
  return { code: `${head.map((line) => `// ${line}\n`).join('')}${body}\n`, notes };
}

/** A value as a script has it, also within a page: nothing in it can end the script. */
const asScript = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');
