#!/usr/bin/env python3
"""Finding the names of terms in samples' texts: ours beside pyahocorasick, on the same names and texts, in one run.

    python3 bench/dictionary_vs_pyahocorasick.py [--data ../shared/data] [--rounds 3] [--json FILE]

Installs pyahocorasick and zstandard into target/bench/venv on the first run. Both are given every label and synonym of
the terms in use of all ontologies (CELLxGENE's JSON, drugs, genes) and every column of every sample, on one thread.
Python's side is what a script does: lower case, runs of other characters made a space, one pass of the automaton; ours
is `cargo bench -p chorale-ontology`, which also folds accents, Greek letters, plurals, British spelling and the gaps of
codes, and holds every term's card. Processor seconds count, so that a busy machine matters less; the best of its rounds
counts for each.
"""

import argparse
import json
import pathlib
import re
import subprocess

from peers import ROOT, printed_by, python

# Run inside the virtual environment: prints one JSON object.
PYTHON = r"""
import csv, glob, gzip, json, re, sys, time
import ahocorasick, zstandard
data, rounds = sys.argv[1], int(sys.argv[2])
names = set()
gaps = re.compile(r"[^a-z0-9+]+")
def normal(text):
    return " " + gaps.sub(" ", text.lower()).strip() + " "
for path in sorted(glob.glob(data + "/ontologies/czi_json/*.json.zst")):
    for body in json.loads(zstandard.ZstdDecompressor().stream_reader(open(path, "rb")).read()).values():
        if not body.get("deprecated"):
            names.update(normal(name) for name in [body["label"]] + (body.get("synonyms") or []))
with gzip.open(data + "/ontologies/drugs/repurposing_hub_drugs.tsv.gz", "rt") as file:
    names.update(normal(row["name"]) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
for path in sorted(glob.glob(data + "/ontologies/genes/*.csv.gz")):
    with gzip.open(path, "rt") as file:
        names.update(normal(row[1]) for row in csv.reader(file))
names.discard("  ")
begun = time.process_time()
automaton = ahocorasick.Automaton()
for name in names:
    automaton.add_word(name, name)
automaton.make_automaton()
built = time.process_time() - begun
with gzip.open(data + "/metadata/geo_samples/geo_sample_text.tsv.gz", "rt") as file:
    samples = [line.rstrip("\n").split("\t")[1:] for line in file][1:]
best, matches = float("inf"), 0
for _ in range(rounds):
    begun = time.process_time()
    matches = sum(1 for sample in samples for _ in automaton.iter("|".join(normal(column) for column in sample)))
    best = min(best, time.process_time() - begun)
memory = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("RssAnon")) // 1024
print(json.dumps({"names": len(names), "build_seconds": built, "matches": matches,
                  "samples_per_second": len(samples) / best, "memory_mb": memory}))
"""


def ours(data):
    """The figures of the benchmark's lines."""
    printed = printed_by("chorale-ontology", "ontology", data)
    figure = lambda pattern: float(re.search(pattern, printed).group(1))
    return {
        "names": int(figure(r"(\d+) names")),
        "load_seconds": figure(r"load: (\d+) ms") / 1e3,
        "matches": int(figure(r"(\d+) matches")),
        "samples_per_second": figure(r"scan: (\d+) samples/s"),
        "memory_mb": int(figure(r"(\d+) MB anonymous")),
        "search_p99_ms": figure(r"p99 ([\d.]+) ms"),
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared" / "data")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--json", type=pathlib.Path)
    arguments = arguments.parse_args()
    interpreter = python(["ahocorasick", "zstandard"], ["pyahocorasick", "zstandard"])
    command = [interpreter, "-c", PYTHON, str(arguments.data), str(arguments.rounds)]
    theirs = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
    mine = ours(arguments.data)
    print(f"{'':<16}{'names':>10}{'ready in s':>12}{'samples/s':>12}{'matches':>12}{'MB':>7}")
    for name, one, ready in [("pyahocorasick", theirs, "build_seconds"), ("ours", mine, "load_seconds")]:
        rate = one["samples_per_second"]
        print(f"{name:<16}{one['names']:>10}{one[ready]:>12.1f}{rate:>12.0f}{one['matches']:>12}{one['memory_mb']:>7}")
    print(f"\nours finds names {mine['samples_per_second'] / theirs['samples_per_second']:.1f} times as fast")
    if arguments.json:
        arguments.json.write_text(json.dumps({"pyahocorasick": theirs, "ours": mine}))


main()
