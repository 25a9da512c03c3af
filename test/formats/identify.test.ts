import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { identify } from '../../src/formats/identify.js';
import { encodeSafetensors } from '../../src/formats/safetensors.js';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const latin = (value: string): Uint8Array => Uint8Array.from(value, (c) => c.charCodeAt(0));
const golden = (name: string): Uint8Array => new Uint8Array(readFileSync(`test/golden/${name}`));
/** A tar of empty files. */
const tar = (...names: string[]): Uint8Array =>
  text(
    names
      .map(
        (name) =>
          `${name.padEnd(124, '\0')}${'0'.repeat(11)}\0`.padEnd(257, '\0') + 'ustar'.padEnd(255, '\0'),
      )
      .join(''),
  );

const POINTER = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 30812345\n';

describe('what a file is', () => {
  it.each([
    ['pytorch-zip', golden('pt/open/t2-state-rnn-zip.pt')],
    ['pytorch-legacy', golden('pt/open/t1-state-gru-legacy.pt')],
    ['pytorch-tar', tar('sys_info', 'pickle', 'tensors', 'storages')],
    ['tar', tar('readme', 'model.pt')],
    ['pickle', latin('\x80\x04}\x94.')],
    ['old-pickle', latin("(dp0\nS'a'\np1\nI1\ns.")],
    ['old-pickle', latin('}q\x00U\x01aq\x01K\x01s.')],
    ['safetensors', encodeSafetensors([])],
    ['unrolled', encodeSafetensors([], { unrolled: '{}' })],
    ['npy', latin("\x93NUMPY\x01\x00v\x00{'descr': '<f4'")],
    ['keras-h5', latin('\x89HDF\r\n\x1a\n....model_config....')],
    ['keras-weights-h5', latin('\x89HDF\r\n\x1a\n....layer_names....')],
    ['hdf5', latin('\x89HDF\r\n\x1a\n....')],
    ['onnx', latin('\x08\x07\x12\x07pytorch\x3a\x02\x0a\x00\x42\x02\x10\x0d')],
    ['tfjs', text('{"modelTopology": {}, "weightsManifest": []}')],
    ['ml5', text('{"embedding": {"filename": "embedding", "shape": [100, 128]}}')],
    ['html', text('\n<!doctype html>\n<title>404</title>')],
    ['git-lfs', text(POINTER)],
    ['gzip', new Uint8Array(gzipSync('model'))],
    ['zip', latin('PK\x03\x04 and no directory')],
    ['json', text('{"a": 0, "b": 1}')],
    ['csv', text('a,b\n1,2\n3,4\n')],
    ['csv', text('"name; of it";b\n"x";2\n')],
    ['text', text('if you want you')],
    ['empty', new Uint8Array()],
    ['unknown', Uint8Array.of(1, 2, 3, 0, 255)],
  ] as const)('is %s', (kind, bytes) => {
    expect(identify(bytes).kind).toBe(kind);
  });

  it('says how large the file is that a Git LFS pointer stands for, and what to do', () => {
    expect(identify(text(POINTER))).toMatchObject({
      about: 'a Git LFS pointer to a file of 30.8 MB',
      hint: 'fetch the file itself: git lfs pull',
    });
  });

  it('names the protocol of old pickles', () => {
    expect(identify(latin('(lp0\nI1\na.')).about).toContain('protocol 0');
    expect(identify(latin(']q\x00K\x01a.')).about).toContain('protocol 1');
  });

  it('is the same whatever else is in the same buffer', () => {
    const bytes = golden('pt/open/t2-state-rnn-zip.pt');
    const larger = new Uint8Array(bytes.length + 20);
    larger.set(bytes, 7);
    expect(identify(larger.subarray(7, 7 + bytes.length))).toEqual(identify(bytes));
  });

  it('is found by looking, never by failing: every golden file and every beginning of one has a kind', () => {
    for (const group of ['pt', 'st', 'npy']) {
      for (const name of readdirSync(`test/golden/${group}/open`)) {
        const bytes = golden(`${group}/open/${name}`);
        for (const length of [bytes.length, 4, 9, 40, bytes.length >> 1]) {
          expect(identify(bytes.subarray(0, length)).about).not.toBe('');
        }
      }
    }
  });
});
