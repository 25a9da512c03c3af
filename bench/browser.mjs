import { fileURLToPath } from 'node:url';
import { launch } from '../test/browser/chromium.ts';
import { serve } from '../test/browser/server.ts';
import { languageModel } from './workloads.mjs';
import { engineBuild, getNumThreads, setNumThreads } from '../dist/index.js';

const W2 = { cell: 'LSTM', layers: 2, hidden: 128, batch: 50, time: 50, steps: 31 };
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** What the page of the built package does: the same workload, on one thread. */
async function inPage(workload) {
  const { languageModel } = await import('/bench/workloads.mjs');
  const { setNumThreads } = await import('/dist/index.js');
  setNumThreads(1);
  return languageModel(workload)().values;
}

/** W2 on one thread in Chromium as a part of what Node does with one thread, in rounds that take turns. */
export async function browserRatio() {
  const server = await serve(fileURLToPath(new URL('..', import.meta.url)), { isolated: true });
  const browser = await launch();
  const before = getNumThreads();
  setNumThreads(1);
  const values = [];
  const notes = [];
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}bench/page.html`);
    for (let round = 0; round < 5; round++) {
      const [there, here] = [median(await page.evaluate(inPage, W2)), median(languageModel(W2)().values)];
      values.push(there / here);
      notes.push(`${there.toFixed(0)} to ${here.toFixed(0)}`);
    }
  } finally {
    setNumThreads(before);
    await browser.close();
    await server.close();
  }
  return { values, build: engineBuild, note: `chars/s in Chromium to Node: ${notes.join(', ')}` };
}
