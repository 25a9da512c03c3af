"""The adding problem: the sum of the two marked numbers of a sequence, by a ReLU network that starts at the identity (Le et al., 2015)."""

import json

import torch
import torch.nn as nn

torch.set_num_threads(1)
torch.manual_seed(3)

LENGTH, BATCH, HIDDEN = 20, 16, 20


class IRNN(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.rnn = nn.RNN(input_size, hidden_size, nonlinearity="relu", batch_first=True)
        self.out = nn.Linear(hidden_size, 1)
        for name, parameter in self.rnn.named_parameters():
            if "weight_hh" in name:
                parameter.data.copy_(torch.eye(hidden_size))
            elif "weight_ih" in name:
                nn.init.normal_(parameter, std=0.001)
            else:
                parameter.data.zero_()
        self.out.bias.data.fill_(0.5)

    def forward(self, x):
        _, hidden = self.rnn(x)
        return self.out(hidden[-1])


def adding_problem(batch, length):
    """(batch, length, 2): numbers and marks, one mark in each half; (batch, 1): the sum of the marked numbers."""
    numbers = torch.rand(batch, length)
    marks = torch.zeros(batch, length)
    rows = torch.arange(batch)
    marks[rows, torch.randint(0, length // 2, (batch,))] = 1.0
    marks[rows, torch.randint(length // 2, length, (batch,))] = 1.0
    return torch.stack([numbers, marks], dim=2), (numbers * marks).sum(1, keepdim=True)


model = IRNN(2, HIDDEN)
optimizer = torch.optim.SGD(model.parameters(), lr=0.005, momentum=0.9)
criterion = nn.MSELoss()

losses = []
for _ in range(20):
    x, y = adding_problem(BATCH, LENGTH)
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    losses.append(loss.item())

with torch.no_grad():
    x, _ = adding_problem(BATCH, LENGTH)
    answers = model(x).squeeze()

print(json.dumps({"losses": losses, "also": answers.tolist()}))
