"""Makes longseq.json and timeseries.json beside this file, with real PyTorch: python3 labs.py

longseq is the course's lab 11-3 with the dictionary in order of first appearance. timeseries is lab 11-4 on a series that this
file computes (the course's own prices belong to others), with the course's scaling, windows, network and optimiser.
"""
import json
import math
import os

import torch
from torch import nn

SENTENCE = (
    "if you want to build a ship, don't drum up people together to "
    "collect wood and don't assign them tasks and work, but rather "
    "teach them to long for the endless immensity of the sea."
)


def longseq():
    torch.manual_seed(0)
    letters = list(dict.fromkeys(SENTENCE))
    size = len(letters)
    indices = [letters.index(c) for c in SENTENCE]
    starts = range(len(indices) - 10)
    X = nn.functional.one_hot(torch.tensor([indices[i : i + 10] for i in starts]), size).float()
    Y = torch.tensor([indices[i + 1 : i + 11] for i in starts])
    rnn, fc = nn.RNN(size, size, num_layers=2, batch_first=True), nn.Linear(size, size)
    optimizer = torch.optim.Adam([*rnn.parameters(), *fc.parameters()], lr=0.1)
    losses = []
    for _ in range(100):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(fc(rnn(X)[0]).view(-1, size), Y.view(-1))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses}


def day(i):
    close = 100 + 20 * math.sin(i / 9) + 5 * math.sin(i / 2) + i / 10
    return [close + math.sin(i), close + 2, close - 2, 1000 + 300 * math.cos(i / 5), close]


def scaled(rows):
    columns = list(zip(*rows))
    return [[(v - min(c)) / (max(c) - min(c) + 1e-7) for v, c in zip(row, columns)] for row in rows]


def windows(rows):
    starts = range(len(rows) - 7)
    return torch.tensor([rows[i : i + 7] for i in starts]), torch.tensor([[rows[i + 7][4]] for i in starts])


def timeseries():
    torch.manual_seed(0)
    days = [day(i) for i in range(120)]
    X, Y = windows(scaled(days[: int(120 * 0.7)]))
    lstm, fc = nn.LSTM(5, 10, batch_first=True), nn.Linear(10, 1)
    optimizer = torch.optim.Adam([*lstm.parameters(), *fc.parameters()], lr=0.01)
    losses = []
    for _ in range(500):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(fc(lstm(X)[0][:, -1]), Y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses}


for make in (longseq, timeseries):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), make.__name__ + ".json")
    with open(path, "w") as file:
        json.dump({"torch": torch.__version__, **make()}, file)
        file.write("\n")
