"""The day on the phone: what leaves, who comes, and the codes that let them in; with a network, and later without.

Whoever hosts a departure or does a part of its work sees its list: parties with counts and masked names, never their codes.
"""

import datetime as dt
import hashlib
import itertools
from collections.abc import Sequence
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.farmers import queries as farmers
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.tours import queries, services
from marketplace.tours.forms import CodeForm, SeatsForm
from marketplace.tours.pages.day import DayGroup, FlagLine, GatePage, PartyLine, TodayPage
from marketplace.tours.services import Scan
from marketplace.tours.values import (
    GROUP_WORDS,
    OUTCOME_WORDS,
    UNIT_WORDS,
    CheckInOutcome,
    DepartureState,
    DepartureView,
    PartyView,
    TourView,
)
from marketplace.tours.views.blueprint import bp
from marketplace.tours.views.manage import date_line
from marketplace.tours.views.offer import LISTERS
from marketplace.tours.views.wording import DEPARTURE_KINDS, departure_words, when_words
from marketplace.web.db import reader, write
from marketplace.web.filters import moment, short_day
from marketplace.web.language import locale_id
from marketplace.web.policy import Reach, authorise, me, my_households, policy
from marketplace.web.words import flash_refusal, say

GUIDES: dict[str, Any] = LISTERS
DAYS_SHOWN = 7
#: Hexadecimal digits of a code's hash that a phone keeps: too few to find the code by, enough to tell a wrong one.
HASH_DIGITS = 6
#: Departures that still let somebody in: late phones upload a day's scans afterwards.
_GATE_OPEN = frozenset(DepartureState) - {DepartureState.CANCELLED}
_BOOKABLE = (DepartureState.OPEN, DepartureState.GUARANTEED)


@bp.get("/desk/tours/today")
@policy("tours.today", farmer=Reach.HOUSEHOLD)
def today() -> str:
    """List what the households of this phone host or work on, today and in the days to come."""
    start, end = clock.day_bounds(clock.today())
    sellers = {one.id for each in my_households() for one in farmers.sellers_of_household(reader(), each)}
    leaving = queries.departures_of_sellers(
        reader(), seller_ids=sellers, from_at=start - dt.timedelta(days=1), to_at=start + dt.timedelta(days=DAYS_SHOWN)
    )
    titles = queries.titles(reader(), tour_ids=[one.tour_id for one in leaving], locale=locale_id())
    # of the days to come only what somebody has booked: the rest is on the page of each experience
    still = [one for one in leaving if one.ends_at >= start and (one.starts_at < end or one.taken)]
    days = [
        DayGroup(label=_day_label(day), dates=[date_line(one, titles[one.tour_id]) for one in group])
        for day, group in itertools.groupby(still, key=lambda one: clock.day_of(one.starts_at))
    ]
    return render_template("tours/today.html", page=TodayPage(days), back_url=url_for("tours.own_tours"))


@bp.get("/desk/departures/<ref>")
@policy("tours.departure", of="departure", **GUIDES)
def departure_on_desk(ref: str) -> str:
    """Show who comes on a departure, and the box for their codes."""
    return _gate(departure_within_reach(ref))


@bp.post("/desk/departures/<ref>/check-in")
@policy("tours.check_in", of="departure", **GUIDES)
def check_in(ref: str) -> str | Response:
    """Let in whoever a typed code stands for. The same sending again counts once."""
    departure = departure_within_reach(ref)
    form = CodeForm()
    if not form.validate():
        return _gate(departure, {"code": form.errors_for("code") or ""})
    departure_id, by = departure.id, me().user_id
    scan = Scan(nonce=f"{by}/{form.nonce.data or ids.uuid7()}", code=form.code.data or "", device_at=clock.now())
    result = write(lambda session: services.check_in(session, departure_id=departure_id, scan=scan, by=by))
    if result.outcome is CheckInOutcome.ACCEPTED:
        flash(ngettext("%(num)d person comes in.", "%(num)d people come in.", result.people), "ok")
    else:
        flash(_(OUTCOME_WORDS[result.outcome]), "bad")
    return redirect(url_for("tours.departure_on_desk", ref=ref), code=303)


@bp.post("/desk/departures/<ref>/seats")
@policy("tours.set_seats", of="departure", **LISTERS)
def set_seats(ref: str) -> str | Response:
    """Say how many may come on this date."""
    departure, tour = own_departure(ref)
    form = SeatsForm()
    if not form.validate():
        return _gate(departure, {"seats": form.errors_for("seats") or ""})
    departure_id, seller_id, by, seats = departure.id, tour.host_seller_id, me().user_id, int(form.seats.data or 0)
    try:
        write(
            lambda session: services.set_seats(session, departure_id=departure_id, most_people=seats, by=by, seller_id=seller_id)
        )
    except Refusal as no:
        return _gate(departure, {"seats": say(no)})
    flash(_("Up to %(count)d people can come on this date.", count=seats), "ok")
    return redirect(url_for("tours.departure_on_desk", ref=ref), code=303)


@bp.post("/desk/departures/<ref>/close")
@policy("tours.close_date", of="departure", **LISTERS)
def close_date(ref: str) -> Response:
    """Take no more bookings for this date; who has booked still comes."""
    departure, _tour = own_departure(ref)
    departure_id = departure.id
    try:
        write(lambda session: services.close_departure(session, departure_id=departure_id))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Closed. Who has booked still comes."), "ok")
    return redirect(url_for("tours.departure_on_desk", ref=ref), code=303)


def departure_within_reach(ref: str) -> DepartureView:
    """Return a departure that a household of this phone hosts or works on, or that lies in the official's area.

    Raises:
        NotThere: it is none.
    """
    departure = queries.departure_by_ref(reader(), ref=ref)
    mine: list[int] = []
    if departure is not None:
        cards = farmers.seller_cards(reader(), queries.sellers_on(reader(), departure_id=departure.id))
        there = {card.household_id for card in cards.values() if card.household_id is not None}
        mine = [*sorted(there & me().household_ids), *sorted(there & me().helped_ids)]
    return authorise(departure, household_id=mine[0] if mine else None)


def own_departure(ref: str) -> tuple[DepartureView, TourView]:
    """Return a date of an experience of one's household, or of one listed for a household that agreed.

    Raises:
        NotThere: it is none.
    """
    departure = queries.departure_by_ref(reader(), ref=ref)
    tour = queries.tour_by_id(reader(), tour_id=departure.tour_id) if departure else None
    if departure is None or tour is None or not _is_changeable(tour):
        departure = None
    departure = authorise(departure, household_id=tour.household_id if tour else None)
    if tour is None:
        raise NotThere
    return departure, tour


def _is_changeable(tour: TourView) -> bool:
    return bool(tour.template) and (tour.household_id in me().household_ids or tour.is_assisted)


def hash_of(departure_ref: str, code: str) -> str:
    """Return what a phone keeps of a code: the beginning of its hash, bound to the departure."""
    return hashlib.sha256(f"{departure_ref}:{code}".encode()).hexdigest()[:HASH_DIGITS]


def kept_list(departure: DepartureView, parties: Sequence[PartyView]) -> dict[str, object]:
    """Return what a phone may keep of a departure's list until two days after it: labels, counts and hashes; no code."""
    return {
        "ref": departure.ref,
        "until": (departure.ends_at + dt.timedelta(days=2)).isoformat(),
        "parties": [
            {
                "who": _who(party),
                "people": party.people,
                "arrived": party.arrived,
                "codes": [[hash_of(departure.ref, code), people] for code, people in party.codes],
            }
            for party in parties
        ],
    }


def _gate(departure: DepartureView, errors: dict[str, str] | None = None) -> str:
    tour = tour_of(departure)
    parties = queries.parties_of_departure(reader(), departure_id=departure.id, sealer=current_app.extensions["sealer"])
    flags = queries.scans_of_departure(reader(), departure_id=departure.id, but=(CheckInOutcome.ACCEPTED,))
    can_change = _is_changeable(tour) and departure.state in _BOOKABLE
    page = GatePage(
        ref=departure.ref,
        title=tour.title(locale_id()),
        when=when_words(departure.starts_at),
        meeting=tour.meeting(locale_id()),
        state_words=departure_words(departure),
        state_kind=DEPARTURE_KINDS[departure.state],
        people=sum(party.people for party in parties),
        arrived=sum(party.arrived for party in parties),
        booked=departure.taken,
        parties=[party_line(party, departure) for party in parties],
        flags=[
            FlagLine(when=moment(one.device_at), words=_(OUTCOME_WORDS[one.outcome]), booking_ref=one.booking_ref)
            for one in flags
        ],
        nonce=ids.uuid7(),
        kept=kept_list(departure, parties),
        can_check_in=departure.state in _GATE_OPEN and bool(parties),
        can_change=can_change,
        can_close=can_change,
        seats=request.form.get("seats", "")[:6] or str(departure.most_people),
        least_seats=max(1, departure.taken),
        errors=errors or {},
    )
    return render_template("tours/gate.html", page=page, back_url=url_for("tours.own_tours"), has_errors=bool(errors))


def tour_of(departure: DepartureView) -> TourView:
    """Return the tour that a departure is a leaving of."""
    tour = queries.tour_by_id(reader(), tour_id=departure.tour_id)
    if tour is None:
        raise NotThere
    return tour


def party_line(party: PartyView, departure: DepartureView) -> PartyLine:
    """Return a party as whoever is at the gate reads it."""
    words, kind = standing_words(party, departure)
    return PartyLine(
        booking_ref=party.booking_ref,
        leader=_who(party),
        units=" · ".join(f"{_(UNIT_WORDS[unit])} {count}" for unit, count in party.units),
        people=party.people,
        arrived=party.arrived,
        note=party.note,
        names=party.names,
        state_words=words,
        state_kind=kind,
    )


def _who(party: PartyView) -> str:
    """Return how a party is told from another: its group, or its leader's masked name and last digits."""
    leader = " ".join(part for part in (party.leader_masked, f"({party.phone_last4})") if part)
    if party.group is None:
        return leader
    return f"{_(GROUP_WORDS[party.group])} {party.group_name} · {leader}".strip()


def standing_words(party: PartyView, departure: DepartureView) -> tuple[str, str]:
    """Return how far a party has come, with its colour."""
    missing, now = party.people - party.arrived, clock.now()
    if not missing:
        return _("All are here"), "ok"
    if departure.ends_at <= now:
        return _("%(count)d did not come", count=missing), "bad"
    if departure.starts_at <= now:
        return _("%(count)d late", count=missing), "wait"
    if party.arrived:
        return _("%(count)d still expected", count=missing), "wait"
    return _("Expected"), "plain"


def _day_label(day: dt.date) -> str:
    distance = (day - clock.today()).days
    words = {-1: _("Since yesterday"), 0: _("Today"), 1: _("Tomorrow")}.get(distance)
    return f"{words} · {short_day(day)}" if words else short_day(day)
