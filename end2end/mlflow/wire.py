"""One HTTP conversation with a tracking server: the bytes that are asked for are the bytes that are sent.

http.client, because client libraries tidy paths: `..` and `%2f` would be gone before a server could answer them. The
connection is kept; a server that hung up between two calls is asked again, once.
"""

import http.client
import json
import urllib.parse
from dataclasses import dataclass, field

CLOSED_WHILE_IDLE = (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError)


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    def json(self):
        """The body as JSON; None when it is not JSON, as when a proxy or a framework answered."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def error_code(self):
        body = self.json()
        return body.get("error_code") if isinstance(body, dict) else None

    @property
    def kind(self):
        """The media type without its parameters."""
        return self.headers.get("content-type", "").split(";")[0].strip()


@dataclass
class Wire:
    uri: str
    token: str | None = None
    timeout_s: float = 120
    _connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def send(self, method, path, body=None, headers=None, query=None):
        """body: None, bytes, text, or anything that becomes JSON. query: pairs, or a mapping."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode()
        if body is not None:
            sent["Content-Type"] = "application/json"
        for name, value in (headers or {}).items():
            sent.pop(name, None)
            if value is not None:
                sent[name] = value
        if query:
            path += "?" + urllib.parse.urlencode(query, doseq=True)
        try:
            return self._once(method, path, body, sent)
        except CLOSED_WHILE_IDLE:
            self.close()
            return self._once(method, path, body, sent)

    def _once(self, method, path, body, headers):
        if self._connection is None:
            parsed = urllib.parse.urlsplit(self.uri)
            self._connection = http.client.HTTPConnection(parsed.hostname, parsed.port, timeout=self.timeout_s)
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        answered = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, answered, response.read())

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None
