"""Logged models: made, finalized, given params and tags, listed, deleted, searched."""

from story import AJAX, ARTIFACTS, PAST_MS

NONE = "m-" + "0" * 32
STATUSES = ["LOGGED_MODEL_UPLOAD_FAILED", 1, 2, 3, "LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY"]
ODD_STATUSES = ["2", 9, "READY", "", None, True, "logged_model_ready"]
FILTERS = ["name = 'lm1'", "name != 'lm1'", "name LIKE 'lm%'", "name ILIKE 'LM%'", "name IN ('lm1', 'lm2')",
           "name NOT IN ('lm1')", "attributes.name = 'lm1'", "model_type = 'Agent'", "status = 'READY'", "status != 'READY'",
           "source_run_id = '{{run l}}'", "creation_timestamp > 0", "creation_time > 0", "last_updated_timestamp >= 0",
           "model_id = '{{model lm1}}'", "params.p = '1'", "params.p != '1'", "params.p LIKE '%'", "tags.t = 'x'",
           "tags.t IS NULL", "metrics.acc > 0.5", "metrics.acc < 0.5", "metrics.`acc` = 0.75",
           "name = 'lm1' AND params.p = '1'", "experiment_id = '1'", "attributes.status = 'PENDING'"]
BAD_FILTERS = ["name", "name > 'a'", "nothing = 'x'", "colour = 'x'", "metrics.acc = 'x'", "params.p > '1'", "params.p = 1",
               "name = 'a' OR name = 'b'", "(name = 'a')", "datasets.name = 'x'", "name = 'x", ";", "tags.t = t",
               "creation_timestamp = 'x'"]


def tell(story):
    story.experiment("L")
    story.experiment("odd L")
    story.run("l", "L")
    made(story)
    changed(story)
    searched(story)
    with_files(story)
    deleted(story)


def made(story):
    create = "logged-models"
    experiment = {"experiment_id": "{{experiment L}}"}
    story.post("everything", create, {**experiment, "name": "lm1", "model_type": "Agent", "source_run_id": "{{run l}}",
                                      "params": [{"key": "p", "value": "1"}],
                                      "tags": [{"key": "t", "value": "x"}]}, keep={"model lm1": "model.info.model_id"})
    story.post("only a name", create, {**experiment, "name": "lm2"}, keep={"model lm2": "model.info.model_id"})
    story.post("no name", create, {"experiment_id": "{{experiment odd L}}", "params": [{"key": "p", "value": "2"}]},
               keep={"model unnamed": "model.info.model_id"})
    story.post("the same name", create, {**experiment, "name": "lm2"}, keep={"model twin": "model.info.model_id"})
    # Not among those that are searched: a name that a server chooses has no place in an order.
    odd = {"experiment_id": "{{experiment odd L}}"}
    for name in ("", "a/b", "a:b", "a.b", "a%b", "a'b", "a\"b", "..", "n" * 300, "Ω"):
        story.post(f"name {name[:9]!r} of {len(name)}", create, {**odd, "name": name})
    story.post("none such experiment", create, {"experiment_id": "987654321", "name": "x"})
    story.post("no number", create, {"experiment_id": "abc", "name": "x"})
    story.post("no experiment", create, {"name": "x"})
    story.post("none such run", create, {**odd, "name": "x", "source_run_id": "0" * 32})
    story.post("101 params", create, {**odd, "name": "many", "params": [{"key": f"p{n}", "value": "1"} for n in range(101)]})
    story.post("a param's long value", create, {**odd, "name": "long", "params": [{"key": "p", "value": "v" * 6001}]})
    story.post("a param's long key", create, {**odd, "name": "long", "params": [{"key": "p" * 251, "value": "v"}]})
    story.post("a param twice", create, {**odd, "name": "twice",
                                         "params": [{"key": "p", "value": "1"}, {"key": "p", "value": "2"}]})
    story.post("a tag's long value", create, {**odd, "name": "long", "tags": [{"key": "p", "value": "v" * 8001}]})
    story.post("a tag twice", create, {**odd, "name": "twice",
                                       "tags": [{"key": "p", "value": "1"}, {"key": "p", "value": "2"}]})
    for name, model in (("lm1", "{{model lm1}}"), ("lm2", "{{model lm2}}"), ("unnamed", "{{model unnamed}}"),
                        ("none such", NONE), ("odd", "abc"), ("escaped", "..%2fx")):
        story.get(name, f"logged-models/{model}")
    story.call("ajax logged-models: lm1", "GET", AJAX + "logged-models/{{model lm1}}")


def changed(story):
    lm1 = "logged-models/{{model lm1}}"
    for status in STATUSES:
        story.patch(f"status {status!r}", lm1, {"model_id": "{{model lm1}}", "status": status})
    # What one server may take and another refuse: on a model that nothing else looks at.
    odd = "logged-models/{{model unnamed}}"
    for status in ODD_STATUSES:
        story.patch(f"odd status {status!r}", odd, {"model_id": "{{model unnamed}}", "status": status})
    story.patch("no model in the body", odd, {"status": "LOGGED_MODEL_READY"})
    story.patch("another model in the body", lm1, {"model_id": "{{model unnamed}}", "status": "LOGGED_MODEL_READY"})
    story.patch("none such", f"logged-models/{NONE}", {"model_id": NONE, "status": "LOGGED_MODEL_READY"})
    story.get("after its statuses", lm1)
    story.patch("two tags", f"{lm1}/tags", {"model_id": "{{model lm1}}",
                                            "tags": [{"key": "t", "value": "y"}, {"key": "new", "value": ""}]})
    story.patch("only tags in the body", f"{lm1}/tags", {"tags": [{"key": "alone", "value": "1"}]})
    story.patch("no tags", f"{lm1}/tags", {"tags": []})
    story.patch("nothing", f"{lm1}/tags", {})
    story.patch("odd, a long key", f"{odd}/tags", {"tags": [{"key": "k" * 251, "value": "1"}]})
    story.patch("odd, a long value", f"{odd}/tags", {"tags": [{"key": "k", "value": "v" * 8001}]})
    story.patch("none such", f"logged-models/{NONE}/tags", {"tags": [{"key": "k", "value": "1"}]})
    story.delete("there", f"{lm1}/tags/new")
    story.delete("gone", f"{lm1}/tags/new")
    story.delete("none such", f"logged-models/{NONE}/tags/new")
    story.post("a param", f"{lm1}/params", {"model_id": "{{model lm1}}", "params": [{"key": "q", "value": "2"}]})
    story.post("only params in the body", f"{lm1}/params", {"params": [{"key": "r", "value": "2"}]})
    story.post("the same again", f"{lm1}/params", {"model_id": "{{model lm1}}", "params": [{"key": "q", "value": "2"}]})
    story.post("changed", f"{lm1}/params", {"model_id": "{{model lm1}}", "params": [{"key": "q", "value": "3"}]})
    story.post("none such", f"logged-models/{NONE}/params", {"model_id": NONE, "params": [{"key": "q", "value": "3"}]})
    story.post("acc of lm1", "runs/log-metric", {"run_id": "{{run l}}", "key": "acc", "value": 0.75, "timestamp": PAST_MS,
                                                 "model_id": "{{model lm1}}"})
    story.post("acc of lm2", "runs/log-metric", {"run_id": "{{run l}}", "key": "acc", "value": 0.25, "timestamp": PAST_MS,
                                                 "model_id": "{{model lm2}}"})
    story.get("with a metric", lm1)


def searched(story):
    search = "logged-models/search"
    experiment = {"experiment_ids": ["{{experiment L}}"], "max_results": 20}
    story.post("all", search, experiment)
    for text in FILTERS:
        story.post(f"filter {text}", search, {**experiment, "filter": text})
    for text in BAD_FILTERS:
        story.post(f"bad filter {text}", search, {**experiment, "filter": text})
    for field in ("name", "creation_timestamp", "creation_time", "last_updated_timestamp", "metrics.acc", "params.p", "tags.t",
                  "status", "model_type", "source_run_id", "nothing", "", "metrics.none", "attributes.name"):
        for ascending in (True, False, None):
            order = {"field_name": field} if ascending is None else {"field_name": field, "ascending": ascending}
            story.post(f"order {field!r} {ascending}", search, {**experiment, "order_by": [order]})
    story.post("order by a dataset's metric", search,
               {**experiment, "order_by": [{"field_name": "metrics.acc", "ascending": True, "dataset_name": "d"}]})
    story.post("order by a digest alone", search, {**experiment,
                                                   "order_by": [{"field_name": "metrics.acc", "ascending": True,
                                                       "dataset_digest": "d"}]})
    story.post("order by no field", search, {**experiment, "order_by": [{"ascending": True}]})
    story.post("order is a text", search, {**experiment, "order_by": ["name"]})
    for most in (1, 2, 0, -1, 50, 51, 1000, "2", "x", 10**7):
        story.post(f"at most {most!r}", search, {"experiment_ids": ["{{experiment L}}"], "max_results": most},
                   keep={f"models page {most!r}": "next_page_token"})
    story.post("page 2", search, {"experiment_ids": ["{{experiment L}}"], "max_results": 2, "page_token": "{{models page 2}}"})
    story.post("page 2 of another question", search,
               {"experiment_ids": ["{{experiment L}}"], "max_results": 2, "filter": "name = 'lm1'",
                "page_token": "{{models page 2}}"})
    for token in ("abc", "", "e30="):
        story.post(f"page token {token!r}", search, {**experiment, "page_token": token})
    for name, ids in (("none", []), ("none such", ["987654321"]), ("no number", ["abc"]), ("a text", "1"), ("null", None)):
        story.post(f"of {name}", search, {"experiment_ids": ids})
    story.post("nothing asked", search, {})


def with_files(story):
    folder = ARTIFACTS + "artifacts/{{experiment L}}/models/{{model lm1}}/artifacts/"
    story.call("put a model's file", "PUT", folder + "MLmodel", b"x: 1\n", headers={"Content-Type": "application/octet-stream"})
    story.call("put a model's deeper file", "PUT", folder + "data/weights.bin", b"w",
               headers={"Content-Type": "application/octet-stream"})
    story.call("get a model's file", "GET", folder + "MLmodel")
    for path in (None, "data", "none", "..", "MLmodel"):
        story.get(f"of {path!r}", "logged-models/{{model lm1}}/artifacts/directories",
                  {} if path is None else {"artifact_directory_path": path})
    story.get("none such", f"logged-models/{NONE}/artifacts/directories")
    for path in ("MLmodel", "data/weights.bin", "none", "../x", "data", ""):
        story.call(f"pages get a model's {path!r}", "GET", AJAX + "logged-models/{{model lm1}}/artifacts/files",
                   query={"artifact_file_path": path})
    story.call("pages get no file of a model", "GET", AJAX + "logged-models/{{model lm1}}/artifacts/files")


def deleted(story):
    twin = "logged-models/{{model twin}}"
    story.delete("twin", twin)
    story.delete("twin again", twin)
    story.delete("none such", f"logged-models/{NONE}")
    story.get("deleted", twin)
    story.get("deleted, allowed", twin, {"allow_deleted": "true"})
    story.patch("deleted", twin, {"model_id": "{{model twin}}", "status": "LOGGED_MODEL_READY"})
    story.patch("tags of a deleted one", f"{twin}/tags", {"tags": [{"key": "k", "value": "1"}]})
    story.post("params of a deleted one", f"{twin}/params",
               {"model_id": "{{model twin}}", "params": [{"key": "q", "value": "3"}]})
    story.post("after a delete", "logged-models/search", {"experiment_ids": ["{{experiment L}}"], "max_results": 20})
    story.post("a deleted output", "runs/outputs", {"run_id": "{{run l}}",
                                                    "models": [{"model_id": "{{model twin}}", "step": 0}]})
