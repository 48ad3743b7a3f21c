"""Pairs for the judge out of their sources, in one shape: lines of JSON for `rasoat judge --marked`.

A line is {"id", "draft", "law", "label", "source", "document", "group", "split", "coarse"?, "dimension"?, "share"?}: pairs
about one provision share a group, `split` is of the document, so that no provision stands on both sides, `coarse` labels
say no more than contradiction or not, and `share` is the chance with which a group takes part in an epoch.
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

SHARES = {"edits": 0.35, "mined": 0.5, "vihallu": 0.6}
EDITED_GROUPS = 3_000  # of the norms that rules edited
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
    """Norms edited by rule: as many groups as `EDITED_GROUPS`, the same from the same file."""
    groups = collections.defaultdict(list)
    for pair in lines(path):
        groups["edits %s %s" % (pair["document"], pair["eid"])].append(pair)
    for group in sorted(groups, key=number)[:EDITED_GROUPS]:
        for pair in groups[group]:
            yield {
                "id": pair["id"], "draft": pair["draft"], "law": pair["law"], "label": pair["label"],
                "dimension": pair.get("dimension"), "source": "edits", "document": pair["document"],
                "group": group, "split": side(pair["document"]),
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
    told = parser.parse_args()
    provisions = paragraphs(told.data / "phapdien" / "articles_2024-08.jsonl.gz")
    sources = [
        written(told.data / "pairs-written" / "train.jsonl"), hands(told.hands, provisions),
        mined(told.mined / "pairs.jsonl"), edits(told.mined / "edits.jsonl"),
        vihallu(told.data / "vihallu" / "test_700_labelled.csv"),
    ]
    counts = collections.Counter()
    with open(told.out, "w", encoding="utf-8") as file:
        for pair in (pair for source in sources for pair in source):
            pair = {name: value for name, value in pair.items() if value is not None}
            for text in ("draft", "law"):
                pair[text] = unicodedata.normalize("NFC", pair[text])
            pair["share"] = SHARES.get(pair["source"], 1.0)
            counts[pair["source"], pair["split"], pair["label"]] += 1
            file.write(json.dumps(pair, ensure_ascii=False) + "\n")
    for key in sorted(counts):
        print(*key, counts[key])


if __name__ == "__main__":
    main()
