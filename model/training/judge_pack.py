"""Packs marked pairs for `judge.py`: token ids of a vocabulary pruned to what occurs, types, and the base network's weights
for it, so that training needs no tokenizer and little is carried to where the card is.

Reads lines that `rasoat judge --marked` wrote of what `judge_pairs.py` gathered.
"""

import argparse
import json
import pathlib

import numpy as np

KINDS = 6  # marks, "none" included
KEPT = ("id", "label", "source", "document", "group", "split", "dimension", "share", "coarse", "beside")


class Reader:
    """Tokenises pairs as `model/src/judge.rs` does; only the first window of a long pair is read."""

    def __init__(self, folder, limit):
        from tokenizers import Tokenizer

        self.tokenizer, self.limit = Tokenizer.from_file(str(folder / "tokenizer.json")), limit

    def side(self, text, marks, second):
        """Ids and types; marks count in bytes, the tokenizer in characters."""
        places, at = {}, 0
        for character, letter in enumerate(text):
            places[at] = character
            at += len(letter.encode())
        places[at] = len(text)
        kinds = np.zeros(len(text) + 1, np.int64)
        for start, end, kind in marks:
            kinds[places[start] : places[end]] = kind
        encoded = self.tokenizer.encode(text, add_special_tokens=False)
        own = [int(kinds[start:end].max(initial=0)) for start, end in encoded.offsets]
        return encoded.ids, [1 + second * KINDS + kind for kind in own]

    def pair(self, draft, law):
        """`<s> draft </s></s> provision </s>` with the types of both sides."""
        (ours, own), (theirs, other) = draft, law
        room = self.limit - 4
        most = min(len(ours), max(room // 2, room - len(theirs)))
        ours, own = ours[:most], own[:most]
        theirs, other = theirs[: room - most], other[: room - most]
        return [0] + ours + [2, 2] + theirs + [2], [0] + own + [0, 0] + other + [0]

    def read(self, line):
        """The tokens of a pair, and of the same with the provision's heading before it where it has one."""
        draft = self.side(line["draft"], line["draft_marks"], 0)
        law = self.side(line["law"], line["law_marks"], 1)
        ways = [self.pair(draft, law)]
        if line.get("heading"):
            heading = self.side(line["heading"] + "\n", [], 1)
            ways.append(self.pair(draft, (heading[0] + law[0], heading[1] + law[1])))
        return ways


def load_weights(folder):
    """The encoder's tensors by name as they are stored, and its configuration."""
    import gguf

    reader = gguf.GGUFReader(str(folder / "model.gguf"))
    return {tensor.name: np.array(tensor.data) for tensor in reader.tensors}, json.loads((folder / "config.json").read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=pathlib.Path, required=True, help="the encoder's folder")
    parser.add_argument("--pairs", type=pathlib.Path, required=True, help="marked lines")
    parser.add_argument("--max-tokens", type=int, default=224, help="of a pair")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="the packed file")
    told = parser.parse_args()
    reader, about, ways = Reader(told.model, told.max_tokens), [], []
    with open(told.pairs, encoding="utf-8") as file:
        for line in map(json.loads, file):
            read = reader.read(line)
            about.append({name: line[name] for name in KEPT if line.get(name) is not None} | {"ways": len(read)})
            ways += read
    weights, config = load_weights(told.model)
    flat = np.concatenate([ids for ids, _ in ways])
    kept, ids = np.unique(np.concatenate([[0, 2], flat]), return_inverse=True)
    words = "embeddings.word_embeddings.weight"
    weights[words] = weights[words][kept]
    np.savez_compressed(
        told.out, ids=ids[2:].astype(np.uint16 if len(kept) < 65_536 else np.int32),
        types=np.concatenate([types for _, types in ways]).astype(np.uint8),
        lengths=np.array([len(ids) for ids, _ in ways], np.uint16),
        about=np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), np.uint8),
        config=json.dumps(config), limit=told.max_tokens, **{"weight." + name: array for name, array in weights.items()},
    )
    print("%d pairs, %d tokens, %d of the vocabulary" % (len(about), len(flat), len(kept)))


if __name__ == "__main__":
    main()
