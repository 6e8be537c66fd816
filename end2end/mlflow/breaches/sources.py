"""Where models and experiments may say that their files lie: nowhere but in what is their own."""

from holes import refused
from lab import equal, only_chorale
from story import API


def sources(ground):
    root = f"mlflow-artifacts:/{ground.experiment}/{ground.run}/artifacts"
    return [
        "/etc", "/etc/passwd", "etc/passwd", "./x", "../x", "../../../etc/passwd", "file:///etc/passwd", "file:/etc/passwd",
        "file:etc/passwd", "FILE:///etc/passwd", "file://localhost/etc/passwd", "file:///etc/%2e%2e/etc/passwd",
        "mlflow-artifacts:/../../etc", "mlflow-artifacts://host:1/../../../etc", "mlflow-artifacts:/..%2f..%2fetc",
        f"{root}/../../{ground.neighbour}/artifacts", f"{root}/..%2f..%2f{ground.neighbour}/artifacts", f"{root}/%252e%252e/x",
        f"{root}?x=/../..", f"{root}#/../..", f"mlflow-artifacts:/{ground.experiment}/{ground.neighbour}/artifacts/folder",
        f"mlflow-artifacts:/{ground.experiment}", "mlflow-artifacts:/", f"{root[:-4]}",
        f"runs:/{ground.neighbour}/folder", f"runs:/{ground.run}/../{ground.neighbour}/artifacts",
        f"runs:/{ground.run}/..%2f..%2fx", f"runs://evil.example/{ground.run}/folder", "models:/m-" + "0" * 32,
        f"models://evil.example/{ground.model}", "http://127.0.0.1/../../../x", "s3:/bucket/../../x",
    ]


def test_sources_of_versions(ground):
    for source in sources(ground):
        body = {"name": ground.registered, "source": source, "run_id": ground.run}
        refused(ground.mine.send("POST", API + "model-versions/create", body), f"source {source}")
        if not source.startswith(f"runs:/{ground.run}"):
            refused(ground.mine.send("POST", API + "model-versions/create", {"name": ground.registered, "source": source}),
                    f"source {source}, no run")
    found = ground.mine.send("GET", API + "model-versions/search", query={"filter": f"name = '{ground.registered}'"}).json()
    equal([version["version"] for version in found["model_versions"]], ["1"])


def test_schemes_of_versions(ground):
    """Chorale serves what lies in it, and fetches nothing on a model's behalf."""
    only_chorale(ground)
    for source in ("ftp://evil.example/x", "sftp://evil.example/x", "http://127.0.0.1:1/x",
                   f"mlflow-artifacts:/{ground.experiment}/{ground.run}/artifacts/..\\..\\x", "https://evil.example/x",
                   "hdfs://evil/x", "dbfs:/x", "javascript:alert(1)", "data:text/html,x", "x:/y", "gopher://evil.example/x"):
        refused(ground.mine.send("POST", API + "model-versions/create", {"name": ground.registered, "source": source}),
                f"source {source}")


def test_a_model_that_is_not_the_sources(ground):
    other = ground.made(ground.mine, "logged-models",
                        {"experiment_id": ground.experiment, "name": "other"})["model"]["info"]["model_id"]
    for body in ({"source": f"models:/{ground.model}", "model_id": other},
                 {"source": f"mlflow-artifacts:/{ground.experiment}/models/{ground.model}/artifacts", "model_id": other},
                 {"source": f"mlflow-artifacts:/{ground.experiment}/models/{ground.model}/artifacts/../../{other}/artifacts",
                  "model_id": ground.model}):
        refused(ground.mine.send("POST", API + "model-versions/create", {"name": ground.registered, **body}), f"{body}")


def test_locations_of_experiments(ground):
    """An experiment's files lie where the server puts them, or in an object store of the client's own."""
    only_chorale(ground)
    for location in ("file:///etc", "/etc", "./x", "../x", "ftp://evil.example/x", "http://evil.example/x",
                     "https://evil.example/x", "mlflow-artifacts:/../..", "mlflow-artifacts:/..%2f..",
                     f"mlflow-artifacts:/{ground.experiment}",
                     f"mlflow-artifacts:/{ground.experiment}/{ground.run}", "mlflow-artifacts:/x?y=/../..",
                     "mlflow-artifacts:/x#/../..", "mlflow-artifacts://evil.example/x", "s3://bucket/../x", "s3://b/%2e%2e", "x" * 5000,
                     "javascript:alert(1)"):
        answer = ground.mine.send("POST", API + "experiments/create",
                                  {"name": ground.name("located"), "artifact_location": location})
        refused(answer, f"artifact_location {location[:60]}")
        equal(answer.error_code, "INVALID_PARAMETER_VALUE", location[:60])


def test_runs_do_not_choose_their_place(ground):
    body = {"experiment_id": ground.experiment, "start_time": 1, "artifact_uri": "file:///etc", "artifactUri": "file:///etc",
            "tags": [{"key": "mlflow.artifactLocation", "value": "file:///etc"}]}
    answer = ground.mine.send("POST", API + "runs/create", body)
    if answer.status == 200:
        info = answer.json()["run"]["info"]
        equal(info["artifact_uri"], f"mlflow-artifacts:/{ground.experiment}/{info['run_id']}/artifacts")
        answer = ground.mine.send("GET", API + "artifacts/list", query={"run_id": info["run_id"], "path": "passwd"})
        assert not answer.json().get("files"), answer.body[:200]
    else:
        refused(answer, "a run with an artifact_uri")


def test_files_of_versions(ground):
    good = ground.mine.send("GET", "/model-versions/get-artifact",
                            query={"name": ground.registered, "version": "1", "path": "deep.txt"})
    equal(good.status, 200)
    for path in ("../secret.txt", "..%2fsecret.txt", "/etc/passwd", "..\\secret.txt", "../../../../../etc/passwd", ""):
        refused(ground.mine.send("GET", "/model-versions/get-artifact",
                                 query={"name": ground.registered, "version": "1", "path": path}), f"a version's {path}")
