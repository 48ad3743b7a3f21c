"""Puts the hands' drafts together into whole drafts of which it is known what contradicts which provision.

A draft holds at most a dozen norms about different provisions, one of four a contradiction; the documents of those
provisions, and others drawn beside them, are written as lines for `rasoat import`. Then

    rasoat import --store STORE OUT/documents/*.jsonl
    rasoat eval outcomes --store STORE --data OUT/planted

tells how many contradictions a review finds, and how many it sees that are none. Documents of the judge's development
side are left out: nothing here was trained on.
"""

import argparse
import collections
import gzip
import hashlib
import json
import pathlib
import random
import re
import unicodedata

NORMS, FEWEST, OTHERS, FILE = 12, 4, 150, 1_500_000
HEAD = "ỦY BAN NHÂN DÂN\nTỈNH A\n\nQUYẾT ĐỊNH\nBan hành quy định về một số nội dung quản lý nhà nước trên địa bàn tỉnh\n\n"
AS_OF = "2024-08-01"
TELLING = ["contradiction", "duplicate", "consistent", "unrelated"]


def lines(path):
    """The records of a file of lines of JSON, gzipped or not."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def plain(text):
    """A text as a review reads it: one form of letters, single blanks, nothing that is not seen."""
    seen = re.sub("[\u00ad\u200b-\u200d\ufeff]", "", unicodedata.normalize("NFC", text))
    return "\n".join(" ".join(line.split()) for line in seen.splitlines() if line.strip())


def first_number(article):
    found = re.match(r"\d+", article["dieu"])
    return (int(found.group()) if found else 0, article["dieu"])


def heading(article):
    """An article's heading without its label in the codified law."""
    return re.sub(r"^Điều [\d.A-ZĐ]+\. *", "", article["tieu_de"] or "").rstrip(".")


def paragraphs(articles):
    """The identifier of each paragraph by the checksum of its text, with the heading of its article."""
    found = {}
    for article in articles:
        text = article["noi_dung"]
        parts = re.split(r"\n(?=\d{1,2}\. )", "\n" + text) if re.search(r"(^|\n)\d{1,2}\. ", text) else [text]
        for part in map(str.strip, parts):
            found[hashlib.sha256(part.encode()).hexdigest()[:16]] = heading(article)
    return found


def write_documents(folder, numbers, articles, facts):
    """Documents as `rasoat import` reads them, in files of a bounded size."""
    folder.mkdir(parents=True, exist_ok=True)
    file, size, count = None, 0, 0
    for number in numbers:
        about = facts.get(number, {})
        own = sorted(articles[number], key=first_number)
        text = "\n".join("Điều %s. %s\n%s" % (a["dieu"], heading(a), a["noi_dung"]) for a in own)
        record = {"so_hieu": number, "title": about.get("ten") or number, "text": text}
        record |= {"issuer": about.get("co_quan"), "issued": about.get("ngay_ban_hanh"), "effective": own[0]["hieu_luc"]}
        line = json.dumps(record, ensure_ascii=False) + "\n"
        if file is None or size + len(line) > FILE:
            count, size = count + 1, 0
            file = open(folder / ("%03d.jsonl" % count), "w", encoding="utf-8")
        file.write(line)
        size += len(line)


def drafts_of(groups, draw):
    """Norms in drafts: of each provision a contradiction, where it has one, and two others, never two in one draft."""
    waiting = []
    for group in groups:
        against = [pair for pair in group if pair["label"] == "contradiction"]
        others = [pair for pair in group if pair["label"] != "contradiction"]
        waiting += ([draw.choice(against)] if against else []) + draw.sample(others, min(2, len(others)))
    draw.shuffle(waiting)
    while waiting:
        draft, seen, rest = [], set(), []
        for pair in waiting:
            if len(draft) < NORMS and pair["group"] not in seen:
                draft.append(pair)
                seen.add(pair["group"])
            else:
                rest.append(pair)
        waiting = rest
        if len(draft) >= FEWEST:
            yield draft


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--snapshot", type=pathlib.Path, required=True, help="the codified law, articles and docs of 2024-08")
    parser.add_argument("--hands", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--seed", type=int, default=4)
    told = parser.parse_args()
    articles = collections.defaultdict(list)
    for article in lines(told.snapshot / "articles_2024-08.jsonl.gz"):
        if article["so_hieu"] and article["dieu"] and article["noi_dung"]:
            articles[article["so_hieu"]].append(article)
    with gzip.open(told.snapshot / "docs_2024-08.json.gz", "rt", encoding="utf-8") as file:
        held = json.load(file)
    facts = {document.get("so_hieu"): document for document in (held if isinstance(held, list) else held.values())}
    groups, headings, written = collections.defaultdict(list), {}, {}
    for path in sorted(told.hands.glob("hand-*.jsonl")):
        for pair in lines(path):
            number, mark = pair["law_ref"]["document"], pair["law_ref"]["sha256"]
            if pair["split"] != "test":
                continue
            if number not in headings:
                headings[number] = paragraphs(articles[number])
            if mark in headings[number]:
                pair |= {"group": "%s %s" % (number, mark), "heading": headings[number][mark]}
                said = written.setdefault(pair["draft"], pair)  # beside three provisions: what it says of one of them
                if TELLING.index(pair["label"]) < TELLING.index(said["label"]):
                    written[pair["draft"]] = pair
    for pair in written.values():
        groups[pair["group"]].append(pair)
    draw = random.Random(told.seed)
    numbers = sorted({pair["law_ref"]["document"] for group in groups.values() for pair in group})
    others = sorted(set(articles) - set(numbers))
    draw.shuffle(others)
    write_documents(told.out / "documents", numbers + others[:OTHERS], articles, facts)
    counts = collections.Counter()
    for at, draft in enumerate(drafts_of([groups[group] for group in sorted(groups)], draw)):
        text, findings = HEAD, []
        for place, pair in enumerate(draft, 1):
            text += "Điều %d. %s\n" % (place, pair["heading"] or "Quy định chung")
            start = len(plain(text).encode()) + 1
            text += plain(pair["draft"]) + "\n"
            counts[pair["label"]] += 1
            if pair["label"] == "contradiction":
                about = {"check": "conflict.contradiction", "start": start, "end": len(plain(text).encode())}
                findings.append(about | {"document": pair["law_ref"]["document"], "eid": pair["law_ref"]["eid"]})
        folder = told.out / "planted" / ("draft-%03d" % at)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "draft.txt").write_text(plain(text) + "\n", encoding="utf-8")
        gold = {"as_of": AS_OF, "findings": findings, "checks": ["conflict.contradiction"]}
        (folder / "gold.json").write_text(json.dumps(gold, ensure_ascii=False) + "\n", encoding="utf-8")
        counts["drafts"] += 1
    print(len(numbers), "documents with pairs;", dict(counts))


if __name__ == "__main__":
    main()
