"""Datasets of runs: a table logged as input, found again, searched by."""

import pandas

from lab import equal


def test_a_table_as_input(lab):
    experiment = lab.experiment("inputs")
    table = pandas.DataFrame({"length": [1.0, 2.0], "kind": ["a", "b"]})
    dataset = lab.mlflow.data.from_pandas(table, source="/data/flowers.csv", name="flowers", targets="kind")
    with lab.mlflow.start_run() as active:
        lab.mlflow.log_input(dataset, context="training", tags={"part": "1"})
        lab.mlflow.log_input(dataset, context="training")
    given = lab.client.get_run(active.info.run_id).inputs.dataset_inputs
    equal(len(given), 1)
    equal((given[0].dataset.name, given[0].dataset.digest, given[0].dataset.source_type), ("flowers", dataset.digest, "local"))
    equal({tag.key: tag.value for tag in given[0].tags}, {"mlflow.data.context": "training", "part": "1"})
    assert "length" in given[0].dataset.schema and "num_rows" in given[0].dataset.profile
    equal(lab.mlflow.data.get_source(given[0]).uri, "/data/flowers.csv")
    for text, wanted in (("dataset.name = 'flowers'", 1), ("dataset.name LIKE 'flow%'", 1), ("dataset.name = 'trees'", 0),
                         (f"dataset.digest = '{dataset.digest}'", 1), ("dataset.context = 'training'", 1),
                         ("dataset.context = 'evaluation'", 0), ("datasets.name IN ('flowers', 'trees')", 1),
                         ("dataset.name ILIKE 'FLOWERS' AND dataset.context != 'evaluation'", 1)):
        equal(len(lab.client.search_runs([experiment], text)), wanted, text)
    found = lab.ask("POST", "/ajax-api/2.0/mlflow/experiments/search-datasets",
                    {"experiment_ids": [experiment]})["dataset_summaries"]
    equal([(summary["name"], summary["digest"], summary["context"]) for summary in found],
          [("flowers", dataset.digest, "training")])


def test_one_dataset_of_many_runs(lab):
    lab.experiment("shared input")
    dataset = lab.mlflow.data.from_pandas(pandas.DataFrame({"a": [1]}), name="shared")
    runs = []
    for context in ("training", "evaluation"):
        with lab.mlflow.start_run() as active:
            lab.mlflow.log_input(dataset, context=context)
            lab.mlflow.log_metric("loss", 0.5, dataset=dataset)
        runs.append(active.info.run_id)
    for run, context in zip(runs, ("training", "evaluation")):
        given = lab.client.get_run(run).inputs.dataset_inputs
        equal([(one.dataset.name, one.tags[0].value) for one in given], [("shared", context)])
