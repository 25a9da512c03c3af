import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FileError } from '../formats/platform-files.js';

/** The weights in a run folder, the best first. */
const WEIGHTS = ['best.safetensors', 'model.safetensors'];

/**
 * The model file that a path stands for: itself, or where it is a run folder, the best model in it.
 *
 * @throws FileError for a folder without a model
 */
export function modelPath(path: string): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isFolder) return path;
  const found = WEIGHTS.map((name) => join(path, name)).find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new FileError(`cannot read ${path}: it is a folder without a model in it`, {
    hint: 'a model is a file that `unrolled train` saved, or the folder of a run',
  });
}
