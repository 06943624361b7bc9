"""Guests who do something whole by the pages of the site, each in turn with a bare page; and how many a second at once."""

import functools
import itertools
import re
import time
from dataclasses import dataclass
from statistics import median

from marketplace.payments.values import SANDBOX
from tests.bench.serving import Client, many_a_second, serving, text_of, visits_to
from tests.bench.shown import Spread, timed, times

#: Guests at once where they are counted a second.
AT_ONCE = 4
HEADS = ("engine", "step", "ms", "× bare", "a second", "× fewer")


class Browser:
    """A new guest's browser, which notes how long each request took."""

    def __init__(self, port):
        self.seconds = []
        self._client = Client(port)

    def get(self, path):
        return self._step(self._client.get, path)

    def post(self, path, form, *, expect=303):
        return self._step(self._client.post, path, form, expect=expect)

    def close(self):
        self._client.close()

    def _step(self, verb, *asked, **expected):
        begun = time.perf_counter()
        answer = verb(*asked, **expected)
        self.seconds.append(time.perf_counter() - begun)
        return answer


def pay(browser, address):
    """Let a guest pay at the trial till what waits at an address; return where that leads: to what is paid."""
    browser.get(address)
    chosen, _body = browser.post(address, {"gateway": SANDBOX})
    page = text_of(*browser.get(chosen["location"]))
    paid, _body = browser.post(chosen["location"], {"key": hidden(page, "key"), "outcome": "pay"})
    browser.get(paid["location"])
    return paid["location"]


def hidden(page, name):
    """Return what a page's form carries along under a name."""
    return re.search(rf'name="{name}" value="([^"]+)"', page)[1]


@dataclass(frozen=True)
class Taken:
    """Seconds of a bare page and of every step, one a round; how many of both a second, one a longer round."""

    bases: list
    rounds: list
    bare_rates: list
    rates: list

    @property
    def whole(self):
        return Spread.of([sum(each) for each in self.rounds])

    def against(self, seconds):
        return [mine / base for mine, base in zip(seconds, self.bases, strict=True)]


def in_turn_with_a_bare_page(world, filled, come):
    """Let guests come one by one, and then several at once; `come(port)` is one of them, and returns the seconds of each step."""
    with serving("tests.bench.bare:app") as bare_port, serving("wsgi:app", filled.environment) as port:
        bare = Client(bare_port)
        steps = come(port)  # what is read, compiled and cached once
        taken = Taken([], [], [], [])
        for _ in range(world.rounds(50)):
            taken.bases.append(median(timed(lambda: bare.get("/")) for _ in steps))
            taken.rounds.append(come(port))
        for _ in range(world.rounds(3)):
            taken.bare_rates.append(many_a_second(visits_to(bare_port, itertools.repeat("/")), seconds=1, clients=AT_ONCE))
            taken.rates.append(many_a_second(lambda: functools.partial(come, port), seconds=3, clients=AT_ONCE))
        bare.close()
    return taken


def add_steps(table, engine_name, taken, steps, whole):
    """Add a row for each step, and two that add and divide them; `whole` says what all of them are."""
    for at, name in enumerate(steps):
        seconds = [each[at] for each in taken.rounds]
        table.add(engine_name, name, Spread.of(seconds), times(taken.against(seconds)), "", "")
    sums = [sum(each) for each in taken.rounds]
    bare_rate, whole_rate = median(taken.bare_rates), median(taken.rates)
    for name, parts in ((f"{whole}, all {len(steps)}", 1), ("a request of it, on average", len(steps))):
        mean = [each / parts for each in sums]
        rate = whole_rate * parts
        table.add(
            engine_name, name, Spread.of(mean), times(taken.against(mean)), f"{rate:.{0 if rate >= 100 else 1}f}",
            f"×{bare_rate / rate:.1f}",
        )  # fmt: skip
