#!/usr/bin/env python3
"""Reading SOFT: ours beside GEOparse, on the same files, in one run.

    python3 bench/soft_vs_geoparse.py [--data ../shared/data] [--rounds 5] [--gigabytes 1.0] [--json FILE]
    python3 bench/soft_vs_geoparse.py --make-large

Installs GEOparse into target/bench/venv on the first run. Prints two tables:
  1. every family file through both: CPU and wall seconds, decompressed MB per CPU second, the ratio;
  2. a family file of the given size, made by repeating the real samples of GSE1623, through ours alone
     (GEOparse would hold it whole): seconds, MB/s, peak memory. `--make-large` only makes it and names it.

`stream` looks at each cell and keeps none: what an import does with our reader, and all that it needs.
`hold` keeps everything in memory, numbers parsed: what GEOparse does, so this is the comparison of like with like.
Each is a process of its own, and its peak the kernel's VmHWM. The readers take turns, and each file counts with the
best of its rounds, for all of them. All three work on one thread, so CPU time is what they cost whoever else is busy
on the machine; on a quiet one wall time says the same.
"""

import argparse
import gzip
import json
import math
import os
import pathlib
import subprocess
import sys
import time

from peers import ROOT, WORK, python

# Run inside the virtual environment: prints a JSON object per file, as the Rust half does.
GEOPARSE = """
import json, logging, sys, time, warnings
warnings.simplefilter("ignore")
import GEOparse
logging.disable(logging.CRITICAL)
for path in sys.argv[1:]:
    begun, cpu = time.perf_counter(), time.process_time()
    try:
        gse = GEOparse.get_GEO(filepath=path, silent=True)
    except Exception as error:
        print(json.dumps({"file": path, "failed": f"{type(error).__name__}: {error}"[:100]}))
        continue
    cpu, seconds = time.process_time() - cpu, time.perf_counter() - begun
    rows = sum(len(g.table) for g in list(gse.gsms.values()) + list(gse.gpls.values()))
    print(json.dumps({"file": path, "seconds": seconds, "cpu_seconds": cpu, "samples": len(gse.gsms), "rows": rows}))
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({"peak_kb": int(peak.split()[1])}))
"""


def run(command):
    """Runs to the end; gives the JSON lines, and the peak resident memory in MB that the last of them says."""
    process = subprocess.run(command, stdout=subprocess.PIPE, stderr=sys.stderr, text=True)
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed with {process.returncode}")
    *lines, last = [json.loads(line) for line in process.stdout.splitlines() if line.startswith("{")]
    return lines, last["peak_kb"] / 1024


def build():
    subprocess.run(
        ["cargo", "build", "-q", "--release", "-p", "chorale-formats", "--example", "read_soft"], cwd=ROOT, check=True
    )
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return str(target / "release" / "examples" / "read_soft")


def decompressed_bytes(path):
    with gzip.open(path, "rb") if path.suffix == ".gz" else open(path, "rb") as file:
        return sum(len(block) for block in iter(lambda: file.read(1 << 20), b""))


def compare(ours, python, files, rounds):
    """Prints the first table; gives each reader's CPU seconds, wall seconds and peak."""
    names = comparable(ours, python, files)
    total = sum(decompressed_bytes(pathlib.Path(name)) for name in names) / 1e6
    commands = {"GEOparse": [python, "-c", GEOPARSE], "stream": [ours, "stream"], "hold": [ours, "hold"]}
    best = {reader: {name: (math.inf, math.inf) for name in names} for reader in commands}
    peaks = dict.fromkeys(commands, 0.0)
    for _ in range(rounds):
        for reader, command in commands.items():
            lines, peak = run([*command, *names])
            peaks[reader] = max(peaks[reader], peak)
            for line in lines:
                before = best[reader][line["file"]]
                best[reader][line["file"]] = (min(before[0], line["cpu_seconds"]), min(before[1], line["seconds"]))
    print(f"{len(names)} family files, {total:.1f} MB decompressed; best of {rounds} rounds\n")
    print(f"{'reader':<10}{'CPU s':>10}{'wall s':>10}{'MB/CPU s':>10}{'ratio':>8}{'peak MB':>9}")
    readers = {}
    for reader, times in best.items():
        cpu, wall = (sum(time[place] for time in times.values()) for place in (0, 1))
        readers[reader] = {"cpu_seconds": cpu, "seconds": wall, "peak_mb": peaks[reader]}
        base = readers["GEOparse"]["cpu_seconds"]
        print(f"{reader:<10}{cpu:>10.3f}{wall:>10.3f}{total / cpu:>10.1f}{base / cpu:>8.1f}{peaks[reader]:>9.0f}")
    for mode in ("stream", "hold"):
        ratios = sorted((best["GEOparse"][name][0] / best[mode][name][0], name) for name in names)
        (low, slowest), middle = ratios[0], ratios[len(ratios) // 2][0]
        print(f"\n{mode}: per file, the ratio is at least {low:.0f} ({pathlib.Path(slowest).name}), {middle:.0f} at the median")
    return {"files": len(names), "megabytes": total, "readers": readers}


def comparable(ours, python, files):
    """Files in which both find the same samples; says which are left out."""
    found = {line["file"]: line["samples"] for line in run([ours, "stream", *map(str, files)])[0]}
    names = []
    for line in run([python, "-c", GEOPARSE, *map(str, files)])[0]:
        if line.get("samples") == found[line["file"]]:
            names.append(line["file"])
            continue
        why = line.get("failed", f"finds {line.get('samples')} of {found[line['file']]} samples")
        print(f"left out, because GEOparse does not read it: {pathlib.Path(line['file']).name} ({why})")
    return names


def make_large(source, gigabytes):
    """Repeats the samples of a real family file under new accessions, plain and gzip."""
    plain = WORK / f"repeated_{gigabytes}GB_family.soft"
    packed = plain.with_suffix(".soft.gz")
    if packed.exists():
        return plain, packed
    text = gzip.open(source, "rb").read().replace(b"\r\n", b"\n")
    first = text.index(b"^sample = ")
    head, parts = text[:first], text[first:].split(b"^sample = ")[1:]
    written, number = 0, 0
    with open(plain, "wb") as file:
        written += file.write(head)
        while written < gigabytes * 1e9:
            part = parts[number % len(parts)]
            old = part[: part.index(b"\n")]
            number += 1
            written += file.write(b"^sample = " + part.replace(old, b"GSM9%07d" % number))
    with open(plain, "rb") as file, gzip.open(packed.with_suffix(".tmp"), "wb", compresslevel=6) as to:
        for block in iter(lambda: file.read(1 << 20), b""):
            to.write(block)
    packed.with_suffix(".tmp").rename(packed)
    return plain, packed


def large(ours, source, gigabytes):
    """Prints the second table."""
    print(f"\na family file of {gigabytes} GB, made of the samples of {source.name}\n")
    print(f"{'file':<10}{'seconds':>10}{'MB/s':>10}{'samples':>9}{'peak MB':>9}")
    for name, path in zip(("plain", "gzip"), make_large(source, gigabytes)):
        (line,), peak = run([ours, "stream", str(path)])
        speed = gigabytes * 1e3 / line["seconds"]
        print(f"{name:<10}{line['seconds']:>10.3f}{speed:>10.1f}{line['samples']:>9}{peak:>9.1f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = pathlib.Path(os.environ.get("CHORALE_SHARED_DATA", ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=pathlib.Path, default=data)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--json", type=pathlib.Path, help="where the first table goes too")
    parser.add_argument("--make-large", action="store_true", help="only make the large file; print its two names")
    options = parser.parse_args()
    folder = options.data / "geo" / "family_soft"
    files = sorted(folder.glob("*.soft*"))
    if not files:
        sys.exit(f"no family files in {folder}: name the data folder with --data")
    WORK.mkdir(parents=True, exist_ok=True)
    source = folder / "GSE1623_family.soft.gz"
    if options.make_large:
        print(*make_large(source, options.gigabytes), sep="\n")
        return
    ours = build()
    print(time.strftime("%Y-%m-%d"), f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}")
    # GEOparse 2.0.4 imports six without asking for it.
    results = compare(ours, python(["GEOparse"], ["GEOparse", "six"]), files, options.rounds)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")
    large(ours, source, options.gigabytes)


if __name__ == "__main__":
    main()
