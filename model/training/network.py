"""The base encoder (BERT's architecture, as in multilingual-e5-small) with low-rank deltas, and the adapter's file.

W' = W + scale * B A for the six linear layers of every block; all else is frozen. The cross-encoder is the same network
over a pair, with a linear head. The file is the one `model/src/adapter.rs` reads (safetensors, `lora_a`, `lora_b`).
"""

import hashlib
import json
import math

import numpy as np
import torch
import torch.nn.functional as F

PARTS = [
    "attention.self.query", "attention.self.key", "attention.self.value",
    "attention.output.dense", "intermediate.dense", "output.dense",
]
NORMS = ["attention.output.LayerNorm", "output.LayerNorm"]


def dequantise(weight):
    """f32 of a tensor as stored: Q4_0 blocks (u8: an f16 step, then 32 values of 4 bits) or floats."""
    if weight.dtype != np.uint8:
        return np.asarray(weight, np.float32)
    blocks = weight.reshape(-1, 18)
    step = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    low, high = (blocks[:, 2:] & 15).astype(np.int8) - 8, (blocks[:, 2:] >> 4).astype(np.int8) - 8
    return (np.concatenate([low, high], 1) * step).reshape(len(weight), -1).astype(np.float32)


class Encoder(torch.nn.Module):
    """The network; `weights` by GGUF's names, `rank` 0 for the base as it is, `head` for a cross-encoder."""

    def __init__(self, weights, config, rank=0, head=False):
        super().__init__()
        self.hidden, self.heads = config["hidden_size"], config["num_attention_heads"]
        self.layers, self.epsilon = config["num_hidden_layers"], config["layer_norm_eps"]
        self.rank, self.scale = rank, 1.0
        get = lambda name: torch.from_numpy(dequantise(weights[name]).copy())
        # the token type is always 0, so its vector goes with the positions
        place = get("embeddings.position_embeddings.weight") + get("embeddings.token_type_embeddings.weight")[0]
        self.register_buffer("words", get("embeddings.word_embeddings.weight"))
        self.register_buffer("places", place)
        self.low_rank = torch.nn.ParameterDict()
        self.freeze("embeddings.LayerNorm", get)
        for layer in range(self.layers):
            for part in PARTS + NORMS:
                self.freeze("encoder.layer.%d.%s" % (layer, part), get)
            for part in PARTS if rank else []:
                name = "encoder.layer.%d.%s" % (layer, part)
                rows, columns = get(name + ".weight").shape
                random = torch.Generator().manual_seed(layer * 7 + len(part))
                down = torch.randn(rank, columns, generator=random) / math.sqrt(columns)
                self.low_rank[key(name, "a")] = torch.nn.Parameter(down)
                self.low_rank[key(name, "b")] = torch.nn.Parameter(torch.zeros(rows, rank))
        self.head = torch.nn.Linear(self.hidden, 1) if head else None
        if head:
            torch.nn.init.zeros_(self.head.weight)
            torch.nn.init.zeros_(self.head.bias)

    def freeze(self, name, get):
        """Keeps a layer's weight and bias as buffers."""
        for kind in ("weight", "bias"):
            self.register_buffer(key(name, kind), get(name + "." + kind))

    def linear(self, name, x):
        """A linear layer with its delta."""
        y = F.linear(x, getattr(self, key(name, "weight")), getattr(self, key(name, "bias")))
        if self.rank:
            y = y + F.linear(F.linear(x, self.low_rank[key(name, "a")]), self.low_rank[key(name, "b")]) * self.scale
        return y

    def norm(self, name, x):
        """Layer normalisation."""
        return F.layer_norm(
            x, (self.hidden,), getattr(self, key(name, "weight")), getattr(self, key(name, "bias")), self.epsilon
        )

    def forward(self, ids, mask, dropout=0.0):
        """Mean over the last states of the tokens: [texts, hidden]."""
        texts, length = ids.shape
        drop = lambda y: F.dropout(y, dropout) if dropout and self.training else y
        split = lambda y: y.view(texts, length, self.heads, self.hidden // self.heads).transpose(1, 2)
        x = self.norm("embeddings.LayerNorm", self.words[ids] + self.places[:length])
        for layer in range(self.layers):
            at = "encoder.layer.%d." % layer
            query, keys, value = (split(self.linear(at + part, x)) for part in PARTS[:3])
            attention = F.scaled_dot_product_attention(query, keys, value, attn_mask=mask[:, None, None])
            attention = attention.transpose(1, 2).reshape(texts, length, self.hidden)
            x = self.norm(at + NORMS[0], x + drop(self.linear(at + PARTS[3], attention)))
            inner = F.gelu(self.linear(at + PARTS[4], x))
            x = self.norm(at + NORMS[1], x + drop(self.linear(at + PARTS[5], inner)))
        mask = mask[..., None].to(x.dtype)
        return (x * mask).sum(1).float() / mask.sum(1).float()

    def base_checksum(self):
        """What an adapter names its base by: sha256 over the f32 bytes of all value projections."""
        digest = hashlib.sha256()
        for layer in range(self.layers):
            weight = getattr(self, key("encoder.layer.%d.attention.self.value" % layer, "weight"))
            digest.update(np.ascontiguousarray(weight.cpu().numpy(), "<f4").tobytes())
        return digest.hexdigest()


def key(name, kind):
    """A name that PyTorch takes for a parameter."""
    return (name + "." + kind).replace(".", "_")


def save_adapter(path, network, name, purpose, scale=1.0, max_tokens=512, facts=None, int8=False):
    """Writes the network's deltas (and head); `scale` is the one at use, whatever it was in training."""
    from safetensors.numpy import save_file

    tensors = {}
    for layer in range(network.layers):
        for part in PARTS:
            place = "encoder.layer.%d.%s" % (layer, part)
            for kind in "ab":
                matrix = network.low_rank[key(place, kind)].detach().float().cpu().numpy()
                if int8:  # rows of 8 bits, as the shipped adapters are
                    step = np.abs(matrix).max(1) / 127
                    step[step == 0] = 1
                    tensors["%s.lora_%s.scale" % (place, kind)] = step.astype(np.float32)
                    matrix = np.round(matrix / step[:, None]).astype(np.int8)
                tensors["%s.lora_%s" % (place, kind)] = np.ascontiguousarray(matrix)
    about = {"version": 1, "name": name, "purpose": purpose, "base": network.base_checksum(), "scale": scale}
    if network.head is not None:
        tensors["head.weight"] = network.head.weight.detach().float().cpu().numpy()
        tensors["head.bias"] = network.head.bias.detach().float().cpu().numpy()
        about |= {"pooling": "mean", "max_tokens": max_tokens}
    about["facts"] = facts or {}
    save_file(tensors, str(path), {"rasoat_adapter": json.dumps(about, ensure_ascii=False)})


def load_adapter(path, weights, config, device, scale=None):
    """The network with an adapter of a file; `scale` in place of the file's."""
    from safetensors import safe_open

    with safe_open(str(path), "numpy") as file:
        about = json.loads(file.metadata()["rasoat_adapter"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}

    def matrix(name):
        values = tensors[name].astype(np.float32)
        return torch.from_numpy(values * tensors[name + ".scale"][:, None] if name + ".scale" in tensors else values)

    rank = len(tensors["encoder.layer.0.%s.lora_a" % PARTS[0]])
    network = Encoder(weights, config, rank, about["purpose"] == "cross_encoder")
    if about["base"] != network.base_checksum():
        raise SystemExit("%s is an adapter of another base" % path)
    with torch.no_grad():
        for layer in range(network.layers):
            for part in PARTS:
                place = "encoder.layer.%d.%s" % (layer, part)
                for kind in "ab":
                    network.low_rank[key(place, kind)].copy_(matrix("%s.lora_%s" % (place, kind)))
        if network.head is not None:
            network.head.weight.copy_(matrix("head.weight"))
            network.head.bias.copy_(matrix("head.bias"))
    network.scale = about.get("scale", 1.0) if scale is None else scale
    return network.to(device)


def absorb_scale(network):
    """Moves the scale into B, before training goes on."""
    with torch.no_grad():
        for name, parameter in network.low_rank.items():
            if name.endswith("_b"):
                parameter.mul_(network.scale)
    network.scale = 1.0
    return network
