"""What the comparisons with Python's packages share: the virtual environment of the peers, and our own benchmarks."""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "target" / "bench"


def python(modules, packages=None):
    """The interpreter of target/bench/venv; packages, else those of the modules' names, are installed unless the modules are
    there already."""
    python = WORK / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", WORK / "venv"], check=True)
    if subprocess.run([python, "-c", f"import {', '.join(modules)}"], stderr=subprocess.DEVNULL).returncode != 0:
        subprocess.run([python, "-m", "pip", "install", "-q", *(packages or modules)], check=True)
    return str(python)


def printed_by(package, benchmark, data):
    """Runs one of our benchmarks over a folder of data, and shows and gives what it prints."""
    command = ["cargo", "bench", "-q", "-p", package, "--bench", benchmark]
    environment = {**os.environ, "CHORALE_SHARED_DATA": str(data.resolve())}
    process = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    print(process.stdout)
    return process.stdout
