import { describe, expect, it } from 'vitest';
import * as evaluation from '../src/evaluation/index.js';
import * as all from '../src/index.js';
import {
  allclose,
  arange,
  bernoulli,
  Classifier,
  distributions,
  eye,
  Forecaster,
  full,
  LabelTask,
  LanguageModel,
  multinomial,
  nn,
  ones,
  onesLike,
  optim,
  PairTask,
  rand,
  randint,
  randn,
  randperm,
  Scaler,
  SeriesTask,
  tensor,
  TextTask,
  Translator,
  ValueError,
  Vocabulary,
  zeros,
  zerosLike,
} from '../src/index.js';
import { readArguments, readOptions, type Schema } from '../src/options.js';
import * as plots from '../src/plots/index.js';
import * as tables from '../src/tables/index.js';

const { functional, init } = nn;

describe('options', () => {
  interface Options {
    readonly numLayers?: number;
    readonly mode?: 'min' | 'max';
    readonly weight?: readonly number[] | null;
    readonly lr: number;
  }
  const schema: Schema<Options> = {
    numLayers: 'a whole number above 0',
    mode: { oneOf: ['min', 'max'] },
    weight: ['a list of numbers', null],
    lr: { needs: 'a number' },
  };
  const read = (given?: object): Options => readOptions('Thing', given as Options, schema);

  it.each([
    [
      'another spelling',
      { num_layers: 2, lr: 1 },
      "there is no option 'num_layers'\n  did you mean 'numLayers'?",
    ],
    ['a slip', { numLayer: 2, lr: 1 }, "did you mean 'numLayers'?"],
    ['a capital', { LR: 2 }, "did you mean 'lr'?"],
    ["another library's name", { learning_rate: 2 }, "did you mean 'lr'?"],
    ['what is like nothing', { device: 'cuda' }, 'its options: { numLayers, mode, weight, lr }'],
    ['a fraction', { numLayers: 1.5, lr: 1 }, 'numLayers must be a whole number above 0, not 1.5'],
    ['text', { lr: '0.1' }, "lr must be a number, not '0.1'"],
    ['NaN', { lr: NaN }, 'lr must be a number, not NaN'],
    ['another word', { mode: 'mean', lr: 1 }, "mode must be 'min' or 'max', not 'mean'"],
    ['none of several', { weight: 2, lr: 1 }, 'weight must be a list of numbers or null, not 2'],
    ['a tensor', { weight: zeros([2, 3]), lr: 1 }, 'not a Tensor (2, 3)'],
    ['one that is missing', {}, 'lr is missing, a number'],
    ['a list', [1], 'options are an object, not a list of 1'],
  ])('refuse %s', (_, given, message) => {
    expect(() => read(given)).toThrow(ValueError);
    expect(() => read(given)).toThrow(message);
  });

  it('are taken without those that are undefined, and from a prototype too', () => {
    const given = Object.create({ lr: 0.5 }, {}) as object;
    expect(read({ lr: 1, mode: undefined, weight: null })).toEqual({ lr: 1, weight: null });
    expect(read(given)).toEqual({ lr: 0.5 });
  });

  it('stand by position, by name, or first by position and then by name', () => {
    const args = (...given: unknown[]): Options =>
      readArguments('Thing', given, schema, ['lr', 'weight', 'mode']);
    expect(args(1, [2], 'min')).toEqual({ lr: 1, weight: [2], mode: 'min' });
    expect(args(1, undefined, 'min')).toEqual({ lr: 1, mode: 'min' });
    expect(args(1, { numLayers: 3 })).toEqual({ lr: 1, numLayers: 3 });
    expect(args({ lr: 1 })).toEqual({ lr: 1 });
    expect(() => args(1, { lr: 2 })).toThrow('lr is given twice');
    expect(() => args(1, null, 'min', 4)).toThrow('4 is one argument too many');
  });
});

// ---------------------------------------------------------------------------------------------- the public surface

const x = zeros([2, 3]);
const classes = tensor([0, 1]);
const text = 'if you want you '.repeat(4);
const vocabulary = Vocabulary.from(text);
const language = new LanguageModel(vocabulary, { hiddenSize: 4 });
const labels = [
  { text: 'you', label: 'a' },
  { text: 'want', label: 'b' },
];
const pairs = [{ source: 'you', target: 'if' }];
const classifier = new Classifier(vocabulary, ['a', 'b'], { hiddenSize: 4 });
const translator = new Translator(vocabulary, vocabulary, { embeddingSize: 2, hiddenSize: 4 });
const series = { columns: ['y'], values: [Float64Array.from({ length: 20 }, (_, i) => i)], dates: null };
const shape = { columns: ['y'], targets: ['y'], window: 3, horizon: 1, scaler: Scaler.fit(series.values) };
const forecaster = new Forecaster({ ...shape, hiddenSize: 4 });
const corpus = all.Corpus.of(text, vocabulary);
const packed = nn.packSequence([zeros([2, 3])]);
const parameter = (): nn.Parameter[] => [new nn.Parameter(ones([2]))];
const sgd = (): optim.SGD => new optim.SGD(parameter(), { lr: 1, momentum: 0.5 });

// Callers without types.
type Given = never;
type Call = (options: Given) => unknown;
const drained = (events: Iterable<unknown>): unknown => [...events];

/** How to call what takes options, and one that it takes (with all that it needs, if it needs any). */
const TAKES: Readonly<Record<string, [call: Call, option: string, needs?: object]>> = {
  streams: [(o) => drained(all.streams(corpus, o)), 'seqLength', { batchSize: 2, seqLength: 2 }],
  decodeText: [(o) => all.decodeText(Uint8Array.of(97), o), 'encoding'],
  'Vocabulary.from': [(o) => Vocabulary.from(text, o), 'unknown'],
  'Vocabulary.of': [(o) => Vocabulary.of(['a'], o), 'unknown'],
  windowsOf: [(o) => all.windowsOf([[1], [2], [3]], o), 'horizon', { window: 1, horizon: 1, targets: [0] }],
  networkOf: [(o) => all.networkOf(new nn.GRU(2, 2).stateDict(), o), 'batchFirst'],
  toOnnx: [(o) => all.toOnnx(new nn.GRU(2, 2), o), 'states'],
  windowEnds: [(o) => all.windowEnds(3, o), 'breaks', { window: 1, horizon: 1 }],
  beamSearch: [(o) => all.beamSearch(language, o), 'lengthPenalty', { prompt: 'if' }],
  forecast: [(o) => all.forecast(forecaster, series, o), 'level'],
  heldOutResiduals: [(o) => all.heldOutResiduals(forecaster, series, o), 'horizon'],
  generate: [(o) => all.generate(language, o), 'temperature'],
  sample: [(o) => drained(all.sample(language, o)), 'topK'],
  sampleBatch: [(o) => all.sampleBatch(language, o), 'temperature', { prompts: ['if'] }],
  Classifier: [(o) => new Classifier(vocabulary, ['a', 'b'], o), 'hiddenSize'],
  Forecaster: [(o) => new Forecaster(o), 'hiddenSize', shape],
  LanguageModel: [(o) => new LanguageModel(vocabulary, o), 'numLayers'],
  'LanguageModel.stepper': [(o) => language.stepper(o), 'weights'],
  Translator: [(o) => new Translator(vocabulary, vocabulary, o), 'hiddenSize'],
  'Translator.translate': [(o) => translator.translate('if', o), 'maxLength'],
  'Tensor.backward': [(o) => ones([1], { requiresGrad: true }).sum().backward(o), 'retainGraph'],
  arange: [(o) => arange(3, o), 'dtype'],
  eye: [(o) => eye(3, o), 'requiresGrad'],
  full: [(o) => full([2], 1, o), 'requiresGrad'],
  ones: [(o) => ones([2], o), 'requiresGrad'],
  onesLike: [(o) => onesLike(x, o), 'requiresGrad'],
  tensor: [(o) => tensor([1.5], o), 'requiresGrad'],
  zeros: [(o) => zeros([2], o), 'requiresGrad'],
  zerosLike: [(o) => zerosLike(x, o), 'requiresGrad'],
  bernoulli: [(o) => bernoulli(x, o), 'generator'],
  multinomial: [(o) => multinomial(tensor([0.5]), 1, o), 'replacement'],
  normal: [(o) => all.normal([2], 0, 1, o), 'generator'],
  rand: [(o) => rand([2], o), 'generator'],
  randint: [(o) => randint(0, 2, [2], o), 'generator'],
  randn: [(o) => randn([2], o), 'generator'],
  randperm: [(o) => randperm(2, o), 'generator'],
  uniform: [(o) => all.uniform([2], 0, 1, o), 'generator'],
  gelu: [(o) => all.gelu(x, o), 'approximate'],
  softplus: [(o) => all.softplus(x, o), 'threshold'],
  add: [(o) => all.add(x, 1, o), 'alpha'],
  sub: [(o) => all.sub(x, 1, o), 'alpha'],
  div: [(o) => all.div(x, 1, o), 'roundingMode'],
  clamp: [(o) => all.clamp(x, o), 'max'],
  'Tensor.add_': [(o) => x.add_(0, o), 'alpha'],
  empty: [(o) => all.empty([2], o), 'dtype'],
  emptyLike: [(o) => all.emptyLike(x, o), 'dtype'],
  fullLike: [(o) => all.fullLike(x, 1, o), 'requiresGrad'],
  newEmpty: [(o) => all.newEmpty(x, [2], o), 'dtype'],
  newFull: [(o) => all.newFull(x, [2], 1, o), 'dtype'],
  newOnes: [(o) => all.newOnes(x, [2], o), 'requiresGrad'],
  newTensor: [(o) => all.newTensor(x, [1], o), 'requiresGrad'],
  newZeros: [(o) => all.newZeros(x, [2], o), 'requiresGrad'],
  'Tensor.newZeros': [(o) => x.newZeros(2, 3, o), 'requiresGrad'],
  linspace: [(o) => all.linspace(0, 1, 3, o), 'dtype'],
  randLike: [(o) => all.randLike(x, o), 'generator'],
  randnLike: [(o) => all.randnLike(x, o), 'generator'],
  randintLike: [(o) => all.randintLike(x, 0, 2, o), 'generator'],
  'Tensor.uniform_': [(o) => zeros([2]).uniform_(0, 1, o), 'generator'],
  'Tensor.normal_': [(o) => zeros([2]).normal_(0, 1, o), 'generator'],
  'Tensor.bernoulli_': [(o) => zeros([2]).bernoulli_(0.5, o), 'generator'],
  addmm: [(o) => all.addmm(x, eye(2), x, o), 'alpha'],
  addmv: [(o) => all.addmv(ones([2]), eye(2), ones([2]), o), 'beta'],
  baddbmm: [(o) => all.baddbmm(x, ones([1, 2, 2]), ones([1, 2, 3]), o), 'alpha'],
  addcmul: [(o) => all.addcmul(x, x, x, o), 'value'],
  addcdiv: [(o) => all.addcdiv(x, x, x, o), 'value'],
  'Tensor.addcmul_': [(o) => x.addcmul_(x, x, o), 'value'],
  indexAdd: [(o) => all.indexAdd(x, 0, classes, x, o), 'alpha'],
  'Tensor.indexAdd_': [(o) => x.indexAdd_(0, classes, x, o), 'alpha'],
  unique: [(o) => all.unique(x, o), 'returnInverse'],
  uniqueConsecutive: [(o) => all.uniqueConsecutive(x, o), 'returnCounts'],
  'Tensor.unique': [(o) => x.unique(o), 'dim'],
  'Tensor.indexPut_': [(o) => x.indexPut_([0], 0, o), 'accumulate'],
  allclose: [(o) => allclose(x, x, o), 'rtol'],
  all: [(o) => all.all(x, 0, o), 'keepdim'],
  amax: [(o) => all.amax(x, 0, o), 'keepdim'],
  amin: [(o) => all.amin(x, 0, o), 'keepdim'],
  any: [(o) => all.any(x, 0, o), 'keepdim'],
  argmax: [(o) => all.argmax(x, 0, o), 'keepdim'],
  argmin: [(o) => all.argmin(x, 0, o), 'keepdim'],
  max: [(o) => all.max(x, 0, o), 'keepdim'],
  mean: [(o) => all.mean(x, 0, o), 'keepdim'],
  min: [(o) => all.min(x, 0, o), 'keepdim'],
  norm: [(o) => all.norm(x, 2, 0, o), 'keepdim'],
  prod: [(o) => all.prod(x, 0, o), 'keepdim'],
  std: [(o) => all.std(x, 0, o), 'correction'],
  sum: [(o) => all.sum(x, 0, o), 'keepdim'],
  variance: [(o) => all.variance(x, 0, o), 'correction'],
  logsumexp: [(o) => all.logsumexp(x, 0, o), 'keepdim'],
  argsort: [(o) => all.argsort(x, 0, o), 'descending'],
  sort: [(o) => all.sort(x, 0, o), 'descending'],
  topk: [(o) => all.topk(x, 1, 0, o), 'largest'],
  trainSentence: [(o) => drained(all.trainSentence(language, text, o)), 'epochs', { seed: 0, epochs: 0 }],
  trainText: [(o) => drained(all.trainText(language, text, o)), 'seqLength', { epochs: 0 }],
  TextTask: [(o) => new TextTask(language, corpus, o), 'batchSize'],
  fit: [(o) => drained(all.fit(new TextTask(language, corpus), o)), 'schedule', { epochs: 0 }],
  Trainer: [(o) => new all.Trainer(new TextTask(language, corpus), o), 'patience'],
  LabelTask: [(o) => new LabelTask(classifier, labels, o), 'validation'],
  SeriesTask: [(o) => new SeriesTask(forecaster, series, series, o), 'batchSize'],
  PairTask: [(o) => new PairTask(translator, pairs, o), 'validation'],

  'nn.ELU': [(o) => new nn.ELU(o), 'alpha'],
  'nn.GELU': [(o) => new nn.GELU(o), 'approximate'],
  'nn.Hardtanh': [(o) => new nn.Hardtanh(o), 'max'],
  'nn.LeakyReLU': [(o) => new nn.LeakyReLU(o), 'negativeSlope'],
  'nn.LogSoftmax': [(o) => new nn.LogSoftmax(o), 'dim', { dim: 0 }],
  'nn.Softmax': [(o) => new nn.Softmax(o), 'dim', { dim: 0 }],
  'nn.Softplus': [(o) => new nn.Softplus(o), 'beta'],
  'nn.Flatten': [(o) => new nn.Flatten(o), 'startDim'],
  'nn.CrossEntropyLoss': [(o) => new nn.CrossEntropyLoss(o), 'ignoreIndex'],
  'nn.CosineSimilarity': [(o) => new nn.CosineSimilarity(o), 'eps'],
  'nn.PairwiseDistance': [(o) => new nn.PairwiseDistance(o), 'keepdim'],
  'nn.CosineEmbeddingLoss': [(o) => new nn.CosineEmbeddingLoss(o), 'margin'],
  'nn.GaussianNLLLoss': [(o) => new nn.GaussianNLLLoss(o), 'full'],
  'nn.HingeEmbeddingLoss': [(o) => new nn.HingeEmbeddingLoss(o), 'margin'],
  'nn.MarginRankingLoss': [(o) => new nn.MarginRankingLoss(o), 'reduction'],
  'nn.TripletMarginLoss': [(o) => new nn.TripletMarginLoss(o), 'swap'],
  'nn.CTCLoss': [(o) => new nn.CTCLoss(o), 'zeroInfinity'],
  'nn.Dropout': [(o) => new nn.Dropout(o), 'p'],
  'nn.Embedding': [(o) => new nn.Embedding(3, 2, o), 'paddingIdx'],
  'nn.Embedding.fromPretrained': [(o) => nn.Embedding.fromPretrained(x, o), 'freeze'],
  'nn.LayerNorm': [(o) => new nn.LayerNorm(3, o), 'elementwiseAffine'],
  'nn.Linear': [(o) => new nn.Linear(2, 2, o), 'bias'],
  'nn.BCELoss': [(o) => new nn.BCELoss(o), 'reduction'],
  'nn.BCEWithLogitsLoss': [(o) => new nn.BCEWithLogitsLoss(o), 'posWeight'],
  'nn.KLDivLoss': [(o) => new nn.KLDivLoss(o), 'logTarget'],
  'nn.NLLLoss': [(o) => new nn.NLLLoss(o), 'ignoreIndex'],
  'nn.HuberLoss': [(o) => new nn.HuberLoss(o), 'delta'],
  'nn.L1Loss': [(o) => new nn.L1Loss(o), 'reduction'],
  'nn.MSELoss': [(o) => new nn.MSELoss(o), 'reduction'],
  'nn.SmoothL1Loss': [(o) => new nn.SmoothL1Loss(o), 'beta'],
  'nn.Module.loadStateDict': [(o) => language.loadStateDict(language.stateDict(), o), 'strict'],
  'nn.Parameter': [(o) => new nn.Parameter(x, o), 'requiresGrad'],
  'nn.GRUCell': [(o) => new nn.GRUCell(2, 2, o), 'bias'],
  'nn.LSTMCell': [(o) => new nn.LSTMCell(2, 2, o), 'bias'],
  'nn.RNNCell': [(o) => new nn.RNNCell(2, 2, o), 'nonlinearity'],
  'nn.GRU': [(o) => new nn.GRU(2, 2, o), 'batchFirst'],
  'nn.LSTM': [(o) => new nn.LSTM(2, 2, o), 'numLayers'],
  'nn.MinGRU': [(o) => new nn.MinGRU(2, 2, o), 'numLayers'],
  'nn.RNN': [(o) => new nn.RNN(2, 2, o), 'nonlinearity'],
  'nn.Stepper': [(o) => new nn.Stepper(new nn.GRU(2, 2), null, o), 'oneHot'],
  'nn.packPaddedSequence': [(o) => nn.packPaddedSequence(x, [2, 2, 1], o), 'enforceSorted'],
  'nn.packSequence': [(o) => nn.packSequence([x], o), 'enforceSorted'],
  'nn.padPackedSequence': [(o) => nn.padPackedSequence(packed, o), 'totalLength'],
  'nn.padSequence': [(o) => nn.padSequence([x], o), 'paddingValue'],
  'nn.unpadSequence': [(o) => nn.unpadSequence(x, [2, 2, 1], o), 'batchFirst'],

  'functional.crossEntropy': [(o) => functional.crossEntropy(x, classes, o), 'labelSmoothing'],
  'functional.normalize': [(o) => functional.normalize(x, o), 'eps'],
  'functional.cosineSimilarity': [(o) => functional.cosineSimilarity(x, x, o), 'dim'],
  'functional.pairwiseDistance': [(o) => functional.pairwiseDistance(x, x, o), 'keepdim'],
  'functional.gumbelSoftmax': [(o) => functional.gumbelSoftmax(x, o), 'tau'],
  'functional.pad': [(o) => functional.pad(x, [1, 1], o), 'value'],
  'functional.cosineEmbeddingLoss': [(o) => functional.cosineEmbeddingLoss(x, x, classes, o), 'margin'],
  'functional.gaussianNllLoss': [(o) => functional.gaussianNllLoss(x, x, 1, o), 'full'],
  'functional.hingeEmbeddingLoss': [(o) => functional.hingeEmbeddingLoss(x, x, o), 'margin'],
  'functional.marginRankingLoss': [(o) => functional.marginRankingLoss(x, x, x, o), 'margin'],
  'functional.tripletMarginLoss': [(o) => functional.tripletMarginLoss(x, x, x, o), 'swap'],
  'functional.ctcLoss': [(o) => functional.ctcLoss(x, tensor([1]), 2, 1, o), 'zeroInfinity'],
  'functional.embedding': [(o) => functional.embedding(classes, x, o), 'paddingIdx'],
  'functional.layerNorm': [(o) => functional.layerNorm(x, [3], o), 'eps'],
  'functional.binaryCrossEntropy': [(o) => functional.binaryCrossEntropy(x, x, o), 'reduction'],
  'functional.binaryCrossEntropyWithLogits': [
    (o) => functional.binaryCrossEntropyWithLogits(x, x, o),
    'posWeight',
  ],
  'functional.klDiv': [(o) => functional.klDiv(x, x, o), 'logTarget'],
  'functional.nllLoss': [(o) => functional.nllLoss(x, classes, o), 'ignoreIndex'],
  'functional.huberLoss': [(o) => functional.huberLoss(x, x, o), 'delta'],
  'functional.l1Loss': [(o) => functional.l1Loss(x, x, o), 'reduction'],
  'functional.mseLoss': [(o) => functional.mseLoss(x, x, o), 'reduction'],
  'functional.smoothL1Loss': [(o) => functional.smoothL1Loss(x, x, o), 'beta'],
  'functional.gelu': [(o) => functional.gelu(x, o), 'approximate'],
  'functional.softplus': [(o) => functional.softplus(x, o), 'beta'],
  'init.kaimingUniform_': [(o) => init.kaimingUniform_(x, o), 'nonlinearity'],
  'init.kaimingNormal_': [(o) => init.kaimingNormal_(x, o), 'mode'],

  'optim.Adadelta': [(o) => new optim.Adadelta(parameter(), o), 'weightDecay'],
  'optim.Adagrad': [(o) => new optim.Adagrad(parameter(), o), 'lrDecay'],
  'optim.Adam': [(o) => new optim.Adam(parameter(), o), 'betas'],
  'optim.AdamW': [(o) => new optim.AdamW(parameter(), o), 'weightDecay'],
  'optim.Adamax': [(o) => new optim.Adamax(parameter(), o), 'weightDecay'],
  'optim.LBFGS': [(o) => new optim.LBFGS(parameter(), o), 'lineSearchFn'],
  'optim.NAdam': [(o) => new optim.NAdam(parameter(), o), 'momentumDecay'],
  'optim.RAdam': [(o) => new optim.RAdam(parameter(), o), 'decoupledWeightDecay'],
  'optim.RMSprop': [(o) => new optim.RMSprop(parameter(), o), 'centered'],
  'optim.Rprop': [(o) => new optim.Rprop(parameter(), o), 'stepSizes'],
  'optim.SGD': [(o) => new optim.SGD(parameter(), o), 'nesterov', { momentum: 0.5 }],
  'optim.Optimizer.addParamGroup': [
    (o) => sgd().addParamGroup(Object.assign({ params: parameter() }, o)),
    'weightDecay',
  ],
  'optim.Optimizer.zeroGrad': [(o) => sgd().zeroGrad(o), 'setToNone'],
  'optim.clipGradNorm': [(o) => optim.clipGradNorm(parameter(), 1, o), 'normType'],
  'optim.CosineAnnealingLR': [(o) => new optim.CosineAnnealingLR(sgd(), o), 'etaMin', { tMax: 2 }],
  'optim.CosineAnnealingWarmRestarts': [
    (o) => new optim.CosineAnnealingWarmRestarts(sgd(), o),
    'tMult',
    { t0: 2 },
  ],
  'optim.CyclicLR': [(o) => new optim.CyclicLR(sgd(), o), 'stepSizeUp', { baseLr: 0.1, maxLr: 1 }],
  'optim.ExponentialLR': [(o) => new optim.ExponentialLR(sgd(), o), 'gamma', { gamma: 0.5 }],
  'optim.MultiStepLR': [(o) => new optim.MultiStepLR(sgd(), o), 'gamma', { milestones: [1] }],
  'optim.StepLR': [(o) => new optim.StepLR(sgd(), o), 'stepSize', { stepSize: 2 }],
  'optim.LambdaLR': [(o) => new optim.LambdaLR(sgd(), o), 'lrLambda', { lrLambda: () => 1 }],
  'optim.MultiplicativeLR': [(o) => new optim.MultiplicativeLR(sgd(), o), 'lrLambda', { lrLambda: () => 1 }],
  'optim.OneCycleLR': [(o) => new optim.OneCycleLR(sgd(), o), 'pctStart', { maxLr: 1, totalSteps: 4 }],
  'optim.ReduceLROnPlateau': [(o) => new optim.ReduceLROnPlateau(sgd(), o), 'patience'],
  'optim.ConstantLR': [(o) => new optim.ConstantLR(sgd(), o), 'totalIters'],
  'optim.LinearLR': [(o) => new optim.LinearLR(sgd(), o), 'startFactor'],
  'optim.PolynomialLR': [(o) => new optim.PolynomialLR(sgd(), o), 'power'],

  'distributions.Bernoulli': [(o) => new distributions.Bernoulli(o), 'probs', { probs: 0.5 }],
  'distributions.Categorical': [(o) => new distributions.Categorical(o), 'logits', { logits: ones([2]) }],

  'evaluation.evaluateForecaster': [
    (o) => evaluation.evaluateForecaster(forecaster, series, series, o),
    'stride',
  ],
  'evaluation.forecastMetrics': [(o) => evaluation.forecastMetrics([1, 2], [1, 2], o), 'season'],
  'evaluation.languageMetrics': [(o) => evaluation.languageMetrics(language, text, o), 'seqLength'],
  'tables.readCsv': [(o) => tables.readCsv('a,b\n1,2\n', o), 'separator'],
  'tables.readSeries': [(o) => tables.readSeries('a,b\n1,2\n', o), 'newestFirst'],
  'tables.readTable': [(o) => tables.readTable('a,b\n1,2\n', o), 'missing'],
  'tables.readLabelled': [
    (o) => tables.readLabelled('text,label\na,b\nc,d\n', o),
    'label',
    { format: 'csv' },
  ],
  'tables.alignedPairs': [(o) => tables.alignedPairs('a\n', 'b\n', o), 'names'],
  'tables.readLabelledTable': [
    (o) => tables.readLabelledTable('text,label\na,b\nc,d\n', o),
    'label',
    { format: 'csv' },
  ],
  'tables.readPairs': [(o) => tables.readPairs('a\tb\n', o), 'name'],
  'plots.forecastChart': [(o) => plots.forecastChart({ truth: [1, 2], forecast: [] }, o), 'width'],
  'plots.lossChart': [(o) => plots.lossChart({ train: [[1, 2]] }, o), 'yScale'],
  'plots.heatmap': [(o) => plots.heatmap([[1]], o), 'rowTitle', { title: 'a' }],
  'plots.lineChart': [(o) => plots.lineChart([{ name: 'a', y: [1, 2] }], o), 'height', { title: 'a' }],
  'plots.terminalPlot': [(o) => plots.terminalPlot([{ name: 'a', values: [1, 2] }], o), 'ascii'],
};

/** What is exported and takes no options; `sampleStream`, which is asynchronous, has a test of its own. */
const WITHOUT = `
  Corpus graphemes likelyEncodings decodeUtf8 streamShape textChunks Vocabulary Scaler rowsIn sliceSeries splitByTime
  UnrolledError ShapeError DTypeError ValueError IndexError AutogradError StateDictError MemoryError FormatError VocabularyError
  DivergedError decodeNpy decodeNpz arraysIn PickleArray PickleGlobal PickleObject PickleTuple decodePyTorch
  decodeSafetensors encodeSafetensors entryOf tensorOf valuesOf naive seasonalNaive keepMinP keepTopK keepTopP
  penalizeRepetition sampleStream kindIn isGradEnabled noGrad oneHot capture getNumThreads setNumThreads engineReport memoryUsage
  setMemoryBudget elu hardsigmoid hardtanh leakyRelu logSigmoid relu6 selu silu softsign at eq floorDivide ge gt le lt
  maximum minimum mul ne pow remainder abs ceil cos erf exp expm1 floor log log1p logicalNot neg reciprocal relu round
  rsqrt sigmoid sign sin sqrt square tanh einsum diag flip gather indexSelect repeat repeatInterleave roll scatter
  scatterAdd takeAlongDim trace bincount equal isfinite isinf isnan logicalAnd logicalOr logicalXor maskedFill
  maskedSelect nonzero tril triu where matmul bmm dot mm mv outer cumprod cumsum logSoftmax softmax median cat chunk
  diagonal flatten narrow permute reshape select slice split squeeze stack transpose unbind unflatten unsqueeze Generator
  initialSeed manualSeed Tensor indexCopy indexFill lerp registerHook
  distributions.Distribution distributions.Normal distributions.klDivergence
  nn.Hardsigmoid nn.LogSigmoid nn.ReLU nn.ReLU6 nn.SELU nn.Sigmoid nn.SiLU nn.Softsign nn.Tanh nn.Identity nn.ModuleList
  nn.ModuleDict nn.ParameterDict nn.ParameterList nn.Sequential nn.Module nn.CellModule nn.RecurrentModule nn.PackedSequence
  functional.dropout functional.elu functional.hardsigmoid functional.hardtanh functional.leakyRelu functional.logSigmoid
  functional.relu6 functional.selu functional.silu functional.softsign functional.relu functional.sigmoid functional.tanh
  functional.linear functional.logSoftmax functional.softmax functional.oneHot
  init.uniform_ init.normal_ init.constant_ init.zeros_ init.ones_ init.calculateGain init.xavierUniform_
  init.xavierNormal_ init.eye_ init.orthogonal_
  optim.Optimizer optim.LRScheduler optim.ChainedScheduler optim.SequentialLR optim.clipGradValue optim.gradNorm
  evaluation.classificationMetrics evaluation.evaluateClassifier evaluation.evaluateTranslator
  identify stateDictOf readForeign readKeras readMl5 readTfjs translatorToOnnx nn.networkOf PlatformError encodeNpy encodeNpz encodePyTorch
  joinSeries tables.columnIndex tables.formFrom tables.reportLines plots.datesAhead
`
  .trim()
  .split(/\s+/);

const FOLDERS = { '': all, 'nn.': nn, 'functional.': functional, 'init.': init, 'optim.': optim, 'distributions.': distributions, 'evaluation.': evaluation, 'tables.': tables, 'plots.': plots }; // prettier-ignore

// Need a file to be called, or answer later.
const OF_FILES = ['importModel', 'prospectOf', 'readOnnx', 'toJavaScript', 'toHtml'];

describe('what is exported', () => {
  it('is known here: a new one says how it is called with options, or that it takes none', () => {
    const exported = Object.entries(FOLDERS).flatMap(([folder, names]) =>
      Object.entries(names).flatMap(([name, value]) => (typeof value === 'function' ? [folder + name] : [])),
    );
    const known = new Set([...Object.keys(TAKES), ...WITHOUT, ...OF_FILES]);
    expect(exported.filter((name) => !known.has(name))).toEqual([]);
    expect(WITHOUT.filter((name) => !exported.includes(name) || name in TAKES)).toEqual([]);
  });

  const given = (options: object): Given => options as Given;

  it.each(Object.entries(TAKES))(
    '%s says what is wrong with its options',
    (_, [call, option, needs = {}]) => {
      expect(() => call(given({ ...needs }))).not.toThrow();
      const misspelt = option + option.at(-1)!;
      expect(() => call(given({ ...needs, [misspelt]: 1 }))).toThrow(`did you mean '${option}'?`);
      expect(() => call(given({ ...needs, nobodyKnowsThis: 1 }))).toThrow(
        "there is no option 'nobodyKnowsThis'",
      );
      expect(() => call(given({ ...needs, [option]: Symbol('other') }))).toThrow(
        / must be |there is no Symbol/,
      );
    },
  );

  it('says so in a stream, too', async () => {
    const stream = all.sampleStream(language, given({ temprature: 1 }));
    await expect(stream.next()).rejects.toThrow("did you mean 'temperature'?");
  });
});
