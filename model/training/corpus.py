"""Articles of law and the development sets, read into one numbering, and cut into windows of text.

The development sets have the shape `corpus.jsonl.gz` (`id`, `title`, `text`, `document`), `queries.jsonl` (`id`, `text`)
and `qrels.tsv` (query, 0, article, grade). What an article's law is called stands elsewhere (registers of documents).
"""

import csv
import gzip
import json
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

KINDS = {"bo_luat": "Bộ luật ", "luat": "Luật ", "phap_lenh": "Pháp lệnh ", "nghi_dinh": "Nghị định ", "thong_tu": "Thông tư "}
MAX_HEADING, MAX_NAME, WINDOW = 400, 220, 900  # characters


@dataclass
class Article:
    """An article: `law` is its document's name (may be empty), `title` its heading as the source has it."""

    law: str
    heading: str
    title: str
    body: str


@dataclass
class RetrievalSet:
    """A development set; `start` and `end` are its articles in the collection, `gold` the answers of each query."""

    name: str
    start: int
    end: int
    queries: list
    gold: list


@dataclass
class Collection:
    """Articles of all sources, and windows (`windows[k]` is of article `window_article[k]`, in order of articles)."""

    articles: list = field(default_factory=list)
    windows: list = field(default_factory=list)
    window_article: list = field(default_factory=list)
    sets: list = field(default_factory=list)

    def add(self, article, max_windows=None, whole=False):
        """Adds an article with its windows (`whole`: one window); its number."""
        self.articles.append(article)
        for window in [article.body] if whole else windows(article.body)[:max_windows]:
            self.windows.append(window)
            self.window_article.append(len(self.articles) - 1)
        return len(self.articles) - 1


class LawNames:
    """Names of documents by their number, from the register of the project and lists of source documents."""

    def __init__(self, register=None, lists=()):
        rows = csv.DictReader(open(register, encoding="utf-8")) if register else []
        self.register = {row["document"]: row for row in rows}
        self.full = {}
        for path in lists:
            with gzip.open(path, "rt", encoding="utf-8") as file:
                self.full.update({entry["so_hieu"].strip("'"): entry["ten"] for entry in json.load(file)})

    def of(self, number):
        """The name of a document without its date of issue; empty where unknown."""
        if number in self.full:
            return re.sub(r"^(.*?)(?: ngày \d+ tháng \d+ năm \d+)", r"\1", self.full[number])
        row = self.register.get(number)
        return KINDS[row["kind"]] + row["name"] if row and row["kind"] in KINDS else ""


def add_retrieval_set(collection, folder, names):
    """Adds a development set's articles and questions."""
    folder, start = Path(folder), len(collection.articles)
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as file:
        entries = [json.loads(line) for line in file]
    number = {entry["id"]: start + i for i, entry in enumerate(entries)}
    for entry in entries:
        title, text = nfc(entry["title"] or ""), nfc(entry["text"])
        law, body = "", text
        if folder.name.startswith("alqac"):  # the title is the law, the text opens with the heading
            law = "" if re.match(r"^\d", title) else title
            title, _, body = (part.strip() for part in text.partition("\n"))
        law = law or names.of(entry.get("document"))
        if len(law) < 400:  # "Nghị định số 1/2020/NĐ-CP của Chính phủ quy định ..." -> "Nghị định quy định ..."
            law = re.sub(
                r"^(Nghị định|Thông tư|Quyết định|Thông tư liên tịch|Nghị quyết) số \S+ (?:của .{3,60}? )?"
                r"(?=quy định|hướng dẫn|về|ban hành|sửa)",
                r"\1 ",
                law,
            )
        # "Điều 1.2.LQ.3." of the codified law stands before the heading: such a title is no heading
        heading = "" if re.match(r"^Điều \d+\.\d+\.", title) else title[:MAX_HEADING]
        collection.add(Article(law[:MAX_NAME], heading, title, body))
    with open(folder / "queries.jsonl", encoding="utf-8") as file:
        queries = [json.loads(line) for line in file]
    gold = {query["id"]: set() for query in queries}
    with open(folder / "qrels.tsv", encoding="utf-8") as file:
        for line in file:
            query, _, article, grade = line.rstrip("\n").split("\t" if "\t" in line else None)
            if int(grade) > 0:
                gold[query].add(number[article])
    texts, answers = [nfc(query["text"]) for query in queries], [sorted(gold[query["id"]]) for query in queries]
    collection.sets.append(RetrievalSet(folder.name, start, len(collection.articles), texts, answers))


def add_documents(collection, folder, names):
    """Adds documents as JSON (`id`, `title`, `chapters[].articles[].{heading, body}`): articles not seen among them yet."""
    seen = set()
    for path in sorted(Path(folder).glob("*.json")):
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
        number = document.get("id", "").replace("ND-CP", "NĐ-CP")
        law = nfc(str(document.get("title") or names.of(number)))[:MAX_NAME]
        for chapter in document.get("chapters") or []:
            for entry in chapter.get("articles") or []:
                heading, body = nfc(entry.get("heading") or ""), nfc(entry.get("body") or "")
                if len(body) >= 60 and len(heading) >= 4 and body[:200] not in seen:
                    seen.add(body[:200])
                    collection.add(Article(law, heading[:MAX_HEADING], heading, body), max_windows=6)


def windows(text, size=WINDOW):
    """Pieces of at most `size` characters, cut where a line, a point or a sentence ends if that is in the second half."""
    pieces = []
    while len(text) > size:
        cut = size
        for mark in ("\n", "; ", ". ", ", ", " "):
            place = text[:size].rfind(mark)
            if place + len(mark) > size // 2:
                cut = place + len(mark)
                break
        pieces.append(text[:cut])
        text = text[cut:]
    if text.strip():
        pieces.append(text)
    return pieces or [""]


def passage_text(article, window):
    """What the encoder reads of a window: the law's name, the article's heading, the text."""
    return " ".join(part for part in (as_sentence(article.law), as_sentence(article.heading), one_line(window)) if part)


def as_sentence(text):
    """One line that ends in one full stop; empty for nothing."""
    return one_line(text).strip(" .") + "." if text else ""


def one_line(text):
    """Single spaces only."""
    return re.sub(r"\s+", " ", text).strip()


def nfc(text):
    """Composed Unicode: the tokenizer knows no other."""
    return unicodedata.normalize("NFC", text)
