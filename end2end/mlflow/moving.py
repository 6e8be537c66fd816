"""`chorale import mlflow` of a folder, a database and a running server that MLflow's real client filled: what the client reads of
Chorale afterwards is what it reads of the store, ids and all; killed on the way it goes on; a second time changes nothing.

Needs the settings of the deployment at --uri in its environment, and its binary in CHORALE_BINARY (walk.mjs gives both).
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import peer
from lab import equal

HERE = pathlib.Path(__file__).parent
ORGANIZATIONS = {"folder": "Lab of folders", "database": "Lab of databases", "server": "Lab of servers"}


def run(options):
    """True when everything came as it was."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mlflow-moving-")).resolve()
    try:
        passed = [tried(name, test, options, folder) for name, test in
                  (("a folder", of_folder), ("a database", of_database), ("a server", of_server), ("what is none", of_nothing))]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return all(passed)


def tried(name, test, options, folder):
    began = time.monotonic()
    try:
        said = test(options, folder)
    except AssertionError as wrong:
        print(f"moving: {name}: FAILED\n{wrong}", flush=True)
        return False
    print(f"moving: {name}: ok ({time.monotonic() - began:.1f} s){said or ''}", flush=True)
    return True


def without_mlflow():
    """What the client of another part is told is nobody else's business."""
    return {key: value for key, value in os.environ.items() if not key.startswith("MLFLOW_")}


def store_program(verb, uri, cwd, token=None, *more):
    environment = without_mlflow()
    if token:
        environment["MLFLOW_TRACKING_TOKEN"] = token
    done = subprocess.run([sys.executable, str(HERE / "stores.py"), verb, uri, *more], cwd=cwd, env=environment,
                          capture_output=True, text=True)
    assert done.returncode == 0, f"stores.py {verb} {uri}: {done.stderr[-3000:]}"
    return json.loads(done.stdout) if verb == "tell" else None


def chorale(*arguments, wrong=False):
    done = subprocess.run([os.environ["CHORALE_BINARY"], *arguments], capture_output=True, text=True,
                          env=without_mlflow())
    assert (done.returncode != 0) == wrong, f"chorale {arguments}: {done.returncode} {done.stdout[-2000:]} {done.stderr[-2000:]}"
    return done.stderr if wrong else done.stdout


def member(kind):
    name = ORGANIZATIONS[kind]
    chorale("admin", "organization", "create", name)
    return name, chorale("admin", "token", "create", "--organization", name, "--role", "scientist").strip()


def bring(place, organization, *more):
    return json.loads(chorale("import", "mlflow", place, "--organization", organization, "--json", *more))


def killed(place, organization, after_s):
    """An import that is killed on the way."""
    process = subprocess.Popen([os.environ["CHORALE_BINARY"], "import", "mlflow", place, "--organization", organization],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=without_mlflow())
    time.sleep(after_s)
    process.kill()
    return process.wait() == -9


def moved(options, kind, place, theirs, cwd, times=()):
    """Brings a store, some times killed on the way, and compares. times: seconds after which it is killed."""
    organization, token = member(kind)
    kills = sum(killed(place, organization, after) for after in times)
    first = bring(place, organization)
    left = [one for one in first["left"]]
    equal(left, [], "everything came")
    same(theirs, store_program("tell", options.uri, cwd, token))
    second = bring(place, organization)
    for noun in ("experiments", "runs", "logged_models", "files", "models", "versions", "aliases"):
        equal(second[noun]["came"], 0, f"a second import of {noun}")
    equal(second["points"], 0, "points of a second import")
    again = bring(place, organization, "--again")
    equal((again["runs"]["came"], again["files"]["came"]), (len(theirs["runs"]), 0), "looked at again, nothing comes twice")
    same(theirs, store_program("tell", options.uri, cwd, token))
    runs, files = len(theirs["runs"]), second["files"]["known"] or again["files"]["known"]
    return f": {runs} runs, {sum(len(points) for one in theirs['runs'].values() for points in one['points'].values())} points, " \
           f"{files} files, killed {kills} times"


def same(theirs, ours):
    """Field by field, and nothing more: `Default` is everybody's."""
    wrong = []
    differences("", forgiven(theirs), forgiven(ours), wrong)
    assert not wrong, "\n".join(wrong[:20]) + f"\n({len(wrong)} differences)"


def forgiven(told):
    """Default is made when an organization first asks for it, unless it came."""
    told = json.loads(json.dumps(told))
    if "0" in told["experiments"]:
        told["experiments"]["0"]["created"] = None
    return told


def differences(where, theirs, ours, wrong):
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted(theirs.keys() | ours.keys()):
            differences(f"{where}/{key}", theirs.get(key, "(absent)"), ours.get(key, "(absent)"), wrong)
    elif theirs != ours:
        wrong.append(f"    {where}\n      mlflow  {str(theirs)[:300]}\n      chorale {str(ours)[:300]}")


def of_folder(options, folder):
    place = folder / "folder" / "mlruns"
    place.parent.mkdir()
    store_program("fill", f"file://{place}", folder)
    return moved(options, "folder", str(place), store_program("tell", f"file://{place}", folder), folder, (0.6, 1.2))


def of_database(options, folder):
    place = folder / "database"
    place.mkdir()
    uri = f"sqlite:///{place}/mlflow.db"
    store_program("fill", uri, place)
    return moved(options, "database", str(place / "mlflow.db"), store_program("tell", uri, place), folder, (0.6, 1.2))


def of_server(options, folder):
    with peer.Peer(workers=1, folder=folder / "server") as theirs:
        store_program("fill", theirs.uri, folder)
        return moved(options, "server", theirs.uri, store_program("tell", theirs.uri, folder), folder, (2, 4))


def of_nothing(options, folder):
    """Each is told what is wrong with it, and what to do."""
    name = next(iter(ORGANIZATIONS.values()))
    empty, text, other = folder / "empty", folder / "text.db", folder / "other.db"
    empty.mkdir()
    text.write_text("no database\n" * 200)
    subprocess.run([sys.executable, "-c", f"import sqlite3; sqlite3.connect({str(other)!r}).execute('create table t (x)')"], check=True)
    for place, words in (
        (str(folder / "nowhere"), "does not exist"), (str(empty), "is no folder of MLflow's"), (str(text), "is no SQLite database"),
        (str(other), "has no table \"experiments\""), ("mysql://host/db", "nothing that can be read here"),
        (options.uri, "MLFLOW_TRACKING_TOKEN"), ("http://127.0.0.1:9", "does not answer"),
        (f"{options.uri}/nothing", "MLflow"),
    ):
        said = chorale("import", "mlflow", place, "--organization", name, wrong=True)
        assert words in said, f"{place}: {said}"
    said = chorale("import", "mlflow", str(folder / "folder" / "mlruns"), "--organization", "Nobody", wrong=True)
    assert "there is no organization" in said, said
