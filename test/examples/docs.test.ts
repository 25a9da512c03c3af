// Programs are text here until they run, which is what the rules against that are about.
/* eslint-disable @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ambiguity } from '../../src/formats/json-ambiguity.js';
import * as evaluation from '../../src/evaluation/index.js';
import * as unrolled from '../../src/index.js';
import * as interop from '../../src/interop/index.js';
import * as plots from '../../src/plots/index.js';
import * as tables from '../../src/tables/index.js';

/** A program in the documentation: where it stands and what it says. */
interface Example {
  readonly where: string;
  readonly code: string;
}

/** The `@example` blocks of a source file. */
function docstrings(file: string): Example[] {
  const blocks = readFileSync(file, 'utf8').matchAll(/\/\*\*([^]*?)\*\//g);
  return [...blocks].flatMap(([, comment]) => {
    const example = /@example\n([^]*)/.exec(comment)?.[1];
    if (example === undefined) return [];
    const code = example.replace(/^\s*\* ?/gm, '').replace(/^@\w+[^]*/m, '');
    return [{ where: file, code }];
  });
}

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !/generated|assembly/.test(name))
  .map((name) => join('src', name));

const pages = readdirSync('docs', { encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
const readme = ['README.md', ...pages.map((name) => join('docs', name))].flatMap((where) =>
  [...readFileSync(where, 'utf8').matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => ({ where, code })),
);

/** What a comment behind a statement promises, where it is a plain value. */
function promised(comment: string): { readonly value: unknown } | null {
  try {
    const value: unknown = new Function(`return (${comment.replace(/^\w+Array /, '')})`)();
    return { value };
  } catch {
    return null;
  }
}

const plain = (value: unknown): unknown => (ArrayBuffer.isView(value) ? [...(value as Float32Array)] : value);

/** Programs may wait, at their top as a module's. */
const AsyncFunction = (async () => await Promise.resolve()).constructor as FunctionConstructor;

/** Runs a program with the library's names in scope and holds values against the comments behind them. */
async function run(code: string): Promise<number> {
  let checks = 0;
  const check = (value: unknown, comment: string): void => {
    const promise = promised(comment);
    if (promise === null) return;
    checks += 1;
    expect(plain(value)).toEqual(promise.value);
  };
  const statements = code
    .replace(/^import .*$/gm, '')
    .replace(
      /^(?!\s|const|let|class|for|return)(.+?);\s*\/\/ (.+)$/gm,
      (_, value: string, comment: string) => {
        return `__check(${value}, ${JSON.stringify(comment)});`;
      },
    );
  const { outputText } = ts.transpileModule(statements, {
    compilerOptions: { target: ts.ScriptTarget.ES2022 },
  });
  const scope: Record<string, unknown> = {
    ...unrolled,
    ...unrolled.nn.functional,
    ...evaluation,
    ...interop,
    ...plots,
    ...tables,
    ...given,
    __check: check,
  };
  // Each draws the same numbers, whatever ran before it.
  unrolled.manualSeed(0);
  await new AsyncFunction(...Object.keys(scope), `{${outputText}}`)(...Object.values(scope));
  return checks;
}

// What an example takes for given.
const vocabulary = unrolled.Vocabulary.from('if you want you');
const model = new unrolled.LanguageModel(unrolled.Vocabulary.from('ROMEO: art'));
const given = {
  ...{ ambiguity, vocabulary, model, text: 'if you want you', g: new unrolled.Generator(0) },
  readFileSync: () => model.save(),
  readFileBytes: () => new TextEncoder().encode('if you want you'),
  writeFileAtomic: () => undefined,
  console: { log: () => undefined },
};

describe('programs in the documentation', () => {
  const examples = [...sources.flatMap(docstrings), ...readme];

  it('exist', () => {
    expect(examples.length).toBeGreaterThan(20);
    expect(readme.length).toBeGreaterThan(1);
  });

  it.each(examples.map((example, i) => [`${example.where} (${i})`, example] as const))(
    '%s runs',
    async (_, { code }) => {
      const checks = await run(code);
      expect(checks).toBeGreaterThanOrEqual(0);
    },
  );
});
