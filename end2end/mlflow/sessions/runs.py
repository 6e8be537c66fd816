"""Runs through the client: logged to, nested, ended, renamed, deleted, restored, and what is refused."""

import time

from mlflow.entities import Metric, Param, RunTag, ViewType

from lab import equal


def test_a_run_lives(lab):
    experiment = lab.experiment("run lives")
    mlflow = lab.mlflow
    with mlflow.start_run(run_name="first", tags={"a": "1"}, description="what it is") as active:
        mlflow.log_param("depth", 3)
        mlflow.log_params({"rate": 0.1, "kind": "tree", "none": None})
        mlflow.log_metric("loss", 0.5, step=1)
        mlflow.log_metrics({"loss": 0.25, "accuracy": 0.75}, step=2)
        mlflow.set_tag("b", "2")
        mlflow.set_tags({"c": 3, "d": "x"})
        mlflow.delete_tag("d")
        equal(lab.client.get_run(active.info.run_id).info.status, "RUNNING")
    run = lab.client.get_run(active.info.run_id)
    equal((run.info.status, run.info.run_name, run.info.experiment_id, run.info.lifecycle_stage),
          ("FINISHED", "first", experiment, "active"))
    equal(run.data.params, {"depth": "3", "rate": "0.1", "kind": "tree", "none": "None"})
    equal(run.data.metrics, {"loss": 0.25, "accuracy": 0.75})
    equal({key: value for key, value in run.data.tags.items() if not key.startswith("mlflow.")}, {"a": "1", "b": "2", "c": "3"})
    equal((run.data.tags["mlflow.runName"], run.data.tags["mlflow.note.content"]), ("first", "what it is"))
    assert run.info.start_time <= run.info.end_time <= time.time() * 1000 + 1000
    equal(run.info.artifact_uri, f"mlflow-artifacts:/{experiment}/{run.info.run_id}/artifacts")


def test_runs_end_in_every_way(lab):
    experiment = lab.experiment("ends")
    for status in ("FINISHED", "FAILED", "KILLED"):
        run = lab.client.create_run(experiment).info.run_id
        lab.client.set_terminated(run, status, end_time=123_456)
        info = lab.client.get_run(run).info
        equal((info.status, info.end_time), (status, 123_456))
    run = lab.client.create_run(experiment, run_name="before").info.run_id
    lab.client.update_run(run, status="SCHEDULED", name="after")
    found = lab.client.get_run(run)
    equal((found.info.status, found.info.run_name, found.data.tags["mlflow.runName"]), ("SCHEDULED", "after", "after"))
    try:
        with lab.mlflow.start_run() as failing:
            raise ZeroDivisionError
    except ZeroDivisionError:
        equal(lab.client.get_run(failing.info.run_id).info.status, "FAILED")


def test_a_run_is_gone_on_with(lab):
    lab.experiment("resumed")
    with lab.mlflow.start_run() as first:
        lab.mlflow.log_metric("m", 1)
    with lab.mlflow.start_run(run_id=first.info.run_id):
        equal(lab.client.get_run(first.info.run_id).info.status, "RUNNING")
        lab.mlflow.log_metric("m", 2)
    equal(lab.client.get_run(first.info.run_id).data.metrics, {"m": 2.0})


def test_nested_runs(lab):
    experiment = lab.experiment("nested")
    with lab.mlflow.start_run(run_name="parent") as parent:
        children = []
        for number in range(3):
            with lab.mlflow.start_run(run_name=f"child {number}", nested=True) as child:
                lab.mlflow.log_metric("m", number)
                children.append(child.info.run_id)
    equal(lab.client.get_parent_run(children[0]).info.run_id, parent.info.run_id)
    found = lab.client.search_runs([experiment], f"tags.mlflow.parentRunId = '{parent.info.run_id}'",
                                   order_by=["metrics.m ASC"])
    equal([run.info.run_id for run in found], children)
    equal(lab.client.get_parent_run(parent.info.run_id), None)


def test_delete_and_restore(lab):
    experiment = lab.experiment("deleted")
    run = lab.client.create_run(experiment).info.run_id
    lab.client.log_metric(run, "m", 1)
    lab.client.delete_run(run)
    equal(lab.client.get_run(run).info.lifecycle_stage, "deleted")
    equal(len(lab.client.search_runs([experiment])), 0)
    equal(len(lab.client.search_runs([experiment], run_view_type=ViewType.DELETED_ONLY)), 1)
    with lab.refused("INVALID_PARAMETER_VALUE"):
        lab.client.log_metric(run, "m", 2)
    with lab.refused("INVALID_PARAMETER_VALUE"):
        lab.client.set_tag(run, "a", "b")
    lab.client.restore_run(run)
    lab.client.log_metric(run, "m", 3)
    equal(lab.client.get_run(run).data.metrics, {"m": 3.0})


def test_what_is_refused(lab):
    run = lab.client.create_run(lab.experiment("refusals")).info.run_id
    lab.client.log_param(run, "p", "1")
    lab.client.log_param(run, "p", "1")
    with lab.refused("INVALID_PARAMETER_VALUE"):
        lab.client.log_param(run, "p", "2")
    with lab.refused("INVALID_PARAMETER_VALUE"):
        lab.client.log_batch(run, params=[Param("q", "1"), Param("q", "2")])
    with lab.refused("INVALID_PARAMETER_VALUE"):
        lab.client.log_param(run, "k" * 251, "1")
    with lab.refused("INVALID_PARAMETER_VALUE"):
        lab.client.log_metric(run, "../m", 1)
    with lab.refused("RESOURCE_DOES_NOT_EXIST"):
        lab.client.log_metric("0" * 32, "m", 1)
    with lab.refused("RESOURCE_DOES_NOT_EXIST"):
        lab.client.delete_tag(run, "none")
    equal(lab.client.get_run(run).data.params, {"p": "1"})


def test_a_batch_twice_is_a_batch_once(lab):
    run = lab.client.create_run(lab.experiment("twice")).info.run_id
    batch = {"metrics": [Metric("m", step / 2, 1000 + step, step) for step in range(5)], "params": [Param("p", "1")],
             "tags": [RunTag("t", "x")]}
    for _ in range(2):
        lab.client.log_batch(run, **batch)
    equal([(point.step, point.value) for point in lab.client.get_metric_history(run, "m")],
          [(step, step / 2) for step in range(5)])
    equal((lab.client.get_run(run).data.params, lab.client.get_run(run).data.tags["t"]), ({"p": "1"}, "x"))


def test_logging_in_the_background(lab):
    """synchronous=False: the client's threads send batches while the notebook goes on."""
    run = lab.client.create_run(lab.experiment("background")).info.run_id
    waits = [lab.client.log_metric(run, "m", step, step=step, synchronous=False) for step in range(200)]
    waits += [lab.client.log_param(run, f"p{number}", number, synchronous=False) for number in range(50)]
    for wait in waits:
        wait.wait()
    equal(len(lab.client.get_metric_history(run, "m")), 200)
    equal(len(lab.client.get_run(run).data.params), 50)
