import type { TokenUnit } from '../../data/units.js';
import type { Vocabulary } from '../../data/vocabulary.js';
import { Classifier } from '../../models/classifier.js';
import { Forecaster } from '../../models/forecaster.js';
import { LanguageModel } from '../../models/language-model.js';
import type { Translator } from '../../models/translator.js';
import { Linear } from '../../nn/linear.js';
import type { Module } from '../../nn/module.js';
import type { RecurrentModule } from '../../nn/recurrent/module.js';
import type { AnyModel } from '../models.js';

/**
 * A Python program on PyTorch that defines a model, loads its weights strictly, and asks it something.
 *
 * @param path  of the weights, in safetensors or as PyTorch's own file
 */
export function pytorchModel(model: AnyModel, path: string): string {
  const { imports = [], helpers = [], definition, ask } = bodyOf(model);
  const isOwn = path.endsWith('.safetensors');
  const weights = isOwn ? `load_file(${quoted(path)})` : `torch.load(${quoted(path)}, weights_only=True)`;
  const minimal = model.cell === 'mingru' ? [MIN_GRU] : [];
  const standard = [...new Set(imports)].sort().map((name) => `import ${name}\n`);
  return `${standard.join('')}${standard.length > 0 ? '\n' : ''}import torch
${isOwn ? 'from safetensors.torch import load_file\n' : ''}${[...helpers, ...minimal, definition].map((part) => `\n\n${part}`).join('')}

model = Model()
model.load_state_dict(${weights}, strict=True)
model.eval()


${ask}`;
}

interface Body {
  readonly imports?: readonly string[];
  readonly helpers?: readonly string[];
  readonly definition: string;
  readonly ask: string;
}

function bodyOf(model: AnyModel): Body {
  if (model instanceof Forecaster) return forecaster(model);
  if (model instanceof Classifier) return classifier(model);
  return model instanceof LanguageModel ? languageModel(model) : translator(model);
}

/** A text as Python writes it: JSON's escapes are Python's too, save for characters beyond 16 bits, which stay as they are. */
const quoted = (text: string): string => JSON.stringify(text);
const listed = (texts: readonly string[]): string => `[${texts.map(quoted).join(', ')}]`;

const NAMES = { rnn: 'torch.nn.RNN', lstm: 'torch.nn.LSTM', gru: 'torch.nn.GRU', mingru: 'MinGRU' } as const;

function layer(
  cell: AnyModel['cell'],
  { inputSize, hiddenSize, numLayers, bidirectional }: RecurrentModule,
): string {
  const options = [
    ...(numLayers > 1 ? [`, num_layers=${numLayers}`] : []),
    ...(bidirectional ? [', bidirectional=True'] : []),
  ];
  return `${NAMES[cell]}(${inputSize}, ${hiddenSize}${options.join('')}, batch_first=True)`;
}

/** PyTorch has none: a layer with its conventions, weights z, n, for batches of one length. */
const MIN_GRU = `class MinGRU(torch.nn.Module):
    """h' = (1 - z) h + z n, where z and n see the input alone (Feng et al., 2024)."""

    def __init__(self, input_size, hidden_size, num_layers=1, bidirectional=False, batch_first=True):
        super().__init__()
        self.hidden_size, self.suffixes = hidden_size, []
        ends = ["", "_reverse"] if bidirectional else [""]
        for k in range(num_layers):
            size = input_size if k == 0 else hidden_size * len(ends)
            self.suffixes.append([f"_l{k}{end}" for end in ends])
            for suffix in self.suffixes[-1]:
                setattr(self, "weight_ih" + suffix, torch.nn.Parameter(torch.zeros(2 * hidden_size, size)))
                setattr(self, "bias_ih" + suffix, torch.nn.Parameter(torch.zeros(2 * hidden_size)))

    def forward(self, x, state=None):
        finals = []
        for suffixes in self.suffixes:
            outputs = []
            for direction, suffix in enumerate(suffixes):
                gates = x @ getattr(self, "weight_ih" + suffix).T + getattr(self, "bias_ih" + suffix)
                z, n = gates.split(self.hidden_size, dim=2)
                z = z.sigmoid()
                h = x.new_zeros(len(x), self.hidden_size) if state is None else state[len(finals)]
                steps = [None] * x.shape[1]
                for t in reversed(range(x.shape[1])) if direction else range(x.shape[1]):
                    h = steps[t] = (1 - z[:, t]) * h + z[:, t] * n[:, t]
                finals.append(h)
                outputs.append(torch.stack(steps, dim=1))
            x = torch.cat(outputs, dim=2)
        return x, torch.stack(finals)
`;

const SPLITS: Readonly<
  Record<TokenUnit, { imports: readonly string[]; split: (units: string) => string; join: string }>
> = {
  char: {
    imports: ['re', 'unicodedata'],
    split: (units) => `re.findall(known(${units}), unicodedata.normalize("NFC", text), re.S)`,
    join: '"".join(units)',
  },
  jamo: {
    imports: ['re', 'unicodedata'],
    split: (units) =>
      `re.findall(known(${units}), re.sub("[가-힣]", apart, unicodedata.normalize("NFC", text)), re.S)`,
    join: 'unicodedata.normalize("NFC", "".join(units))',
  },
  word: {
    imports: ['re', 'sys', 'unicodedata'],
    split: () =>
      `re.findall(rf"[\\w{MARKS}]+(?:['’](?:[^\\W\\d_]|[{MARKS}])+)*| +|\\r\\n|.", unicodedata.normalize("NFC", text), re.S)`,
    join: '"".join(units)',
  },
  byte: {
    imports: [],
    split: () => '[f"<0x{byte:02X}>" for byte in text.encode()]',
    join: 'bytes(int(unit[1:-1], 16) for unit in units).decode(errors="replace")',
  },
};

/** What a character can be followed by, which Python's \\w leaves out. */
const MARKS = `MARKS = "".join(c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c)[0] == "M")
`;
const APART = `def apart(syllable):
    return unicodedata.normalize("NFD", syllable[0])
`;
const KNOWN = `def known(units):
    """Any of the units, the longest that fits, else one character."""
    return "|".join(map(re.escape, sorted(units, key=len, reverse=True))) + "|."
`;

/** The functions that turn text into indices and back. */
function coding(
  { unit, units, unknown }: Vocabulary,
  name: 'units' | 'target_units',
  need: 'both' | 'encode' | 'decode',
): Required<Pick<Body, 'imports' | 'helpers'>> {
  const { imports, split, join } = SPLITS[unit];
  const chosen = {
    error: 'index[unit] for unit in units_of(text)',
    skip: 'index[unit] for unit in units_of(text) if unit in index',
    unk: 'index.get(unit, index["<unk>"]) for unit in units_of(text)',
  }[unknown];
  const encode = `index = {unit: i for i, unit in enumerate(${name})}


def units_of(text):
    return ${split(name)}


def encode(text):
    return [${chosen}]
`;
  const decode = `def decode(indices):
    units = [${name}[i] for i in indices]
    return ${join}
`;
  const tools =
    need === 'decode' || unit === 'byte'
      ? []
      : unit === 'word'
        ? [MARKS]
        : unit === 'jamo'
          ? [KNOWN, APART]
          : [KNOWN];
  return {
    imports: need === 'decode' ? imports.filter((one) => one === 'unicodedata' && unit === 'jamo') : imports,
    helpers: [
      ...tools,
      `${name} = ${listed(units)}\n${need === 'decode' ? '' : encode}`,
      ...(need === 'encode' ? [] : [decode]),
    ],
  };
}

const MAIN = 'if __name__ == "__main__":\n    ';

function languageModel({ cell, rnn, head, embedding, vocabulary, between }: LanguageModel): Body {
  const { size } = vocabulary;
  const isTied = embedding !== null && head?.weight === embedding.weight;
  const fields = [
    ...(embedding === null
      ? []
      : [`self.embedding = torch.nn.Embedding(${size}, ${embedding.embeddingDim})`]),
    `self.rnn = ${layer(cell, rnn)}`,
    ...(between === null
      ? []
      : [`self.between = torch.nn.Sequential(${[...between.children()].map(plainLayer).join(', ')})`]),
    ...(head === null ? [] : [`self.head = torch.nn.Linear(${head.inFeatures}, ${size})`]),
    ...(isTied ? ['self.head.weight = self.embedding.weight'] : []),
  ];
  const x =
    embedding === null ? `torch.nn.functional.one_hot(indices, ${size}).float()` : 'self.embedding(indices)';
  return {
    ...coding(vocabulary, 'units', 'both'),
    definition: `${classOf(fields)}
    def forward(self, indices, state=None):
        outputs, state = self.rnn(${x}, state)
        return ${head === null ? 'outputs' : `self.head(${between === null ? 'outputs' : 'self.between(outputs)'})`}, state
`,
    ask: `@torch.no_grad()
def generate(prompt, length=300, temperature=1.0):
    """Goes on from a prompt, which must not be empty."""
    state, read, said = None, encode(prompt), []
    for _ in range(length):
        logits, state = model(torch.tensor([read]), state)
        probabilities = torch.softmax(logits[0, -1] / temperature, dim=0)
        read = [torch.multinomial(probabilities, 1).item()]
        said += read
    return prompt + decode(said)


${MAIN}print(generate(decode([${vocabulary.unit === 'byte' ? 65 : 0}])))
`,
  };
}

/** A linear layer or an activation. */
const plainLayer = (module: Module): string =>
  module instanceof Linear
    ? `torch.nn.Linear(${module.inFeatures}, ${module.outFeatures})`
    : `torch.nn.${module.constructor.name}()`;

function classOf(fields: readonly string[]): string {
  return `class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
${fields.map((field) => `        ${field}\n`).join('')}`;
}

/** The first of the states of a cell. */
const hiddenOf = (cell: AnyModel['cell']): string => (cell === 'lstm' ? 'state[0]' : 'state');

function classifier({ cell, rnn, head, embedding, vocabulary, labels }: Classifier): Body {
  const { imports, helpers } = coding(vocabulary, 'units', 'encode');
  const h = hiddenOf(cell);
  return {
    imports,
    helpers: [...helpers, `labels = ${listed(labels)}\n`],
    definition: `${classOf([
      `self.embedding = torch.nn.Embedding(${vocabulary.size}, ${embedding.embeddingDim})`,
      `self.rnn = ${layer(cell, rnn)}`,
      `self.head = torch.nn.Linear(${head.inFeatures}, ${labels.length})`,
    ])}
    def forward(self, indices):
        """Texts of one length; those of several are read best one by one."""
        _, state = self.rnn(self.embedding(indices))
        return self.head(${rnn.bidirectional ? `torch.cat([${h}[-2], ${h}[-1]], dim=1)` : `${h}[-1]`})
`,
    ask: `@torch.no_grad()
def predict(text):
    """Labels and how likely they are, the likeliest first."""
    probabilities = torch.softmax(model(torch.tensor([encode(text)])), dim=1)[0].tolist()
    return sorted(zip(labels, probabilities), key=lambda one: -one[1])


${MAIN}print(predict(${quoted(vocabulary.decode(vocabulary.unit === 'byte' ? [97] : [0]))}))
`,
  };
}

function forecaster({ cell, rnn, head, columns, targets, window, horizon, scaler }: Forecaster): Body {
  const { shift, scale } = scaler.toJSON();
  const places = targets.map((target) => columns.indexOf(target));
  return {
    helpers: [
      `columns = ${listed(columns)}
targets = [${places.join(', ')}]  # ${targets.join(', ')}
shift = torch.tensor([${shift.join(', ')}], dtype=torch.float64)
scale = torch.tensor([${scale.join(', ')}], dtype=torch.float64)
`,
    ],
    definition: `${classOf([
      `self.rnn = ${layer(cell, rnn)}`,
      `self.head = torch.nn.Linear(${rnn.hiddenSize}, ${head.outFeatures})`,
    ])}
    def forward(self, x):
        outputs, _ = self.rnn(x)
        return self.head(outputs[:, -1]).view(-1, ${horizon}, ${targets.length})
`,
    ask: `@torch.no_grad()
def forecast(rows):
    """What comes after the last ${window} rows of columns: (${horizon}, ${targets.length}), in the units of the data."""
    x = (torch.tensor(rows, dtype=torch.float64)[-${window}:] - shift) / scale
    return (model(x.float()[None])[0].double() * scale[targets] + shift[targets]).tolist()


${MAIN}print(forecast([shift.tolist()] * ${window}))
`,
  };
}

function translator(model: Translator): Body {
  const { cell, encoder, decoder, embedding, source, target } = model;
  const { hiddenSize, numLayers } = decoder;
  const [read, written] = [coding(source, 'units', 'encode'), coding(target, 'target_units', 'decode')];
  const ends = target.size + 1;
  return {
    imports: [...read.imports, ...written.imports],
    helpers: [...read.helpers, ...written.helpers],
    definition: `${classOf([
      `self.embedding = torch.nn.Embedding(${source.size}, ${embedding.embeddingDim})`,
      `self.encoder = ${layer(cell, encoder)}`,
      `self.bridge = torch.nn.Linear(${2 * hiddenSize}, ${hiddenSize})`,
      `self.targetEmbedding = torch.nn.Embedding(${ends}, ${embedding.embeddingDim})`,
      `self.decoder = ${layer(cell, decoder)}`,
      `self.attention = torch.nn.Linear(${hiddenSize}, ${2 * hiddenSize}, bias=False)`,
      `self.combine = torch.nn.Linear(${3 * hiddenSize}, ${hiddenSize})`,
      `self.head = torch.nn.Linear(${hiddenSize}, ${ends})`,
    ])}
    def read(self, indices):
        """What the encoder made of each unit, and the state in which the decoder starts."""
        outputs, state = self.encoder(self.embedding(indices))
        ends = ${hiddenOf(cell)}.view(${numLayers}, 2, -1, ${hiddenSize})
        start = torch.tanh(self.bridge(torch.cat([ends[:, 0], ends[:, 1]], dim=2)))
        return outputs, ${cell === 'lstm' ? '(start, torch.zeros_like(start))' : 'start'}

    def forward(self, read, written, state):
        outputs, state = self.decoder(self.targetEmbedding(written), state)
        weights = torch.softmax(self.attention(outputs) @ read.transpose(1, 2), dim=2)
        combined = torch.tanh(self.combine(torch.cat([weights @ read, outputs], dim=2)))
        return self.head(combined), state
`,
    ask: `@torch.no_grad()
def translate(text):
    """The likeliest unit again and again, until the model ends the text."""
    indices, said, last = encode(text), [], ${target.size}
    read, state = model.read(torch.tensor([indices]))
    for _ in range(2 * len(indices) + 20):
        logits, state = model(read, torch.tensor([[last]]), state)
        last = logits.argmax().item()
        if last == ${target.size}:
            break
        said.append(last)
    return decode(said)


${MAIN}print(translate(${quoted(source.decode(source.unit === 'byte' ? [97] : [0]))}))
`,
  };
}
