#!/usr/bin/env python3
"""Writes geoparse.tsv: what GEOparse finds in every family file, as counts and hashes.

    python3 -m venv target/golden && target/golden/bin/pip install GEOparse==2.0.4 six
    target/golden/bin/python crates/formats/tests/golden/make_geoparse.py ../shared/data

A metadata hash is the SHA-256 of the sorted lines `kind TAB accession TAB key TAB value`, the key without
its entity's prefix; a columns hash that of the sorted lines `kind TAB accession TAB column, column, …`,
where pandas calls a second GB_ACC column GB_ACC.1.
"""

import gzip
import hashlib
import logging
import pathlib
import re
import sys
import tempfile
import warnings

warnings.simplefilter("ignore")
import GEOparse  # noqa: E402

logging.disable(logging.CRITICAL)


def digest(lines):
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]


def load(path):
    """GEOparse sees no entity in a file with lower-case ^series lines: it gets a copy in upper case."""
    if path.suffix == ".gz":
        text = gzip.open(path, "rb").read()
        if re.search(rb"^\^[a-z]", text, re.M):
            with tempfile.TemporaryDirectory() as folder:
                copy = pathlib.Path(folder) / path.name
                upper = re.sub(rb"^\^[a-z]+", lambda match: match.group().upper(), text, flags=re.M)
                copy.write_bytes(gzip.compress(upper))
                return GEOparse.get_GEO(filepath=str(copy), silent=True)
    return GEOparse.get_GEO(filepath=str(path), silent=True)


def main():
    data = pathlib.Path(sys.argv[1])
    out = pathlib.Path(__file__).with_name("geoparse.tsv")
    rows = []
    for path in sorted((data / "geo" / "family_soft").glob("*.soft*")):
        gse = load(path)
        entities = [("series", gse)] + [("sample", g) for g in gse.gsms.values()]
        entities += [("platform", g) for g in gse.gpls.values()]
        metadata, columns = [], []
        counts = {"sample": 0, "platform": 0}
        for kind, entity in entities:
            for key, values in entity.metadata.items():
                metadata += [f"{kind}\t{entity.name}\t{key}\t{value}" for value in values if value]
            if kind != "series":
                counts[kind] += len(entity.table)
                if len(entity.table.columns):
                    columns.append(f"{kind}\t{entity.name}\t{', '.join(map(str, entity.table.columns))}")
        found = [len(gse.gsms), len(gse.gpls), counts["sample"], counts["platform"]]
        rows.append("\t".join([path.name, *map(str, found), digest(metadata), digest(columns)]))
        print(rows[-1])
    header = "file\tsamples\tplatforms\tsample_rows\tplatform_rows\tmetadata\tcolumns"
    made = f"# made by make_geoparse.py beside this file, with GEOparse {GEOparse.__version__}"
    out.write_text("\n".join([made, header, *rows]) + "\n")


if __name__ == "__main__":
    main()
