"""Sine waves continued by two LSTM cells on top of each other, which learn by L-BFGS from all waves at once."""

import json

import torch
import torch.nn as nn
import torch.optim as optim

torch.set_num_threads(1)
torch.manual_seed(1)

WAVES, LENGTH, PERIOD, HIDDEN = 7, 24, 4, 11


class Sequence(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm1 = nn.LSTMCell(1, HIDDEN)
        self.lstm2 = nn.LSTMCell(HIDDEN, HIDDEN)
        self.linear = nn.Linear(HIDDEN, 1)

    def forward(self, waves, future=0):
        outputs = []
        h_t = torch.zeros(waves.size(0), HIDDEN)
        c_t = torch.zeros(waves.size(0), HIDDEN)
        h_t2 = torch.zeros(waves.size(0), HIDDEN)
        c_t2 = torch.zeros(waves.size(0), HIDDEN)
        for input_t in waves.split(1, dim=1):
            h_t, c_t = self.lstm1(input_t, (h_t, c_t))
            h_t2, c_t2 = self.lstm2(h_t, (h_t2, c_t2))
            output = self.linear(h_t2)
            outputs += [output]
        for _ in range(future):
            h_t, c_t = self.lstm1(output, (h_t, c_t))
            h_t2, c_t2 = self.lstm2(h_t, (h_t2, c_t2))
            output = self.linear(h_t2)
            outputs += [output]
        return torch.cat(outputs, dim=1)


shift = torch.randint(-4 * PERIOD, 4 * PERIOD, (WAVES, 1))
data = torch.sin((torch.arange(LENGTH) + shift).float() / PERIOD)
waves, target = data[3:, :-1], data[3:, 1:]
test_waves, test_target = data[:3, :-1], data[:3, 1:]

seq = Sequence()
criterion = nn.MSELoss()
optimizer = optim.LBFGS(seq.parameters(), lr=0.8, max_iter=4)

losses = []


def closure():
    optimizer.zero_grad()
    out = seq(waves)
    loss = criterion(out, target)
    losses.append(loss.item())
    loss.backward()
    return loss


for _ in range(4):
    optimizer.step(closure)
    with torch.no_grad():
        future = 5
        prediction = seq(test_waves, future=future)
        losses.append(criterion(prediction[:, :-future], test_target).item())

print(json.dumps({"losses": losses, "also": prediction.tolist()}))
