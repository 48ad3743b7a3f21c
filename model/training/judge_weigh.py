"""Calibrates the judge's word, and tells how good it is alone and with the compared values beside it.

Reads the marked lines (`rasoat judge --marked`: features, rule) and two files of logits that `judge.py` left: of the run that
held back documents of the development side (what is fitted), and of the judge itself on the test side (what is measured).
The two numbers in `assistant/data/weights.csv` are of the first.
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

TOLD = ["written", "edits", "mined", "vihallu"]  # and the hands
# What of the comparison was heard beside the judge once: it tells nothing that the judge does not see by the marks.
HEARD = ["pairs.said_otherwise", "pairs.different", "pairs.opposite", "most_different"]


def fit(inputs, gold, weights):
    """A logistic regression over scaled inputs, told in unscaled ones: weights and constant."""
    spread = inputs.std(0)
    spread[spread < 1e-6] = np.inf  # what never varies says nothing
    model = LogisticRegression(C=0.1, max_iter=2000).fit(inputs / spread, gold, sample_weight=weights)
    return model.coef_[0] / spread, model.intercept_[0]


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
    parser.add_argument("--validation", type=pathlib.Path, required=True, help="logits of the run with `validate`: fitted on")
    parser.add_argument("--logits", type=pathlib.Path, required=True, help="the judge's logits: measured")
    parser.add_argument("--names", type=pathlib.Path, required=True, help="compare/features.rs, which names the features")
    parser.add_argument("--out", type=pathlib.Path, help="the table of weights")
    options = parser.parse_args()
    source = options.names.read_text(encoding="utf-8")
    names = re.findall(r'    "([a-z_.]+)",', source[source.index("FEATURE_NAMES: [") : source.index("];")])
    lines = {}
    with open(options.pairs, encoding="utf-8") as file:
        for line in map(json.loads, file):
            lines[line["id"]] = line

    def read(path, prefix):
        """Rows of pairs that somebody wrote or amended, and three views of each."""
        with open(path, encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        told_of = lambda row: row["source"] in TOLD or row["source"].startswith("hand-")
        rows = [row for row in rows if row["set"] == prefix + row["source"] and told_of(row)]
        logits = np.array([row["logits"] for row in rows])
        word = logits[:, 0] - np.logaddexp.reduce(logits[:, 1:], axis=1)
        rule = np.array([lines[row["id"]]["rule"] for row in rows])
        compared = np.array([lines[row["id"]]["features"] for row in rows])
        views = {
            "judge, calibrated": word[:, None],
            "judge and values": np.column_stack([rule, word, compared[:, [names.index(name) for name in HEARD]]]),
            "values alone": np.column_stack([rule, compared]),
        }
        return rows, word, views, np.array([row["label"] == "contradiction" for row in rows])

    written, _, known, truth = read(options.validation, "validation: ")
    use = np.array([row["source"] not in ("edits", "mined", "vihallu") for row in written])
    counts = collections.Counter(row["source"] for row, own in zip(written, use) if own)
    weights = np.array([1 / counts[row["source"]] for row, own in zip(written, use) if own]) * use.sum() / len(counts)
    rows, word, views, gold = read(options.logits, "")
    sources = np.array([row["source"] for row in rows])
    used = ~np.isin(sources, ["edits", "mined", "vihallu"])
    results, fitted = {"judge alone": 1 / (1 + np.exp(-word))}, {}
    for name, inputs in views.items():
        fitted[name] = coefficients, constant = fit(known[name][use], truth[use], weights)
        results[name] = 1 / (1 + np.exp(-(inputs @ coefficients + constant)))
    counts = collections.Counter(sources.tolist())
    print("| set, system | pairs | AUC | balanced accuracy | macro-F1 | MCC | ECE |\n| --- | --- | --- | --- | --- | --- | --- |")
    for source in ["together", *sorted(counts)]:
        own = used if source == "together" else sources == source
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
