import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './chromium.js';
import { resultOf } from './open.js';
import { plainSite, removeSites } from './sites.js';

interface Run {
  readonly threads: number;
  readonly isolated: boolean;
  readonly differences: number;
}

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  removeSites();
});

describe('threads in a browser', () => {
  it('share memory on a page that is isolated, and give the same bits', async () => {
    const run = await resultOf<Run>(browser, plainSite('threads.js'), { isolated: true });
    expect(run).toMatchObject({ isolated: true, differences: 0 });
    expect(run.threads).toBeGreaterThanOrEqual(1);
  });

  it('do without on any other page', async () => {
    const run = await resultOf<Run>(browser, plainSite('threads.js'));
    expect(run).toEqual({ isolated: false, threads: 1, differences: 0 });
  });
});
