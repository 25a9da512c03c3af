import { execFileSync } from 'node:child_process';
import { env } from 'node:process';

/** The Python that has PyTorch, by `UNROLLED_PYTORCH`; tests that ask the real one are left out without it. */
export const PYTHON = env.UNROLLED_PYTORCH;

/** What a program in Python prints. */
export function printedByPython(program: string, folder: string): string {
  return execFileSync(PYTHON!, ['-c', program], { cwd: folder, encoding: 'utf8' });
}
