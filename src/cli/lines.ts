import process, { stderr, stdout } from 'node:process';
import { decodeText } from '../data/encoding.js';
import { UnrolledError } from '../errors.js';
import { failure } from '../formats/platform-files.js';
import { describe, EXIT, failureOf } from './failure.js';

/** What is said of one text: as a line for people, and as an object for programs. */
export interface Answer {
  readonly line: string;
  readonly json: object;
}

/** How lines are answered. */
export interface LineOptions {
  readonly json: boolean;
  readonly encoding?: string;
  /** What is said of a line that holds nothing, or that cannot be answered. */
  readonly nothing: (text: string) => Answer;
}

/**
 * Answers each line that comes in by one line. One that cannot be answered is an error that names its number, and not the end; when all are
 * answered the exit code says whether any was.
 */
export async function answerLines(
  answer: (text: string) => Answer,
  { json, encoding, nothing }: LineOptions,
): Promise<void> {
  let [number, failed] = [0, 0];
  if (process.stdin.isTTY) stderr.write('reads lines; Ctrl-D ends them\n');
  for await (const line of linesIn(process.stdin, encoding)) {
    number += 1;
    let text = '';
    try {
      text = typeof line === 'string' ? line : decodeText(line, { name: 'it', encoding }).text;
      text = text.replace(/\r$/, '');
      say(text.trim() === '' ? nothing(text) : answer(text), json);
    } catch (error) {
      if (!(error instanceof UnrolledError)) throw error;
      failed += 1;
      const { code, message, hint } = failureOf(error);
      stderr.write(describe({ code, message: `line ${number}: ${message}`, hint, exit: EXIT.input }));
      const told = { v: 1, type: 'error', line: number, text, code, message, hint };
      say({ line: nothing(text).line, json: told }, json);
    }
  }
  if (failed === 0) return;
  stderr.write(`${failed} of ${number} lines could not be answered\n`);
  process.exitCode = EXIT.input;
}

/** Says one answer. */
export const say = ({ line, json: object }: Answer, json: boolean): void => {
  stdout.write(`${json ? JSON.stringify(object) : line}\n`);
};

const LINE_END = 0x0a;

/** The bytes of each line as it comes; its text for UTF-16, in which the byte of a line end is a part of other signs, when all are there. */
async function* linesIn(
  stream: AsyncIterable<unknown>,
  encoding: string | undefined,
): AsyncGenerator<Uint8Array | string> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const part of stream) {
      rest = Buffer.concat([rest, part as Buffer]);
      if (isWide(rest, encoding)) continue;
      for (let end = rest.indexOf(LINE_END); end >= 0; end = rest.indexOf(LINE_END)) {
        yield rest.subarray(0, end);
        rest = rest.subarray(end + 1);
      }
    }
  } catch (cause) {
    if (cause instanceof UnrolledError) throw cause;
    throw failure('read', 'the standard input', cause);
  }
  if (rest.length === 0) return;
  if (!isWide(rest, encoding)) yield rest;
  else {
    const { text } = decodeText(rest, { name: 'the standard input', encoding });
    yield* text.replace(/\n$/, '').split('\n');
  }
}

const isWide = ([a, b]: Uint8Array, encoding = ''): boolean =>
  /utf.?16/i.test(encoding) || (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
