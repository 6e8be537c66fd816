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
UNSEEN = (("terms never seen in training", "tissue"), ("terms never seen in training", "disease"))


def table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def name(system):
    file = pathlib.PurePath(system).name
    return SYSTEMS.get(system) or SYSTEMS.get(file) or file


def read(lines):
    """The rows of what `quality.rs` prints, without its mistakes and shares."""
    return list(csv.DictReader((line for line in lines if line[:2] not in ("# ", "! ")), delimiter="\t",
                               fieldnames=lines[0].split("\t")[:14] + ["difference", "d_low", "d_high"]))[1:]


def other_splits(folder):
    """How much of a figure is the luck of one split: both together beside the dictionary, which is the same in each."""
    out = []
    with open(folder / "over_splits.tsv", encoding="utf-8") as file:
        pooled = {(row["source"], row["field"]): row for row in csv.DictReader(file, delimiter="\t")}
    for source, field in (*sorted(JUDGED), *UNSEEN):
        means = []
        for path in [folder / "folds.tsv", *sorted(folder.glob("folds.*.tsv"))]:
            of = {row["system"]: row for row in read(path.read_text().splitlines())
                  if (row["source"], row["field"]) == (source, field)}
            both, plain = of["both"], of["dictionary"]
            means.append((float(both["close_f1"]), float(plain["difference"])))
            split = path.name.split(".")[1] if path.name != "folds.tsv" else "reported"
            out.append([f"{source} {field}", split, both["close_f1"], plain["close_f1"],
                        f'{float(plain["difference"]):+.3f} ({plain["d_low"]} to {plain["d_high"]})'])
        mean = [sum(one) / len(means) for one in zip(*means)]
        of = pooled.get((source, field))
        interval = f' ({of["low"]} to {of["high"]})' if of else ""
        out.append([f"{source} {field}", "mean", f"{mean[0]:.3f}", "", f"{mean[1]:+.3f}{interval}"])
    print("## The same on other splits into five folds\n")
    print("""A split decides which studies teach which. The figures above are of one, named beforehand; these are of others, on which
options were chosen. The mean's interval draws the same blocks for all splits at once (`bench/quality/over_splits.py`). Which
terms training never saw is different in each split.
""")
    table(["gold", "split", "both together", "our dictionary", "both together is better by"], out)


def main(folder):
    folder = pathlib.Path(folder)
    lines = (folder / "folds.tsv").read_text().splitlines()
    rows = read(lines)
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
    other_splits(folder)
    print("## Both together, everything\n")
    table(["gold", "field", "samples", "exact F1", "close P", "close R", "close F1", "calibration error"],
          [[r["source"], r["field"], r["samples"], r["exact_f1"], r["close_p"], r["close_r"],
            f'{r["close_f1"]} ({r["low"]} to {r["high"]})', r["ece"]] for r in rows if r["system"] == "both"])
    print("""`stated` are the samples whose text states a sex or an age at all, by a rule that knows nothing of the annotators
(`crates/annotate/src/evaluate/stated.rs`): a word or a key of one. Sex and age are suggested only where a text says them.
""")
    print("## The adjudicated rows\n")
    print("""The 500 rows of `bench/quality/adjudicated.tsv`, by the labels as they are and as the adjudication has them: its better
term where the label is not right, without the rows that no text decides. Intervals are by bootstrap over blocks.
""")
    adjudicated = list(csv.DictReader((folder / "adjudicated.tsv").open(), delimiter="\t"))
    table(["system", "gold", "field", "labels", "rows", "exact F1", "close P", "close R", "close F1"],
          [[name(r["system"]), r["source"], r["field"], r["gold"], r["rows"], r["exact_f1"], r["close_p"], r["close_r"],
            f'{r["close_f1"]} ({r["low"]} to {r["high"]})'] for r in adjudicated])
    print("## Suggested where a source has no label\n")
    print("""How often something is suggested for samples that a source labels, but not in this field, and for those that no source
labels. It is false only where the sample has no such value: every sample has a tissue, and no source says which have no
disease. Controls do not count as diseases. Cell lines have their own table below.
""")
    unlabelled = [line[2:].split("\t") for line in lines if line.startswith("! ")]
    table(["system", "source", "field", "samples without a label", "with a suggestion", "share"],
          [[name(system), source, field, samples, found, f"{int(found) / int(samples):.3f}"]
           for system, source, field, samples, found in unlabelled if int(samples)])
    print("## The reference judge on the same predictions of both together\n")
    print("`../shared/eval/score_annotations.py`, closeness by the ancestors in the ontology files:\n")
    print(f"```\n{(folder / 'judged.tsv').read_text().strip()}\n```\n")
    others = [r for r in rows if name(r["system"]) not in SYSTEMS.values() or r["source"].startswith("terms never")]
    print("## Other readings\n")
    table(["system", "gold", "field", "samples", "close F1", "calibration error"],
          [[name(r["system"]), r["source"], r["field"], r["samples"],
            f'{r["close_f1"]} ({r["low"]} to {r["high"]})', r["ece"]] for r in others])
    for title, file in (("Cell lines: 300 judged samples, the dictionary", "cell_lines.txt"),
                        ("NCBI disease corpus, development part, mapped to MONDO: diseases that a text names", "ncbi.txt"),
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
