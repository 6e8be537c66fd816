"""scikit-learn's autologging: one fit, a pipeline, and a grid search with its child runs."""

import numpy
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lab import equal


def test_one_fit(lab):
    experiment = lab.experiment("autolog")
    features, classes = load_iris(return_X_y=True, as_frame=True)
    lab.mlflow.sklearn.autolog()
    try:
        with lab.mlflow.start_run() as active:
            model = LogisticRegression(C=0.5, max_iter=200).fit(features, classes)
            model.score(features, classes)
    finally:
        lab.mlflow.sklearn.autolog(disable=True)
    run = lab.client.get_run(active.info.run_id)
    equal((run.data.params["C"], run.data.params["max_iter"], run.data.tags["estimator_name"]),
          ("0.5", "200", "LogisticRegression"))
    assert run.data.metrics["training_accuracy_score"] > 0.9
    assert any(key.startswith("LogisticRegression_score") for key in run.data.metrics), run.data.metrics
    equal([given.dataset.name for given in run.inputs.dataset_inputs][:1], ["dataset"])
    assert "training_confusion_matrix.png" in [file.path for file in lab.client.list_artifacts(run.info.run_id)]
    logged = lab.client.search_logged_models([experiment])
    equal([found.source_run_id for found in logged], [run.info.run_id])
    loaded = lab.mlflow.sklearn.load_model(f"models:/{logged[0].model_id}")
    assert numpy.array_equal(loaded.predict(features), model.predict(features))


def test_a_grid_search(lab):
    experiment = lab.experiment("grid search")
    features, classes = load_iris(return_X_y=True)
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=200))
    search = GridSearchCV(pipeline, {"logisticregression__C": [0.01, 0.1, 1.0, 10.0]}, cv=3)
    lab.mlflow.sklearn.autolog(max_tuning_runs=4)
    try:
        with lab.mlflow.start_run(run_name="grid") as active:
            search.fit(features, classes)
    finally:
        lab.mlflow.sklearn.autolog(disable=True)
    parent = lab.client.get_run(active.info.run_id)
    equal(float(parent.data.params["best_logisticregression__C"]), search.best_params_["logisticregression__C"])
    assert abs(parent.data.metrics["best_cv_score"] - search.best_score_) < 1e-12
    children = lab.client.search_runs([experiment], f"tags.mlflow.parentRunId = '{parent.info.run_id}'",
                                      order_by=["metrics.mean_test_score DESC"])
    equal(sorted(float(child.data.params["logisticregression__C"]) for child in children), [0.01, 0.1, 1.0, 10.0])
    assert abs(children[0].data.metrics["mean_test_score"] - search.best_score_) < 1e-12
    equal({child.info.status for child in children}, {"FINISHED"})
    files = [file.path for file in lab.client.list_artifacts(parent.info.run_id)]
    assert "cv_results.csv" in files, files
    best = lab.client.search_logged_models([experiment], filter_string="name = 'best_estimator'")
    equal(len(best), 1)
    loaded = lab.mlflow.sklearn.load_model(best[0].model_uri)
    assert numpy.array_equal(loaded.predict(features), search.predict(features))
