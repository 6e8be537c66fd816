"""Registered models: made, renamed, described, tagged, searched, deleted."""

NAMES = ["", " ", "a/b", "a:b", "a.b", "..", "Ω", "n" * 256, "n" * 300, "a b", "a'b", "a%b", "a\\b"]
FILTERS = ["name = '{{world}} rm1'", "name != '{{world}} rm1'", "name LIKE '%rm1'", "name ILIKE '%RM1'", "tags.team = 'red'",
           "tags.team != 'red'", "tags.team LIKE 'r%'", "tags.team ILIKE 'R%'", "tag.team = 'red'",
           "tags.`team` = 'red'", "tags.\"team\" = 'red'", "name = '{{world}} rm1' AND tags.team = 'red'",
           "attribute.name = '{{world}} rm1'", "attributes.name LIKE '%rm2'", "name = \"{{world}} rm1\"", "tags.none = 'x'"]
BAD_FILTERS = ["name", "name =", "name = rm", "name = 5", "name > 'a'", "name IN ('a')", "nothing = 'x'", "colour = 'x'",
               "run_id = 'x'", "creation_timestamp > 0", "last_updated_timestamp > 0", "tags.team > 'a'", "tags.team IS NULL",
               "tags.team IN ('a')",
               "metrics.m > 1", "name = 'a' OR name = 'b'", "NOT name = 'a'", "(name = 'a')", "name = 'a'; name = 'b'",
               "name = 'x", "AND name LIKE '{{world}}%'", "name LIKE '{{world}}%' AND AND name LIKE '%'", "description = 'x'",
               "tags = 'x'"]
ORDERS = [["name"], ["name ASC"], ["name DESC"], ["timestamp"], ["timestamp DESC"], ["last_updated_timestamp ASC"],
          ["last_updated_timestamp DESC", "name ASC"], ["`name` DESC"], []]
BAD_ORDERS = [["nothing"], ["name UP"], [""], ["creation_timestamp"], ["tags.team"], ["name", "name DESC"], [5], "name",
              ["name DESC DESC"]]


def tell(story):
    made(story)
    tagged(story)
    searched(story)
    deleted(story)


def made(story):
    create = "registered-models/create"
    story.post("everything", create, {"name": "{{world}} rm1", "description": "first",
                                      "tags": [{"key": "team", "value": "red"}, {"key": "a", "value": ""}]})
    story.post("only a name", create, {"name": "{{world}} rm2"})
    story.post("a third", create, {"name": "{{world}} rm3", "tags": [{"key": "team", "value": "blue"}]})
    story.post("the name is taken", create, {"name": "{{world}} rm1"})
    for name in NAMES:
        story.post(f"name {name[:9]!r} of {len(name)}", create, {"name": f"{{{{world}}}}{name}" if name.strip() else name})
    story.post("a tag's long key", create, {"name": "{{world}} tl", "tags": [{"key": "k" * 251, "value": "v"}]})
    story.post("a tag's long value", create, {"name": "{{world}} tv", "tags": [{"key": "k", "value": "v" * 100_001}]})
    story.post("a tag without key", create, {"name": "{{world}} tk", "tags": [{"value": "v"}]})
    story.post("a tag twice", create, {"name": "{{world}} tt",
                                       "tags": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]})
    story.post("a description of 5001", create, {"name": "{{world}} desc", "description": "d" * 5001})
    get = "registered-models/get"
    for name in ("rm1", "rm2", "none"):
        story.get(name, get, {"name": f"{{{{world}}}} {name}"})
    story.get("empty", get, {"name": ""})
    story.get("nothing asked", get)
    story.ajax("rm1", "GET", get, query={"name": "{{world}} rm1"})
    rm2 = {"name": "{{world}} rm2"}
    story.patch("description", "registered-models/update", {**rm2, "description": "second"})
    story.patch("description empty", "registered-models/update", {**rm2, "description": ""})
    story.patch("no description", "registered-models/update", rm2)
    story.patch("none such", "registered-models/update", {"name": "{{world}} none", "description": "x"})
    story.get("after its description", get, rm2)
    rename = "registered-models/rename"
    story.post("rm2", rename, {**rm2, "new_name": "{{world}} renamed"})
    story.get("renamed", get, {"name": "{{world}} renamed"})
    story.get("by the old name", get, rm2)
    story.post("to a taken name", rename, {"name": "{{world}} renamed", "new_name": "{{world}} rm1"})
    story.post("to its own name", rename, {"name": "{{world}} renamed", "new_name": "{{world}} renamed"})
    story.post("to an empty name", rename, {"name": "{{world}} renamed", "new_name": ""})
    story.post("to an odd name", rename, {"name": "{{world}} renamed", "new_name": "a/b"})
    story.post("to no name", rename, {"name": "{{world}} renamed"})
    story.post("none such", rename, {"name": "{{world}} none", "new_name": "{{world}} x"})


def tagged(story):
    tag, untag = "registered-models/set-tag", "registered-models/delete-tag"
    rm1 = {"name": "{{world}} rm1"}
    story.post("new", tag, {**rm1, "key": "new", "value": "1"})
    story.post("again", tag, {**rm1, "key": "new", "value": "2"})
    story.post("no value", tag, {**rm1, "key": "bare"})
    story.post("empty key", tag, {**rm1, "key": "", "value": "x"})
    story.post("key of 250", tag, {**rm1, "key": "k" * 250, "value": "x"})
    story.post("key of 251", tag, {**rm1, "key": "k" * 251, "value": "x"})
    story.post("value of 100000", tag, {**rm1, "key": "long", "value": "v" * 100_000})
    story.post("value of 100001", tag, {**rm1, "key": "longer", "value": "v" * 100_001})
    story.post("odd key", tag, {**rm1, "key": "a@b", "value": "x"})
    story.post("none such", tag, {"name": "{{world}} none", "key": "a", "value": "b"})
    story.delete("there", untag, {**rm1, "key": "long"})
    story.delete("gone", untag, {**rm1, "key": "long"})
    story.delete("none such", untag, {"name": "{{world}} none", "key": "a"})
    story.delete("no key", untag, rm1)
    story.get("with tags", "registered-models/get", rm1)


def searched(story):
    search = "registered-models/search"
    world = "name LIKE '{{world}} r%'"
    # By POST there is no such road; clients search with GET.
    story.post("by POST", search, {"filter": world})
    for text in FILTERS:
        story.get(f"filter {text}", search, {"filter": f"{world} AND {text}", "max_results": 20})
    for text in BAD_FILTERS:
        story.get(f"bad filter {text}", search, {"filter": text, "max_results": 20})
    for order in ORDERS:
        story.get(f"order {order}", search, [("filter", world), *(("order_by", one) for one in order)])
    for order in BAD_ORDERS:
        story.get(f"bad order {order!r}", search, [("filter", world),
                                                   *(("order_by",
                                                      one) for one in ([order] if isinstance(order, str) else order))])
    for most in (1, 2, 0, -1, 1000, 1001, "x"):
        story.get(f"at most {most!r}", search, {"filter": world, "max_results": most},
                  keep={f"registry page {most!r}": "next_page_token"})
    story.get("page 2", search, {"filter": world, "max_results": 2, "page_token": "{{registry page 2}}"})
    for token in ("abc", "!!", ""):
        story.get(f"page token {token!r}", search, {"filter": world, "page_token": token})
    story.ajax("of the world", "GET", search, query={"filter": world})


def deleted(story):
    rm3 = {"name": "{{world}} rm3"}
    story.delete("rm3", "registered-models/delete", rm3)
    story.delete("rm3 again", "registered-models/delete", rm3)
    story.delete("nothing asked", "registered-models/delete", {})
    story.get("deleted", "registered-models/get", rm3)
    story.post("the name of a deleted one", "registered-models/create", rm3)
    story.post("by POST", "registered-models/delete", rm3)
