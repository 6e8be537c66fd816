"""How the cost of each call grows with the runs that are there: one experiment of Chorale is filled through the API to 10⁴, 10⁵
and 10⁶ runs, and asked the same at each. For docs/scale.md.

    python bench/tracking_growth.py --uri http://127.0.0.1:PORT --token TOKEN --json FILE [--sizes 10000,100000,1000000]

Each line has the growth: how many times longer than at the size before. Some 270,000 points are logged at each size
by the measurement itself, beside the ten of every run.
"""

import argparse
import json
import pathlib
import sys
import time

import tracking
from tracking import FIRST, Server, furnishing, milliseconds, timed

# One run of 2,500: what has to be looked for, where FILTER of the other benchmark is passed by one run of ten.
RARE = "params.p2 = 'x' and params.p3 = 'y' and tags.t1 = 'value 7'"


def rare(run):
    params = {one["key"]: one["value"] for one in run["params"]}
    tags = {one["key"]: one["value"] for one in run["tags"]}
    return params["p2"] == "x" and params["p3"] == "y" and tags["t1"] == "value 7"


def looked_for(server, experiment, passing):
    """The newest that pass, and how many there are."""
    wanted = [f"run {number}" for number in reversed(passing)][:FIRST]
    def check(body):
        found = [run["info"]["run_name"] for run in body.get("runs", [])]
        if found != wanted:
            raise RuntimeError(f"a filter that {len(passing)} runs pass gave {len(found)}, and not the newest of them")
    body = {"experiment_ids": [experiment], "filter": RARE, "max_results": FIRST}
    return timed(server, server.ready("POST", "runs/search", body), check)


def ordered(server, experiment, runs):
    """The first hundred by a param, which no index orders."""
    def check(body):
        if len(body["runs"]) != min(FIRST, runs):
            raise RuntimeError(f"an order by a param gave {len(body['runs'])} runs")
    body = {"experiment_ids": [experiment], "order_by": ["params.p1"], "max_results": FIRST}
    return timed(server, server.ready("POST", "runs/search", body), check)


def counted(server, experiment, runs):
    """How many there are, as the table of the runs page says it."""
    def check(body):
        if int(body["count"]) != runs:
            raise RuntimeError(f"{body['count']} runs were counted of {runs}")
    return timed(server, server.ready("POST", "runs/count", {"experiment_ids": [experiment]}), check)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uri", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--json", type=pathlib.Path, required=True)
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    server = Server("chorale", options.uri, options.token)
    experiment, have, passing, rows = None, 0, [], {}
    for size in sizes:
        began = time.monotonic()
        experiment = tracking.fill(server, size, experiment, have)
        took_s = time.monotonic() - began
        passing += [number for number in range(have, size) if rare(furnishing(number))]
        lines = [("fill through the API", "runs a second", {"median": (size - have) / took_s})]
        have = size
        lines += list(tracking.measure(server, experiment, size))
        lines.append(("filter that one of 2,500 passes, newest first", "ms", milliseconds(looked_for(server, experiment, passing))))
        lines.append(("order by a param, first 100", "ms", milliseconds(ordered(server, experiment, size))))
        lines.append(("count of all", "ms", milliseconds(counted(server, experiment, size))))
        for what, unit, figure in lines:
            what = what.replace(f" of {size:,} runs", "").replace(f" of {size:,}", "")
            rows.setdefault(what, {"what": what, "unit": unit, "at": {}})["at"][size] = figure
        print(f"   {size:,} runs are measured", file=sys.stderr, flush=True)
    for row in rows.values():
        medians = [row["at"][size]["median"] for size in sizes]
        row["growth"] = [after / before for before, after in zip(medians, medians[1:])]
        print(json.dumps(row))
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps({"sizes": sizes, "rows": list(rows.values())}, indent=2) + "\n")


if __name__ == "__main__":
    main()
