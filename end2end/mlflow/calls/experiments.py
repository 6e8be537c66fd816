"""Experiments: made, found, renamed, tagged, deleted, restored, searched."""

LONG = {"key": "k" * 251, "value": "v" * 20_001}

FILTERS = [
    "name = '{{world}} alpha'", "name != '{{world}} alpha'", "name LIKE '%alpha'", "name ILIKE '%ALPHA'",
    "attribute.name = '{{world}} beta'", "attributes.name LIKE '%beta'", "attr.name LIKE '%beta'", "experiment.name LIKE '%a'",
    "creation_time > 0", "last_update_time >= 1", "creation_time = 5", "creation_time < 1e3", "creation_time != 0",
    "tags.team = 'red'", "tags.team != 'red'", "tags.team LIKE 're%'", "tags.team ILIKE 'RE%'", "tag.team = 'red'",
    "tags.`team` = 'red'", "tags.\"team\" = 'red'", "tags.team IS NULL", "tags.team IS NOT NULL",
    "tags.team = 'red' AND tags.size = '7'", "tags.team = 'red' and name LIKE '%alpha'",
    "name = \"{{world}} alpha\"", "`name` = '{{world}} alpha'", "name IN ('{{world}} alpha')",
    "experiment_id = '{{experiment alpha}}'",
]
BAD_FILTERS = [
    "name", "name =", "= 'x'", "name == 'x'", "name = x", "name = 5", "creation_time = 'x'", "creation_time LIKE '1'",
    "nothing = 'x'", "colour = 'x'", "params.p = 'x'", "metrics.m > 1", "tags.team > 'x'", "name > 'x'",
    "name = 'a' OR name = 'b'",
    "NOT name = 'a'", "(name = 'a')", "name = 'a'; name = 'b'", "name = 'a' AND", "AND name LIKE '{{world}}%'",
    "name LIKE '{{world}}%' AND AND name LIKE '%'", "name = 'unclosed", "tags. = 'x'",
    "tags = 'x'", "name LIKE", "name IN ()", "tags.team = red",
]
ORDERS = [["name"], ["name DESC"], ["name ASC"], ["experiment_id"], ["experiment_id DESC"], ["creation_time ASC"],
          ["last_update_time DESC"], ["name asc", "creation_time desc"], ["attribute.name DESC"], ["`name`"], []]
BAD_ORDERS = [["nothing"], ["name UP"], ["name DESC DESC"], [""], ["tags.team"], ["metrics.m"], [5], [None], "name"]


def tell(story):
    made(story)
    tagged(story)
    deleted_and_restored(story)
    searched(story)


def made(story):
    create = "experiments/create"
    for name in ("alpha", "beta", "gamma"):
        tags = [{"key": "team", "value": "red"}, {"key": "size", "value": "7"}] if name == "alpha" else []
        story.post(name, create, {"name": f"{{{{world}}}} {name}", "tags": tags}, keep={f"experiment {name}": "experiment_id"})
    story.post("the name is taken", create, {"name": "{{world}} alpha"})
    story.post("the name is empty", create, {"name": ""})
    story.post("the name ends with blanks", create, {"name": "{{world}}   "})
    story.post("nearly 500 characters", create, {"name": "{{world}}" + "n" * 480})
    story.post("501 characters and more", create, {"name": "{{world}}" + "n" * 500})
    story.post("other scripts", create, {"name": "{{world}} Ωμέγα 実験 🎼"}, keep={"experiment scripts": "experiment_id"})
    story.post("a tag's key is too long", create, {"name": "{{world}} long key", "tags": [{"key": LONG["key"], "value": ""}]})
    story.post("a tag's value is too long", create, {"name": "{{world}} long value",
                                                     "tags": [{"key": "a", "value": LONG["value"]}]})
    story.post("a tag twice", create, {"name": "{{world}} twice",
                                       "tags": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]})
    story.post("a tag without value", create, {"name": "{{world}} no value", "tags": [{"key": "a"}]})
    story.post("a tag without key", create, {"name": "{{world}} no key", "tags": [{"value": "a"}]})
    for which, value in (("alpha", "{{experiment alpha}}"), ("scripts", "{{experiment scripts}}"), ("none such", "987654321"),
                         ("no number", "abc"), ("negative", "-1"), ("empty", ""), ("huge", "9" * 40)):
        story.get(which, "experiments/get", {"experiment_id": value})
    story.get("nothing asked", "experiments/get")
    for which, value in (("alpha", "{{world}} alpha"), ("scripts", "{{world}} Ωμέγα 実験 🎼"), ("none such", "{{world}} none"),
                         ("empty", "")):
        story.get(which, "experiments/get-by-name", {"experiment_name": value})
    story.get("nothing asked", "experiments/get-by-name")
    story.ajax("alpha", "GET", "experiments/get", query={"experiment_id": "{{experiment alpha}}"})
    update = "experiments/update"
    story.post("renamed", update, {"experiment_id": "{{experiment gamma}}", "new_name": "{{world}} delta"})
    story.get("after its renaming", "experiments/get", {"experiment_id": "{{experiment gamma}}"})
    story.post("to a name that is taken", update, {"experiment_id": "{{experiment gamma}}", "new_name": "{{world}} alpha"})
    story.post("to its own name", update, {"experiment_id": "{{experiment gamma}}", "new_name": "{{world}} delta"})
    story.post("to an empty name", update, {"experiment_id": "{{experiment gamma}}", "new_name": ""})
    story.post("to no name", update, {"experiment_id": "{{experiment gamma}}"})
    story.post("to a name too long", update, {"experiment_id": "{{experiment gamma}}", "new_name": "x" * 501})
    story.post("none such", update, {"experiment_id": "987654321", "new_name": "{{world}} x"})


def tagged(story):
    tag, untag = "experiments/set-experiment-tag", "experiments/delete-experiment-tag"
    beta = {"experiment_id": "{{experiment beta}}"}
    story.post("new", tag, {**beta, "key": "team", "value": "blue"})
    story.post("again", tag, {**beta, "key": "team", "value": "green"})
    story.post("no value", tag, {**beta, "key": "bare"})
    story.post("empty value", tag, {**beta, "key": "empty", "value": ""})
    story.post("note", tag, {**beta, "key": "mlflow.note.content", "value": "# Markdown"})
    story.post("key of 250", tag, {**beta, "key": "k" * 250, "value": "x"})
    story.post("key of 251", tag, {**beta, "key": LONG["key"], "value": "x"})
    story.post("value of 20000", tag, {**beta, "key": "long", "value": "v" * 20_000})
    story.post("value of 20001", tag, {**beta, "key": "long", "value": LONG["value"]})
    story.post("odd key", tag, {**beta, "key": "a/../b", "value": "x"})
    story.post("none such", tag, {"experiment_id": "987654321", "key": "a", "value": "b"})
    story.post("there", untag, {**beta, "key": "long"})
    story.post("gone", untag, {**beta, "key": "long"})
    story.post("none such", untag, {"experiment_id": "987654321", "key": "a"})
    story.get("with its tags", "experiments/get", {**beta})


def deleted_and_restored(story):
    gamma = {"experiment_id": "{{experiment gamma}}"}
    story.run("of gamma", "gamma")
    story.post("gamma", "experiments/delete", gamma)
    story.post("gamma again", "experiments/delete", gamma)
    story.post("none such", "experiments/delete", {"experiment_id": "987654321"})
    story.post("no number", "experiments/delete", {"experiment_id": "abc"})
    story.get("deleted", "experiments/get", gamma)
    story.get("deleted", "experiments/get-by-name", {"experiment_name": "{{world}} delta"})
    story.get("a run of a deleted experiment", "runs/get", {"run_id": "{{run of gamma}}"})
    story.post("deleted", "experiments/update", {**gamma, "new_name": "{{world}} epsilon"})
    story.post("deleted", "experiments/set-experiment-tag", {**gamma, "key": "a", "value": "b"})
    story.post("deleted", "experiments/delete-experiment-tag", {**gamma, "key": "a"})
    story.post("the name of a deleted one", "experiments/create", {"name": "{{world}} delta"})
    story.post("in a deleted experiment", "runs/create", {**gamma, "run_name": "x"})
    story.post("on a run of a deleted experiment", "runs/set-tag", {"run_id": "{{run of gamma}}", "key": "a", "value": "b"})
    story.post("gamma", "experiments/restore", gamma)
    story.post("gamma again", "experiments/restore", gamma)
    story.post("none such", "experiments/restore", {"experiment_id": "987654321"})
    story.get("restored", "experiments/get", gamma)
    story.get("a run of a restored experiment", "runs/get", {"run_id": "{{run of gamma}}"})
    story.post("beta for good", "experiments/delete", {"experiment_id": "{{experiment beta}}"})


def searched(story):
    search = "experiments/search"
    world = "name LIKE '{{world}}%'"
    for text in FILTERS:
        story.post(f"filter {text}", search, {"filter": f"{world} AND {text}", "max_results": 100})
    for text in BAD_FILTERS:
        story.post(f"bad filter {text}", search, {"filter": text, "max_results": 100})
    for order in ORDERS:
        story.post(f"order {order}", search, {"filter": world, "order_by": order, "max_results": 100})
    for order in BAD_ORDERS:
        story.post(f"bad order {order!r}", search, {"filter": world, "order_by": order, "max_results": 100})
    for view in ("ACTIVE_ONLY", "DELETED_ONLY", "ALL", 1, 2, 3):
        story.post(f"view {view!r}", search, {"filter": world, "view_type": view, "max_results": 100})
    for view in ("1", "active_only", "NONE", 9):
        story.post(f"odd view {view!r}", search, {"filter": world, "view_type": view, "max_results": 100})
    for most in (1, 2, "2", 50_000, 0, -1, 50_001, "x", 1.5, 10**12):
        story.post(f"at most {most!r}", search, {"filter": world, "max_results": most},
                   keep={f"page {most!r}": "next_page_token"})
    story.post("no most", search, {"filter": world})
    story.post("second page", search, {"filter": world, "max_results": 1, "page_token": "{{page 1}}"},
               keep={"page third": "next_page_token"})
    story.post("third page", search, {"filter": world, "max_results": 1, "page_token": "{{page third}}"})
    for token in ("abc", "eyJvZmZzZXQiOiAxfQ", "!!", "", 5, "e30="):
        story.post(f"page token {token!r}", search, {"filter": world, "max_results": 2, "page_token": token})
    story.get("by GET", search, [("filter", world), ("max_results", "2"), ("order_by", "name DESC"),
                                 ("order_by", "experiment_id ASC")])
    story.get("by GET, view", search, {"filter": world, "max_results": "50", "view_type": "ALL"})
    story.get("by GET, bad most", search, {"filter": world, "max_results": "x"})
    story.ajax("by POST", "POST", search, body={"filter": world, "max_results": 3})
