import { describe, expect, it } from 'vitest';
import { runFiles } from '../conformance/files/run.js';

describe('files of other libraries, whole, broken and hostile', async () => {
  const groups = await runFiles('test/golden');

  it.each(
    [...groups].flatMap(([group, rows]) => rows.map(([file, problem]) => [`${group}/${file}`, problem])),
  )('%s is read as its library does, or refused', (_, problem) => {
    expect(problem).toBeNull();
  });
});
