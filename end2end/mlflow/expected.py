"""Where Chorale's answers differ from MLflow's on purpose, each with its reason. What is listed must still occur.

An answer is told as "STATUS ERROR_CODE", with * for anything; a call by its name, with * and with | between several.
"""

from dataclasses import dataclass

INVALID = "400 INVALID_PARAMETER_VALUE"


@dataclass(frozen=True)
class Expected:
    reason: str
    calls: str
    theirs: str = "*"
    ours: str = "*"
    # Where Chorale is free to answer as MLflow does: no error when the difference does not occur.
    free: bool = False


EXPECTED = [
    # Bodies that are not what they should be.
    Expected("malformed JSON finds nothing in MLflow, and is told in Chorale", "form POST runs/search: the body is no JSON | form POST runs/search: the body is bytes that are no text"
             " | form POST runs/search: the body is a list", "200 *", INVALID),
    Expected("malformed JSON is an empty run for MLflow, until the database refuses it", "form POST runs/create: the body is no JSON | form POST runs/create: the body is a list"
             " | form POST runs/create: the body is bytes that are no text", "400 BAD_REQUEST", INVALID),
    Expected("MLflow keeps the half of a body that it read before a field of the wrong type", "form POST runs/create: user_id is a * | form POST runs/create: tags is a *", "200 *", INVALID),
    Expected("MLflow reads a page token or a view of the wrong type as none", "form POST runs/search: page_token is a * | form POST runs/search: run_view_type is a *"
             " | POST runs/search: page token '5' | POST runs/search: odd view *", "200 *", INVALID),
    Expected("MLflow searches with half of a view", "form POST experiments/search: view_type is a * | POST experiments/search: odd view *", "200 *", INVALID, free=True),
    Expected("MLflow reads a status of the wrong type as none", "POST runs/update: odd status * | form POST runs/update: status is a *", "200 *", INVALID, free=True),
    Expected("a flag is no number, though Python counts with it", "form POST *: * is a flag | POST runs/log-metric: * True | POST runs/log-batch: a metric that is true", "200 *", INVALID, free=True),
    Expected("so there is no point to remember", "GET metrics/get-history: after * True | GET metrics/get-history: after time 1.5 | GET metrics/get-history: after time 9223372036854775808"
             " | GET metrics/get-history: after step 1.5 | GET metrics/get-history: after step 9223372036854775808", "200 *", "200 *", free=True),
    Expected("a number that is broken, or does not fit, is told and not passed over", "POST runs/log-metric: time 1.5 | POST runs/log-metric: time 9223372036854775808 | POST runs/log-metric: step 1.5"
             " | POST runs/log-metric: step 9223372036854775808 | POST runs/create: start as float | POST runs/create: start before 1970 | POST runs/log-batch: a metric that is no number"
             " | POST runs/log-batch: a step that is no number | POST runs/search: at most 2.5 | GET metrics/get-history: at most x | GET metrics/get-history: at most 1.5", "200 *", INVALID, free=True),
    Expected("a page of no entries, or of less, is no page", "POST logged-models/search: at most -1 | POST logged-models/search: at most 0 | GET registered-models/search: at most 0"
             " | GET registered-models/search: at most -1", "200 *", INVALID, free=True),
    Expected("an item of the wrong type is told and not passed over", "POST runs/search: of a null | POST runs/search: bad order ['metrics.']", "200 *", INVALID, free=True),
    Expected("a field that is null is a field that is absent, where MLflow breaks on it", "* null | POST runs/search: at most None | POST runs/log-batch: metrics are null", "500 *", "[24]00 *"),
    Expected("never a 500 for bad input: the client would try it again and again", "*", "500 *", "4?? *"),

    # What MLflow leaves to its database's constraints.
    Expected("a name that is taken is told as such", "POST experiments/update: to a name that is taken", "400 BAD_REQUEST", "400 RESOURCE_ALREADY_EXISTS"),
    Expected("the database's complaint is not the client's answer", "POST runs/create: a tag twice | POST logged-models: a param twice | POST logged-models: a tag twice | POST runs/create: no experiment"
             " | POST logged-models/{{model lm1}}/params: changed", "400 BAD_REQUEST", INVALID),
    Expected("a tag twice is no name that is taken", "POST experiments/create: a tag twice | POST registered-models/create: a tag twice", "*", INVALID, free=True),
    Expected("a run without experiment is told as such", "form POST runs/create: without experiment_id | form POST runs/create: experiment_id is a null | form POST runs/create: the body is *", "400 BAD_REQUEST", INVALID),
    Expected("a model that isn't is missing", "POST runs/log-metric: of a model that isn't", "400 BAD_REQUEST", "404 RESOURCE_DOES_NOT_EXIST", free=True),
    Expected("the same again changes nothing, and is no error", "POST runs/outputs: the same again | POST runs/outputs: another step | POST runs/outputs: no step"
             " | POST logged-models/{{model lm1}}/params: the same again", "400 BAD_REQUEST", "200 *", free=True),

    # The filter grammar.
    Expected("OR, NOT and parentheses are understood", "POST runs/search: superset *", INVALID, "200 *"),
    Expected("OR, NOT and parentheses are understood in every search", "*/search: bad filter name = 'a' OR name = 'b' | */search: bad filter NOT name = 'a' | */search: bad filter (name = 'a')",
             INVALID, "200 *", free=True),
    Expected("what of a filter is not understood is told, and not passed over", "POST experiments/search: bad filter * | POST runs/search: bad filter * | POST logged-models/search: bad filter *"
             " | GET registered-models/search: bad filter * | GET model-versions/search: bad filter *", "200 *", INVALID),
    Expected("a logged model's status is found by its name, where MLflow compares it with the number that it keeps", "POST logged-models/search: filter status = 'READY' | POST logged-models/search: filter status != 'READY'"
             " | POST logged-models/search: filter attributes.status = 'PENDING'", "200 *", "200 *"),

    # Roads.
    Expected("an endpoint that isn't is told in MLflow's own envelope", "road * nothing/here | road GET experiments/list | road /api/*", "404 *", "404 ENDPOINT_NOT_FOUND"),
    Expected("a method that isn't is told in MLflow's own envelope", "road * | POST registered-models/search: by POST | POST registered-models/delete: by POST", "405 *", "40[45] ENDPOINT_NOT_FOUND"),
    Expected("traces come later", "road /api/2.0/mlflow/traces | road /api/3.0/mlflow/traces/tr-x", "*", "404 ENDPOINT_NOT_FOUND"),
    Expected("the server tells its own abilities", "road */server-info", "200 *", "200 *"),
    Expected("the road of old previews is not built", "road /api/*preview*", "*", "404 *", free=True),
    Expected("a path that is written twice over is no other path", "road /api/2.0/mlflow//runs/get | GET logged-models/..%2fx: escaped", "*", "40? *", free=True),
    Expected("HEAD and OPTIONS belong to the router", "road OPTIONS * | road HEAD * | proxy head", "*", "*", free=True),

    # Artifacts.
    Expected("artifacts in parts work wherever artifacts are kept", "multipart * | presigned *", "*", "*", free=True),
    Expected("a folder is no file, told in MLflow's own envelope", "proxy get model", "400 *", "400 *"),
    Expected("a path that is missing in the question is told in MLflow's own envelope", "pages get no path", "400 *", INVALID),
    Expected("a range that can't be is told, or passed over", "proxy get a range: *", "4?? *", "*", free=True),
    Expected("a path that leaves its root is refused, whatever it is written with", "pages get '..\\\\x' | pages get 'a\\\\b' | pages get 'a//b' | pages get 'a/./b' | pages get 'http://example.org/x' | pages get 'x\\x00y'"
             " | GET artifacts/list: of '..\\\\x' | GET artifacts/list: of 'a\\\\b' | GET artifacts/list: of '.'", "*", INVALID, free=True),
]
