"""What a browser could be made to do: run an uploaded page, ask in a stranger's name, believe a foreign host."""

from urllib.parse import urlsplit

from holes import SECRET, refused
from lab import equal
from story import AJAX, API

PAGE = b"<html><script>alert(document.domain)</script></html>"
EVIL = ["http://evil.example", "https://evil.example", "http://localhost.evil.example", "http://127.0.0.1.evil.example",
        "http://evil.example:{port}", "http://evil.example?127.0.0.1"]
# What MLflow takes for its own machine, or for a browser's way of saying nothing.
EVIL_TO_CHORALE = ["http://127.0.0.1:{port}.evil.example", "null", "file://"]


def downloads(ground, name):
    """The same file by every road."""
    yield ground.mine.send("GET", ground.root + name)
    yield ground.mine.send("GET", (ground.root + name).replace("/api/", "/ajax-api/", 1))
    yield ground.mine.send("GET", "/get-artifact", query={"run_id": ground.run, "path": name})
    yield ground.mine.send("GET", "/get-artifact", query={"run_uuid": ground.run, "path": name})


def test_uploaded_pages_are_never_shown(ground):
    for name, kind in (("evil.html", "text/html"), ("evil.svg", "image/svg+xml"), ("evil.xhtml", "application/xhtml+xml"),
                       ("evil.txt", "text/html"), ("evil", "text/html"), ("evil.js", "text/javascript"),
                       ("evil.pdf", "text/html"),
                       ("evil.png", "text/html"), ("evil.htm", "text/plain"), ("evil.xml", "text/xml")):
        ground.put(ground.mine, ground.root + name, PAGE, kind)
        for answer in downloads(ground, name):
            equal((answer.status, answer.body), (200, PAGE), name)
            assert answer.headers["content-disposition"].startswith("attachment"), f"{name}: {answer.headers}"
            equal(answer.headers.get("x-content-type-options"), "nosniff", name)
            # What an upload says of itself is not repeated: a name decides.
            if not name.endswith((".html", ".htm", ".xhtml")):
                assert "html" not in answer.headers["content-type"], f"{name}: {answer.headers}"
        ground.mine.send("DELETE", ground.root + name)
    ground.put(ground.mine, ground.root_of_model + "evil.html", PAGE, "text/html")
    answer = ground.mine.send("GET", AJAX + f"logged-models/{ground.model}/artifacts/files",
                              query={"artifact_file_path": "evil.html"})
    equal((answer.status, answer.headers["content-disposition"].startswith("attachment"),
           answer.headers.get("x-content-type-options")), (200, True, "nosniff"))
    ground.mine.send("DELETE", ground.root_of_model + "evil.html")


def test_questions_do_not_choose_the_kind(ground):
    for question in ("content_type=text/html", "response-content-type=text/html", "mimetype=text/html",
                     "response-content-disposition=inline"):
        answer = ground.mine.send("GET", f"{ground.root}secret.txt?{question}")
        equal((answer.status, answer.body), (200, SECRET))
        assert "html" not in answer.headers["content-type"], answer.headers
        assert answer.headers["content-disposition"].startswith("attachment"), answer.headers
    answer = ground.mine.send("GET", f"{ground.root}secret.txt", headers={"Accept": "text/html", "Content-Type": "text/html"})
    assert "html" not in answer.headers["content-type"], answer.headers


def test_names_do_not_write_headers(ground):
    for name in ("a%0d%0aSet-Cookie:%20x=1.txt", "a%22;%20filename=%22evil.html", "a%0aX-Evil:%201.txt", "%22.html",
                 "Ω%22.txt".replace("Ω", "%CE%A9")):
        answer = ground.mine.send("PUT", ground.root + name, PAGE, {"Content-Type": "application/octet-stream"})
        if answer.status == 200:
            answer = ground.mine.send("GET", ground.root + name)
            assert "set-cookie" not in answer.headers and "x-evil" not in answer.headers, answer.headers
            assert answer.headers["content-disposition"].startswith("attachment"), answer.headers
            ground.mine.send("DELETE", ground.root + name)
        else:
            refused(answer, name)
    ground.unharmed()


def test_foreign_hosts(ground):
    """DNS rebinding: a page of evil.example that resolves to this machine sends its own name as Host."""
    port = urlsplit(ground.uri).port
    for host in ("evil.example", f"evil.example:{port}", f"127.0.0.1.evil.example:{port}", f"localhost.evil.example:{port}",
                 f"evil.example@127.0.0.1:{port}"):
        for method, path, body, query in (("GET", API + "runs/get", None, {"run_id": ground.run}),
                                          ("POST", AJAX + "runs/set-tag", {"run_id": ground.run, "key": "evil", "value": "x"},
                                           None), ("GET", "/get-artifact", None, {"run_id": ground.run, "path": "secret.txt"}),
                                          ("GET", ground.root + "secret.txt", None, None)):
            refused(ground.mine.send(method, path, body, {"Host": host}, query), f"{method} {path} with Host {host}")
    untagged(ground)


def test_foreign_origins(ground):
    port = urlsplit(ground.uri).port
    for origin in (*EVIL, *(EVIL_TO_CHORALE if ground.is_chorale else [])):
        headers = {"Origin": origin.format(port=port)}
        for path in (API, AJAX):
            answer = ground.mine.send("POST", path + "runs/set-tag", {"run_id": ground.run, "key": "evil", "value": "x"},
                                      headers)
            refused(answer, f"POST from {headers}")
            answer = ground.mine.send("GET", path + "runs/get", None, headers, {"run_id": ground.run})
            not_let_in(answer, headers)
            answer = ground.mine.send("OPTIONS", path + "runs/set-tag", None,
                                      {**headers, "Access-Control-Request-Method": "POST",
                                       "Access-Control-Request-Headers": "authorization, content-type"})
            not_let_in(answer, headers)
        for method, body in (("PUT", b"overwritten"), ("DELETE", None)):
            refused(ground.mine.send(method, ground.root + "secret.txt", body,
                                     {**headers, "Content-Type": "application/octet-stream"}), f"{method} from {headers}")
    untagged(ground)
    ground.unharmed()


def not_let_in(answer, headers):
    allowed = answer.headers.get("access-control-allow-origin")
    assert allowed not in ("*", "null", headers["Origin"]), f"{headers} is let in: {answer.headers}"


def untagged(ground):
    tags = ground.mine.send("GET", API + "runs/get", query={"run_id": ground.run}).json()["run"]["data"].get("tags", [])
    assert "evil" not in [tag["key"] for tag in tags], tags


def test_what_a_form_can_send(ground):
    """A form on any page can post these kinds, and no others, without asking first."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        for path in (API, AJAX):
            refused(ground.mine.send("POST", path + "runs/set-tag",
                                     b'{"run_id": "%s", "key": "evil", "value": "x"}' % ground.run.encode(),
                                     {"Content-Type": kind}), f"POST of {kind}")
    untagged(ground)
