"""Calibrates the judge's word, and tells how good it is alone and with the compared values beside it.

Reads the marked lines (`rasoat judge --marked`: features, rule) and the logits that `judge.py` left of pairs it was not
trained on. Everything is cross-validated by document in five folds; the two numbers in `assistant/data/weights.csv` are
fitted on all of them.
"""

import argparse
import collections
import json
import pathlib
import re

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, matthews_corrcoef

from judge import area
from judge_pairs import number

FOLDS = 5
# What of the comparison was heard beside the judge once: it tells nothing that the judge does not see by the marks.
HEARD = ["pairs.said_otherwise", "pairs.different", "pairs.opposite", "most_different"]


def fit(inputs, gold, weights):
    """A logistic regression over scaled inputs, told in unscaled ones: weights and constant."""
    spread = inputs.std(0)
    spread[spread < 1e-6] = np.inf  # what never varies says nothing
    model = LogisticRegression(C=0.1, max_iter=2000).fit(inputs / spread, gold, sample_weight=weights)
    return model.coef_[0] / spread, model.intercept_[0]


def crossed(inputs, gold, weights, folds):
    """Probabilities of each pair by a fit that saw nothing of its document."""
    out = np.zeros(len(gold))
    for fold in range(FOLDS):
        own = folds == fold
        coefficients, constant = fit(inputs[~own], gold[~own], weights[~own])
        out[own] = 1 / (1 + np.exp(-(inputs[own] @ coefficients + constant)))
    return out


def calibration(gold, probability, bins=10):
    """Expected calibration error over bins of equal width."""
    places = np.minimum((probability * bins).astype(int), bins - 1)
    return sum(
        abs(gold[places == at].mean() - probability[places == at].mean()) * (places == at).mean()
        for at in range(bins) if (places == at).any()
    )


def told(name, gold, probability):
    """One row: how good probabilities are."""
    said = probability > 0.5
    balanced = (said[gold].mean() + (~said[~gold]).mean()) / 2 if gold.any() and not gold.all() else float("nan")
    return "| %s | %d | %.3f | %.3f | %.3f | %.3f | %.3f |" % (
        name, len(gold), area(gold, probability), balanced, f1_score(gold, said, average="macro"),
        matthews_corrcoef(gold, said), calibration(gold, probability))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=pathlib.Path, required=True, help="marked lines")
    parser.add_argument("--logits", type=pathlib.Path, required=True, help="what `judge.py` left")
    parser.add_argument("--names", type=pathlib.Path, required=True, help="compare/features.rs, which names the features")
    parser.add_argument("--out", type=pathlib.Path, help="the table of weights")
    parser.add_argument("--leave-out", default="edits,mined,vihallu", help="sources told of and not fitted on")
    options = parser.parse_args()
    source = options.names.read_text(encoding="utf-8")
    names = re.findall(r'    "([a-z_.]+)",', source[source.index("FEATURE_NAMES: [") : source.index("];")])
    lines = {}
    for line in map(json.loads, options.pairs.read_text(encoding="utf-8").splitlines()):
        lines[line["source"], line["id"]] = line
    rows = [json.loads(line) for line in options.logits.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if (row["source"], row["id"]) in lines]
    marked = [lines[row["source"], row["id"]] for row in rows]
    logits = np.array([row["logits"] for row in rows])
    word = logits[:, 0] - np.logaddexp.reduce(logits[:, 1:], axis=1)
    rule = np.array([line["rule"] for line in marked])
    compared = np.array([line["features"] for line in marked])
    gold = np.array([row["label"] == "contradiction" for row in rows])
    sources = np.array([row["source"] for row in rows])
    folds = np.array([number("fold " + row["document"]) % FOLDS for row in rows])
    used = ~np.isin(sources, options.leave_out.split(","))
    counts = collections.Counter(sources.tolist())
    weights = np.array([1 / counts[source] for source in sources]) * len(rows) / len(counts)
    systems = {
        "judge, calibrated": word[:, None],
        "judge and values": np.column_stack([rule, word, compared[:, [names.index(name) for name in HEARD]]]),
        "values alone": np.column_stack([rule, compared]),
    }
    results = {"judge alone": 1 / (1 + np.exp(-word))}
    fitted = {}
    for name, inputs in systems.items():
        probability = np.zeros(len(rows))
        probability[used] = crossed(inputs[used], gold[used], weights[used], folds[used])
        fitted[name] = fit(inputs[used], gold[used], weights[used])
        coefficients, constant = fitted[name]
        probability[~used] = 1 / (1 + np.exp(-(inputs[~used] @ coefficients + constant)))
        results[name] = probability
    print("| set, system | pairs | AUC | balanced accuracy | macro-F1 | MCC | ECE |\n| --- | --- | --- | --- | --- | --- | --- |")
    for source in ["all that is fitted on", *sorted(counts)]:
        own = used if source == "all that is fitted on" else sources == source
        for name, probability in results.items():
            print(told("%s, %s" % (source, name), gold[own], probability[own]))
    dimensions = np.array([row.get("dimension") or "" for row in rows])
    print("\n| dimension | contradictions | found at one half | AUC against all else |\n| --- | --- | --- | --- |")
    probability = results["judge, calibrated"]
    for dimension in sorted(set(dimensions[used & gold])):
        own = used & gold & (dimensions == dimension)
        both = own | (used & ~gold)
        print("| %s | %d | %.2f | %.3f |" % (
            dimension, own.sum(), (probability[own] > 0.5).mean(), area(gold[both], probability[both])))
    if options.out:
        weights, constant = fitted["judge, calibrated"]
        table = ["name,weight", "constant,%.5f" % constant, "judge,%.5f" % weights[0]]
        options.out.write_text("\n".join(table) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
