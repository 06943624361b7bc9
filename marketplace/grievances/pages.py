"""What the templates of grievances are given."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.grievances.values import Action, GrievanceLine, GrievanceView, Kind, Officer, Receipt, Wording
from marketplace.media.values import ImageView


@dataclass(frozen=True)
class StartPage:
    """Where everybody begins: bring one, follow one, and one's own where somebody signed in."""

    own: Sequence[GrievanceLine]


@dataclass(frozen=True)
class TownsPage:
    """Where it happened, first step: the township."""

    towns: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class BringPage:
    """The grievance itself."""

    form: Any
    town: str
    town_name: str
    places: Sequence[tuple[str, str]]
    kinds: Sequence[tuple[str, str]]
    roles: Sequence[tuple[str, str]]
    photo_refusal: str | None = None


@dataclass(frozen=True)
class BroughtPage:
    """Number and code, shown this once."""

    receipt: Receipt
    code_words: str


@dataclass(frozen=True)
class FindPage:
    """Asking for number and code."""

    form: Any


@dataclass(frozen=True)
class FollowPage:
    """A grievance as its complainant sees it."""

    grievance: GrievanceView
    wording: Wording
    place: str
    answered_by: str
    timeline: Sequence[tuple[str, str, str]]
    next_words: str
    form: Any
    can_appeal: bool
    can_withdraw: bool


@dataclass(frozen=True)
class ListPage:
    """Grievances of an official's area."""

    rows: Sequence[GrievanceLine]
    places: Mapping[str, str]
    #: Other cuts of the list: address, words, whether it is this one.
    choices: Sequence[tuple[str, str, bool]]
    next_url: str | None
    today: dt.date
    overdue: int
    may_set_rules: bool


@dataclass(frozen=True)
class CasePage:
    """A grievance as those who answer it see it."""

    grievance: GrievanceView
    wording: Wording
    place: str
    answered_by: str
    assignee: str
    images: Mapping[int, ImageView]
    #: The steps this official may take now, each with its form.
    forms: Mapping[Action, Any]
    officers: Sequence[Officer]
    is_late: bool
    #: Whether this official may see how to reach the complainant.
    may_reach: bool
    contact: str = ""


@dataclass(frozen=True)
class SheetPage:
    """The form on paper: what was brought, and each step with its signature."""

    grievance: GrievanceView
    wording: Wording
    place: str
    answered_by: str
    printed_at: dt.datetime


@dataclass(frozen=True)
class RulesPage:
    """Who answers each kind, and how soon."""

    forms: Mapping[Kind, Any]
    may_write: bool
    errors: Mapping[str, str] = field(default_factory=dict)
