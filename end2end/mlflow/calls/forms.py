"""Bodies of the wrong form, at every endpoint: fields missing or of the wrong type, and bodies that are no JSON object."""

from story import API, PAST_MS

# Each endpoint with a body that is right; strings, numbers, flags and lists tell of which type a field is.
POSTS = {
    "experiments/create": {"name": "{{world}} forms", "artifact_location": "", "tags": []},
    "experiments/delete": {"experiment_id": "987654321"},
    "experiments/restore": {"experiment_id": "987654321"},
    "experiments/update": {"experiment_id": "{{experiment F}}", "new_name": "{{world}} F"},
    "experiments/search": {"filter": "name = '{{world}} F'", "max_results": 5, "order_by": [], "page_token": "",
                           "view_type": "ALL"},
    "experiments/set-experiment-tag": {"experiment_id": "{{experiment F}}", "key": "k", "value": "v"},
    "experiments/delete-experiment-tag": {"experiment_id": "{{experiment F}}", "key": "k"},
    "runs/create": {"experiment_id": "{{experiment F}}", "user_id": "u", "run_name": "forms", "start_time": PAST_MS,
                    "tags": []},
    "runs/update": {"run_id": "{{run f}}", "status": "RUNNING", "end_time": PAST_MS, "run_name": "forms"},
    "runs/delete": {"run_id": "0" * 32},
    "runs/restore": {"run_id": "0" * 32},
    "runs/search": {"experiment_ids": ["{{experiment E}}"], "filter": "attributes.run_name = 'none'", "run_view_type": "ALL",
                    "max_results": 5, "order_by": [], "page_token": ""},
    "runs/log-metric": {"run_id": "{{run f}}", "key": "k", "value": 1.0, "timestamp": PAST_MS, "step": 0, "model_id": "",
                        "dataset_name": "", "dataset_digest": ""},
    "runs/log-parameter": {"run_id": "{{run f}}", "key": "k", "value": "v"},
    "runs/log-batch": {"run_id": "{{run f}}", "metrics": [], "params": [], "tags": []},
    "runs/set-tag": {"run_id": "{{run f}}", "key": "k", "value": "v"},
    "runs/delete-tag": {"run_id": "{{run f}}", "key": "k"},
    "runs/log-inputs": {"run_id": "{{run f}}", "datasets": [], "models": []},
    "runs/outputs": {"run_id": "{{run f}}", "models": []},
    "runs/log-model": {"run_id": "{{run f}}", "model_json": "{}"},
    "logged-models": {"experiment_id": "{{experiment F}}", "name": "forms", "model_type": "t", "source_run_id": "",
                      "params": [], "tags": []},
    "logged-models/search": {"experiment_ids": ["{{experiment E}}"], "filter": "name = 'none'", "datasets": [],
                             "max_results": 5, "order_by": [], "page_token": ""},
    "registered-models/create": {"name": "{{world}} forms", "tags": [], "description": "d"},
    "registered-models/rename": {"name": "{{world}} none", "new_name": "{{world}} x"},
    "registered-models/get-latest-versions": {"name": "{{world}} none", "stages": []},
    "registered-models/set-tag": {"name": "{{world}} none", "key": "k", "value": "v"},
    "registered-models/alias": {"name": "{{world}} none", "alias": "x", "version": "1"},
    "model-versions/create": {"name": "{{world}} none", "source": "s3://bucket/x", "run_id": "", "tags": [], "run_link": "",
                              "description": "", "model_id": ""},
    "model-versions/transition-stage": {"name": "{{world}} none", "version": "1", "stage": "None",
                                        "archive_existing_versions": True},
    "model-versions/set-tag": {"name": "{{world}} none", "version": "1", "key": "k", "value": "v"},
}
PATCHES = {
    "registered-models/update": {"name": "{{world}} none", "description": "d"},
    "model-versions/update": {"name": "{{world}} none", "version": "1", "description": "d"},
}
DELETES = {
    "registered-models/delete": {"name": "{{world}} none"},
    "registered-models/delete-tag": {"name": "{{world}} none", "key": "k"},
    "registered-models/alias": {"name": "{{world}} none", "alias": "x"},
    "model-versions/delete": {"name": "{{world}} none", "version": "1"},
    "model-versions/delete-tag": {"name": "{{world}} none", "version": "1", "key": "k"},
}
# Of another type than the field's own, which is left out of these.
WRONG = {"text": "abc", "number": 5, "list": ["abc"], "mapping": {"a": 1}, "flag": True, "null": None}
BODIES = {"no JSON": "{\"a\": ", "nothing": "", "a list": "[]", "a text": "\"abc\"", "a number": "5", "null": "null",
          "twice encoded": "\"{}\"", "an empty object": "{}", "bytes that are no text": b"\xff\xfe{}"}


def tell(story):
    story.experiment("F")
    # Searches ask in an experiment where nothing is: what they find differs no more than the forms do.
    story.experiment("E")
    story.run("f", "F")
    for method, endpoints in (("POST", POSTS), ("PATCH", PATCHES), ("DELETE", DELETES)):
        for endpoint, body in endpoints.items():
            wrong_fields(story, method, endpoint, body)
            wrong_bodies(story, method, endpoint, body)
    wrong_roads(story)


def wrong_fields(story, method, endpoint, body):
    for field, right in body.items():
        without = {name: value for name, value in body.items() if name != field}
        ask(story, method, endpoint, f"without {field}", without)
        for kind, wrong in WRONG.items():
            if type(wrong) is not type(right) or kind == "null":
                ask(story, method, endpoint, f"{field} is a {kind}", {**body, field: wrong})


def wrong_bodies(story, method, endpoint, body):
    for name, text in BODIES.items():
        ask(story, method, endpoint, f"the body is {name}", text)
    ask(story, method, endpoint, "the body is a text's", body, {"Content-Type": "text/plain"})
    ask(story, method, endpoint, "the body's kind is unsaid", body, {"Content-Type": None})
    ask(story, method, endpoint, "the body's kind has a charset", body, {"Content-Type": "application/json; charset=utf-8"})


def ask(story, method, endpoint, name, body, headers=None):
    story.call(f"form {method} {endpoint}: {name}", method, API + endpoint, body, headers=headers)


def wrong_roads(story):
    for method, path in (("GET", "nothing/here"), ("POST", "nothing/here"), ("GET", "runs/create"), ("POST", "runs/get"),
                         ("PUT", "runs/create"), ("DELETE", "experiments/delete"), ("GET", "runs/search"),
                         ("POST", "metrics/get-history"), ("POST", "artifacts/list"), ("GET", "experiments/list"),
                         ("OPTIONS", "runs/create"), ("HEAD", "experiments/get?experiment_id={{experiment F}}")):
        story.call(f"road {method} {path}", method, API + path, {} if method in ("POST", "PUT", "DELETE") else None)
    for path in ("/health", "/version", "/api/3.0/mlflow/server-info", "/ajax-api/3.0/mlflow/server-info",
                 "/api/2.0/preview/mlflow/experiments/get?experiment_id={{experiment F}}", "/api/1.0/mlflow/experiments/get",
                 "/api/2.0/mlflow/runs/get/", "/api/2.0/mlflow//runs/get", "/api/2.0/mlflow/traces",
                 "/api/3.0/mlflow/traces/tr-x"):
        story.call(f"road {path}", "GET", path)
