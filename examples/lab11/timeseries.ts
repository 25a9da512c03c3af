// Lab 11-4: tomorrow's close from a week of a share's prices. npx node examples/lab11/timeseries.ts stock_daily.csv
//
// The file has a line a day, newest first: open, high, low, volume, close; lines that start with # are comments.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { manualSeed, nn, noGrad, optim, tensor, type Tensor } from 'unrolled';

const file = process.argv.at(2);
if (file === undefined) {
  console.error('which file? npx node examples/lab11/timeseries.ts stock_daily.csv');
  process.exit(2);
}

manualSeed(0);
const seqLength = 7;
const dataDim = 5;
const hiddenDim = 10;

const days = readFileSync(file, 'utf8')
  .split(/\r?\n/)
  .filter((line) => line.trim() !== '' && !line.startsWith('#'))
  .map((line) => line.split(',').map(Number))
  .reverse();
const odd = days.findIndex((day) => day.length !== dataDim || day.some(Number.isNaN));
if (odd >= 0 || days.length < 4 * seqLength) {
  const why =
    odd < 0 ? `only ${days.length} days` : `a day that is not ${dataDim} numbers: ${days[odd].join(',')}`;
  console.error(`${file} has ${why}`);
  process.exit(2);
}

/** Each column from 0 to 1. */
function minMaxScaled(rows: number[][]): number[][] {
  const columns = [...Array(dataDim).keys()].map((c) => rows.map((row) => row[c]));
  const low = columns.map((column) => column.reduce((a, b) => Math.min(a, b)));
  const high = columns.map((column) => column.reduce((a, b) => Math.max(a, b)));
  return rows.map((row) => row.map((v, c) => (v - low[c]) / (high[c] - low[c] + 1e-7)));
}

/** Windows of `seqLength` days (N, 7, 5), and the close of the day after each (N, 1). */
function datasetOf(rows: number[][]): [x: Tensor, y: Tensor] {
  const starts = [...Array(rows.length - seqLength).keys()];
  const float = { dtype: 'float32' } as const;
  return [
    tensor(
      starts.map((i) => rows.slice(i, i + seqLength)),
      float,
    ),
    tensor(
      starts.map((i) => [rows[i + seqLength][dataDim - 1]]),
      float,
    ),
  ];
}

const trainSize = Math.trunc(days.length * 0.7);
const [trainX, trainY] = datasetOf(minMaxScaled(days.slice(0, trainSize)));
const [testX, testY] = datasetOf(minMaxScaled(days.slice(trainSize - seqLength)));

class Net extends nn.Module {
  readonly rnn = new nn.LSTM(dataDim, hiddenDim, { batchFirst: true });
  readonly fc = new nn.Linear(hiddenDim, 1);

  forward(x: Tensor): Tensor {
    const [outputs] = this.rnn.forward(x);
    return this.fc.forward(outputs.select(1, -1)); // the last step
  }
}

const net = new Net();
const criterion = new nn.MSELoss();
const optimizer = new optim.Adam(net.parameters(), { lr: 0.01 });

for (let i = 0; i < 500; i++) {
  optimizer.zeroGrad();
  const loss = criterion.forward(net.forward(trainX), trainY);
  loss.backward();
  optimizer.step();
  console.log(i, loss.item());
}

const predicted = noGrad(() => net.forward(testX));
console.log(`test loss ${criterion.forward(predicted, testY).item()}`);
console.log(chart([...testY.data], [...predicted.data]));

/** Truth (·) and prediction (*) over the days of the test, one column for a few days. */
function chart(truth: number[], prediction: number[], height = 16, width = 110): string {
  const columns = Math.min(width, truth.length);
  const all = [...truth, ...prediction];
  const [low, high] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
  const rows = Array.from({ length: height }, () => new Array<string>(columns).fill(' '));
  const mark = (values: number[], letter: string): void => {
    for (let c = 0; c < columns; c++) {
      const value = values[Math.floor((c * values.length) / columns)];
      rows[Math.round(((high - value) / (high - low)) * (height - 1))][c] = letter;
    }
  };
  mark(truth, '·');
  mark(prediction, '*');
  return [...rows.map((row) => row.join('')), '· original   * prediction'].join('\n');
}
