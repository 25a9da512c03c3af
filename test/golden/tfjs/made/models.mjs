// Makes models.json: models of TensorFlow.js with what it answers. npm install @tensorflow/tfjs@4.22.0 && node models.mjs > models.json
import * as tf from '@tensorflow/tfjs';

const { layers: L } = tf;
const gates = { recurrentActivation: 'sigmoid' };
let state = 1;
/** From -1 to 1, always the same. */
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;
const numbers = (shape) => tf.tensor(Array.from({ length: shape.reduce((n, s) => n * s, 1) }, random), shape);
const round = (x) => Math.fround(x);

function sequential(layers) {
  const model = tf.sequential();
  for (const layer of layers) model.add(layer);
  return model;
}

function functional() {
  const input = tf.input({ shape: [4, 2] });
  let x = L.gaussianNoise({ stddev: 1 }).apply(input);
  x = L.lstm({ units: 3, returnSequences: true, ...gates }).apply(x);
  x = L.layerNormalization({}).apply(x);
  x = L.spatialDropout1d({ rate: 0.5 }).apply(x);
  x = L.simpleRNN({ units: 3, activation: 'relu', useBias: false }).apply(x);
  x = L.activation({ activation: 'softsign' }).apply(x);
  return tf.model({ inputs: input, outputs: L.dense({ units: 2, useBias: false }).apply(x) });
}

const rnn = (units, more) => L.simpleRNN({ units, returnSequences: true, ...more });
const models = {
  letters: sequential([
    L.embedding({ inputDim: 7, outputDim: 3, inputLength: 5 }),
    L.bidirectional({ layer: L.lstm({ units: 4, returnSequences: true, ...gates }), mergeMode: 'concat' }),
    L.timeDistributed({ layer: L.dense({ units: 3, activation: 'relu' }) }),
    L.simpleRNN({ units: 2, goBackwards: true }),
    L.dense({ units: 7, activation: 'softmax' }),
  ]),
  backwards: sequential([rnn(3, { inputShape: [4, 2], goBackwards: true })]),
  'backwards twice': sequential([
    rnn(3, { inputShape: [4, 2], goBackwards: true }),
    rnn(3, { goBackwards: true }),
    rnn(2),
  ]),
  'forwards over what came backwards': sequential([
    rnn(3, { inputShape: [4, 2], goBackwards: true }),
    L.dense({ units: 3, activation: 'tanh' }),
    L.simpleRNN({ units: 2 }),
  ]),
  'both ways over what came backwards': sequential([
    L.lstm({ units: 3, inputShape: [4, 2], returnSequences: true, goBackwards: true, ...gates }),
    L.bidirectional({ layer: L.simpleRNN({ units: 2 }), mergeMode: 'concat' }),
  ]),
  functional: functional(),
  'gates of hard sigmoid': sequential([L.lstm({ units: 2, inputShape: [4, 2] })]),
  'state reset before the product': sequential([L.gru({ units: 2, inputShape: [4, 2], ...gates })]),
  'directions added up': sequential([
    L.bidirectional({ layer: L.simpleRNN({ units: 2 }), mergeMode: 'sum', inputShape: [4, 2] }),
  ]),
};

async function artifacts(model) {
  let saved;
  await model.save(tf.io.withSaveHandler((a) => ((saved = a), Promise.resolve({ modelArtifactsInfo: {} }))));
  return saved;
}

function answer(name, model, saved) {
  const { modelTopology, format, generatedBy, weightSpecs, weightData } = saved;
  const isIndices = name.startsWith('letters');
  const input = isIndices ? tf.tensor([[1, 0, 6, 2, 2]], [1, 5], 'int32') : numbers([2, 4, 2]);
  const output = model.predict(input);
  const plain = (x) => ({ shape: x.shape, data: Array.from(x.dataSync(), round) });
  return {
    name,
    model: {
      format,
      generatedBy,
      modelTopology,
      weightsManifest: [{ paths: ['shard.bin'], weights: weightSpecs }],
    },
    shard: Buffer.from(weightData).toString('base64'),
    in: plain(input),
    out: plain(output),
  };
}

/** The same model in bytes: 8 bits for matrices, 16 for the rest. */
async function quantised(saved) {
  const parts = [];
  let at = 0;
  const weightSpecs = saved.weightSpecs.map((spec) => {
    const values = new Float32Array(
      saved.weightData,
      at,
      spec.shape.reduce((n, s) => n * s, 1),
    );
    at += values.byteLength;
    const dtype = spec.shape.length > 1 ? 'uint8' : 'uint16';
    const most = dtype === 'uint8' ? 255 : 65535;
    const [min, max] = [Math.min(...values), Math.max(...values)];
    const scale = (max - min) / most;
    const stored = Array.from(values, (x) => Math.round((x - min) / scale));
    parts.push(Buffer.from((dtype === 'uint8' ? Uint8Array : Uint16Array).from(stored).buffer));
    return { ...spec, quantization: { dtype, scale, min } };
  });
  const weightData = Uint8Array.from(Buffer.concat(parts)).buffer;
  const own = { ...saved, weightSpecs, weightData };
  return [await tf.loadLayersModel(tf.io.fromMemory(own)), own];
}

const cases = [];
for (const [name, model] of Object.entries(models)) {
  model.setWeights(model.getWeights().map(({ shape }) => numbers(shape)));
  const saved = await artifacts(model);
  cases.push(answer(name, model, saved));
  if (name === 'letters') cases.push(answer('letters in 8 and 16 bits', ...(await quantised(saved))));
}
console.log(JSON.stringify(cases));
