"""Artifacts through the client: of 0 bytes to 600 MB, nested, listed, got back to the byte, in every form it offers."""

import hashlib
import os
import urllib.parse

import matplotlib.figure
import numpy
import pandas

from lab import equal, only_chorale

MEBIBYTE = 1 << 20


def written(path, size_bytes, seed=0):
    """A file that no compression makes small; its SHA-256. Written in pieces: 600 MB are no reason for 600 MB of memory."""
    random, digest = numpy.random.default_rng(seed), hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        while size_bytes > 0:
            piece = random.bytes(min(size_bytes, MEBIBYTE))
            file.write(piece)
            digest.update(piece)
            size_bytes -= len(piece)
    return digest.hexdigest()


def digest_of(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def there_and_back(lab, size_bytes):
    run = lab.client.create_run(lab.experiment("sizes")).info.run_id
    path = lab.folder / "there" / f"{size_bytes}.bin"
    sha256 = written(path, size_bytes)
    lab.client.log_artifact(run, str(path), "deep/er")
    os.remove(path)
    equal([(file.path, file.is_dir, file.file_size or 0) for file in lab.client.list_artifacts(run, "deep/er")],
          [(f"deep/er/{size_bytes}.bin", False, size_bytes)])
    (lab.folder / "back").mkdir(exist_ok=True)
    back = lab.client.download_artifacts(run, f"deep/er/{size_bytes}.bin", lab.folder / "back")
    equal((os.path.getsize(back), digest_of(back)), (size_bytes, sha256))
    os.remove(back)


def test_of_no_bytes(lab):
    there_and_back(lab, 0)


def test_of_a_kilobyte(lab):
    there_and_back(lab, 1024)


def test_of_twenty_megabytes(lab):
    there_and_back(lab, 20 * MEBIBYTE)


def in_parts(lab, size_bytes, monitored):
    """The client sends parts at once, and reads pieces at once."""
    names = {"MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD": "true", "MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD": "true",
             "MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE": "1", "MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE": str(5 * MEBIBYTE),
             "MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE": str(7 * MEBIBYTE), **monitored}
    os.environ.update(names)
    try:
        there_and_back(lab, size_bytes)
    finally:
        for name in names:
            del os.environ[name]


def test_in_parts(lab):
    only_chorale(lab)
    in_parts(lab, 1, {})
    in_parts(lab, 23 * MEBIBYTE + 5, {})


def test_in_parts_by_hand(lab):
    """Any order, a part again, and what is refused."""
    only_chorale(lab)
    experiment = lab.experiment("parts")
    run = lab.client.create_run(experiment).info.run_id
    road, folder = "/api/2.0/mlflow-artifacts/mpu/", f"{experiment}/{run}/artifacts"
    pieces = [bytes([number]) * (5 * MEBIBYTE) for number in (1, 2)] + [b"end"]
    begun = lab.ask("POST", f"{road}create/{folder}/deep", {"path": "/home/me/a.bin", "num_parts": 3})
    urls = [urllib.parse.urlsplit(one["url"]).path for one in begun["credentials"]]
    ended = {"path": "/home/me/a.bin", "upload_id": begun["upload_id"]}
    etags = {}
    for number in (2, 0, 1, 1):
        body = b"other" * MEBIBYTE if number == 1 and number not in etags else pieces[number]
        answer = lab.wire.send("PUT", urls[number], body, {"Content-Type": "application/octet-stream"})
        equal(answer.status, 200, answer.body[:200])
        etags[number] = answer.headers["etag"]
    parts = [{"part_number": number + 1, "etag": etags[number]} for number in range(3)]
    for wrong, words in ((parts[:2], "name them all"), ([parts[0], parts[2]], "in order"), ([], "missing"),
                         ([parts[0], {**parts[1], "etag": "x"}, parts[2]], "another etag")):
        answer = lab.wire.send("POST", f"{road}complete/{folder}/deep", {**ended, "parts": wrong})
        equal((answer.status, words in answer.json()["message"]), (400, True), answer.body[:300])
    equal(lab.client.list_artifacts(run), [], "nothing is seen before all is there")
    for _twice in range(2):
        equal(lab.ask("POST", f"{road}complete/{folder}/deep", {**ended, "parts": parts}), {})
    equal([(one.path, one.file_size) for one in lab.client.list_artifacts(run, "deep")], [("deep/a.bin", 10 * MEBIBYTE + 3)])
    with open(lab.client.download_artifacts(run, "deep/a.bin"), "rb") as file:
        equal(file.read() == b"".join(pieces), True, "the parts in their order")
    answer = lab.wire.send("PUT", urls[0], b"late", {"Content-Type": "application/octet-stream"})
    equal(answer.status, 400, "a finished upload takes no part")
    small = lab.ask("POST", f"{road}create/{folder}", {"path": "b.bin", "num_parts": 2})
    sent = [lab.wire.send("PUT", urllib.parse.urlsplit(one["url"]).path, b"small", {"Content-Type": "application/octet-stream"})
            for one in small["credentials"]]
    parts = [{"part_number": number, "etag": answer.headers["etag"]} for number, answer in enumerate(sent, 1)]
    body = {"path": "b.bin", "upload_id": small["upload_id"], "parts": parts}
    answer = lab.wire.send("POST", f"{road}complete/{folder}", body)
    equal((answer.status, "5 MiB" in answer.json()["message"]), (400, True), answer.body[:300])
    equal(lab.ask("POST", f"{road}abort/{folder}", body), {})
    equal(lab.wire.send("POST", f"{road}complete/{folder}", body).error_code, "RESOURCE_DOES_NOT_EXIST")


def test_of_six_hundred_megabytes_in_parts(lab):
    if lab.large:
        in_parts(lab, 600 * MEBIBYTE, {"MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE": str(10 * MEBIBYTE),
                                       "MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE": str(100 * MEBIBYTE)})


def test_of_six_hundred_megabytes(lab):
    if lab.large:
        there_and_back(lab, 600 * MEBIBYTE)


def test_a_folder_of_folders(lab):
    run = lab.client.create_run(lab.experiment("folder")).info.run_id
    folder = lab.folder / "tree"
    wanted = {path: written(folder / path, 100 + number, number) for number, path in enumerate(
        ("one.txt", "a/two.txt", "a/b/c/three.bin", "a/with space.txt", "a/Ω.txt", "a/100%.txt", "a/plus+and&.txt",
         "a/semi;colon.txt", "z.html"))}
    lab.client.log_artifacts(run, folder, "root")
    equal([(file.path, file.is_dir) for file in lab.client.list_artifacts(run)], [("root", True)])
    equal([(file.path, file.is_dir) for file in lab.client.list_artifacts(run, "root")],
          [("root/a", True), ("root/one.txt", False), ("root/z.html", False)])
    equal(len(lab.client.list_artifacts(run, "root/a")), 7)
    equal(lab.client.list_artifacts(run, "root/none"), [])
    back = lab.mlflow.artifacts.download_artifacts(run_id=run, artifact_path="root", dst_path=str(lab.folder / "tree back"))
    found = {os.path.relpath(os.path.join(at, name), back): digest_of(os.path.join(at, name)) for at, _,
             names in os.walk(back) for name in names}
    equal(found, wanted)


def test_an_artifact_is_replaced(lab):
    run = lab.client.create_run(lab.experiment("replaced")).info.run_id
    lab.client.log_text(run, "long before", "note.txt")
    lab.client.log_text(run, "after", "note.txt")
    equal(lab.mlflow.artifacts.load_text(f"runs:/{run}/note.txt"), "after")
    equal([file.file_size for file in lab.client.list_artifacts(run)], [5])


def test_in_every_form(lab):
    run = lab.client.create_run(lab.experiment("forms")).info.run_id
    lab.client.log_text(run, "Grüße", "text/greeting.txt")
    lab.client.log_dict(run, {"a": [1, 2.5, None, "x"]}, "dict.json")
    lab.client.log_dict(run, {"a": 1}, "dict.yaml")
    figure = matplotlib.figure.Figure()
    figure.subplots().plot([1, 2, 3])
    lab.client.log_figure(run, figure, "figure.png")
    lab.client.log_image(run, numpy.zeros((8, 8, 3), dtype=numpy.uint8), "image.png")
    lab.client.log_image(run, numpy.zeros((8, 8, 3), dtype=numpy.uint8), key="steps", step=3)
    table = pandas.DataFrame({"question": ["a", "b"], "score": [0.5, 1.0]})
    lab.client.log_table(run, table, "table.json")
    lab.client.log_table(run, {"question": ["c"], "score": [2.0]}, "table.json")
    root = f"runs:/{run}/"
    equal(lab.mlflow.artifacts.load_text(root + "text/greeting.txt"), "Grüße")
    equal(lab.mlflow.artifacts.load_dict(root + "dict.json"), {"a": [1, 2.5, None, "x"]})
    equal(lab.mlflow.artifacts.load_image(root + "image.png").size, (8, 8))
    assert os.path.getsize(lab.client.download_artifacts(run, "figure.png", lab.folder)) > 1000
    found = lab.client.load_table(lab.client.get_run(run).info.experiment_id, "table.json", run_ids=[run])
    equal((found["question"].tolist(), found["score"].tolist()), (["a", "b", "c"], [0.5, 1.0, 2.0]))
    equal({file.path for file in lab.client.list_artifacts(run)},
          {"text", "dict.json", "dict.yaml", "figure.png", "image.png", "images", "table.json"})


def test_what_is_not_there(lab):
    run = lab.client.create_run(lab.experiment("missing")).info.run_id
    equal(lab.client.list_artifacts(run), [])
    try:
        lab.client.download_artifacts(run, "none.txt", lab.folder)
    except Exception as error:
        assert "none.txt" in str(error) or "404" in str(error), error
    else:
        raise AssertionError("an artifact that isn't was downloaded")


def test_an_artifact_is_deleted(lab):
    """Deleting has no verb in the client; `mlflow gc` and the pages send this."""
    run = lab.client.create_run(lab.experiment("delete")).info
    lab.client.log_text(run.run_id, "x", "a/b.txt")
    lab.client.log_text(run.run_id, "x", "c.txt")
    path = f"/api/2.0/mlflow-artifacts/artifacts/{run.experiment_id}/{run.run_id}/artifacts"
    lab.ask("DELETE", f"{path}/a")
    equal([file.path for file in lab.client.list_artifacts(run.run_id)], ["c.txt"])
