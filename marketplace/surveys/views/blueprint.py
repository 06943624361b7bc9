"""The one blueprint of this package's pages, who may do what on them, and what several of them need."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, request
from flask_babel import gettext as _

from marketplace.areas import queries as areas
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere
from marketplace.surveys import queries
from marketplace.surveys.pages import Pager
from marketplace.surveys.values import STATE_WORDS, SurveyState, SurveyView
from marketplace.web.db import reader
from marketplace.web.forms import Form, TidyStringField, own_key
from marketplace.web.identity import visitor
from marketplace.web.language import locale_id
from marketplace.web.policy import Reach, authorise, is_within_reach, reachable_areas

bp = Blueprint("surveys", __name__)

#: Who writes questionnaires, opens and closes them: the county alone.
BUILDERS: dict[str, Any] = {"county_official": Reach.AREA}
#: Who hands out codes and enters sheets, each in their area.
OFFICIALS: dict[str, Any] = {"village_official": Reach.AREA, "township_official": Reach.AREA, **BUILDERS}
WATCHERS: dict[str, Any] = {**OFFICIALS, "auditor": Reach.AREA}
#: Who reads what the answers add up to.
READERS: dict[str, Any] = {**WATCHERS, "task_force": Reach.AREA}

STATE_KINDS = {SurveyState.DRAFT: "wait", SurveyState.OPEN: "ok", SurveyState.CLOSED: "plain"}


def sealer() -> Sealer:
    """Return what seals the batches' secrets and hashes codes."""
    found: Sealer = current_app.extensions["sealer"]
    return found


def has_any(roles: dict[str, Any]) -> bool:
    """Say whether whoever asks holds one of some roles."""
    return bool(visitor().roles & set(roles))


def survey_of(ref: str, *, with_draft: bool = False) -> SurveyView:
    """Return the questionnaire of an address; a draft is there for who writes it alone.

    Raises:
        NotThere: there is none, or not for this reader.
    """
    found = queries.survey_by_ref(reader(), ref) if ref.isascii() and ref.isalnum() else None
    if found is None or (found.state is SurveyState.DRAFT and not (with_draft and has_any(BUILDERS))):
        raise NotThere
    return found


def titled(survey: SurveyView) -> str:
    """Return what a questionnaire is called on pages."""
    return survey.title(locale_id()) or str(_("Questionnaire without a title"))


def state_tag(survey: SurveyView) -> tuple[str, str]:
    """Return (words, kind) of a state."""
    return str(_(STATE_WORDS[survey.state])), STATE_KINDS[survey.state]


def area_choices() -> Sequence[tuple[str, str]]:
    """Return (code, name) of the areas one may act for: all within reach, villages with their township before them."""
    at = 0 if locale_id() == "zh" else 1
    names = areas.names(reader())
    gap = "" if at == 0 else ", "
    return [
        (area.code, names[area.code][at] if len(area.code) < 12 else _below(names[area.code[:9]][at], names[area.code][at], gap))
        for area in areas.areas_within(reader(), reachable_areas())
    ]


def _below(township: str, village: str, gap: str) -> str:
    return f"{village}{gap}{township}" if gap else f"{township}{village}"


def chosen_area(code: str) -> str:
    """Return an area that was named, authorised.

    Raises:
        NotThere: there is none, or not for this reader.
    """
    found = areas.area(reader(), code) if code.isascii() and code.isdigit() else None
    return str(authorise(found, village_code=code).code)


def is_own(code: str) -> bool:
    """Say whether an area lies within the reach of whoever asks."""
    return is_within_reach(village_code=code, household_id=None)


def sent_key() -> str:
    """Return the key under which a form creates something: our page's own, within what its sender creates."""
    return own_key(_KeyForm().key, "surveys")


class _KeyForm(Form):
    """The key of a form that has nothing else to say."""

    key = TidyStringField(most=80)


def pager(prev: str | None, following: str | None) -> Pager:
    """Return the addresses of a list's first and next pages, with the other parts of the address kept."""

    def at(name: str, value: str) -> str:
        kept = {key: each for key, each in request.args.items() if key not in ("before", "after", "lang", "elder", "lite")}
        return f"{request.path}?{urlencode({**kept, **({name: value} if value else {})})}"

    return Pager(at("before", "") if prev is not None else None, at("before", following) if following else None)
