#!/usr/bin/env python3
"""Annotating samples: our dictionary and both annotators beside text2term, on the same samples, in one run.

    python3 bench/annotators_vs_text2term.py [--data ../shared/data] [--samples 2000] [--json FILE]

Installs text2term and zstandard into target/bench/venv on the first run. text2term gets the labels and synonyms of
every ontology that ours has, drugs and genes too, as one OWL file (it takes no OBO), reads it once into its cache, and
maps every distinct value of the
samples with its TF-IDF mapper, the fastest of those that tolerate other spellings, one mapping a value. Its clock has the
mapping alone. Ours is `cargo bench -p chorale-annotate`: every sample, all ontologies with drugs and genes. Both are in
processor seconds, so that a busy machine matters less.
"""

import argparse
import json
import pathlib
import re
import subprocess

from peers import ROOT, WORK, printed_by, python

OURS = re.compile(r"^(load|dictionary|both): (.*)$", re.MULTILINE)

# Run inside the virtual environment: prints one JSON object as its last line.
PYTHON = r"""
import csv, glob, gzip, html, json, pathlib, sys, time
import text2term, zstandard
data, wanted, work = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])
classes, names = [], 0

def named(iri, label, synonyms):
    global names
    names += 1 + len(synonyms)
    said = "".join(f"<oboInOwl:hasExactSynonym>{html.escape(one)}</oboInOwl:hasExactSynonym>" for one in synonyms)
    classes.append(f'<owl:Class rdf:about="{html.escape(iri)}"><rdfs:label>{html.escape(label)}</rdfs:label>{said}</owl:Class>')

for path in sorted(glob.glob(data + "/ontologies/czi_json/*.json.zst")):
    if "-ontology-" not in path:
        continue
    for term, body in json.loads(zstandard.ZstdDecompressor().stream_reader(open(path, "rb")).read()).items():
        if body.get("deprecated"):
            continue
        named("http://purl.obolibrary.org/obo/" + term.replace(":", "_"), body["label"], body.get("synonyms") or [])
with gzip.open(data + "/ontologies/drugs/repurposing_hub_drugs.tsv.gz", "rt") as file:
    for number, drug in enumerate(csv.DictReader(file, delimiter="\t")):
        named(f"http://chorale.example/drug_{number}", drug["name"], [])
for species in ("homo_sapiens", "mus_musculus", "rattus_norvegicus"):
    with gzip.open(f"{data}/ontologies/genes/genes_{species}.csv.gz", "rt") as file:
        for gene in csv.reader(file):
            named("http://chorale.example/" + gene[0], gene[1] or gene[0], [])
owl = work / "text2term.owl"
owl.write_text('<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" xmlns:owl="http://www.w3.org/2002/07/owl#" '
    'xmlns:oboInOwl="http://www.geneontology.org/formats/oboInOwl#"><owl:Ontology rdf:about="http://chorale.example/names"/>'
    '<owl:AnnotationProperty rdf:about="http://www.geneontology.org/formats/oboInOwl#hasExactSynonym"/>'
    + "".join(classes) + "</rdf:RDF>")
with gzip.open(data + "/metadata/geo_samples/geo_sample_text.tsv.gz", "rt") as file:
    rows = [line.rstrip("\n").split("\t")[1:] for line in file][1:]
step = max(1, len(rows) // wanted)
rows = rows[::step][:wanted]
values = set()
for row in rows:
    for cell in row:
        for value in cell.split("|"):
            value = value.split(":", 1)[-1].strip()
            if value and value != "NA":
                values.add(value)
text2term.cache_ontology(str(owl), ontology_acronym="NAMES", cache_folder=str(work / "text2term"))
begun = time.process_time()
mapped = text2term.map_terms(sorted(values), "NAMES", max_mappings=1, min_score=0.3, mapper=text2term.Mapper.TFIDF,
                             use_cache=True, cache_folder=str(work / "text2term"))
seconds = time.process_time() - begun
print(json.dumps({"names": names, "samples": len(rows), "values": len(values), "mapped": len(mapped),
                  "seconds": seconds, "samples_per_second": len(rows) / seconds}))
"""


def ours(data):
    """The figures of the benchmark's lines."""
    printed = printed_by("chorale-annotate", "annotate", data)
    lines = dict(OURS.findall(printed))
    return {
        "load_seconds": float(re.match(r"(\d+) ms", lines["load"]).group(1)) / 1e3,
        "memory_mb": int(re.search(r"(\d+) MB anonymous", lines["load"]).group(1)),
        "dictionary": float(re.match(r"(\d+) samples/s", lines["dictionary"]).group(1)),
        "both": float(re.match(r"(\d+) samples/s", lines["both"]).group(1)),
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared" / "data")
    arguments.add_argument("--samples", type=int, default=2000)
    arguments.add_argument("--json", type=pathlib.Path)
    arguments = arguments.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    interpreter = python(["text2term", "zstandard"])
    command = [interpreter, "-c", PYTHON, str(arguments.data), str(arguments.samples), str(WORK)]
    answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    theirs = json.loads(answer.strip().splitlines()[-1])
    mine = ours(arguments.data)
    print(f"text2term: {theirs['samples_per_second']:.1f} samples/s ({theirs['values']} values of {theirs['samples']} samples, {theirs['names']} names)")
    for name in ("dictionary", "both"):
        print(f"{name}: {mine[name]:.0f} samples/s, {mine[name] / theirs['samples_per_second']:.0f} times as fast")
    if arguments.json:
        arguments.json.write_text(json.dumps({"text2term": theirs, "ours": mine}))


main()
