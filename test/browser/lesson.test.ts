import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './chromium.js';
import { resultOf } from './open.js';
import { plainSite, removeSites, viteSite, webpackSite } from './sites.js';

interface Run {
  readonly losses: readonly number[];
  readonly strings: readonly string[];
}

const torch = JSON.parse(readFileSync('test/golden/course/open/seed_torch_seed0.json', 'utf8')) as {
  readonly loss: readonly number[];
  readonly text: readonly string[];
};

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  removeSites();
});

describe('the lesson in a browser', () => {
  it.each([
    ['a plain <script type="module">', plainSite, 'page.js'],
    ['a web worker', plainSite, 'starts-worker.js'],
    ['a vite build', viteSite, 'page.js'],
    ['a worker in a vite build', viteSite, 'starts-worker.js'],
    ['a webpack build', webpackSite, 'page.js'],
    ['a worker in a webpack build', webpackSite, 'starts-worker.js'],
  ])("trains in %s with PyTorch's numbers", async (_, site, entry) => {
    const { losses, strings } = await resultOf<Run>(browser, await site(entry));
    expect(strings).toEqual(torch.text);
    expect(losses).toHaveLength(50);
    losses.forEach((loss, i) => {
      expect(Math.abs(loss - torch.loss[i]), `loss ${i}`).toBeLessThanOrEqual(1e-5);
    });
  });
});
