"""A tagger of words: a bidirectional LSTM scores tags, a conditional random field their order (Lample et al., 2016)."""

import json

import torch
import torch.nn as nn
import torch.optim as optim

torch.set_num_threads(1)
torch.manual_seed(1)

START, STOP = "<START>", "<STOP>"
TAGS = {"B": 0, "I": 1, "O": 2, START: 3, STOP: 4}
WORDS, EMBEDDING, HIDDEN = 15, 5, 4


def argmax(vec):
    _, index = torch.max(vec, 1)
    return index.item()


def log_sum_exp(vec):
    """Of (1, tags), without overflow."""
    largest = vec[0, argmax(vec)]
    largest_everywhere = largest.view(1, -1).expand(1, vec.size()[1])
    return largest + torch.log(torch.sum(torch.exp(vec - largest_everywhere)))


class Tagger(nn.Module):
    def __init__(self, words, tags, embedding_dim, hidden_dim):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.tags = tags
        self.word_embeds = nn.Embedding(words, embedding_dim)
        self.lstm = nn.LSTM(embedding_dim, hidden_dim // 2, num_layers=1, bidirectional=True)
        self.hidden2tag = nn.Linear(hidden_dim, len(tags))
        # transitions[to, from]: nothing leads to the start, nothing comes after the stop.
        self.transitions = nn.Parameter(torch.randn(len(tags), len(tags)))
        self.transitions.data[tags[START], :] = -10000
        self.transitions.data[:, tags[STOP]] = -10000
        self.hidden = self.init_hidden()

    def init_hidden(self):
        return (torch.randn(2, 1, self.hidden_dim // 2), torch.randn(2, 1, self.hidden_dim // 2))

    def forward_algorithm(self, feats):
        init_alphas = torch.full((1, len(self.tags)), -10000.0)
        init_alphas[0][self.tags[START]] = 0.0
        forward_var = init_alphas
        for feat in feats:
            alphas = []
            for tag in range(len(self.tags)):
                emit_score = feat[tag].view(1, -1).expand(1, len(self.tags))
                trans_score = self.transitions[tag].view(1, -1)
                tag_var = forward_var + trans_score + emit_score
                alphas.append(log_sum_exp(tag_var).view(1))
            forward_var = torch.cat(alphas).view(1, -1)
        terminal_var = forward_var + self.transitions[self.tags[STOP]]
        return log_sum_exp(terminal_var)

    def lstm_features(self, sentence):
        self.hidden = self.init_hidden()
        embeds = self.word_embeds(sentence).view(len(sentence), 1, -1)
        lstm_out, self.hidden = self.lstm(embeds, self.hidden)
        lstm_out = lstm_out.view(len(sentence), self.hidden_dim)
        return self.hidden2tag(lstm_out)

    def score_sentence(self, feats, tags):
        score = torch.zeros(1)
        tags = torch.cat([torch.tensor([self.tags[START]], dtype=torch.long), tags])
        for i, feat in enumerate(feats):
            score = score + self.transitions[tags[i + 1], tags[i]] + feat[tags[i + 1]]
        return score + self.transitions[self.tags[STOP], tags[-1]]

    def viterbi_decode(self, feats):
        backpointers = []
        init_vvars = torch.full((1, len(self.tags)), -10000.0)
        init_vvars[0][self.tags[START]] = 0
        forward_var = init_vvars
        for feat in feats:
            bptrs, viterbi_vars = [], []
            for tag in range(len(self.tags)):
                tag_var = forward_var + self.transitions[tag]
                best_tag = argmax(tag_var)
                bptrs.append(best_tag)
                viterbi_vars.append(tag_var[0][best_tag].view(1))
            forward_var = (torch.cat(viterbi_vars) + feat).view(1, -1)
            backpointers.append(bptrs)
        terminal_var = forward_var + self.transitions[self.tags[STOP]]
        best_tag = argmax(terminal_var)
        path_score = terminal_var[0][best_tag]
        best_path = [best_tag]
        for bptrs in reversed(backpointers):
            best_tag = bptrs[best_tag]
            best_path.append(best_tag)
        start = best_path.pop()
        assert start == self.tags[START]
        best_path.reverse()
        return path_score, best_path

    def neg_log_likelihood(self, sentence, tags):
        feats = self.lstm_features(sentence)
        return self.forward_algorithm(feats) - self.score_sentence(feats, tags)

    def forward(self, sentence):
        return self.viterbi_decode(self.lstm_features(sentence))


def random_sentence():
    """Words, of which the last five begin a name that goes on through words of 5 to 9."""
    words = torch.randint(0, WORDS, (int(torch.randint(4, 9, (1,))),)).tolist()
    tags = []
    for word in words:
        inside = len(tags) > 0 and tags[-1] != TAGS["O"]
        tags.append(TAGS["B"] if word >= 10 else TAGS["I"] if word >= 5 and inside else TAGS["O"])
    return torch.tensor(words), torch.tensor(tags)


sentences = [random_sentence() for _ in range(5)]
model = Tagger(WORDS, TAGS, EMBEDDING, HIDDEN)
optimizer = optim.SGD(model.parameters(), lr=0.05, weight_decay=1e-4)

losses = []
for epoch in range(4):
    for sentence, tags in sentences:
        model.zero_grad()
        loss = model.neg_log_likelihood(sentence, tags)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

with torch.no_grad():
    said = [model(sentence)[1] for sentence, _ in sentences]

print(json.dumps({"losses": losses, "also": said}))
