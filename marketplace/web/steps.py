"""First steps that a measure leads to: offered by the rooms that know where things are listed, shown where measures are.

The record of help lies below the rooms of goods and tours and cannot ask them what a household has listed. As with the entries
of the officials' navigation, the composition root gathers the steps, and whoever shows measures asks here.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from marketplace.web.db import reader
from marketplace.web.policy import may_open


@dataclass(frozen=True)
class FirstStep:
    """Where a household begins once a measure stands, and how many things it has begun there already.

    The endpoint takes the household's reference as `household`.
    """

    measures: frozenset[str]
    endpoint: str
    label: str
    icon: str
    begun: Callable[[Session, int], int]


@dataclass(frozen=True)
class Step:
    """One step that is open to a household."""

    label: str
    url: str
    icon: str


def first_steps(measures: Collection[str], *, household_id: int, village_code: str, ref: str) -> tuple[Step, ...]:
    """Return the steps that the standing measures of a household lead to, that it has not begun and this person may open."""
    offered: tuple[FirstStep, ...] = current_app.extensions["first_steps"]
    return tuple(
        Step(gettext(step.label), url_for(step.endpoint, household=ref), step.icon)
        for step in offered
        if step.measures & set(measures)
        and may_open(step.endpoint, village_code=village_code, household_id=household_id)
        and not step.begun(reader(), household_id)
    )
