"""Makes dropout.json beside this file, with real PyTorch: python3 dropout.py

masks: what dropout(x, 0.5) leaves of ones that lie in memory in some order, as 0 and 2 in row-major order.
losses: twelve steps of a network that guesses the next letter, with dropout between its layers and behind them.
"""
import json
import os

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

SENTENCE = "to be, or not to be, that is the question: whether 'tis nobler in the mind to suffer"
LETTERS = sorted(set(SENTENCE))

BASE = torch.ones(2, 3, 4)
ROW = torch.ones(4)
ARRANGED = {
    "contiguous": lambda x: x,
    "transposed": lambda x: x.transpose(0, 1),
    "permuted": lambda x: x.permute(2, 0, 1),
    "permuted, contiguous": lambda x: x.permute(2, 0, 1).contiguous(),
    "permuted, clone": lambda x: x.permute(2, 0, 1).clone(),
    "permuted, tanh of tanh": lambda x: x.permute(2, 0, 1).tanh().tanh().sign(),
    "permuted, gelu": lambda x: F.gelu(x.permute(2, 0, 1)).sign(),
    "permuted, relu": lambda x: x.permute(2, 0, 1).relu(),
    "permuted, clamp": lambda x: x.permute(2, 0, 1).clamp(0, 1),
    "permuted, softmax": lambda x: x.permute(2, 0, 1).softmax(0).sign(),
    "permuted, square": lambda x: x.permute(2, 0, 1) ** 2,
    "permuted, from int": lambda x: x.int().permute(2, 0, 1).float(),
    "permuted times contiguous": lambda x: x.permute(2, 0, 1) * torch.ones(4, 2, 3),
    "contiguous times permuted": lambda x: torch.ones(4, 2, 3) * x.permute(2, 0, 1),
    "transposed times row": lambda x: x.transpose(0, 1) * ROW,
    "row times transposed": lambda x: ROW * x.transpose(0, 1),
    "column times permuted": lambda x: torch.ones(4, 1, 1) * x.permute(2, 0, 1),
    "transposed column times contiguous": lambda x: x[:, :, 0].t().unsqueeze(1) * torch.ones(3, 4, 2),
    "where by permuted": lambda x: torch.where(x.permute(2, 0, 1) > 0, x.permute(2, 0, 1), 0.0),
    "where by contiguous": lambda x: torch.where(torch.ones(4, 2, 3) > 0, x.permute(2, 0, 1), 0.0),
    "masked": lambda x: x.permute(2, 0, 1).masked_fill(x.permute(2, 0, 1) < 0, 0.0),
    "sliced": lambda x: x[:, :, ::2].transpose(0, 1),
    "rows left out": lambda x: x.permute(1, 2, 0)[::2],
    "expanded": lambda x: x[:, :, :1].transpose(0, 2).expand(4, 3, 2),
    "axis of one": lambda x: x[:, :1].permute(2, 1, 0),
    "layer norm": lambda x: (F.layer_norm(x.transpose(0, 1), (4,)) + 1).sign(),
    "linear": lambda x: F.linear(x.transpose(0, 1), torch.ones(5, 4)).sign(),
}


def masks():
    found = {}
    for name, arranged in ARRANGED.items():
        torch.manual_seed(1)
        found[name] = [int(v) for v in F.dropout(arranged(BASE), 0.5).flatten().tolist()]
    return found


class Network(nn.Module):
    def __init__(self, kind, batch_first, bidirectional):
        super().__init__()
        self.batch_first = batch_first
        self.embedding = nn.Embedding(len(LETTERS), 6)
        layers = dict(num_layers=2, dropout=0.3, batch_first=batch_first, bidirectional=bidirectional)
        self.rnn = getattr(nn, kind)(6, 8, **layers)
        self.dropout = nn.Dropout(0.4)
        self.fc = nn.Linear(16 if bidirectional else 8, len(LETTERS))

    def forward(self, x, lengths, enforce_sorted):
        embedded = self.embedding(x)
        if lengths is None:
            outputs, _ = self.rnn(embedded)
        else:
            packed = pack_padded_sequence(embedded, lengths, self.batch_first, enforce_sorted)
            outputs, _ = pad_packed_sequence(self.rnn(packed)[0], self.batch_first)
        return self.fc(self.dropout(torch.tanh(outputs)))


def losses(kind, batch_first=True, bidirectional=False, lengths=None, enforce_sorted=True):
    torch.manual_seed(3)
    indices = [LETTERS.index(c) for c in SENTENCE]
    rows = [indices[i : i + 13] for i in range(0, 65, 13)]
    X, Y = torch.tensor([r[:-1] for r in rows]), torch.tensor([r[1:] for r in rows])
    if not batch_first:
        X, Y = X.t(), Y.t()
    network = Network(kind, batch_first, bidirectional)
    found = []
    for step in range(12):
        # Evaluation draws nothing.
        network.train(step % 4 != 3)
        logits = network(X, lengths, enforce_sorted)
        loss = F.cross_entropy(logits.reshape(-1, len(LETTERS)), Y.reshape(-1))
        found.append(loss.item())
        if not network.training:
            continue
        network.zero_grad()
        loss.backward()
        with torch.no_grad():
            for p in network.parameters():
                p -= 0.5 * p.grad
    return found


if __name__ == "__main__":
    made = {
        "torch": torch.__version__,
        "masks": masks(),
        "losses": {
            "LSTM, batchFirst": losses("LSTM"),
            "GRU, batchFirst": losses("GRU"),
            "RNN, batchFirst": losses("RNN"),
            "GRU, time first": losses("GRU", batch_first=False),
            "LSTM, batchFirst, bidirectional": losses("LSTM", bidirectional=True),
            "LSTM, batchFirst, packed": losses("LSTM", lengths=[12, 12, 9, 4, 1]),
            "GRU, batchFirst, packed unsorted": losses("GRU", lengths=[4, 12, 1, 9, 12], enforce_sorted=False),
            "GRU, time first, packed": losses("GRU", batch_first=False, lengths=[12, 12, 9, 4, 1]),
        },
    }
    with open(os.path.join(os.path.dirname(__file__), "dropout.json"), "w") as file:
        json.dump(made, file, indent=1)
        file.write("\n")
