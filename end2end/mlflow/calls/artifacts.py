"""Artifacts: put, listed, got, deleted, through the paths of MLflow's own proxy and of its pages."""

from story import API, ARTIFACTS

OF_RUN = "artifacts/{{experiment A}}/{{run a}}/artifacts"
FILES = [("empty.txt", b""), ("one.txt", b"x"), ("table.csv", b"a,b\n1,2\n"), ("data.json", b"{}"),
         ("page.html", b"<script>1</script>"), ("drawing.svg", b"<svg/>"),
         ("model/MLmodel", b"flavors: {}\n"), ("model/model.pkl", bytes(range(256))), ("deep/er/and/deeper/file.bin", b"deep"),
         ("with space.txt", b"space"),
         ("Ω.txt", b"omega"), ("plus+and%25.txt", b"odd"), ("kilobyte.bin", bytes(1024)), ("noextension", b"?"),
         ("notes.md", b"# x"), ("code.py", b"1"), ("picture.png", b"\x89PNG")]
BAD_PATHS = ["..", "../x", "a/../../x", "/etc/passwd", "//etc/passwd", "%2e%2e/x", "..%2fx", "%252e%252e%252fx", "a\\b",
             "..\\x", "C:/x", "file:///etc/passwd", "a;b", "a?b=c", "a#b", ".", "", "a//b", "a/./b", "a/",
             "http://example.org/x", "x\x00y", "~/x"]


def tell(story):
    story.experiment("A")
    story.run("a", "A")
    put(story)
    listed(story)
    got(story)
    deleted(story)
    through_pages(story)


def escaped(path):
    from urllib.parse import quote
    return quote(path, safe="/{}%+")


def put(story):
    for name, content in FILES:
        story.call(f"put {name}", "PUT", ARTIFACTS + f"{OF_RUN}/{escaped(name)}", content,
                   headers={"Content-Type": "application/octet-stream"})
    story.call("put one.txt again", "PUT", ARTIFACTS + f"{OF_RUN}/one.txt", b"y", headers={"Content-Type": "text/html"})
    story.call("put to a file's child", "PUT", ARTIFACTS + f"{OF_RUN}/one.txt/child", b"y", headers={"Content-Type": None})
    story.call("put over a folder", "PUT", ARTIFACTS + f"{OF_RUN}/model", b"y", headers={"Content-Type": None})


def listed(story):
    a = {"run_id": "{{run a}}"}
    for path in (None, "", "model", "model/", "deep", "deep/er", "deep/er/and/deeper", "one.txt", "none", "model/MLmodel",
                 "with space.txt", *BAD_PATHS[:16]):
        story.get(f"of {path!r}", "artifacts/list", a if path is None else {**a, "path": path})
    story.get("by run_uuid", "artifacts/list", {"run_uuid": "{{run a}}"})
    story.get("none such run", "artifacts/list", {"run_id": "0" * 32})
    story.get("nothing asked", "artifacts/list")
    story.get("page token", "artifacts/list", {**a, "page_token": "x"})
    story.ajax("of the run", "GET", "artifacts/list", query=a)
    root = "{{experiment A}}/{{run a}}/artifacts"
    for path in (root, f"{root}/model", f"{root}/", f"{root}/deep/er", f"{root}/none", f"{root}/one.txt",
                 f"{root}/../artifacts", f"{root}/%2e%2e", "{{experiment A}}", "{{experiment A}}/{{run a}}"):
        story.call(f"proxy list of {path}", "GET", ARTIFACTS + "artifacts", query={"path": path})


def got(story):
    for name in ("empty.txt", "one.txt", "table.csv", "data.json", "page.html", "drawing.svg", "model/MLmodel",
                 "model/model.pkl", "deep/er/and/deeper/file.bin", "with space.txt", "Ω.txt", "plus+and%25.txt",
                 "kilobyte.bin", "noextension", "notes.md", "code.py", "picture.png", "none.txt", "model", "none/none.txt"):
        story.call(f"proxy get {name}", "GET", ARTIFACTS + f"{OF_RUN}/{escaped(name)}")
    for name in ("one.txt", "page.html", "model/MLmodel", "none.txt", "model", "with space.txt", *BAD_PATHS):
        story.call(f"pages get {name!r}", "GET", "/get-artifact", query={"run_id": "{{run a}}", "path": name})
    story.call("pages get by run_uuid", "GET", "/get-artifact", query={"run_uuid": "{{run a}}", "path": "one.txt"})
    story.call("pages get none such run", "GET", "/get-artifact", query={"run_id": "0" * 32, "path": "one.txt"})
    story.call("pages get no path", "GET", "/get-artifact", query={"run_id": "{{run a}}"})
    story.call("pages get no run", "GET", "/get-artifact", query={"path": "one.txt"})
    for name, range_asked in (("first", "bytes=0-9"), ("last", "bytes=-5"), ("beyond", "bytes=9999-"), ("odd", "lines=1-2")):
        story.call(f"proxy get a range: {name}", "GET", ARTIFACTS + f"{OF_RUN}/kilobyte.bin", headers={"Range": range_asked})
    story.call("proxy head", "HEAD", ARTIFACTS + f"{OF_RUN}/kilobyte.bin")


def deleted(story):
    story.call("delete a file", "DELETE", ARTIFACTS + f"{OF_RUN}/noextension")
    story.call("delete it again", "DELETE", ARTIFACTS + f"{OF_RUN}/noextension")
    story.call("delete a folder", "DELETE", ARTIFACTS + f"{OF_RUN}/deep/er")
    story.call("delete nothing", "DELETE", ARTIFACTS + f"{OF_RUN}/none/such")
    story.get("after deletes", "artifacts/list", {"run_id": "{{run a}}"})
    story.get("after deletes, the folder", "artifacts/list", {"run_id": "{{run a}}", "path": "deep"})
    for verb in ("create", "complete", "abort"):
        body = {"path": "big.bin", "num_parts": 2, "upload_id": "x", "parts": [{"part_number": 1, "etag": "a", "url": "u"}]}
        story.call(f"multipart {verb}", "POST", ARTIFACTS + f"mpu/{verb}/{{{{experiment A}}}}/{{{{run a}}}}/artifacts", body)
    story.call("presigned get", "GET", ARTIFACTS + "presigned/{{experiment A}}/{{run a}}/artifacts/one.txt")
    for verb in ("presigned-upload-url", "presigned-download-url"):
        for name, body in (("of a run", {"run_id": "{{run a}}", "path": "one.txt"}), ("no path", {"run_id": "{{run a}}"}),
                           ("none such run", {"run_id": "0" * 32, "path": "one.txt"}),
                           ("no run", {"path": "one.txt"}), ("odd path", {"run_id": "{{run a}}", "path": "../x"}),
                           ("long", {"run_id": "{{run a}}", "path": "one.txt", "expiration": 700_000})):
            story.call(f"{verb}: {name}", "POST", f"{API}artifacts/{verb}", body)


def through_pages(story):
    upload = "upload-artifact"
    a = {"run_uuid": "{{run a}}"}
    for name, query, body in (("a file", {**a, "path": "up/loaded.txt"}, b"up"), ("no path", a, b"up"),
                              ("no run", {"path": "x"}, b"up"), ("nothing", {**a, "path": "up/nothing.txt"}, b""),
                              ("none such run", {"run_uuid": "0" * 32, "path": "x"}, b"up"),
                              ("odd path", {**a, "path": "../x"}, b"up")):
        story.ajax(name, "POST", upload, query=query, body=body, headers={"Content-Type": "application/octet-stream"})
    story.get("after an upload", "artifacts/list", {"run_id": "{{run a}}", "path": "up"})
