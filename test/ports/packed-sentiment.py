"""Sentiment of reviews of several lengths: a packed bidirectional LSTM whose last states of both directions are read."""

import json

import torch
import torch.nn as nn

torch.set_num_threads(1)
torch.manual_seed(1234)

VOCABULARY, EMBEDDING, HIDDEN, UNK, PAD, BATCH = 40, 12, 16, 0, 1, 6


class Sentiment(nn.Module):
    def __init__(self, vocabulary, embedding_dim, hidden_dim, output_dim, layers, dropout, pad):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding_dim, padding_idx=pad)
        self.rnn = nn.LSTM(
            embedding_dim, hidden_dim, num_layers=layers, bidirectional=True, dropout=dropout
        )
        self.fc = nn.Linear(hidden_dim * 2, output_dim)
        self.dropout = nn.Dropout(dropout)

    def forward(self, text, lengths):
        embedded = self.dropout(self.embedding(text))
        packed = nn.utils.rnn.pack_padded_sequence(embedded, lengths, enforce_sorted=False)
        packed_output, (hidden, cell) = self.rnn(packed)
        output, output_lengths = nn.utils.rnn.pad_packed_sequence(packed_output)
        hidden = self.dropout(torch.cat((hidden[-2, :, :], hidden[-1, :, :]), dim=1))
        return self.fc(hidden)


def random_reviews():
    """Padded words (time, batch), lengths, and labels: 1 where words of the upper half are more."""
    lengths = torch.randint(2, 10, (BATCH,))
    reviews = [torch.randint(2, VOCABULARY, (int(n),)) for n in lengths]
    labels = torch.tensor([(r >= VOCABULARY // 2).float().mean() > 0.5 for r in reviews]).float()
    return nn.utils.rnn.pad_sequence(reviews, padding_value=PAD), lengths, labels


def binary_accuracy(predictions, y):
    correct = (torch.round(torch.sigmoid(predictions)) == y).float()
    return correct.sum() / len(correct)


train_batches = [random_reviews() for _ in range(9)]
valid_batches = [random_reviews() for _ in range(3)]
model = Sentiment(VOCABULARY, EMBEDDING, HIDDEN, 1, layers=2, dropout=0.5, pad=PAD)
pretrained = torch.randn(VOCABULARY, EMBEDDING)
model.embedding.weight.data.copy_(pretrained)
model.embedding.weight.data[UNK] = torch.zeros(EMBEDDING)
model.embedding.weight.data[PAD] = torch.zeros(EMBEDDING)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
criterion = nn.BCEWithLogitsLoss()

losses = []
accuracies = []
for epoch in range(2):
    model.train()
    for text, lengths, labels in train_batches:
        optimizer.zero_grad()
        predictions = model(text, lengths).squeeze(1)
        loss = criterion(predictions, labels)
        accuracies.append(binary_accuracy(predictions, labels).item())
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    model.eval()
    total = 0
    with torch.no_grad():
        for text, lengths, labels in valid_batches:
            predictions = model(text, lengths).squeeze(1)
            total += criterion(predictions, labels).item()
    losses.append(total / len(valid_batches))

print(json.dumps({"losses": losses, "also": accuracies}))
