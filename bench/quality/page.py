"""docs/quality.md from what tools/quality.sh measured. Standard library only.

usage: page.py FOLDER > docs/quality.md
"""
import collections
import csv
import pathlib
import sys

SYSTEMS = {
    "both": "both together",
    "dictionary": "our dictionary",
    "learned": "our learned annotator",
    "baseline.jsonl": "`baseline_dictionary.py`",
    "linear_svc.jsonl": "scikit-learn LinearSVC",
}
JUDGED = (("ale", "tissue"), ("golightly", "tissue"), ("creeds", "disease"))


def table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def name(system):
    file = pathlib.PurePath(system).name
    return SYSTEMS.get(system) or SYSTEMS.get(file) or file


def main(folder):
    folder = pathlib.Path(folder)
    lines = (folder / "folds.tsv").read_text().splitlines()
    rows = list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t",
                               fieldnames=lines[0].split("\t")[:14] + ["difference", "d_low", "d_high"]))[1:]
    print("""# Quality of the annotators

Written by `make quality`; do not edit. The judge is the projection and the closeness of `../shared/eval`: exact is the same
term, close is the gold term, a descendant, or an ancestor at most two steps up. Folds are blocks of 2,000 consecutive
accession numbers, so that no sample is judged by what its siblings taught; intervals are 95 %, by bootstrap over blocks.

The gold is not all right: read every figure beside the label error below (`bench/quality/README.md`).
""")
    print("## Close F1 on five folds\n")
    out = []
    for row in rows:
        if (row["source"], row["field"]) in JUDGED and name(row["system"]) in SYSTEMS.values():
            difference = "" if row["system"] == "both" else f'{float(row["difference"]):+.3f} ({row["d_low"]} to {row["d_high"]})'
            out.append([f'{row["source"]} {row["field"]}', name(row["system"]), row["exact_f1"],
                        f'{row["close_f1"]} ({row["low"]} to {row["high"]})', row["no_prediction"], row["ece"], difference])
    order = list(SYSTEMS.values())
    out.sort(key=lambda row: (row[0], order.index(row[1])))
    table(["gold", "system", "exact F1", "close F1", "nothing predicted", "calibration error", "both together is better by"], out)
    print("## Both together, everything\n")
    table(["gold", "field", "samples", "exact F1", "close P", "close R", "close F1", "calibration error"],
          [[r["source"], r["field"], r["samples"], r["exact_f1"], r["close_p"], r["close_r"],
            f'{r["close_f1"]} ({r["low"]} to {r["high"]})', r["ece"]] for r in rows if r["system"] == "both"])
    others = [r for r in rows if name(r["system"]) not in SYSTEMS.values() or r["source"].startswith("terms never")]
    print("## Other readings\n")
    table(["system", "gold", "field", "samples", "close F1", "calibration error"],
          [[name(r["system"]), r["source"], r["field"], r["samples"],
            f'{r["close_f1"]} ({r["low"]} to {r["high"]})', r["ece"]] for r in others])
    for title, file in (("Cell lines: 300 judged samples, the dictionary", "cell_lines.txt"),
                        ("NCBI disease corpus, development part, mapped to MONDO", "ncbi.txt"),
                        ("The same without headings mapped by hand", "ncbi_without.txt")):
        print(f"## {title}\n\n```\n{(folder / file).read_text().strip()}\n```\n")
    print(f"## Label error\n\n{(folder / 'label_error.txt').read_text().strip()}\n")
    mistakes = collections.defaultdict(list)
    for line in lines:
        if line.startswith("# ") and line.count("\t") >= 4:
            source, field, kind, what, count, examples = (line[2:].split("\t") + [""])[:6]
            mistakes[source, field].append([kind, what, count, " ".join(examples.split()[:2])])
    print("## The commonest mistakes of both together\n")
    for (source, field), found in mistakes.items():
        print(f"{source} {field}:\n")
        table(["kind", "gold → suggested", "samples", "such as"], found[:12])


main(sys.argv[1])
