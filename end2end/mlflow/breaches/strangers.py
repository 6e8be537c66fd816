"""Another organization: what is not yours answers exactly as what isn't. And nobody, without a token, gets nothing."""

import json
import re

from holes import SECRET, only_with_stranger, refused
from lab import equal, only_chorale
from story import API, ARTIFACTS

NO_RUN, NO_MODEL, NO_EXPERIMENT = "0" * 32, "m-" + "0" * 32, "987654321"


def questions(run, experiment, model, registered):
    """Everything that names an id: method, path, body, query."""
    metric, pair = {"key": "m", "value": 1, "timestamp": 1}, {"key": "k", "value": "v"}
    dataset = {"dataset": {"name": "d", "digest": "1", "source_type": "s", "source": "x"}}
    root = f"{experiment}/{run}/artifacts"
    posts = {
        "experiments/delete": {"experiment_id": experiment}, "experiments/restore": {"experiment_id": experiment},
        "experiments/update": {"experiment_id": experiment, "new_name": "taken over"},
        "experiments/set-experiment-tag": {"experiment_id": experiment, **pair},
        "experiments/delete-experiment-tag": {"experiment_id": experiment, "key": "k"},
        "runs/create": {"experiment_id": experiment, "start_time": 1},
        "runs/update": {"run_id": run, "status": "FAILED"}, "runs/delete": {"run_id": run}, "runs/restore": {"run_id": run},
        "runs/log-metric": {"run_id": run, **metric}, "runs/log-parameter": {"run_id": run, **pair},
        "runs/set-tag": {"run_id": run, **pair}, "runs/delete-tag": {"run_id": run, "key": "mlflow.runName"},
        "runs/log-batch": {"run_id": run, "metrics": [metric], "params": [pair], "tags": [pair]},
        "runs/log-inputs": {"run_id": run, "datasets": [dataset]},
        "runs/outputs": {"run_id": run, "models": [{"model_id": model, "step": 0}]},
        "runs/log-model": {"run_id": run, "model_json": json.dumps({"artifact_path": "x", "flavors": {},
            "utc_time_created": "x", "run_id": run})},
        "runs/search": {"experiment_ids": [experiment]}, "logged-models": {"experiment_id": experiment, "name": "taken"},
        "logged-models/search": {"experiment_ids": [experiment]},
        f"logged-models/{model}/params": {"model_id": model, "params": [pair]},
        "registered-models/rename": {"name": registered, "new_name": "taken over"},
        "registered-models/get-latest-versions": {"name": registered},
        "registered-models/set-tag": {"name": registered, **pair},
        "registered-models/alias": {"name": registered, "alias": "mine", "version": "1"},
        "model-versions/create": {"name": registered, "source": f"mlflow-artifacts:/{root}/folder", "run_id": run},
        "model-versions/transition-stage": {"name": registered, "version": "1", "stage": "Production"},
        "model-versions/set-tag": {"name": registered, "version": "1", **pair},
    }
    gets = [
        ("experiments/get", {"experiment_id": experiment}), ("runs/get", {"run_id": run}),
        ("metrics/get-history", {"run_id": run, "metric_key": "m"}),
        ("metrics/get-history-bulk-interval", {"run_ids": run, "metric_key": "m"}),
        ("artifacts/list", {"run_id": run}), (f"logged-models/{model}", {}),
        (f"logged-models/{model}/artifacts/directories", {}), ("registered-models/get", {"name": registered}),
        ("registered-models/alias", {"name": registered, "alias": "best"}),
        ("model-versions/get", {"name": registered, "version": "1"}),
        ("model-versions/get-download-uri", {"name": registered, "version": "1"}),
        ("model-versions/search", {"filter": f"name = '{registered}'"}),
        ("registered-models/search", {"filter": f"name = '{registered}'"}),
    ]
    changes = [
        ("PATCH", f"logged-models/{model}", {"model_id": model, "status": "LOGGED_MODEL_READY"}),
        ("PATCH", f"logged-models/{model}/tags", {"tags": [pair]}), ("DELETE", f"logged-models/{model}/tags/k", None),
        ("DELETE", f"logged-models/{model}", None), ("PATCH", "registered-models/update",
                                                     {"name": registered, "description": "x"}),
                                                     ("DELETE", "registered-models/delete", {"name": registered}),
        ("DELETE", "registered-models/delete-tag", {"name": registered, "key": "k"}),
        ("DELETE", "registered-models/alias", {"name": registered, "alias": "best"}),
        ("PATCH", "model-versions/update", {"name": registered, "version": "1", "description": "x"}),
        ("DELETE", "model-versions/delete", {"name": registered, "version": "1"}),
        ("DELETE", "model-versions/delete-tag", {"name": registered, "version": "1", "key": "k"}),
    ]
    for endpoint, body in posts.items():
        yield "POST", API + endpoint, body, None
    for endpoint, query in gets:
        yield "GET", API + endpoint, None, query
    for method, endpoint, body in changes:
        yield method, API + endpoint, body, None
    for folder in (root, f"{experiment}/models/{model}/artifacts"):
        yield "GET", f"{ARTIFACTS}artifacts/{folder}/secret.txt", None, None
        yield "GET", f"{ARTIFACTS}artifacts", None, {"path": folder}
        yield "PUT", f"{ARTIFACTS}artifacts/{folder}/secret.txt", b"overwritten", None
        yield "DELETE", f"{ARTIFACTS}artifacts/{folder}/secret.txt", None, None
        yield "DELETE", f"{ARTIFACTS}artifacts/{folder}", None, None
    yield "GET", f"{ARTIFACTS}artifacts", None, {"path": experiment}
    yield "DELETE", f"{ARTIFACTS}artifacts/{experiment}", None, None


def of_pages(run, model, registered):
    """What only MLflow's own pages ask, and not under /api."""
    yield "GET", "/get-artifact", None, {"run_id": run, "path": "secret.txt"}
    yield "GET", "/model-versions/get-artifact", None, {"name": registered, "version": "1", "path": "deep.txt"}
    yield "GET", f"/ajax-api/2.0/mlflow/logged-models/{model}/artifacts/files", None, {"artifact_file_path": "secret.txt"}
    yield "GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk", None, {"run_id": run, "metric_key": "m"}
    yield "POST", "/ajax-api/2.0/mlflow/upload-artifact?run_uuid=" + run + "&path=secret.txt", b"overwritten", None


def told(answer, **ids):
    """An answer without the ids in it, so that two can be the same."""
    text = answer.body.decode(errors="replace")
    # A model's id holds what could be a run's, and an experiment's is a number that could stand anywhere.
    for name, id in sorted(ids.items(), key=lambda pair: -len(pair[1])):
        text = re.sub(rf"(?<![\w-]){re.escape(id)}(?!\w)", f"<{name}>", text)
    return answer.status, answer.error_code, text


def test_not_yours_is_not_there(ground):
    only_with_stranger(ground)
    theirs = dict(run=ground.run, experiment=ground.experiment, model=ground.model, registered=ground.registered)
    nothing = dict(run=NO_RUN, experiment=NO_EXPERIMENT, model=NO_MODEL, registered="none such")
    pages = [{name: ids[name] for name in ("run", "model", "registered")} for ids in (theirs, nothing)]
    pairs = [*zip(questions(**theirs), questions(**nothing)), *zip(of_pages(**pages[0]), of_pages(**pages[1]))]
    for is_ajax in (False, True):
        for (method, path, body, query), (_, no_path, no_body, no_query) in pairs:
            if is_ajax:
                path, no_path = (one.replace("/api/", "/ajax-api/", 1) for one in (path, no_path))
            kind = {"Content-Type": "application/octet-stream"} if isinstance(body, bytes) else None
            answer = ground.stranger.send(method, path, body, kind, query)
            missing = ground.stranger.send(method, no_path, no_body, kind, no_query)
            what = f"{method} {path} {query or ''}"
            assert SECRET not in answer.body, f"{what}: {answer.body[:200]}"
            assert answer.status < 500 or answer.status == 501, f"{what}: {answer.status} {answer.body[:200]}"
            equal(told(answer, **theirs), told(missing, **nothing), what)
    ground.unharmed()
    run = ground.mine.send("GET", API + "runs/get", query={"run_id": ground.run}).json()["run"]
    equal((run["info"]["status"], run["info"]["lifecycle_stage"], run["data"].get("metrics"), run["data"].get("params")),
          ("RUNNING", "active", None, None))


def test_mixed_paths(ground):
    """A path of my experiment and their run, or the other way, belongs to nobody."""
    only_with_stranger(ground)
    experiment = ground.made(ground.stranger, "experiments/create", {"name": ground.name("stranger's")})["experiment_id"]
    run = ground.run_of(ground.stranger, experiment)
    ground.put(ground.stranger, f"{ARTIFACTS}artifacts/{experiment}/{run}/artifacts/secret.txt", b"the stranger's")
    for folder in (f"{experiment}/{ground.run}/artifacts", f"{ground.experiment}/{run}/artifacts",
                   f"{experiment}/models/{ground.model}/artifacts",
                   f"{experiment}/{run}/artifacts/../../../{ground.experiment}/{ground.run}/artifacts",
                   f"{experiment}/{run}", f"{experiment}/x/artifacts", f"x/{run}/artifacts"):
        for who in (ground.stranger, ground.mine):
            path = f"{ARTIFACTS}artifacts/{folder}/secret.txt"
            refused(who.send("GET", path), f"GET {path}")
            refused(who.send("PUT", path, b"overwritten", {"Content-Type": "application/octet-stream"}), f"PUT {path}")
    ground.unharmed()
    equal(ground.stranger.send("GET", f"{ARTIFACTS}artifacts/{experiment}/{run}/artifacts/secret.txt").body, b"the stranger's")


def test_nothing_is_brought_in(ground):
    """Their own run cannot be given my model, my dataset's model, my files."""
    only_with_stranger(ground)
    experiment = ground.made(ground.stranger, "experiments/create", {"name": ground.name("stranger's")})["experiment_id"]
    run, name = ground.run_of(ground.stranger, experiment), ground.name("stranger's")
    ground.made(ground.stranger, "registered-models/create", {"name": name})
    for endpoint, body, nothing in (
        ("runs/outputs", {"run_id": run, "models": [{"model_id": ground.model, "step": 0}]},
         {"run_id": run, "models": [{"model_id": NO_MODEL, "step": 0}]}),
        ("runs/log-inputs", {"run_id": run, "models": [{"model_id": ground.model}]},
         {"run_id": run, "models": [{"model_id": NO_MODEL}]}),
        ("runs/log-metric", {"run_id": run, "key": "m", "value": 1, "timestamp": 1, "model_id": ground.model},
         {"run_id": run, "key": "m", "value": 1, "timestamp": 1, "model_id": NO_MODEL}),
        ("logged-models", {"experiment_id": experiment, "source_run_id": ground.run, "name": "x"},
         {"experiment_id": experiment, "source_run_id": NO_RUN, "name": "x"}),
        ("model-versions/create", {"name": name, "source": f"models:/{ground.model}", "model_id": ground.model},
         {"name": name, "source": f"models:/{NO_MODEL}", "model_id": NO_MODEL}),
        ("model-versions/create", {"name": name, "source": f"models:/{ground.model}"},
         {"name": name, "source": f"models:/{NO_MODEL}"}),
        ("model-versions/create", {"name": name, "source": f"models:/{ground.registered}/1"},
         {"name": name, "source": "models:/none such/1"}),
        ("model-versions/create",
         {"name": name, "source": f"mlflow-artifacts:/{ground.experiment}/{ground.run}/artifacts/folder", "run_id": ground.run},
         {"name": name, "source": f"mlflow-artifacts:/{NO_EXPERIMENT}/{NO_RUN}/artifacts/folder", "run_id": NO_RUN}),
        ("model-versions/create",
         {"name": name, "source": f"mlflow-artifacts:/{ground.experiment}/{ground.run}/artifacts/folder", "run_id": run},
         {"name": name, "source": f"mlflow-artifacts:/{NO_EXPERIMENT}/{NO_RUN}/artifacts/folder", "run_id": run}),
    ):
        answer, missing = (ground.stranger.send("POST", API + endpoint, asked) for asked in (body, nothing))
        equal((answer.status, answer.error_code), (missing.status, missing.error_code), f"{endpoint} {body}")
        if answer.status == 200 and endpoint == "model-versions/create":
            version = answer.json()["model_version"]["version"]
            refused(ground.stranger.send("GET", "/model-versions/get-artifact",
                                         query={"name": name, "version": version, "path": "deep.txt"}), f"{endpoint} {body}")


def test_searches_find_their_own_alone(ground):
    only_with_stranger(ground)
    for method, endpoint, body, query in (
        ("POST", "experiments/search", {"max_results": 1000, "view_type": "ALL"}, None),
        ("GET", "registered-models/search", None, {"max_results": 1000}),
        ("GET", "model-versions/search", None, {"max_results": 1000}),
        ("POST", "runs/search", {"experiment_ids": [ground.experiment], "filter": f"run_id IN ('{ground.run}')",
                                 "run_view_type": "ALL"}, None),
                                 ("POST", "logged-models/search", {"experiment_ids": [ground.experiment]}, None),
    ):
        answer = ground.stranger.send(method, API + endpoint, body, query=query)
        equal(answer.status, 200, endpoint)
        for id in (ground.run, ground.model, ground.registered, SECRET.decode()):
            assert id.encode() not in answer.body, f"{endpoint} tells {id}"


def test_names_are_each_organizations_own(ground):
    only_with_stranger(ground)
    name = ground.name("shared")
    for who in (ground.mine, ground.stranger):
        ground.made(who, "experiments/create", {"name": name})
        ground.made(who, "registered-models/create", {"name": name})
    mine, theirs = (who.send("GET", API + "experiments/get-by-name",
                             query={"experiment_name": name}).json()["experiment"]["experiment_id"] for who in (ground.mine,
                                 ground.stranger))
    assert mine != theirs, mine
    equal([who.send("GET", API + "experiments/get",
                    query={"experiment_id": "0"}).json()["experiment"]["name"] for who in (ground.mine, ground.stranger)],
                    ["Default"] * 2)


def test_another_cannot_end_my_upload(ground):
    only_with_stranger(ground)
    folder = f"{ground.experiment}/{ground.run}/artifacts"
    begun = ground.mine.send("POST", f"{ARTIFACTS}mpu/create/{folder}", {"path": "parts.bin", "num_parts": 1})
    if begun.status in (404, 501):
        return
    equal(begun.status, 200, begun.body[:200])
    upload = begun.json()["upload_id"]
    body = {"path": "parts.bin", "upload_id": upload, "parts": [{"part_number": 1, "etag": "x", "url": "x"}]}
    missing = {**body, "upload_id": "none"}
    for verb in ("complete", "abort"):
        theirs = ground.stranger.send("POST", f"{ARTIFACTS}mpu/{verb}/{folder}", body)
        nothing = ground.stranger.send("POST", f"{ARTIFACTS}mpu/{verb}/{folder}", missing)
        equal((theirs.status, theirs.error_code), (nothing.status, nothing.error_code), verb)
        refused(theirs, verb)
        refused(ground.mine.send("POST", f"{ARTIFACTS}mpu/{verb}/{ground.experiment}/{ground.neighbour}/artifacts", body),
                f"{verb} in another run")
    equal(ground.mine.send("POST", f"{ARTIFACTS}mpu/abort/{folder}", body).status, 200, "my own abort")


def test_nobody_gets_nothing(ground):
    only_chorale(ground)
    pages = of_pages(ground.run, ground.model, ground.registered)
    asked = [*questions(ground.run, ground.experiment, ground.model, ground.registered), *pages]
    for method, path, body, query in asked:
        for road in (path, path.replace("/api/", "/ajax-api/", 1)):
            equal(ground.nobody.send(method, road, body, query=query).status, 401, f"{method} {road}")
    # A few: whoever guesses tokens may be slowed down.
    for authorization in ("Bearer nonsense", "Basic eDp4", "Bearer ", "nonsense"):
        answer = ground.nobody.send("GET", API + "runs/get", None, {"Authorization": authorization}, {"run_id": ground.run})
        equal(answer.status, 401, authorization)
    ground.unharmed()
