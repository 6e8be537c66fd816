"""A client that costs next to nothing: requests made ready as bytes, one socket each, answers read to their last byte.

Of two cores, what a client library takes would be missing to the server. One thread drives all connections; each has one
request under way at a time, as a training job has that waits for its answer.
"""

import json
import selectors
import socket
import time
import urllib.parse


def request(uri, token, method, path, body=None):
    """A whole request as bytes."""
    sent = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", f"Host: {urllib.parse.urlsplit(uri).netloc}"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += ["Content-Type: application/json", f"Content-Length: {len(sent)}"] if body is not None else []
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + sent


class Line:
    """One connection. A server may end it between two requests; it is opened again then, once."""

    def __init__(self, uri):
        parsed = urllib.parse.urlsplit(uri)
        self.address = (parsed.hostname, parsed.port)
        self.socket = None
        self.received = bytearray()

    def send(self, ready):
        self.ready, self.sent_at = ready, time.perf_counter()
        if self.socket is None:
            self.socket = socket.create_connection(self.address, timeout=120)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.socket.sendall(ready)
        except (BrokenPipeError, ConnectionResetError):
            self.close()
            self.send(ready)
            return
        # MLflow's server tells an answer in two packets, and holds the second back until the first is acknowledged. Without
        # this the kernel takes 40 ms over that, which would be counted as MLflow's.
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    def receive(self):
        """Reads what there is. (seconds, status, body) when the answer is whole, else None."""
        piece = self.socket.recv(1 << 18)
        if not piece:
            if self.received:
                raise ConnectionError("an answer was cut off")
            self.close()
            self.send(self.ready)
            return None
        self.received += piece
        body = whole(self.received)
        if body is None:
            return None
        taken_s = time.perf_counter() - self.sent_at
        status = int(self.received[9:12])
        self.received.clear()
        return taken_s, status, body

    def ask(self, ready):
        self.send(ready)
        while (answer := self.receive()) is None:
            pass
        return answer

    def close(self):
        if self.socket is not None:
            self.socket.close()
        self.socket = None
        self.received.clear()


def whole(received):
    """The body of a whole answer, or None."""
    head_end = received.find(b"\r\n\r\n")
    if head_end < 0:
        return None
    head = bytes(received[:head_end]).lower()
    if (at := head.find(b"\r\ncontent-length:")) >= 0:
        length = int(head[at + 17:].split(b"\r\n", 1)[0])
        return bytes(received[head_end + 4:]) if len(received) >= head_end + 4 + length else None
    if b"\r\ntransfer-encoding: chunked" not in head:
        return b""
    return unchunked(received[head_end + 4:]) if received.endswith(b"0\r\n\r\n") else None


def unchunked(chunks):
    body = bytearray()
    while True:
        size, _, chunks = bytes(chunks).partition(b"\r\n")
        if int(size, 16) == 0:
            return bytes(body)
        body += chunks[:int(size, 16)]
        chunks = chunks[int(size, 16) + 2:]


def drive(uri, connections, requests, seconds=None):
    """Sends what the iterator `requests` gives over so many connections, until it ends or the time does. The seconds that
    each answer took; anything but 200 is an error."""
    requests = iter(requests)
    until = time.perf_counter() + seconds if seconds else float("inf")
    times, waiting = [], selectors.DefaultSelector()

    def begin(line):
        ready = next(requests, None) if time.perf_counter() < until else None
        if ready is None:
            line.close()
        else:
            line.send(ready)
            waiting.register(line.socket, selectors.EVENT_READ, line)

    for _ in range(connections):
        begin(Line(uri))
    while waiting.get_map():
        for key, _ in waiting.select():
            line = key.data
            # Reading may open the line anew, on another socket.
            waiting.unregister(key.fileobj)
            if (answer := line.receive()) is None:
                waiting.register(line.socket, selectors.EVENT_READ, line)
                continue
            taken_s, status, body = answer
            if status != 200:
                raise RuntimeError(f"{line.ready[:80]!r} was answered with {status}: {body[:300]!r}")
            times.append(taken_s)
            begin(line)
    return times
