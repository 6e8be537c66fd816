"""Calls in an order, written once and told to two servers that choose their own ids.

`{{run a}}` in a path, a query or a body stands for what this server answered to the call that kept "run a".
"""

from dataclasses import dataclass, field

API = "/api/2.0/mlflow/"
AJAX = "/ajax-api/2.0/mlflow/"
ARTIFACTS = "/api/2.0/mlflow-artifacts/"

# Times that a client says are long past, so that whatever is of today was chosen by the server.
PAST_MS = 1_600_000_000_000


@dataclass
class Call:
    name: str
    method: str
    path: str
    body: object = None
    query: object = None
    headers: dict = field(default_factory=dict)
    keep: dict = field(default_factory=dict)


class Story:
    def __init__(self, random):
        self.random = random
        self.calls = []
        self._names = set()

    def call(self, name, method, path, body=None, query=None, headers=None, keep=None):
        """name is how a difference, or the reason that it is expected, refers to this call."""
        if name in self._names:
            raise ValueError(f"two calls are named {name!r}; name what differs")
        self._names.add(name)
        self.calls.append(Call(name, method, path, body, query, headers or {}, keep or {}))

    def post(self, name, endpoint, body=None, **more):
        self.call(f"POST {endpoint}: {name}", "POST", API + endpoint, body, **more)

    def patch(self, name, endpoint, body=None, **more):
        self.call(f"PATCH {endpoint}: {name}", "PATCH", API + endpoint, body, **more)

    def delete(self, name, endpoint, body=None, **more):
        self.call(f"DELETE {endpoint}: {name}", "DELETE", API + endpoint, body, **more)

    def get(self, name, endpoint, query=None, **more):
        self.call(f"GET {endpoint}: {name}", "GET", API + endpoint, query=query, **more)

    def ajax(self, name, method, endpoint, **more):
        self.call(f"ajax {method} {endpoint}: {name}", method, AJAX + endpoint, **more)

    def experiment(self, letter, **more):
        """A new experiment of its own for a chapter: chapters don't see each other's."""
        self.post(f"of chapter {letter}", "experiments/create", {"name": f"{{{{world}}}} {letter}", **more},
                  keep={f"experiment {letter}": "experiment_id"})

    def run(self, letter, experiment, start=0, **more):
        """A new run; runs start a second apart, because runs of one millisecond have no order."""
        body = {"experiment_id": f"{{{{experiment {experiment}}}}}", "start_time": PAST_MS + start * 1000,
                "run_name": f"run {letter}", "user_id": "tester", **more}
        self.post(f"of run {letter}", "runs/create", body, keep={f"run {letter}": "run.info.run_id"})
