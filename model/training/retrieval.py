"""Retrieval on the development sets: hybrid candidates, scores fused, and the measures over ten results.

An article's vector score is its best window's cosine; its word score is BM25 over BM25's best of that question. Fused:
cosine + `word_weight` * words + `pair_weight` * cross-encoder.
"""

from dataclasses import dataclass, field

import numpy as np
import torch

DEPTH, TAKEN, WINDOWS = 30, 60, 2  # candidates of a question, taken from each list, windows the cross-encoder reads
WORD_WEIGHT, UNLISTED = 0.09, 0.9  # for candidates; an article off BM25's list gets this part of the last one's score


@dataclass
class Candidates:
    """Of each question of a set: articles, their cosine and word scores, and their best windows, all in the same order."""

    articles: list = field(default_factory=list)
    cosine: list = field(default_factory=list)
    words: list = field(default_factory=list)
    windows: list = field(default_factory=list)


def measures(rankings, gold):
    """acc@1, acc@10, recall@10 and MRR@10."""
    rows = []
    for ranking, answers in zip(rankings, gold):
        hits = [place for place, article in enumerate(list(ranking)[:10]) if article in answers]
        first = hits[0] if hits else None
        rows.append((first == 0, bool(hits), len(hits) / len(answers), 1 / (first + 1) if hits else 0))
    return "%.3f %.3f %.3f %.3f" % tuple(np.mean(rows, 0)) if rows else "none"


def similarities(data, name, queries, windows):
    """Cosines of a set's questions with its articles, with its windows, and the first window's number.

    `windows` are vectors of the collection's first windows, in order, up to this set's last at least.
    """
    start, end = data.range[name]
    first, last = data.first_window[start], data.first_window[end]
    by_window = (queries @ windows[first:last].T).float()
    article = torch.from_numpy(data.window_article[first:last].astype(np.int64) - int(start)).to(data.device)
    by_article = torch.full((len(queries), int(end - start)), -9.0, device=data.device)
    by_article.scatter_reduce_(1, article[None].expand(len(queries), -1), by_window, "amax")
    return by_article.cpu().numpy(), by_window.cpu().numpy(), int(first)


def window_vectors(data, network, sets):
    """Vectors of the sets' windows by number; zeros for windows before them."""
    first = min(data.first_window[data.range[name][0]] for name in sets)
    last = max(data.first_window[data.range[name][1]] for name in sets)
    vectors = data.run(network, data.passages(range(first, last)))
    return torch.cat([torch.zeros((first, vectors.shape[1]), device=data.device), vectors])


def dense_ranking(data, name, queries, windows):
    """The ten best articles of each question by vectors alone."""
    by_article, _, _ = similarities(data, name, queries, windows)
    return np.argsort(-by_article, 1, kind="stable")[:, :10] + data.range[name][0]


def find_candidates(data, name, queries, windows, taken=TAKEN, depth=DEPTH):
    """The best of both lists by cosine and words, with each one's best windows."""
    start = int(data.range[name][0])
    by_article, by_window, first_window = similarities(data, name, queries, windows)
    nearest = np.argsort(-by_article, 1, kind="stable")[:, :taken] + start
    found = Candidates()
    for question, (listed, scores) in enumerate(zip(*data.bm25[name])):
        top = max(float(scores[0]), 1e-9)
        word = {int(a): float(s) / top for a, s in zip(listed, scores)}
        unlisted = UNLISTED * float(scores[-1]) / top
        union = dict.fromkeys([int(a) for a in nearest[question]] + [int(a) for a in listed[:taken]])
        cosine = {a: float(by_article[question, a - start]) for a in union}
        order = sorted(union, key=lambda a: -(cosine[a] + WORD_WEIGHT * word.get(a, unlisted)))[:depth]
        found.articles.append(order)
        found.cosine.append(np.array([cosine[a] for a in order]))
        found.words.append(np.array([word.get(a, unlisted) for a in order]))
        best = []
        for article in order:
            own = np.arange(data.first_window[article], data.first_window[article + 1])
            best.append(own[np.argsort(-by_window[question, own - first_window], kind="stable")[:WINDOWS]])
        found.windows.append(best)
    return found


def pair_scores(data, network, name, found, questions, tokens=384):
    """The cross-encoder's score of each candidate (its best window's): {question: scores}."""
    pairs, owner = [], []
    for question in questions:
        for place, windows in enumerate(found.windows[question]):
            for window in windows:
                pairs.append(data.pair(data.queries[name][question], window, tokens))
                owner.append((question, place))
    scores = {question: np.full(len(found.articles[question]), -99.0) for question in questions}
    values = data.run(network, pairs).cpu().numpy() if pairs else []
    for (question, place), value in zip(owner, values):
        scores[question][place] = max(scores[question][place], value)
    return scores


def fused(data, name, found, questions, word_weight, pair_weight=0.0, pairs=None):
    """Measures of the candidates in order of the fused score."""
    rankings = []
    for question in questions:
        score = found.cosine[question] + word_weight * found.words[question]
        if pair_weight:
            score = score + pair_weight * pairs[question]
        rankings.append([found.articles[question][i] for i in np.argsort(-score, kind="stable")[:10]])
    return measures(rankings, [data.gold[name][question] for question in questions])


def evaluate(data, network, label, sets, word_weights=(0.06, 0.12, 0.18, 0.24, 0.36)):
    """Prints a line a set: vectors alone, and fused with words over the 100 best of each list."""
    windows = window_vectors(data, network, sets)
    for name in sets:
        queries = data.run(network, data.set_queries(name))
        found = find_candidates(data, name, queries, windows, taken=100, depth=200)
        everyone = range(len(queries))
        line = [label, name, "dense", measures(dense_ranking(data, name, queries, windows), data.gold[name])]
        line += ["| words %g %s" % (w, fused(data, name, found, everyone, w)) for w in word_weights]
        print(*line, flush=True)


def evaluate_pairs(data, encoder, network, label, sets, pair_weights=(0, 0.005, 0.01, 0.0155, 0.03, 0.06, 9)):
    """Prints a line a set: candidates by the encoder and words, with the cross-encoder's score fused in."""
    windows = window_vectors(data, encoder, sets)
    for name in sets:
        found = find_candidates(data, name, data.run(encoder, data.set_queries(name)), windows)
        everyone = range(len(found.articles))
        pairs = pair_scores(data, network, name, found, everyone)
        line = ["%g: %s" % (w, fused(data, name, found, everyone, WORD_WEIGHT, w, pairs)) for w in pair_weights]
        print(label, name, " | ".join(line), flush=True)
