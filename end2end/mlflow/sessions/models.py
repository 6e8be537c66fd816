"""A model's way: trained, logged, loaded, registered, aliased, staged, copied; predictions stay the same all along."""

import numpy
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from lab import equal


def logged(lab, what, estimator=None, **more):
    """A fitted model, its features, and what logging it gave."""
    lab.experiment(what)
    features, classes = load_iris(return_X_y=True)
    estimator = LogisticRegression(max_iter=200) if estimator is None else estimator
    model = estimator.fit(features, classes)
    with lab.mlflow.start_run() as active:
        info = lab.mlflow.sklearn.log_model(model, name="model", input_example=features[:2], pip_requirements=["scikit-learn"],
                                            **more)
    return model, features, info, active.info.run_id


def same(lab, uri, model, features):
    assert numpy.array_equal(lab.mlflow.sklearn.load_model(uri).predict(features), model.predict(features)), uri


def test_log_and_load(lab):
    model, features, info, run = logged(lab, "log and load", params={"trees": 5}, tags={"kind": "test"},
                                        model_type="classifier")
    same(lab, info.model_uri, model, features)
    same(lab, f"models:/{info.model_id}", model, features)
    same(lab, f"runs:/{run}/model", model, features)
    anything = lab.mlflow.pyfunc.load_model(info.model_uri)
    assert numpy.array_equal(anything.predict(features), model.predict(features))
    kept = lab.client.get_logged_model(info.model_id)
    equal((kept.name, kept.source_run_id, str(kept.status), kept.model_type), ("model", run, "READY", "classifier"))
    equal((kept.params, kept.tags["kind"]), ({"trees": "5"}, "test"))
    equal([output.model_id for output in lab.client.get_run(run).outputs.model_outputs], [info.model_id])
    files = {file.path for file in lab.client.list_logged_model_artifacts(info.model_id)}
    assert {"MLmodel", "requirements.txt", "serving_input_example.json"} <= files, files
    assert lab.mlflow.models.get_model_info(info.model_uri).signature is not None


def test_register_and_alias(lab):
    model, features, info, run = logged(lab, "register")
    other, _, other_info, _ = logged(lab, "register", LogisticRegression(C=1e-4))
    name = lab.name("classifier")
    first = lab.mlflow.register_model(info.model_uri, name, tags={"a": "1"})
    second = lab.mlflow.register_model(other_info.model_uri, name)
    equal((str(first.version), str(second.version), first.run_id, first.status), ("1", "2", run, "READY"))
    equal(lab.client.get_model_version(name, "1").tags, {"a": "1"})
    same(lab, f"models:/{name}/1", model, features)
    same(lab, f"models:/{name}/2", other, features)
    same(lab, f"models:/{name}/latest", other, features)
    lab.client.set_registered_model_alias(name, "champion", "1")
    same(lab, f"models:/{name}@champion", model, features)
    equal(str(lab.client.get_model_version_by_alias(name, "champion").version), "1")
    lab.client.set_registered_model_alias(name, "champion", "2")
    same(lab, f"models:/{name}@champion", other, features)
    equal(lab.client.get_registered_model(name).aliases, {"champion": "2"})
    equal(list(lab.client.get_model_version(name, "2").aliases), ["champion"])
    lab.client.delete_registered_model_alias(name, "champion")
    with lab.refused("INVALID_PARAMETER_VALUE"):
        lab.client.get_model_version_by_alias(name, "champion")


def test_register_while_logging(lab):
    name = lab.name("at once")
    model, features, info, _ = logged(lab, "at once", registered_model_name=name)
    same(lab, f"models:/{name}/1", model, features)
    equal(lab.client.get_model_version(name, "1").source, f"models:/{info.model_id}")


def test_register_from_a_run(lab):
    model, features, _, run = logged(lab, "from a run")
    name = lab.name("from a run")
    lab.mlflow.register_model(f"runs:/{run}/model", name)
    same(lab, f"models:/{name}/1", model, features)


def test_copy_a_version(lab):
    model, features, info, run = logged(lab, "copy")
    name, copy = lab.name("original"), lab.name("copy")
    lab.mlflow.register_model(info.model_uri, name)
    lab.client.set_registered_model_alias(name, "best", "1")
    made = lab.client.copy_model_version(f"models:/{name}@best", copy)
    equal((made.name, str(made.version), made.run_id), (copy, "1", run))
    same(lab, f"models:/{copy}/1", model, features)
    equal(str(lab.client.copy_model_version(f"models:/{name}/1", copy).version), "2")
