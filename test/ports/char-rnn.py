"""A language model of characters that reads one-hot vectors: two layers of LSTM with dropout between and behind them."""

import json

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)
torch.manual_seed(42)

HIDDEN, LAYERS, BATCH, STEPS, CLIP = 24, 2, 4, 9, 5

WORDS = ["the", "rain", "in", "may", "makes", "many", "tiny", "trees", "and", "then", "rests"]
text = " ".join(WORDS[i] for i in torch.randint(0, len(WORDS), (150,)).tolist())
chars = sorted(set(text))
int2char = dict(enumerate(chars))
char2int = {c: i for i, c in int2char.items()}
encoded = torch.tensor([char2int[c] for c in text])


class CharRNN(nn.Module):
    def __init__(self, tokens, n_hidden, n_layers, drop_prob=0.5):
        super().__init__()
        self.n_hidden, self.n_layers = n_hidden, n_layers
        self.lstm = nn.LSTM(tokens, n_hidden, n_layers, dropout=drop_prob, batch_first=True)
        self.dropout = nn.Dropout(drop_prob)
        self.fc = nn.Linear(n_hidden, tokens)

    def forward(self, x, hidden):
        output, hidden = self.lstm(x, hidden)
        out = self.dropout(output)
        out = out.contiguous().view(-1, self.n_hidden)
        return self.fc(out), hidden

    def init_hidden(self, batch):
        weight = next(self.parameters()).data
        return (
            weight.new(self.n_layers, batch, self.n_hidden).zero_(),
            weight.new(self.n_layers, batch, self.n_hidden).zero_(),
        )


def get_batches(array, batch, steps):
    """Windows over streams that lie side by side, and the same one character on; the last one wraps around."""
    count = len(array) // (batch * steps)
    array = array[: count * batch * steps].view(batch, -1)
    for n in range(0, array.size(1), steps):
        x = array[:, n : n + steps]
        y = torch.zeros_like(x)
        y[:, :-1] = x[:, 1:]
        y[:, -1] = array[:, n + steps] if n + steps < array.size(1) else array[:, 0]
        yield x, y


val_from = int(len(encoded) * 0.8)
data, val_data = encoded[:val_from], encoded[val_from:]
net = CharRNN(len(chars), HIDDEN, LAYERS)
opt = torch.optim.Adam(net.parameters(), lr=0.01)
criterion = nn.CrossEntropyLoss()

losses = []
for epoch in range(2):
    h = net.init_hidden(BATCH)
    for counter, (inputs, targets) in enumerate(get_batches(data, BATCH, STEPS)):
        if counter == 9:
            break
        x = F.one_hot(inputs, len(chars)).float()
        h = tuple([each.data for each in h])
        net.zero_grad()
        output, h = net(x, h)
        loss = criterion(output, targets.reshape(BATCH * STEPS))
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), CLIP)
        opt.step()
        losses.append(loss.item())

    net.eval()
    val_h = net.init_hidden(BATCH)
    val_losses = []
    for inputs, targets in get_batches(val_data, BATCH, STEPS):
        x = F.one_hot(inputs, len(chars)).float()
        val_h = tuple([each.data for each in val_h])
        output, val_h = net(x, val_h)
        val_losses.append(criterion(output, targets.reshape(BATCH * STEPS)).item())
    net.train()
    losses.append(sum(val_losses) / len(val_losses))


def predict(char, h, top_k):
    x = F.one_hot(torch.tensor([[char2int[char]]]), len(chars)).float()
    h = tuple([each.data for each in h])
    out, h = net(x, h)
    p = F.softmax(out, dim=1).data
    p, top_ch = p.topk(top_k)
    p, top_ch = p.squeeze(), top_ch.squeeze()
    choice = torch.multinomial(p / p.sum(), 1)
    return int2char[top_ch[choice].item()], h


net.eval()
said = ["t"]
h = net.init_hidden(1)
for _ in range(30):
    char, h = predict(said[-1], h, 5)
    said.append(char)

print(json.dumps({"losses": losses, "also": "".join(said)}))
