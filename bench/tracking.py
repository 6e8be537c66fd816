"""Tracking of experiments beside `mlflow server` (PyPI, SQLite, its default workers), raw HTTP in one run.

    python bench/tracking.py --uri http://127.0.0.1:PORT --token TOKEN [--fill 10000] [--only chorale] [--json FILE]

Both are filled with the same runs (10 metrics, 10 params, 5 tags each), then asked the same. What they answer is checked: a
fast wrong answer is an error. The filled MLflow is kept under target/bench, because filling it takes minutes; Chorale is
filled anew each time, unless --experiment names one that --fill filled.
"""

import argparse
import concurrent.futures
import itertools
import json
import pathlib
import random
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "end2end" / "mlflow" / "requirements.txt"
sys.path.insert(0, str(REQUIREMENTS.parent))

import peer  # noqa: E402
import peers  # noqa: E402
from tracking_wire import Line, drive, request  # noqa: E402

API = "/api/2.0/mlflow/"
PAST_MS = 1_600_000_000_000
KINDS = ["x", "y", "z", "u", "v"]
FILLERS = 8
CLIENTS = 16
CLIENTS_FOR_S = 10
PREPARED = 80_000
POINTS = 4_000
PAGE = 1_000
FIRST = 100
FILTER = "metrics.m3 > 0.5 and params.p2 = 'x'"
# Rounds are as many as fit in about so long, within these bounds.
ROUNDS_FOR_S, LEAST, MOST = 6, 5, 200


class Server:
    """One of the two: what it is called, and how it is asked."""

    def __init__(self, name, uri, token=None):
        self.name, self.uri, self.token = name, uri, token
        self.line = Line(uri)

    def ready(self, method, endpoint, body=None):
        return request(self.uri, self.token, method, API + endpoint, body)

    def ask(self, method, endpoint, body=None):
        return json.loads(answered(self, self.line.ask(self.ready(method, endpoint, body))))

    def experiment(self, what):
        return self.ask("POST", "experiments/create", {"name": f"bench {what} {time.time_ns()}"})["experiment_id"]

    def run(self, experiment):
        return self.ask("POST", "runs/create", {"experiment_id": experiment, "start_time": PAST_MS})["run"]["info"]["run_id"]


def furnishing(number):
    """What run `number` has; the same for both servers, whatever was asked before."""
    dice = random.Random(number)
    metrics = [{"key": f"m{key}", "value": dice.random(), "timestamp": PAST_MS + number, "step": 0} for key in range(10)]
    params = [{"key": f"p{key}", "value": dice.choice(KINDS)} for key in range(10)]
    tags = [{"key": f"t{key}", "value": f"value {dice.randrange(100)}"} for key in range(5)]
    return {"metrics": metrics, "params": params, "tags": tags}


def fill(server, runs, experiment=None, have=0):
    """An experiment with so many runs, through the calls that a client makes; its id. experiment: one that has the first ones."""
    experiment = experiment or server.experiment("filled")
    began, at_hand = time.monotonic(), threading.local()

    def one(number):
        line = at_hand.__dict__.setdefault("line", Line(server.uri))
        body = {"experiment_id": experiment, "start_time": PAST_MS + number, "run_name": f"run {number}"}
        made = answered(server, line.ask(server.ready("POST", "runs/create", body)))
        batch = {"run_id": json.loads(made)["run"]["info"]["run_id"], **furnishing(number)}
        answered(server, line.ask(server.ready("POST", "runs/log-batch", batch)))
        if number % max(2_000, runs // 20) == 1_999:
            print(f"   {server.name}: {number + 1:,} runs after {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)

    with concurrent.futures.ThreadPoolExecutor(FILLERS) as threads:
        for start in range(have, runs, 1_000):
            list(threads.map(one, range(start, min(start + 1_000, runs))))
    return experiment


def answered(server, answer):
    """The body of a good answer."""
    _, status, body = answer
    if status != 200:
        raise RuntimeError(f"{server.name} answered with {status}: {body[:300]!r}")
    return body


def timed(server, ready, check=lambda body: None):
    """Asks again and again; the seconds of each. ready: bytes, or what gives the next ones. check: of the first answer."""
    following = ready if callable(ready) else lambda: ready
    for warming in range(2):
        check(json.loads(answered(server, server.line.ask(following()))))
    times, until = [], time.monotonic() + ROUNDS_FOR_S
    while len(times) < LEAST or (len(times) < MOST and time.monotonic() < until):
        answer = server.line.ask(following())
        answered(server, answer)
        times.append(answer[0])
    return times


def searched(server, experiment, runs):
    page = min(PAGE, runs)
    def check(body):
        found = body["runs"]
        if len(found) != page or {(len(run["data"]["metrics"]), len(run["data"]["params"])) for run in found} != {(10, 10)}:
            raise RuntimeError(f"{server.name}: a search gave {len(found)} runs, or not all of what they have")
    return timed(server, server.ready("POST", "runs/search", {"experiment_ids": [experiment], "max_results": page}), check)


def filtered(server, experiment, runs):
    having = [{one["key"]: one["value"] for one in of["metrics"] + of["params"]} for of in map(furnishing, range(runs))]
    wanted = sorted((run["m5"] for run in having if run["m3"] > 0.5 and run["p2"] == "x"), reverse=True)[:FIRST]
    def check(body):
        found = [next(one["value"] for one in run["data"]["metrics"] if one["key"] == "m5") for run in body.get("runs", [])]
        if found != wanted:
            raise RuntimeError(f"{server.name}: a filtered search gave {len(found)} runs, and not those that were asked for")
    body = {"experiment_ids": [experiment], "filter": FILTER, "order_by": ["metrics.m5 DESC"], "max_results": FIRST}
    return timed(server, server.ready("POST", "runs/search", body), check)


def batched(server, experiment):
    run, step = server.run(experiment), itertools.count()
    def following():
        at = next(step) * 100
        metrics = [point(f"m{key}", at + offset) for key in range(10) for offset in range(100)]
        return server.ready("POST", "runs/log-batch", {"run_id": run, "metrics": metrics})
    times = timed(server, following)
    found = server.ask("GET", f"metrics/get-history?run_id={run}&metric_key=m9")["metrics"]
    if len(found) != next(step) * 100:
        raise RuntimeError(f"{server.name}: {len(found)} points of a metric are there, and not all that were logged")
    return times


def logged_at_once(server, experiment):
    """So many clients, each with a run of its own, a point after the other."""
    runs = [server.run(experiment) for _ in range(CLIENTS)]
    # Made beforehand: what takes this program's time while it measures is missing to the server.
    points = [(run, step) for step in range(PREPARED // CLIENTS) for run in runs]
    requests = [server.ready("POST", "runs/log-metric", {"run_id": run, **point("loss", step)}) for run, step in points]
    began = time.perf_counter()
    times = drive(server.uri, CLIENTS, requests, CLIENTS_FOR_S)
    took_s = time.perf_counter() - began
    kept = sum(len(server.ask("GET", f"metrics/get-history?run_id={run}&metric_key=loss")["metrics"]) for run in runs)
    if kept != len(times):
        raise RuntimeError(f"{server.name}: {len(times)} points were answered 200, and {kept} are there")
    return times, len(times) / took_s


def created(server, experiment):
    body = {"experiment_id": experiment, "start_time": PAST_MS, "run_name": "bench"}
    return timed(server, server.ready("POST", "runs/create", body))


def remembered(server, experiment):
    run = server.run(experiment)
    for start in range(0, POINTS, 1_000):
        metrics = [point("curve", step) for step in range(start, start + 1_000)]
        server.ask("POST", "runs/log-batch", {"run_id": run, "metrics": metrics})
    def check(body):
        if [point["step"] for point in body["metrics"]] != list(range(POINTS)):
            raise RuntimeError(f"{server.name}: a history gave {len(body['metrics'])} points, not {POINTS} in their order")
    return timed(server, server.ready("GET", f"metrics/get-history?run_id={run}&metric_key=curve"), check)


def point(key, step):
    return {"key": key, "value": step / 7, "timestamp": PAST_MS + step, "step": step}


def milliseconds(times):
    ordered = sorted(times)
    at = lambda share: 1e3 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]  # noqa: E731
    return {"median": at(0.5), "p99": at(0.99), "times": len(ordered)}


def measure(server, experiment, runs):
    """Every question to one server: name, unit, figures."""
    scratch = server.experiment("scratch")
    yield f"search {min(PAGE, runs):,} of {runs:,} runs", "ms", milliseconds(searched(server, experiment, runs))
    yield f"filter and order, first {FIRST} of {runs:,}", "ms", milliseconds(filtered(server, experiment, runs))
    yield "log-batch, 1,000 metrics", "ms", milliseconds(batched(server, scratch))
    times, per_second = logged_at_once(server, scratch)
    yield f"log-metric, {CLIENTS} clients at once", "ms", milliseconds(times)
    yield f"log-metric, {CLIENTS} clients at once, throughput", "a second", {"median": per_second, "times": len(times)}
    yield "create run", "ms", milliseconds(created(server, scratch))
    yield f"history of {POINTS:,} points", "ms", milliseconds(remembered(server, scratch))


def of_mlflow(runs, work, python):
    """The real server's figures. Its filled folder is kept: the stamp tells the experiment, and what made it."""
    python = python or peers.python(["mlflow"], ["-r", str(REQUIREMENTS)])
    folder = work / f"mlflow-{runs}"
    made = folder / "made-by"
    with peer.Peer(folder=folder, python=python) as theirs:
        server = Server("mlflow", theirs.uri)
        wanted = REQUIREMENTS.read_text() + json.dumps(furnishing(0))
        kept = json.loads(made.read_text()) if made.exists() else {}
        if kept.get("by") != wanted:
            print(f"   filling mlflow with {runs:,} runs", file=sys.stderr, flush=True)
            kept = {"by": wanted, "experiment": fill(server, runs)}
            made.write_text(json.dumps(kept))
        return list(measure(server, kept["experiment"], runs))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uri", help="of a running Chorale")
    parser.add_argument("--token")
    parser.add_argument("--fill", type=int, default=10_000, help="how many runs both have")
    parser.add_argument("--experiment", help="of Chorale, filled before with as many")
    parser.add_argument("--only", choices=["chorale", "mlflow"])
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "target" / "bench", help="where the filled MLflow is kept")
    parser.add_argument("--python", help="an interpreter that has end2end/mlflow/requirements.txt; else target/bench/venv")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    if options.only != "mlflow" and not options.uri:
        parser.error("--uri of a running Chorale is missing; or ask --only mlflow")
    figures = {}
    if options.only != "chorale":
        figures["mlflow"] = of_mlflow(options.fill, options.work, options.python)
    if options.only != "mlflow":
        server = Server("chorale", options.uri, options.token)
        experiment = options.experiment or fill(server, options.fill)
        figures["chorale"] = list(measure(server, experiment, options.fill))
    rows = {}
    for who, lines in figures.items():
        for what, unit, figure in lines:
            rows.setdefault(what, {"what": what, "unit": unit})[who] = figure
    for row in rows.values():
        if "mlflow" in row and "chorale" in row:
            theirs, ours = row["mlflow"]["median"], row["chorale"]["median"]
            row["ratio"] = ours / theirs if row["unit"] == "a second" else theirs / ours
        print(json.dumps(row))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps({"runs": options.fill, "rows": list(rows.values())}, indent=2) + "\n")


if __name__ == "__main__":
    main()
