"""The packed file of `mine.py`: token ids of windows, questions and development sets, and what is computed over them."""

import hashlib
import json

import numpy as np
import torch
import torch.nn.functional as F

from network import Encoder


class Ragged:
    """Lists of ids of different lengths in one array."""

    def __init__(self, flat, lengths):
        self.flat, self.count = flat.astype(np.int64), len(lengths)
        self.offset = np.concatenate([[0], np.cumsum(lengths.astype(np.int64))])

    def __getitem__(self, i):
        return self.flat[self.offset[i] : self.offset[i + 1]]

    def __len__(self):
        return self.count


class Packed:
    """All of a packed file; `[set]` attributes are by a development set's name."""

    def __init__(self, path, device):
        with open(path, "rb") as file:
            self.checksum = hashlib.file_digest(file, "sha256").hexdigest()
        data = dict(np.load(path))
        ragged = lambda name: Ragged(data[name], data[name + ".length"])
        self.device = device
        self.windows, self.headings, self.names = ragged("windows"), ragged("headings"), ragged("names")
        self.questions, self.prefix = ragged("questions"), ragged("prefix")[0]
        self.begin, self.end = (int(i) for i in data["special"])
        self.window_article, self.question_window = data["window_article"], data["question_window"]
        self.first_window = np.searchsorted(self.window_article, np.arange(len(self.names) + 1))
        self.sets = [str(name) for name in data["sets"]]
        self.queries = {s: ragged("queries." + s) for s in self.sets}
        self.range = {s: data["range." + s] for s in self.sets}
        self.bm25 = {s: (data["bm25_article." + s], data["bm25_score." + s]) for s in self.sets}
        self.gold = {s: split(data["gold." + s], data["gold_count." + s]) for s in self.sets}
        self.config = json.loads(str(data["config"]))
        self.weights = {name[7:]: array for name, array in data.items() if name.startswith("weight.")}

    def base(self, **options):
        """The base network, with untrained deltas where `rank` is given."""
        return Encoder(self.weights, self.config, **options).to(self.device)

    def passage(self, window, name=True, heading=True, tokens=320):
        """Ids of `<s> passage: LAW. HEADING. TEXT </s>`; law or heading may be left out."""
        article, parts = self.window_article[window], [self.prefix]
        if name:
            parts.append(self.names[article][:60])
        if heading:
            parts.append(self.headings[article][:80])
        body = np.concatenate(parts + [self.windows[window]])[: tokens - 2]
        return np.concatenate([[self.begin], body, [self.end]])

    def query(self, ids, tokens=96):
        """Ids of `<s> query: TEXT </s>`."""
        return np.concatenate([[self.begin], ids[:tokens], [self.end]])

    def pair(self, ids, window, tokens=320, name=True, heading=True):
        """Ids of `<s> query: .. </s></s> passage: .. </s>`; the passage is cut where it is too long."""
        passage = self.passage(window, name, heading, 400)[1:-1]
        pair = np.concatenate([self.query(ids), [self.end], passage])[: tokens - 1]
        return np.concatenate([pair, [self.end]])

    def passages(self, windows=None):
        """Ids of whole passages."""
        return [self.passage(w) for w in (range(len(self.windows)) if windows is None else windows)]

    def set_queries(self, name):
        """Ids of a development set's questions."""
        return [self.query(self.queries[name][i]) for i in range(len(self.queries[name]))]

    def pad(self, texts, step=16):
        """Ids and mask of texts, padded to a multiple of `step`."""
        length = -(-max(len(text) for text in texts) // step) * step
        ids, mask = np.zeros((len(texts), length), np.int64), np.zeros((len(texts), length), bool)
        for i, text in enumerate(texts):
            ids[i, : len(text)], mask[i, : len(text)] = text, True
        return torch.from_numpy(ids).to(self.device), torch.from_numpy(mask).to(self.device)

    def half(self):
        """bf16 products on a card, f32 on a processor."""
        return torch.autocast(self.device, torch.bfloat16, enabled=self.device == "cuda")

    @torch.no_grad()
    def run(self, network, texts, tokens=None):
        """Vectors of length 1 of texts, or a cross-encoder's scores; `tokens` (padded) go through together."""
        tokens = tokens or (200_000 if self.device == "cuda" else 8_000)
        network.eval()
        order = np.argsort([len(text) for text in texts], kind="stable")
        result, start = None, 0
        while start < len(order):
            end = start + 1
            while end < len(order) and -(-len(texts[order[end]]) // 16) * 16 * (end - start + 1) <= tokens:
                end += 1
            chosen = order[start:end]
            with self.half():
                pooled = network(*self.pad([texts[i] for i in chosen]))
            value = F.normalize(pooled, dim=-1) if network.head is None else network.head(pooled.float())[:, 0]
            if result is None:
                result = torch.empty((len(texts),) + value.shape[1:], device=self.device)
            result[torch.from_numpy(chosen).to(self.device)] = value.float()
            start = end
        return result

    @torch.no_grad()
    def hard_negatives(self, queries, windows, chosen, ranks, near=0.975):
        """The windows nearest to each chosen question at the `ranks` (first, end), without its own article and windows
        whose vector is nearer than `near` to the answer's (the same text elsewhere): [questions, ranks], by position."""
        first, end = ranks
        article = torch.from_numpy(self.window_article).to(self.device)
        out = np.empty((len(chosen), end - first), np.int32)
        for start in range(0, len(chosen), 1024):
            rows = slice(start, start + 1024)
            best = (queries[rows] @ windows.T).topk(min(len(windows), end + 40), dim=1).indices
            answer = torch.from_numpy(self.question_window[chosen[rows]].astype(np.int64)).to(self.device)
            similarity = torch.einsum("bkd,bd->bk", windows[best], windows[answer])
            excluded = (article[best] == article[answer][:, None]) | (similarity > near)
            order = (torch.arange(best.shape[1], device=self.device) + excluded * 100_000).argsort(1)[:, first:end]
            out[rows] = best.gather(1, order).cpu().numpy()
        return out


def split(flat, counts):
    """Sets of numbers."""
    return [set(part.tolist()) for part in np.split(flat, np.cumsum(counts)[:-1])]
