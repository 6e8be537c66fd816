"""Counts what obonet 1.3.0 reads in OBO files: the figures of tests/all/golden.rs. (pip install obonet==1.3.0)

usage: make_obonet.py FILE.obo.gz …

pronto 2.7.4 stops at each of these files with a SyntaxError: they are not strictly OBO 1.4.
"""

import gzip
import sys

import obonet

for path in sys.argv[1:]:
    with gzip.open(path, "rt") as file:
        graph = obonet.read_obo(file, ignore_obsolete=False)
    # Targets of relations that the file doesn't define are nodes too, without data.
    terms = [data for _, data in graph.nodes(data=True) if data]

    def count(tag):
        return sum(len(data.get(tag, [])) for data in terms)

    def scoped(scope):
        return sum(text.rsplit('"', 1)[1].split()[0] == scope for data in terms for text in data.get("synonym", []))

    def related(name):
        return sum(text.split()[0] == name for data in terms for text in data.get("relationship", []))

    print(
        path.rsplit("/", 1)[-1],
        "terms", len(terms),
        "obsolete", sum(data.get("is_obsolete") == "true" for data in terms),
        "alt_id", count("alt_id"),
        "xref", count("xref"),
        "is_a", count("is_a"),
        "part_of", related("part_of"),
        "develops_from", related("develops_from"),
        "synonyms", *(scoped(scope) for scope in ("EXACT", "NARROW", "BROAD", "RELATED")),
    )
