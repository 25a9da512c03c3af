# Networks as PyTorch 2.13's exporter writes them, and what they give: python make.py
import json

import torch
from torch import nn
from torch.onnx._internal.torchscript_exporter import onnx_proto_utils

# The exporter wants the onnx package to look for custom operators, of which there are none.
onnx_proto_utils._add_onnxscript_fn = lambda model_bytes, *_: model_bytes


class Network(nn.Module):
    """An embedding, a recurrent layer, what is read of it, and a head of two linear layers."""

    def __init__(self, cell, reads, layers=1, bidirectional=False):
        super().__init__()
        size = 8 * (2 if bidirectional else 1)
        self.reads = reads
        self.embedding = nn.Embedding(10, 6)
        self.rnn = cell(6, 8, num_layers=layers, bidirectional=bidirectional, batch_first=True)
        self.norm = nn.LayerNorm(size)
        self.fc = nn.Linear(size, 12)
        self.out = nn.Linear(12, 10)

    def forward(self, x):
        y, h = self.rnn(self.embedding(x))
        h = h[0] if isinstance(h, tuple) else h
        read = {
            "all": lambda: self.norm(y),
            "end of output": lambda: self.norm(y[:, -1]),
            "h_n[-1]": lambda: h[-1],
            "both h_n": lambda: torch.cat((h[-2], h[-1]), 1),
            "mean": lambda: y.mean(1),
            "rows": lambda: y.reshape(-1, y.shape[-1]),
        }[self.reads]()
        return torch.log_softmax(self.out(torch.relu(self.fc(read))), -1)


CASES = {
    "all": ((nn.LSTM, "all", 2, True), {}),
    "end": ((nn.GRU, "end of output", 2), {}),
    "state": ((nn.LSTM, "h_n[-1]", 2), {}),
    "states": ((nn.GRU, "both h_n", 1, True), {}),
    "rows": ((nn.RNN, "rows"), {}),
    "mean": ((nn.RNN, "mean"), {}),
    # Gates are cut and turned in the graph.
    "unfolded": ((nn.LSTM, "all", 2, True), {"do_constant_folding": False}),
    "old": ((nn.GRU, "both h_n", 1, True), {"do_constant_folding": False, "opset_version": 11}),
}

expected = {}
for name, (sizes, options) in CASES.items():
    torch.manual_seed(0)
    network = Network(*sizes).eval()
    x = torch.randint(10, (2, 5))
    torch.onnx.export(
        network,
        (x,),
        f"{name}.onnx",
        dynamo=False,
        input_names=["x"],
        output_names=["y"],
        dynamic_axes={"x": {0: "batch", 1: "time"}, "y": {0: "batch"}},
        **{"opset_version": 17, **options},
    )
    y = network(x)
    expected[name] = {"x": x.tolist(), "shape": list(y.shape), "y": y.flatten().tolist()}
with open("expected.json", "w") as file:
    json.dump(expected, file)
