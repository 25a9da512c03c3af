import { LAYER, type Network, type Order, type Plan } from './plan.js';

/** The plan as a Python program on PyTorch. */
export function pytorchProgram(plan: Plan): string {
  return plan.kind === 'sentence' ? sentence(plan) : file(plan);
}

/** A text as Python writes it: JSON's escapes are Python's too, save for characters beyond 16 bits, which stay as they are. */
const quoted = (text: string): string => JSON.stringify(text);
const listed = (units: readonly string[]): string => `[${units.map(quoted).join(', ')}]`;

/** Whether Python's own characters, code points, are these units. */
const isPlain = (text: string, units: readonly string[]): boolean =>
  [...text].join('\0') === units.join('\0');

function dictionary(order: Order): string {
  if (order === 'first') return 'list(dict.fromkeys(characters))';
  return order === 'sorted' ? 'sorted(set(characters))' : listed(order.units);
}

function layer({ cell, hiddenSize, numLayers }: Network, size: string): string {
  const layers = numLayers > 1 ? `, num_layers=${numLayers}` : '';
  return `torch.nn.${LAYER[cell]}(${size}, ${hiddenSize}${layers}, batch_first=True)`;
}

/** Without a linear layer the recurrent layer is the whole model. */
function definition(network: Network): string {
  const size = 'len(char_set)';
  if (!network.head) return `model = ${layer(network, size)}\n`;
  return `
class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = ${layer(network, size)}
        self.head = torch.nn.Linear(${network.hiddenSize}, ${size})

    def forward(self, x, state=None):
        outputs, state = self.rnn(x, state)
        return self.head(outputs), state


model = Model()
`;
}

function sentence(plan: Extract<Plan, { kind: 'sentence' }>): string {
  const { text, units, order, network, epochs, lr, seed } = plan;
  const characters = isPlain(text, units)
    ? 'list(sample)'
    : `${listed(units)}  # by what readers call characters`;
  return `import torch

torch.manual_seed(${seed})

sample = ${quoted(text)}
characters = ${characters}
char_set = ${dictionary(order)}
char_dic = {c: i for i, c in enumerate(char_set)}
indices = torch.tensor([[char_dic[c] for c in characters]])

X = torch.nn.functional.one_hot(indices[:, :-1], len(char_set)).float()
Y = indices[:, 1:]

${definition(network)}
criterion = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=${lr})

for i in range(${epochs}):
    optimizer.zero_grad()
    outputs, _ = model(X)
    loss = criterion(outputs.reshape(-1, len(char_set)), Y.reshape(-1))
    loss.backward()
    optimizer.step()

    result = outputs.argmax(dim=2)
    result_str = "".join(char_set[c] for c in result[0])
    print(i, "loss: ", loss.item(), "prediction: ", result.numpy(), "true Y: ", Y.tolist(), "prediction str: ", result_str)
`;
}

function file(plan: Extract<Plan, { kind: 'file' }>): string {
  const { path, order, network, epochs, lr, seed, batch, seqLength, clip, val = 0 } = plan;
  const held = val === 0 ? '' : `data = data[: round(len(data) * (1 - ${val}))]  # the rest is held out\n`;
  const detach = network.cell === 'lstm' ? 'tuple(s.detach() for s in state)' : 'state.detach()';
  return `import torch

torch.manual_seed(${seed})

with open(${quoted(path)}, encoding="utf-8", newline="") as f:
    characters = f.read()
char_set = ${dictionary(order)}
char_dic = {c: i for i, c in enumerate(char_set)}
data = torch.tensor([char_dic[c] for c in characters])
${held}
# Streams side by side: row r of each window goes on where row r of the one before ended.
seq_length = ${seqLength}
batch_size = max(1, min(${batch}, (len(data) - 1) // seq_length))
length = (len(data) - 1) // batch_size
inputs = data[: batch_size * length].view(batch_size, length)
targets = data[1 : batch_size * length + 1].view(batch_size, length)

${definition(network)}
criterion = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=${lr})

for epoch in range(${epochs}):
    state, total = None, 0.0
    for start in range(0, length, seq_length):
        X = torch.nn.functional.one_hot(inputs[:, start : start + seq_length], len(char_set)).float()
        Y = targets[:, start : start + seq_length]
        optimizer.zero_grad()
        outputs, state = model(X, state)
        state = ${detach}
        loss = criterion(outputs.reshape(-1, len(char_set)), Y.reshape(-1))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), ${clip})
        optimizer.step()
        total += loss.item() * Y.numel()
    print(f"epoch {epoch + 1}/${epochs}  loss {total / inputs.numel():.4f}")
`;
}
