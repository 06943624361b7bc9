"""Every truth of every package, asked at once: each story ends with them."""

import importlib
import importlib.util

from marketplace.app import PACKAGES


def checks_of(package):
    """Return the truths of a package; most that only show things have none."""
    name = f"marketplace.{package}.invariants"
    return importlib.import_module(name).CHECKS if importlib.util.find_spec(name) else ()


def breaches(session):
    """Return every broken truth, by name."""
    session.flush()
    session.expire_all()
    return {name: rows for package in PACKAGES for name, check in checks_of(package) if (rows := list(check(session)))}
