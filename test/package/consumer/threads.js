// Gives threads work, prints how many milliseconds of processor half a second of rest then takes, and ends by itself.
import { nn, randn, setNumThreads } from 'unrolled';

setNumThreads(4);
const rnn = new nn.LSTM(64, 128);
const x = randn([32, 32, 64]);
for (let i = 0; i < 30; i++) {
  rnn.forward(x)[0].sum().backward();
  await new Promise((resolve) => setTimeout(resolve, 5));
}
await new Promise((resolve) => setTimeout(resolve, 200));
const before = process.cpuUsage();
await new Promise((resolve) => setTimeout(resolve, 500));
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000);
