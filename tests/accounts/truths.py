"""The truths that must stand after every test that writes."""

from marketplace.accounts import invariants as accounts
from marketplace.areas import invariants as areas
from marketplace.messages import invariants as messages


def breaches(session):
    return [(name, tuple(row)) for part in (accounts, areas, messages) for name, find in part.CHECKS for row in find(session)]
