"""Experiments through the client: made, renamed, tagged, deleted, restored, searched with every operator."""

from mlflow.entities import ViewType

from lab import equal


def test_an_experiment_lives(lab):
    name, renamed = lab.name("lives"), lab.name("renamed")
    id = lab.client.create_experiment(name, tags={"team": "red"})
    experiment = lab.client.get_experiment(id)
    equal((experiment.name, experiment.tags, experiment.lifecycle_stage), (name, {"team": "red"}, "active"))
    assert experiment.artifact_location.startswith("mlflow-artifacts:/"), experiment.artifact_location
    equal(lab.client.get_experiment_by_name(name).experiment_id, id)
    equal(lab.client.get_experiment_by_name(lab.name("none")), None)
    lab.client.rename_experiment(id, renamed)
    equal(lab.client.get_experiment(id).name, renamed)
    equal(lab.client.get_experiment_by_name(name), None)
    lab.client.set_experiment_tag(id, "stage", "old")
    lab.client.set_experiment_tag(id, "stage", "new")
    lab.client.delete_experiment_tag(id, "team")
    equal(lab.client.get_experiment(id).tags, {"stage": "new"})
    lab.client.delete_experiment(id)
    equal(lab.client.get_experiment(id).lifecycle_stage, "deleted")
    with lab.refused("INVALID_PARAMETER_VALUE"):
        lab.client.create_run(id)
    lab.client.restore_experiment(id)
    equal(lab.client.get_experiment(id).lifecycle_stage, "active")
    lab.client.create_run(id)


def test_refusals_of_experiments(lab):
    name = lab.name("refused")
    lab.client.create_experiment(name)
    with lab.refused("RESOURCE_ALREADY_EXISTS"):
        lab.client.create_experiment(name)
    with lab.refused("RESOURCE_DOES_NOT_EXIST"):
        lab.client.get_experiment("987654321")
    with lab.refused("RESOURCE_DOES_NOT_EXIST"):
        lab.client.delete_experiment("987654321")
    with lab.refused("INVALID_PARAMETER_VALUE"):
        lab.client.search_experiments(filter_string="colour = 'red'")


def test_runs_of_a_deleted_experiment_come_back(lab):
    id = lab.client.create_experiment(lab.name("with runs"))
    run = lab.client.create_run(id).info.run_id
    lab.client.delete_experiment(id)
    equal(lab.client.get_run(run).info.lifecycle_stage, "deleted")
    lab.client.restore_experiment(id)
    equal(lab.client.get_run(run).info.lifecycle_stage, "active")


def test_the_default_experiment_is_there(lab):
    """A notebook that names no experiment logs to experiment 0."""
    default = lab.client.get_experiment("0")
    equal((default.name, default.lifecycle_stage), ("Default", "active"))
    run = lab.client.create_run("0")
    equal(lab.client.get_run(run.info.run_id).info.experiment_id, "0")


def test_search_with_every_operator(lab):
    world = lab.name("w")
    ids = {}
    for letter, team in (("a", "red"), ("b", "blue"), ("c", None)):
        ids[letter] = lab.client.create_experiment(f"{world} {letter}", tags={"team": team} if team else None)
    lab.client.delete_experiment(ids["c"])
    created = {letter: lab.client.get_experiment(id).creation_time for letter, id in ids.items()}

    def letters(text="", view=ViewType.ALL, order=("name ASC",)):
        clauses = f"name LIKE '{world}%'" + (f" AND {text}" if text else "")
        return "".join(found.name[-1] for found in lab.client.search_experiments(view, filter_string=clauses,
            order_by=list(order)))

    equal(letters(), "abc")
    equal(letters(view=ViewType.ACTIVE_ONLY), "ab")
    equal(letters(view=ViewType.DELETED_ONLY), "c")
    for text, wanted in (
        (f"name = '{world} a'", "a"), (f"name != '{world} a'", "bc"), ("name LIKE '%b'", "b"), ("name LIKE '%B'", ""),
        ("name ILIKE '%B'", "b"),
        ("tags.team = 'red'", "a"), ("tags.team != 'red'", "b"), ("tags.team LIKE '%e%'", "ab"), ("tags.team ILIKE 'BL%'", "b"),
        ("tags.`team` = 'blue'", "b"), (f"creation_time >= {created['b']}", "bc"), (f"creation_time < {created['b']}", "a"),
        (f"creation_time = {created['a']}", "a"), ("last_update_time > 0", "abc"),
    ):
        equal(letters(text), wanted, text)
    equal(letters(order=["name DESC"]), "cba")
    equal(letters(order=["creation_time DESC"]), "cba")


def test_pages_of_experiments(lab):
    world = lab.name("pages")
    made = {lab.client.create_experiment(f"{world} {number}") for number in range(7)}
    found, token = [], None
    while True:
        page = lab.client.search_experiments(filter_string=f"name LIKE '{world}%'", max_results=3, page_token=token)
        assert len(page) <= 3
        found += [experiment.experiment_id for experiment in page]
        token = page.token
        if not token:
            break
    equal((len(found), set(found)), (7, made))
