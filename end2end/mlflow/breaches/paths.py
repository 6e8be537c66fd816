"""Paths that would leave their root: written plainly, escaped once and twice, with the other slash, behind a semicolon."""

from holes import SECRET, refused
from lab import only_chorale
from story import AJAX, API, ARTIFACTS

# Under a run's root, each would reach the neighbour's file or the system's, were it followed.
ESCAPES = [
    "../../{neighbour}/artifacts/secret.txt", "..%2f..%2f{neighbour}%2fartifacts%2fsecret.txt",
    "%2e%2e/%2e%2e/{neighbour}/artifacts/secret.txt", "%2e%2e%2f%2e%2e%2f{neighbour}%2fartifacts%2fsecret.txt",
    "%252e%252e%252f%252e%252e%252f{neighbour}%252fartifacts%252fsecret.txt", "%25252e%25252e%25252fx",
    "folder/../../../{neighbour}/artifacts/secret.txt", "folder/..%2f..%2f..%2f{neighbour}/artifacts/secret.txt",
    "../../../../../../../../etc/passwd", "..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
]
# What MLflow takes for names, or breaks down on, over a store that is a folder of Linux.
NO_NAMES = [
    "..%5c..%5c{neighbour}%5cartifacts%5csecret.txt", "..\\..\\{neighbour}\\artifacts\\secret.txt", "folder%5cdeep.txt",
    "C:%5cWindows%5cwin.ini", "%2fetc%2fpasswd", "/etc/passwd", "file:%2f%2f%2fetc%2fpasswd", "secret.txt%00.png", "%00",
    "..%00/secret.txt",
]
# Odd, and not outside: nothing is behind them, but a name they may be.
ODD = [
    "..;/..;/{neighbour}/artifacts/secret.txt", "..%3b/..%3b/{neighbour}/artifacts/secret.txt", "secret.txt;x=1",
    "....//....//{neighbour}/artifacts/secret.txt", "%c0%ae%c0%ae/%c0%ae%c0%ae/x", "%E2%80%A5/%E2%80%A5/x", "..%c0%afx",
    "..%ef%bc%8f..%ef%bc%8fx",
]
# As a value of a question these are decoded once by the server before it looks.
VALUES = ["..", "../..", "../../x", "../secret.txt", "/etc/passwd", "//etc/passwd", "folder/../../x", "..%2f..%2fx",
          "%2e%2e/%2e%2e/x",
          "%252e%252e%252fx", "file:///etc/passwd"]
VALUES_OF_NAMES = ["..\\..\\x", "folder\\deep.txt", "C:\\Windows", "secret.txt\x00.png"]


def test_nothing_is_read(ground):
    for root in (ground.root, ground.root_of_model):
        for escape in (*ESCAPES, *NO_NAMES, *ODD):
            path = root + escape.format(neighbour=ground.neighbour)
            refused(ground.mine.send("GET", path), f"GET {path}")
            refused(ground.mine.send("GET", path.replace("/api/", "/ajax-api/", 1)), f"GET {path} at /ajax-api")


def test_nothing_is_written(ground):
    for escape in (*ESCAPES, *(NO_NAMES if ground.is_chorale else [])):
        path = ground.root + escape.format(neighbour=ground.neighbour)
        refused(ground.mine.send("PUT", path, b"overwritten", {"Content-Type": "application/octet-stream"}), f"PUT {path}")
    ground.unharmed()


def test_nothing_is_deleted(ground):
    for escape in (*ESCAPES, *NO_NAMES, *ODD):
        path = ground.root + escape.format(neighbour=ground.neighbour)
        answer = ground.mine.send("DELETE", path)
        # Deleting what isn't there is no error for MLflow; what counts is what is left.
        assert answer.status < 500, f"DELETE {path}: {answer.status}"
    ground.unharmed()


def test_roots_are_not_deleted(ground):
    """DELETE of `.` empties a run in MLflow 3.17, and breaks down on it."""
    only_chorale(ground)
    top = ARTIFACTS + "artifacts/"
    of_run = [".", "./", "%2e", "..", "folder/..", "folder/%2e%2e", "folder/../..", "folder/.%2e/"]
    of_all = ["", ".", "%2e", "./", "..", "%2e%2e", "/", f"{ground.experiment}/.", f"{ground.experiment}/./{ground.run}/../.."]
    for path in (*(ground.root + end for end in of_run), *(top + end for end in of_all), top[:-1]):
        refused(ground.mine.send("DELETE", path), f"DELETE {path}")
    ground.unharmed()


def test_values_of_questions(ground):
    roads = [
        ("GET", API + "artifacts/list", {"run_id": ground.run}, "path"),
        ("GET", AJAX + "artifacts/list", {"run_id": ground.run}, "path"),
        ("GET", "/get-artifact", {"run_id": ground.run}, "path"),
        ("GET", "/model-versions/get-artifact", {"name": ground.registered, "version": "1"}, "path"),
        ("GET", AJAX + f"logged-models/{ground.model}/artifacts/files", {}, "artifact_file_path"),
        ("GET", API + f"logged-models/{ground.model}/artifacts/directories", {}, "artifact_directory_path"),
        ("POST", AJAX + "upload-artifact", {"run_uuid": ground.run}, "path"),
    ]
    for method, path, question, field in roads:
        for value in (*VALUES, *(VALUES_OF_NAMES if ground.is_chorale else [])):
            body = b"overwritten" if method == "POST" else None
            kind = {"Content-Type": "application/octet-stream"} if body else None
            nothing_in(ground.mine.send(method, path, body, kind, {**question, field: value}),
                       f"{method} {path} {field}={value!r}")
    ground.unharmed()


def nothing_in(answer, what):
    """A list may say that nothing is there; everything else is refused."""
    if answer.status == 200 and b"overwritten" not in answer.body and isinstance(answer.json(), dict):
        assert what.startswith("GET") and not answer.json().get("files"), f"{what}: {answer.body[:200]}"
    else:
        refused(answer, what)


def test_lists_of_the_proxy(ground):
    outside = ["..", "../..", "/", "/etc", "%2e%2e", "..%2f", "%252e%252e", f"{ground.experiment}/../..",
               f"{ground.experiment}/{ground.run}/artifacts/../../.."]
    # In MLflow these list everybody's experiments.
    everybody = ["", ".", "./", "\x00", "..\\.."] if ground.is_chorale else []
    for path in (*outside, *everybody):
        nothing_in(ground.mine.send("GET", ARTIFACTS + "artifacts", query={"path": path}), f"GET list of {path!r}")
    if ground.is_chorale:
        nothing_in(ground.mine.send("GET", ARTIFACTS + "artifacts"), "GET list of everything")


def test_multipart_and_presigned_roads(ground):
    folder = f"{ground.experiment}/{ground.run}/artifacts"
    body = {"path": "secret.txt", "num_parts": 1, "upload_id": "x", "parts": [{"part_number": 1, "etag": "x", "url": "x"}]}
    for verb in ("mpu/create", "mpu/complete", "mpu/abort"):
        for escape in (*ESCAPES, *NO_NAMES):
            path = f"{ARTIFACTS}{verb}/{folder}/{escape.format(neighbour=ground.neighbour)}"
            refused_or_unbuilt(ground.mine.send("POST", path, body), f"POST {path}")
        for name in ("..%2fsecret.txt", "", ".", "..", "/", "a/..", "a\\.."):
            answer = ground.mine.send("POST", f"{ARTIFACTS}{verb}/{folder}", {**body, "path": name})
            refused_or_unbuilt(answer, f"{verb} of {name}")
    # Clients send the path on their own disk; its last part alone names the file here.
    for name in ("../secret.txt", "/etc/secret.txt", "..\\secret.txt", "C:\\x\\secret.txt"):
        begun = ground.mine.send("POST", f"{ARTIFACTS}mpu/create/{folder}", {**body, "path": name})
        if begun.status == 200:
            ended = {"path": "secret.txt", "upload_id": begun.json()["upload_id"]}
            answer = ground.mine.send("POST", f"{ARTIFACTS}mpu/abort/{folder}", ended)
            assert answer.status == 200, f"{name} was begun elsewhere: {answer.status} {answer.body[:200]}"
        else:
            refused_or_unbuilt(begun, f"mpu/create of {name}")
    for escape in (*ESCAPES, *NO_NAMES):
        path = f"{ARTIFACTS}presigned/{folder}/{escape.format(neighbour=ground.neighbour)}"
        refused_or_unbuilt(ground.mine.send("GET", path), f"GET {path}")
    ground.unharmed()


def refused_or_unbuilt(answer, what):
    if answer.status != 501:
        refused(answer, what)


def test_queries_after_the_path(ground):
    """A question behind a path is no part of it."""
    for question in ("?x=/../../secret.txt", "?path=../../x", "?version=1#/../x"):
        answer = ground.mine.send("GET", f"{ground.root}secret.txt{question}")
        assert (answer.status, answer.body) == (200, SECRET), f"{question}: {answer.status}"
    refused(ground.mine.send("GET", f"{ground.root}?x=secret.txt"), "a root with a question")
    refused(ground.mine.send("GET", f"{ground.root}secret.txt%3Fx=1"), "a question mark in the name")
    refused(ground.mine.send("GET", f"{ground.root}secret.txt;x=1"), "a parameter behind the name")
