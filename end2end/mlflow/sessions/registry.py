"""The registry through the client: models and versions made, renamed, staged, tagged, searched, deleted."""

from lab import equal


def furnished(lab):
    """A model with three versions of one run."""
    name = lab.name("registry")
    run = lab.client.create_run(lab.experiment("registry")).info
    lab.client.create_registered_model(name, tags={"team": "red"}, description="what it is")
    for number in range(3):
        lab.client.create_model_version(name, f"{run.artifact_uri}/model{number}", run.run_id, tags={"number": str(number)},
                                        description=f"no. {number}")
    return name, run.run_id


def test_a_registered_model_lives(lab):
    name, renamed = lab.name("lives"), lab.name("renamed")
    made = lab.client.create_registered_model(name, tags={"a": "1"}, description="first")
    equal((made.name, made.tags, made.description), (name, {"a": "1"}, "first"))
    with lab.refused("RESOURCE_ALREADY_EXISTS"):
        lab.client.create_registered_model(name)
    equal(lab.client.update_registered_model(name, "second").description, "second")
    lab.client.set_registered_model_tag(name, "b", "2")
    lab.client.delete_registered_model_tag(name, "a")
    equal(lab.client.get_registered_model(name).tags, {"b": "2"})
    lab.client.rename_registered_model(name, renamed)
    equal(lab.client.get_registered_model(renamed).description, "second")
    with lab.refused("RESOURCE_DOES_NOT_EXIST"):
        lab.client.get_registered_model(name)
    lab.client.delete_registered_model(renamed)
    with lab.refused("RESOURCE_DOES_NOT_EXIST"):
        lab.client.get_registered_model(renamed)
    lab.client.create_registered_model(renamed)


def test_a_version_lives(lab):
    name, run = furnished(lab)
    found = lab.client.get_model_version(name, "2")
    equal((str(found.version), found.run_id, found.description, found.tags, found.current_stage, found.status),
          ("2", run, "no. 1", {"number": "1"}, "None", "READY"))
    assert found.source.endswith("/model1"), found.source
    equal(lab.client.get_model_version_download_uri(name, "2"), found.source)
    equal(lab.client.update_model_version(name, "2", "changed").description, "changed")
    lab.client.set_model_version_tag(name, "2", "b", "x")
    lab.client.delete_model_version_tag(name, "2", "number")
    equal(lab.client.get_model_version(name, "2").tags, {"b": "x"})
    lab.client.delete_model_version(name, "2")
    with lab.refused("RESOURCE_DOES_NOT_EXIST"):
        lab.client.get_model_version(name, "2")
    equal(sorted(str(version.version) for version in lab.client.search_model_versions(f"name = '{name}'")), ["1", "3"])
    lab.client.delete_model_version(name, "3")
    made = lab.client.create_model_version(name, found.source, run)
    # The number of a deleted version is given again only where it was the newest; then its successor takes it.
    assert str(made.version) in ("2", "4"), made.version


def test_stages(lab):
    name, _ = furnished(lab)
    equal(lab.client.get_model_version_stages(name, "1"), ["None", "Staging", "Production", "Archived"])
    lab.client.transition_model_version_stage(name, "1", "Production")
    lab.client.transition_model_version_stage(name, "2", "production")
    equal(lab.client.get_model_version(name, "2").current_stage, "Production")
    lab.client.transition_model_version_stage(name, "3", "Production", archive_existing_versions=True)
    equal([lab.client.get_model_version(name, str(number)).current_stage for number in (1, 2, 3)],
          ["Archived", "Archived", "Production"])
    equal([str(found.version) for found in lab.client.get_latest_versions(name, ["Production"])], ["3"])
    equal({found.current_stage: str(found.version) for found in lab.client.get_latest_versions(name)},
          {"Production": "3", "Archived": "2"})
    with lab.refused("INVALID_PARAMETER_VALUE"):
        lab.client.transition_model_version_stage(name, "1", "Elsewhere")


def test_aliases_that_are_refused(lab):
    name, _ = furnished(lab)
    for alias in ("latest", "v1", "a b", "x" * 256):
        with lab.refused("INVALID_PARAMETER_VALUE"):
            lab.client.set_registered_model_alias(name, alias, "1")
    with lab.refused("RESOURCE_DOES_NOT_EXIST"):
        lab.client.set_registered_model_alias(name, "fine", "99")


def test_search_models_with_every_operator(lab):
    world = lab.name("w")
    for letter, team in (("a", "red"), ("b", "blue"), ("c", None)):
        lab.client.create_registered_model(f"{world} {letter}", tags={"team": team} if team else None)

    def letters(text="", order=("name ASC",)):
        clauses = f"name LIKE '{world}%'" + (f" AND {text}" if text else "")
        return "".join(found.name[-1] for found in lab.client.search_registered_models(clauses, order_by=list(order)))

    for text, wanted in (
        ("", "abc"), (f"name = '{world} a'", "a"), (f"name != '{world} a'", "bc"), ("name LIKE '%b'", "b"),
        ("name ILIKE '%B'", "b"), ("name LIKE '%B'", ""), ("tags.team = 'red'", "a"),
        ("tags.team != 'red'", "b"), ("tags.team LIKE '%e%'", "ab"), ("tags.team ILIKE 'BL%'", "b"),
        ("tag.`team` = 'blue'", "b"),
    ):
        equal(letters(text), wanted, text)
    equal(letters(order=["name DESC"]), "cba")
    equal(letters(order=["last_updated_timestamp DESC"]), "cba")
    equal(letters(order=["timestamp ASC", "name ASC"]), "abc")
    found, token = "", None
    while True:
        page = lab.client.search_registered_models(f"name LIKE '{world}%'", max_results=2, page_token=token)
        found += "".join(model.name[-1] for model in page)
        token = page.token
        if not token:
            break
    equal(found, "abc")
    with lab.refused("INVALID_PARAMETER_VALUE"):
        lab.client.search_registered_models("colour = 'red'")


def test_search_versions_with_every_operator(lab):
    name, run = furnished(lab)
    other, _ = furnished(lab)

    def numbers(text="", order=("version_number ASC",)):
        clauses = f"name = '{name}'" + (f" AND {text}" if text else "")
        return "".join(str(found.version) for found in lab.client.search_model_versions(clauses, order_by=list(order)))

    for text, wanted in (
        ("", "123"), (f"run_id = '{run}'", "123"), (f"run_id IN ('{run}', 'x')", "123"), ("run_id = 'x'", ""),
        ("version_number = 2", "2"), ("version_number > 1", "23"), ("version_number <= 2", "12"), ("version_number != 2", "13"),
        ("source_path LIKE '%model1'", "2"), ("source_path ILIKE '%MODEL2'", "3"), ("tags.number = '0'", "1"),
        ("tags.number != '0'", "23"), ("tags.number LIKE '%'", "123"),
    ):
        equal(numbers(text), wanted, text)
    equal(numbers(order=["version_number DESC"]), "321")
    equal({found.name for found in lab.client.search_model_versions(f"name LIKE '{other[:12]}%'")} >= {other}, True)
    page = lab.client.search_model_versions(f"name = '{name}'", max_results=2, order_by=["version_number ASC"])
    rest = lab.client.search_model_versions(f"name = '{name}'", max_results=2, order_by=["version_number ASC"],
                                            page_token=page.token)
    equal("".join(str(found.version) for found in [*page, *rest]), "123")


def test_a_renamed_model_keeps_its_versions(lab):
    name, _ = furnished(lab)
    renamed = lab.name("moved")
    lab.client.set_registered_model_alias(name, "best", "2")
    lab.client.rename_registered_model(name, renamed)
    equal(str(lab.client.get_model_version_by_alias(renamed, "best").version), "2")
    equal(len(lab.client.search_model_versions(f"name = '{renamed}'")), 3)
    equal(len(lab.client.search_model_versions(f"name = '{name}'")), 0)
    lab.client.delete_registered_model(renamed)
    equal(len(lab.client.search_model_versions(f"name = '{renamed}'")), 0)
