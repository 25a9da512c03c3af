import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LanguageModel, toHtml, trainSentence, Vocabulary } from '../../src/index.js';
import type { AnyModel } from '../../src/interop/models.js';
import { reader, ROWS, seer } from '../interop/models.js';
import { launch } from './chromium.js';

const folder = mkdtempSync(join(tmpdir(), 'unrolled-pages-'));
let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a model's page from the disk; nothing it says to the console is let pass. */
async function opened(model: AnyModel, locale = 'en-US'): Promise<{ page: Page; problems: string[] }> {
  const file = join(folder, 'page.html');
  writeFileSync(file, (await toHtml(model)).html);
  const page = await browser.newPage({ locale });
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => problems.push(message.text()));
  await page.goto(pathToFileURL(file).href);
  return { page, problems };
}

describe('an exported page', () => {
  it('goes on from a prompt, as the model learnt it', async () => {
    const text = 'if you want you';
    const model = new LanguageModel(Vocabulary.from(text));
    for (const { type } of trainSentence(model, text, { epochs: 60, lr: 0.1, seed: 0 }))
      expect(type).toBeTruthy();
    const { page, problems } = await opened(model);
    await page.fill('textarea', 'if');
    await page.fill('input', '0');
    await page.click('button');
    await page.waitForFunction(() => document.querySelector('.text')!.textContent.length > 14);
    expect((await page.textContent('.text'))!.slice(0, 15)).toBe(text);
    await page.click('button');
    await page.fill('textarea', 'Q');
    await page.click('button');
    expect(await page.textContent('.problem')).toBe('The model does not know this: Q');
    expect(problems).toEqual([]);
    await page.close();
  });

  it('says how likely each label is, in Korean where the browser is', async () => {
    const model = reader({ bidirectional: true });
    const { page, problems } = await opened(model, 'ko-KR');
    expect(await page.getAttribute('textarea', 'placeholder')).toContain('글');
    await page.fill('textarea', 'the cat');
    const [{ label, probability }] = model.predict('the cat');
    expect(await page.textContent('dt')).toBe(label);
    expect(await page.textContent('dd')).toBe(`${Math.round(100 * probability)} %`);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('draws what comes after rows that are pasted', async () => {
    const model = seer();
    const { page, problems } = await opened(model);
    await page.evaluate(
      (text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text', text);
        const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
        document.querySelector('td input')!.dispatchEvent(event);
      },
      ['y\tday', ...ROWS.map((row) => row.join('\t'))].join('\n'),
    );
    const wanted = model.predict(ROWS.slice(-12)).map(([y]) => Number(y.toPrecision(4)));
    const found = (await page.textContent('figcaption'))!.split(', ').map(Number);
    found.forEach((value, step) => {
      expect(value).toBeCloseTo(wanted[step], 2);
    });
    expect(await page.locator('path').count()).toBe(3);
    expect(problems).toEqual([]);
    await page.close();
  });
});
