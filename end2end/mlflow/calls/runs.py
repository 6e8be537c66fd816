"""Runs: made, ended, renamed, tagged, given params, deleted, restored."""

from story import PAST_MS

KEYS = ["a", "a b", "a/b", "a.b", "a-b_c", "Ω", "a:b", "a,b", "a@b", "a#b", "a%b", "/a", "a//b", "a/../b", "..", ".", "a/",
        "a\\b", "🎼",
        "k" * 250, "k" * 251, " ", "a\nb"]


def tell(story):
    story.experiment("R")
    created(story)
    updated(story)
    tagged(story)
    given_params(story)
    deleted_and_restored(story)


def created(story):
    create = "runs/create"
    experiment = {"experiment_id": "{{experiment R}}"}
    story.post("everything", create, {**experiment, "user_id": "ada", "run_name": "first", "start_time": PAST_MS,
                                      "tags": [{"key": "a", "value": "1"}, {"key": "mlflow.source.name", "value": "train.py"}]},
               keep={"run first": "run.info.run_id"})
    story.post("only the experiment", create, {**experiment}, keep={"run bare": "run.info.run_id"})
    story.post("name as tag", create, {**experiment, "start_time": PAST_MS,
                                       "tags": [{"key": "mlflow.runName", "value": "as tag"}]})
    story.post("name twice, equal", create, {**experiment, "start_time": PAST_MS, "run_name": "same",
                                             "tags": [{"key": "mlflow.runName", "value": "same"}]})
    story.post("name twice, unlike", create, {**experiment, "start_time": PAST_MS, "run_name": "one",
                                              "tags": [{"key": "mlflow.runName", "value": "two"}]})
    story.post("name empty", create, {**experiment, "start_time": PAST_MS, "run_name": ""})
    story.post("start as text", create, {**experiment, "start_time": str(PAST_MS), "run_name": "text"})
    story.post("start before 1970", create, {**experiment, "start_time": -5, "run_name": "negative"})
    story.post("start as float", create, {**experiment, "start_time": 1.5, "run_name": "float"})
    story.post("start as whole float", create, {**experiment, "start_time": 16e11, "run_name": "whole float"})
    story.post("parent", create, {**experiment, "start_time": PAST_MS, "run_name": "child",
                                  "tags": [{"key": "mlflow.parentRunId", "value": "{{run first}}"}]})
    story.post("a tag twice", create, {**experiment, "start_time": PAST_MS, "run_name": "t",
                                       "tags": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]})
    story.post("a tag too long", create, {**experiment, "start_time": PAST_MS, "run_name": "t",
                                          "tags": [{"key": "a", "value": "v" * 8001}]})
    story.post("a tag's key too long", create, {**experiment, "start_time": PAST_MS, "run_name": "t",
                                                "tags": [{"key": "k" * 251, "value": "v"}]})
    story.post("a name of 5000", create, {**experiment, "start_time": PAST_MS, "run_name": "n" * 5000})
    story.post("experiment as number", create, {"experiment_id": 987654321, "run_name": "x"})
    story.post("none such experiment", create, {"experiment_id": "987654321", "run_name": "x"})
    story.post("experiment is no number", create, {"experiment_id": "abc", "run_name": "x"})
    story.post("no experiment", create, {"run_name": "x"})
    story.post("by camel case", create, {"experimentId": "{{experiment R}}", "runName": "camel", "startTime": PAST_MS})
    story.post("both cases", create, {"experimentId": "{{experiment R}}", **experiment})
    story.post("unknown field", create, {**experiment, "start_time": PAST_MS, "run_name": "unknown", "colour": "red"})
    for which, value in (("first", "{{run first}}"), ("none such", "0" * 32), ("short", "abc"), ("empty", ""),
                         ("odd", "../../x"), ("long", "a" * 300)):
        story.get(which, "runs/get", {"run_id": value})
    story.get("by run_uuid", "runs/get", {"run_uuid": "{{run first}}"})
    story.get("by both", "runs/get", {"run_id": "{{run first}}", "run_uuid": "{{run first}}"})
    story.get("nothing asked", "runs/get")
    story.get("upper case", "runs/get", {"run_id": "A" * 32})
    story.ajax("first", "GET", "runs/get", query={"run_id": "{{run first}}"})


def updated(story):
    update = "runs/update"
    first = {"run_id": "{{run first}}"}
    for status in ("RUNNING", "SCHEDULED", "FAILED", "KILLED", "FINISHED"):
        story.post(f"status {status!r}", update, {**first, "status": status, "end_time": PAST_MS + 5000})
    for status in ("finished", "DONE", "", 9, "3", 1, 3):
        story.post(f"odd status {status!r}", update, {"run_id": "{{run bare}}", "status": status, "end_time": PAST_MS + 5000})
    story.post("end only", update, {**first, "end_time": PAST_MS + 6000})
    story.post("end as text", update, {**first, "end_time": str(PAST_MS + 7000)})
    story.post("end is no number", update, {**first, "end_time": "tomorrow"})
    story.post("name", update, {**first, "run_name": "renamed"})
    story.get("renamed", "runs/get", first)
    story.post("name empty", update, {**first, "run_name": ""})
    story.post("nothing", update, {**first})
    story.post("by run_uuid", update, {"run_uuid": "{{run first}}", "status": "FINISHED"})
    story.post("none such", update, {"run_id": "0" * 32, "status": "FINISHED"})
    story.post("no run", update, {"status": "FINISHED"})
    story.post("name by tag", "runs/set-tag", {**first, "key": "mlflow.runName", "value": "by tag"})
    story.get("renamed by tag", "runs/get", first)


def tagged(story):
    tag, untag = "runs/set-tag", "runs/delete-tag"
    first = {"run_id": "{{run first}}"}
    for key in KEYS:
        story.post(f"key {short(key)}", tag, {**first, "key": key, "value": "x"})
    story.post("again", tag, {**first, "key": "a", "value": "y"})
    story.post("no value", tag, {**first, "key": "bare"})
    story.post("value of 8000", tag, {**first, "key": "long", "value": "v" * 8000})
    story.post("value of 8001", tag, {**first, "key": "longer", "value": "v" * 8001})
    story.post("value of two-byte letters", tag, {**first, "key": "wide", "value": "ä" * 8000})
    story.post("by run_uuid", tag, {"run_uuid": "{{run first}}", "key": "uuid", "value": "x"})
    story.post("none such", tag, {"run_id": "0" * 32, "key": "a", "value": "b"})
    story.post("there", untag, {**first, "key": "long"})
    story.post("gone", untag, {**first, "key": "long"})
    story.post("none such", untag, {"run_id": "0" * 32, "key": "a"})
    story.get("tagged", "runs/get", first)


def given_params(story):
    param = "runs/log-parameter"
    first = {"run_id": "{{run first}}"}
    for key in KEYS:
        story.post(f"key {short(key)}", param, {**first, "key": key, "value": "x"})
    story.post("the same again", param, {**first, "key": "a", "value": "x"})
    story.post("changed", param, {**first, "key": "a", "value": "y"})
    story.post("empty value", param, {**first, "key": "empty", "value": ""})
    story.post("no value", param, {**first, "key": "none"})
    story.post("value of 6000", param, {**first, "key": "long", "value": "v" * 6000})
    story.post("value of 6001", param, {**first, "key": "longer", "value": "v" * 6001})
    story.post("value is a number", param, {**first, "key": "number", "value": 5})
    story.post("by run_uuid", param, {"run_uuid": "{{run first}}", "key": "uuid", "value": "x"})
    story.post("none such", param, {"run_id": "0" * 32, "key": "a", "value": "b"})
    story.get("with params", "runs/get", first)


def deleted_and_restored(story):
    story.run("lost", "R", 50, tags=[{"key": "a", "value": "1"}])
    lost = {"run_id": "{{run lost}}"}
    story.post("metric before", "runs/log-metric", {**lost, "key": "m", "value": 1, "timestamp": PAST_MS})
    story.post("lost", "runs/delete", lost)
    story.post("lost again", "runs/delete", lost)
    story.post("none such", "runs/delete", {"run_id": "0" * 32})
    story.post("nothing asked", "runs/delete", {})
    story.get("deleted", "runs/get", lost)
    for name, endpoint, body in (
        ("tag", "runs/set-tag", {"key": "b", "value": "2"}), ("untag", "runs/delete-tag", {"key": "a"}),
        ("param", "runs/log-parameter", {"key": "p", "value": "2"}),
        ("metric", "runs/log-metric", {"key": "m", "value": 2, "timestamp": 5}),
        ("batch", "runs/log-batch", {"tags": [{"key": "c", "value": "3"}]}), ("update", "runs/update", {"status": "FAILED"}),
        ("inputs", "runs/log-inputs",
         {"datasets": [{"dataset": {"name": "d", "digest": "1", "source_type": "local", "source": "{}"}}]}),
    ):
        story.post(f"on a deleted run: {name}", endpoint, {**lost, **body})
    story.get("of a deleted run", "metrics/get-history", {**lost, "metric_key": "m"})
    story.get("of a deleted run", "artifacts/list", lost)
    story.post("lost", "runs/restore", lost)
    story.post("lost again", "runs/restore", lost)
    story.post("none such", "runs/restore", {"run_id": "0" * 32})
    story.get("restored", "runs/get", lost)


def short(key):
    """A key as a call's name: long ones by their length."""
    return repr(key) if len(key) < 20 else f"of {len(key)}"
