"""A language model of words: an LSTM whose output layer shares the embedding's weight, trained through windows of a long stream."""

import json

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)
torch.manual_seed(1111)

TOKENS, SIZE, LAYERS, BPTT, CLIP = 30, 20, 2, 7, 0.25


class Model(nn.Module):
    def __init__(self, tokens, size, layers, dropout=0.2, tie_weights=False):
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.encoder = nn.Embedding(tokens, size)
        self.rnn = nn.LSTM(size, size, layers, dropout=dropout)
        self.decoder = nn.Linear(size, tokens)
        if tie_weights:
            self.decoder.weight = self.encoder.weight
        self.init_weights()
        self.tokens, self.size, self.layers = tokens, size, layers

    def init_weights(self):
        bound = 0.1
        nn.init.uniform_(self.encoder.weight, -bound, bound)
        nn.init.zeros_(self.decoder.bias)
        nn.init.uniform_(self.decoder.weight, -bound, bound)

    def forward(self, text, hidden):
        embedded = self.drop(self.encoder(text))
        output, hidden = self.rnn(embedded, hidden)
        output = self.drop(output)
        decoded = self.decoder(output).view(-1, self.tokens)
        return F.log_softmax(decoded, dim=1), hidden

    def init_hidden(self, batch):
        weight = next(self.parameters())
        return (
            weight.new_zeros(self.layers, batch, self.size),
            weight.new_zeros(self.layers, batch, self.size),
        )


def random_text(length):
    """Words of which each depends on the one before."""
    noise = torch.randint(0, 3, (length,)).tolist()
    words = [0]
    for n in noise:
        words.append((words[-1] * 7 + 3 + n) % TOKENS)
    return torch.tensor(words)


def batchify(data, batch):
    steps = data.size(0) // batch
    data = data.narrow(0, 0, steps * batch)
    return data.view(batch, -1).t().contiguous()


def repackage_hidden(h):
    """States without their history, so that backward stops at the window's start."""
    if isinstance(h, torch.Tensor):
        return h.detach()
    return tuple(repackage_hidden(v) for v in h)


def get_batch(source, i):
    length = min(BPTT, len(source) - 1 - i)
    return source[i : i + length], source[i + 1 : i + 1 + length].view(-1)


train_data = batchify(random_text(380), 6)
valid_data = batchify(random_text(90), 4)
model = Model(TOKENS, SIZE, LAYERS, tie_weights=True)
criterion = nn.NLLLoss()
lr = 5.0
losses = []


def evaluate(source):
    model.eval()
    total = 0.0
    hidden = model.init_hidden(4)
    with torch.no_grad():
        for i in range(0, source.size(0) - 1, BPTT):
            data, targets = get_batch(source, i)
            output, hidden = model(data, hidden)
            hidden = repackage_hidden(hidden)
            total += len(data) * criterion(output, targets).item()
    return total / (len(source) - 1)


def train():
    model.train()
    hidden = model.init_hidden(6)
    for i in range(0, train_data.size(0) - 1, BPTT):
        data, targets = get_batch(train_data, i)
        model.zero_grad()
        hidden = repackage_hidden(hidden)
        output, hidden = model(data, hidden)
        loss = criterion(output, targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        for p in model.parameters():
            p.data.add_(p.grad, alpha=-lr)
        losses.append(loss.item())


best = None
for epoch in range(2):
    train()
    val_loss = evaluate(valid_data)
    losses.append(val_loss)
    if best is None or val_loss < best:
        best = val_loss
    else:
        lr /= 4.0

model.eval()
hidden = model.init_hidden(1)
word = torch.randint(TOKENS, (1, 1), dtype=torch.long)
said = []
with torch.no_grad():
    for _ in range(20):
        output, hidden = model(word, hidden)
        weights = output.squeeze().div(0.7).exp()
        index = torch.multinomial(weights, 1)[0]
        word.fill_(index)
        said.append(index.item())

print(json.dumps({"losses": losses, "also": said}))
