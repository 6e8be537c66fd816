#!/usr/bin/env python3
"""Draws the gold rows of GEO sample labels that a reader then judges.

    python3 bench/quality/draw.py > rows.tsv
    python3 bench/quality/draw.py --again 100 > second_reading.tsv
    python3 bench/quality/draw.py --check bench/quality/adjudicated.tsv

Strata are the (source, attribute) pairs that the judge of annotations scores. The samples of one series are
numbered consecutively, so a stratum gives at most two rows per block of 2,000 consecutive accession numbers:
otherwise a few large series would fill it with siblings. The same seed and data give the same rows.
--again draws from the drawn rows, in shuffled order, those that are read a second time.
--check says whether the file holds the drawn rows, each once, and ends with 1 when it does not.
"""

import argparse
import csv
import gzip
import pathlib
import random
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLD = ROOT.parent / "shared" / "data" / "metadata" / "geo_samples" / "geo_sample_gold.tsv.gz"

SEED = 20261125
BLOCK = 2_000
ROWS_PER_BLOCK = 2

# 500 rows. golightly gives all that its few blocks allow; the rest goes mostly to the two fields that need a
# reader's judgement (disease and tissue).
WANTED = {
    ("ale", "age"): 57,
    ("ale", "sex"): 57,
    ("ale", "tissue"): 120,
    ("creeds", "disease"): 120,
    ("golightly", "age"): 44,
    ("golightly", "sex"): 38,
    ("golightly", "tissue"): 64,
}

COLUMNS = ("accession", "source", "attribute", "gold_term", "gold_name")


def number(accession):
    return int(accession.removeprefix("GSM"))


def load_gold(path):
    """Gold rows by stratum, each row (accession, source, attribute, term, name) once, in a fixed order."""
    strata = {stratum: set() for stratum in WANTED}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            stratum = row["source"], row["attribute"]
            if stratum in strata:
                strata[stratum].add((row["accession"], *stratum, row["term_id"], row["term_name"]))
    return {stratum: sorted(rows, key=lambda row: (number(row[0]), row)) for stratum, rows in strata.items()}


def draw(strata, seed=SEED):
    drawn = []
    for stratum, wanted in sorted(WANTED.items()):
        rows = list(strata[stratum])
        # A generator per stratum: changing one stratum's size leaves the other strata's rows as they are.
        random.Random(f"{seed} {stratum[0]} {stratum[1]}").shuffle(rows)
        taken, per_block = [], {}
        for row in rows:
            block = number(row[0]) // BLOCK
            if len(taken) < wanted and per_block.get(block, 0) < ROWS_PER_BLOCK:
                per_block[block] = per_block.get(block, 0) + 1
                taken.append(row)
        if len(taken) < wanted:
            sys.exit(f"{stratum[0]} {stratum[1]}: only {len(taken)} of {wanted} rows; lower WANTED")
        drawn += sorted(taken, key=lambda row: (number(row[0]), row))
    return drawn


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--gold", type=pathlib.Path, default=GOLD)
    arguments.add_argument("--again", type=int, default=0, metavar="ROWS")
    arguments.add_argument("--check", type=pathlib.Path, metavar="ADJUDICATED")
    given = arguments.parse_args()
    drawn = draw(load_gold(given.gold))
    if not 0 <= given.again <= len(drawn):
        sys.exit(f"--again {given.again}: give 1 to {len(drawn)} rows")
    if given.again:
        drawn = random.Random(f"{SEED} again").sample(drawn, given.again)
    if given.check is None:
        writer = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(drawn)
        return
    with given.check.open(encoding="utf-8", newline="") as lines:
        judged = [tuple(row[column] for column in COLUMNS) for row in csv.DictReader(lines, delimiter="\t")]
    missing, foreign = set(drawn) - set(judged), set(judged) - set(drawn)
    for row in sorted(missing):
        print("not judged:", *row, sep="\t")
    for row in sorted(foreign):
        print("not drawn:", *row, sep="\t")
    if missing or foreign or len(judged) != len(set(judged)):
        sys.exit(f"{given.check}: {len(judged)} rows do not match the {len(drawn)} drawn ones")
    print(f"{given.check}: all {len(drawn)} drawn rows, each once")


if __name__ == "__main__":
    main()
