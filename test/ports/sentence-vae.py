"""Sentences through a vector and back (Bowman et al., 2016): packed GRUs, words dropped from the decoder's input, a rising weight of the divergence."""

import json
import math

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.nn.utils.rnn as rnn_utils

torch.set_num_threads(1)
torch.manual_seed(10)

PAD, UNK, SOS, EOS = 0, 1, 2, 3
VOCABULARY, EMBEDDING, HIDDEN, LATENT, BATCH, LONGEST = 25, 10, 16, 4, 8, 9


class SentenceVAE(nn.Module):
    def __init__(self, word_dropout, embedding_dropout):
        super().__init__()
        self.word_dropout_rate = word_dropout
        self.embedding = nn.Embedding(VOCABULARY, EMBEDDING)
        self.embedding_dropout = nn.Dropout(p=embedding_dropout)
        self.encoder_rnn = nn.GRU(EMBEDDING, HIDDEN, bidirectional=True, batch_first=True)
        self.decoder_rnn = nn.GRU(EMBEDDING, HIDDEN, batch_first=True)
        self.hidden2mean = nn.Linear(HIDDEN * 2, LATENT)
        self.hidden2logv = nn.Linear(HIDDEN * 2, LATENT)
        self.latent2hidden = nn.Linear(LATENT, HIDDEN)
        self.outputs2vocab = nn.Linear(HIDDEN, VOCABULARY)

    def forward(self, sequence, length):
        batch_size = sequence.size(0)
        sorted_lengths, sorted_idx = torch.sort(length, descending=True)
        sequence = sequence[sorted_idx]

        embedded = self.embedding(sequence)
        packed = rnn_utils.pack_padded_sequence(embedded, sorted_lengths.tolist(), batch_first=True)
        _, hidden = self.encoder_rnn(packed)
        hidden = hidden.transpose(0, 1).reshape(batch_size, HIDDEN * 2)

        mean = self.hidden2mean(hidden)
        logv = self.hidden2logv(hidden)
        std = torch.exp(0.5 * logv)
        z = torch.randn([batch_size, LATENT])
        z = z * std + mean
        hidden = self.latent2hidden(z).unsqueeze(0)

        if self.word_dropout_rate > 0:
            prob = torch.rand(sequence.size())
            prob[(sequence - SOS) * (sequence - PAD) == 0] = 1
            decoder_sequence = sequence.clone()
            decoder_sequence[prob < self.word_dropout_rate] = UNK
            embedded = self.embedding(decoder_sequence)
        embedded = self.embedding_dropout(embedded)
        packed = rnn_utils.pack_padded_sequence(embedded, sorted_lengths.tolist(), batch_first=True)
        outputs, _ = self.decoder_rnn(packed, hidden)

        padded = rnn_utils.pad_packed_sequence(outputs, batch_first=True)[0]
        padded = padded.contiguous()
        _, reversed_idx = torch.sort(sorted_idx)
        padded = padded[reversed_idx]
        b, s, _ = padded.size()
        logp = F.log_softmax(self.outputs2vocab(padded.view(-1, padded.size(2))), dim=-1)
        return logp.view(b, s, VOCABULARY), mean, logv, z


def kl_anneal(step, k=0.5, x0=10):
    return 1 / (1 + math.exp(-k * (step - x0)))


criterion = nn.NLLLoss(ignore_index=PAD, reduction="sum")


def loss_fn(logp, target, length, mean, logv, step):
    target = target[:, : torch.max(length).item()].contiguous().view(-1)
    logp = logp.view(-1, logp.size(2))
    nll_loss = criterion(logp, target)
    kl_loss = -0.5 * torch.sum(1 + logv - mean.pow(2) - logv.exp())
    return nll_loss, kl_loss, kl_anneal(step)


def random_batch():
    """Rising words between <sos> and <eos>: what goes in, what should come out, and how long they are."""
    length = torch.randint(3, LONGEST + 1, (BATCH,))
    source = torch.full((BATCH, LONGEST), PAD)
    target = torch.full((BATCH, LONGEST), PAD)
    for i, n in enumerate(length.tolist()):
        first = int(torch.randint(4, VOCABULARY - LONGEST, (1,)))
        words = torch.arange(first, first + n - 1)
        source[i, 0] = SOS
        source[i, 1:n] = words
        target[i, : n - 1] = words
        target[i, n - 1] = EOS
    return source, target, length


model = SentenceVAE(word_dropout=0.3, embedding_dropout=0.5)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

losses = []
for step in range(20):
    source, target, length = random_batch()
    logp, mean, logv, z = model(source, length)
    nll_loss, kl_loss, kl_weight = loss_fn(logp, target, length, mean, logv, step)
    loss = (nll_loss + kl_weight * kl_loss) / BATCH
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())


def inference(n):
    """Words that are likeliest one after the other, from random vectors."""
    z = torch.randn([n, LATENT])
    hidden = model.latent2hidden(z).unsqueeze(0)
    generations = torch.full((n, LONGEST), PAD)
    running = torch.arange(n)
    words = torch.full((n,), SOS)
    for t in range(LONGEST):
        output, hidden = model.decoder_rnn(model.embedding(words.unsqueeze(1)), hidden)
        _, sample = torch.topk(model.outputs2vocab(output), 1, dim=-1)
        words = sample.reshape(-1)
        generations[running, t] = words
        going_on = words != EOS
        if not going_on.any():
            break
        running, words, hidden = running[going_on], words[going_on], hidden[:, going_on]
    return generations


model.eval()
with torch.no_grad():
    said = inference(4).tolist()

print(json.dumps({"losses": losses, "also": said}))
