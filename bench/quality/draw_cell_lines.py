"""Draws the candidates for cell_lines.tsv from GEO's sample texts. Standard library only, the same rows every time.

usage: draw_cell_lines.py [COUNT] > candidates.tsv           COUNT is 407 unless given: those that were read
       draw_cell_lines.py --check bench/quality/cell_lines.tsv   is it what the draw and the rule of choice give?

A sample comes up at most once per block of 500 consecutive accession numbers, so that few candidates are siblings.
Four strata take turns (stated twice in five):

stated      says "cell line", has a key such as `cell line:` or `line:`, or says lymphoblastoid, iPSC or ESC
named       not that, but a frequent name (FREQUENT), or a word that is a name with digits in Cellosaurus's synonym sets
            (MetaSRA's copy): HCT116, but also many a patient's or sample's code
confusable  neither, but culture, primary cells, strains, xenografts, catalogue numbers, or codes that look like a line
random      any sample at all, whatever it says

The strata only decide what is read. Whether a candidate has a cell line is decided by reading (cell_lines.md). The order is
that of a hash of seed and accession: it depends neither on Python's version nor on the order of the file.

The rule of choice: of the candidates with a line, all; of those without, all from stated and named, which are hard, and from
confusable and random the first 27 each, which makes 150.
"""
import csv
import gzip
import hashlib
import json
import re
import sys
from pathlib import Path

SEED = "chorale cell lines 1"
COUNT = 407  # the 150th candidate with a line is the last
DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
BLOCK = 500
TURNS = ("stated", "named", "confusable", "stated", "random")
TEXT = ("title", "description", "source_name_ch1", "characteristics_ch1", "source_name_ch2", "characteristics_ch2")

LINE_WORDS = re.compile(r"cell[\s_-]*lines?\b|\blines?\s*:|\bLCLs?\b|lymphoblastoid|\biPSCs?\b|\bh?ESCs?\b", re.IGNORECASE)
FREQUENT = re.compile(
    r"\b(?:HeLa|Jurkat|LNCaP|Raji|Ramos|Daudi|HaCaT|Vero|CHO|COS-?7|BJ|RKO|HEK|HepaRG|Calu|Caco|MEG-01|MDCK|HEL|Huh)\b",
    re.IGNORECASE,
)
CONFUSABLE = re.compile(
    r"primary|cultur|passage|xenograft|\bPDX\b|clon(?:e|al)|immortal|fibroblast|keratinocyte|HUVEC|endothelial cell|stem cell"
    r"|stromal cell|\bMEFs?\b|ATCC|Lonza|Coriell|hybridoma|antibody|C57BL|BALB|\bDBA\b|\b129[A-Z]|transfect|siRNA|shRNA"
    r"|\b[A-Z]{1,5}-?\d{2,5}[A-Z]?\b",
)
WORD = re.compile(r"[A-Za-z0-9]+(?:[-./][A-Za-z0-9]+)*")


def squeeze(name):
    """The name without case, hyphens, dots and blanks: MDA-MB-231, MDAMB231 and mda mb 231 are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def read_line_names():
    """Names of Cellosaurus with two letters and a digit, four characters or more; loose on purpose (it has HC10 too)."""
    with gzip.open(DATA / "metadata" / "metasra" / "cvcl_syn_sets.json.gz", "rt", encoding="utf-8") as file:
        names = {squeeze(name) for names in json.load(file) for name in names}
    return {name for name in names if len(name) >= 4 and re.search("[a-z].*[a-z]", name) and re.search("[0-9]", name)}


def read_samples():
    with gzip.open(DATA / "metadata" / "geo_samples" / "geo_sample_text.tsv.gz", "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def stratum_of(text, line_names):
    """The first stratum whose signal the text has, or None."""
    if LINE_WORDS.search(text):
        return "stated"
    if FREQUENT.search(text) or any(squeeze(word) in line_names for word in WORD.findall(text)):
        return "named"
    return "confusable" if CONFUSABLE.search(text) else None


def draw(count):
    line_names = read_line_names()
    samples = {row["accession"]: " ; ".join(row[c] for c in TEXT if row[c] != "NA") for row in read_samples()}
    order = sorted(samples, key=lambda accession: hashlib.sha256(f"{SEED} {accession}".encode()).digest())
    queues = {"stated": [], "named": [], "confusable": [], None: []}
    for accession in order:
        queues[stratum_of(samples[accession], line_names)].append(accession)
    queues["random"] = order
    queues = {name: iter(queue) for name, queue in queues.items()}
    taken = set()
    for turn in range(count):
        stratum = TURNS[turn % len(TURNS)]
        for accession in queues[stratum]:
            block = int(accession[3:]) // BLOCK
            if block not in taken:
                taken.add(block)
                yield accession, stratum, samples[accession]
                break
        else:
            sys.exit(f"draw_cell_lines.py: no block is left for the stratum {stratum} after {turn} candidates; ask for fewer")


def check(path):
    """Stops with what is wrong: a row that was not drawn, one that is missing, evidence that the text does not have."""
    with open(path, encoding="utf-8") as file:
        rows = {row["accession"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    wrong, last_kept = [], {}
    candidates = list(draw(COUNT))
    for position, (accession, stratum, text) in enumerate(candidates):
        if accession in rows:
            last_kept[stratum] = position
            if rows[accession]["evidence"] not in text:
                wrong.append(f"{accession}: its text has no {rows[accession]['evidence']!r}")
    for position, (accession, stratum, _) in enumerate(candidates):
        if accession not in rows and (stratum in ("stated", "named") or position < last_kept[stratum]):
            wrong.append(f"{accession}: drawn as {stratum}, but missing")
    wrong += [f"{accession}: not drawn" for accession in rows.keys() - {candidate[0] for candidate in candidates}]
    without = sum(not row["cell_line"] for row in rows.values())
    if (len(rows), without) != (300, 150):
        wrong.append(f"{len(rows)} rows, {without} of them without a line; 300 and 150 are due")
    sys.exit("\n".join(wrong) if wrong else 0)


def main():
    if sys.argv[1:2] == ["--check"] and len(sys.argv) == 3:
        check(sys.argv[2])
    print("accession\tstratum\ttext")
    for accession, stratum, text in draw(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT):
        print(accession, stratum, text, sep="\t")


if __name__ == "__main__":
    main()
