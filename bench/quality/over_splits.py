"""How much better both annotators together are than the dictionary, over several splits into folds. (pip: zstandard)

usage: over_splits.py GOLD.tsv.gz ONTOLOGY_DIR DICTIONARY.jsonl BOTH.jsonl…   (BOTH: one file a split)

One split gives one figure, and which studies teach which is luck. Here each split's close F1 is counted on the same rows,
the mean of them is compared with the dictionary's, and the interval draws the blocks of 2,000 accession numbers anew, the
same ones for every split and for the dictionary (95 %). Closeness and counts are those of the judge of annotations.
"""
import collections
import csv
import gzip
import random
import sys

from judge import BLOCK, is_close, read_ancestors, read_predictions

ROUNDS = 2000
JUDGED = (("ale", "tissue"), ("creeds", "disease"), ("golightly", "tissue"))


def read_gold(path):
    gold = collections.defaultdict(lambda: collections.defaultdict(set))
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            gold[row["source"], row["attribute"]][row["accession"]].add(row["term_id"])
    return gold


def counts_by_block(samples, field, predicted, up):
    """For each block: predictions, gold terms, predictions that are close, gold terms that are found closely."""
    blocks = collections.defaultdict(lambda: (0,) * 4)
    for accession, golds in samples.items():
        kinds = {g.split(":")[0] for g in golds}
        mine = {p for p in predicted.get((accession, field), ()) if p.split(":")[0] in kinds}
        right = sum(any(is_close(p, g, up) for g in golds) for p in mine)
        found = sum(any(is_close(p, g, up) for p in mine) for g in golds)
        block = int(accession.removeprefix("GSM")) // BLOCK
        blocks[block] = tuple(map(sum, zip(blocks[block], (len(mine), len(golds), right, found))))
    return blocks


def close_f1(blocks, drawn):
    predictions, golds, right, found = map(sum, zip(*(blocks[block] for block in drawn)))
    p, r = right / max(1, predictions), found / max(1, golds)
    return 2 * p * r / (p + r) if p + r else 0.0


def main(gold_path, folder, dictionary_path, *both_paths):
    gold, up = read_gold(gold_path), read_ancestors(folder)
    dictionary, splits = read_predictions(dictionary_path), [read_predictions(path) for path in both_paths]
    print("source\tfield\tsplits\tclose_f1\tdictionary\tdifference\tlow\thigh")
    for source, field in JUDGED:
        samples = gold[source, field]
        plain = counts_by_block(samples, field, dictionary, up)
        of_splits = [counts_by_block(samples, field, split, up) for split in splits]
        names = sorted(plain)

        def mean(drawn):
            return sum(close_f1(split, drawn) for split in of_splits) / len(of_splits)

        chance = random.Random(1)
        drawn = (chance.choices(names, k=len(names)) for _ in range(ROUNDS))
        ordered = sorted(mean(blocks) - close_f1(plain, blocks) for blocks in drawn)
        both, alone = mean(names), close_f1(plain, names)
        shown = [both, alone, both - alone, ordered[ROUNDS // 40], ordered[-ROUNDS // 40 - 1]]
        print(source, field, len(splits), *(f"{x:.3f}" for x in shown), sep="\t")


main(*sys.argv[1:])
