"""Batches: their limits, what is refused whole, and that the same batch twice changes nothing."""

from story import PAST_MS


def tell(story):
    story.experiment("B")
    story.run("b", "B")
    limits(story)
    refused_whole(story)
    random_batches(story)


def batch(story, name, **lists):
    story.post(name, "runs/log-batch", {"run_id": "{{run b}}", **lists})


def metric(key, value=1, **more):
    return {"key": key, "value": value, "timestamp": PAST_MS, "step": 0, **more}


def pair(key, value="v"):
    return {"key": key, "value": value}


def limits(story):
    batch(story, "empty")
    batch(story, "empty lists", metrics=[], params=[], tags=[])
    batch(story, "1000 metrics", metrics=[metric(f"m{n}") for n in range(1000)])
    batch(story, "1001 metrics", metrics=[metric(f"x{n}") for n in range(1001)])
    batch(story, "100 params", params=[pair(f"p{n}") for n in range(100)])
    batch(story, "101 params", params=[pair(f"x{n}") for n in range(101)])
    batch(story, "100 tags", tags=[pair(f"t{n}") for n in range(100)])
    batch(story, "101 tags", tags=[pair(f"x{n}") for n in range(101)])
    batch(story, "1001 of all", metrics=[metric(f"y{n}") for n in range(900)], params=[pair(f"y{n}") for n in range(51)],
          tags=[pair(f"y{n}") for n in range(50)])
    batch(story, "1000 of all", metrics=[metric(f"z{n}") for n in range(800)], params=[pair(f"z{n}") for n in range(100)],
          tags=[pair(f"z{n}") for n in range(100)])
    batch(story, "keys of 250", metrics=[metric("m" * 250)], params=[pair("p" * 250)], tags=[pair("t" * 250)])
    batch(story, "values at their limits", params=[pair("wide", "v" * 6000)], tags=[pair("wide", "v" * 8000)])
    story.get("after the limits", "runs/get", {"run_id": "{{run b}}"})


def refused_whole(story):
    good = {"metrics": [metric("good")], "params": [pair("good")], "tags": [pair("good")]}
    bad = [
        ("a metric without key", {"metrics": [metric("good"), {"value": 1, "timestamp": 1}]}),
        ("a metric without value", {"metrics": [{"key": "a", "timestamp": 1}]}),
        ("a metric without time", {"metrics": [{"key": "a", "value": 1}]}), ("a metric's empty key", {"metrics": [metric("")]}),
        ("a metric's long key", {"metrics": [metric("m" * 251)]}), ("a metric's odd key", {"metrics": [metric("a@b")]}),
        ("a metric that is null", {"metrics": [metric("a", None)]}),
        ("a param without key", {"params": [{"value": "x"}]}),
        ("a param twice, equal", {"params": [pair("twin"), pair("twin")]}),
        ("a param twice, unlike", {"params": [pair("twins", "1"), pair("twins", "2")]}),
        ("a param's long key", {"params": [pair("p" * 251)]}),
        ("a param's long value", {"params": [pair("long", "v" * 6001)]}), ("a param's odd key", {"params": [pair("../x")]}),
        ("a tag without key", {"tags": [{"value": "x"}]}), ("a tag's long key", {"tags": [pair("t" * 251)]}),
        ("a tag's long value", {"tags": [pair("long", "v" * 8001)]}), ("a tag's odd key", {"tags": [pair("..")]}),
        ("metrics are a mapping", {"metrics": {"a": 1}}), ("params are a text", {"params": "abc"}),
        ("a metric is null", {"metrics": [None]}), ("metrics are null", {"metrics": None}),
    ]
    for name, lists in bad:
        batch(story, name, **{**good, **lists})
    half_read(story)
    batch(story, "a param changes", params=[pair("p0", "other")], tags=[pair("beside a changed param")],
          metrics=[metric("beside a changed param")])
    batch(story, "a param stays", params=[pair("p0")], tags=[pair("beside an equal param")])
    batch(story, "a tag twice", tags=[pair("again", "1"), pair("again", "2")])
    batch(story, "a tag names the run", tags=[pair("mlflow.runName", "named by tag")])
    story.post("none such run", "runs/log-batch", {"run_id": "0" * 32, **good})
    story.post("no run", "runs/log-batch", good)
    story.get("after the refused", "runs/get", {"run_id": "{{run b}}"})
    points = [metric("twice", value, step=value) for value in range(5)]
    batch(story, "points once", metrics=points)
    batch(story, "points twice", metrics=points)
    story.get("after the same points", "metrics/get-history", {"run_id": "{{run b}}", "metric_key": "twice"})
    story.post("over a megabyte", "runs/log-batch", {
        "run_id": "{{run half}}", "params": [pair(f"mega{n}", "v" * 6000) for n in range(100)],
        "tags": [pair(f"mega{n}", "v" * 8000) for n in range(60)]})
    batch(story, "numbers as texts", metrics=[{"key": "texts", "value": "1.25", "timestamp": "12", "step": "3"},
                                              {"key": "odd", "value": "NaN", "timestamp": 1}])
    batch(story, "infinities", metrics=[metric("up", "Infinity"), metric("down", "-Infinity")])
    story.get("after the odd numbers", "runs/get", {"run_id": "{{run b}}"})


def half_read(story):
    """What MLflow takes half of, on a run that nothing else looks at."""
    story.run("half", "B", 8)
    for name, lists in (
        ("a metric that is no number", {"metrics": [metric("a", "abc")]}),
        ("a metric that is true", {"metrics": [metric("a", True)]}),
        ("a step that is no number", {"metrics": [metric("a", 1, step="x")]}), ("a tag is a text", {"tags": ["abc"]}),
        ("a param is a number", {"params": [5]}),
    ):
        story.post(name, "runs/log-batch", {"run_id": "{{run half}}", "tags": [pair("before")], **lists})


def random_batches(story):
    """Points of few keys, out of order: which one is newest, and in which order a history tells them."""
    random = story.random
    story.run("dice", "B", 9)
    for number in range(20):
        points = [{"key": random.choice(["r0", "r1", "r2"]), "value": random.choice([0, 1, 2.5, -3, "NaN"]),
                   "timestamp": PAST_MS + random.randrange(4),
                   "step": random.randrange(-1, 4)} for _ in range(random.randrange(1, 9))]
        story.post(f"random {number}", "runs/log-batch", {"run_id": "{{run dice}}", "metrics": points})
        if number % 4 == 3:
            story.get(f"after random batch {number}", "runs/get", {"run_id": "{{run dice}}"})
    for key in ("r0", "r1", "r2"):
        story.get(f"of random {key}", "metrics/get-history", {"run_id": "{{run dice}}", "metric_key": key})
