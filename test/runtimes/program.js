/** The lesson, and steps of an LSTM that is large enough for threads and wide tiles: what every runtime has to come to. */
export function run({ manualSeed, nn, oneHot, optim, randn, tensor }) {
  const sample = 'if you want you';
  const charSet = [...new Set(sample)];
  const indices = [...sample].map((c) => charSet.indexOf(c));
  const X = oneHot(tensor([indices.slice(0, -1)]), charSet.length);
  const Y = tensor([indices.slice(1)]);

  manualSeed(0);
  const rnn = new nn.RNN(10, 10, { batchFirst: true });
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.Adam(rnn.parameters(), { lr: 0.1 });
  let loss;
  let text;
  for (let i = 0; i < 50; i++) {
    optimizer.zeroGrad();
    const [outputs] = rnn.forward(X);
    const error = criterion.forward(outputs.view(-1, 10), Y.view(-1));
    error.backward();
    optimizer.step();
    loss = error.item();
    text = outputs
      .argmax(2)
      .tolist()[0]
      .map((c) => charSet[c])
      .join('');
  }
  return { loss, text, bits: bitsOf(trainedLstm({ manualSeed, nn, optim, randn })) };
}

function trainedLstm({ manualSeed, nn, optim, randn }) {
  manualSeed(1);
  const lstm = new nn.LSTM(48, 128, { numLayers: 2, batchFirst: true });
  const optimizer = new optim.AdamW(lstm.parameters(), { lr: 0.01 });
  const x = randn([16, 32, 48]);
  for (let i = 0; i < 10; i++) {
    optimizer.zeroGrad();
    const [outputs] = lstm.forward(x);
    outputs.square().mean().backward();
    optimizer.step();
  }
  return [...lstm.parameters()].flatMap((parameter) => parameter.view(-1).tolist());
}

/** One number that all bits of all values go into (FNV-1a). */
function bitsOf(values) {
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  return bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 16777619) >>> 0, 2166136261);
}
