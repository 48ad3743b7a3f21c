"""Pairs for the judge out of their sources, in one shape: lines of JSON for `rasoat judge --marked`.

A line is {"id", "draft", "law", "label", "source", "document", "group", "split", "coarse"?, "dimension"?, "share"?}: pairs
about one provision share a group, `split` is of the document, so that no provision stands on both sides, `coarse` labels
say no more than contradiction or not, `beside` marks what search brings beside a draft that another provision is written
about, and `share` is the chance with which a group takes part in an epoch. Labels ("1.", "a)") before a draft's words are
taken away, as a review does: enacted norms bear them and written ones do not, and no enacted norm contradicts.
"""

import argparse
import collections
import csv
import gzip
import hashlib
import json
import pathlib
import re
import unicodedata

import numpy as np

from bm25 import Bm25, words

SHARES = {"edits": 0.15, "restated": 0.35, "mined": 0.5, "vihallu": 0.6, "enacted": 0.12, "review": 0.2}
EDITED_GROUPS = {"edits": 9_000, "restated": 9_000}  # of the norms that rules edited
ENACTED = 9_000  # of enacted norms beside provisions like them
BESIDE = 2  # provisions beside one draft
FORMAL = re.compile("hiệu lực|thi hành|chuyển tiếp|tổ chức thực hiện|phạm vi điều chỉnh|đối tượng áp dụng|bãi bỏ|thay thế")
LABEL = re.compile(r"^(Điều \w+\.[^\n]*\n)?\s*(\w{1,4}[.)])?\s+(?=\S)")
VIHALLU = {"no": "consistent", "intrinsic": "contradiction", "extrinsic": "unrelated"}


def number(text):
    """A number that depends on the text alone: one document of five is tested on."""
    return int(hashlib.sha1(text.encode()).hexdigest()[:8], 16)


def side(document):
    """The side of a document."""
    return "test" if number(document) % 5 == 0 else "development"


def lines(path):
    """The records of a file of lines of JSON, gzipped or not."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def paragraphs(snapshot):
    """The provisions of the codified law by document and identifier, as the writers of pairs were given them."""
    found = {}
    for article in lines(snapshot):
        if not (article["so_hieu"] and article["dieu"] and article["noi_dung"]):
            continue
        text = article["noi_dung"]
        parts = re.split(r"\n(?=\d{1,2}\. )", "\n" + text) if re.search(r"(^|\n)\d{1,2}\. ", text) else [text]
        for part in map(str.strip, parts):
            label = re.match(r"(\d{1,2})\. ", part)
            place = "art_" + article["dieu"] + ("__para_" + label.group(1) if label else "")
            key = hashlib.sha256(part.encode()).hexdigest()[:16]
            heading = re.sub(r"^Điều [\d.A-ZĐ]+\. *", "", article["tieu_de"] or "")
            found[article["so_hieu"], place, key] = part, heading
    return found


def written(path):
    """Pairs written for this project beside the data, with their provisions."""
    for pair in lines(path):
        document = pair["law_ref"]["document"]
        yield {
            "id": pair["id"], "draft": pair["draft"], "law": pair["law"], "label": pair["label"],
            "dimension": pair.get("dimension"), "source": "written", "document": document,
            "group": "written " + pair["id"].rsplit("-", 1)[0], "split": side(document),
        }


def hands(folder, provisions):
    """Pairs of the hands in `eval/pairs`; those whose provision the snapshot does not hold are left out."""
    for path in sorted(folder.glob("hand-*.jsonl")):
        for pair in lines(path):
            reference = pair["law_ref"]
            law = provisions.get((reference["document"], reference["eid"], reference["sha256"]))
            if law is None:
                continue
            yield {
                "id": pair["id"], "draft": pair["draft"], "law": law[0], "heading": law[1], "label": pair["label"],
                "dimension": pair.get("dimension"), "source": path.stem, "document": reference["document"],
                "group": pair["id"].rsplit("-", 1)[0], "split": pair["split"],
            }


def mined(path):
    """Pairs mined from amendments, with the sides their set has."""
    for pair in lines(path):
        yield {
            "id": pair["id"], "draft": pair["draft"], "law": pair["law"], "label": pair["label"],
            "dimension": pair.get("dimension"), "source": "mined", "document": pair["law_ref"]["document"],
            "group": pair["id"], "split": pair["split"],
        }


def edits(path):
    """Norms edited by rule: as many groups of each kind as `EDITED_GROUPS`, the same from the same file.

    What restates another document's norm is `coarse`: that it differs in no more than the edit, nobody has read.
    """
    groups = collections.defaultdict(lambda: collections.defaultdict(list))
    for pair in lines(path):
        restates = pair.get("draft_ref", pair)["document"]
        if side(restates) == side(pair["document"]):
            group = "%s %s %s %s" % (pair["source"], pair["document"], pair["eid"], restates)
            groups[pair["source"]][group].append(pair)
    for source, own in sorted(groups.items()):
        for group in sorted(own, key=number)[: EDITED_GROUPS[source]]:
            for pair in own[group]:
                yield {
                    "id": pair["id"], "draft": pair["draft"], "law": pair["law"], "label": pair["label"],
                    "dimension": pair.get("dimension"), "source": source, "document": pair["document"],
                    "group": group, "split": side(pair["document"]), "coarse": True if source == "restated" else None,
                }


class Provisions:
    """The codified law's paragraphs, searched by words; one index a side, so that none is seen on both."""

    def __init__(self, provisions):
        self.own = {"test": [], "development": []}
        for (document, _, _), (text, heading) in provisions.items():
            if 15 <= len(text.split()) <= 250 and "|" not in text and not FORMAL.search(heading.lower()):
                self.own[side(document)].append((document, text))
        self.index = {name: Bm25(words(text) for _, text in own) for name, own in self.own.items()}

    def beside(self, draft, law, documents, most=BESIDE):
        """The provisions nearest in words that are not `law` nor nearly its words: of the documents that `documents`
        says yes to."""
        name = side(documents.home)
        scores, found = self.index[name].scores(words(draft)), []
        said = set(words(law))
        for at in np.argsort(-scores)[:200]:
            document, text = self.own[name][at]
            other = set(words(text))
            if not documents(document) or text == law or len(said & other) > 0.75 * min(len(said), len(other)):
                continue
            if all(text != before for _, before in found):
                found.append((document, text))
            if len(found) == most:
                break
        return found


class Within:
    """Which documents are looked at beside one: itself, or all others."""

    def __init__(self, home, itself):
        self.home, self.itself = home, itself

    def __call__(self, document):
        return (document == self.home) == self.itself


def beside(pairs, provisions):
    """Written drafts beside what they were not written about: a draft alone must not tell what it contradicts. Drafts that
    were written beside several provisions need no more of them."""
    written_beside = collections.Counter(pair["draft"] for pair in pairs)
    for pair in pairs:
        if pair["split"] != side(pair["document"]) or written_beside[pair["draft"]] > 1:
            continue
        itself = number(pair["id"]) % 4 != 0  # mostly of the same document: what search brings
        for count, (document, text) in enumerate(
                provisions.beside(pair["draft"], pair["law"], Within(pair["document"], itself))):
            yield {
                "id": "beside %s %d" % (pair["id"], count), "draft": pair["draft"], "law": text, "label": "unrelated",
                "source": pair["source"], "document": document, "group": pair["group"], "split": pair["split"],
                "coarse": True, "beside": True,
            }


def enacted(provisions, left_out):
    """Enacted norms beside provisions like them in other documents, as not contradictory."""
    norms = [own for name in sorted(provisions.own) for own in provisions.own[name]]
    norms = [own for own in norms if own[0] not in left_out and len(own[1].split()) <= 150]
    for document, text in sorted(norms, key=lambda own: number("enacted " + own[1]))[: ENACTED // BESIDE]:
        for count, (other, law) in enumerate(provisions.beside(text, text, Within(document, False))):
            if other not in left_out:
                name = "enacted %s %08x" % (document, number(text))
                yield {
                    "id": "%s %d" % (name, count), "draft": text, "law": law, "label": "consistent", "source": "enacted",
                    "document": other, "group": name, "split": side(other), "coarse": True,
                }


def vihallu(path):
    """Answers held against their contexts, of no law."""
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["label"] in VIHALLU:
                document = "vihallu %08x" % number(row["context"])
                yield {
                    "id": row["id"], "draft": row["response"], "law": row["context"], "label": VIHALLU[row["label"]],
                    "source": "vihallu", "document": document, "group": document, "split": side(document), "coarse": True,
                }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="the shared data folder")
    parser.add_argument("--hands", type=pathlib.Path, required=True, help="eval/pairs of this repository")
    parser.add_argument("--mined", type=pathlib.Path, required=True, help="what `rasoat eval mine` wrote, with edits")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="the file of lines")
    parser.add_argument("--review", type=pathlib.Path, help="lines of what reviews of enacted documents held beside them")
    told = parser.parse_args()
    provisions = paragraphs(told.data / "phapdien" / "articles_2024-08.jsonl.gz")
    searched = Provisions(provisions)
    own = list(written(told.data / "pairs-written" / "train.jsonl")) + list(hands(told.hands, provisions))
    with open(told.mined / "splits.csv", encoding="utf-8", newline="") as file:
        tested = {row["document"] for row in csv.DictReader(file) if row["split"] == "test"}
    sources = [
        own, beside(own, searched), enacted(searched, tested),
        mined(told.mined / "pairs.jsonl"), edits(told.mined / "edits.jsonl"),
        vihallu(told.data / "vihallu" / "test_700_labelled.csv"), lines(told.review) if told.review else [],
    ]
    counts = collections.Counter()
    with open(told.out, "w", encoding="utf-8") as file:
        for pair in (pair for source in sources for pair in source):
            pair = {name: value for name, value in pair.items() if value is not None}
            for text in ("draft", "law"):
                pair[text] = unicodedata.normalize("NFC", pair[text])
            pair["draft"] = LABEL.sub("", pair["draft"])
            pair["share"] = SHARES.get(pair["source"], 1.0)
            counts[pair["source"], pair["split"], pair["label"]] += 1
            file.write(json.dumps(pair, ensure_ascii=False) + "\n")
    for key in sorted(counts):
        print(*key, counts[key])


if __name__ == "__main__":
    main()
