"""A site on a Stripe of its own, in processes that may be killed at any moment; its buyers, and the service that notifies it.

Whoever is cut off asks again under the same key, as people and services do. What was acknowledged is remembered.
"""

import contextlib
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path

from marketplace.kernel import clock
from marketplace.kernel.db import in_transaction, make_engine
from tests.conftest import environment_of
from tests.payments.stripe_stub.book import Refused

ROOT = Path(__file__).parents[2]
#: How long anything may take on a machine that has other things to do.
PATIENCE = 60
#: How often somebody is cut off before it is said that nobody will ever answer.
MOST_TRIES = 1000


class Down(Exception):
    """Nobody answered, or not to the end."""


class Nest:
    """Where processes come from: see `tests.faults.nest`."""

    def __init__(self, environ):
        line = [sys.executable, "-m", "tests.faults.nest"]
        self._process = subprocess.Popen(line, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._lock = threading.Lock()
        self.ask(environ)

    def ask(self, wish):
        with self._lock:
            self._process.stdin.write(json.dumps(wish) + "\n")
            self._process.stdin.flush()
            return self._process.stdout.readline().strip()

    def close(self):
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()


@dataclass
class Born:
    """A process out of the nest."""

    nest: Nest
    pid: int
    end: int | None = None

    def kill(self):
        """End it by kill -9; return how it ended."""
        if self.end is None:  # until somebody has waited for it, its number is nobody else's
            os.kill(self.pid, signal.SIGKILL)
        return self.ended()

    def ended(self):
        """Wait for its end; return how it ended."""
        if self.end is None:
            self.end = int(self.nest.ask({"wait": self.pid}))
        return self.end


@dataclass
class Served:
    """A web server started as `flask serve` starts it: granian's own processes, in a group of their own."""

    process: subprocess.Popen

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.wait(PATIENCE)

    def ended(self):
        """Wait until the worker that died took its server along; return that it was killed."""
        self.process.wait(PATIENCE)
        return -signal.SIGKILL


class Site:
    """The site's processes on one database."""

    def __init__(self, url, folder, stub, nest, *, as_served=False):
        self.url, self.stub, self.nest, self.as_served = url, stub, nest, as_served
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.environ = {
            **environment_of(folder, url), **stub.words(), "PORT": str(self.port), "LOTUSFAIR_TRUSTED_PROXIES": "1",
            "LOG": str(folder / "log"),
        }  # fmt: skip
        self.log, self._running = folder / "log", []

    def close(self):
        """End whatever runs still."""
        for one in self._running:
            one.kill()

    def web(self, *, dies_at="", forgets=""):
        """Start a web server and wait until it answers."""
        environ = self.environ | {"LOTUSFAIR_DIES_AT": dies_at, "FORGETS": forgets}
        if self.as_served:
            line = [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
                "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "wsgi:app",
            ]  # fmt: skip
            with self.log.open("ab") as log:
                one = Served(
                    subprocess.Popen(line, cwd=ROOT, env=os.environ | environ, stdout=log, stderr=log, start_new_session=True)
                )
            self._running.append(one)
        else:
            one = self._born("web", environ)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return one
            time.sleep(0.01)
        raise AssertionError(f"no web server: {self.log.read_text()[-2000:]}")

    def worker(self, *, rounds=0, dies_at="", forgets=""):
        """Start a worker: for so many rounds of the sweeps, or until it is killed."""
        environ = self.environ | {"LOTUSFAIR_DIES_AT": dies_at, "FORGETS": forgets, "ROUNDS": str(rounds)}
        return self._born("worker", environ)

    def swept(self, rounds=2, **facts):
        """Let a worker run the sweeps; return how it ended."""
        return self.worker(rounds=rounds, **facts).ended()

    def notify(self, event):
        """Deliver an event once; say whether it was acknowledged."""
        body, headers = self.stub.signed(event)
        try:
            status, _, _ = self.ask("POST", "/payments/stripe/webhook", body, {**headers, "Sec-Fetch-Site": "cross-site"})
        except Down:
            return False
        return status == 200

    def ask(self, method, path, body=None, headers=()):
        """Ask once; return (status, headers, words)."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request(method, path, body, dict(headers))
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise Down from error
        finally:
            line.close()

    def in_database(self, verb):
        """Do something in another process, as an official does; nobody keeps the database afterwards."""
        engine = make_engine(self.url)
        try:
            return in_transaction(engine, verb, tries=14)
        finally:
            engine.dispose()

    def _born(self, kind, environ):
        one = Born(self.nest, int(self.nest.ask({"kind": kind, "environ": environ})))
        self._running.append(one)
        return one


@dataclass
class Browser:
    """Somebody's browser, at an address of its own."""

    site: Site
    number: int
    #: Asks again when nobody answers to the end.
    is_patient: bool = True
    cookies: dict = field(default_factory=dict)
    headers: dict = field(default_factory=dict)

    def ask(self, method, path, **form):
        """Ask once; return (status, where to go, words)."""
        headers = {
            "Sec-Fetch-Site": "same-origin", "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": f"10.0.{self.number // 200}.{self.number % 200}", **self.headers,
        }  # fmt: skip
        status, answered, words = self.site.ask(method, path, urllib.parse.urlencode(form) if form else None, headers)
        for line in answered.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return status, answered.get("Location", ""), words

    def persist(self, method, path, **form):
        """Ask until somebody answers to the end."""
        for _ in range(MOST_TRIES):
            try:
                status, where, words = self.ask(method, path, **form)
            except Down:
                if not self.is_patient:
                    raise
            else:
                if status < 500:
                    return status, where, words
            time.sleep(0.03)
        raise AssertionError(f"nobody answers {method} {path}: {self.site.log.read_text()[-3000:]}")


class Buyer(Browser):
    """Somebody who orders, goes to the service's page, and pays there."""

    def order(self, offer, quantity):
        """Order something; return its reference once that is acknowledged."""
        self.persist("POST", "/cart/add", offer=offer, quantity=quantity)
        _, _, page = self.persist("GET", "/checkout")
        form = {
            "key": _value(page, "key"), "seen": _value(page, "seen"), "name": "王雨", "phone": f"139{self.number:08d}",
            "province": "江西省", "address": "萍乡市莲花县琴亭镇解放路1号",
        }  # fmt: skip
        for _ in range(3):
            status, where, page = self.persist("POST", "/checkout", **form)
            if status == 303 and where.startswith("/pay/"):
                return where.rsplit("/", 1)[1]
            form["seen"] = _value(page, "seen")
        raise AssertionError(f"not ordered: {status} {where} {page[:3000]}")

    def page_of(self, ref):
        """Choose the service, as often as it takes; return its name for the page that it opened."""
        for _ in range(MOST_TRIES):
            self.persist("POST", f"/pay/{ref}", gateway="stripe")
            _, _, words = self.persist("GET", f"/pay/{ref}")
            if found := re.search(r"/c/pay/(cs_test_\w+)", words):
                return found[1]
            time.sleep(0.03)
        raise AssertionError(f"no page for {ref}: {words[-3000:]}")

    def buy(self, offer, quantity):
        """Order and pay; return (reference, event). A page that was ended meanwhile is opened again."""
        ref = self.order(offer, quantity)
        while True:
            with contextlib.suppress(Refused):
                return ref, self.site.stub.book.pay(self.page_of(ref))


def _value(page, name):
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    assert found, page[:3000]
    return found[1]


def delivered(site, events, dice=random):
    """Deliver events until each is acknowledged, in any order and some of them twice."""
    waiting, until = list(events), clock.now().timestamp() + PATIENCE
    while waiting:
        event = dice.choice(waiting)
        if site.notify(event):
            waiting.remove(event)
            if dice.random() < 0.3:
                site.notify(event)
        else:
            time.sleep(0.02)
        assert clock.now().timestamp() < until, f"never acknowledged: {site.log.read_text()[-3000:]}"
