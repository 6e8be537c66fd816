"""What a session has at hand: the real client, a raw wire, names of its own, and how to say what must hold."""

import contextlib
import os
import pathlib
import tempfile
import uuid
import warnings

import wire

# Set before mlflow is imported: tests reach nothing outside, install nothing, and show no bars.
ENVIRONMENT = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
               "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true", "GIT_PYTHON_REFRESH": "quiet", "MPLBACKEND": "Agg",
               "MLFLOW_REQUIREMENTS_INFERENCE_RAISE_ERRORS": "false", "MLFLOW_LOGGING_LEVEL": "ERROR"}


class Lab:
    """One for the whole session; each test takes new names and a new experiment from it."""

    def __init__(self, options):
        os.environ.update(ENVIRONMENT, MLFLOW_TRACKING_URI=options.uri)
        os.environ.pop("MLFLOW_TRACKING_TOKEN", None)
        if options.token:
            os.environ["MLFLOW_TRACKING_TOKEN"] = options.token
        warnings.simplefilter("ignore")
        import mlflow

        self.mlflow = mlflow
        self.client = mlflow.MlflowClient()
        self.wire = wire.Wire(options.uri, options.token)
        # A token is what Chorale asks for and a plain mlflow server doesn't.
        self.is_chorale = bool(options.token)
        self.large = options.large
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mlflow-session-"))

    def name(self, what):
        return f"{what} {uuid.uuid4().hex[:8]}"

    def experiment(self, what):
        """A new experiment, and the one that the fluent calls log to."""
        return self.mlflow.set_experiment(self.name(what)).experiment_id

    def ask(self, method, path, body=None, query=None):
        """A raw call that must succeed; its JSON."""
        answer = self.wire.send(method, path, body, query=query)
        assert answer.status == 200, f"{method} {path}: {answer.status} {answer.body[:300]}"
        return answer.json()

    def end_runs(self):
        """What a test that failed left open is not the next one's."""
        while self.mlflow.active_run():
            self.mlflow.end_run()

    @contextlib.contextmanager
    def refused(self, code):
        """What is inside must be refused by the server, with this error code."""
        try:
            yield
        except self.mlflow.MlflowException as error:
            assert error.error_code == code, f"refused with {error.error_code}, not {code}: {error}"
        else:
            raise AssertionError(f"should have been refused with {code}")


def equal(found, wanted, what=""):
    assert found == wanted, f"{what}\n      found  {found!r}\n      wanted {wanted!r}"


class ChoraleOnly(Exception):
    """Raised by a test whose question a plain mlflow server answers otherwise."""


def only_chorale(lab):
    if not lab.is_chorale:
        raise ChoraleOnly
