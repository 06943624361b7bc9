"""The booklet of a household (一户一档) on A4 pages: looked at freely, printed only with the printing written down."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from marketplace.assistance import labels, queries, services
from marketplace.assistance.labels import alerts as alert_words
from marketplace.assistance.labels import changes as change_labels
from marketplace.assistance.labels import procedures as case_words
from marketplace.assistance.queries.changes import changes
from marketplace.assistance.values import HouseholdCard, YearIncome
from marketplace.assistance.values.changes import Part
from marketplace.assistance.values.help import OutcomeView, PlanView
from marketplace.assistance.views.blueprint import OFFICIALS, READERS, bp, sealer
from marketplace.assistance.views.changes import FIRST_DAY, change_words
from marketplace.assistance.views.households import known, word
from marketplace.assistance.views.watching import WatchPage, watch_page
from marketplace.kernel import clock
from marketplace.notices import queries as notices
from marketplace.notices.values import OBJECTION_WORDS, ObjectionLine
from marketplace.web.db import reader, write
from marketplace.web.identity import visitor
from marketplace.web.policy import me, policy

#: Rows of one list on paper; what is older stays in the record.
MOST_ROWS = 20
#: Visits with their notes, and what was raised about the household.
MOST_VISITS, MOST_ALERTS = 10, 10
#: Cases with all their signatures.
MOST_CASES = 6


@dataclass(frozen=True)
class Printed:
    """One printing: its number on the trail, who, when."""

    number: str
    by_name: str
    at: dt.datetime


@dataclass(frozen=True)
class BookletPage:
    """A household's booklet."""

    card: HouseholdCard
    watch: WatchPage
    plans: Sequence[PlanView]
    outcomes: Sequence[OutcomeView]
    helper_names: Mapping[int, str]
    cases: Sequence[tuple[Any, Sequence[Any]]]
    #: (case, objection to its notice), the first brought first.
    objections: Sequence[tuple[str, ObjectionLine]]
    #: Consents and courses: day, what, what happened.
    said: tuple[Mapping[str, Any], ...]
    years: tuple[Mapping[str, Any], ...]
    as_of: dt.datetime
    can_print: bool
    #: Nothing while it is only looked at: then paper stays empty.
    printed: Printed | None


@bp.get("/office/households/<ref>/booklet")
@policy("households.show", of="household", **READERS)
def booklet(ref: str) -> str:
    """Show the booklet, masked; it does not print."""
    return _shown(known(ref).id, None)


@bp.post("/office/households/<ref>/booklet")
@policy("households.print", of="household", **OFFICIALS)
def print_booklet(ref: str) -> Any:
    """Write the printing down and answer with the pages to print. The answer is not to be cached."""
    key, person = known(ref).id, me()
    number = write(lambda session: services.print_booklet(session, household_id=key, by=person.user_id))
    return _shown(key, Printed(number, person.name, clock.now())), 200, {"Cache-Control": "no-store"}


def _shown(household_id: int, printed: Printed | None) -> str:
    card = queries.household_card(reader(), household_id, on=clock.today(), sealer=sealer())
    if card is None:
        raise LookupError(household_id)
    said = changes(reader(), FIRST_DAY, household_id=household_id, parts=(Part.CONSENT, Part.COURSE), limit=MOST_ROWS)
    cases = queries.signatures_of_household(reader(), household_id)
    page = BookletPage(
        card=card,
        watch=watch_page(household_id),
        plans=queries.plans_of_household(reader(), household_id, sealer=sealer())[:MOST_ROWS],
        outcomes=queries.outcomes_of_household(reader(), household_id, sealer=sealer())[:MOST_ROWS],
        helper_names=queries.helper_names(reader(), household_id, sealer=sealer()),
        cases=cases[:MOST_CASES],
        objections=notices.objections_about(reader(), [case.ref for case, _steps in cases])[-MOST_ROWS:],
        said=tuple(
            {
                "on": change.on,
                "what": " · ".join(filter(None, (_(change_labels.PART[change.part]), change_words(change)))),
                "happened": _(change_labels.HAPPENED[change.happened]),
            }
            for change in said
        ),
        years=tuple(_year(year) for year in card.years),
        as_of=clock.now(),
        can_print=bool(visitor().roles & set(OFFICIALS)),
        printed=printed,
    )
    return render_template(
        "assistance/booklet.html",
        page=page, labels=labels, alert_words=alert_words, case_words=case_words, word=word,
        objection_words=OBJECTION_WORDS, most_visits=MOST_VISITS, most_alerts=MOST_ALERTS,
    )  # fmt: skip


def _year(year: YearIncome) -> Mapping[str, Any]:
    """Return a year's row: declared and recorded income apart, both together a head, and the line of the year."""
    declared, platform = year.declared_fen, year.platform.net_fen
    return {
        "year": str(year.year),
        "declared": declared,
        "platform": platform,
        "head": None if declared is None else year.per_head(declared + platform),
        "line": year.line.amount_fen if year.line else None,
    }
