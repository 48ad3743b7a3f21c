"""Okapi BM25 over sparse counts: the word side of the hybrid candidates, and hard negatives without a network."""

import collections
import re
from array import array

import numpy as np

WORD = re.compile(r"\d+(?:[./-]\w+)+|\w+")


def words(text):
    """Lower-case words; numbers of documents such as 45/2019/QH14 stay whole."""
    return WORD.findall(text.lower())


def bigrams(tokens):
    """Pairs of neighbouring words, which stand in for Vietnamese compounds."""
    return [first + "_" + second for first, second in zip(tokens, tokens[1:])]


class Bm25:
    """Inverted lists of one field; `documents` yields lists of words."""

    def __init__(self, documents, k1=1.2, b=0.75):
        self.number, self.size = {}, 0
        term, document, count = array("i"), array("i"), array("i")
        for self.size, tokens in enumerate(documents, 1):
            counts = collections.Counter(tokens)
            term.extend(self.number.setdefault(token, len(self.number)) for token in counts)
            document.extend([self.size - 1] * len(counts))
            count.extend(counts.values())
        term, document, count = (np.frombuffer(part, np.int32) for part in (term, document, count))
        length = np.bincount(document, weights=count, minlength=self.size).astype(np.float32)
        order = np.argsort(term, kind="stable")
        term, self.document, count = term[order], document[order], count[order].astype(np.float32)
        self.start = np.searchsorted(term, np.arange(len(self.number) + 1))
        norm = (k1 * (1 - b + b * length / max(length.mean(), 1e-9))).astype(np.float32)
        frequency = np.diff(self.start)
        idf = np.log(1 + (self.size - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
        self.weight = count * (k1 + 1) / (count + norm[self.document]) * idf[term]

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
        """`documents` are tuples of fields' texts; bigrams do not cross fields."""
        self.single = Bm25([word for field in fields for word in words(field)] for fields in documents)
        self.paired = Bm25([pair for field in fields for pair in bigrams(words(field))] for fields in documents)

    def scores(self, text):
        """The score of every document for a query."""
        query = words(text)
        return self.single.scores(query) + 0.5 * self.paired.scores(bigrams(query))
