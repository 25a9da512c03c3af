import { LAYER, type TaskPlan } from './plan.js';

/** The columns of a table, or the keys of its JSON objects. */
export interface LabelNames {
  readonly text: string;
  readonly label: string;
}

/** Whether the Python program has all that a plan asks for. */
export function isInPytorch({ kind, paths, isFolder, encoding, vocabulary, model, fit }: TaskPlan): boolean {
  const { unit, minCount, unknown, order } = vocabulary;
  const isOfLetters =
    unit === undefined && minCount === undefined && unknown === 'skip' && typeof order !== 'object';
  const isSteady = fit.optimizer === undefined && fit.schedule === undefined && fit.patience === undefined;
  const isOneFile = paths.length === 1 && !isFolder && encoding === undefined;
  return kind === 'labels' && isOneFile && isOfLetters && isSteady && model.cell !== 'mingru';
}

/** Labelled texts as a Python program on PyTorch: the same dice, and so the same order, split and losses. */
export function pytorchLabels(
  { paths, reading, vocabulary, model, task, fit, seed }: TaskPlan,
  names: LabelNames,
): string {
  const { cell = 'gru', hiddenSize = 64, numLayers = 1, embeddingSize = 32, bidirectional, dropout } = model;
  const layer = LAYER[cell as keyof typeof LAYER];
  const { batchSize = 32, validation = 0 } = task;
  const { epochs, lr, clip = 5 } = fit;
  const isJson = reading.format === 'jsonl';
  const [text, label] = [`row[${JSON.stringify(names.text)}]`, `row[${JSON.stringify(names.label)}]`];
  const both = bidirectional === true;
  const options = [
    ...(numLayers === 1 ? [] : [`num_layers=${String(numLayers)}`]),
    ...(both ? ['bidirectional=True'] : []),
    ...(dropout === undefined ? [] : [`dropout=${JSON.stringify(dropout)}`]),
  ].map((option) => `, ${option}`);
  const clipping =
    clip === Infinity ? '' : `        torch.nn.utils.clip_grad_norm_(model.parameters(), ${String(clip)})\n`;
  const units = 'dict.fromkeys("\\n".join(text for text, _ in data))';
  return `import collections
import ${isJson ? 'json' : 'csv'}
import unicodedata

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence

torch.manual_seed(${seed})

with open(${JSON.stringify(paths[0])}, encoding="utf-8-sig", newline="") as f:
    rows = ${isJson ? '[json.loads(line) for line in f if line.strip()]' : 'list(csv.DictReader(f))'}
data = [(${text}, ${isJson ? `str(${label})` : label}.strip()) for row in rows]
labels = sorted({label for _, label in data})
char_set = ${vocabulary.order === 'sorted' ? 'sorted' : 'list'}(${units})
char_dic = {c: i for i, c in enumerate(char_set)}


def shuffled(count, seed):
    """The numbers below count in an order by lot, after Fisher and Yates."""
    dice = torch.Generator().manual_seed(seed)
    order = list(range(count))
    for i in range(count - 1, 0, -1):
        j = int(torch.rand((), dtype=torch.float64, generator=dice) * (i + 1))
        order[i], order[j] = order[j], order[i]
    return order


def split(part, seed):
    """What is learnt, and what is held out; equal texts stay on one side."""
    keys = [unicodedata.normalize("NFC", text.strip()) for text, _ in data]
    sizes = collections.Counter(keys)
    firsts = {key: i for i, key in reversed(list(enumerate(keys)))}
    room, left, held_out = int(len(data) * part + 0.5), len(data), set()
    order = shuffled(len(data), seed)
    for i in order:
        size = sizes[keys[i]]
        if firsts[keys[i]] == i and size <= 2 * room and size < left:
            held_out.add(keys[i])
            room, left = room - size, left - size
    return [[data[i] for i in order if (keys[i] in held_out) == side] for side in (False, True)]


class Classifier(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(len(char_set), ${String(embeddingSize)})
        self.rnn = torch.nn.${layer}(${String(embeddingSize)}, ${String(hiddenSize)}, batch_first=True${options.join('')})
        self.head = torch.nn.Linear(${both ? `2 * ${String(hiddenSize)}` : String(hiddenSize)}, len(labels))

    def forward(self, texts):
        indices = [torch.tensor([char_dic[c] for c in text]) for text in texts]
        lengths = torch.tensor([len(one) for one in indices])
        embedded = self.embedding(pad_sequence(indices, batch_first=True))
        packed = pack_padded_sequence(embedded, lengths, batch_first=True, enforce_sorted=False)
        _, ${cell === 'lstm' ? '(h, _)' : 'h'} = self.rnn(packed)
        return self.head(${both ? 'torch.cat([h[-2], h[-1]], dim=1)' : 'h[-1]'})


model = Classifier()
criterion = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=${String(lr)})
training, held_out = split(${String(validation)}, ${seed})


def loss_of(batch):
    wanted = torch.tensor([labels.index(label) for _, label in batch])
    return criterion(model([text for text, _ in batch]), wanted)


for epoch in range(${epochs}):
    order, total = shuffled(len(training), ${seed} + epoch + 1), 0.0
    model.train()
    for start in range(0, len(order), ${String(batchSize)}):
        batch = [training[i] for i in order[start : start + ${String(batchSize)}]]
        optimizer.zero_grad()
        loss = loss_of(batch)
        loss.backward()
${clipping}        optimizer.step()
        total += loss.item() * len(batch)
    model.eval()
    with torch.no_grad():
        val = f"  val {loss_of(held_out).item():.4f}" if held_out else ""
    print(f"epoch {epoch + 1}/${epochs}  loss {total / len(training):.4f}{val}")
`;
}
