#!/usr/bin/env python3
"""Reading SOFT: ours beside GEOparse, on the same files, in one run.

    python3 bench/soft_vs_geoparse.py [--data ../shared/data] [--rounds 5] [--gigabytes 1.0]

Installs GEOparse into target/bench/venv on the first run. Prints two tables:
  1. every family file through both: seconds, decompressed MB/s, the ratio;
  2. a family file of the given size, made by repeating the real samples of GSE1623, through ours alone
     (GEOparse would hold it whole): seconds, MB/s, peak memory.
`stream` looks at each cell and keeps none, which is what an import does. `hold` keeps everything in memory,
numbers parsed, which is what GEOparse does. Each is a process of its own, and its peak the kernel's VmHWM.
"""

import argparse
import gzip
import json
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "target" / "bench"

# Run inside the virtual environment: prints a JSON object per file, as the Rust half does.
GEOPARSE = """
import json, logging, sys, time, warnings
warnings.simplefilter("ignore")
import GEOparse
logging.disable(logging.CRITICAL)
for path in sys.argv[1:]:
    begun = time.perf_counter()
    try:
        gse = GEOparse.get_GEO(filepath=path, silent=True)
    except Exception as error:
        print(json.dumps({"file": path, "failed": f"{type(error).__name__}: {error}"[:100]}))
        continue
    seconds = time.perf_counter() - begun
    rows = sum(len(g.table) for g in list(gse.gsms.values()) + list(gse.gpls.values()))
    print(json.dumps({"file": path, "seconds": seconds, "samples": len(gse.gsms), "rows": rows}))
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


def geoparse_python():
    python = WORK / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", WORK / "venv"], check=True)
    found = subprocess.run([python, "-c", "import GEOparse"], stderr=subprocess.DEVNULL)
    if found.returncode != 0:
        # GEOparse 2.0.4 imports six without asking for it.
        subprocess.run([python, "-m", "pip", "install", "-q", "GEOparse", "six"], check=True)
    return str(python)


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
    answers, their_peak = run([python, "-c", GEOPARSE, *map(str, files)])
    ours_found = {line["file"]: line["samples"] for line in run([ours, "stream", *map(str, files)])[0]}
    theirs = []
    for line in answers:
        found = line.get("failed", f"finds {line.get('samples')} of {ours_found[line['file']]} samples")
        if line.get("samples") == ours_found[line["file"]]:
            theirs.append(line)
        else:
            print(f"left out, because GEOparse does not read it: {pathlib.Path(line['file']).name} ({found})")
    names = [line["file"] for line in theirs]
    sizes = {name: decompressed_bytes(pathlib.Path(name)) for name in names}
    results = {"GEOparse": ({line["file"]: line["seconds"] for line in theirs}, their_peak)}
    for mode in ("stream", "hold"):
        best, peak = {}, 0.0
        for _ in range(rounds):
            lines, this_peak = run([ours, mode, *names])
            peak = max(peak, this_peak)
            for line in lines:
                best[line["file"]] = min(best.get(line["file"], 1e9), line["seconds"])
        results[mode] = (best, peak)
    total = sum(sizes.values()) / 1e6
    print(f"{len(names)} family files, {total:.1f} MB decompressed; ours: best of {rounds} runs, GEOparse: one run\n")
    print(f"{'reader':<10}{'seconds':>10}{'MB/s':>10}{'ratio':>8}{'peak MB':>9}")
    base = sum(results["GEOparse"][0].values())
    for name, (seconds, peak) in results.items():
        spent = sum(seconds.values())
        print(f"{name:<10}{spent:>10.3f}{total / spent:>10.1f}{base / spent:>8.1f}{peak:>9.0f}")
    for mode in ("stream", "hold"):
        ratios = sorted((results["GEOparse"][0][name] / results[mode][0][name], name) for name in names)
        (low, slowest), middle = ratios[0], ratios[len(ratios) // 2][0]
        print(f"\n{mode}: per file, the ratio is at least {low:.0f} ({pathlib.Path(slowest).name}), {middle:.0f} at the median")


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
    print(f"\na family file of {gigabytes} GB, made of the samples of {source.name}\n")
    print(f"{'file':<10}{'seconds':>10}{'MB/s':>10}{'samples':>9}{'peak MB':>9}")
    for name, path in zip(("plain", "gzip"), make_large(source, gigabytes)):
        (line,), peak = run([ours, "stream", str(path)])
        speed = gigabytes * 1e3 / line["seconds"]
        print(f"{name:<10}{line['seconds']:>10.3f}{speed:>10.1f}{line['samples']:>9}{peak:>9.1f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    options = parser.parse_args()
    folder = options.data / "geo" / "family_soft"
    files = sorted(folder.glob("*.soft*"))
    if not files:
        sys.exit(f"no family files in {folder}: name the data folder with --data")
    WORK.mkdir(parents=True, exist_ok=True)
    ours = build()
    print(time.strftime("%Y-%m-%d"), f"{os.cpu_count()} CPUs")
    compare(ours, geoparse_python(), files, options.rounds)
    large(ours, folder / "GSE1623_family.soft.gz", options.gigabytes)


if __name__ == "__main__":
    main()
