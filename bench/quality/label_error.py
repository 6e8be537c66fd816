#!/usr/bin/env python3
"""How often are the gold labels of GEO samples wrong, per source and attribute?

    python3 bench/quality/label_error.py                          # the tables, as README.md shows them
    python3 bench/quality/label_error.py --check bench/quality/README.md

Counts the verdicts of adjudicated.tsv. Rates are of the rows that the text decides, so without text_cannot_say;
each comes with its Wilson 95 % interval (Wilson 1927, doi:10.1080/01621459.1927.10502953). Then compares with
second_reading.tsv, the same reader's second look at some of the rows. --check ends with 1 when the file lacks
one of the tables.
"""

import argparse
import collections
import csv
import math
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROW = ("accession", "source", "attribute", "gold_term")
VERDICTS = ("right", "wrong", "too_general", "too_specific", "text_cannot_say")
# The 97.5 % quantile of the standard normal distribution.
Z = 1.959963984540054


def wilson(hits, rows):
    """The 95 % interval of a share; (0, 1) when there are no rows."""
    if rows == 0:
        return 0.0, 1.0
    share, spread = hits / rows, Z * Z / rows
    centre = share + spread / 2
    half = math.sqrt(spread * (share * (1 - share) + spread / 4))
    return max(0.0, (centre - half) / (1 + spread)), min(1.0, (centre + half) / (1 + spread))


def percent(hits, rows):
    if rows == 0:
        return "–"
    low, high = wilson(hits, rows)
    return f"{100 * hits / rows:.1f} ({100 * low:.1f}–{100 * high:.1f})"


def load(path):
    """Rows keyed by what identifies a gold row."""
    judged = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            key = tuple(row[column] for column in ROW)
            if row["verdict"] not in VERDICTS:
                sys.exit(f"{path}: {key}: verdict {row['verdict']!r}; use one of {', '.join(VERDICTS)}")
            if key in judged:
                sys.exit(f"{path}: {key}: judged twice; keep one row")
            judged[key] = row
    return judged


def error_table(judged):
    counts = collections.defaultdict(collections.Counter)
    for row in judged.values():
        counts[row["source"], row["attribute"]][row["verdict"]] += 1
    lines = [
        "| source | attribute | rows | right | wrong | too general | too specific | text cannot say "
        "| wrong, % (95 %) | any error, % (95 %) |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for (source, attribute), tally in sorted(counts.items()):
        decided = sum(tally.values()) - tally["text_cannot_say"]
        cells = [sum(tally.values()), *(tally[verdict] for verdict in VERDICTS)]
        cells += [percent(tally["wrong"], decided), percent(decided - tally["right"], decided)]
        lines.append("| " + " | ".join([source, attribute, *map(str, cells)]) + " |")
    return "\n".join(lines)


def agreement_table(judged, second):
    """Raw agreement of both readings and Cohen's kappa (1960) over the five verdicts."""
    unknown = second.keys() - judged.keys()
    if unknown:
        sys.exit(f"second reading of a row that was never judged: {sorted(unknown)[0]}")
    lines = ["| attribute | rows | same verdict, % (95 %) | Cohen's kappa |", "|---|--:|--:|--:|"]
    groups = collections.defaultdict(list)
    for key, row in second.items():
        pair = judged[key]["verdict"], row["verdict"]
        groups["age and sex" if row["attribute"] in ("age", "sex") else row["attribute"]].append(pair)
        groups["all"].append(pair)
    for name, pairs in sorted(groups.items(), key=lambda group: (group[0] == "all", group[0])):
        same = sum(first == again for first, again in pairs)
        first, again = (collections.Counter(side) for side in zip(*pairs))
        chance = sum(first[verdict] * again[verdict] for verdict in VERDICTS) / len(pairs) ** 2
        kappa = "–" if chance == 1 else f"{(same / len(pairs) - chance) / (1 - chance):.2f}"
        lines.append(f"| {name} | {len(pairs)} | {percent(same, len(pairs))} | {kappa} |")
    return "\n".join(lines)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--adjudicated", type=pathlib.Path, default=HERE / "adjudicated.tsv")
    arguments.add_argument("--second", type=pathlib.Path, default=HERE / "second_reading.tsv")
    arguments.add_argument("--check", type=pathlib.Path, metavar="README")
    given = arguments.parse_args()
    judged = load(given.adjudicated)
    tables = error_table(judged), agreement_table(judged, load(given.second))
    if given.check is None:
        print("\n\n".join(tables))
        return
    text = given.check.read_text(encoding="utf-8")
    if any(table not in text for table in tables):
        sys.exit(f"{given.check}: its tables are not what the verdicts give; paste this script's output into it")
    print(f"{given.check}: both tables are up to date")


if __name__ == "__main__":
    main()
