"""Every truth of every package, asked at once: each story ends with them."""

import importlib
import importlib.util

from marketplace.app import PACKAGES


def breaches(session):
    """Return every broken truth, by name."""
    session.flush()
    session.expire_all()
    found = {}
    for package in PACKAGES:
        if importlib.util.find_spec(f"marketplace.{package}.invariants"):
            checks = importlib.import_module(f"marketplace.{package}.invariants").CHECKS
            found |= {name: rows for name, check in checks if (rows := list(check(session)))}
    return found
