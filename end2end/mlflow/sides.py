"""A side of the comparison: a server, the ids that it chose, and its answers told in names instead of ids."""

import hashlib
import json
import re
import time
import urllib.parse

PLACE = re.compile(r"\{\{([^{}]+)\}\}")
ROOT = re.compile(r"(mlflow-artifacts:/)([^/]+)")
CHOSEN_NAME = re.compile(r"^[a-z]+-[a-z]+-\d+$")

# Lists whose order means nothing.
UNORDERED = {"tags", "params", "aliases", "dataset_inputs", "model_inputs", "model_outputs", "dataset_summaries",
             "latest_versions"}
# Who a user is, is the server's to know: Chorale names the token's owner, MLflow repeats what a client claims.
OF_USERS = {"user_id"}
# Databricks' names for an error, which MLflow's open server repeats and no client reads.
OF_ERRORS = {"sqlstate", "error_class"}
# Where answers to what makes something tell its id.
CHOSEN_IDS = {"run": "run.info.run_id", "model": "model.info.model_id", "experiment": "experiment_id"}
# An id shorter than this could stand for something else, and is only replaced where a field says what it is.
TELLING = 12
# Headers that decide what a browser does with a download.
OF_DOWNLOADS = ("content-disposition", "x-content-type-options", "content-range")


class Side:
    def __init__(self, wire, world):
        self.wire = wire
        self.names = {"world": world, "WORLD": world.upper()}
        self.begun_ms = time.time() * 1000

    def ask(self, call):
        """The server's answer to a call, told so that two servers' answers can be compared."""
        path, query, body = self._filled(call.path, quoted=True), self._filled(call.query), self._filled(call.body)
        answer = self.wire.send(call.method, path, body, call.headers, query)
        json_body = answer.json()
        for name, where in call.keep.items():
            found = picked(json_body, where)
            self.names[name] = str(found) if found is not None else f"missing-{name.replace(' ', '-')}"
        for kind, where in CHOSEN_IDS.items():
            if call.method == "POST" and (found := picked(json_body, where)):
                self.names.setdefault(f"{kind} by {call.name}", str(found))
        return self._told(answer, json_body)

    def _filled(self, value, quoted=False):
        if isinstance(value, str):
            quote = urllib.parse.quote if quoted else str
            return PLACE.sub(lambda found: quote(self.names.get(found[1], f"unknown-{found[1]}")), value)
        if isinstance(value, (list, tuple)):
            return type(value)(self._filled(one) for one in value)
        if isinstance(value, dict):
            return {self._filled(name): self._filled(one) for name, one in value.items()}
        return value

    def _told(self, answer, body):
        told = {"status": answer.status}
        if answer.kind != "application/json" or body is None:
            if answer.status >= 300:
                return {**told, "error_code": None}
            told |= {"kind": answer.kind, "size": len(answer.body), "sha256": hashlib.sha256(answer.body).hexdigest()[:12]}
            return told | {name: answer.headers.get(name) for name in OF_DOWNLOADS}
        if answer.status >= 400 and not (isinstance(body, dict) and "error_code" in body):
            return {**told, "error_code": None}
        if answer.status >= 400:
            body = {name: value for name, value in body.items() if name not in OF_ERRORS}
            return {**told, "error_code": body.pop("error_code", None), "a message": bool(body.pop("message", None)),
                    "body": body}
        return {**told, "body": self._renamed(body)}

    def _renamed(self, value, key=None, above=None):
        if isinstance(value, dict):
            return {name: self._renamed(one, name, key) for name, one in value.items() if name not in OF_USERS}
        if isinstance(value, list):
            items = [self._renamed(one, key, above) for one in value]
            unordered = key in UNORDERED or (key == "metrics" and above == "data")
            if unordered:
                items = [one for one in items if not (isinstance(one, dict) and one.get("key") == "mlflow.user")]
                items.sort(key=lambda one: json.dumps(one, sort_keys=True))
            return items
        if isinstance(value, str):
            return self._renamed_text(value, key)
        if isinstance(value, (int, float)) and not isinstance(value,
            bool) and self.begun_ms - 60_000 < value < time.time() * 1000 + 60_000:
            return "<now>"
        return value

    def _renamed_text(self, text, key):
        if key == "next_page_token":
            return "<token>"
        if key == "experiment_id":
            return next((f"<{name}>" for name, id in self.names.items() if name.startswith("experiment ") and id == text), text)
        if CHOSEN_NAME.match(text):
            return "<a name>"
        for name, id in self.names.items():
            if len(id) >= TELLING and id in text and not name.startswith(("page", "runs page", "history")):
                text = text.replace(id, f"<{name}>")
        return ROOT.sub(lambda found: found[1] + self._renamed_text(found[2], "experiment_id"), text)


def picked(body, where):
    for step in where.split("."):
        body = body.get(step) if isinstance(body, dict) else None
    return body


def differences(theirs, ours, at=""):
    """Pairs of (where, theirs, ours) for what two told answers do not share."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return [found for name in {**theirs, **ours} for found in differences(theirs.get(name, "(absent)"),
            ours.get(name, "(absent)"), f"{at}.{name}" if at else name)]
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        return [found for number, (one, other) in enumerate(zip(theirs, ours)) for found in differences(one, other,
            f"{at}[{number}]")]
    if isinstance(theirs, bool) != isinstance(ours, bool) or theirs != ours:
        return [(at, theirs, ours)]
    return []
