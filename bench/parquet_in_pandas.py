#!/usr/bin/env python3
"""Do pandas and pyarrow read our value tables as they were meant? And what does writing one cost?

    python3 bench/parquet_in_pandas.py [--data ../shared/data] [--samples 300] [--features 50000]

Takes the values of a real family file (sample by sample) and of a real series matrix (row by row), parsed
here a second time in a few lines of Python, and compares every cell with what pandas reads from our Parquet
file. Then writes a large table of invented values both ways, and prints seconds, size and peak memory.
Ends with 1 when a cell differs.
"""

import argparse
import gzip
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from peers import ROOT, WORK, python


def inside_environment():
    """Starts again inside a virtual environment that has pandas and pyarrow."""
    if pathlib.Path(sys.prefix) == WORK / "venv":
        return
    interpreter = python(["pandas", "pyarrow"])
    os.execv(interpreter, [interpreter, *sys.argv])


def build():
    command = ["cargo", "build", "-q", "--release", "-p", "chorale-lake", "--example", "write_table"]
    subprocess.run(command, cwd=ROOT, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return str(target / "release" / "examples" / "write_table")


def write(tool, mode, out, lines):
    begun = time.perf_counter()
    process = subprocess.Popen([tool, mode, out], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    for line in lines:
        process.stdin.write(line + "\n")
    process.stdin.close()
    summary = json.loads(process.stdout.read() or "{}")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"write_table failed with {process.returncode}")
    return summary, time.perf_counter() - begun, usage.ru_utime + usage.ru_stime


def family_values(path):
    """(sample, feature, value) of each sample table's VALUE."""
    sample, header = None, None
    for line in gzip.open(path, "rt", encoding="utf-8"):
        line = line.rstrip("\r\n")
        if line.lower().startswith("^sample"):
            sample = line.split("=", 1)[1].strip()
        elif line.startswith("!sample_table_begin"):
            header = []
        elif line.startswith("!sample_table_end"):
            header = None
        elif header == []:
            header = line.split("\t")
            place = header.index("VALUE")
        elif header:
            cells = line.split("\t")
            yield sample, cells[0], cells[place] if place < len(cells) else ""


def matrix_rows(path):
    inside = False
    for line in gzip.open(path, "rt", encoding="utf-8"):
        line = line.rstrip("\r\n")
        if line.startswith("!series_matrix_table"):
            inside = line.endswith("begin")
        elif inside:
            yield [cell.strip('"') for cell in line.split("\t")]


def meant(text):
    if text in ("", "null", "NA"):
        return None
    return float(text)


def compare(path, expected):
    """`expected` maps (feature, sample) to a number, or None. Both libraries must agree with it."""
    import pandas
    import pyarrow.parquet

    frame = pandas.read_parquet(path).set_index("feature_id")
    table = pyarrow.parquet.read_table(path)
    assert table.column_names == ["feature_id", *frame.columns], "the same columns"
    rows = {feature: place for place, feature in enumerate(table["feature_id"].to_pylist())}
    columns = {sample: table[sample].to_pylist() for sample in frame.columns}
    frames = {sample: frame[sample].to_dict() for sample in frame.columns}
    different = 0
    for feature, row in rows.items():
        for sample, values in columns.items():
            want = expected.get((feature, sample))
            got = values[row]
            shown = frames[sample][feature]
            same = got == want and (shown == want or (want is None and math.isnan(shown)))
            different += not same
    cells = len(rows) * len(columns)
    print(f"{path.name}: {len(rows)} x {len(columns)}, {cells} cells, {different} differ")
    return different


def real(tool, data, folder):
    different = 0
    triples = list(family_values(data / "geo/family_soft/GSE2018_family.soft.gz"))
    out = folder / "family.parquet"
    write(tool, "samples", str(out), ("\t".join(triple) for triple in triples))
    expected = {}
    for sample, feature, value in triples:
        expected.setdefault((feature, sample), meant(value))
    different += compare(out, expected)
    rows = list(matrix_rows(data / "geo/series_matrix/GSE19161_series_matrix.txt.gz"))
    out = folder / "matrix.parquet"
    write(tool, "rows", str(out), ("\t".join(row) for row in rows))
    expected = {(row[0], sample): meant(value) for row in rows[1:] for sample, value in zip(rows[0][1:], row[1:])}
    return different + compare(out, expected)


def large(tool, samples, features, folder):
    def value(sample, feature):
        return f"{(sample * 7919 + feature * 104729) % 1600000 / 100000:.5f}"

    by_samples = (f"GSM{s}\tf{f}\t{value(s, f)}" for s in range(samples) for f in range(features))
    header = ["ID_REF\t" + "\t".join(f"GSM{s}" for s in range(samples))]
    rows = (f"f{f}\t" + "\t".join(value(s, f) for s in range(samples)) for f in range(features))
    print(f"\na table of {features} features x {samples} samples\n")
    print(f"{'fed by':<10}{'CPU s':>8}{'wall s':>8}{'size MB':>9}{'peak MB':>9}")
    for mode, lines in (("samples", by_samples), ("rows", (line for part in (header, rows) for line in part))):
        summary, wall, cpu = write(tool, mode, str(folder / f"{mode}.parquet"), lines)
        assert (summary["rows"], summary["samples"]) == (features, samples)
        peak = summary["peak_kb"] / 1024
        print(f"{mode:<10}{cpu:>8.2f}{wall:>8.1f}{summary['size_bytes'] / 1e6:>9.1f}{peak:>9.1f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--samples", type=int, default=300)
    parser.add_argument("--features", type=int, default=50_000)
    options = parser.parse_args()
    inside_environment()
    tool = build()
    with tempfile.TemporaryDirectory() as folder:
        different = real(tool, options.data, pathlib.Path(folder))
        large(tool, options.samples, options.features, pathlib.Path(folder))
    sys.exit(different > 0)


if __name__ == "__main__":
    main()
