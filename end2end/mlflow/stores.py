"""Fills a tracking store with MLflow's real client, and tells everything that a store has.

    python stores.py fill URI [--small]     (--small is what crates/platform/src/moving/tests/store was made with)
    python stores.py tell URI               (JSON; the token, if one is needed, is in MLFLOW_TRACKING_TOKEN)

A program of its own, because the client knows one store in a process.
"""

import hashlib
import json
import math
import os
import pathlib
import sys
import tempfile
import warnings

os.environ.update({"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_ALLOW_FILE_STORE": "true",
                   "GIT_PYTHON_REFRESH": "quiet", "MPLBACKEND": "Agg", "MLFLOW_LOGGING_LEVEL": "ERROR",
                   "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false", "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
                   "MLFLOW_REQUIREMENTS_INFERENCE_RAISE_ERRORS": "false"})
warnings.simplefilter("ignore")

import mlflow
from mlflow.entities import Dataset, DatasetInput, InputTag, LoggedModelOutput, Metric, Param, RunTag, ViewType

POINTS = 10_000
EPOCH = 1_600_000_000_000
# A database of MLflow's keeps the infinities as the largest numbers.
LARGEST = sys.float_info.max


def fill(small):
    client = mlflow.MlflowClient()
    odd = client.create_experiment('Études: "weird" #1 - {x}: ' + "long " * 30 + "name", tags={"mlflow.note.content": "a\n\nb: 'c'"})
    mlflow.set_experiment(experiment_id=odd)
    with mlflow.start_run(run_name="ünï: yes", tags={"a": "x\ny", "b": "null", "mlflow.note.content": "# Title\n\n* item"}) as parent:
        mlflow.log_params({"p": "1", "q/sub": "ä\nzwei", "yes": "true", "empty": "", "long": "x" * 3000})
        for step, value in enumerate([1.5, math.nan, math.inf, -math.inf, 1e-320, 0.1 + 0.2, -0.0]):
            mlflow.log_metric("odd values", value, step=step)
        mlflow.log_metric("deep/er metric", 2.0, step=-3)
        source = Dataset("tiny set", "91ebaacb", "code", '{"tags": {"mlflow.user": "' + "u" * 90 + '"}}', "[1, 2]", None)
        client.log_inputs(parent.info.run_id, [DatasetInput(source, [InputTag("mlflow.data.context", "training"),
                                                                     InputTag("yes", "no: 'x'")])])
        mlflow.log_text("hello", "notes/ä text.txt")
        mlflow.log_text("", "empty.txt")
        with mlflow.start_run(nested=True, run_name="child") as child:
            mlflow.log_metric("m", 0.5)
    model = client.create_logged_model(odd, name="classifier", source_run_id=parent.info.run_id, tags={"t": "1"},
                                       params={"depth": "3"}, model_type="Agent")
    client.finalize_logged_model(model.model_id, "READY")
    client.log_outputs(parent.info.run_id, [LoggedModelOutput(model.model_id, 4)])
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "weights.bin").write_bytes(bytes(range(256)) * (4 if small else 20_000))
        pathlib.Path(folder, "MLmodel").write_text(f"flavors: {{}}\nmodel_id: {model.model_id}\n")
        client.log_model_artifacts(model.model_id, folder)
        client.log_artifacts(parent.info.run_id, folder, "model")
    client.log_batch(child.info.run_id, [Metric("accuracy", 0.75, EPOCH, 0, model_id=model.model_id)])
    registered(client, parent.info.run_id, model.model_id)
    ends(client, odd)
    gone = client.create_experiment("gone")
    client.log_param(client.create_run(gone).info.run_id, "p", "1")
    client.delete_experiment(gone)
    if not small:
        client.log_batch(child.info.run_id, params=[Param(f"param {n}", str(n)) for n in range(90)])
        for first in range(0, POINTS, 1000):
            points = [Metric("loss", 1 / (1 + step), EPOCH + step, step) for step in range(first, first + 1000)]
            client.log_batch(child.info.run_id, points)
        many(client)
        learn()


def registered(client, run, model):
    name = "Klasse ä 'x'"
    client.create_registered_model(name, tags={"k": "v", "multi": "a\nb"}, description="Line one.\n\nLine two: \"quoted\"")
    client.create_model_version(name, f"models:/{model}", run, tags={"vk": "vv"}, model_id=model)
    client.create_model_version(name, f"{client.get_run(run).info.artifact_uri}/model", run, description="the second")
    client.create_model_version(name, f"{client.get_run(run).info.artifact_uri}/model", run)
    client.transition_model_version_stage(name, "2", "Production")
    client.set_registered_model_alias(name, "champion", "2")
    client.set_registered_model_alias(name, "next one".replace(" ", "-"), "1")
    client.delete_model_version(name, "3")
    client.create_registered_model("without versions")


def ends(client, experiment):
    for status in ("FAILED", "KILLED"):
        client.set_terminated(client.create_run(experiment, EPOCH).info.run_id, status, EPOCH + 5)
    client.update_run(client.create_run(experiment, EPOCH + 1, run_name="waits").info.run_id, "SCHEDULED")
    client.create_run(experiment, EPOCH + 2, run_name="goes on")
    deleted = client.create_run(experiment, EPOCH + 3, run_name="deleted")
    client.log_metric(deleted.info.run_id, "m", 1.0, EPOCH)
    client.log_text(deleted.info.run_id, "kept", "kept.txt")
    client.delete_run(deleted.info.run_id)


def many(client):
    """More runs than a page of any reader."""
    experiment = client.create_experiment("many runs")
    for number in range(620):
        run = client.create_run(experiment, EPOCH + number, {"n": str(number)}, f"run {number}").info.run_id
        client.log_batch(run, [Metric("m", number / 7, EPOCH, 0)], [Param("p", str(number))])


def learn():
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV

    mlflow.set_experiment("autologged")
    mlflow.sklearn.autolog(max_tuning_runs=3, silent=True)
    with mlflow.start_run(run_name="search"):
        GridSearchCV(LogisticRegression(max_iter=50), {"C": [0.1, 1, 10]}, cv=2).fit(*load_iris(return_X_y=True))
        mlflow.sklearn.log_model(LogisticRegression().fit([[0], [1]], [0, 1]), name="small", registered_model_name="iris",
                                 serialization_format="skops")


def tell():
    client = mlflow.MlflowClient()
    told = {"experiments": {}, "runs": {}, "models": {}, "registered": {}}
    for experiment in pages(lambda token: client.search_experiments(ViewType.ALL, page_token=token)):
        told["experiments"][experiment.experiment_id] = {
            "name": experiment.name, "stage": experiment.lifecycle_stage, "tags": experiment.tags,
            "created": experiment.creation_time}
        found = pages(lambda token: client.search_runs([experiment.experiment_id], run_view_type=ViewType.ALL, page_token=token))
        for run in found:
            told["runs"][run.info.run_id] = told_run(client, run)
        for model in pages(lambda token: client.search_logged_models([experiment.experiment_id], page_token=token)):
            told["models"][model.model_id] = told_model(client, model)
    for model in pages(lambda token: client.search_registered_models(page_token=token)):
        told["registered"][model.name] = told_registered(client, model)
    json.dump(told, sys.stdout, sort_keys=True)


def pages(ask):
    token, found = None, []
    while True:
        page = ask(token)
        found.extend(page)
        token = page.token
        if not token:
            return found


def number(value):
    """As text: NaN is unequal to itself. There is one zero."""
    return "NaN" if math.isnan(value) else repr(max(-LARGEST, min(LARGEST, value)) + 0.0)


def told_run(client, run):
    info, data, inputs = run.info, run.data, run.inputs
    # A point is kept once, however often it was sent.
    points = {key: sorted({(point.timestamp, point.step, number(point.value)) for point in client.get_metric_history(info.run_id, key)})
              for key in data.metrics}
    datasets = [{**dict(one.dataset), "tags": {tag.key: tag.value for tag in one.tags}} for one in inputs.dataset_inputs]
    return {
        "experiment": info.experiment_id, "name": info.run_name, "status": info.status, "start": info.start_time,
        "end": info.end_time, "stage": info.lifecycle_stage, "user": info.user_id, "params": data.params, "tags": data.tags,
        "latest": {key: number(value) for key, value in data.metrics.items()},
        "points": points, "datasets": sorted(datasets, key=lambda one: (one["name"], one["digest"])),
        "models_in": sorted(one.model_id for one in inputs.model_inputs or []),
        "models_out": sorted((one.model_id, one.step) for one in (run.outputs.model_outputs if run.outputs else [])),
        "files": files(client.list_artifacts, lambda path: client.download_artifacts(info.run_id, path), info.run_id)}


def told_model(client, model):
    return {
        "name": model.name, "type": model.model_type or "", "run": model.source_run_id, "status": str(model.status),
        "params": model.params, "tags": {key: value for key, value in model.tags.items() if key != "mlflow.modelVersions"},
        "created": model.creation_timestamp, "updated": model.last_updated_timestamp,
        "metrics": sorted((one.key, one.timestamp, one.step, number(one.value), one.run_id) for one in model.metrics or []),
        "files": hashes(mlflow.artifacts.download_artifacts(artifact_uri=f"models:/{model.model_id}"))}


def hashes(folder):
    folder = pathlib.Path(folder)
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "registered_model_meta"}


def files(list_of, fetch, owner):
    """Every file with its SHA-256."""
    found, folders = {}, [None]
    while folders:
        for entry in list_of(owner, folders.pop()):
            if entry.is_dir:
                folders.append(entry.path)
            else:
                fetched = pathlib.Path(fetch(entry.path))
                found[entry.path] = hashlib.sha256(fetched.read_bytes()).hexdigest()
    return found


def told_registered(client, model):
    versions = {}
    quote = '"' if "'" in model.name else "'"
    for one in client.search_model_versions(f"name={quote}{model.name}{quote}"):
        held = hashes(mlflow.artifacts.download_artifacts(artifact_uri=client.get_model_version_download_uri(model.name, one.version)))
        versions[str(one.version)] = {
            "description": one.description or "", "stage": one.current_stage, "tags": one.tags, "run": one.run_id,
            "created": one.creation_timestamp, "files": held}
    return {"description": model.description or "", "tags": model.tags, "created": model.creation_timestamp,
            "aliases": {alias: str(version) for alias, version in model.aliases.items()}, "versions": versions}


if __name__ == "__main__":
    mlflow.set_tracking_uri(sys.argv[2])
    if sys.argv[1] == "fill":
        fill("--small" in sys.argv)
    else:
        tell()
