"""What came of measures: written down on a visit, signed by the household, and the list of measures that show nothing yet."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.assistance import labels, queries, services
from marketplace.assistance.values.help import OpenMeasure
from marketplace.assistance.views.blueprint import OFFICIALS, READERS, VISITORS, bp, sealer
from marketplace.assistance.views.entry import entry_page, field_of, photos_of
from marketplace.assistance.views.households import known
from marketplace.farmers import queries as farmers
from marketplace.farmers.queries.references import refs_of_households
from marketplace.kernel import clock
from marketplace.kernel.errors import Refusal
from marketplace.media.services import store_image
from marketplace.web.db import reader, write
from marketplace.web.forms import DayField, Form, TidyStringField, YuanField, posted_key
from marketplace.web.policy import helped_households, me, policy, reachable_areas

PAGE = 50
#: A day and a key, as an address names the place where a page of the list ends.
_PLACE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})~([0-9]{1,15})", re.ASCII)


@dataclass(frozen=True)
class Silent:
    """A measure that shows nothing yet, in the list."""

    measure: OpenMeasure
    ref: str
    head_masked: str
    village_code: str
    days: int


@dataclass(frozen=True)
class SilentPage:
    """Standing measures without a signed outcome."""

    lines: tuple[Silent, ...]
    outcome_days: int
    prev_url: str | None
    next_url: str | None
    label: str = ""


class OutcomeForm(Form):
    """What a measure brought."""

    happened_on = DayField(needed=_l("Say on which day."))
    words = TidyStringField(most=1000, needed=_l("Say in a sentence what it brought."))
    amount_fen = YuanField(least=1, most=10**9)


class SlipForm(Form):
    """The photo of a slip signed by hand."""


@bp.get("/office/help/outcomes")
@policy("help.outcomes", of="household", **READERS)
def measures_without_outcome() -> str:
    """List measures that began long ago and of which the household signed no outcome, the longest standing first."""
    areas, helped, today = reachable_areas(), helped_households(), clock.today()
    version = queries.measure_rule_set_on(reader(), today)
    days = version.outcome_days if version else 0
    after = _place(request.args.get("after", ""))
    found = queries.measures_without_outcome(
        reader(), areas, keys=helped, before=today - dt.timedelta(days=days), after=after, limit=PAGE + 1
    )
    shown = found[:PAGE]
    keys = {one.household_id for one in shown}
    refs, villages = refs_of_households(reader(), keys), farmers.villages_of_households(reader(), keys)
    heads = farmers.heads_masked(reader(), keys, sealer=sealer())
    last = shown[-1] if len(found) > PAGE else None
    here = "assistance.measures_without_outcome"
    page = SilentPage(
        lines=tuple(
            Silent(
                one, refs[one.household_id], heads.get(one.household_id, ""), villages[one.household_id],
                (today - one.from_on).days,
            )
            for one in shown
        ),
        outcome_days=days,
        prev_url=url_for(here) if after else None,
        next_url=url_for(here, after=f"{last.from_on.isoformat()}~{last.measure_id}") if last else None,
    )  # fmt: skip
    return render_template("assistance/silent.html", page=page, labels=labels)


def _place(written: str) -> tuple[dt.date, int] | None:
    """Return the place that an address names, or None where it names none: it came from outside."""
    found = _PLACE.fullmatch(written)
    try:
        return (dt.date.fromisoformat(found[1]), int(found[2])) if found else None
    except ValueError:
        return None


@bp.route("/office/households/<ref>/measure/<int:measure_id>/outcome", methods=["GET", "POST"])
@policy("households.outcome", of="household", **VISITORS)
def outcome(ref: str, measure_id: int) -> Any:
    """Write down what a measure has brought; the household signs it next."""
    household = known(ref)
    form: Any = OutcomeForm()
    by, household_id, key = me().user_id, household.id, posted_key()
    if request.method == "GET":
        form.happened_on.data = clock.today()
    elif form.is_posted_and_valid():
        try:
            write(
                lambda session: services.record_outcome(
                    session, measure_id=measure_id, household_id=household_id, happened_on=form.happened_on.data,
                    words=form.words.data, amount_fen=form.amount_fen.data, by=by, key=key, sealer=sealer(),
                )
            )  # fmt: skip
            flash(_("Written down. It counts once the household has signed it."), "ok")
            return redirect(url_for("assistance.help_household", ref=ref, _anchor="outcomes"), 303)
        except Refusal as no:
            if no.status == 404:
                raise
            form.refuse(no)
    fields = (
        field_of(form, "happened_on", _("Day"), hint=_("For example 2026-09-12"), size="m"),
        field_of(form, "words", _("What it brought"), type="textarea", rows=3,
                 hint=_("What changed for the household. It is sealed.")),
        field_of(form, "amount_fen", _("Money it brought or saved"), type="number", prefix="¥", size="m", optional=True),
    )  # fmt: skip
    return entry_page(
        form, household, _("What came of it"), _("The household signs with its own phone, or by hand before an official."),
        fields, key=key,
    )  # fmt: skip


@bp.route("/office/households/<ref>/outcomes/<int:outcome_id>/sign", methods=["GET", "POST"])
@policy("households.sign_outcome", of="household", **OFFICIALS)
def sign_by_hand(ref: str, outcome_id: int) -> Any:
    """Keep the photo of a slip that the household signed by hand before this official."""
    household = known(ref)
    form: Any = SlipForm()
    by, household_id = me().user_id, household.id
    if form.is_posted_and_valid() and (photos := photos_of(form, most=1)) is not None:
        if not photos:
            form.form_errors = [_("Photograph the signed slip.")]
        else:

            def sign(session: Any) -> None:
                image = store_image(session, photos[0], uploaded_by=by)
                services.sign_outcome_by_hand(session, outcome_id=outcome_id, household_id=household_id, image_id=image.id, by=by)

            try:
                write(sign)
                flash(_("Signed. The photo of the slip is kept, and only those who read this record see it."), "ok")
                return redirect(url_for("assistance.help_household", ref=ref, _anchor="outcomes"), 303)
            except Refusal as no:
                if no.status == 404:
                    raise
                form.refuse(no)
    words = _("Read the outcome to the household. It signs a slip with name and day before you; photograph the slip alone.")
    return entry_page(form, household, _("Signed by hand"), words, (), has_photos=True, submit=_("The household has signed"))
