"""Questions from a collection's articles: training data for `adapt.py` and for `rasoat-train`.

Kinds of questions: 0 from headings, 1 from sentences (`questions.py`), 2 drafts written beside a provision. Beside them
stand the development sets' own questions. Written are, as asked for:

- `--pack FILE.npz`: everything `adapt.py` needs in one file that can be carried to a machine with a card: token ids over
  a vocabulary cut to what occurs, BM25 lists of the development questions, and the base model's weights;
- `--lines FOLDER`: `mined.jsonl` and `development.jsonl`, groups `{"query", "positives", "negatives"}` as `rasoat-train`
  reads them, with BM25's best other windows as negatives.
"""

import argparse
import collections
import json
import random
import re
from pathlib import Path

import numpy as np

from bm25 import WordsAndBigrams, words
from corpus import (
    Article, Collection, LawNames, MAX_NAME, add_documents, add_retrieval_set, as_sentence, nfc, one_line, passage_text,
)
from questions import GENERIC, heading_question, lower_first, roughen, sentence_question

HEADING, SENTENCE, DRAFT = 0, 1, 2
MAX_TOKENS, LISTED = 500, 200  # ids kept of a text; BM25's articles kept of a development question


class Mined:
    """Questions in parallel lists: text, window that answers, kind."""

    def __init__(self):
        self.text, self.window, self.kind = [], [], []

    def add(self, text, window, kind):
        self.text.append(text)
        self.window.append(window)
        self.kind.append(kind)


def mine(collection, rng):
    """Up to two questions from each heading and up to three from sentences of each article."""
    mined, of_article = Mined(), {}
    for window, article in enumerate(collection.window_article):
        of_article.setdefault(article, []).append(window)
    for number, article in enumerate(collection.articles):
        if len(article.heading) > 5:
            law = article.law if len(article.law) < 120 else ""
            for _ in range(1 if GENERIC.match(article.heading) else 2):
                question = roughen(heading_question(article.heading.strip(" ."), law, rng), rng)
                if len(question) > 12:
                    mined.add(question, rng.choice(of_article[number][:3]), HEADING)
        mine_sentences(collection, article, of_article[number], mined, rng)
    return mined


def mine_sentences(collection, article, of_article, mined, rng):
    """Questions from up to three windows of an article."""
    found = 0
    for window in rng.sample(of_article, min(len(of_article), 3)):
        sentences = split_sentences(collection.windows[window])
        rng.shuffle(sentences)
        for sentence, lead in sentences[:3]:
            question = sentence_question(sentence, lead, rng)
            if question:
                question = roughen(with_context(question, article, rng), rng)
                mined.add(question[:400], window, SENTENCE)
                found += 1
                if found >= 3:
                    return


def split_sentences(window):
    """Clauses (`1.`) whole, other lines by sentences with the line that introduces them ("... sau đây:")."""
    lead, sentences = "", []
    for line in window.split("\n"):
        if not line.strip():
            continue
        introduces = line.rstrip().endswith(":")
        if re.match(r"^\s*(?:\d+[.)])", line) or introduces:
            lead = line if introduces else ""
            sentences.append((line, ""))
        else:
            sentences += [(part, lead) for part in re.split(r"(?<=[.;]) (?=[A-ZĐÂÊÔƠƯÁÀẢÃẠ])", line)]
    return sentences


def with_context(question, article, rng):
    """A sentence does not say what it is about: now and then the heading (25 %) or the law (15 %) is named."""
    heading, law = article.heading, article.law
    if rng.random() < 0.25 and heading and len(heading) < 80:
        return rng.choice([
            heading + ": " + lower_first(question),
            question.rstrip("?") + " khi " + lower_first(heading) + "?",
            "Về " + lower_first(heading) + ", " + lower_first(question),
        ])
    if rng.random() < 0.2 and law and len(law) < 80:
        return "Theo " + law + ", " + lower_first(question)
    return question


def add_drafts(collection, path, names, mined):
    """Draft norms written beside a provision (contradicting or consistent) look for that provision."""
    last = None
    with open(path, encoding="utf-8") as file:
        for line in file:
            pair = json.loads(line)
            if pair["label"] == "unrelated":
                continue
            if pair["law"] != last:
                last, heading = pair["law"], pair.get("article") or ""
                law = names.of(pair["law_ref"]["document"])[:MAX_NAME]
                collection.add(Article(law, heading, heading, last), whole=True)
            mined.add(nfc(pair["draft"]), len(collection.windows) - 1, DRAFT)


def rank_development(collection):
    """BM25's best articles of each development question: {set: (numbers, scores)}."""
    lists = {}
    for each in collection.sets:
        articles = collection.articles[each.start : each.end]
        index = WordsAndBigrams([(a.law, a.title, a.body) for a in articles])
        scores = [index.scores(query) for query in each.queries]
        best = [np.argsort(-row, kind="stable")[:LISTED] for row in scores]
        listed = np.array([row[i] for row, i in zip(scores, best)], np.float32)
        lists[each.name] = np.array(best, np.int32) + np.int32(each.start), listed
    return lists


def pack(path, collection, mined, lists, model):
    """Writes the packed file; its arrays are read by `packed.py`."""
    from gguf import GGUFReader
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()

    def ids(texts):
        batches = (texts[i : i + 4000] for i in range(0, len(texts), 4000))
        return [e.ids for batch in batches for e in tokenizer.encode_batch(batch, add_special_tokens=False)]

    tokens = {
        "windows": ids([one_line(window) for window in collection.windows]),
        "headings": ids([as_sentence(article.heading) for article in collection.articles]),
        "names": ids([as_sentence(article.law) for article in collection.articles]),
        "questions": ids(["query: " + one_line(text) for text in mined.text]),
        "prefix": ids(["passage:"]),
        **{"queries." + each.name: ids(["query: " + one_line(q) for q in each.queries]) for each in collection.sets},
    }
    special = [tokenizer.token_to_id(token) for token in ("<s>", "</s>")]
    used = np.unique(np.fromiter((i for texts in tokens.values() for text in texts for i in text), np.int64))
    used = np.union1d(used, special)
    assert len(used) < 65536, "ids are kept in 16 bits"
    arrays = {
        "config": np.array((model / "config.json").read_text()),
        "special": np.searchsorted(used, special),
        "window_article": np.array(collection.window_article, np.int32),
        "question_window": np.array(mined.window, np.int32),
        "question_kind": np.array(mined.kind, np.uint8),
        "sets": np.array([each.name for each in collection.sets]),
    }
    for name, texts in tokens.items():
        arrays[name + ".length"] = np.array([min(len(text), MAX_TOKENS) for text in texts], np.uint16)
        flat = np.fromiter((i for text in texts for i in text[:MAX_TOKENS]), np.int64)
        arrays[name] = np.searchsorted(used, flat).astype(np.uint16)
    for each in collection.sets:
        arrays["range." + each.name] = np.array([each.start, each.end])
        arrays["gold." + each.name] = np.array([article for gold in each.gold for article in gold])
        arrays["gold_count." + each.name] = np.array([len(gold) for gold in each.gold])
        arrays["bm25_article." + each.name], arrays["bm25_score." + each.name] = lists[each.name]
    for tensor in GGUFReader(str(model / "model.gguf")).tensors:
        weight = np.array(tensor.data)
        cut = tensor.name == "embeddings.word_embeddings.weight"
        arrays["weight." + tensor.name] = weight[used] if cut else weight
    np.savez(path, **arrays)
    print("vocabulary", len(used), flush=True)


def write_lines(folder, collection, mined, lists, rng, groups, negatives):
    """Writes groups of texts: `groups` mined questions, drawn, and all development questions."""
    folder.mkdir(parents=True, exist_ok=True)
    articles, owner = collection.articles, collection.window_article
    text = lambda window: passage_text(articles[owner[window]], collection.windows[window])
    texts = zip(owner, collection.windows)
    index = WordsAndBigrams([(articles[a].law, articles[a].heading, window) for a, window in texts])
    drawn = range(len(mined.text)) if groups is None else sorted(rng.sample(range(len(mined.text)), groups))
    with open(folder / "mined.jsonl", "w", encoding="utf-8") as out:
        for question in drawn:
            answer = mined.window[question]
            others = []
            scores = index.scores(mined.text[question]) if negatives else np.zeros(0)
            for window in np.argsort(-scores, kind="stable")[: 4 * negatives]:
                if owner[window] != owner[answer] and overlap(collection.windows[window], collection.windows[answer]) < 0.8:
                    others.append(text(window))
            write_group(out, mined.text[question], [text(answer)], others[:negatives])
    first = np.searchsorted(owner, np.arange(len(articles) + 1))
    with open(folder / "development.jsonl", "w", encoding="utf-8") as out:
        for each in collection.sets:
            for query, gold, best in zip(each.queries, each.gold, lists[each.name][0]):
                positives = [text(w) for article in gold for w in range(first[article], first[article + 1])]
                others = [text(first[article]) for article in best if article not in gold][:negatives]
                write_group(out, query, positives, others)


def write_group(out, query, positives, negatives):
    """One line of JSON."""
    group = {"query": query, "positives": positives, "negatives": [n for n in negatives if n not in positives]}
    out.write(json.dumps(group, ensure_ascii=False) + "\n")


def overlap(left, right):
    """Jaccard's index of two texts' words: the same provision in two collections is no negative."""
    left, right = set(words(left)), set(words(right))
    return len(left & right) / max(1, len(left | right))


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, action="append", default=[], help="folder of a development set; repeat")
    parser.add_argument("--documents", type=Path, help="folder of documents as JSON")
    parser.add_argument("--drafts", type=Path, help="drafts beside provisions, lines of JSON")
    parser.add_argument("--register", type=Path, help="the project's register of documents, CSV")
    parser.add_argument("--names", type=Path, action="append", default=[], help="list of documents, JSON, gzip; repeat")
    parser.add_argument("--model", type=Path, help="the base model's folder (for --pack)")
    parser.add_argument("--pack", type=Path, help="the packed file to write")
    parser.add_argument("--lines", type=Path, help="the folder for lines of JSON")
    parser.add_argument("--groups", type=int, help="mined questions in the lines (all)")
    parser.add_argument("--negatives", type=int, default=7, help="negatives of a line (0: none)")
    parser.add_argument("--show", type=int, default=0, help="print this many questions")
    parser.add_argument("--seed", type=int, default=17)
    options = parser.parse_args(arguments)
    if options.pack and not options.model:
        parser.error("--pack needs --model")

    names, collection, rng = LawNames(options.register, options.names), Collection(), random.Random(options.seed)
    for folder in options.set:
        add_retrieval_set(collection, folder, names)
    in_sets = len(collection.articles)
    if options.documents:
        add_documents(collection, options.documents, names)
    count = len(collection.articles)
    print("articles", count, "extra", count - in_sets, "windows", len(collection.windows), flush=True)
    mined = mine(collection, rng)
    if options.drafts:
        add_drafts(collection, options.drafts, names, mined)
    print("queries", len(mined.text), collections.Counter(mined.kind), flush=True)
    for question in rng.sample(range(len(mined.text)), min(options.show, len(mined.text))):
        print(mined.kind[question], "|", mined.text[question][:170])
    lists = rank_development(collection) if options.pack or options.lines else {}
    if options.pack:
        pack(options.pack, collection, mined, lists, options.model)
    if options.lines:
        write_lines(options.lines, collection, mined, lists, rng, options.groups, options.negatives)


if __name__ == "__main__":
    main()
