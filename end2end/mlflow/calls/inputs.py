"""What a run read and made: datasets, models in, models out, and the model descriptions that old clients send."""

import json

from story import PAST_MS

DATASET = {"name": "iris", "digest": "abc123", "source_type": "local", "source": "{\"uri\": \"/data/iris.csv\"}",
           "schema": "{\"mlflow_colspec\": []}", "profile": "{\"num_rows\": 150}"}


def tell(story):
    story.experiment("I")
    story.run("i", "I", 0)
    story.run("j", "I", 1)
    # What one server may take and another refuse goes where nothing else looks.
    story.experiment("odd I")
    story.run("odd i", "odd I")
    datasets(story)
    odd_datasets(story)
    models_in_and_out(story)
    described(story)


def datasets(story):
    log = "runs/log-inputs"
    i = {"run_id": "{{run i}}"}
    training = [{"key": "mlflow.data.context", "value": "training"}]
    story.post("a dataset", log, {**i, "datasets": [{"dataset": DATASET, "tags": training}]})
    story.post("the same again", log, {**i, "datasets": [{"dataset": DATASET, "tags": training}]})
    story.post("the same in another run", log, {"run_id": "{{run j}}", "datasets": [{"dataset": DATASET}]})
    story.post("another digest, two tags", log, {**i, "datasets": [{"dataset": {**DATASET, "digest": "def456"}, "tags": [
        {"key": "mlflow.data.context", "value": "eval"}, {"key": "part", "value": "2"}]}]})
    story.post("only what is needed", log,
               {**i, "datasets": [{"dataset": {"name": "bare", "digest": "1", "source_type": "s", "source": "x"}}]})
    story.post("none", log, {**i, "datasets": []})
    story.post("nothing", log, i)
    for field, limit in (("name", 500), ("digest", 36), ("source", 65_535)):
        story.post(f"{field} of {limit}", log, {**i, "datasets": [{"dataset": {**DATASET, field: "x" * limit}}]})
        story.post(f"{field} of {limit + 1}", log, {**i, "datasets": [{"dataset": {**DATASET, field: "x" * (limit + 1)}}]})
    for field, limit in (("key", 255), ("value", 500)):
        tag = {"key": "k", "value": "v"}
        story.post(f"tag's {field} of {limit}", log,
                   {**i, "datasets": [{"dataset": {**DATASET, "digest": f"tag {field}"},
                                       "tags": [{**tag, field: "x" * limit}]}]})
        story.post(f"tag's {field} of {limit + 1}", log,
                   {**i, "datasets": [{"dataset": {**DATASET, "digest": f"tag {field} more"},
                                       "tags": [{**tag, field: "x" * (limit + 1)}]}]})
    story.post("none such run", log, {"run_id": "0" * 32, "datasets": [{"dataset": DATASET}]})
    story.get("with inputs", "runs/get", i)
    story.get("with a shared input", "runs/get", {"run_id": "{{run j}}"})
    find = "experiments/search-datasets"
    for name, body in (("of an experiment", {"experiment_ids": ["{{experiment I}}"]}), ("of none", {"experiment_ids": []}),
                       ("nothing asked", {}),
                       ("none such", {"experiment_ids": ["987654321"]}),
                       ("of 21", {"experiment_ids": ["{{experiment I}}"] * 21}),
                       ("of a text", {"experiment_ids": "{{experiment I}}"})):
        story.ajax(name, "POST", find, body=body)


def odd_datasets(story):
    log, odd = "runs/log-inputs", {"run_id": "{{run odd i}}"}
    for field in ("name", "digest", "source_type", "source"):
        without = {name: value for name, value in DATASET.items() if name != field}
        story.post(f"odd, without {field}", log, {**odd, "datasets": [{"dataset": without}]})
        story.post(f"odd, {field} empty", log, {**odd, "datasets": [{"dataset": {**DATASET, field: ""}}]})
    story.post("odd, a dataset of no dataset", log, {**odd, "datasets": [{"tags": [{"key": "a", "value": "b"}]}]})
    story.post("odd, 1001 datasets", log,
               {**odd, "datasets": [{"dataset": {**DATASET, "digest": str(n)}} for n in range(1001)]})


def models_in_and_out(story):
    i, odd = {"run_id": "{{run i}}"}, {"run_id": "{{run odd i}}"}
    story.post("for a run", "logged-models", {"experiment_id": "{{experiment I}}", "name": "made",
                                              "source_run_id": "{{run i}}"},
               keep={"model made": "model.info.model_id"})
    made = {"model_id": "{{model made}}"}
    story.post("a model", "runs/outputs", {**i, "models": [{**made, "step": 3}]})
    story.post("a model without step", "runs/outputs", {**odd, "models": [made]})
    story.post("the same again", "runs/outputs", {**odd, "models": [made]})
    story.post("another step", "runs/outputs", {**odd, "models": [{**made, "step": 4}]})
    story.post("none such model", "runs/outputs", {**odd, "models": [{"model_id": "m-" + "0" * 32, "step": 0}]})
    story.post("none", "runs/outputs", {**i, "models": []})
    story.post("nothing", "runs/outputs", i)
    story.post("none such run", "runs/outputs", {"run_id": "0" * 32, "models": [made]})
    story.post("a model", "runs/log-inputs", {"run_id": "{{run j}}", "models": [made]})
    story.post("a model again", "runs/log-inputs", {"run_id": "{{run j}}", "models": [made]})
    story.post("none such model", "runs/log-inputs", {**odd, "models": [{"model_id": "m-" + "0" * 32}]})
    story.post("a metric of a model", "runs/log-metric",
               {**i, "key": "acc", "value": 0.5, "timestamp": PAST_MS, "step": 1, **made})
    story.post("a metric of a model and a dataset", "runs/log-metric",
               {**i, "key": "loss", "value": 0.25, "timestamp": PAST_MS, "step": 1, **made,
                                                                        "dataset_name": "iris", "dataset_digest": "abc123"})
    story.post("metrics of a model", "runs/log-batch", {**i, "metrics": [
        {"key": "f1", "value": step / 4, "timestamp": PAST_MS + step, "step": step, **made} for step in range(3)]})
    story.get("with outputs", "runs/get", i)
    story.get("with a model in", "runs/get", {"run_id": "{{run j}}"})
    story.get("with metrics", "logged-models/{{model made}}")
    story.post("of a model and a dataset", "logged-models/search",
               {"experiment_ids": ["{{experiment I}}"], "filter": "metrics.loss < 1",
                                                                    "datasets": [{"dataset_name": "iris"}]})
    story.post("of another dataset", "logged-models/search",
               {"experiment_ids": ["{{experiment I}}"], "filter": "metrics.loss < 1",
                                                              "datasets": [{"dataset_name": "other"}]})
    story.post("of a digest", "logged-models/search", {"experiment_ids": ["{{experiment I}}"], "filter": "metrics.loss < 1",
                                                       "datasets": [{"dataset_name": "iris", "dataset_digest": "abc123"}]})
    story.post("of a dataset without name", "logged-models/search",
               {"experiment_ids": ["{{experiment I}}"], "filter": "metrics.loss < 1",
                                                                     "datasets": [{"dataset_digest": "abc123"}]})


def described(story):
    log = "runs/log-model"
    i = {"run_id": "{{run i}}"}
    model = {"artifact_path": "model", "flavors": {"sklearn": {"version": "1"}}, "utc_time_created": "2020-01-01 00:00:00",
             "run_id": "{{run i}}"}
    story.post("a model", log, {**i, "model_json": json.dumps(model)})
    story.post("a second", log, {**i, "model_json": json.dumps({**model, "artifact_path": "other"})})
    story.post("no JSON", log, {**i, "model_json": "{"})
    story.post("a list", log, {**i, "model_json": "[]"})
    story.post("a number", log, {**i, "model_json": "5"})
    for field in model:
        story.post(f"without {field}", log,
                   {**i, "model_json": json.dumps({name: value for name, value in model.items() if name != field})})
    story.post("none such run", log, {"run_id": "0" * 32, "model_json": json.dumps(model)})
    story.post("empty", log, {**i, "model_json": ""})
    story.get("with described models", "runs/get", i)
