"""Makes a questions set for the six codes of the set-up out of a retrieval collection in the contract's shape.

A question whose gold lies in the codes is answerable; the others ask for law that the store does not hold.
The collections are not the project's: what this writes stays outside of the repository.

    python3 eval/questions/from_retrieval.py COLLECTION... -o FOLDER [--part 1|2] [--store STORE]

`--part 1` keeps the first half of the questions by a hash of their identifiers, `--part 2` the other.
`--store` names the store's SQLite file: a collection that does not say which article a text is of gets it from there, by
the words with which it begins.
"""

import argparse
import gzip
import hashlib
import json
import pathlib
import re
import sqlite3

CODES = {"91/2015/QH13", "92/2015/QH13", "95/2015/QH13", "100/2015/QH13", "101/2015/QH13", "45/2019/QH14"}
# Consolidated texts, and names where a collection has no numbers, of the same codes.
SAME = {"01/VBHN-VPQH": "100/2015/QH13", "Bộ luật dân sự": "91/2015/QH13"}
DAY = "2026-11-21"
# Letters at the beginning of an article that tell it from others.
LONG = 100


def part(identifier):
    return int(hashlib.sha256(identifier.encode()).hexdigest(), 16) % 2 + 1


def letters(text):
    """What two prints of one text have in common."""
    return re.sub(r"[\W_]+", "", text.lower())


def beginnings(store):
    """The articles of the codes by document and their first letters; one that begins as another is left out."""
    found = {}
    with sqlite3.connect(f"file:{store}?mode=ro&immutable=1", uri=True) as held:
        for document, number, text in held.execute("SELECT id, number, text FROM documents"):
            text = text.encode()
            rows = "SELECT eid, start, end FROM provisions WHERE document = ? AND kind = 'article'"
            for eid, start, end in held.execute(rows, (document,)):
                body = text[start:end].decode().split("\n", 1)[-1]
                found.setdefault((number, letters(body)[:LONG]), []).append(eid)
    return {key: eids[0] for key, eids in found.items() if len(eids) == 1}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("collections", nargs="+", type=pathlib.Path)
    arguments.add_argument("-o", "--output", type=pathlib.Path, required=True)
    arguments.add_argument("--part", type=int, choices=[1, 2])
    arguments.add_argument("--store", type=pathlib.Path)
    given = arguments.parse_args()
    known = beginnings(given.store) if given.store else {}
    given.output.mkdir(parents=True, exist_ok=True)
    counts = [0, 0]
    with open(given.output / "questions.jsonl", "w", encoding="utf-8") as out:
        for collection in given.collections:
            articles = {}
            with gzip.open(collection / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
                for line in lines:
                    article = json.loads(line)
                    document = SAME.get(article["document"], article["document"])
                    eid = article["eid"] or known.get((document, letters(article["text"])[:LONG]))
                    articles[article["id"]] = (document, eid)
            gold = {}
            for line in open(collection / "qrels.tsv", encoding="utf-8"):
                query, _, article, grade = line.rstrip("\n").split("\t")
                if int(grade) > 0:
                    gold.setdefault(query, []).append(article)
            for line in open(collection / "queries.jsonl", encoding="utf-8"):
                query = json.loads(line)
                identifier = f"{collection.name}-{query['id']}"
                if given.part and part(identifier) != given.part:
                    continue
                places = [articles[one] for one in gold.get(query["id"], []) if one in articles]
                held = [place for place in places if place[0] in CODES and place[1]]
                unknown = any(place[0] in CODES and not place[1] for place in places)
                # A place without a provision cannot be checked; one partly elsewhere is neither.
                if not places or unknown or (held and len(held) < len(places)):
                    continue
                counts[bool(held)] += 1
                row = {
                    "id": identifier,
                    "question": query["text"],
                    "as_of": DAY,
                    "gold": [{"document": document, "eid": eid} for document, eid in held],
                    "answerable": bool(held),
                    "must_contain": [],
                }
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(f"{counts[1]} answerable, {counts[0]} of law that is not there")


if __name__ == "__main__":
    main()
