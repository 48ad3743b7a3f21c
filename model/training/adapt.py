"""Trains the low-rank adapters on the packed file of `mine.py`: the encoder's (contrastive) and the cross-encoder's
(listwise), and measures them on the development sets. `README.md` has the settings of the shipped ones and their results.

    adapt.py encoder        InfoNCE over each batch's answers and one hard negative a question
    adapt.py cross-encoder  softmax over an answer and seven hard negatives, in three stages
    adapt.py cross-validate development questions in training, measured on the third that was left out
    adapt.py evaluate       base, adapters and scales on the development sets
"""

import argparse
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from network import absorb_scale, load_adapter, save_adapter
from packed import Packed
from retrieval import (
    Candidates, WORD_WEIGHT, dense_ranking, evaluate, evaluate_pairs, find_candidates, fused, measures, pair_scores,
)

DROPOUT, WEIGHT_DECAY, LAST_RATE, MAX_GRADIENT = 0.05, 0.01, 0.05, 1.0
RANK, SCALE = 32, 0.35  # of the low-rank deltas; the encoder's scale at use, chosen on the development sets
FOLDS, FOLD_SEED = 3, 77


@dataclass(frozen=True)
class EncoderStage:
    """Contrastive training. Shares are of passages that keep the law's name and the heading; `ranks` (first, end) are
    those a hard negative is drawn from; texts whose base vectors are nearer than `near` are no negatives of each other."""

    steps: int = 108
    batch: int = 1024
    development: int = 0  # development questions beside each batch
    learning_rate: float = 4e-4
    warmup: int = 20
    temperature: float = 0.02
    ranks: tuple = (2, 26)
    near: float = 0.97
    questions: int = 270_000
    name_share: float = 0.75
    heading_share: float = 0.7
    passage_tokens: int = 288
    query_tokens: int = 64


# Tried on top of the adapter at scale 0.35, with development questions: did not pay.
TUNING = EncoderStage(
    22, 512, 256, 1e-4, 4, ranks=(0, 20), near=0.955, questions=230_000, name_share=0.8, heading_share=0.75
)


@dataclass(frozen=True)
class RankingStage:
    """Listwise training of the cross-encoder: `groups` a step, each an answer and `negatives`."""

    steps: int
    learning_rate: float
    warmup: int
    groups: int = 96
    negatives: int = 7
    development: float = 0.0  # share of the groups that are development questions
    adapted: bool = False  # whether the adapted encoder finds the hard negatives, or the base
    ranks: tuple = (0, 40)
    questions: int = 230_000
    name_share: float = 0.7
    heading_share: float = 0.5
    tokens: int = 300
    smoothing: float = 0.02


STAGES = {
    "first": RankingStage(
        273, 3e-4, 30, adapted=True, questions=270_000, name_share=0.75, heading_share=0.75, tokens=320, smoothing=0.0
    ),
    "mined": RankingStage(500, 2.5e-4, 20),
    "development": RankingStage(58, 1.2e-4, 5, development=0.5),
}


class Negatives:
    """A drawn pool of mined questions and each one's hard negatives, by an encoder's vectors."""

    def __init__(self, data, network, windows, count, ranks, random):
        self.pool = random.permutation(len(data.questions))[:count]
        queries = data.run(network, [data.query(data.questions[i], 64) for i in self.pool])
        self.windows = data.hard_negatives(queries, windows, self.pool, ranks)

    def batches(self, size, random):
        """Positions in the pool, `size` at a time, without end; each question once before any comes again."""
        size = min(size, len(self.pool))
        while True:
            order = random.permutation(len(self.pool))
            for start in range(0, len(order) - size + 1, size):
                yield order[start : start + size]


class Development:
    """Development questions as training groups: a gold article's best window, and candidates that are not gold.

    Candidates and best windows are the base encoder's, whatever is trained."""

    def __init__(self, data, base, windows):
        self.data = data
        self.queries = {name: data.run(base, data.set_queries(name)) for name in data.sets}
        self.found = {name: find_candidates(data, name, self.queries[name], windows) for name in data.sets}
        self.windows = windows
        self.all = [(name, i) for name in data.sets for i in range(len(data.queries[name]))]
        folds = np.random.default_rng(FOLD_SEED).integers(0, FOLDS, len(self.all))
        self.fold = dict(zip(self.all, folds.tolist()))

    def group(self, question, negatives, random):
        """Windows: an answer, then `negatives` drawn."""
        name, i = question
        gold = [a for a in sorted(self.data.gold[name][i]) if self.data.first_window[a] < self.data.first_window[a + 1]]
        article = gold[random.integers(len(gold))]
        own = np.arange(self.data.first_window[article], self.data.first_window[article + 1])
        best = own[(self.queries[name][i] @ self.windows[own].T).argmax().item()]
        found = self.found[name]
        listed = zip(found.articles[i], found.windows[i])
        others = [own[0] for article, own in listed if article not in self.data.gold[name][i] and len(own)]
        return [best] + list(random.choice(others, negatives, replace=len(others) < negatives))


def pooled(data, network, texts, parts=4):
    """Mean states of texts, sorted by length into `parts` so that little is padded."""
    order = np.argsort([len(text) for text in texts])
    size = max(64, -(-len(order) // parts))
    states = [network(*data.pad([texts[i] for i in order[s : s + size]]), DROPOUT) for s in range(0, len(order), size)]
    return torch.cat(states)[torch.from_numpy(np.argsort(order)).to(data.device)]


def optimise(network, stage, loss_of_step, label, every=25):
    """AdamW with linear warm-up and decay; losses by step."""
    parameters = [p for p in network.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=stage.learning_rate, weight_decay=WEIGHT_DECAY)
    network.train()
    losses = []
    for step in range(stage.steps):
        decay = (1 - step / stage.steps) * (1 - LAST_RATE) + LAST_RATE
        for group in optimiser.param_groups:
            group["lr"] = stage.learning_rate * min(1, (step + 1) / stage.warmup) * decay
        loss = loss_of_step()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, MAX_GRADIENT)
        optimiser.step()
        losses.append(loss.item())
        if (step + 1) % every == 0 or step + 1 == stage.steps:
            print("%s step %d loss %.4f" % (label, step + 1, np.mean(losses[-every:])), flush=True)
    return losses


def train_encoder(data, network, stage, negatives, windows, random, development=None, mix=()):
    """InfoNCE; `windows` are the base's vectors, by which near duplicates are known; `mix` development questions."""
    batches = negatives.batches(stage.batch, random)
    article, ranks = torch.from_numpy(data.window_article).to(data.device), stage.ranks[1] - stage.ranks[0]

    def loss_of_step():
        chosen = next(batches)
        drawn = random.integers(0, min(ranks, negatives.windows.shape[1]), len(chosen))
        answers, others = list(data.question_window[negatives.pool[chosen]]), list(negatives.windows[chosen, drawn])
        queries = [data.query(data.questions[i], stage.query_tokens) for i in negatives.pool[chosen]]
        for i in random.choice(len(mix), stage.development) if mix else ():
            answer, other = development.group(mix[i], 1, random)
            answers.append(answer)
            others.append(other)
            queries.append(data.query(data.queries[mix[i][0]][mix[i][1]]))
        texts = np.array(answers + others)
        names, headings = random.random(len(texts)) < stage.name_share, random.random(len(texts)) < stage.heading_share
        passages = [data.passage(w, n, h, stage.passage_tokens) for w, n, h in zip(texts, names, headings)]
        with data.half():
            query = F.normalize(pooled(data, network, queries, 1), dim=-1)
            passage = F.normalize(pooled(data, network, passages), dim=-1)
            similarity = query @ passage.T / stage.temperature
        count, texts = len(queries), torch.from_numpy(texts.astype(np.int64)).to(data.device)
        same = windows[texts[:count]] @ windows[texts].T > stage.near
        same |= article[texts[:count], None] == article[texts][None]
        diagonal = torch.arange(count, device=data.device)
        same[diagonal, diagonal] = False
        return F.cross_entropy(similarity.float().masked_fill(same, -1e4), diagonal)

    return optimise(network, stage, loss_of_step, "encoder")


def train_cross_encoder(data, network, stage, negatives, random, label, development=None, mix=()):
    """Softmax over each group's scores; `mix` development questions, half of each batch where the stage says so."""
    from_sets = int(stage.groups * stage.development) if mix else 0
    batches = negatives.batches(stage.groups - from_sets, random)

    def loss_of_step():
        pairs = []
        for i in next(batches):
            others = random.choice(negatives.windows[i], stage.negatives, replace=False)
            shown = random.random() < stage.name_share, random.random() < stage.heading_share
            query = data.questions[negatives.pool[i]]
            windows = [data.question_window[negatives.pool[i]], *others]
            pairs += [data.pair(query, window, stage.tokens, *shown) for window in windows]
        for i in random.choice(len(mix), from_sets) if from_sets else ():
            shown = random.random() < 0.8, random.random() < 0.8
            query = data.queries[mix[i][0]][mix[i][1]]
            windows = development.group(mix[i], stage.negatives, random)
            pairs += [data.pair(query, window, stage.tokens, *shown) for window in windows]
        with data.half():
            states = pooled(data, network, pairs)
        scores = network.head(states.float())[:, 0].view(-1, stage.negatives + 1)
        answer = torch.zeros(len(scores), dtype=torch.long, device=data.device)
        return F.cross_entropy(scores, answer, label_smoothing=stage.smoothing)

    return optimise(network, stage, loss_of_step, label, 50)


def facts(data, stages):
    """What an adapter's file says of its making."""
    last = lambda losses: {"last_loss": round(float(np.mean(losses[-20:])), 4)}
    stages = {name: asdict(stage) | last(losses) for name, (stage, losses) in stages.items()}
    framework = "PyTorch %s, %s" % (torch.__version__, data.device)
    return {"framework": framework, "data_sha256": data.checksum, "stages": stages}


def make_encoder(data, options):
    """`encoder`: trains and writes the encoder's adapter."""
    stage, random = override(EncoderStage(), options), np.random.default_rng(options.seed)
    base = data.base()
    windows = data.run(base, data.passages())
    negatives = Negatives(data, base, windows, stage.questions, stage.ranks, random)
    network = data.base(rank=options.rank)
    losses = train_encoder(data, network, stage, negatives, windows, random)
    about = facts(data, {"encoder": (stage, losses)})
    save_adapter(options.out, network, options.name, "encoder", options.scale, facts=about, int8=options.int8)


def make_cross_encoder(data, options):
    """`cross-encoder`: the stages asked for, one after the other; `OUT/STAGE.safetensors` after each."""
    random, base = np.random.default_rng(options.seed), data.base()
    by_base = data.run(base, data.passages())
    if options.start:
        network = absorb_scale(load_adapter(options.start, data.weights, data.config, data.device))
    else:
        network = data.base(rank=options.rank, head=True)
    options.out.mkdir(parents=True, exist_ok=True)
    done = {}
    for name in options.stages:
        stage = override(STAGES[name], options)
        finder, windows = base, by_base
        if stage.adapted and options.encoder:  # at its full scale
            finder = load_adapter(options.encoder, data.weights, data.config, data.device, 1.0)
            windows = data.run(finder, data.passages())
        negatives = Negatives(data, finder, windows, stage.questions, stage.ranks, random)
        development = Development(data, base, by_base) if stage.development else None
        mix = development.all if development else ()
        done[name] = stage, train_cross_encoder(data, network, stage, negatives, random, name, development, mix)
        path = options.out / (name + ".safetensors")
        save_adapter(path, network, options.name, "cross_encoder", 1.0, 320, facts(data, done), options.int8)


def cross_validate(data, options):
    """`cross-validate`: the last stage on two thirds of the development questions, measured on the third; three times."""
    random, base = np.random.default_rng(options.seed), data.base()
    windows = data.run(base, data.passages())
    stage, tuning = override(STAGES["development"], options), override(TUNING, options)
    development = Development(data, base, windows)
    negatives = Negatives(data, base, windows, stage.questions, stage.ranks, random)
    last = data.first_window[max(data.range[name][1] for name in data.sets)]
    load = lambda path, scale=None: load_adapter(path, data.weights, data.config, data.device, scale)
    kept = load(options.encoder, options.scale)
    encoders = {"encoder": (kept, data.run(kept, data.passages(range(last))))}
    results = {}  # (encoder, set): question -> (dense ranking, candidates, pair scores)
    for fold in range(FOLDS):
        mix = [question for question in development.all if development.fold[question] != fold]
        if options.tune_encoder:
            tuned = absorb_scale(load(options.encoder, options.scale))
            train_encoder(data, tuned, tuning, negatives, windows, random, development, mix)
            encoders["tuned encoder"] = tuned, data.run(tuned, data.passages(range(last)))
        ranker = absorb_scale(load(options.cross_encoder))
        train_cross_encoder(data, ranker, stage, negatives, random, "fold %d" % fold, development, mix)
        for label, (encoder, vectors) in encoders.items():
            for name in data.sets:
                out = [i for i in range(len(data.queries[name])) if development.fold[(name, i)] == fold]
                queries = data.run(encoder, data.set_queries(name))
                dense = dense_ranking(data, name, queries, vectors)
                found = find_candidates(data, name, queries, vectors)
                pairs = pair_scores(data, ranker, name, found, out)
                results.setdefault((label, name), {}).update({i: (dense[i], found, pairs) for i in out})
    for (label, name), by_question in results.items():
        report_left_out(data, label, name, by_question)


def report_left_out(data, label, name, by_question):
    """Prints measures over all questions, each by the network that had not seen it."""
    questions = sorted(by_question)
    gold = [data.gold[name][i] for i in questions]
    print(label, name, "dense", measures([by_question[i][0] for i in questions], gold), flush=True)
    merged, pairs = gather_folds(by_question, questions)
    for words in (WORD_WEIGHT, 0.14):
        for weight in (0, 0.0155, 0.025):
            line = fused(data, name, merged, questions, words, weight, pairs)
            print(label, name, "words %g pairs %g" % (words, weight), line, flush=True)


def gather_folds(by_question, questions):
    """One set of candidates and pair scores, each question's from its own fold."""
    first = by_question[questions[0]][1]
    merged = Candidates(list(first.articles), list(first.cosine), list(first.words))
    for i in questions:
        _, found, _ = by_question[i]
        merged.articles[i], merged.cosine[i], merged.words[i] = found.articles[i], found.cosine[i], found.words[i]
    return merged, {i: by_question[i][2][i] for i in questions}


def evaluate_all(data, options):
    """`evaluate`: the base, the encoder's adapter at scales, the cross-encoder over the encoder's candidates."""
    sets = options.sets or data.sets
    if not options.skip_base:
        evaluate(data, data.base(), "base", sets)
    load = lambda path, scale=None: load_adapter(path, data.weights, data.config, data.device, scale)
    for scale in options.scales if options.encoder else ():
        evaluate(data, load(options.encoder, scale), "scale %g" % scale, sets)
    if options.cross_encoder:
        encoder = load(options.encoder) if options.encoder else data.base()
        evaluate_pairs(data, encoder, load(options.cross_encoder), options.cross_encoder.stem, sets)


def override(stage, options):
    """The stage with what the command line sets otherwise."""
    given = {name: getattr(options, name, None) for name in asdict(stage)}
    return replace(stage, **{name: tuple(v) if isinstance(v, list) else v for name, v in given.items() if v is not None})


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)

    def command(name, act, *flags):
        one = commands.add_parser(name, help=act.__doc__)
        one.set_defaults(act=act)
        one.add_argument("--data", type=Path, required=True, help="packed file of mine.py")
        one.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
        one.add_argument("--seed", type=int, default=0)
        for flag, keywords in flags:
            one.add_argument(flag, **keywords)

    number, path = dict(type=int), dict(type=Path)
    stage = [
        ("--steps", number), ("--learning-rate", dict(type=float)), ("--questions", number),
        ("--ranks", dict(type=int, nargs=2)),
    ]
    groups = [("--groups", number), ("--negatives", number)]
    made = [
        ("--out", dict(type=Path, required=True)), ("--rank", dict(type=int, default=RANK)),
        ("--int8", dict(action="store_true", help="rows of 8 bits, as shipped")),
    ]
    scale, encoder, ranker = ("--scale", dict(type=float, default=SCALE)), ("--encoder", path), ("--cross-encoder", path)
    command("encoder", make_encoder, *stage, *made, scale, ("--batch", number), ("--name", dict(default="luat-1")))
    command(
        "cross-encoder", make_cross_encoder, *stage, *groups, *made, encoder, ("--name", dict(default="luat-xep-1")),
        ("--start", path), ("--stages", dict(nargs="+", choices=list(STAGES), default=list(STAGES))),
    )
    command(
        "cross-validate", cross_validate, *stage, *groups, scale, encoder, ranker,
        ("--batch", number), ("--tune-encoder", dict(action="store_true")),
    )
    command(
        "evaluate", evaluate_all, encoder, ranker, ("--scales", dict(type=float, nargs="*", default=[1, 0.65, SCALE])),
        ("--sets", dict(nargs="+")), ("--skip-base", dict(action="store_true")),
    )
    options = parser.parse_args(arguments)
    torch.manual_seed(options.seed)
    options.act(Packed(options.data, options.device), options)


if __name__ == "__main__":
    main()
