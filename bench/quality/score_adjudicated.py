"""Scores predictions on the rows of adjudicated.tsv, against the gold as it is and as the adjudication has it. (pip: zstandard)

usage: score_adjudicated.py [NAME=]PREDICTIONS.jsonl…

Predictions: one JSON object a line, {accession, field, term}. "as labelled" takes each row's gold term; "as adjudicated" its
better term (each of several would do) where the verdict is not right, and leaves out what the text cannot say. Counted as
the judge of annotations counts: predictions of the gold terms' own ontologies, close by ancestors. Intervals: 95 %, by
bootstrap over blocks of 2,000 accession numbers.
"""
import collections
import csv
import random
import sys
from pathlib import Path

from judge import BLOCK, is_close, read_ancestors, read_predictions

HERE = Path(__file__).resolve().parent
ONTOLOGIES = HERE.parents[1].parent / "shared/data/ontologies/czi_json"
ROUNDS = 2000


def read_rows():
    with open(HERE / "adjudicated.tsv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        row["labelled"] = {row["gold_term"]}
        better = set(filter(None, row["better_term"].split("|")))
        row["adjudicated"] = {"right": row["labelled"], "text_cannot_say": set()}.get(row["verdict"], better)
    return rows


def count(row, golds, predicted, up):
    """Predictions, rows, right and found exactly, right and found closely."""
    kinds = {gold.split(":")[0] for gold in golds}
    mine = {p for p in predicted.get((row["accession"], row["attribute"]), ()) if p.split(":")[0] in kinds}

    def close(p):
        return any(is_close(p, g, up) for g in golds)

    return len(mine), 1, len(mine & golds), int(bool(mine & golds)), sum(map(close, mine)), int(any(map(close, mine)))


def rates(total):
    predictions, rows, right, found, close, close_found = total
    out = []
    for hit, met in ((right, found), (close, close_found)):
        p, r = hit / max(1, predictions), met / max(1, rows)
        out += [p, r, 2 * p * r / (p + r) if p + r else 0.0]
    return out


def main(files):
    up, rows = read_ancestors(ONTOLOGIES), read_rows()
    strata = sorted({(row["source"], row["attribute"]) for row in rows})
    print("system\tsource\tfield\tgold\trows\texact_f1\tclose_p\tclose_r\tclose_f1\tlow\thigh")
    for file in files:
        name, _, path = file.rpartition("=")
        predicted = read_predictions(path)
        for (source, field), gold in ((stratum, gold) for stratum in strata for gold in ("labelled", "adjudicated")):
            blocks = collections.defaultdict(lambda: (0,) * 6)
            for row in rows:
                if (row["source"], row["attribute"]) == (source, field) and row[gold]:
                    block = int(row["accession"].removeprefix("GSM")) // BLOCK
                    blocks[block] = tuple(map(sum, zip(blocks[block], count(row, row[gold], predicted, up))))
            counts = list(blocks.values())
            total = [sum(column) for column in zip(*counts)]
            chance = random.Random(1)
            drawn = (map(sum, zip(*chance.choices(counts, k=len(counts)))) for _ in range(ROUNDS))
            ordered = sorted(rates(one)[5] for one in drawn)
            figures = rates(total)
            shown = [figures[2], *figures[3:], ordered[ROUNDS // 40], ordered[-ROUNDS // 40 - 1]]
            print(name or Path(path).stem, source, field, gold, total[1], *(f"{x:.3f}" for x in shown), sep="\t")


main(sys.argv[1:])
