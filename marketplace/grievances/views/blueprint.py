"""The one blueprint of this package's pages, who may do what on them, and words that several of them show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, render_template
from flask_babel import gettext as _

from marketplace.accounts.values import ROLE_NAMES, Role
from marketplace.areas import queries as areas
from marketplace.grievances.rules import team_role
from marketplace.grievances.values import (
    ACTION_WORDS,
    KIND_WORDS,
    OUTCOME_WORDS,
    STATE_KINDS,
    STATE_WORDS,
    Action,
    GrievanceLine,
    Kind,
    Outcome,
    State,
)
from marketplace.kernel.crypto import Sealer
from marketplace.web.db import reader
from marketplace.web.language import locale_id
from marketplace.web.policy import Reach

bp = Blueprint("grievances", __name__)

#: Who answers. Village officials have no part: a village does not judge complaints of itself.
OFFICIALS: dict[str, Any] = {"township_official": Reach.AREA, "county_official": Reach.AREA}
READERS: dict[str, Any] = {**OFFICIALS, "auditor": Reach.AREA}


@dataclass(frozen=True)
class Words:
    """What kinds, states, steps, outcomes and offices are called, and which tag a state wears."""

    kinds: Mapping[Kind, str]
    states: Mapping[State, str]
    tags: Mapping[State, str]
    actions: Mapping[Action, str]
    outcomes: Mapping[Outcome, str]
    roles: Mapping[Role, str]


_WORDS = Words(KIND_WORDS, STATE_WORDS, STATE_KINDS, ACTION_WORDS, OUTCOME_WORDS, ROLE_NAMES)


def shown(template: str, page: Any, **more: Any) -> str:
    """Render a page of this package with its words."""
    return render_template(f"grievances/{template}.html", page=page, words=_WORDS, **more)


def sealer() -> Sealer:
    """Return what opens and closes what was written."""
    found: Sealer = current_app.extensions["sealer"]
    return found


def place_name(code: str) -> str:
    """Return a place with what it lies in: 'Qinting Town, Ximen Village'."""
    codes = [code[:digits] for digits in (9, 12) if len(code) >= digits]
    names = areas.names(reader(), codes)
    shown = [names[each][locale_id() == "en"] for each in codes if each in names]
    return ", ".join(reversed(shown)) if locale_id() == "en" else "".join(shown)


def place_names(rows: Sequence[GrievanceLine]) -> dict[str, str]:
    """Return the names of the places of a list, in one query."""
    found = areas.names(reader(), {row.area_code for row in rows}) if rows else {}
    return {code: pair[locale_id() == "en"] for code, pair in found.items()}


def answered_by(handling_code: str) -> str:
    """Return which officials answer for an area, in words."""
    names = areas.names(reader(), [handling_code])
    place = names[handling_code][locale_id() == "en"] if handling_code in names else handling_code
    return str(_("%(place)s: %(office)s", place=place, office=_(ROLE_NAMES[team_role(handling_code)])))
