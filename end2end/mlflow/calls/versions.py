"""Model versions: where they come from, stages, aliases, tags, search, and what is refused as a source."""

from story import ARTIFACTS

BAD_SOURCES = ["", "/etc/passwd", "file:///etc/passwd", "file:/etc/passwd", "./x", "../x", "mlflow-artifacts:/../x",
               "mlflow-artifacts:/{{experiment V}}/{{run v}}/artifacts/../../x",
               "mlflow-artifacts:/{{experiment V}}/{{run v}}/artifacts/..%2f..%2fx", "mlflow-artifacts:/other/run/artifacts",
               "runs:/{{run v}}/../x", "runs:/" + "0" * 32 + "/model", "models:/none/1", "models:/m-none",
               "mlflow-artifacts:/{{experiment V}}/{{run v}}/artifacts?x=/../..",
               "mlflow-artifacts:/{{experiment V}}/{{run v}}/artifacts#/../.."]
FILTERS = ["name = '{{world}} mv'", "name LIKE '{{world}} m%'", "name ILIKE '{{WORLD}}%'", "run_id = '{{run v}}'",
           "run_id IN ('{{run v}}', 'x')", "run_id IN ('x')", "source_path LIKE '%model%'", "source_path = 'x'",
           "version_number = 1", "version_number > 1",
           "version_number >= 2", "version_number < 2", "version_number != 1", "tags.t = 'x'", "tags.t != 'x'",
           "tags.t LIKE 'x%'", "tags.`t` = 'x'", "name = '{{world}} mv' AND version_number = 2",
           "name LIKE '{{world}} m%' AND name != '{{world}} other'"]
BAD_FILTERS = ["name", "name > 'a'", "name IN ('a')", "run_id > 'a'", "run_id IN ()", "version = '1'",
               "name = '{{world}} mv' AND version_number = '1'",
               "version_number LIKE '1'", "stage = 'x'", "current_stage = 'None'", "nothing = 'x'", "colour = 'x'",
               "name = 'a' OR name = 'b'", "(name = 'a')",
               "metrics.m > 1", "tags.t > 'x'", "run_id LIKE 'x'", "name = 'x", ";"]
STAGES = ["Staging", "Production", "Archived", "None", "staging", "PRODUCTION", "Elsewhere", "", 5]
ALIASES = ["champion", "Champion", "latest", "v1", "V2", "a b", "a-b_c", "", "a" * 255, "a" * 256, "Ω", "1", "a/b"]


def tell(story):
    story.experiment("V")
    story.run("v", "V")
    made(story)
    staged(story)
    aliased(story)
    tagged(story)
    searched(story)
    deleted(story)


def made(story):
    create = "model-versions/create"
    model = {"name": "{{world}} mv"}
    story.post("for versions", "registered-models/create", model)
    root = "mlflow-artifacts:/{{experiment V}}/{{run v}}/artifacts"
    story.call("put a version's file", "PUT", ARTIFACTS + "artifacts/{{experiment V}}/{{run v}}/artifacts/model/MLmodel", b"x",
               headers={"Content-Type": "application/octet-stream"})
    story.post("from a run", create, {**model, "source": f"{root}/model", "run_id": "{{run v}}", "description": "one",
                                      "tags": [{"key": "t", "value": "x"}]})
    story.post("from a run's address", create, {**model, "source": "runs:/{{run v}}/model", "run_id": "{{run v}}"})
    story.post("from a run, with link", create, {**model, "source": root, "run_id": "{{run v}}",
                                                 "run_link": "http://127.0.0.1/run"})
    story.post("for a version", "logged-models", {"experiment_id": "{{experiment V}}", "name": "lv",
                                                  "source_run_id": "{{run v}}"}, keep={"model lv": "model.info.model_id"})
    story.post("from a logged model", create, {**model, "source": "models:/{{model lv}}", "model_id": "{{model lv}}"})
    story.post("from a logged model, told by its source", create, {**model, "source": "models:/{{model lv}}"})
    story.post("from a logged model and its run", create,
               {**model, "source": "models:/{{model lv}}", "model_id": "{{model lv}}", "run_id": "{{run v}}"})
    story.post("from a logged model's files", create,
               {**model, "source": "mlflow-artifacts:/{{experiment V}}/models/{{model lv}}/artifacts",
                "model_id": "{{model lv}}"})
    story.get("after a version of it", "logged-models/{{model lv}}")
    story.post("from a version", create, {**model, "source": "models:/{{world}} mv/1"})
    # What one server may take and another refuse: in a model of its own, so that versions keep their numbers.
    odd = {"name": "{{world}} odd"}
    story.post("for odd versions", "registered-models/create", odd)
    story.post("from a bucket", create, {**odd, "source": "s3://bucket/model"})
    for source in BAD_SOURCES:
        story.post(f"bad source {source}", create, {**odd, "source": source})
        if source.startswith(("mlflow", "runs", "/", "file")):
            story.post(f"bad source of a run {source}", create, {**odd, "source": source, "run_id": "{{run v}}"})
    story.post("none such model", create, {"name": "{{world}} none", "source": f"{root}/model", "run_id": "{{run v}}"})
    story.post("none such run", create, {**odd, "source": f"{root}/model", "run_id": "0" * 32})
    story.post("none such logged model", create, {**odd, "source": "models:/m-" + "0" * 32, "model_id": "m-" + "0" * 32})
    story.post("no source", create, model)
    story.post("no name", create, {"source": f"{root}/model"})
    story.post("a tag's long value", create, {**odd, "source": f"{root}/model", "run_id": "{{run v}}",
                                              "tags": [{"key": "k", "value": "v" * 100_001}]})
    get = "model-versions/get"
    for version in ("1", "2", "3", "4", "5", "999", "0", "-1", "x", "", "01", "1.0"):
        story.get(f"version {version!r}", get, {**model, "version": version})
        story.get(f"version {version!r}", "model-versions/get-download-uri", {**model, "version": version})
    story.get("none such", get, {"name": "{{world}} none", "version": "1"})
    story.get("nothing asked", get)
    story.get("no version", get, model)
    story.get("nothing asked", "model-versions/get-download-uri")
    story.patch("description", "model-versions/update", {**model, "version": "2", "description": "two"})
    story.patch("description empty", "model-versions/update", {**model, "version": "2", "description": ""})
    story.patch("no description", "model-versions/update", {**model, "version": "2"})
    story.patch("a description again", "model-versions/update", {**model, "version": "2", "description": "two"})
    story.patch("version as number", "model-versions/update", {**model, "version": 2, "description": "number"})
    story.patch("none such", "model-versions/update", {**model, "version": "999", "description": "x"})
    for query in ({"name": "{{world}} mv", "version": "1", "path": "MLmodel"},
                  {"name": "{{world}} mv", "version": "1", "path": "../MLmodel"},
                  {"name": "{{world}} mv", "version": "999", "path": "MLmodel"}):
        story.call(f"pages get a version's {query['version']} {query['path']}", "GET", "/model-versions/get-artifact",
                   query=query)


def staged(story):
    stage, latest = "model-versions/transition-stage", "registered-models/get-latest-versions"
    model = {"name": "{{world}} mv"}
    for name in STAGES:
        story.post(f"to {name!r}", stage, {**model, "version": "1", "stage": name})
    story.post("to Production", stage, {**model, "version": "2", "stage": "Production", "archive_existing_versions": False})
    story.post("to Production, others archived", stage,
               {**model, "version": "3", "stage": "Production", "archive_existing_versions": True})
    story.post("to None, others archived", stage, {**model, "version": "3", "stage": "None", "archive_existing_versions": True})
    story.post("to Staging", stage, {**model, "version": "4", "stage": "Staging"})
    story.post("none such", stage, {**model, "version": "999", "stage": "Staging"})
    story.post("none such model", stage, {"name": "{{world}} none", "version": "1", "stage": "Staging"})
    for stages in ([], ["Production"], ["Production", "Staging"], ["production"], ["Elsewhere"], ["None"], "Production", [5]):
        story.post(f"of {stages!r}", latest, {**model, "stages": stages})
    story.get("by GET", latest, [("name", "{{world}} mv"), ("stages", "Staging"), ("stages", "None")])
    story.get("by GET, all", latest, {"name": "{{world}} mv"})
    story.post("none such", latest, {"name": "{{world}} none"})
    story.get("with stages", "registered-models/get", model)


def aliased(story):
    alias = "registered-models/alias"
    model = {"name": "{{world}} mv"}
    for name in ALIASES:
        story.post(f"{name[:9]!r} of {len(name)}", alias, {**model, "alias": name, "version": "1"})
    story.post("moves", alias, {**model, "alias": "champion", "version": "2"})
    story.post("version as number", alias, {**model, "alias": "number", "version": 2})
    story.post("none such version", alias, {**model, "alias": "x", "version": "999"})
    story.post("none such model", alias, {"name": "{{world}} none", "alias": "x", "version": "1"})
    story.post("no version", alias, {**model, "alias": "x"})
    for name in ("champion", "Champion", "none", "latest", "", "a b"):
        story.get(f"{name!r}", alias, {**model, "alias": name})
    story.get("none such model", alias, {"name": "{{world}} none", "alias": "champion"})
    story.delete("there", alias, {**model, "alias": "a-b_c"})
    story.delete("gone", alias, {**model, "alias": "a-b_c"})
    story.delete("none such model", alias, {"name": "{{world}} none", "alias": "x"})
    story.get("with aliases", "registered-models/get", model)
    story.get("with aliases", "model-versions/get", {**model, "version": "2"})


def tagged(story):
    tag, untag = "model-versions/set-tag", "model-versions/delete-tag"
    two = {"name": "{{world}} mv", "version": "2"}
    story.post("new", tag, {**two, "key": "t", "value": "x"})
    story.post("again", tag, {**two, "key": "t", "value": "xy"})
    story.post("no value", tag, {**two, "key": "bare"})
    story.post("empty key", tag, {**two, "key": "", "value": "x"})
    story.post("long key", tag, {**two, "key": "k" * 251, "value": "x"})
    story.post("long value", tag, {**two, "key": "k", "value": "v" * 100_001})
    story.post("version as number", tag, {**two, "version": 2, "key": "number", "value": "x"})
    story.post("none such", tag, {**two, "version": "999", "key": "t", "value": "x"})
    story.post("version is no number", tag, {**two, "version": "x", "key": "t", "value": "x"})
    story.delete("there", untag, {**two, "key": "bare"})
    story.delete("gone", untag, {**two, "key": "bare"})
    story.delete("none such", untag, {**two, "version": "999", "key": "t"})
    story.get("tagged", "model-versions/get", two)


def searched(story):
    search = "model-versions/search"
    world = "name = '{{world}} mv'"
    for text in FILTERS:
        story.get(f"filter {text}", search, {"filter": text if text.startswith("name") else f"{world} AND {text}",
                                             "max_results": 50})
    for text in BAD_FILTERS:
        story.get(f"bad filter {text}", search, {"filter": text, "max_results": 50})
    for order in (["version_number"], ["version_number DESC"], ["name ASC", "version_number ASC"], ["creation_timestamp"],
                  ["last_updated_timestamp DESC"], ["nothing"], ["version"], ["name UP"], [""], ["tags.t"],
                  ["version_number", "version_number"]):
        story.get(f"order {order}", search, [("filter", world), *(("order_by", one) for one in order)])
    for most in (1, 2, 0, -1, 200_000, 200_001, "x"):
        story.get(f"at most {most!r}", search, {"filter": world, "max_results": most, "order_by": "version_number"},
                  keep={f"versions page {most!r}": "next_page_token"})
    story.get("page 2", search, {"filter": world, "max_results": 2, "order_by": "version_number",
                                 "page_token": "{{versions page 2}}"})
    story.get("bad page token", search, {"filter": world, "page_token": "abc"})


def deleted(story):
    model = {"name": "{{world}} mv"}
    story.delete("the one with an alias", "model-versions/delete", {**model, "version": "2"})
    story.delete("again", "model-versions/delete", {**model, "version": "2"})
    story.delete("none such", "model-versions/delete", {**model, "version": "999"})
    story.delete("no version", "model-versions/delete", model)
    story.get("deleted", "model-versions/get", {**model, "version": "2"})
    story.get("its alias is gone", "registered-models/alias", {**model, "alias": "champion"})
    story.delete("the newest", "model-versions/delete", {**model, "version": "7"})
    story.post("after the newest is gone", "model-versions/create", {**model, "source": "runs:/{{run v}}/model",
                                                                     "run_id": "{{run v}}"})
    story.post("with versions", "registered-models/rename", {**model, "new_name": "{{world}} mv renamed"})
    story.get("after a rename", "registered-models/get", {"name": "{{world}} mv renamed"})
    story.get("after a rename", "model-versions/get", {"name": "{{world}} mv renamed", "version": "1"})
    story.delete("with versions", "registered-models/delete", {"name": "{{world}} mv renamed"})
    story.get("after its model is gone", "model-versions/get", {"name": "{{world}} mv renamed", "version": "1"})
