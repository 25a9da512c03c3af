"""Sequences of digits translated to their reverse, token by token, with additive attention (Bahdanau et al., 2015)."""

import json

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import optim

torch.set_num_threads(1)
torch.manual_seed(7)

SOS, EOS = 0, 1
VOCABULARY, HIDDEN, LENGTH, BATCH = 12, 16, 6, 8


class Encoder(nn.Module):
    def __init__(self, input_size, hidden_size, dropout=0.1):
        super().__init__()
        self.embedding = nn.Embedding(input_size, hidden_size)
        self.gru = nn.GRU(hidden_size, hidden_size, batch_first=True)
        self.dropout = nn.Dropout(dropout)

    def forward(self, source):
        embedded = self.dropout(self.embedding(source))
        output, hidden = self.gru(embedded)
        return output, hidden


class Attention(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.query = nn.Linear(hidden_size, hidden_size)
        self.keys = nn.Linear(hidden_size, hidden_size)
        self.energy = nn.Linear(hidden_size, 1)

    def forward(self, query, keys):
        scores = self.energy(torch.tanh(self.query(query) + self.keys(keys)))
        scores = scores.squeeze(2).unsqueeze(1)
        weights = F.softmax(scores, dim=-1)
        context = torch.bmm(weights, keys)
        return context, weights


class Decoder(nn.Module):
    def __init__(self, hidden_size, output_size, dropout=0.1):
        super().__init__()
        self.output_size = output_size
        self.embedding = nn.Embedding(output_size, hidden_size)
        self.attention = Attention(hidden_size)
        self.gru = nn.GRU(2 * hidden_size, hidden_size, batch_first=True)
        self.out = nn.Linear(hidden_size, output_size)
        self.dropout = nn.Dropout(dropout)

    def forward(self, encoder_outputs, hidden, target=None, forcing=0.0):
        batch = encoder_outputs.size(0)
        token = torch.full((batch, 1), SOS, dtype=torch.long)
        outputs = torch.zeros(LENGTH + 1, batch, self.output_size)
        attentions = []
        for t in range(LENGTH + 1):
            output, hidden, weights = self.step(token, hidden, encoder_outputs)
            outputs[t] = output.squeeze(1)
            attentions.append(weights)
            if target is not None and torch.rand(1).item() < forcing:
                token = target[:, t].unsqueeze(1)
            else:
                _, best = output.topk(1)
                token = best.squeeze(-1).detach()
        log_probs = F.log_softmax(outputs.transpose(0, 1), dim=-1)
        return log_probs, hidden, torch.cat(attentions, dim=1)

    def step(self, token, hidden, encoder_outputs):
        embedded = self.dropout(self.embedding(token))
        query = hidden.permute(1, 0, 2)
        context, weights = self.attention(query, encoder_outputs)
        gru_input = torch.cat((embedded, context), dim=2)
        output, hidden = self.gru(gru_input, hidden)
        return self.out(output), hidden, weights


def random_pairs():
    source = torch.randint(2, VOCABULARY, (BATCH, LENGTH))
    end = torch.full((BATCH, 1), EOS)
    return torch.cat([source, end], dim=1), torch.cat([source.flip(1), end], dim=1)


encoder = Encoder(VOCABULARY, HIDDEN)
decoder = Decoder(HIDDEN, VOCABULARY)
encoder_optimizer = optim.Adam(encoder.parameters(), lr=0.01)
decoder_optimizer = optim.Adam(decoder.parameters(), lr=0.01)
criterion = nn.NLLLoss()

losses = []
for _ in range(20):
    source, target = random_pairs()
    encoder_optimizer.zero_grad()
    decoder_optimizer.zero_grad()
    encoder_outputs, encoder_hidden = encoder(source)
    log_probs, _, _ = decoder(encoder_outputs, encoder_hidden, target, forcing=0.5)
    loss = criterion(log_probs.view(-1, log_probs.size(-1)), target.view(-1))
    loss.backward()
    encoder_optimizer.step()
    decoder_optimizer.step()
    losses.append(loss.item())

encoder.eval()
decoder.eval()
with torch.no_grad():
    source, _ = random_pairs()
    encoder_outputs, encoder_hidden = encoder(source)
    log_probs, _, _ = decoder(encoder_outputs, encoder_hidden)
    said = log_probs.argmax(-1)

print(json.dumps({"losses": losses, "also": said.tolist()}))
