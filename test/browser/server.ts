import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
};

export interface Server {
  readonly url: string;
  close(): Promise<void>;
}

// With these a page may share memory between threads.
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

export interface ServerOptions {
  /** Isolated from other origins, so that memory may be shared. */
  readonly isolated?: boolean;
  /** A Content-Security-Policy. */
  readonly policy?: string;
}

/** Serves the files of a folder on this machine only. */
export async function serve(root: string, { isolated = false, policy }: ServerOptions = {}): Promise<Server> {
  const server = createServer((request, response) => {
    if (isolated) response.setHeaders(new Headers(ISOLATED));
    if (policy !== undefined) response.setHeader('content-security-policy', policy);
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    const file = join(root, path.endsWith('/') ? `${path}index.html` : path);
    readFile(file).then(
      (body) =>
        response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream').end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
