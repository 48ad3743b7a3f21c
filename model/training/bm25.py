"""Okapi BM25 over sparse counts: the word side of the hybrid candidates, and hard negatives without a network."""

import re

import numpy as np

WORD = re.compile(r"\d+(?:[./-]\w+)+|\w+")


def words(text):
    """Lower-case words; numbers of documents such as 45/2019/QH14 stay whole."""
    return WORD.findall(text.lower())


def bigrams(tokens):
    """Pairs of neighbouring words, which stand in for Vietnamese compounds."""
    return [first + "_" + second for first, second in zip(tokens, tokens[1:])]


class Bm25:
    """Inverted lists of one field; `documents` are lists of words."""

    def __init__(self, documents, k1=1.2, b=0.75):
        self.number = {}
        document, term = [], []
        for i, tokens in enumerate(documents):
            for token in tokens:
                document.append(i)
                term.append(self.number.setdefault(token, len(self.number)))
        self.size = len(documents)
        keys, counts = np.unique(np.array(term, np.int64) * self.size + np.array(document, np.int64), return_counts=True)
        term, self.document = keys // self.size, (keys % self.size).astype(np.int32)
        self.start = np.searchsorted(term, np.arange(len(self.number) + 1))
        length = np.bincount(self.document, weights=counts, minlength=self.size).astype(np.float32)
        norm = k1 * (1 - b + b * length / max(length.mean(), 1e-9))
        frequency = np.diff(self.start)
        idf = np.log(1 + (self.size - frequency + 0.5) / (frequency + 0.5))
        counts = counts.astype(np.float32)
        self.weight = (counts * (k1 + 1) / (counts + norm[self.document]) * idf[term]).astype(np.float32)

    def scores(self, query):
        """The score of every document for a query's words, each counted once."""
        scores = np.zeros(self.size, np.float32)
        for token in sorted(set(query)):
            number = self.number.get(token)
            if number is not None:
                rows = slice(self.start[number], self.start[number + 1])
                scores[self.document[rows]] += self.weight[rows]
        return scores


class WordsAndBigrams:
    """BM25 over words plus half of BM25 over bigrams (weights chosen on the development sets)."""

    def __init__(self, documents):
        """`documents` are lists of fields' words; bigrams do not cross fields."""
        self.single = Bm25([sum(fields, []) for fields in documents])
        self.paired = Bm25([sum((bigrams(field) for field in fields), []) for fields in documents])

    def scores(self, text):
        """The score of every document for a query."""
        query = words(text)
        return self.single.scores(query) + 0.5 * self.paired.scores(bigrams(query))
