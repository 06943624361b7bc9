"""/tours/<tour>/dates: a month of a tour's departures, each in words with a link that books it or waits for it."""

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.kernel import clock
from marketplace.tours import queries
from marketplace.tours.pages.booking import DateRow, DatesPage
from marketplace.tours.values import DepartureState, DepartureView, TourState, TourView
from marketplace.tours.views.blueprint import bp
from marketplace.tours.views.book import can_be_booked
from marketplace.tours.views.month import asked_month, beside, departures_of_month, first_month, last_month
from marketplace.tours.views.shop import adult_fen, shown_tour
from marketplace.web.db import reader
from marketplace.web.policy import policy

#: What has ended is not looked for here.
_SHOWN = (DepartureState.OPEN, DepartureState.GUARANTEED, DepartureState.CLOSED)


@bp.get("/tours/<slug>/dates")
@policy("tours.see_dates", public=True, of="tour")
def dates(slug: str) -> str:
    """Show a month of dates: the one asked for, or that of the next date."""
    tour = shown_tour(slug)
    asked = asked_month(queries.next_start(reader(), tour_id=tour.id, now=clock.now()))
    rows = departures_of_month(tour, asked)
    page = DatesPage(
        tour=tour,
        month=asked,
        rows=[_row(departure, tour) for departure in rows if departure.state in _SHOWN],
        price_fen=adult_fen(tour),
        is_open=tour.state is TourState.ON_SALE,
        prev_url=url_for("tours.dates", slug=slug, month=beside(asked, -1)) if asked > first_month() else None,
        next_url=url_for("tours.dates", slug=slug, month=beside(asked, 1)) if asked < last_month() else None,
    )
    return render_template("tours/dates.html", page=page, tab="tours")


def _row(departure: DepartureView, tour: TourView) -> DateRow:
    if not can_be_booked(departure, tour):
        return DateRow(departure, _("Booking has closed"), None, "")
    if not departure.left:
        return DateRow(departure, _("Full, wait for a place"), url_for("tours.wait", ref=departure.ref), "")
    words = ngettext("%(num)d place left", "%(num)d places left", departure.left)
    if departure.state is DepartureState.GUARANTEED:
        sure = _("Goes for sure")
    else:
        sure = _("Goes from %(least)d people on", least=departure.least_people) if departure.least_people > 1 else ""
    return DateRow(departure, words, url_for("tours.book", ref=departure.ref), sure)
