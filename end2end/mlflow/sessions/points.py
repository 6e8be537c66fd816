"""Metric points: ten thousand of them, odd ones, histories whole, in pages, of many runs, thinned."""

import math

from mlflow.entities import Metric

from lab import equal

API = "/api/2.0/mlflow/"
LARGEST = 1.7976931348623157e308


def test_ten_thousand_points(lab):
    run = lab.client.create_run(lab.experiment("points")).info.run_id
    points = [Metric("curve", math.sin(step / 100), 1_600_000_000_000 + step, step) for step in range(10_000)]
    for start in range(0, len(points), 1000):
        lab.client.log_batch(run, metrics=points[start:start + 1000])
    found = lab.client.get_metric_history(run, "curve")
    equal(len(found), 10_000)
    equal([(point.step, point.value, point.timestamp) for point in found],
          [(point.step, point.value, point.timestamp) for point in points])
    equal(lab.client.get_run(run).data.metrics, {"curve": points[-1].value})
    pages, token = [], None
    while True:
        query = {"run_id": run, "metric_key": "curve", "max_results": 1700, **({"page_token": token} if token else {})}
        page = lab.ask("GET", API + "metrics/get-history", query=query)
        pages.append(page["metrics"])
        token = page.get("next_page_token")
        if not token:
            break
    equal([len(page) for page in pages], [1700] * 5 + [1500])
    equal([point["step"] for page in pages for point in page], list(range(10_000)))


def test_values_that_are_no_common_numbers(lab):
    run = lab.client.create_run(lab.experiment("odd values")).info.run_id
    for key, value in (("nan", math.nan), ("up", math.inf), ("down", -math.inf), ("zero", -0.0), ("tiny", 5e-324)):
        lab.client.log_metric(run, key, value)
    found = lab.client.get_run(run).data.metrics
    assert math.isnan(found["nan"]), found
    equal((found["up"], found["down"], found["zero"], found["tiny"]), (LARGEST, -LARGEST, 0.0, 5e-324))
    assert math.isnan(lab.client.get_metric_history(run, "nan")[0].value)


def test_the_newest_point_is_of_the_largest_step(lab):
    run = lab.client.create_run(lab.experiment("newest")).info.run_id
    for step, time, value in ((5, 10, 1.0), (3, 99, 9.0), (5, 11, 0.0), (5, 11, 2.0), (5, 11, 1.0)):
        lab.client.log_metric(run, "m", value, timestamp=time, step=step)
    equal(lab.client.get_run(run).data.metrics, {"m": 2.0})


def test_histories_of_many_runs(lab):
    experiment = lab.experiment("bulk")
    runs = [lab.client.create_run(experiment).info.run_id for _ in range(3)]
    for number, run in enumerate(runs):
        lab.client.log_batch(run, metrics=[Metric("m", number + step / 100, 1000 + step, step) for step in range(50)])
    query = [*(("run_id", run) for run in runs), ("metric_key", "m")]
    found = lab.ask("GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk", query=query)["metrics"]
    equal(len(found), 150)
    equal({run: [point["step"] for point in found if point["run_id"] == run] for run in runs},
          {run: list(range(50)) for run in runs})


def test_thinned_histories(lab):
    """Thinned by steps, the same steps for all runs, the first and the last among them."""
    experiment = lab.experiment("thinned")
    runs = [lab.client.create_run(experiment).info.run_id for _ in range(2)]
    for run in runs:
        lab.client.log_batch(run, metrics=[Metric("m", step, 1000 + step, step) for step in range(1000)])
    query = [*(("run_ids", run) for run in runs), ("metric_key", "m"), ("max_results", 20)]
    for road in ("/api/2.0/mlflow/", "/ajax-api/2.0/mlflow/"):
        found = lab.ask("GET", f"{road}metrics/get-history-bulk-interval", query=query)["metrics"]
        steps = {run: [point["step"] for point in found if point["run_id"] == run] for run in runs}
        equal(steps[runs[0]], steps[runs[1]])
        assert 15 <= len(steps[runs[0]]) <= 25, len(steps[runs[0]])
        equal((steps[runs[0]][0], steps[runs[0]][-1]), (0, 999))
    stretch = lab.ask("GET", f"{API}metrics/get-history-bulk-interval",
                      query=[*query, ("start_step", 100), ("end_step", 120)])["metrics"]
    assert all(100 <= point["step"] <= 120 for point in stretch) and stretch
