"""Processes of the site that are born in a moment: one that has everything imported forks a web server or a worker on request.

`python -m tests.faults.nest` reads a line of JSON for each and answers with its process id; each is a real process, with its own
connections, and dies by kill -9 like any other. Whoever asks `{"wait": pid}` is told how it ended.
"""

import json
import os
import sys
import time
import traceback

from werkzeug.serving import make_server

from marketplace.app import create_app
from marketplace.kernel import faults
from marketplace.web.config import Settings
from marketplace.web.db import db
from tests.conftest import SharedTemplates
from tests.faults import forgetting

#: The sweeps that move money, in the order of a minute of the worker's.
SWEEPS = (
    "orders.expire_purchases", "payments.begin_refunds", "payments.finish_refunds", "payments.expire_intents",
    "payments.end_checkouts", "payments.tell_buyers",
)  # fmt: skip
#: How long somebody waits for an end that does not come, and what they are told then.
PATIENCE, LIVES_ON = 60, 1000
#: Compiled once, in the process that all others come from.
TEMPLATES = SharedTemplates({})
PAGES = ("_layouts/", "_macros/", "orders/c", "payments/pay")


def made(environ):
    """Return the application as a process of its own makes it."""
    faults._fuse = faults.Fuse(environ)
    if forgets := environ.get("FORGETS"):
        getattr(forgetting, forgets)()
    app = create_app(Settings.from_environment(environ))
    app.jinja_env.bytecode_cache = TEMPLATES
    return app


def serve(environ):
    """Be a web server."""
    make_server("127.0.0.1", int(environ["PORT"]), made(environ), threaded=True).serve_forever()


def work(environ):
    """Be a worker: run the sweeps of money so many times, or until killed."""
    app = made(environ)
    sweeps = {sweep.name: sweep for sweep in app.extensions["sweeps"]}
    rounds = int(environ.get("ROUNDS", "0"))
    with app.app_context():
        while True:
            for name in SWEEPS:
                sweeps[name].perform(db.engine)
            rounds -= 1
            if not rounds:
                return


def born(kind, environ):
    """Be what was asked for, and end."""
    quiet = os.open(environ.get("LOG", os.devnull), os.O_RDWR | os.O_CREAT | os.O_APPEND)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    try:
        {"web": serve, "worker": work}[kind](environ)
    except BaseException:  # noqa: BLE001 (a fork must end here, whatever happened)
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def how_it_ended(pid):
    """Wait for a process; return how it ended, or that it lives on."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    return LIVES_ON


def say(answer):
    """Answer whoever asked."""
    sys.stdout.write(f"{answer}\n")
    sys.stdout.flush()


def main():
    app = made(json.loads(sys.stdin.readline()))  # what every other is spared
    with app.app_context():
        for name in app.jinja_env.list_templates(filter_func=lambda name: name.startswith(PAGES)):
            app.jinja_env.get_template(name)
    app.test_client().get("/cart")
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    say("ready")
    for line in sys.stdin:
        wish = json.loads(line)
        if "wait" in wish:
            answer = how_it_ended(wish["wait"])
        else:
            answer = os.fork()
            if not answer:
                born(wish["kind"], wish["environ"])
        say(answer)


if __name__ == "__main__":
    main()
