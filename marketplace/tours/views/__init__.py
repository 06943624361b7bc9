"""Pages of tours: the visitors', the household's, the officials' and the gate's."""

from marketplace.kernel.words import N_
from marketplace.tours import queries
from marketplace.tours.views import (
    book,
    bookings,
    calendars,
    changes,
    dates,
    day,
    departures,
    manage,
    offer,
    office,
    paper,
    places,
    poster,
    routes,
    scans,
    shop,
    substitutes,
    waiting,
)
from marketplace.tours.views.blueprint import READERS, bp
from marketplace.web.nav import NavItem, Section

OFFICE_NAV = (
    NavItem(
        "tours.queue", N_("Tours and experiences"), tuple(READERS), queries.count_tours_waiting, order=32, section=Section.TRADE
    ),
    NavItem("tours.office_departures", N_("Departures"), tuple(READERS), order=34, section=Section.TRADE),
    NavItem("tours.agencies", N_("Travel agencies"), tuple(READERS), order=36, section=Section.TRADE),
)

__all__ = [
    "OFFICE_NAV",
    "book",
    "bookings",
    "bp",
    "calendars",
    "changes",
    "dates",
    "day",
    "departures",
    "manage",
    "offer",
    "office",
    "paper",
    "places",
    "poster",
    "routes",
    "scans",
    "shop",
    "substitutes",
    "waiting",
]
