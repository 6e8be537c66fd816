"""Short names of cell lines for crates/annotate/src/lexicon/data/line_names.tsv: Cellosaurus's labels in CZI's release come
without synonyms, and people write H460 for NCI-H460, CEM for CCRF-CEM and BJ for BJ [Human fibroblast].

usage: line_names.py > crates/annotate/src/lexicon/data/line_names.tsv    (pip: zstandard; reads ../shared/data)

Taken are, of MetaSRA's synonym sets (BSD-3-Clause; Cellosaurus, CC BY 4.0), the names that abbreviate the line's label: their
letters and digits stand in it in their order, and no digit run of the name is part of a longer one there. Of the labels
themselves: without a qualifier in brackets (hybridomas aside, which nobody profiles), without ATCC, U-87MG as U87, and SK-N-MC
as SKNMC (a code with digits is found without its hyphens anyway). A name that is another line's label, or that two
lines would have, is left out: it decides nothing. So is one without a letter, and one of less than three characters that is no
label without its qualifier.
"""
import collections
import gzip
import json
import re
import sys
from pathlib import Path

import zstandard

DATA = Path(__file__).resolve().parents[2].parent / "shared/data"
FEWEST = 3
LEAST_LETTERS = 5


def code(name):
    return re.sub(r"[^a-z0-9]", "", name.lower())


def abbreviates(name, label):
    """H460 and CEM of NCI-H460 and CCRF-CEM; not H46, and not 460 alone."""
    rest = iter(code(label))
    numbers = set(re.findall(r"\d+", label))
    return (all(c in rest for c in code(name)) and code(name) != code(label)
            and set(re.findall(r"\d+", name)) <= numbers)


def of_label(label):
    if "hybridoma" in label:
        return set()
    bare = re.sub(r"\s*\[[^]]*\]$", "", label)
    names = {bare, bare.removesuffix(" ATCC")}
    for name in list(names):
        if found := re.fullmatch(r"U-?(\d+) ?MG", name):
            names.add(f"U{found[1]}")
    if re.fullmatch(r"[A-Z]+(-[A-Z]+)+", label) and len(code(label)) >= LEAST_LETTERS:
        names.add(label.replace("-", ""))
    return names - {label}


def main():
    path, = (DATA / "ontologies/czi_json").glob("CVCL-*.json.zst")
    with open(path, "rb") as file:
        labels = {id: term["label"] for id, term in json.load(zstandard.ZstdDecompressor().stream_reader(file)).items()}
    with gzip.open(DATA / "metadata/metasra/cvcl_syn_sets.json.gz", "rt") as file:
        sets = json.load(file)
    codes = {code(label) for label in labels.values()}
    of_name = collections.defaultdict(set)
    for id, label in labels.items():
        of_name[label].add(id)
    found = collections.defaultdict(set)
    spelled = {}
    for id, label in labels.items():
        for name in of_label(label):
            found[code(name)].add(id)
            spelled.setdefault(code(name), name)
    for names in sets:
        ids = {id for name in names for id in of_name.get(name, ())}
        if len(ids) != 1:
            continue
        id, = ids
        for name in sorted(names):
            if len(code(name)) >= FEWEST and abbreviates(name, labels[id]):
                found[code(name)].add(id)
                spelled.setdefault(code(name), name)
    rows = []
    for name, ids in found.items():
        if len(ids) == 1 and re.search("[a-z]", name):
            id, = ids
            if name in codes - {code(labels[id])}:
                continue
            rows.append((id, spelled[name], labels[id]))
    print("# Short names of cell lines, made by bench/quality/line_names.py from Cellosaurus's labels (CC BY 4.0) and MetaSRA's"
          "\n# synonym sets (BSD-3-Clause): one that two lines would have, or that is another line's label, is not here."
          "\n# term <tab> name <tab> label")
    for row in sorted(rows):
        print(*row, sep="\t")
    print(len(rows), "names", file=sys.stderr)


main()
