"""A real `mlflow server` in a folder of its own: what Chorale is compared with, in answers and in milliseconds."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import wire

STARTS_WITHIN_S = 180

# No telemetry, because tests reach nothing outside; no job workers, because no call that is compared needs them.
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}


class Peer:
    """with Peer() as peer: … peer.uri. SQLite, artifacts served. workers: None is MLflow's own default. folder: kept
    afterwards; a temporary one that is removed when it is None. python: an interpreter that has mlflow."""

    def __init__(self, workers=None, folder=None, python=sys.executable):
        self.python = python
        self.is_kept = folder is not None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="mlflow-peer-")).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.uri = f"http://127.0.0.1:{free_port()}"
        self.workers = workers
        self.process = None

    def __enter__(self):
        # Told to end, this program must take its server with it.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(self._command(), cwd=self.folder, stdout=self.log, stderr=subprocess.STDOUT,
                                        env=self._environment(), start_new_session=True)
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                said = (self.folder / "log").read_text()[-4000:]
                self.__exit__()
                raise RuntimeError(f"mlflow server did not start; it said:\n{said}")
            time.sleep(0.3)
        return self

    def __exit__(self, *_):
        # Its workers are in its process group, which is ours alone (start_new_session).
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        except ProcessLookupError:
            pass
        self.log.close()
        if not self.is_kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _command(self):
        port = self.uri.rsplit(":", 1)[1]
        workers = ["--workers", str(self.workers)] if self.workers else []
        return [self.python, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", port, "--serve-artifacts",
                "--backend-store-uri", f"sqlite:///{self.folder}/mlflow.db",
                "--artifacts-destination", str(self.folder / "artifacts"), *workers]

    def _environment(self):
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
        return {**inherited, **QUIET}

    def _answers(self):
        probe = wire.Wire(self.uri, timeout_s=5)
        try:
            return probe.send("GET", "/api/2.0/mlflow/experiments/get?experiment_id=0").status == 200
        except OSError:
            return False
        finally:
            probe.close()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
