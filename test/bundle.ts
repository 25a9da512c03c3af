import { rmSync } from 'node:fs';
import { rolldown } from 'rolldown';

/** A program of the sources as one file, to be run as a process. */
export interface Program {
  readonly file: string;
  readonly remove: () => void;
}

/** Bundles a program; packages stay outside. */
export async function bundle(input: string, file: string): Promise<Program> {
  const built = await rolldown({ input, platform: 'node', external: /^(node:|commander$|string-width$)/ });
  await built.write({ file, format: 'esm', codeSplitting: false });
  await built.close();
  return { file, remove: () => rmSync(file, { force: true }) };
}
