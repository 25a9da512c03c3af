import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundle } from '../bundle.js';

/** The command as one file in a folder of its own, to be run as a process. */
export interface BuiltCommand {
  /** The folder. */
  readonly home: string;
  /** The file to run. */
  readonly command: string;
  readonly remove: () => void;
}

/** Builds the command from the sources. */
export async function buildCommand(): Promise<BuiltCommand> {
  const home = mkdtempSync(join(tmpdir(), 'unrolled-cli-'));
  const command = join(home, 'command', 'main.js');
  await bundle('src/cli/main.ts', command);
  writeFileSync(join(home, 'package.json'), '{"type":"module"}');
  symlinkSync(resolve('node_modules'), join(home, 'node_modules'), 'junction');
  return { home, command, remove: () => rmSync(home, { recursive: true, force: true }) };
}
