"""Measures the files of a report anew with ranx and scikit-learn, and holds the report to them.

usage: agreement.py FOLDER

FOLDER is a report: report.json, items-*.jsonl, and for retrieval SET.qrels with SET-SYSTEM.trec. Prints, figure by figure,
the largest distance to what the libraries compute from the same files; ends with 1 where one exceeds 1e-6 or where
nothing could be compared.

ranx 0.3.21 gains 2^grade - 1 in `ndcg_burges` (Burges et al., 2005), as the report does; its `ndcg` gains the grade
itself (Järvelin and Kekäläinen, 2002). They agree where every grade is 0 or 1.
"""

import json
import pathlib
import sys
import warnings

import numpy
from ranx import Qrels, Run, evaluate
from sklearn import metrics as sk

TOLERANCE = 1e-6

# ranx's compiler warns of its own casts.
warnings.simplefilter("ignore")

# The report's measures, and ranx's: each at a rank, as in `recall@10`.
RANKED = {"success": "hit_rate", "recall": "recall", "MRR": "mrr", "nDCG": "ndcg_burges"}

# By figure: the largest distance, and in how many runs it was compared.
distances = {}


def compare(name, ours, theirs, where):
    distance = float(numpy.max(numpy.abs(numpy.asarray(ours, float) - numpy.asarray(theirs, float))))
    if not distance <= TOLERANCE:
        print(f"{where}: {name} is {ours}, the library says {theirs}")
    worst, runs = distances.get(name, (0.0, 0))
    distances[name] = (max(worst, distance) if distance == distance else float("inf"), runs + 1)


def plain(name):
    return "".join(c if c.isalnum() or c in "._@-" else "_" for c in name)


def ranking(folder, set_name, system, items):
    qrels, run = folder / f"{set_name}.qrels", folder / f"{set_name}-{system['system']}.trec"
    if not qrels.exists() or not run.exists():
        return
    judged, ranked = Qrels.from_file(str(qrels), kind="trec"), Run.from_file(str(run), kind="trec")
    split = {ours: ours.split("@") for ours in system["figures"] if "@" in ours}
    names = {ours: f"{RANKED[kind]}@{rank}" for ours, (kind, rank) in split.items() if kind in RANKED}
    ranked.make_comparable(judged)
    means = evaluate(judged, ranked, list(names.values()), make_comparable=True)
    means = means if isinstance(means, dict) else {list(names.values())[0]: means}
    for ours, theirs in names.items():
        where = f"{set_name} {system['system']}"
        compare(f"ranx {theirs}", system["figures"][ours]["value"], means[theirs], where)
        # Query by query, in the order of their names: the items' file has those of the report.
        each = {item["id"].replace(" ", "_"): item["measures"][ours] for item in items}
        scores = ranked.scores[theirs]
        compare(f"ranx {theirs}, each query", [each[query] for query in scores], list(scores.values()), where)


def decisions(where, system, items):
    gold, said = [item["gold"] for item in items], [item["said"] for item in items]
    classes = sorted(set(gold) | set(said))
    figures = {name: figure["value"] for name, figure in system["figures"].items()}
    compare("sklearn accuracy_score", figures["accuracy"], sk.accuracy_score(gold, said), where)
    compare("sklearn balanced_accuracy_score", figures["balanced_accuracy"], sk.balanced_accuracy_score(gold, said), where)
    compare("sklearn f1_score, macro", figures["macro_f1"], sk.f1_score(gold, said, average="macro"), where)
    compare("sklearn matthews_corrcoef", figures["mcc"], sk.matthews_corrcoef(gold, said), where)
    compare("sklearn confusion_matrix", system["confusion"]["counts"], sk.confusion_matrix(gold, said, labels=classes), where)
    parts = sk.precision_recall_fscore_support(gold, said, labels=classes, zero_division=numpy.nan)
    for name, values in zip(["precision", "recall", "f1"], parts):
        for cls, value in zip(classes, values):
            if f"{name}:{cls}" in figures:
                compare(f"sklearn precision_recall_fscore_support, {name}", figures[f"{name}:{cls}"], value, where)
    if not all(item.get("scores") for item in items):
        return
    scores = numpy.array([[item["scores"].get(cls, 0.0) for cls in classes] for item in items])
    is_class = numpy.array([[cls == of for cls in classes] for of in gold])
    areas = []
    for at, cls in enumerate(classes):
        if 0 < is_class[:, at].sum() < len(items):
            areas.append(sk.roc_auc_score(is_class[:, at], scores[:, at]))
            compare("sklearn roc_auc_score, class against rest", figures[f"auc:{cls}"], areas[-1], where)
    compare("sklearn roc_auc_score, mean of classes", figures["auc"], numpy.mean(areas), where)
    # Class by class: for two classes the library halves the sum, and it takes no scores that do not add up to 1.
    brier = sum(sk.brier_score_loss(is_class[:, at], scores[:, at]) for at in range(len(classes)))
    compare("sklearn brier_score_loss, sum of classes", figures["brier"], brier, where)


def findings(where, system, items):
    figures = {name: figure["value"] for name, figure in system["figures"].items()}
    confidences = [pair for item in items for pair in item.get("confidences", [])]
    if confidences and "brier" in figures:
        sure, right = zip(*confidences)
        compare("sklearn brier_score_loss, findings", figures["brier"], sk.brier_score_loss(right, sure), where)
    # As labels of one list: matched ones are found and there, the rest is one of both.
    there, found = [], []
    for item in items:
        for of in item["counts"].values():
            missed, false = of["gold"] - of["matched"], of["found"] - of["matched"]
            there += [1] * of["matched"] + [1] * missed + [0] * false
            found += [1] * of["matched"] + [0] * missed + [1] * false
    for name, score in [("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)]:
        if name in figures:
            compare(f"sklearn {name}_score, findings", figures[name], score(there, found), where)


def abstentions(where, system, items):
    figures = {name: figure["value"] for name, figure in system["figures"].items()}
    cannot, refused = [not item["answerable"] for item in items], [not item["answered"] for item in items]
    for name, score in [("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)]:
        if f"abstention_{name}" in figures:
            compare(f"sklearn {name}_score, abstention", figures[f"abstention_{name}"], score(cannot, refused), where)


def confidence(where, system, items):
    """Areas and calibration, which neither library has, written out with numpy."""
    figures = {name: figure["value"] for name, figure in system["figures"].items()}
    judged = []
    for item in items:
        if item["kind"] == "decided" and item["said"] in item.get("scores", {}):
            judged.append((item["scores"][item["said"]], float(item["gold"] == item["said"])))
        elif item["kind"] == "detected":
            judged += [(sure, float(right)) for sure, right in item.get("confidences", [])]
        elif item["kind"] == "answered" and item["answered"]:
            of = item["measures"]
            p, r = of.get("precision", 0.0), of.get("recall", 0.0)
            quality = of.get("right", 2 * p * r / (p + r) if p + r else 0.0) if item["answerable"] else 0.0
            judged.append((item["confidence"], quality))
    if not judged:
        return
    sure, quality = (numpy.array(column) for column in zip(*judged))
    bins = numpy.clip(numpy.ceil(sure * 15).astype(int), 1, 15)
    ece = sum(abs((sure[bins == at] - quality[bins == at]).sum()) for at in range(1, 16)) / len(sure)
    compare("numpy expected calibration error", figures["ece"], ece, where)

    def area(order, quality):
        # Those that tie add the mean of them.
        quality = numpy.array([quality[order == key].mean() for key in order])
        at = numpy.argsort(-order, kind="stable")
        return (numpy.cumsum(1 - quality[at]) / numpy.arange(1, len(at) + 1)).mean()

    reached, best, random = area(sure, quality), area(quality, quality), 1 - quality.mean()
    compare("numpy area under risk-coverage", figures["aurc"], reached, where)
    if "nauc" in figures:
        compare("numpy normalised area", figures["nauc"], (random - reached) / (random - best), where)


def main(folder):
    report = json.loads((folder / "report.json").read_text())
    for of in report["sets"]:
        for system in of["systems"]:
            where = f"{of['suite']} {of['set']} {system['system']}"
            name = "-".join(plain(part) for part in (of["suite"], of["set"], system["system"]))
            lines = (folder / f"items-{name}.jsonl").read_text().splitlines()
            items = [json.loads(line) for line in lines]
            kinds = {item["kind"] for item in items}
            if kinds == {"measured"}:
                ranking(folder, of["set"], system, items)
            elif kinds == {"decided"}:
                decisions(where, system, items)
                confidence(where, system, items)
            elif kinds == {"detected"}:
                findings(where, system, items)
                confidence(where, system, items)
            elif kinds == {"answered"}:
                abstentions(where, system, items)
                confidence(where, system, items)
    print(f"{'figure':<52} {'runs':>5} {'largest distance':>17}")
    for name, (distance, runs) in distances.items():
        print(f"{name:<52} {runs:>5} {distance:>17.1e}")
    worst = max((distance for distance, _ in distances.values()), default=float("inf"))
    print(f"largest distance of all: {worst:.1e}, allowed {TOLERANCE:.0e}")
    return 0 if worst <= TOLERANCE else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(pathlib.Path(sys.argv[1])))
