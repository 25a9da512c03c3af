import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ZipArchive } from '../../src/formats/zip.js';

interface Member {
  readonly name: string;
  readonly content: Uint8Array;
  readonly deflate?: boolean;
  /** Size that the directory gives instead of the true one. */
  readonly size?: number;
}

const u16 = (n: number): number[] => [n & 255, n >> 8];
const u32 = (n: number): number[] => [...u16(n & 0xffff), ...u16(n >>> 16)];
const text = (s: string): number[] => [...new TextEncoder().encode(s)];

/** A zip archive, written as the format's description says. */
function zipOf(members: readonly Member[]): Uint8Array {
  const bytes: number[] = [];
  const directory: number[] = [];
  for (const { name, content, deflate = false, size = content.length } of members) {
    const packed = deflate ? deflateRawSync(content) : content;
    const sizes = [...u32(0), ...u32(packed.length), ...u32(size)];
    const method = u16(deflate ? 8 : 0);
    directory.push(...u32(0x02014b50), ...u16(20), ...u16(20), ...u16(0), ...method, ...u32(0), ...sizes);
    directory.push(
      ...u16(text(name).length),
      ...u16(0),
      ...u16(0),
      ...u16(0),
      ...u16(0),
      ...u32(0),
      ...u32(bytes.length),
    );
    directory.push(...text(name));
    bytes.push(...u32(0x04034b50), ...u16(20), ...u16(0), ...method, ...u32(0), ...sizes);
    bytes.push(...u16(text(name).length), ...u16(0), ...text(name), ...packed);
  }
  const start = bytes.length;
  bytes.push(...directory, ...u32(0x06054b50), ...u16(0), ...u16(0));
  bytes.push(
    ...u16(members.length),
    ...u16(members.length),
    ...u32(directory.length),
    ...u32(start),
    ...u16(0),
  );
  return Uint8Array.from(bytes);
}

const hello = new TextEncoder().encode('hello '.repeat(50));

describe('a zip archive', () => {
  it('gives its files, stored or deflated', async () => {
    const archive = new ZipArchive(
      zipOf([
        { name: 'a/stored', content: hello },
        { name: 'a/deflated', content: hello, deflate: true },
      ]),
    );
    expect(archive.entries).toEqual([
      { name: 'a/stored', size: 300 },
      { name: 'a/deflated', size: 300 },
    ]);
    expect(await archive.read('a/stored')).toEqual(hello);
    expect(await archive.read('a/deflated')).toEqual(hello);
    await expect(archive.read('b')).rejects.toThrow("there is no 'b' in it");
  });

  it('inflates no more than the directory says, and no more than is allowed', async () => {
    const lying = (size: number): ZipArchive =>
      new ZipArchive(zipOf([{ name: 'x', content: hello, deflate: true, size }]));
    await expect(lying(10).read('x')).rejects.toThrow('does not inflate to the 10 bytes');
    await expect(lying(400).read('x')).rejects.toThrow('does not inflate to the 400 bytes');
    await expect(lying(300).read('x', 299)).rejects.toThrow('would inflate to 300 bytes');
    await expect(lying(10_000_000).read('x')).rejects.toThrow('more than is allowed');
  });

  it.each(['../x', 'a/../../x', '/etc/x', 'C:\\x', 'a\\..\\x'])(
    'refuses the name %s, which leads out of it',
    (name) => {
      expect(() => new ZipArchive(zipOf([{ name, content: hello }]))).toThrow('leads out of the archive');
    },
  );

  it('refuses one name twice, and bytes that are missing', () => {
    const twice = [1, 2].map(() => ({ name: 'x', content: hello }));
    expect(() => new ZipArchive(zipOf(twice))).toThrow("'x' is there twice");
    const whole = zipOf([{ name: 'x', content: hello }]);
    expect(() => new ZipArchive(whole.subarray(0, -1))).toThrow('no directory at its end');
    expect(() => new ZipArchive(whole.subarray(7))).toThrow('bytes are missing or added');
  });
});
