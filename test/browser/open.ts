import type { Browser } from 'playwright-core';
import { serve, type ServerOptions } from './server.js';

/** Opens a site and waits until it has set `globalThis.result`, which must not come with an error. */
export async function resultOf<T>(browser: Browser, site: string, options?: ServerOptions): Promise<T> {
  const server = await serve(site, options);
  const page = await browser.newPage();
  try {
    const failed = new Promise<never>((_, reject) => {
      page.on('pageerror', reject);
      page.on('console', (message) => {
        if (message.type() === 'error') reject(new Error(message.text()));
      });
    });
    // It may fail before anyone waits for it.
    failed.catch(() => undefined);
    await page.goto(server.url);
    const done = page
      .waitForFunction('globalThis.result', undefined, { timeout: 30_000 })
      .then((handle) => handle.jsonValue() as Promise<T>);
    return await Promise.race([done, failed]);
  } finally {
    await page.close();
    await server.close();
  }
}
