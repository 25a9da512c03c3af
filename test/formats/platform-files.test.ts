import * as fs from 'node:fs';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getuid, platform } from 'node:process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ValueError } from '../../src/errors.js';
import { FileError, makeFolder, readFileBytes, writeFileAtomic } from '../../src/formats/platform-files.js';

// Calls of the real ones, until a test lets one fail.
vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof fs>();
  const watched = {
    writeSync: vi.fn(real.writeSync),
    fsyncSync: vi.fn(real.fsyncSync),
    renameSync: vi.fn(real.renameSync),
  };
  return { ...real, ...watched };
});

const onWindows = platform === 'win32';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const systemError = (code: string): Error =>
  Object.assign(new Error(`${code}: as from the system`), { code });

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unrolled-files-'));
  path = join(folder, 'model.safetensors');
});
afterEach(() => {
  vi.clearAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** What a name holds, and that nothing else lies beside it. */
function expectAlone(contents: string | null): void {
  expect(readdirSync(folder)).toEqual(contents === null ? [] : ['model.safetensors']);
  if (contents !== null) expect(readFileSync(path, 'utf8')).toBe(contents);
}

describe('makeFolder', () => {
  it('makes those above, too, and takes one that is there', () => {
    const deep = join(folder, 'a', 'b', 'c');
    makeFolder(deep);
    makeFolder(deep);
    expect(statSync(deep).isDirectory()).toBe(true);
  });

  it('says which cannot be made, and what to do', () => {
    writeFileSync(path, '');
    expect(() => makeFolder(join(path, 'a'), 'do this')).toThrow(FileError);
    expect(() => makeFolder(path)).toThrow(`cannot make the folder ${path}: it is there already`);
    expect(() => makeFolder(join(path, 'a'), 'do this')).toThrow(/already\n {2}do this$/);
  });

  it.runIf(platform === 'linux')('comes back from where folders cannot be', () => {
    expect(() => makeFolder('/proc/unrolled/runs')).toThrow(
      'cannot make the folder /proc/unrolled: /proc takes no folders',
    );
  });
});

describe('readFileBytes', () => {
  it('gives a plain Uint8Array', () => {
    writeFileSync(path, 'abc');
    const read = readFileBytes(path);
    expect(read.constructor).toBe(Uint8Array);
    expect(read).toEqual(bytes('abc'));
  });

  it('says why a file cannot be read', () => {
    expect(() => readFileBytes(path)).toThrow(FileError);
    expect(() => readFileBytes(path)).toThrow(`cannot read ${path}: it does not exist`);
    expect(() => readFileBytes(folder)).toThrow(/it is a folder/);
  });
});

describe('writeFileAtomic', () => {
  it('makes a file, and replaces one', () => {
    writeFileAtomic(path, bytes('old'));
    expectAlone('old');
    writeFileAtomic(path, bytes('new'));
    expectAlone('new');
  });

  it('takes parts one after the other', () => {
    writeFileAtomic(path, [bytes('a'), new Uint8Array(0), bytes('bc')]);
    expectAlone('abc');
  });

  it('goes on after writes that took only a part', async () => {
    const { writeSync } = await vi.importActual<typeof fs>('node:fs');
    const some = (file: number, data: Uint8Array, at: number): number => writeSync(file, data, at, 2);
    vi.mocked(fs.writeSync).mockImplementationOnce(some as typeof fs.writeSync);
    writeFileAtomic(path, bytes('abcdef'));
    expectAlone('abcdef');
  });

  it('flushes the file before it takes its name, and the folder after', () => {
    writeFileAtomic(path, bytes('abc'));
    const [flushed, folderFlushed] = vi.mocked(fs.fsyncSync).mock.invocationCallOrder;
    const [renamed] = vi.mocked(fs.renameSync).mock.invocationCallOrder;
    expect(flushed).toBeLessThan(renamed);
    if (!onWindows) expect(folderFlushed).toBeGreaterThan(renamed);
  });

  it.each([
    ['writing', 'ENOSPC', 'the disk is full', () => vi.mocked(fs.writeSync)],
    ['writing', 'EDQUOT', 'the disk quota is used up', () => vi.mocked(fs.writeSync)],
    ['flushing', 'ENOSPC', 'the disk is full', () => vi.mocked(fs.fsyncSync)],
    ['flushing', 'EIO', 'EIO: as from the system', () => vi.mocked(fs.fsyncSync)],
    ['renaming', 'EROFS', 'the disk is read-only', () => vi.mocked(fs.renameSync)],
  ])('keeps the old file where %s fails with %s', (_, code, reason, call) => {
    writeFileSync(path, 'old');
    const fail = (): never => {
      throw systemError(code);
    };
    call().mockImplementationOnce(fail);
    const write = (): void => writeFileAtomic(path, bytes('new'));
    expect(write).toThrow(`cannot write ${path}: ${reason}\n  nothing was changed`);
    expectAlone('old');
  });

  it('leaves nothing where there was nothing', () => {
    vi.mocked(fs.writeSync).mockImplementationOnce(() => {
      throw systemError('ENOSPC');
    });
    expect(() => writeFileAtomic(path, bytes('new'))).toThrow(FileError);
    expectAlone(null);
  });

  it('keeps the old file where the parts end with an error, and passes that on', () => {
    writeFileSync(path, 'old');
    const wrong = new ValueError('no more');
    function* parts(): Generator<Uint8Array> {
      yield bytes('ne');
      throw wrong;
    }
    expect(() => writeFileAtomic(path, parts())).toThrow(wrong);
    expectAlone('old');
  });

  it('names a folder that does not exist', () => {
    const missing = join(folder, 'runs', 'model.safetensors');
    expect(() => writeFileAtomic(missing, bytes('a'))).toThrow(
      `the folder ${join(folder, 'runs')} does not exist`,
    );
  });

  it('does not take the name of a folder', () => {
    mkdirSync(path);
    expect(() => writeFileAtomic(path, bytes('a'))).toThrow(/it is a folder/);
  });

  it('takes names as long as the disk does', () => {
    const long = join(folder, 'm'.repeat(255));
    writeFileAtomic(long, bytes('a'));
    expect(readFileSync(long, 'utf8')).toBe('a');
  });

  it.skipIf(onWindows)('keeps permissions', () => {
    writeFileSync(path, 'old');
    chmodSync(path, 0o640);
    writeFileAtomic(path, bytes('new'));
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it.skipIf(onWindows || getuid?.() === 0)('does not replace a write-protected file', () => {
    writeFileSync(path, 'old');
    chmodSync(path, 0o444);
    expect(() => writeFileAtomic(path, bytes('new'))).toThrow(/there is no permission/);
    expectAlone('old');
  });

  it.skipIf(onWindows)('writes through a link', () => {
    const target = join(folder, 'target');
    writeFileSync(target, 'old');
    symlinkSync(target, path);
    writeFileAtomic(path, bytes('new'));
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('new');
  });

  it.skipIf(onWindows)('leaves devices what they are', () => {
    writeFileAtomic('/dev/null', bytes('a'));
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it.skipIf(platform !== 'linux')('says that a full disk is full', () => {
    expect(() => writeFileAtomic('/dev/full', bytes('a'))).toThrow(
      /cannot write \/dev\/full: the disk is full/,
    );
  });
});
