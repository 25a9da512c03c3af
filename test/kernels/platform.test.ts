import { afterEach, describe, expect, it, vi } from 'vitest';

type Platform = typeof import('../../src/kernels/platform.js');
type Library = typeof import('../../src/index.js');

const { process } = globalThis;

/** The platform as seen by a program in which these globals are others. */
async function platformWith(globals: Readonly<Record<string, unknown>>): Promise<Platform> {
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  vi.resetModules();
  return import('../../src/kernels/platform.js');
}

async function libraryWith(globals: Readonly<Record<string, unknown>>): Promise<Library> {
  await platformWith(globals);
  return import('../../src/index.js');
}

afterEach(() => {
  vi.unstubAllGlobals();
});

/** WebAssembly in which some members are others. */
const wasmWith = (members: object): object =>
  Object.defineProperties(Object.create(WebAssembly), Object.getOwnPropertyDescriptors(members)) as object;

const refuses = (error: Error) =>
  function (): never {
    throw error;
  };

/** A process of which some members are others. */
const processWith = (members: object): object => ({
  env: process.env,
  arch: process.arch,
  versions: process.versions,
  getBuiltinModule: (name: string) => process.getBuiltinModule(name),
  ...members,
});

const withoutRights = processWith({
  env: new Proxy(
    {},
    {
      get: (_, name) => {
        throw new Error(`Requires env access to "${String(name)}", run again with the --allow-env flag`);
      },
    },
  ),
});
const withoutFlags = processWith({
  arch: 'x64',
  getBuiltinModule: (name: string) =>
    name === 'node:v8'
      ? {
          setFlagsFromString: () => {
            throw new Error('The setFlagsFromString method is not implemented');
          },
        }
      : process.getBuiltinModule(name),
});
const named = (versions: object): object => processWith({ versions: { ...process.versions, ...versions } });
const none = undefined;

describe('the platform', () => {
  it.each([
    ['node', { process }],
    ['bun', { process: named({ bun: '1.4.5' }) }],
    ['deno', { process: named({ deno: '2.9.6' }) }],
    ['workerd', { navigator: { userAgent: 'Cloudflare-Workers' } }],
    ['browser', { process: none, navigator: { userAgent: 'Mozilla/5.0' } }],
    // Bundlers put a process into pages that has nothing.
    ['browser', { process: { env: {} }, navigator: { userAgent: 'Mozilla/5.0' } }],
  ])('is known as %s', async (name, globals) => {
    expect((await platformWith(globals)).runtime()).toBe(name);
  });

  it('has no environment where it must not be read', async () => {
    expect((await platformWith({ process: withoutRights })).environment('PATH')).toBeUndefined();
    expect((await platformWith({ process: none })).environment('PATH')).toBeUndefined();
    expect((await platformWith({ process })).environment('PATH')).toBe(process.env.PATH);
  });

  it('joins no vectors where V8 takes no flags or is another engine', async () => {
    const v8 = { v8: '14.6.202' };
    for (const other of [processWith({ ...withoutFlags, versions: v8 }), named({ bun: '1.4.5', ...v8 })]) {
      expect((await platformWith({ process: other })).allowWideVectors()).toBe(false);
    }
  });

  it('has relaxed SIMD or not, without a complaint where V8 takes no flags', async () => {
    const WebAssembly = wasmWith({ validate: () => false });
    const platform = await platformWith({ process: withoutFlags, WebAssembly });
    expect(platform.hasRelaxedSimd()).toBe(false);
  });

  it('shares no memory where there are no threads', async () => {
    const workerd = await platformWith({ navigator: { userAgent: 'Cloudflare-Workers' } });
    expect(workerd.hasSharedMemory()).toBe(false);
    expect((await platformWith({ navigator: none })).hasSharedMemory()).toBe(true);
  });
});

describe('the library', () => {
  it.each([
    ['no right to read the environment', { process: withoutRights }],
    ['flags that cannot be set', { process: withoutFlags }],
    ["none of Node's modules, but a page's", { process: none }],
  ])('computes with %s', async (_, globals) => {
    const { tensor } = await libraryWith(globals);
    const product = tensor([[1.5, 2]]).matmul(tensor([[3], [4.5]]));
    expect(product.tolist()).toEqual([[13.5]]);
  });

  it.each([
    ['is missing', { WebAssembly: none }, 'which is not there', 'lockdown mode'],
    [
      "is forbidden by a page's policy",
      { WebAssembly: wasmWith({ Module: refuses(new WebAssembly.CompileError("violates 'unsafe-eval'")) }) },
      "the page's Content-Security-Policy forbids it",
      "'wasm-unsafe-eval'",
    ],
    [
      'is too old',
      {
        process: withoutFlags,
        WebAssembly: wasmWith({
          Module: refuses(new WebAssembly.CompileError('bad')),
          validate: () => false,
        }),
      },
      'this engine lacks SIMD or threads',
      'Chrome or Edge 115',
    ],
    [
      'is compiled in workers only',
      { WebAssembly: wasmWith({ Module: refuses(new RangeError('larger than 4KB')) }) },
      'in a worker only',
      'or a worker',
    ],
  ])('says what to do where WebAssembly %s', async (_, globals, what, hint) => {
    const failed = await libraryWith(globals).catch((error: unknown) => error as Error);
    expect(failed).toMatchObject({ code: 'E_PLATFORM' });
    expect((failed as Error).message).toContain(what);
    expect((failed as Error).message).toContain(hint);
  });

  it('tells workers how to bring the kernels', async () => {
    const navigator = { userAgent: 'Cloudflare-Workers' };
    const WebAssembly_ = wasmWith({
      Module: refuses(new WebAssembly.CompileError('Wasm code generation disallowed by embedder')),
    });
    await expect(libraryWith({ navigator, WebAssembly: WebAssembly_ })).rejects.toThrow(
      "the condition 'workerd'",
    );
  });
});
