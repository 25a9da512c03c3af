// One step of an LSTM that is large enough to be shared out, with one thread and with two.
import { getNumThreads, manualSeed, nn, randn, setNumThreads } from 'unrolled';

function step() {
  manualSeed(3);
  const rnn = new nn.LSTM(32, 96, { batchFirst: true });
  const x = randn([16, 24, 32]);
  const [outputs] = rnn.forward(x);
  outputs.square().sum().backward();
  return [outputs, ...[...rnn.parameters()].map((p) => p.grad)].flatMap((t) => t.reshape(-1).tolist());
}

const threads = getNumThreads();
setNumThreads(1);
const alone = step();
setNumThreads(2);
// Threads come when they have started; until then the main one works alone.
const together = [];
for (let i = 0; i < 30; i++) {
  together.push(step());
  await new Promise((resolve) => setTimeout(resolve, 5));
}
globalThis.result = {
  threads,
  isolated: globalThis.crossOriginIsolated,
  differences: together.filter((values) => values.some((v, i) => !Object.is(v, alone[i]))).length,
};
