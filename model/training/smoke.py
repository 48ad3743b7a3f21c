"""The whole way on a made-up corpus and a tiny random network, in a minute or two on a processor: it shows that the programs run
and that losses fall, nothing of quality. `python smoke.py [--keep FOLDER]`."""

import argparse
import contextlib
import gzip
import io
import json
import re
import tempfile
from pathlib import Path

import numpy as np
import torch

import adapt
import mine

LAYERS, HIDDEN, HEADS, INNER = 2, 32, 4, 64
TOPICS = ["nuôi ong", "trồng sen", "đóng thuyền", "dệt chiếu", "làm gốm", "đan nón", "nấu rượu", "thả diều", "múa rối", "chọi trâu"]
ARTICLES = {
    "Điều kiện {}": "1. Người {0} phải có giấy phép do cơ quan cấp tỉnh cấp trước khi bắt đầu.\n2. Giấy phép {0} có thời hạn {1} năm kể từ ngày cấp.",
    "Hồ sơ {}": "Hồ sơ {0} bao gồm các giấy tờ sau đây:\na) Đơn của người {0} theo mẫu đã ban hành;\nb) Bản vẽ nơi {0} có xác nhận của xã.",
    "Thẩm quyền cho phép {}": "Ủy ban nhân dân tỉnh quyết định việc cho phép {0} trong {1} ngày làm việc.\nTrường hợp từ chối {0} thì phải trả lời bằng văn bản và nêu rõ lý do.",
    "Xử phạt vi phạm quy định về {}": "Phạt tiền từ {1} triệu đồng đến 90 triệu đồng đối với hành vi {0} không có giấy phép hoặc quá thời hạn.",
}


def write_set(folder, topics):
    """A development set: four articles a topic, a question each."""
    folder.mkdir()
    corpus, queries, qrels = [], [], []
    for i, topic in enumerate(topics):
        for j, (heading, body) in enumerate(ARTICLES.items()):
            name = "%d-%d" % (i, j)
            text = body.format(topic, i + 3)
            corpus.append({"id": name, "document": "L%d" % i, "title": heading.format(topic), "text": text})
            queries.append({"id": "q" + name, "text": "cho hỏi %s ra sao?" % heading.format(topic).lower()})
            qrels.append("q%s\t0\t%s\t1\n" % (name, name))
    lines = lambda entries: "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
    with gzip.open(folder / "corpus.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(lines(corpus))
    (folder / "queries.jsonl").write_text(lines(queries), encoding="utf-8")
    (folder / "qrels.tsv").write_text("".join(qrels), encoding="utf-8")


def write_model(folder):
    """A random network of two layers, with a vocabulary of the corpus' words."""
    from gguf import GGUFWriter
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    folder.mkdir()
    text = " ".join(TOPICS + list(ARTICLES) + list(ARTICLES.values())).lower() + " cho hỏi ra sao query : passage 3 4 5 6 7 8 9"
    text += " ".join(" " + closing for closing in ["như thế nào quy định gì gồm những bao nhiêu năm ai"])
    tokens = ["<s>", "<pad>", "</s>", "<unk>"] + sorted(set(re.findall(r"\w+|[^\w\s]", text)))
    tokenizer = Tokenizer(models.WordLevel({token: i for i, token in enumerate(tokens)}, "<unk>"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizers.Lowercase(), pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"hidden_size": HIDDEN, "num_attention_heads": HEADS, "num_hidden_layers": LAYERS, "layer_norm_eps": 1e-12}
    (folder / "config.json").write_text(json.dumps(config))
    random, writer = np.random.default_rng(1), GGUFWriter(str(folder / "model.gguf"), "bert")

    def add(name, *shape, mean=0.0, spread=0.15):
        writer.add_tensor(name, (mean + spread * random.standard_normal(shape)).astype(np.float32))

    def add_layer(name, rows, columns):
        add(name + ".weight", rows, columns)
        add(name + ".bias", rows, spread=0.01)

    def add_norm(name):
        add(name + ".weight", HIDDEN, mean=1.0, spread=0.01)
        add(name + ".bias", HIDDEN, spread=0.01)

    add("embeddings.word_embeddings.weight", len(tokens), HIDDEN, spread=1.0)
    add("embeddings.position_embeddings.weight", 512, HIDDEN, spread=0.02)
    add("embeddings.token_type_embeddings.weight", 2, HIDDEN, spread=0.02)
    add_norm("embeddings.LayerNorm")
    for layer in range(LAYERS):
        at = "encoder.layer.%d." % layer
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            add_layer(at + part, HIDDEN, HIDDEN)
        add_layer(at + "intermediate.dense", INNER, HIDDEN)
        add_layer(at + "output.dense", HIDDEN, INNER)
        add_norm(at + "attention.output.LayerNorm")
        add_norm(at + "output.LayerNorm")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def smoke(folder):
    """Mines, packs, trains both adapters, cross-validates and evaluates below `folder`; fails where anything is amiss."""
    torch.set_num_threads(1)  # faster for so small a network
    write_set(folder / "set-a", TOPICS[:6])
    write_set(folder / "set-b", TOPICS[6:])
    write_model(folder / "model")
    sets = ["--set", str(folder / "set-a"), "--set", str(folder / "set-b")]
    packed, lines = str(folder / "packed.npz"), folder / "lines"
    mine.main(sets + ["--model", str(folder / "model"), "--pack", packed, "--lines", str(lines), "--show", "5"])
    groups = [json.loads(line) for line in (lines / "mined.jsonl").read_text(encoding="utf-8").splitlines()]
    assert groups and all(set(group) == {"query", "positives", "negatives"} and group["positives"] for group in groups)
    assert all(not set(group["positives"]) & set(group["negatives"]) for group in groups)

    run = lambda *arguments: adapt.main([arguments[0], "--data", packed, "--device", "cpu", *arguments[1:]])
    encoder, ranker = str(folder / "encoder.safetensors"), folder / "rankers"
    few = ["--steps", "30", "--questions", "96", "--ranks", "0", "8", "--learning-rate", "3e-3"]
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        run("encoder", "--out", encoder, "--batch", "24", "--rank", "4", *few)
        run("cross-encoder", "--out", str(ranker), "--encoder", encoder, "--rank", "4", "--groups", "6", "--int8", *few)
        few[1] = "4"
        last = str(ranker / "mined.safetensors")
        run("cross-validate", "--encoder", encoder, "--cross-encoder", last, "--groups", "6", "--batch", "16", "--tune-encoder", *few)
        run("evaluate", "--encoder", encoder, "--cross-encoder", str(ranker / "development.safetensors"))
    print(output.getvalue())
    losses = [float(value) for value in re.findall(r"encoder step \d+ loss ([\d.]+)", output.getvalue())[:2]]
    assert losses[-1] < losses[0], "the encoder's loss does not fall"
    print("smoke: all ran, the encoder's loss fell from %.3f to %.3f" % tuple(losses))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="an empty folder for the files, instead of one that is removed")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        smoke(options.keep)
    else:
        with tempfile.TemporaryDirectory() as temporary:
            smoke(Path(temporary))
