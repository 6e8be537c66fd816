"""Scores predicted cell lines against cell_lines.tsv. Standard library only.

usage: score_cell_lines.py PREDICTIONS.jsonl [--minimum-score S] [--errors]

Predictions: one JSON object a line, {accession, field, term, score}; other fields than cell_line and other samples than the
judged ones are passed over, CVCL:nnnn is read as CVCL_nnnn. Counted over pairs of sample and id: a prediction on a sample
without a cell line is false, a wrong id on a sample with one is false and leaves that one missing. Intervals: 95%, 2,000
bootstrap samples of the 300 (slightly too narrow: a few pairs are of one series).
--errors lists every false and every missing pair, with its evidence.
"""
import argparse
import collections
import csv
import json
import random
import sys
from pathlib import Path

GOLD = Path(__file__).resolve().parent / "cell_lines.tsv"
ROUNDS = 2000


def read_gold():
    with open(GOLD, encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {row["accession"]: (set(filter(None, row["cell_line"].split("|"))), row) for row in rows}


def read_predictions(path, minimum_score, samples):
    predicted = collections.defaultdict(set)
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                p = json.loads(line)
                accession, field, term, score = p["accession"], p["field"], p["term"], float(p.get("score", 1.0))
            except (ValueError, KeyError, TypeError) as error:
                sys.exit(f"{path}, line {number}: not an object with accession, field, term and score: {error!r}")
            if field == "cell_line" and accession in samples and term and score >= minimum_score:
                predicted[accession].add(term.replace("CVCL:", "CVCL_"))
    return predicted


def rates(counts):
    """precision, recall and F1 of (right, predicted, gold) counts; a precision without predictions is 0."""
    right, predicted, gold = map(sum, zip(*counts))
    p, r = right / max(1, predicted), right / max(1, gold)
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def show_rates(counts):
    chance = random.Random(1)
    samples = [rates(chance.choices(counts, k=len(counts))) for _ in range(ROUNDS)]
    print("measure\tvalue\tlow\thigh")
    for name, value, values in zip(("precision", "recall", "F1"), rates(counts), zip(*samples)):
        ordered = sorted(values)
        print(f"{name}\t{value:.3f}\t{ordered[ROUNDS // 40]:.3f}\t{ordered[-ROUNDS // 40 - 1]:.3f}")


def show_kinds(gold, predicted):
    kinds = collections.Counter()
    for accession, (ids, _) in gold.items():
        mine = predicted.get(accession, set())
        if ids:
            kinds["with a line, all right" if mine == ids else "with a line, partly right" if mine & ids else
                  "with a line, another one" if mine else "with a line, nothing predicted"] += 1
        else:
            kinds["without, a line predicted" if mine else "without, nothing predicted"] += 1
    print("\nsamples\tcount")
    for kind, count in sorted(kinds.items()):
        print(kind, count, sep="\t")


def show_errors(gold, predicted):
    print("\nerror\taccession\tid\tgold\tevidence\treason")
    for accession, (ids, row) in gold.items():
        mine = predicted.get(accession, set())
        for kind, terms in (("false", mine - ids), ("missing", ids - mine)):
            for term in sorted(terms):
                print(kind, accession, term, row["label"], row["evidence"], row["reason"], sep="\t")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("predictions")
    parser.add_argument("--minimum-score", type=float, default=0.0)
    parser.add_argument("--errors", action="store_true")
    args = parser.parse_args()
    gold = read_gold()
    predicted = read_predictions(args.predictions, args.minimum_score, gold)
    counts = [(len(ids & predicted.get(a, set())), len(predicted.get(a, set())), len(ids)) for a, (ids, _) in gold.items()]
    show_rates(counts)
    show_kinds(gold, predicted)
    if args.errors:
        show_errors(gold, predicted)


if __name__ == "__main__":
    main()
