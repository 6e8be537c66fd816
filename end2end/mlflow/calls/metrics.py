"""Metrics one by one, and their histories: whole, in pages, of many runs, thinned."""

from story import PAST_MS

VALUES = [0, 1, -1, 0.1, 1e-300, 1e300, 1.7976931348623157e308, "1.5", "NaN", "Infinity", "-Infinity", "nan", "inf", "1e400",
          10**400,
          "abc", "", True, None, [1], {"a": 1}, 2**53 + 1, 1e-320]
TIMES = [0, 1, -1, str(PAST_MS), PAST_MS, 1.5, 16e11, "x", None, 2**63 - 1, 2**63, True]
STEPS = [0, 1, -1, "7", 2**63 - 1, 2**63, 1.5, 3.0, "x", None]


def tell(story):
    story.experiment("M")
    story.run("m", "M", 0)
    story.run("n", "M", 1)
    story.run("odd m", "M", 2)
    logged(story)
    remembered(story)
    of_many(story)


def logged(story):
    """Odd values, times and steps go to a run and a key of their own: what one server takes and the other refuses is seen
    once, and not in every later answer."""
    log, odd = "runs/log-metric", {"run_id": "{{run odd m}}"}
    for number, value in enumerate(VALUES):
        shown = "of 401 digits" if isinstance(value, int) and value > 2**60 else repr(value)
        told(story, f"value {shown}", {**odd, "key": f"v{number}", "value": value, "timestamp": PAST_MS})
    for number, time in enumerate(TIMES):
        told(story, f"time {time!r}", {**odd, "key": f"t{number}", "value": number, "timestamp": time})
    for number, step in enumerate(STEPS):
        told(story, f"step {step!r}", {**odd, "key": f"s{number}", "value": number, "timestamp": PAST_MS, "step": step})
    m = {"run_id": "{{run m}}"}
    story.call(f"{log}: bare NaN", "POST", f"/api/2.0/mlflow/{log}",
               '{"run_id": "{{run m}}", "key": "bare", "value": NaN, "timestamp": 5}')
    for key in ("a/b", "a b", "Ω", "a@b", "/a", "a/../b", "k" * 250, "k" * 251, ""):
        story.post(f"key {key[:9]!r} of {len(key)}", log, {**m, "key": key, "value": 1, "timestamp": PAST_MS})
    story.post("none such", log, {"run_id": "0" * 32, "key": "a", "value": 1, "timestamp": 1})
    story.post("by run_uuid", log, {"run_uuid": "{{run m}}", "key": "uuid", "value": 1, "timestamp": 1})
    story.post("of a dataset", log, {**m, "key": "d", "value": 1, "timestamp": 1, "dataset_name": "data",
                                     "dataset_digest": "1"})
    story.post("of a model that isn't", log, {**m, "key": "d", "value": 1, "timestamp": 1, "model_id": "m-" + "0" * 32})
    # The newest is the one of the largest step, then time, then value; never simply the last that was sent.
    for step, time, value in ((5, 10, 1), (3, 99, 9), (5, 11, 0), (5, 11, 2), (5, 11, 1), (5, 11, "NaN")):
        story.post(f"newest {step} {time} {value}", log,
                   {**m, "key": "newest", "value": value, "timestamp": time, "step": step})
        story.get(f"newest after {step} {time} {value}", "runs/get", m)
    for point in range(3):
        story.post(f"the same point, {point}", log, {**m, "key": "same", "value": 1, "timestamp": 1, "step": 1})


def told(story, name, body):
    story.post(name, "runs/log-metric", body)
    story.get(f"after {name}", "metrics/get-history", {"run_id": body["run_id"], "metric_key": body["key"]})


def remembered(story):
    history = "metrics/get-history"
    story.post("600 points", "runs/log-batch", {"run_id": "{{run m}}", "metrics": [
        {"key": "curve", "value": (step * 37) % 101 / 7, "timestamp": PAST_MS + step // 3,
         "step": step // 2} for step in range(600)]})
    for key in ("curve", "same", "newest", "none", ""):
        story.get(f"of {key!r}", history, {"run_id": "{{run m}}", "metric_key": key})
    story.get("by run_uuid", history, {"run_uuid": "{{run m}}", "metric_key": "same"})
    story.get("none such run", history, {"run_id": "0" * 32, "metric_key": "same"})
    story.get("no key", history, {"run_id": "{{run m}}"})
    curve = {"run_id": "{{run m}}", "metric_key": "curve"}
    for most in ("1", "250", "600", "25000", "0", "-1", "x", "99999999", "1.5"):
        story.get(f"at most {most}", history, {**curve, "max_results": most}, keep={f"history {most}": "next_page_token"})
    story.get("page 2", history, {**curve, "max_results": "250", "page_token": "{{history 250}}"},
              keep={"history p3": "next_page_token"})
    story.get("page 3", history, {**curve, "max_results": "250", "page_token": "{{history p3}}"})
    for token in ("abc", "!!", "MTA=", ""):
        story.get(f"page token {token!r}", history, {**curve, "max_results": "5", "page_token": token})


def of_many(story):
    n = "{{run n}}"
    story.post("20 points", "runs/log-batch", {"run_id": n, "metrics": [
        {"key": "curve", "value": point, "timestamp": PAST_MS + point, "step": point * 10} for point in range(20)]})
    both = [("run_id", "{{run m}}"), ("run_id", n)]
    bulk = "metrics/get-history-bulk"
    for name, query in (
        ("one run", [("run_id", n), ("metric_key", "curve")]),
        ("at most 5", [("run_id", n), ("metric_key", "curve"), ("max_results", "5")]),
        ("no run", [("metric_key", "curve")]), ("no key", both),
        ("none such run", [("run_id", "0" * 32), ("metric_key", "curve")]),
        ("101 runs", [*([("run_id", n)] * 101), ("metric_key", "curve")]),
        ("bad most", [*both, ("metric_key", "curve"), ("max_results", "x")]),
    ):
        story.ajax(name, "GET", bulk, query=query)
    both = [("run_ids", "{{run m}}"), ("run_ids", n)]
    for name, query in (
        ("one run", [("run_ids", n)]), ("two runs", both), ("at most 10", [*both, ("max_results", "10")]),
        ("at most 1", [*both, ("max_results", "1")]),
        ("a stretch", [*both, ("start_step", "50"), ("end_step", "120"), ("max_results", "7")]),
        ("an empty stretch", [*both, ("start_step", "5000"), ("end_step", "5100")]),
        ("backwards", [*both, ("start_step", "9"), ("end_step", "5")]),
        ("only a start", [*both, ("start_step", "9")]), ("only an end", [*both, ("end_step", "9")]), ("no run", []),
        ("none such run", [("run_ids", "0" * 32)]), ("at most 0", [*both, ("max_results", "0")]),
        ("at most 2501", [*both, ("max_results", "2501")]),
        ("101 runs", [("run_ids", n)] * 101), ("bad most", [*both, ("max_results", "x")]),
        ("a bad start", [*both, ("start_step", "x"), ("end_step", "5")]),
    ):
        story.get(name, "metrics/get-history-bulk-interval", [*query, ("metric_key", "curve")])
    story.get("no key", "metrics/get-history-bulk-interval", both)
    story.ajax("two runs", "GET", "metrics/get-history-bulk-interval",
               query=[*both, ("metric_key", "curve"), ("max_results", "10")])
