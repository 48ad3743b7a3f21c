"""Makes a questions set for the six codes of the set-up out of a retrieval collection in the contract's shape.

A question whose gold lies in the codes is answerable; the others ask for law that the store does not hold.
The collections are not the project's: what this writes stays outside of the repository.

    python3 eval/questions/from_retrieval.py COLLECTION... -o FOLDER [--part N/M]

`--part 1/2` keeps the first half of the questions by a hash of their identifiers, `--part 2/2` the other.
"""

import argparse
import gzip
import hashlib
import json
import pathlib

CODES = {"91/2015/QH13", "92/2015/QH13", "95/2015/QH13", "100/2015/QH13", "101/2015/QH13", "45/2019/QH14"}
# Consolidated texts, and names where a collection has no numbers, of the same codes.
SAME = {"01/VBHN-VPQH": "100/2015/QH13", "Bộ luật dân sự": "91/2015/QH13"}
DAY = "2026-11-21"


def part(identifier):
    return int(hashlib.sha256(identifier.encode()).hexdigest(), 16) % 2 + 1


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("collections", nargs="+", type=pathlib.Path)
    arguments.add_argument("-o", "--output", type=pathlib.Path, required=True)
    arguments.add_argument("--part", type=int, choices=[1, 2])
    given = arguments.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    counts = [0, 0]
    with open(given.output / "questions.jsonl", "w", encoding="utf-8") as out:
        for collection in given.collections:
            articles = {}
            with gzip.open(collection / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
                for line in lines:
                    article = json.loads(line)
                    document = SAME.get(article["document"], article["document"])
                    articles[article["id"]] = (document, article["eid"])
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
