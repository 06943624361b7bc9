"""Servers of one run, and a client that adds next to nothing: one kept connection, no library between."""

import contextlib
import gzip
import ipaddress
import itertools
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from urllib.parse import urlencode

import brotli

from tests.bench.machine import ROOT

#: The same as `flask serve` starts.
WORKERS, THREADS = 1, 4
#: Pages somebody looks at before somebody else comes: no address asks for more than the site's limit allows one.
PAGES_A_VISIT = 50
_VISITS = itertools.count()
#: Visitors come from the addresses set apart for measuring (RFC 2544).
_FIRST_ADDRESS = int(ipaddress.IPv4Address("198.18.0.0"))


class NotServed(Exception):
    """The server did not come up, or answered otherwise than it should."""


@contextlib.contextmanager
def serving(target, environment=None):
    """Serve an application on a free port of the loopback alone; yield the port; end the server."""
    port = _free_port()
    line = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--no-ws", "--log-level", "error", target,
    ]  # fmt: skip
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(line, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=log, stderr=log)
        try:
            _wait(server, port, log)
            yield port
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _wait(server, port, log, seconds=40):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if server.poll() is not None:
            log.seek(0)
            raise NotServed(f"the server ended with {server.returncode}: {log.read().decode(errors='replace')[-2000:]}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise NotServed("the server did not listen")


class Client:
    """A browser of one kept connection. It holds cookies only as they were given to it, and takes those it is sent.

    It takes compressed pages, as all do, and comes through one proxy, which names another visitor every so many pages.
    """

    def __init__(self, port, cookie=""):
        self.port = port
        self.cookies = dict(part.split("=", 1) for part in cookie.split("; ") if part)
        self._socket = None
        self._left = b""
        self._asked = 0
        self._visitor = ""

    def get(self, path, *, expect=200):
        """Return (headers, body) of a page; the body as it came."""
        return self._ask("GET", path, b"", expect)

    def post(self, path, form, *, expect=303):
        """Send a form as our own page would; return (headers, body)."""
        return self._ask("POST", path, urlencode(form).encode(), expect)

    def close(self):
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _ask(self, method, path, body, expect):
        if self._asked % PAGES_A_VISIT == 0:
            self._visitor = str(ipaddress.IPv4Address(_FIRST_ADDRESS + next(_VISITS)))
        self._asked += 1
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"X-Forwarded-For: {self._visitor}",
            "Accept: text/html",
            "Accept-Encoding: gzip, deflate, br",
            "Accept-Language: zh-CN",
            "Sec-Fetch-Site: same-origin",
        ]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method == "POST":
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), 30)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        status, headers, answer = self._read()
        if status != expect:
            raise NotServed(f"{method} {path}: {status} instead of {expect}: {text_of(headers, answer)[:300]!r}")
        return headers, answer

    def _read(self):
        held = self._left
        while b"\r\n\r\n" not in held:
            held += self._more()
        head, _, rest = held.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
            if name.lower() == "set-cookie":
                self.cookies.update([value.partition(";")[0].split("=", 1)])
        if headers.get("transfer-encoding") == "chunked":
            body, self._left = self._chunks(rest)
        else:
            length = int(headers.get("content-length", 0))
            while len(rest) < length:
                rest += self._more()
            body, self._left = rest[:length], rest[length:]
        return int(first.split()[1]), headers, body

    def _chunks(self, rest):
        body = b""
        while True:
            while b"\r\n" not in rest:
                rest += self._more()
            size, _, rest = rest.partition(b"\r\n")
            length = int(size, 16)
            while len(rest) < length + 2:
                rest += self._more()
            body, rest = body + rest[:length], rest[length + 2 :]
            if not length:
                return body, rest

    def _more(self):
        got = self._socket.recv(65536)
        if not got:
            raise NotServed("the server closed the connection")
        return got


def text_of(headers, body):
    """Return the words of an answer: private pages come in gzip, public ones in brotli."""
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(headers.get("content-encoding", ""), bytes)
    return unpack(body).decode("utf-8", "replace")


def visits_to(port, paths):
    """Return what `many_a_second` begins with: a client who looks at the next of some pages, again and again."""

    def begin():
        client = Client(port)
        return lambda: client.get(next(paths))

    return begin


def many_a_second(begin, *, seconds, clients):
    """Return how often a second several clients at once do something whole; `begin()` returns what one of them repeats."""
    counts = [0] * clients
    failed = []
    until = time.monotonic() + seconds

    def repeat(number):
        try:
            do = begin()
            while time.monotonic() < until:
                do()
                counts[number] += 1
        except Exception as error:  # noqa: BLE001 (raised again below: a thread's end says nothing)
            failed.append(error)

    begun = time.monotonic()
    threads = [threading.Thread(target=repeat, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return sum(counts) / (time.monotonic() - begun)
