"""Where Chorale's answers differ from MLflow's on purpose, each with its reason. What is listed must still occur.

An answer is told as "STATUS ERROR_CODE", with *, ? and [] as in file names; calls by their names, with *. The first entry
that names a call, and MLflow's answer to it, is the call's.
"""

from dataclasses import dataclass

INVALID = "400 INVALID_PARAMETER_VALUE"


@dataclass(frozen=True, eq=False)
class Expected:
    reason: str
    theirs: str
    ours: str
    calls: list
    # Where Chorale may as well answer as MLflow does: no error when the difference does not occur.
    free: bool = False


def wrong(field):
    """A field of every wrong type. Null is not among them: it is a field that is absent."""
    return [f"{field} is a {kind}" for kind in ("text", "number", "list", "mapping", "flag")]


EXPECTED = [
    # Bodies that are not what they should be.
    Expected("malformed JSON finds nothing in MLflow, and is told in Chorale", "200 *", INVALID, calls=[
        "form POST runs/search: the body is no JSON", "form POST runs/search: the body is bytes that are no text",
        "form POST runs/search: the body is a list",
    ]),
    Expected("malformed JSON is an empty run for MLflow, until the database refuses it", "400 BAD_REQUEST", INVALID, calls=[
        "form POST runs/create: the body is no JSON", "form POST runs/create: the body is a list",
        "form POST runs/create: the body is bytes that are no text",
    ]),
    Expected("MLflow keeps the half of a body that it read before a field of the wrong type", "200 *", INVALID, calls=[
        *wrong("form POST runs/create: user_id"), *wrong("form POST runs/create: tags"),
    ]),
    Expected("MLflow reads a page token or a view of the wrong type as none", "200 *", INVALID, calls=[
        *wrong("form POST runs/search: page_token"), *wrong("form POST runs/search: run_view_type"),
        "POST runs/search: page token '5'", "POST runs/search: odd view *",
    ]),
    Expected("MLflow searches with half of a view", "200 *", INVALID, free=True, calls=[
        *wrong("form POST experiments/search: view_type"), "POST experiments/search: odd view *",
    ]),
    Expected("MLflow reads a status of the wrong type as none", "200 *", INVALID, free=True, calls=[
        "POST runs/update: odd status *", *wrong("form POST runs/update: status"),
    ]),
    Expected("a flag is no number, though Python counts with it", "200 *", INVALID, free=True, calls=[
        "form POST *: * is a flag", "POST runs/log-metric: * True", "POST runs/log-batch: a metric that is true",
    ]),
    Expected("so there is no point to remember", "200 *", "200 *", free=True, calls=[
        "GET metrics/get-history: after * True", "GET metrics/get-history: after time 1.5",
        "GET metrics/get-history: after time 9223372036854775808", "GET metrics/get-history: after step 1.5",
        "GET metrics/get-history: after step 9223372036854775808",
    ]),
    Expected("a number that is broken, or does not fit, is told and not passed over", "200 *", INVALID, free=True, calls=[
        "POST runs/log-metric: time 1.5", "POST runs/log-metric: time 9223372036854775808", "POST runs/log-metric: step 1.5",
        "POST runs/log-metric: step 9223372036854775808", "POST runs/create: start as float",
        "POST runs/create: start before 1970", "POST runs/log-batch: a metric that is no number",
        "POST runs/log-batch: a step that is no number", "POST runs/search: at most 2.5", "GET metrics/get-history: at most x",
        "GET metrics/get-history: at most 1.5",
    ]),
    Expected("a page of no entries, or of less, is no page", "200 *", INVALID, free=True, calls=[
        "POST logged-models/search: at most -1", "POST logged-models/search: at most 0",
        "GET registered-models/search: at most 0", "GET registered-models/search: at most -1",
    ]),
    Expected("an item of the wrong type is told and not passed over", "200 *", INVALID, free=True, calls=[
        "POST runs/search: of a null", "POST runs/search: bad order ['metrics.']",
    ]),
    Expected("a field that is null is a field that is absent, where MLflow breaks on it", "500 *", "[24]00 *", calls=[
        "* null", "POST runs/search: at most None", "POST runs/log-batch: metrics are null",
    ]),
    Expected("a number that is larger than the largest is the largest, and IS NULL is understood", "500 *", "200 *", calls=[
        "POST runs/log-metric: value of 401 digits", "GET registered-models/search: bad filter tags.team IS NULL",
    ]),
    Expected("never a 500 for bad input: the client would try it again and again", "500 *", "4?? *_*", calls=[
        "*",
    ]),

    # What MLflow leaves to its database's constraints.
    Expected("a name that is taken is told as such", "400 BAD_REQUEST", "400 RESOURCE_ALREADY_EXISTS", calls=[
        "POST experiments/update: to a name that is taken",
    ]),
    Expected("the database's complaint is not the client's answer", "400 BAD_REQUEST", INVALID, calls=[
        "POST runs/create: a tag twice", "POST logged-models: a param twice", "POST logged-models: a tag twice",
        "POST runs/create: no experiment", "POST logged-models/{{model lm1}}/params: changed",
    ]),
    Expected("a tag twice is no name that is taken", "*", INVALID, free=True, calls=[
        "POST experiments/create: a tag twice", "POST registered-models/create: a tag twice",
    ]),
    Expected("a run without experiment is told as such", "400 BAD_REQUEST", INVALID, calls=[
        "form POST runs/create: without experiment_id", "form POST runs/create: experiment_id is a null",
        "form POST runs/create: the body is *",
    ]),
    Expected("a model that isn't is missing", "400 BAD_REQUEST", "404 RESOURCE_DOES_NOT_EXIST", free=True, calls=[
        "POST runs/log-metric: of a model that isn't",
    ]),
    Expected("the same again changes nothing, and is no error", "400 BAD_REQUEST", "200 *", free=True, calls=[
        "POST runs/outputs: the same again", "POST runs/outputs: another step",
        "POST logged-models/{{model lm1}}/params: the same again",
    ]),

    # What MLflow takes, and nobody can use.
    Expected("a batch is a megabyte at most, as the documentation says; MLflow counts the body's fields", "200 *", "413 *",
             calls=[
        "POST runs/log-batch: over a megabyte",
    ]),
    Expected("a dataset has what a dataset must have", "200 *", INVALID, free=True, calls=["POST runs/log-inputs: odd, *"]),
    Expected("what does not exist, or is deleted, is missing", "200 *", "404 RESOURCE_DOES_NOT_EXIST", free=True, calls=[
        "POST runs/outputs: none such model", "POST runs/log-inputs: none such model", "POST runs/outputs: a deleted output",
        "POST logged-models: none such run", "PATCH logged-models/{{model twin}}: deleted",
        "PATCH logged-models/{{model twin}}/tags: tags of a deleted one",
        "POST logged-models/{{model twin}}/params: params of a deleted one", "DELETE logged-models/{{model twin}}: twin again",
    ]),
    Expected("keys and values of models have the limits of runs", "200 *", INVALID, free=True, calls=[
        "POST logged-models: a param's long key", "POST logged-models: a tag's long key", "POST logged-models: 101 params",
        "PATCH logged-models/{{model unnamed}}/tags: odd, *", "POST logged-models: name 'nnnnnnnnn' of 300",
    ]),
    Expected("a status is one of three", "200 *", INVALID, free=True,
             calls=["PATCH logged-models/{{model unnamed}}: odd status *"]),
    Expected("the path says which model is meant; a body that says another is refused", "200 *", INVALID, calls=[
        "PATCH logged-models/{{model lm1}}: another model in the body",
    ]),
    Expected("a source that Chorale does not hold may be refused", "200 *", INVALID, free=True, calls=[
        "POST model-versions/create: from a bucket",
    ]),

    # The filter grammar.
    Expected("OR, NOT and parentheses are understood", INVALID, "200 *", calls=[
        "POST runs/search: superset *",
    ]),
    Expected("OR, NOT and parentheses are understood in every search", INVALID, "200 *", free=True, calls=[
        "*/search: bad filter name = 'a' OR name = 'b'", "*/search: bad filter NOT name = 'a'",
        "*/search: bad filter (name = 'a')",
    ]),
    Expected("clauses are joined by AND, and each is whole", "200 *", INVALID, calls=[
        "* bad filter AND", "* bad filter AND metrics.m2 > 1", "* bad filter AND name LIKE *",
        "* bad filter * AND AND name LIKE *",
        "* bad filter metrics.m2 > 1 AND", "* bad filter name = 'a' AND",
        "* bad filter metrics.m2 > 1 AND AND metrics.m2 > 1", "* bad filter metrics.m2 > 1 metrics.m2 < 2",
    ]),
    Expected("what of a filter is not understood is told, and not passed over", "200 *", INVALID, free=True,
             calls=["* bad filter *"]),
    Expected("a logged model's status is found by its name, where MLflow compares it with the number that it keeps",
             "200 *", "200 *", calls=[
        "POST logged-models/search: filter status = 'READY'", "POST logged-models/search: filter status != 'READY'",
        "POST logged-models/search: filter attributes.status = 'PENDING'",
    ]),
    Expected("who a run's user is, Chorale takes from the token", "200 *", "200 *", free=True, calls=[
        "POST runs/search: filter user_id *", "POST runs/search: filter attributes.user_id *",
        "POST runs/search: order user_id*", "POST runs/search: filter tags.\"mlflow.user\" *",
    ]),

    # Roads.
    Expected("an endpoint that isn't is told in MLflow's own envelope", "404 *", "404 ENDPOINT_NOT_FOUND", calls=[
        "road * nothing/here", "road GET experiments/list", "road /api/*",
    ]),
    Expected("a method that isn't is told in MLflow's own envelope", "405 *", "40[45] ENDPOINT_NOT_FOUND", calls=[
        "road *", "POST registered-models/search: by POST", "POST registered-models/delete: by POST",
    ]),
    Expected("traces come later", "*", "404 ENDPOINT_NOT_FOUND", calls=[
        "road /api/2.0/mlflow/traces", "road /api/3.0/mlflow/traces/tr-x",
    ]),
    Expected("the server tells its own abilities", "200 *", "200 *", calls=[
        "road */server-info",
    ]),
    Expected("the road of old previews is not built", "*", "404 *", free=True, calls=[
        "road /api/*preview*",
    ]),
    Expected("a path that is written twice over is no other path", "*", "40? *", free=True, calls=[
        "road /api/2.0/mlflow//runs/get", "GET logged-models/..%2fx: escaped",
    ]),
    Expected("HEAD and OPTIONS belong to the router", "*", "*", free=True, calls=[
        "road OPTIONS *", "road HEAD *", "proxy head",
    ]),

    # Artifacts.
    Expected("artifacts in parts work wherever artifacts are kept", "*", "*", free=True, calls=[
        "multipart *", "presigned *",
    ]),
    Expected("a folder is no file, told in MLflow's own envelope", "400 *", "404 RESOURCE_DOES_NOT_EXIST", calls=[
        "proxy get model",
    ]),
    Expected("a path that is missing in the question is told in MLflow's own envelope", "400 *", INVALID, calls=[
        "pages get no path",
    ]),
    Expected("a range that can't be is told, or passed over", "4?? *", "*", free=True, calls=[
        "proxy get a range: *",
    ]),
    Expected("a path that leaves its root is refused, whatever it is written with", "*", INVALID, free=True, calls=[
        "pages get '..\\\\x'", "pages get 'a\\\\b'", "pages get 'a//b'", "pages get 'a/./b'",
        "pages get 'http://example.org/x'", "pages get 'x\\x00y'", "GET artifacts/list: of '..\\\\x'",
        "GET artifacts/list: of 'a\\\\b'", "GET artifacts/list: of '.'",
    ]),
    Expected("a folder is no file", "400 *", "404 RESOURCE_DOES_NOT_EXIST", calls=[
        "pages get 'model'", "pages get a model's 'data'",
    ]),
    Expected("a sign that ends a path for others is in no path", "*", INVALID, calls=[
        "GET artifacts/list: of 'a?b=c'", "pages get 'a?b=c'", "pages get 'a/'",
    ]),
    Expected("a run that is not named is told so", "404 *", INVALID, calls=["pages get no run"]),
    Expected("what is missing in the question is told in one way", "400 BAD_REQUEST", INVALID, calls=[
        "pages get a model's ''", "pages get no file of a model",
    ]),
    Expected("whose artifacts they are is said by their run: above it there is nothing to list", "200 *",
             "404 RESOURCE_DOES_NOT_EXIST", calls=[
        "proxy list of {{experiment A}}", "proxy list of {{experiment A}}/{{run a}}",
    ]),
    Expected("a download has its name in ASCII and in full; no browser draws what somebody logged", "20[06] *", "20[06] *", calls=[
        "proxy get *", "pages get *", "get a model's file",
    ]),
    Expected("addresses of the object store itself are not given out", "*", "404 ENDPOINT_NOT_FOUND", calls=[
        "presigned-upload-url: *", "presigned-download-url: *",
    ]),
    Expected("a file that is there has no words about itself", "200 *", "200 *", calls=["ajax POST upload-artifact: a file"]),

    # Values and limits.
    Expected("a value that is too long is cut wherever it is logged", "200 *", "200 *", calls=[
        "POST runs/create: a tag too long", "POST logged-models: a param's long value", "POST logged-models: a tag's long value",
    ]),
    Expected("a key that is too long is refused wherever it is logged", "200 *", INVALID, calls=[
        "POST runs/create: a tag's key too long",
    ]),
    Expected("what is not a number keeps its time", "200 *", "200 *", calls=["GET metrics/get-history: after value 'nan'"]),
    Expected("so that point is there", "200 *", "200 *", calls=["GET metrics/get-history: after value of 401 digits"]),
    Expected("NaN without quotes is no JSON", "200 *", INVALID, calls=["runs/log-metric: bare NaN"]),
    Expected("so that point is not there", "200 *", "200 *", calls=["GET runs/get: newest after *"]),
    Expected("a run that is not there is told where runs are named", "200 *", "404 RESOURCE_DOES_NOT_EXIST", calls=[
        "GET metrics/get-history-bulk-interval: none such run",
    ]),
    Expected("the same JSON, written shorter", "200 *", "200 *", calls=[
        "GET runs/get: with described models", "GET logged-models/{{model lv}}: after a version of it",
    ]),
    Expected("a page has so many at most", "200 *", INVALID, calls=["POST logged-models/search: at most 10000000"]),
    Expected("a page token says how far, whatever is asked", "400 *", "200 *", calls=[
        "POST logged-models/search: page 2 of another question",
    ]),

    # More of the grammar.
    Expected("attributes may be called so in every search", INVALID, "200 *", calls=[
        "POST experiments/search: filter attributes.name LIKE *", "POST experiments/search: filter attr.name LIKE *",
        "GET registered-models/search: filter attributes.name LIKE *", "POST logged-models/search: order 'attributes.name' *",
    ]),
    Expected("a filter of spaces says nothing", INVALID, "200 *", calls=["POST runs/search: filter  "]),
    Expected("IS NULL is understood of everything that is logged", "[45]00 *", "200 *", calls=[
        "POST runs/search: bad filter metrics.m2 IS NULL", "POST logged-models/search: filter tags.t IS NULL",
    ]),
    Expected("a folder is what lies in it", "200 *", "200 *", calls=["GET artifacts/list: after deletes"]),
    Expected("a dataset without a digest is one of any digest", "200 *", "200 *", calls=[
        "POST logged-models/search: of a model and a dataset",
    ]),

    # Models.
    Expected("a model that is not there is missing", INVALID, "404 RESOURCE_DOES_NOT_EXIST", calls=[
        "POST model-versions/create: bad source models:/m-none",
    ]),
    Expected("no description is an empty one", "200 *", "200 *", calls=["PATCH model-versions/update: no description"]),
    Expected("a body says that it is JSON, whatever the verb", "404 *", INVALID, calls=[
        "form PATCH *: the body is a text's", "form PATCH *: the body's kind is unsaid",
        "form DELETE *: the body is a text's", "form DELETE *: the body's kind is unsaid",
    ]),
    Expected("the version is a text", "200 *", "200 *", calls=["road /version"]),
    Expected("a status that is null is none, after one that was taken", "200 *", "200 *", free=True, calls=[
        "form POST runs/update: status is a null",
    ]),
]
