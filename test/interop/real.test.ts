import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runReal } from '../conformance/files/real.js';

// Files as people made them, which are not part of the project.
const FOLDER = '../shared/real';

describe.skipIf(!existsSync(FOLDER))('models that people made', () => {
  it('are read as their index says, each in under a second', async () => {
    const rows = await runReal(FOLDER);
    expect(rows.filter(([, problem]) => problem !== null)).toEqual([]);
    expect(rows.length).toBeGreaterThan(15);
  });
});
