"""Runs that can be searched: with missing and odd values. Orders, pages and views of them."""

from story import PAST_MS

RUNS = 24


def tell(story):
    story.experiment("S")
    story.experiment("T")
    furnished(story)
    ordered(story)
    paged(story)
    viewed(story)


def furnished(story):
    """Runs s0 … s23; every third lacks a metric, a few have NaN or infinities, params repeat, tags are odd."""
    random = story.random
    for n in range(RUNS):
        name = f"s{n}"
        tags = [{"key": "team", "value": random.choice(["red", "blue", "Red"])}, {"key": "odd key", "value": "100%_x"}]
        story.run(name, "S", 60 - n if n % 2 else n, user_id=random.choice(["ada", "bob"]), tags=tags[: n % 3])
        metrics = [{"key": "m1", "value": random.choice([0, 0.5, 1, -2.5, "NaN", "Infinity", "-Infinity"]),
                    "timestamp": PAST_MS, "step": 0}]
        metrics += [{"key": "m2", "value": n / 8, "timestamp": PAST_MS, "step": 0}] if n % 3 else []
        metrics += [{"key": "a b/c", "value": n, "timestamp": PAST_MS, "step": 0}] if n % 4 == 1 else []
        params = [{"key": "p1", "value": random.choice(["x", "X", "10", "9", "a'b", "a\"b", "100%", "_"])}]
        params += [{"key": "p2", "value": str(n)}] if n % 2 else []
        story.post(f"of {name}", "runs/log-batch", {"run_id": f"{{{{run {name}}}}}", "metrics": metrics, "params": params})
        if n % 5 == 0:
            story.post(f"of {name}", "runs/log-inputs", {"run_id": f"{{{{run {name}}}}}", "datasets": [{
                "dataset": {"name": f"data{n % 2}", "digest": f"d{n}", "source_type": "local", "source": "x"},
                "tags": [{"key": "mlflow.data.context", "value": "train" if n % 2 else "test"}]}]})
        if n % 4 == 0:
            story.post(f"ends {name}", "runs/update",
                       {"run_id": f"{{{{run {name}}}}}", "status": random.choice(["FINISHED", "FAILED"]),
                        "end_time": PAST_MS + 90_000 + n})
    story.run("other", "T", 5)
    story.post("s3", "runs/delete", {"run_id": "{{run s3}}"})
    story.post("s8", "runs/delete", {"run_id": "{{run s8}}"})


def search(story, name, **body):
    story.post(name, "runs/search", {"experiment_ids": ["{{experiment S}}"], **body})


def ordered(story):
    search(story, "no order")
    for key in ("metrics.m1", "metrics.m2", "metrics.none", "params.p1", "params.p2", "params.none", "tags.team",
                "tags.`odd key`", "metrics.`a b/c`",
                "attributes.start_time", "start_time", "end_time", "attribute.end_time", "status", "run_name", "Created",
                "created", "attributes.lifecycle_stage", "tag.`mlflow.runName`", "metric.m2", "param.p1", "parameter.p1",
                "user_id"):
        for way in ("", " ASC", " DESC"):
            search(story, f"order {key}{way}", order_by=[key + way])
    # Ids and what holds them are the server's choice: here only that such orders are understood.
    for key in ("attributes.artifact_uri", "artifact_uri", "attributes.run_id", "run_id", "run_uuid"):
        search(story, f"order {key}", order_by=[key], filter="run_name = 'run s1'")
    search(story, "order by two", order_by=["params.p1 ASC", "metrics.m2 DESC"])
    search(story, "order by three", order_by=["tags.team", "metrics.m1 DESC", "start_time ASC"])
    search(story, "order by one twice", order_by=["metrics.m2", "metrics.m2 DESC"])
    search(story, "order desc in small letters", order_by=["metrics.m2 desc"])
    search(story, "order quoted", order_by=["metrics.\"m2\" DESC"])
    for order in (["nothing"], ["metrics.m2 UP"], [""], [" "], ["metrics"], ["metrics."], ["colour.x"], ["metrics.m2 DESC ASC"],
                  ["params.p1; drop"], [5], "start_time",
                  [None], ["attributes.nothing"], ["datasets.name"], ["metrics.`m2"], ["metrics.m2, params.p1"], ["DESC"]):
        search(story, f"bad order {order!r}", order_by=order)


def paged(story):
    for most in (1, 7, "7", 0, -1, 50_000, 50_001, "x", 2.5, 10**12, None):
        search(story, f"at most {most!r}", max_results=most)
    body = {"experiment_ids": ["{{experiment S}}"], "max_results": 7, "order_by": ["metrics.m2 DESC"]}
    story.post("page 1", "runs/search", body, keep={"runs page 1": "next_page_token"})
    for page in range(2, 5):
        story.post(f"page {page}", "runs/search", {**body, "page_token": f"{{{{runs page {page - 1}}}}}"},
                   keep={f"runs page {page}": "next_page_token"})
    for token in ("abc", "!!", "", "e30=", 5, "x" * 500):
        search(story, f"page token {str(token)[:9]!r}", max_results=7, page_token=token)


def viewed(story):
    for view in ("ACTIVE_ONLY", "DELETED_ONLY", "ALL", 1, 2, 3):
        search(story, f"view {view!r}", run_view_type=view, max_results=5)
    for view in ("active_only", "NONE", 9):
        search(story, f"odd view {view!r}", run_view_type=view, max_results=5)
    for name, ids in (("two experiments", ["{{experiment S}}", "{{experiment T}}"]), ("one twice", ["{{experiment T}}"] * 2),
                      ("none", []), ("none such", ["987654321"]),
                      ("no number", ["abc"]), ("one and none such", ["{{experiment T}}", "987654321"]),
                      ("a text", "{{experiment T}}"), ("a null", [None]), ("null", None)):
        story.post(f"of {name}", "runs/search", {"experiment_ids": ids, "max_results": 3})
    story.post("nothing asked", "runs/search", {})
    story.ajax("of one", "POST", "runs/search", body={"experiment_ids": ["{{experiment T}}"]})
    story.post("of a deleted experiment: delete", "experiments/delete", {"experiment_id": "{{experiment T}}"})
    story.post("of a deleted experiment", "runs/search", {"experiment_ids": ["{{experiment T}}"]})
    story.post("of a deleted experiment, deleted", "runs/search",
               {"experiment_ids": ["{{experiment T}}"], "run_view_type": "DELETED_ONLY"})
