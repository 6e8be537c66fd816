"""The filter grammar of runs: every operator of every kind, quoting, what is refused, and generated ones."""

FILTERS = [
    "metrics.m2 > 1", "metrics.m2 >= 1", "metrics.m2 < 1", "metrics.m2 <= 1", "metrics.m2 = 1", "metrics.m2 != 1",
    "metrics.m2 = 1.0", "metrics.m2 > -1", "metrics.m2 > 1e-1",
    "metrics.m1 > 0", "metrics.m1 < 0", "metrics.m1 = 0.5", "metrics.m1 != 0.5", "metrics.m1 >= 1.0e308", "metrics.none > 0",
    "metrics.none != 0",
    "metric.m2 > 1", "metrics.`m2` > 1", "metrics.\"m2\" > 1", "metrics.`a b/c` > 4", "metrics.\"a b/c\" > 4",
    "`metrics`.m2 > 1", "metrics.m2>1", "  metrics.m2   >   1  ",
    "params.p1 = 'x'", "params.p1 != 'x'", "params.p1 LIKE 'x%'", "params.p1 ILIKE 'X'", "params.p1 LIKE '%0'",
    "params.p1 LIKE '_'", "params.p1 LIKE '100\\%'", "params.p1 = \"x\"",
    "params.p1 = '10'", "params.p1 = \"a'b\"", "params.p1 = 'a\"b'", "param.p1 = 'x'", "parameters.p1 = 'x'",
    "parameter.p1 = 'x'", "params.p2 IS NULL", "params.p2 IS NOT NULL",
    "params.p2 is null", "params.p1 like 'x%'", "params.none = 'x'", "params.none IS NULL", "params.p1 = ''", "params.p1 != ''",
    "tags.team = 'red'", "tags.team != 'red'", "tags.team LIKE 'r%'", "tags.team ILIKE 'R%'", "tags.team IS NULL",
    "tags.team IS NOT NULL", "tag.team = 'red'", "tags.`odd key` = '100%_x'",
    "tags.`odd key` LIKE '100%'", "tags.\"odd key\" LIKE '%\\_x'", "tags.mlflow.runName = 's1'",
    "tags.`mlflow.runName` LIKE 's1%'", "tags.\"mlflow.user\" = 'ada'",
    "attributes.status = 'FINISHED'", "attributes.status != 'FINISHED'", "status = 'RUNNING'", "attribute.status LIKE 'F%'",
    "attr.status ILIKE 'f%'", "run.status = 'FAILED'", "status IN ('FINISHED', 'FAILED')",
    "run_name = 'run s1'", "run_name LIKE 'run s1%'", "run_name ILIKE 'RUN S1%'", "run_name != 'run s1'",
    "attributes.run_name = 'run s1'", "`run name` = 'run s1'", "attributes.`Run name` = 'run s1'",
    "attributes.\"Run Name\" LIKE '%2'", "start_time > 1600000010000", "start_time < 1600000010000",
    "attributes.start_time = 1600000000000", "start_time != 0", "created > 0", "Created > 1600000010000",
    "attributes.created >= 1600000010000", "end_time > 0", "end_time < 1", "start_time > 1.6e12",
    "start_time >= 1600000010000.5", "end_time != 0",
    "run_id = '{{run s1}}'", "run_id != '{{run s1}}'", "run_id IN ('{{run s1}}')", "run_id IN ('{{run s1}}', '{{run s2}}')",
    "attributes.run_id IN ('{{run s1}}','{{run s2}}','{{run s4}}')",
    "run_id NOT IN ('{{run s1}}', '{{run s2}}')", "attributes.run_id LIKE '%'", "run_id in ('{{run s1}}')",
    "attributes.run_id NOT IN ('x')",
    "user_id = 'ada'", "attributes.user_id = 'ada'", "artifact_uri LIKE '%artifacts'", "attributes.artifact_uri LIKE 'mlflow%'",
    "lifecycle_stage = 'active'", "attributes.lifecycle_stage != 'active'",
    "experiment_id = '{{experiment S}}'", "attributes.experiment_id = '1'", "attributes.run_uuid = '{{run s1}}'",
    "dataset.name = 'data0'", "datasets.name = 'data1'", "dataset.name != 'data0'", "dataset.name LIKE 'data%'",
    "dataset.name ILIKE 'DATA%'", "dataset.digest = 'd5'", "datasets.digest LIKE 'd1%'",
    "dataset.context = 'train'", "dataset.context != 'train'", "dataset.context LIKE 't%'",
    "dataset.name IN ('data0', 'data1')", "dataset.digest NOT IN ('d5')", "dataset.context IN ('train')",
    "dataset.name = 'data0' AND dataset.context = 'test'", "dataset.name = 'data0' AND dataset.context = 'train'",
    "metrics.m2 > 1 AND params.p1 = 'x'", "metrics.m2 > 1 and metrics.m2 < 2",
    "metrics.m2 > 0 AND params.p2 IS NOT NULL AND tags.team IS NULL AND start_time > 0", "params.p1 = 'AND'",
    "params.p1 = 'a' AND params.p1 = 'b'", "metrics.m2 > 1 AND metrics.m2 > 1", "params.p1 = 'x' AnD tags.team = 'red'",
    "", " ",
]
BAD = [
    "metrics.m2", "metrics.m2 >", "> 1", "metrics.m2 > 'a'", "metrics.m2 = '1'", "metrics.m2 LIKE '1'", "metrics.m2 IN (1)",
    "metrics.m2 IS NULL", "metrics.m2 == 1", "metrics.m2 <> 1", "metrics.m2 > NaN",
    "metrics.m2 > x", "metrics.m2 BETWEEN 1 AND 2", "metrics > 1", "metrics. > 1", "metrics.m2.x > 1", "m2 > 1",
    "1 < metrics.m2", "metrics.m2 > 1 2", "metrics.m2 > metrics.m1", "metrics.m2 > -", "metrics.m2 > 1e999",
    "params.p1", "params.p1 = x", "params.p1 = 5", "params.p1 > 'x'", "params.p1 < 'x'", "params.p1 IN ('x')",
    "params.p1 NOT LIKE 'x'", "params.p1 = 'x", "params.p1 = x'", "params.p1 = ''x''", "params.p1 = `x`",
    "params.p1 IS", "params.p1 IS 5", "params.p1 RLIKE 'x'", "params = 'x'", "params.'p1' = 'x'", "params.`p1 = 'x'",
    "tags.team > 'red'", "tags.team = red", "tags.team IN ('red')", "tags = 'red'", "tags.odd key = 'x'",
    "status > 'RUNNING'", "status = 5", "status IS NULL", "run_name IN ('a')", "start_time = 'x'", "start_time LIKE '1'",
    "start_time IN (1)", "start_time IS NULL", "end_time = '5'", "nothing = 'x'", "colour = 'x'", "attributes.nothing = 'x'",
    "attributes = 'x'", "run_id IN ()", "run_id IN 'x'", "run_id IN (x)", "run_id IN (1)", "run_id IN ('a' 'b')",
    "run_id IN ('a',)", "run_id NOT ('a')", "run_id IN ('a'", "run_id > 'a'",
    "dataset.nothing = 'x'", "dataset.name > 'x'", "dataset.name = 5", "dataset = 'x'", "dataset.name IS NULL",
    "colour.red = 'x'",
    "metrics.m2 > 1 AND", "AND metrics.m2 > 1", "metrics.m2 > 1 AND AND metrics.m2 > 1", "metrics.m2 > 1, metrics.m2 < 2",
    "metrics.m2 > 1; metrics.m2 < 2", "metrics.m2 > 1;", "metrics.m2 > 1 -- no",
    "metrics.m2 > 1 /* no */", "/* */", "--", ";", "'", "\"", "`", "(", ")", "()", "=", "AND", "'x'", "5", "x", "*",
    "select * from runs", "1 = 1", "true", "metrics.m2 > 1 & params.p1 = 'x'", "metrics.m2 > 1 && params.p1 = 'x'",
    "metrics.m2 > 1 \x00", "\x00", "metrics.m2 > ١", "params.p1 = ‘x’", "metrics.m2 > 1 metrics.m2 < 2",
]
# What MLflow refuses and Chorale understands.
MORE = [
    "metrics.m2 > 1 OR params.p1 = 'x'", "NOT metrics.m2 > 1", "(metrics.m2 > 1)",
    "(metrics.m2 > 1 OR metrics.m2 < 0.5) AND params.p1 = 'x'", "NOT (params.p1 = 'x' OR params.p1 = 'X')",
    "metrics.m2 > 1 AND (params.p1 = 'x' OR tags.team = 'red')", "((metrics.m2 > 1))", "NOT NOT metrics.m2 > 1",
    "metrics.m2 > 1 or metrics.m2 < 1 and params.p1 = 'x'",
]
GENERATED = 150


def tell(story):
    for text in FILTERS:
        search(story, f"filter {text}", text)
    for text in BAD:
        search(story, f"bad filter {text}", text)
    for text in MORE:
        search(story, f"superset {text}", text)
    for value in (5, None, ["a"], {"a": 1}, True):
        search(story, f"filter is {value!r}", value)
    search(story, "filter is long", " AND ".join(["metrics.m2 > 1"] * 40))
    for number in range(GENERATED):
        search(story, f"generated filter {number}",
               " AND ".join(clause(story.random) for _ in range(story.random.randrange(1, 4))), generated_order(story.random))


def search(story, name, text, order=None):
    body = {"experiment_ids": ["{{experiment S}}"], "filter": text, "max_results": 50}
    story.post(name, "runs/search", {**body, "order_by": order} if order else body)


def clause(random):
    """One comparison, good or at least understood; of a kind, a key, an operator and a value by the dice."""
    any_of = random.choice
    quoted = any_of(["{}", "`{}`", "\"{}\""]).format
    compare, like = any_of(["=", "!=", "<", "<=", ">", ">="]), any_of(["=", "!=", "LIKE", "ILIKE"])
    text = any_of(["'x'", "'X'", "'red'", "'%'", "'10'", "'r%'", "'_'", "\"9\"", "''", "'run s1%'"])
    match any_of(["metric", "metric", "param", "param", "tag", "text", "number", "dataset"]):
        case "metric":
            number = any_of(["0", "1", "0.5", "-2.5", "1e0", "2.25"])
            return f"{any_of(['metrics', 'metric'])}.{quoted(any_of(['m1', 'm2', 'none']))} {compare} {number}"
        case "param" | "tag" as kind:
            key = quoted(any_of(["p1", "p2", "none"] if kind == "param" else ["team", "none"]))
            return f"{kind}s.{key} {any_of([f'{like} {text}', f'{like} {text}', 'IS NULL', 'IS NOT NULL'])}"
        case "text":
            return f"{any_of(['', 'attributes.', 'attr.'])}{any_of(['status', 'run_name'])} {like} {text}"
        case "number":
            time = any_of(["0", "1600000020000", "1600000090004"])
            return f"{any_of(['', 'attributes.'])}{any_of(['start_time', 'end_time', 'created'])} {compare} {time}"
        case "dataset":
            value = any_of(["'%'", "'data0'", "'train'", "'d5'", "'d%'"])
            return f"dataset.{any_of(['name', 'digest', 'context'])} {like} {value}"


def generated_order(random):
    key = random.choice(["metrics.m1", "metrics.m2", "params.p1", "params.p2", "tags.team", "start_time", "end_time", "status"])
    return random.choice([None, [key], [f"{key} DESC"], [f"{key} ASC", "metrics.m2 DESC"]])
