"""Trains and measures the judge: what a draft's norm says of a provision.

Reads lines that `rasoat judge --marked` wrote of what `judge_pairs.py` gathered. The network is that of `network.py` with
token types for marks and a head for four relations; `model/src/judge.rs` and `adapter.rs` read what is written here, and
`rasoat-train judgement` trains the same in candle. A run that was cut off goes on from its checkpoint.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import time

import numpy as np
import torch
import torch.nn.functional as F

from network import NORMS, PARTS, Encoder, key

LABELS = ["contradiction", "consistent", "duplicate", "unrelated"]
KINDS = 6  # marks, "none" included
GROUP = 4  # the most pairs of a group in one batch
SMOOTHING, ORDER, UNMARKED, DROPOUT, HEADINGS = 0.05, 0.4, 0.2, 0.05, 0.3
RELATION_LOSS, SIDE_LOSS = 0.6, 0.7
WARM_UP, LAST_RATE, HEAD_RATE = 80, 0.04, 3.0


class Judge(Encoder):
    """The encoder with marks at its input and relations at its output."""

    def __init__(self, weights, config, rank=32, width=128):
        super().__init__(weights, config, rank)
        self.mark = torch.nn.Parameter(torch.zeros(KINDS, self.hidden))
        self.side = torch.nn.Parameter(torch.zeros(3, self.hidden))
        self.attention = torch.nn.Linear(self.hidden, 1)
        self.inner = torch.nn.Linear(2 * self.hidden, width)
        self.outer = torch.nn.Linear(width, len(LABELS))
        torch.nn.init.zeros_(self.outer.weight)
        torch.nn.init.zeros_(self.outer.bias)

    def forward(self, ids, types, mask, dropout=0.0):
        """Logits of pairs: [pairs, relations]. Type 0 is of the special tokens, 1 + 6 * side + mark of the others."""
        pairs, length = ids.shape
        drop = lambda y: F.dropout(y, dropout) if dropout and self.training else y
        split = lambda y: y.view(pairs, length, self.heads, self.hidden // self.heads).transpose(1, 2)
        inside = (types > 0)[..., None]
        kinds, sides = (types - 1).clamp(min=0) % KINDS, (types + KINDS - 1) // KINDS
        added = (self.side[sides] + self.mark[kinds]) * inside
        x = drop(self.norm("embeddings.LayerNorm", self.words[ids] + self.places[:length] + added))
        absent = torch.zeros(pairs, 1, 1, length).masked_fill(~mask[:, None, None], -1e4)
        for layer in range(self.layers):
            at = "encoder.layer.%d." % layer
            query, keys, value = (split(self.linear(at + part, x)) for part in PARTS[:3])
            seen = F.scaled_dot_product_attention(query, keys, value, attn_mask=absent)
            seen = seen.transpose(1, 2).reshape(pairs, length, self.hidden)
            x = self.norm(at + NORMS[0], x + drop(self.linear(at + PARTS[3], seen)))
            within = F.gelu(self.linear(at + PARTS[4], x))
            x = self.norm(at + NORMS[1], x + drop(self.linear(at + PARTS[5], within)))
        present = mask[..., None].float()
        mean = (x * present).sum(1) / present.sum(1)
        weights = self.attention(x).squeeze(-1).masked_fill(~mask, -1e4).softmax(1)
        attended = (x * weights[..., None]).sum(1)
        inner = torch.tanh(self.inner(torch.cat([mean, attended], -1)))
        return self.outer(F.dropout(inner, 0.1) if self.training else inner)


def starting_from(network, path):
    """Takes up the factors of another adapter of the same rank, such as the cross-encoder's."""
    from safetensors import safe_open

    with safe_open(str(path), "numpy") as file:
        scale = json.loads(file.metadata()["rasoat_adapter"]).get("scale", 1.0)
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    for name in (n for n in tensors if n.endswith(("lora_a", "lora_b"))):
        matrix = torch.from_numpy(tensors[name].astype(np.float32))
        if name + ".scale" in tensors:
            matrix *= torch.from_numpy(tensors[name + ".scale"])[:, None]
        with torch.no_grad():
            network.low_rank[key(name[:-7], name[-1])].copy_(matrix * (scale if name.endswith("b") else 1.0))


class Reader:
    """Tokenises pairs as `model/src/judge.rs` does; only the first window of a long pair is read."""

    def __init__(self, folder, limit):
        from tokenizers import Tokenizer

        self.tokenizer, self.limit = Tokenizer.from_file(str(folder / "tokenizer.json")), limit

    def side(self, text, marks, second):
        """Ids and types; marks count in bytes, the tokenizer in characters."""
        places, at = {}, 0
        for character, letter in enumerate(text):
            places[at] = character
            at += len(letter.encode())
        places[at] = len(text)
        kinds = np.zeros(len(text) + 1, np.int64)
        for start, end, kind in marks:
            kinds[places[start] : places[end]] = kind
        encoded = self.tokenizer.encode(text, add_special_tokens=False)
        own = [int(kinds[start:end].max(initial=0)) for start, end in encoded.offsets]
        return encoded.ids, [1 + second * KINDS + kind for kind in own]

    def pair(self, draft, law):
        """`<s> draft </s></s> provision </s>` with the types of both sides."""
        (ours, own), (theirs, other) = draft, law
        room = self.limit - 4
        most = min(len(ours), max(room // 2, room - len(theirs)))
        ours, own = ours[:most], own[:most]
        theirs, other = theirs[: room - most], other[: room - most]
        return [0] + ours + [2, 2] + theirs + [2], [0] + own + [0, 0] + other + [0]

    def read(self, line):
        """A pair, with the provision's heading before it too where it has one."""
        draft = self.side(line["draft"], line["draft_marks"], 0)
        law = self.side(line["law"], line["law_marks"], 1)
        pair = dict(line, tokens=self.pair(draft, law))
        if line.get("heading"):
            heading = self.side(line["heading"] + "\n", [], 1)
            pair["headed"] = self.pair(draft, (heading[0] + law[0], heading[1] + law[1]))
        return pair


def padded(pairs):
    """Tensors of token pairs."""
    length = max(len(ids) for ids, _ in pairs)
    pad = lambda at: torch.tensor([list(pair[at]) + [0] * (length - len(pair[at])) for pair in pairs])
    mask = torch.tensor([[True] * len(ids) + [False] * (length - len(ids)) for ids, _ in pairs])
    return pad(0), pad(1), mask


def batches(groups, tokens, draw):
    """Whole groups of similar length, at most so many padded tokens, without end."""
    longest = lambda group: max(len(pair["tokens"][0]) for pair in group)
    while True:
        taken = [group for group in groups if draw.random() < group[0].get("share", 1.0)]
        draw.shuffle(taken)
        for start in range(0, len(taken), 200):
            done, batch = [], []
            for group in sorted(taken[start : start + 200], key=longest):
                group = draw.sample(group, min(GROUP, len(group)))
                most = max(longest(batch) if batch else 0, longest(group))
                if batch and most * (len(batch) + len(group)) > tokens:
                    done.append(batch)
                    batch = []
                batch = batch + group
            done.append(batch)
            draw.shuffle(done)
            yield from done


def loss_of(logits, batch):
    """Each pair's relation, whether it is a contradiction at all, and the order within groups."""
    gold = torch.tensor([LABELS.index(pair["label"]) for pair in batch])
    coarse = torch.tensor([pair.get("coarse", False) for pair in batch])
    logarithms = logits.log_softmax(-1)
    score = logarithms[:, 0] - logarithms[:, 1:].logsumexp(-1)
    against = (gold == 0).float()
    relation = F.cross_entropy(logits, gold, reduction="none", label_smoothing=SMOOTHING)
    target = against * (1 - SMOOTHING) + (1 - against) * SMOOTHING / 2
    side = F.binary_cross_entropy_with_logits(score, target, reduction="none")
    loss = torch.where(coarse, side, RELATION_LOSS * relation + SIDE_LOSS * side).mean()
    siblings = collections.defaultdict(list)
    for at, pair in enumerate(batch):
        siblings[pair["group"]].append(at)
    gaps = [score[a] - score[b] for group in siblings.values() for a in group for b in group if gold[a] == 0 != gold[b]]
    return loss + ORDER * F.softplus(-torch.stack(gaps)).mean() if gaps else loss


def area(gold, scores):
    """Area under the curve, ties by half."""
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and scores[order[end + 1]] == scores[order[start]]:
            end += 1
        ranks[order[start : end + 1]] = (start + end) / 2 + 1
        start = end + 1
    positive = gold.sum()
    both = positive * (len(gold) - positive)
    return (ranks[gold].sum() - positive * (positive + 1) / 2) / both if both else float("nan")


def judged(network, pairs):
    """Logits of pairs, [pairs, relations]."""
    network.eval()
    logits = np.zeros((len(pairs), len(LABELS)), np.float32)
    order = sorted(range(len(pairs)), key=lambda at: len(pairs[at]["tokens"][0]))
    with torch.no_grad():
        for start in range(0, len(order), 48):
            own = order[start : start + 48]
            logits[own] = network(*padded([pairs[at]["tokens"] for at in own])).numpy()
    return logits


def measure(network, tests, out, most=None):
    """Prints AUC and balanced accuracy of each test set; all logits go to `out`."""
    results = {}
    with open(out / "logits.jsonl", "w", encoding="utf-8") as file:
        for name, pairs in sorted(tests.items()):
            pairs = pairs[:most]
            logits = judged(network, pairs)
            gold = np.array([pair["label"] == "contradiction" for pair in pairs])
            score = logits[:, 0] - np.logaddexp.reduce(logits[:, 1:], axis=1)
            said = score > 0
            if gold.any() and not gold.all():
                balanced = (said[gold].mean() + (~said[~gold]).mean()) / 2
                results[name] = {"pairs": len(pairs), "auc": float(area(gold, score)), "balanced": float(balanced)}
            else:
                results[name] = {"pairs": len(pairs), "said": float(said.mean())}
            print("  %-22s %s" % (name, results[name]), flush=True)
            for pair, own in zip(pairs, logits.tolist()):
                about = {name: pair.get(name) for name in ("id", "label", "source", "dimension", "document")}
                file.write(json.dumps(dict(about, logits=own), ensure_ascii=False) + "\n")
    return results


def save(network, path, name, limit, facts):
    """Writes the adapter in rows of 8 bits, as `model/src/adapter.rs` reads it."""
    from safetensors.numpy import save_file

    tensors = {}

    def put(name, matrix):
        matrix = matrix.detach().float().numpy()
        step = np.abs(matrix).max(1) / 127
        step[step == 0] = 1
        tensors[name + ".scale"] = step.astype(np.float32)
        tensors[name] = np.round(matrix / step[:, None]).astype(np.int8)

    for layer in range(network.layers):
        for part in PARTS:
            place = "encoder.layer.%d.%s" % (layer, part)
            for kind in "ab":
                put("%s.lora_%s" % (place, kind), network.low_rank[key(place, kind)])
    plain = lambda tensor: np.ascontiguousarray(tensor.detach().numpy())
    put("inner.weight", network.inner.weight)
    put("outer.weight", network.outer.weight)
    tensors["attention.weight"] = plain(network.attention.weight).reshape(-1)
    tensors["inner.bias"], tensors["outer.bias"] = plain(network.inner.bias), plain(network.outer.bias)
    tensors["types.weight"] = plain(torch.cat([network.side[1] + network.mark, network.side[2] + network.mark]))
    about = {"version": 1, "name": name, "purpose": "judge", "base": network.base_checksum(), "scale": 1.0}
    about |= {"pooling": "mean", "max_tokens": limit, "facts": facts}
    save_file(tensors, str(path), {"rasoat_adapter": json.dumps(about, ensure_ascii=False)})


def load_weights(folder):
    """The encoder's tensors by name, and its configuration."""
    import gguf

    reader = gguf.GGUFReader(str(folder / "model.gguf"))
    return {tensor.name: np.array(tensor.data) for tensor in reader.tensors}, json.loads((folder / "config.json").read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=pathlib.Path, required=True, help="the encoder's folder")
    parser.add_argument("--start", type=pathlib.Path, help="an adapter to start from: the cross-encoder's")
    parser.add_argument("--pairs", type=pathlib.Path, required=True, help="marked lines")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder of checkpoint, logits and adapter")
    parser.add_argument("--leave-out", default="", help="sources that are only tested on, with commas between")
    parser.add_argument("--name", default="luat-xet-2")
    parser.add_argument("--tokens", type=float, default=2.8e6, help="padded tokens of the whole run")
    parser.add_argument("--batch-tokens", type=int, default=1536)
    parser.add_argument("--max-tokens", type=int, default=224, help="of a pair")
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--seed", type=int, default=7)
    told = parser.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    reader, left_out = Reader(told.model, told.max_tokens), set(filter(None, told.leave_out.split(",")))
    groups, tests = collections.defaultdict(list), collections.defaultdict(list)
    for line in map(json.loads, told.pairs.read_text(encoding="utf-8").splitlines()):
        source = line["source"]
        if source in left_out:
            tests["left out: " + source].append(reader.read(line))
        elif line["split"] == "test":
            tests[source].append(reader.read(line))
        else:
            groups[line["group"]].append(reader.read(line))
    groups = list(groups.values())
    print("%d groups to learn from, %d pairs to test on" % (len(groups), sum(map(len, tests.values()))), flush=True)
    torch.manual_seed(told.seed)
    network = Judge(*load_weights(told.model))
    if told.start:
        starting_from(network, told.start)
    factors = list(network.low_rank.parameters())
    head = [p for name, p in network.named_parameters() if not name.startswith("low_rank")]
    optimiser = torch.optim.AdamW([{"params": factors}, {"params": head}], lr=told.rate, weight_decay=0.01)
    state = {"step": 0, "tokens": 0, "draw": random.Random(told.seed)}
    checkpoint = told.out / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=False)
        network.load_state_dict(saved["network"], strict=False)
        optimiser.load_state_dict(saved["optimiser"])
        state = saved["state"]
    parts = lambda: {name: p.detach() for name, p in network.named_parameters()}
    source, losses, started, before = batches(groups, told.batch_tokens, state["draw"]), [], time.time(), state["tokens"]
    while state["tokens"] < told.tokens:
        batch = next(source)
        rate = told.rate * min(1, (state["step"] + 1) / WARM_UP) * max(LAST_RATE, 1 - state["tokens"] / told.tokens)
        optimiser.param_groups[0]["lr"], optimiser.param_groups[1]["lr"] = rate, rate * HEAD_RATE
        headed = lambda pair: "headed" in pair and state["draw"].random() < HEADINGS
        ids, types, mask = padded([pair["headed"] if headed(pair) else pair["tokens"] for pair in batch])
        if state["draw"].random() < UNMARKED:
            types = torch.where(types > 0, 1 + (types - 1) // KINDS * KINDS, types)
        network.train()
        loss = loss_of(network(ids, types, mask, DROPOUT), batch)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(factors + head, 1.0)
        optimiser.step()
        state["step"], state["tokens"] = state["step"] + 1, state["tokens"] + mask.numel()
        losses.append(loss.item())
        if state["step"] % 25 == 0:
            speed = (state["tokens"] - before) / (time.time() - started)
            print("step %d, %.0fk tokens, loss %.4f, %.0f tokens/s" % (
                state["step"], state["tokens"] / 1e3, np.mean(losses[-25:]), speed), flush=True)
        if state["step"] % 100 == 0:
            torch.save({"network": parts(), "optimiser": optimiser.state_dict(), "state": state}, checkpoint.with_suffix(".new"))
            os.replace(checkpoint.with_suffix(".new"), checkpoint)
    torch.save({"network": parts(), "optimiser": optimiser.state_dict(), "state": state}, checkpoint.with_suffix(".new"))
    os.replace(checkpoint.with_suffix(".new"), checkpoint)
    results = measure(network, tests, told.out)
    facts = {"steps": state["step"], "tokens": state["tokens"], "left_out": sorted(left_out), "results": results}
    save(network, told.out / "adapter.safetensors", told.name, told.max_tokens, facts)


if __name__ == "__main__":
    main()
