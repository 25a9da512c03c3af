import { basename, dirname, extname, join } from 'node:path';
import { stdout } from 'node:process';
import { expectWritable, isFolder, writeFileAtomic } from '../../formats/platform-files.js';
import { type Call, define } from '../command.js';
import { expectRounding, TARGETS, type Target } from '../export-targets.js';
import { UsageError } from '../failure.js';
import { modelPath } from '../model-path.js';
import { anyModel } from '../models.js';
import { RUNS_SETTING, runPath } from '../run-path.js';
import { choice, words, yes } from '../settings/setting.js';

const SETTINGS = {
  to: choice('--to <format>', 'what it shall be', Object.keys(TARGETS) as Target[]),
  weights: choice('--weights <type>', 'js and html: how numbers are kept', ['float32', 'int8'], {
    note: 'float32 up to 256 KB',
  }),
  out: words('--out <file>', 'where to write it', { isPath: true, note: 'beside you, called as the model' }),
  runs: RUNS_SETTING,
  json: yes('--json', 'for programs: one object', { fallback: false }),
};

/** `unrolled export`: a model as other programs read it. */
export const exportCommand = define({
  name: 'export',
  summary: 'a model for PyTorch, ONNX, NumPy, or as JavaScript or a page',
  description:
    'Writes a model as other programs read it.\n\n' +
    '  unrolled export book.safetensors --to pt     book.pt for torch.load, and book.py that uses it\n' +
    '  unrolled export book.safetensors --to js     one module without dependencies, and its types\n' +
    '  unrolled export book.safetensors --to html   one page to try it in',
  arguments: [['<model>', 'a model, or the folder of a run']],
  settings: SETTINGS,
  run: async ({ args: [named], values: { to, weights, out, runs, json } }: Call<typeof SETTINGS>) => {
    if (to === undefined) {
      throw new UsageError(`say what it shall be: --to ${Object.keys(TARGETS).join(', ')}`);
    }
    expectRounding(to, weights);
    const path = runPath(named!, runs);
    const model = anyModel(path);
    const found = isFolder(path) ? path : modelPath(path);
    const file = out ?? `${basename(found, extname(found))}.${to}`;
    const name = basename(file, extname(file));
    const { files, notes } = await TARGETS[to](model, { stem: join(dirname(file), name), name, weights });
    // Another file than the model itself, which has more in it.
    if (out === undefined && to === 'safetensors') {
      throw new UsageError('say where to write the weights: --out weights.safetensors', {
        hint: 'the model is a safetensors file already, with PyTorch’s names; this one would have nothing but weights',
      });
    }
    for (const written of files.keys()) expectWritable(written);
    for (const [written, bytes] of files) writeFileAtomic(written, bytes);
    if (json) {
      const sizes = Array.from(files, ([written, { length }]) => ({ path: written, bytes: length }));
      stdout.write(`${JSON.stringify({ v: 1, type: 'export', to, files: sizes, notes })}\n`);
      return;
    }
    for (const [written, { length }] of files) stdout.write(`${written}  ${Math.ceil(length / 1024)} KB\n`);
    for (const note of notes) stdout.write(`${note}\n`);
  },
});
