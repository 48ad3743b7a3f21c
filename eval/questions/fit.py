"""Fits the confidence of answers to runs of `rasoat eval answers`, and gives the figures of the report.

    python3 eval/questions/fit.py fit REPORT...        # weights for assistant/data/answers.csv
    python3 eval/questions/fit.py figures REPORT...    # precision, recall, risk and coverage, latency

Only development questions may be fitted on. A question counts as answered rightly when the provision that answers best is
one of its gold, or lies within one; of a question without an answer nothing is right.
"""

import json
import pathlib
import sys

import numpy

# Pulls weights to nothing; signs say much the same, and without it some take the wrong sign.
RIDGE = 4.0
# Told and not weighed: cosine and score are absent where words or a number alone brought a passage, and the margin says what
# the lead says, better.
UNUSED = {"cosine", "lead", "search"}
NAMES = ["article", "statement", "cosine", "coverage", "lead", "value", "search", "margin", "termed"]


def items(reports, system="ask"):
    for report in reports:
        timing = json.loads(pathlib.Path(report, "timing.json").read_text(encoding="utf-8"))
        took = {(run["suite"], run["set"], run["system"]): run["took_ms"] for run in timing["runs"]}
        read = json.loads(pathlib.Path(report, "report.json").read_text(encoding="utf-8"))
        for name in (one["set"] for one in read["sets"] if one["suite"] == "answers"):
            lines = pathlib.Path(report, f"items-answers-{name}-{system}.jsonl").read_text(encoding="utf-8").splitlines()
            for line, time in zip(lines, took.get(("answers", name, system)) or [None] * len(lines)):
                yield name, json.loads(line) | {"took_ms": time}


def logistic(signs, right, weights, rounds=400):
    """Newton's method with a small ridge on signs of one scale, the bias first."""
    signs = signs * [name not in UNUSED for name in NAMES]
    mean, spread = signs.mean(axis=0), numpy.maximum(signs.std(axis=0), 1e-6)
    rows = numpy.hstack([numpy.ones((len(signs), 1)), (signs - mean) / spread])
    theta = numpy.zeros(rows.shape[1])
    for _ in range(rounds):
        likely = 1 / (1 + numpy.exp(-rows @ theta))
        slope = rows.T @ (weights * (right - likely)) - RIDGE * theta
        bend = (rows * (weights * likely * (1 - likely))[:, None]).T @ rows + RIDGE * numpy.eye(len(theta))
        step = numpy.linalg.solve(bend, slope)
        theta += step
        if numpy.abs(step).max() < 1e-9:
            break
    slopes = theta[1:] / spread
    return numpy.concatenate([[theta[0] - slopes @ mean], slopes])


def auc(likely, right):
    order = numpy.argsort(numpy.argsort(likely, kind="stable"), kind="stable") + 1
    of = right.sum() * (len(right) - right.sum())
    return (order[right == 1].sum() - right.sum() * (right.sum() + 1) / 2) / of if of else float("nan")


def curve(likely, right, weights):
    """For each bar: how much is answered, and how much of that is right."""
    for bar in numpy.arange(0.2, 0.95, 0.05):
        given = likely >= bar
        share = weights[given].sum() / weights.sum()
        of_given = (weights * right)[given].sum() / max(weights[given].sum(), 1e-9)
        kept = (weights * right)[given].sum() / (weights * right).sum()
        print(f"  bar {bar:.2f}: answered {share:.3f}, right of answered {of_given:.3f}, of right answered {kept:.3f}")


def fit(reports):
    """Every set weighs the same, however many questions it has: a model may have seen those of the largest."""
    signs, right, sets = [], [], []
    for name, item in items(reports):
        detail = item["detail"]
        if detail["signs"]:
            signs.append(detail["signs"])
            right.append(float(bool(detail["nearest_right"]) and item["answerable"]))
            sets.append(name)
    signs, right, sets = numpy.array(signs), numpy.array(right), numpy.array(sets)
    weights = numpy.array([len(sets) / len(set(sets)) / (sets == name).sum() for name in sets])
    theta = logistic(signs, right, weights)
    chance = lambda theta, signs: 1 / (1 + numpy.exp(-(theta[0] + signs @ theta[1:])))
    folds = numpy.arange(len(right)) % 5
    left_out = numpy.zeros(len(right))
    for fold in range(5):
        rest = folds != fold
        left_out[~rest] = chance(logistic(signs[rest], right[rest], weights[rest]), signs[~rest])
    print("cross_encoder," + ",".join(f"{value:.3f}" for value in theta))
    print(f"{len(right)} questions, {int(right.sum())} right; AUC {auc(chance(theta, signs), right):.3f}, in five folds {auc(left_out, right):.3f}")
    for name, column in zip(NAMES, signs.T):
        print(f"  {name}: AUC {auc(column, right):.3f}, mean right {column[right == 1].mean():.2f}, wrong {column[right == 0].mean():.2f}")
    print("all, in five folds")
    curve(left_out, right, weights)
    for name in sorted(set(sets)):
        one = sets == name
        print(f"{name}, in five folds: {one.sum()} questions, {int(right[one].sum())} right, AUC {auc(left_out[one], right[one]):.3f}")
        curve(left_out[one], right[one], weights[one])


def figures(reports):
    for system in ("ask", "first-hit"):
        by_set = {}
        for name, item in items(reports, system):
            by_set.setdefault(name, []).append(item)
        for name, all_items in sorted(by_set.items()):
            answerable = [one for one in all_items if one["answerable"]]
            given = [one for one in answerable if one["answered"]]
            mean = lambda rows, key: numpy.mean([row["measures"][key] for row in rows]) if rows else float("nan")
            facts = [one for one in given if one["detail"]["must_contain"]]
            line = f"{name} {system}: {len(all_items)} questions, {len(answerable)} answerable, answered {len(given)}"
            line += f"; of given precision {mean(given, 'precision'):.3f} recall {mean(given, 'recall'):.3f} facts {mean(facts, 'facts'):.3f}"
            line += f"; of all answerable precision {mean(answerable, 'precision'):.3f} recall {mean(answerable, 'recall'):.3f}"
            asked = [one for one in answerable if one["detail"]["must_contain"]]
            line += f" facts {mean(asked, 'facts'):.3f}"
            told = [one for one in all_items if one["answered"]]
            if system == "ask" and told:
                good = sum(bool(one["detail"]["nearest_right"]) and one["answerable"] for one in told)
                line += f"; best provision right in {good} of {len(told)} answers"
            refused = [one for one in all_items if not one["answerable"]]
            if refused:
                kept = sum(not one["answered"] for one in refused)
                line += f"; unanswerable refused {kept} of {len(refused)}"
            took = sorted(one["took_ms"] for one in all_items if one.get("took_ms"))
            if took:
                line += f"; p50 {took[len(took) // 2]:.0f} ms p95 {took[int(len(took) * 0.95)]:.0f} ms"
            print(line)
            if system == "ask" and all(one["detail"].get("signs") is not None for one in all_items):
                likely = numpy.array([one["confidence"] for one in all_items])
                right = numpy.array([float(bool(one["detail"]["nearest_right"]) and one["answerable"]) for one in all_items])
                order = numpy.argsort(-likely, kind="stable")
                shares = []
                for coverage in (0.1, 0.25, 0.5, 0.75, 1.0):
                    count = max(1, round(coverage * len(order)))
                    shares.append(f"{coverage:.2f}: {1 - right[order[:count]].mean():.3f}")
                print("  risk at coverage " + ", ".join(shares))
                bins = [(low, likely[(likely >= low) & (likely < low + 0.2)], right[(likely >= low) & (likely < low + 0.2)]) for low in (0, 0.2, 0.4, 0.6, 0.8)]
                print("  said and right " + ", ".join(f"{said.mean():.2f}/{true.mean():.2f} ({len(said)})" for _, said, true in bins if len(said)))


if __name__ == "__main__":
    {"fit": fit, "figures": figures}[sys.argv[1]](sys.argv[2:])
