"""Runs searched with every operator of the grammar, in every order, in pages; and what Chorale understands beyond it."""

import math

from mlflow.entities import Metric, Param, RunTag

from lab import equal, only_chorale

API = "/api/2.0/mlflow/"


def furnished(lab):
    """Runs a … e, told by one letter each."""
    experiment = lab.experiment("search")
    runs = {
        "a": ({"m": 1.0}, {"p": "x", "q": "1"}, {"t": "red"}), "b": ({"m": 2.0}, {"p": "X"}, {"t": "blue"}),
        "c": ({"m": math.nan}, {"p": "y%"}, {}),
        "d": ({}, {"q": "2"}, {"t": "red", "odd key": "1"}), "e": ({"m": math.inf, "a b/c": 1.0}, {}, {}),
    }
    ids = {}
    for number, (letter, (metrics, params, tags)) in enumerate(runs.items()):
        run = lab.client.create_run(experiment, start_time=1_600_000_000_000 + number * 1000, run_name=f"run {letter}")
        ids[letter] = run.info.run_id
        lab.client.log_batch(run.info.run_id, [Metric(key, value, 1, 0) for key, value in metrics.items()],
                             [Param(key, value) for key, value in params.items()],
                             [RunTag(key, value) for key, value in tags.items()])
    lab.client.set_terminated(ids["a"], "FINISHED", 1_600_000_100_000)
    lab.client.set_terminated(ids["b"], "FAILED", 1_600_000_200_000)
    return experiment, ids


def asker(lab, experiment):
    def letters(text="", order=("start_time ASC",)):
        return "".join(run.info.run_name[-1] for run in lab.client.search_runs([experiment], text, order_by=list(order)))
    return letters


def test_every_operator(lab):
    experiment, ids = furnished(lab)
    letters = asker(lab, experiment)
    for text, wanted in (
        ("metrics.m > 1", "be"), ("metrics.m >= 1", "abe"), ("metrics.m < 2", "a"), ("metrics.m <= 2", "ab"),
        ("metrics.m = 2", "b"), ("metrics.`a b/c` = 1", "e"), ("metric.m > 1.5", "be"),
        ("params.p = 'x'", "a"), ("params.p != 'x'", "bc"), ("params.p ILIKE 'x'", "ab"), ("params.p LIKE 'y%'", "c"),
        ("params.q IS NULL", "bce"), ("params.q IS NOT NULL", "ad"), ("param.p = \"x\"", "a"),
        ("tags.t = 'red'", "ad"), ("tags.t != 'red'", "b"), ("tags.t LIKE 'r%'", "ad"), ("tags.t ILIKE 'BLUE'", "b"),
        ("tags.t IS NULL", "ce"), ("tags.`odd key` = '1'", "d"), ("tag.\"odd key\" IS NOT NULL", "d"),
        ("attributes.status = 'FINISHED'", "a"), ("status != 'RUNNING'", "ab"), ("status LIKE 'F%'", "ab"),
        ("run_name = 'run c'", "c"), ("attributes.run_name LIKE '%d'", "d"), ("attributes.`Run name` = 'run e'", "e"),
        ("tags.mlflow.runName = 'run b'", "b"), ("start_time > 1600000002000", "de"), ("created <= 1600000001000", "ab"),
        ("end_time > 1600000100000", "b"),
        (f"run_id = '{ids['c']}'", "c"), (f"run_id IN ('{ids['a']}', '{ids['e']}')", "ae"),
        (f"attributes.run_id NOT IN ('{ids['a']}', '{ids['e']}')", "bcd"),
        ("metrics.m >= 1 and params.p ILIKE 'x' AND tags.t = 'red'", "a"), ("", "abcde"),
    ):
        equal(letters(text), wanted, text)


def test_orders_put_what_is_missing_last(lab):
    """Numbers, then infinities in their place, then NaN, then what has no value, whichever way the order goes."""
    letters = asker(lab, furnished(lab)[0])
    equal(letters(order=["metrics.m ASC"]), "abecd")
    equal(letters(order=["metrics.m DESC"]), "ebacd")
    equal(letters(order=["params.q ASC", "start_time DESC"]), "adecb")
    equal(letters(order=["params.q DESC", "start_time ASC"]), "dabce")
    equal(letters(order=["tags.t ASC", "start_time ASC"]), "badce")
    equal(letters(order=["start_time DESC"]), "edcba")
    equal(letters(order=[]), "edcba", "newest first is the default")
    equal(letters(order=["attributes.end_time DESC", "start_time ASC"])[:2], "ba")


def test_pages_of_runs(lab):
    experiment, _ = furnished(lab)
    found, token = "", None
    for _ in range(9):
        page = lab.client.search_runs([experiment], max_results=2, order_by=["metrics.m DESC"], page_token=token)
        found += "".join(run.info.run_name[-1] for run in page)
        token = page.token
        if not token:
            break
    equal(found, "ebacd")
    with lab.refused("INVALID_PARAMETER_VALUE"):
        lab.client.search_runs([experiment], page_token="nonsense")
    with lab.refused("INVALID_PARAMETER_VALUE"):
        lab.client.search_runs([experiment], max_results=60_000)


def test_bad_filters_are_refused(lab):
    letters = asker(lab, furnished(lab)[0])
    for text in ("metrics.m", "metrics.m > 'x'", "params.p > 'x'", "params.p = x", "colour = 'red'", "metrics.m LIKE '1'",
                 "tags.t = 'red", "run_id IN ()", "metrics.m > 1;", "dataset.colour = 'x'"):
        with lab.refused("INVALID_PARAMETER_VALUE"):
            letters(text)
    for order in ("metrics.m UP", "colour", "metrics"):
        with lab.refused("INVALID_PARAMETER_VALUE"):
            letters(order=[order])


def test_as_a_table(lab):
    experiment, _ = furnished(lab)
    table = lab.mlflow.search_runs([experiment], order_by=["start_time ASC"])
    equal(len(table), 5)
    equal(table["params.p"].tolist()[:3], ["x", "X", "y%"])
    equal(table["metrics.m"].tolist()[:2], [1.0, 2.0])
    equal(table["status"].tolist()[:2], ["FINISHED", "FAILED"])
    assert table["metrics.m"].isna()[3]


def test_beyond_the_grammar(lab):
    only_chorale(lab)
    letters = asker(lab, furnished(lab)[0])
    for text, wanted in (
        ("metrics.m = 1 OR params.q = '2'", "ad"), ("NOT tags.t = 'red'", "bce"),
        ("(metrics.m = 1 OR metrics.m = 2) AND tags.t = 'red'", "a"), ("NOT (params.p = 'x' OR params.p = 'X')", "cde"),
        ("metrics.m = 1 OR metrics.m = 2 AND tags.t = 'red'", "a"), ("((params.q IS NULL))", "bce"),
    ):
        equal(letters(text), wanted, text)


def test_searches_of_many_experiments(lab):
    first, _ = furnished(lab)
    second, _ = furnished(lab)
    equal(len(lab.client.search_runs([first, second])), 10)
    equal(len(lab.client.search_runs([first, second], "metrics.m = 1")), 2)
    equal(len(lab.client.search_runs([])), 0)
