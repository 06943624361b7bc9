"""My data: of a household at its desk, of an account on the buyer's page."""

import datetime as dt
import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts import queries as accounts
from marketplace.assistance import queries as assistance
from marketplace.farmers import labels as farmer_words
from marketplace.farmers import queries as farmers
from marketplace.farmers.values import ConsentKind
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.privacy import queries, services
from marketplace.privacy.pages import DataPage, ExportPage
from marketplace.privacy.services.exporting import deeds_of, looks_of
from marketplace.privacy.values import Section, Whose, holdings_of
from marketplace.privacy.views.blueprint import bp, say, sealer, shown
from marketplace.web.db import reader, write
from marketplace.web.language import locale_id
from marketplace.web.pages import private
from marketplace.web.policy import Reach, authorise, me, policy
from marketplace.web.words import flash_refusal

#: The page shows the latest; what is taken along holds all.
DEEDS_SHOWN = 10
_OF_HOUSEHOLD = (Whose.HOUSEHOLD, Whose.SELLER, Whose.EVERYBODY)
_OF_ACCOUNT = (Whose.ACCOUNT, Whose.BUYER, Whose.VISITOR, Whose.COMPLAINANT, Whose.EVERYBODY)


@bp.get("/desk/my-data/<ref>")
@policy("privacy.household", of="household", farmer=Reach.HOUSEHOLD)
def of_household(ref: str) -> Response:
    """Show what is held about the household, why, for how long, and who saw it."""
    household = _household(ref)
    card = assistance.household_card(reader(), household.id, on=clock.today(), sealer=sealer())
    if card is None:
        raise NotThere
    agreed = farmers.standing_consents(reader(), [household.id]).get(household.id, frozenset())
    page = DataPage(
        holdings=holdings_of(*_OF_HOUSEHOLD),
        consents=[(_(farmer_words.CONSENT[kind]), kind in agreed, str(kind)) for kind in ConsentKind],
        looks=looks_of(card, say(), locale_id()),
        deeds=deeds_of(reader(), "household", ref, say(), locale_id(), limit=DEEDS_SHOWN),
        request=queries.latest_of_household(reader(), household.id),
        export_url=url_for("privacy.export_household", ref=ref),
        erase_url=url_for("privacy.erase_household", ref=ref),
        consent_url=url_for("farmers.consent", ref=ref),
    )
    return private(shown("household_data", page, back_url=url_for("desk.home", household=ref)))


@bp.post("/desk/my-data/<ref>/export")
@policy("privacy.export_household", of="household", farmer=Reach.HOUSEHOLD)
def export_household(ref: str) -> Response:
    """Hand over all that is held about the household, as a file or to be read; the trail keeps who took it."""
    household, by = _household(ref), me().user_id
    write(lambda session: services.note_export(session, by=by, object_kind="household", object_ref=ref))
    sections = services.sections_of_household(reader(), household.id, reader_id=by, sealer=sealer(), say=say(), lang=locale_id())
    return _handed_over(sections, ref, url_for("privacy.of_household", ref=ref), layout="desk")


@bp.post("/desk/my-data/<ref>/erase")
@policy("privacy.erase_household", of="household", farmer=Reach.HOUSEHOLD)
def erase_household(ref: str) -> Response:
    """Ask that the household's personal data be erased, or take that back."""
    household = _household(ref)
    _ask(household_id=household.id, latest=queries.latest_of_household(reader(), household.id))
    return redirect(url_for("privacy.of_household", ref=ref), code=303)


@bp.get("/mine/data")
@policy("privacy.account", signed_in=True)
def of_account() -> Response:
    """Show what is held about the account, why, for how long, and who saw it."""
    user = accounts.user(reader(), me().user_id)
    if user is None:
        raise NotThere
    page = DataPage(
        holdings=holdings_of(*_OF_ACCOUNT),
        consents=(),
        looks=None,
        deeds=deeds_of(reader(), "user", user.ref, say(), locale_id(), limit=DEEDS_SHOWN),
        request=queries.latest_of_account(reader(), user.id),
        export_url=url_for("privacy.export_account"),
        erase_url=url_for("privacy.erase_account"),
    )
    return private(shown("account_data", page, tab="mine"))


@bp.post("/mine/data/export")
@policy("privacy.export_account", signed_in=True)
def export_account() -> Response:
    """Hand over all that is held about the account, as a file or to be read; the trail keeps that it was taken."""
    by = me().user_id
    user = accounts.user(reader(), by)
    if user is None:
        raise NotThere
    ref = user.ref
    write(lambda session: services.note_export(session, by=by, object_kind="user", object_ref=ref))
    sections = services.sections_of_account(reader(), by, sealer=sealer(), say=say(), lang=locale_id())
    return _handed_over(sections, ref, url_for("privacy.of_account"), layout="shop")


@bp.post("/mine/data/erase")
@policy("privacy.erase_account", signed_in=True)
def erase_account() -> Response:
    """Ask that the account's personal data be erased, or take that back."""
    _ask(household_id=None, latest=queries.latest_of_account(reader(), me().user_id))
    return redirect(url_for("privacy.of_account"), code=303)


def _household(ref: str) -> Any:
    found = farmers.household_by_ref(reader(), ref)
    return authorise(found, household_id=found.id if found else None)


def _ask(*, household_id: int | None, latest: Any) -> None:
    by, withdraws = me().user_id, request.form.get("withdraw") == "1"

    def verb(session: Session) -> None:
        if withdraws and latest is not None:
            services.withdraw_erasure(session, ref=latest.ref, by=by)
        elif not withdraws:
            services.ask_for_erasure(session, by=by, household_id=household_id)

    try:
        write(verb)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(
            _("You took the request back.") if withdraws else _("Asked for. Two officials look at it, one after the other."), "ok"
        )


def _handed_over(sections: Sequence[Section], ref: str, back_url: str, *, layout: str) -> Response:
    if request.form.get("format") == "json":
        answer = private(json.dumps(_plain(sections), ensure_ascii=False, indent=1))
        answer.mimetype = "application/json"
        answer.headers["Content-Disposition"] = f'attachment; filename="lotusfair-{ref}.json"'
        return answer
    page = ExportPage(_("What is held about us") if layout == "desk" else _("What is held about me"), sections, back_url)
    return private(shown(f"{layout}_export", page, back_url=back_url, tab="mine"))


def _plain(sections: Sequence[Section]) -> dict[str, list[dict[str, Any]]]:
    return {one.key: [{key: _value(row[key]) for key in one.columns} for row in one.rows] for one in sections}


def _value(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value
