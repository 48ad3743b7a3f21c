"""Trains and measures judges: what a draft's norm says of a provision.

Reads what `judge_pack.py` packed. The network is BERT's with low-rank deltas (`network.py`), token types for marks and a
head for four relations; `model/src/judge.rs` and `adapter.rs` read what is written here, and `rasoat-train judgement` trains
the same in candle. Several judges are trained side by side over one frozen base, each on its own pairs: that of all sources
and those that each leave one out cost together little more than a few of them one after the other, since a network this
small keeps no card busy. A run that was cut off goes on from its checkpoint.
"""

import argparse
import collections
import itertools
import json
import math
import os
import pathlib
import random
import time

import numpy as np
import torch
import torch.nn.functional as F

from judge_pack import KINDS
from judge_pairs import number
from network import NORMS, PARTS, Encoder, key

LABELS = ["contradiction", "consistent", "duplicate", "unrelated"]
GROUP, BESIDE = 4, 1  # the most pairs of a group in one batch: written about a provision, and beside these
LENGTHS = (64, 96, 128, 160, 192, 224)  # tokens that pairs are padded to
SMOOTHING, ORDER, UNMARKED, HEADINGS = 0.05, 0.4, 0.2, 0.3
RELATION_LOSS, SIDE_LOSS = 0.6, 0.7
LAST_RATE, HEAD_RATE, AVERAGED = 0.04, 3.0, 0.998
WIDTH = 128  # of the head's hidden layer
VALIDATED = 6  # one of so many documents of the development side, where settings are chosen


class Judges(torch.nn.Module):
    """`count` judges over one base; their parameters are the rows of `flat`, [judges, parameters]."""

    def __init__(self, weights, config, count, rank, seed, dtype):
        super().__init__()
        self.base, self.count, self.dtype = Encoder(weights, config), count, dtype
        self.checksum, hidden = self.base.base_checksum(), self.base.hidden
        shapes = {}
        for layer in range(self.base.layers):
            for part in PARTS:
                place = "encoder.layer.%d.%s" % (layer, part)
                rows, columns = getattr(self.base, key(place, "weight")).shape
                shapes |= {place + ".a": (rank, columns), place + ".b": (rows, rank)}
        self.deep = sum(math.prod(shape) for shape in shapes.values())
        shapes |= {"mark": (KINDS, hidden), "side": (3, hidden), "attention": (1, hidden), "inner": (WIDTH, 2 * hidden)}
        shapes |= {"inner.bias": (1, WIDTH), "outer": (len(LABELS), WIDTH), "outer.bias": (1, len(LABELS))}
        self.shapes = shapes
        draw, start = torch.Generator().manual_seed(seed), []
        for name, shape in shapes.items():
            random_ones = name.endswith(".a") or name in ("inner", "attention")
            spread = 1 / math.sqrt(shape[1]) if random_ones else 0.0
            start.append((torch.randn(shape, generator=draw) * spread).reshape(-1))
        self.flat = torch.nn.Parameter(torch.cat(start).repeat(count, 1))
        for name, buffer in self.base.named_buffers():
            setattr(self.base, name, buffer.to(dtype))

    def parts(self, flat):
        """Views of the rows by name: [judges, rows, columns]."""
        pieces = flat.split([math.prod(shape) for shape in self.shapes.values()], dim=1)
        return {name: piece.reshape(-1, *shape) for (name, shape), piece in zip(self.shapes.items(), pieces)}

    def forward(self, ids, types, mask, dropout=(), wordless=None, only=None):
        """Logits, [judges, pairs, relations]; `ids`, `types`, `mask` are [judges, pairs, tokens]. Type 0 is of the special
        tokens, 1 + 6 * side + mark of the others. In training `dropout` has each judge's rate and `wordless`, [judges], the
        share of tokens that keep place and mark but lose their word. `only` runs one judge."""
        base, flat = self.base, self.flat if only is None else self.flat[only : only + 1]
        own = self.parts(flat.to(self.dtype))
        judges, pairs, length = ids.shape
        hidden, heads = base.hidden, base.heads
        alike = [(rate, len(list(own))) for rate, own in itertools.groupby(dropout)] if self.training else []

        def drop(y):
            """Dropout at each judge's rate."""
            if len(alike) < 2:
                return F.dropout(y, alike[0][0]) if alike else y
            pieces = y.split([judges for _, judges in alike])
            return torch.cat([F.dropout(piece, rate) for piece, (rate, _) in zip(pieces, alike)])

        def linear(name, x):
            """[judges, pairs * tokens, in] through a layer with each judge's delta."""
            y = F.linear(x, getattr(base, key(name, "weight")), getattr(base, key(name, "bias")))
            low = torch.bmm(x, own[name + ".a"].transpose(1, 2))
            return y + torch.bmm(low, own[name + ".b"].transpose(1, 2))

        def split(y):
            return y.view(judges * pairs, length, heads, hidden // heads).transpose(1, 2)

        table = [torch.zeros_like(own["side"][:, :1])] + [own["side"][:, at : at + 1] + own["mark"] for at in (1, 2)]
        table = torch.cat(table, 1)  # by product: a card adds up gradients of few rows from many places slowly
        chosen = F.one_hot(types.view(judges, -1), table.shape[1]).to(self.dtype)
        added = torch.bmm(chosen, table).view(judges, pairs, length, hidden)
        x = base.words[ids]
        if wordless is not None and self.training:
            x = x * ((torch.rand(ids.shape, device=ids.device) >= wordless[:, None, None]) | (types == 0))[..., None]
        x = x + base.places[:length] + added
        x = drop(base.norm("embeddings.LayerNorm", x)).view(judges, pairs * length, hidden)
        present = mask.view(judges * pairs, 1, 1, length)
        for layer in range(base.layers):
            at = "encoder.layer.%d." % layer
            query, keys, value = (split(linear(at + part, x)) for part in PARTS[:3])
            seen = F.scaled_dot_product_attention(query, keys, value, attn_mask=present)
            seen = seen.transpose(1, 2).reshape(judges, pairs * length, hidden)
            x = base.norm(at + NORMS[0], x + drop(linear(at + PARTS[3], seen)))
            within = F.gelu(linear(at + PARTS[4], x))
            x = base.norm(at + NORMS[1], x + drop(linear(at + PARTS[5], within)))
        head = {name: own[name].float() for name in ("attention", "inner", "inner.bias", "outer", "outer.bias")}
        x, present = x.float().view(judges, pairs, length, hidden), mask[..., None].float()
        mean = (x * present).sum(2) / present.sum(2).clamp(min=1)
        weights = torch.einsum("jpth,jh->jpt", x, head["attention"][:, 0]).masked_fill(~mask, -1e4).softmax(2)
        attended = (x * weights[..., None]).sum(2)
        both = torch.cat([mean, attended], -1)
        inner = torch.tanh(torch.bmm(both, head["inner"].transpose(1, 2)) + head["inner.bias"])
        inner = F.dropout(inner, 0.1) if self.training else inner
        return torch.bmm(inner, head["outer"].transpose(1, 2)) + head["outer.bias"]

    def start_from(self, path):
        """All take up the factors of another adapter, such as the cross-encoder's, and its head and types where it is a
        judge's; of a larger rank the rest stays as it was drawn, with nothing in B."""
        from safetensors import safe_open

        with safe_open(str(path), "numpy") as file:
            scale = json.loads(file.metadata()["rasoat_adapter"]).get("scale", 1.0)
            tensors = {name: file.get_tensor(name) for name in file.keys()}

        def matrix(name):
            values = torch.from_numpy(tensors[name].astype(np.float32))
            return values * torch.from_numpy(tensors[name + ".scale"])[:, None] if name + ".scale" in tensors else values

        with torch.no_grad():
            parts = self.parts(self.flat)
            for place in (name[: -len(".lora_a")] for name in tensors if name.endswith("lora_a")):
                down, up = matrix(place + ".lora_a"), matrix(place + ".lora_b") * scale
                parts[place + ".a"][:, : len(down)] = down
                parts[place + ".b"][:, :, : len(down)] = up
            if "outer.weight" in tensors:
                for name in ("inner", "outer", "attention"):
                    parts[name][:] = matrix(name + ".weight").reshape(self.shapes[name])
                for name in ("inner.bias", "outer.bias"):
                    parts[name][:] = matrix(name)
                types = matrix("types.weight").view(2, KINDS, -1)
                parts["side"][:, 1:] = types[:, 0]
                parts["mark"][:] = (types - types[:, :1]).mean(0)


class Packed:
    """The packed file's pairs, and the base's weights."""

    def __init__(self, path):
        data = dict(np.load(path))
        self.weights = {name[7:]: array for name, array in data.items() if name.startswith("weight.")}
        self.config, self.limit = json.loads(str(data["config"])), int(data["limit"])
        ids, types = data["ids"].astype(np.int64), data["types"].astype(np.int64)
        ends = np.cumsum(data["lengths"].astype(np.int64))
        ways = [(ids[end - length : end], types[end - length : end]) for end, length in zip(ends, data["lengths"])]
        self.pairs, at = json.loads(data["about"].tobytes()), 0
        for pair in self.pairs:
            pair["tokens"], pair["headed"] = ways[at], ways[at + pair["ways"] - 1]
            at += pair["ways"]

    def sides(self, run):
        """Groups that a run learns from, and its sets to test on."""
        groups, tests, left_out = collections.defaultdict(list), collections.defaultdict(list), run.get("leave_out", [])
        for pair in self.pairs:
            source = pair["source"]
            if source in left_out:
                if not pair.get("beside"):
                    tests["left out: " + source].append(pair)
            elif pair["split"] == "test":
                tests["beside" if pair.get("beside") else source].append(pair)
            elif run.get("validate") and number(pair["document"]) % (5 * VALIDATED) // 5 == 0:
                if not pair.get("beside"):
                    tests["validation: " + source].append(pair)
            else:
                groups[pair["group"]].append(pair)
        return list(groups.values()), tests


class Stream:
    """A run's groups without end, by the length they are padded to; how often a group comes is its share."""

    def __init__(self, groups, run, draw):
        self.draw, self.shares = draw, run.get("shares", {})
        self.groups, self.waiting = {length: [] for length in LENGTHS}, {length: [] for length in LENGTHS}
        for group in groups:
            longest = max(len(pair["headed"][0]) for pair in group)
            self.groups[next(length for length in LENGTHS if longest <= length)].append(group)

    def share(self, group):
        """The chance with which a group takes part in an epoch."""
        first = group[0]
        return first.get("share", 1.0) * self.shares.get(first["source"], 1.0)

    def tokens(self, length):
        """Tokens of an epoch at a length."""
        own = lambda group: min(GROUP, sum(not pair.get("beside") for pair in group))
        return length * sum(self.share(group) * (own(group) + BESIDE) for group in self.groups[length])

    def batch(self, length, most):
        """At most so many pairs of whole groups."""
        batch, waiting = [], self.waiting[length]
        while self.groups[length]:
            if not waiting:
                waiting += [group for group in self.groups[length] if self.draw.random() < self.share(group)]
                self.draw.shuffle(waiting)
                continue
            own, others = ([pair for pair in waiting[-1] if bool(pair.get("beside")) == b] for b in (False, True))
            chosen = self.draw.sample(own, min(GROUP, len(own))) + self.draw.sample(others, min(BESIDE, len(others)))
            if len(batch) + len(chosen) > most:
                break
            waiting.pop()
            batch += chosen
        return batch


def on(device, array):
    """A tensor of an array; a card need not have ended what came before."""
    tensor = torch.from_numpy(array)
    return tensor.pin_memory().to(device, non_blocking=True) if str(device).startswith("cuda") else tensor.to(device)


def padded(rows, pairs, length, device):
    """Tensors of token pairs: [rows, pairs, length]; rows may hold fewer pairs."""
    ids, types = (np.zeros((len(rows), pairs, length), np.int64) for _ in range(2))
    mask = np.zeros((len(rows), pairs, length), bool)
    mask[:, :, 0] = True  # an empty place is a pair of one token, which counts for nothing
    for row, own in enumerate(rows):
        for at, (tokens, kinds) in enumerate(own):
            ids[row, at, : len(tokens)], types[row, at, : len(kinds)] = tokens, kinds
            mask[row, at, : len(tokens)] = True
    return tuple(on(device, part) for part in (ids, types, mask))


def score_of(logits):
    """The logit of contradiction against all else."""
    logarithms = logits.log_softmax(-1)
    return logarithms[..., 0] - logarithms[..., 1:].logsumexp(-1)


def losses_of(logits, rows):
    """Of each judge: each pair's relation, whether it is a contradiction at all, and the order within groups."""
    judges, pairs, _ = logits.shape
    facts = np.zeros((4, judges, pairs), np.int64)  # label, coarse, group, present
    for row, own in enumerate(rows):
        names = {}
        for at, pair in enumerate(own):
            group = names.setdefault(pair["group"], len(names))
            facts[:, row, at] = LABELS.index(pair["label"]), bool(pair.get("coarse")), group, 1
    gold, coarse, group, present = on(logits.device, facts)
    score, against = score_of(logits), (gold == 0).float()
    relation = F.cross_entropy(logits.transpose(1, 2), gold, reduction="none", label_smoothing=SMOOTHING)
    target = against * (1 - SMOOTHING) + (1 - against) * SMOOTHING / 2
    side = F.binary_cross_entropy_with_logits(score, target, reduction="none")
    loss = torch.where(coarse == 1, side, RELATION_LOSS * relation + SIDE_LOSS * side) * present
    there = (present[:, :, None] * present[:, None]).bool()
    siblings = (group[:, :, None] == group[:, None]) & (gold[:, :, None] == 0) & (gold[:, None] != 0) & there
    gaps = F.softplus(score[:, None] - score[:, :, None]) * siblings
    order = gaps.sum((1, 2)) / siblings.sum((1, 2)).clamp(min=1)
    return loss.sum(1) / present.sum(1).clamp(min=1) + ORDER * order


class Optimiser:
    """AdamW over rows of parameters, each with a rate and a clipped gradient of its own."""

    def __init__(self, flat, decay, beta=(0.9, 0.98)):
        self.first, self.second = torch.zeros_like(flat), torch.zeros_like(flat)
        self.decay, self.beta, self.steps = decay, beta, 0

    def step(self, flat, rates):
        """`rates` are [judges, parameters] or broadcast to it."""
        gradient, (one, two) = flat.grad, self.beta
        self.steps += 1
        gradient.mul_((1.0 / gradient.norm(dim=1, keepdim=True).clamp(min=1e-6)).clamp(max=1.0))
        self.first.lerp_(gradient, 1 - one)
        self.second.mul_(two).addcmul_(gradient, gradient, value=1 - two)
        change = (self.second / (1 - two**self.steps)).sqrt_().add_(1e-8).reciprocal_().mul_(self.first)
        change.mul_(1 / (1 - one**self.steps)).add_(flat, alpha=self.decay)
        flat.addcmul_(change, rates, value=-1)


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


@torch.no_grad()
def judged(network, judge, pairs, device):
    """Logits of pairs by one judge, [pairs, relations]."""
    network.eval()
    logits, start = np.zeros((len(pairs), len(LABELS)), np.float32), 0
    order = sorted(range(len(pairs)), key=lambda at: len(pairs[at]["tokens"][0]))
    while start < len(order):
        own = order[start : start + (1024 if device == "cuda" else 48)]
        length = -(-len(pairs[own[-1]]["tokens"][0]) // 8) * 8
        batch = padded([[pairs[at]["tokens"] for at in own]], len(own), length, device)
        logits[own] = network(*batch, only=judge)[0].float().cpu().numpy()
        start += len(own)
    return logits


def measure(network, judge, tests, out, device):
    """Prints AUC and balanced accuracy of each test set; all logits go to `out`."""
    results = {}
    with open(out, "w", encoding="utf-8") as file:
        for name, pairs in sorted(tests.items()):
            logits = judged(network, judge, pairs, device)
            gold = np.array([pair["label"] == "contradiction" for pair in pairs])
            score = logits[:, 0] - np.logaddexp.reduce(logits[:, 1:], axis=1)
            said = score > 0
            if gold.any() and not gold.all():
                balanced = (said[gold].mean() + (~said[~gold]).mean()) / 2
                results[name] = {"pairs": len(pairs), "auc": float(area(gold, score)), "balanced": float(balanced)}
            else:
                results[name] = {"pairs": len(pairs), "said": float(said.mean())}
            print("  %-22s %s" % (name, json.dumps(results[name])), flush=True)
            for pair, own in zip(pairs, logits.tolist()):
                about = {name: pair.get(name) for name in ("id", "label", "source", "dimension", "document", "beside")}
                own = [round(value, 4) for value in own]
                file.write(json.dumps(dict(about, set=name, logits=own), ensure_ascii=False) + "\n")
    return results


def save(network, judge, path, name, limit, facts):
    """Writes a judge as an adapter in rows of 8 bits, as `model/src/adapter.rs` reads it."""
    from safetensors.numpy import save_file

    parts = {part: value[judge].detach().float().cpu() for part, value in network.parts(network.flat).items()}
    tensors = {}

    def put(name, matrix):
        matrix = matrix.numpy()
        step = np.abs(matrix).max(1) / 127
        step[step == 0] = 1
        tensors[name + ".scale"] = step.astype(np.float32)
        tensors[name] = np.round(matrix / step[:, None]).astype(np.int8)

    for place, matrix in parts.items():
        if place.startswith("encoder."):
            put("%s.lora_%s" % (place[:-2], place[-1]), matrix)
    for name_of in ("inner", "outer"):
        put(name_of + ".weight", parts[name_of])
        tensors[name_of + ".bias"] = np.ascontiguousarray(parts[name_of + ".bias"].numpy().reshape(-1))
    tensors["attention.weight"] = np.ascontiguousarray(parts["attention"].numpy().reshape(-1))
    types = torch.cat([parts["side"][1] + parts["mark"], parts["side"][2] + parts["mark"]])
    tensors["types.weight"] = np.ascontiguousarray(types.numpy())
    about = {"version": 1, "name": name, "purpose": "judge", "base": network.checksum, "scale": 1.0}
    about |= {"pooling": "mean", "max_tokens": limit, "facts": facts}
    save_file(tensors, str(path), {"rasoat_adapter": json.dumps(about, ensure_ascii=False)})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="the packed file")
    parser.add_argument("--start", type=pathlib.Path, help="an adapter to start from: the cross-encoder's")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder of checkpoint, logits and adapters")
    parser.add_argument("--runs", type=pathlib.Path, required=True, help='judges: [{"name", "leave_out"?: [], "rate"?, "dropout"?, "wordless"?, "validate"?, "shares"?: {}, "whole"?, "kept"?}]')
    parser.add_argument("--steps", type=int, default=5_049)
    parser.add_argument("--seconds", type=float, help="choose the steps such that training takes so long")
    parser.add_argument("--batch-tokens", type=int, default=4_096, help="of each judge")
    parser.add_argument("--rate", type=float, default=2e-4, help="4e-4 was too much for most")
    parser.add_argument("--warm-up", type=int, default=150, help="steps")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--wordless", type=float, default=0.0, help="share of tokens that lose their word in training")
    parser.add_argument("--decay", type=float, default=0.01)
    parser.add_argument("--rank", type=int, default=64)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    told = parser.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    device, data, runs = told.device, Packed(told.data), json.loads(told.runs.read_text())
    torch.manual_seed(told.seed)
    dtype = torch.bfloat16 if device == "cuda" else torch.float32
    network = Judges(data.weights, data.config, len(runs), told.rank, told.seed, dtype)
    if told.start:
        network.start_from(told.start)
    network.to(device)
    sides = [data.sides(run) for run in runs]
    streams = [Stream(groups, run, random.Random(told.seed + at)) for at, ((groups, _), run) in enumerate(zip(sides, runs))]
    shape, flat = random.Random(told.seed), network.flat
    optimiser, average = Optimiser(flat.detach(), told.decay), flat.detach().clone()
    rates = torch.tensor([[run.get("rate", told.rate)] for run in runs], device=device)
    dropout, wordless = ([run.get(name, getattr(told, name)) for run in runs] for name in ("dropout", "wordless"))
    wordless = torch.tensor(wordless, device=device) if any(wordless) else None
    kind = torch.ones(1, flat.shape[1], device=device)
    kind[:, network.deep :] = HEAD_RATE
    step, steps, checkpoint = 0, told.steps, told.out / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=False, map_location=device)
        step, steps, shape = saved["step"], saved["steps"], saved["shape"]
        for stream, draw in zip(streams, saved["draws"]):  # an epoch that was cut off begins anew
            stream.draw = draw
        optimiser.first, optimiser.second, optimiser.steps = saved["optimiser"]
        average = saved["average"]
        with torch.no_grad():
            flat.copy_(saved["flat"])

    def keep():
        state = {"step": step, "steps": steps, "shape": shape, "draws": [stream.draw for stream in streams], "average": average, "flat": flat.detach()}
        state |= {"optimiser": (optimiser.first, optimiser.second, optimiser.steps)}
        torch.save(state, checkpoint.with_suffix(".new"))
        os.replace(checkpoint.with_suffix(".new"), checkpoint)

    tokens = [sum(stream.tokens(length) for stream in streams) for length in LENGTHS]
    groups = [len(groups) for groups, _ in sides]
    print("%d judges, groups of the first %d; tokens of an epoch %.0f" % (len(runs), groups[0], sum(tokens) / len(runs)), flush=True)
    started, first, kept_at, told_losses = time.time(), step, time.time(), []
    while step < steps:
        length = shape.choices(LENGTHS, tokens)[0]
        most = max(GROUP + BESIDE, told.batch_tokens // length)
        rows = [stream.batch(length, most) for stream in streams]
        ways = [[pair["headed" if shape.random() < HEADINGS else "tokens"] for pair in own] for own in rows]
        ids, types, mask = padded(ways, most, length, device)
        if shape.random() < UNMARKED:
            types = torch.where(types > 0, 1 + (types - 1) // KINDS * KINDS, types)
        network.train()
        losses = losses_of(network(ids, types, mask, dropout, wordless), rows)
        flat.grad = None
        losses.sum().backward()
        ramp = min(1, (step + 1) / told.warm_up) * max(LAST_RATE, 1 - step / steps)
        with torch.no_grad():
            optimiser.step(flat, rates * ramp * kind)
            average.lerp_(flat, 1 - min(AVERAGED, step / (step + 10)))
        step += 1
        told_losses.append(losses.detach())
        if told.seconds and step == first + 40:
            torch.cuda.synchronize() if device == "cuda" else None
            began = time.time()
        if told.seconds and step == first + 120:
            torch.cuda.synchronize() if device == "cuda" else None
            steps = step + int((told.seconds - (time.time() - started)) / ((time.time() - began) / 80))
            print("%d steps of %.3f s" % (steps, (time.time() - began) / 80), flush=True)
        if step % 100 == 0:
            mean = torch.stack(told_losses).mean(0).tolist()
            spent = (time.time() - started) / (step - first)
            print("step %d, %.3f s each, losses %s" % (step, spent, " ".join("%.3f" % loss for loss in mean[:12])), flush=True)
            told_losses = []
        if time.time() - kept_at > 180 and not told.seconds:
            keep()
            kept_at = time.time()
    keep()
    with torch.no_grad():  # the mean of the last steps is what is kept
        flat.copy_(average)
    for at, (run, (_, tests)) in enumerate(zip(runs, sides)):
        print(run["name"], flush=True)
        wanted = tests if run.get("whole", True) else {name: own for name, own in tests.items() if ":" in name}
        results = measure(network, at, wanted, told.out / ("%s.jsonl" % run["name"]), device)
        if run.get("kept", True):
            facts = {"steps": step, "run": run, "results": results}
            save(network, at, told.out / ("%s.safetensors" % run["name"]), run["name"], data.limit, facts)


if __name__ == "__main__":
    main()
