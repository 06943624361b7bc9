"""The list of a departure on A4: who comes with the codes to compare, where it stops and when, and who does the work.

Codes stand on paper alone: a phone that is lost keeps none, and a list is destroyed after the day.
"""

import datetime as dt
from collections import Counter

from flask import current_app, render_template, url_for
from flask_babel import gettext as _

from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.tours import queries, rules
from marketplace.tours.pages.day import ManifestPage, PaperLine
from marketplace.tours.values import ROLE_WORDS, UNIT_WORDS, DepartureView, TourView, UnitKind
from marketplace.tours.views.blueprint import READERS, bp
from marketplace.tours.views.bookings import spaced
from marketplace.tours.views.day import GUIDES, departure_within_reach, party_line, tour_of
from marketplace.tours.views.offer import area_of
from marketplace.tours.views.wording import when_words
from marketplace.web.db import reader
from marketplace.web.filters import hour, moment
from marketplace.web.language import locale_id
from marketplace.web.policy import authorise, policy


@bp.get("/desk/departures/<ref>/manifest")
@policy("tours.manifest", of="departure", **GUIDES)
def manifest(ref: str) -> str:
    """Show the list of a departure for printing, to whoever hosts it or works on it."""
    return _page(departure_within_reach(ref), url_for("tours.departure_on_desk", ref=ref))


@bp.get("/office/departures/<ref>/manifest")
@policy("departures.manifest", of="departure", **READERS)
def office_manifest(ref: str) -> str:
    """Show the list of a departure for printing, in the office."""
    return _page(authorise(queries.departure_by_ref(reader(), ref=ref)), url_for("tours.office_departure", ref=ref))


def _page(departure: DepartureView, back_url: str) -> str:
    tour = tour_of(departure)
    parties = queries.parties_of_departure(reader(), departure_id=departure.id, sealer=current_app.extensions["sealer"])
    heads: Counter[UnitKind] = Counter()
    for party in parties:
        heads.update(dict(party.units))
    page = ManifestPage(
        title=tour.title(locale_id()),
        when=f"{when_words(departure.starts_at)} – {_end(departure)}",
        meeting=tour.meeting(locale_id()),
        village=area_of(departure.village_code),
        people=sum(heads.values()),
        heads=" · ".join(f"{_(UNIT_WORDS[kind])} {heads[kind]}" for kind in UnitKind if heads[kind]),
        parties=[PaperLine(party=party_line(party, departure), code=spaced(party.codes[0][0])) for party in parties],
        stops=_stops(tour, departure.starts_at),
        workers=_workers(tour, departure),
        printed_at=moment(clock.now()),
    )
    return render_template("tours/manifest.html", page=page, back_url=back_url)


def _stops(tour: TourView, starts_at: dt.datetime) -> list[tuple[str, str]]:
    """Return (hours, place) of each stop of a route; an experience has none."""
    times = rules.stop_times(starts_at, [(stop.dwell_minutes, stop.travel_minutes) for stop in tour.stops])
    return [
        (f"{hour(comes)} – {hour(goes)}", stop.name(locale_id())) for stop, (comes, goes) in zip(tour.stops, times, strict=True)
    ]


def _workers(tour: TourView, departure: DepartureView) -> list[tuple[str, str]]:
    """Return (what, who from when on) of the work, after any substitution."""
    payees = queries.payees_of_departure(reader(), departure_id=departure.id)
    cards = farmers.seller_cards(reader(), {payee.seller_id for payee in payees})
    begins = {part.id: departure.starts_at + dt.timedelta(minutes=part.after_minutes) for part in tour.components}
    return [
        (_(ROLE_WORDS[payee.role]), f"{cards[payee.seller_id].display_name} · {hour(begins[payee.component_id])}")
        for payee in payees
    ]


def _end(departure: DepartureView) -> str:
    """Return when a departure ends: the hour, or the whole moment where that is another day."""
    is_same_day = clock.day_of(departure.starts_at) == clock.day_of(departure.ends_at)
    return hour(departure.ends_at) if is_same_day else when_words(departure.ends_at)
