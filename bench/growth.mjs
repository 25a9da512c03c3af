import { streams } from '../dist/data/index.js';
import { engineBuild, nn, oneHot, optim, tensor } from '../dist/index.js';
import { languageModel } from './workloads.mjs';

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** GFLOP/s of training an LSTM of one layer (batch 64, 32 steps), for hidden sizes from 16 to 1024. */
export async function byHidden() {
  const [batch, time, vocabulary] = [64, 32, 65];
  const values = [];
  const lines = ['hidden    chars/s  GFLOP/s'];
  for (let hidden = 16; hidden <= 1024; hidden *= 2) {
    const steps = Math.max(5, Math.min(61, Math.round(2 ** 21 / hidden ** 2)));
    const run = languageModel({ cell: 'LSTM', layers: 1, hidden, batch, time, steps });
    const rate = median(run().values);
    // The recurrence and the head forward, twice as much backward; one-hot input costs no products.
    const flops = 3 * 2 * (4 * hidden * hidden + hidden * vocabulary);
    values.push((rate * flops) / 1e9);
    lines.push(
      [String(hidden).padStart(6), rate.toFixed(0).padStart(10), values.at(-1).toFixed(1).padStart(8)].join(
        ' ',
      ),
    );
  }
  return { values, build: engineBuild, note: lines.join('\n  ') };
}

/** Nanoseconds a character of training on 100 windows, from texts of 1, 10 and 100 million characters; memory beside it. */
export function byText() {
  const [vocabulary, hidden, batchSize, seqLength] = [65, 128, 50, 50];
  const values = [];
  const lines = ['million chars  ns/char  resident MiB beyond the text'];
  for (const million of [1, 10, 100]) {
    const text = new Int32Array(million * 1e6);
    for (let i = 0; i < text.length; i++) text[i] = (Math.imul(i, 2654435761) >>> 16) % vocabulary;
    const rnn = new nn.LSTM(vocabulary, hidden, { numLayers: 2, batchFirst: true });
    const head = new nn.Linear(hidden, vocabulary);
    const optimizer = new optim.Adam([...rnn.parameters(), ...head.parameters()]);
    const criterion = new nn.CrossEntropyLoss();
    const times = [];
    for (const { batch, time, input, target } of streams(text, { batchSize, seqLength })) {
      const start = performance.now();
      optimizer.zeroGrad();
      const [outputs] = rnn.run(oneHot(tensor(input).view(batch, time), vocabulary));
      const loss = criterion.forward(head.forward(outputs).view(-1, vocabulary), tensor(target));
      loss.backward();
      optimizer.step();
      loss.item();
      times.push(((performance.now() - start) * 1e6) / (batch * time));
      if (times.length === 100) break;
    }
    values.push(median(times));
    const beyond = (process.memoryUsage().rss - text.byteLength) / 2 ** 20;
    lines.push(
      [
        String(million).padStart(13),
        values.at(-1).toFixed(0).padStart(8),
        beyond.toFixed(0).padStart(12),
      ].join(' '),
    );
  }
  return { values, build: engineBuild, note: lines.join('\n  ') };
}
