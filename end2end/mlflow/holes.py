"""MLflow's published holes, tried one by one: paths, sources of models, other organizations, browsers.

Against a plain `mlflow server` only those are tried that it has closed itself.
"""

import importlib
import uuid

import session
import wire
from lab import ChoraleOnly
from story import API, ARTIFACTS

CHAPTERS = ["paths", "sources", "strangers", "browsers"]
SECRET = b"nobody else's"


class Ground:
    """An experiment, two runs with an artifact each, a logged model and a registered one: what is to be protected."""

    def __init__(self, options):
        self.is_chorale = bool(options.token)
        self.uri = options.uri
        self.mine = wire.Wire(options.uri, options.token)
        self.stranger = wire.Wire(options.uri, options.other) if options.other else None
        self.nobody = wire.Wire(options.uri)
        self.experiment = self.made(self.mine, "experiments/create", {"name": self.name("holes")})["experiment_id"]
        self.run, self.neighbour = (self.run_of(self.mine, self.experiment) for _ in range(2))
        body = {"experiment_id": self.experiment, "name": "kept", "source_run_id": self.run}
        self.model = self.made(self.mine, "logged-models", body)["model"]["info"]["model_id"]
        self.registered = self.made(self.mine, "registered-models/create",
                                    {"name": self.name("kept")})["registered_model"]["name"]
        self.root = f"{ARTIFACTS}artifacts/{self.experiment}/{self.run}/artifacts/"
        self.root_beside = f"{ARTIFACTS}artifacts/{self.experiment}/{self.neighbour}/artifacts/"
        self.root_of_model = f"{ARTIFACTS}artifacts/{self.experiment}/models/{self.model}/artifacts/"
        for root in (self.root, self.root_beside, self.root_of_model):
            self.put(self.mine, f"{root}secret.txt", SECRET)
            self.put(self.mine, f"{root}folder/deep.txt", SECRET)
        source = f"mlflow-artifacts:/{self.experiment}/{self.run}/artifacts/folder"
        self.made(self.mine, "model-versions/create", {"name": self.registered, "source": source, "run_id": self.run})

    def name(self, what):
        return f"{what} {uuid.uuid4().hex[:8]}"

    def made(self, who, endpoint, body):
        answer = who.send("POST", API + endpoint, body)
        assert answer.status == 200, f"{endpoint}: {answer.status} {answer.body[:300]}"
        return answer.json()

    def run_of(self, who, experiment):
        return self.made(who, "runs/create", {"experiment_id": experiment, "start_time": 1})["run"]["info"]["run_id"]

    def put(self, who, path, content, kind="application/octet-stream"):
        answer = who.send("PUT", path, content, {"Content-Type": kind})
        assert answer.status == 200, f"PUT {path}: {answer.status} {answer.body[:300]}"

    def unharmed(self):
        """Everything that was put is there, with its content, and nothing beside it."""
        for root in (self.root, self.root_beside, self.root_of_model):
            for name in ("secret.txt", "folder/deep.txt"):
                answer = self.mine.send("GET", root + name)
                assert (answer.status, answer.body) == (200, SECRET), f"{root}{name}: {answer.status} {answer.body[:100]}"
        for run in (self.run, self.neighbour):
            files = self.mine.send("GET", API + "artifacts/list", query={"run_id": run}).json()["files"]
            assert [file["path"] for file in files] == ["folder", "secret.txt"], files


def refused(answer, what):
    """Refused by the server's own decision, with words: no success, no break-down."""
    assert 400 <= answer.status < 500, f"{what}: {answer.status} {answer.body[:200]}"
    assert SECRET not in answer.body and b"root:" not in answer.body, f"{what}: {answer.body[:200]}"
    return answer


def only_with_stranger(ground):
    if ground.stranger is None:
        raise ChoraleOnly


def run(options):
    """True when no hole is open."""
    if options.token and not options.other:
        print("holes: name a token of another organization with --other")
        return False
    failed = 0
    for chapter in options.chapters.split(",") if options.chapters else CHAPTERS:
        for name, test in list(vars(importlib.import_module(f"breaches.{chapter}")).items()):
            if name.startswith("test_"):
                # Each has a ground of its own: a hole that is open harms no other's.
                failed += not session.passes(Ground(options), f"{chapter}: {name.removeprefix('test_').replace('_', ' ')}",
                                             test, "holes")
    print(f"holes: {failed} open" if failed else "holes: none open")
    return failed == 0
