"""Words for days, lengths and states of tours, in the reader's language."""

import datetime as dt
from collections.abc import Iterable, Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.farmers.values import SellerCard
from marketplace.kernel.words import N_
from marketplace.tours.values import DEPARTURE_WORDS, DepartureState, DepartureView, TourState
from marketplace.web.filters import hour, short_day, weekday, weekday_name

WEEKDAYS = range(1, 8)
TOUR_WORDS: Mapping[TourState, str] = {
    TourState.DRAFT: N_("Not finished"),
    TourState.SUBMITTED: N_("Waiting for the village"),
    TourState.ON_SALE: N_("Open for booking"),
    TourState.PAUSED: N_("Paused"),
    TourState.ARCHIVED: N_("Put away"),
}
#: How a state is coloured; words always stand beside it.
TOUR_KINDS: Mapping[TourState, str] = {
    TourState.DRAFT: "wait",
    TourState.SUBMITTED: "wait",
    TourState.ON_SALE: "ok",
    TourState.PAUSED: "plain",
    TourState.ARCHIVED: "plain",
}
DEPARTURE_KINDS: Mapping[DepartureState, str] = {
    DepartureState.OPEN: "info",
    DepartureState.GUARANTEED: "ok",
    DepartureState.CLOSED: "wait",
    DepartureState.RUN: "plain",
    DepartureState.SETTLED: "plain",
    DepartureState.CANCELLED: "bad",
}
_HOUR = 60


def length_words(minutes: int, nights: int) -> str:
    """Return how long something takes: nights, hours or minutes."""
    if nights:
        return str(ngettext("%(num)d night", "%(num)d nights", nights))
    if minutes < 2 * _HOUR and minutes % _HOUR:
        return str(ngettext("%(num)d minute", "%(num)d minutes", minutes))
    hours = f"{minutes / _HOUR:.1f}".removesuffix(".0")
    return str(_("%(hours)s hours", hours=hours)) if hours != "1" else str(_("1 hour"))


def when_words(at: dt.datetime) -> str:
    """Return the day with its weekday and the hour, in the county's time: '9月12日 周六 09:00'."""
    return f"{short_day(at)} {weekday(at)} {hour(at)}"


def days_words(weekdays: Iterable[int]) -> str:
    """Return some ISO weekdays in words."""
    chosen = sorted(set(weekdays))
    if len(chosen) == len(WEEKDAYS):
        return str(_("Every day"))
    return " · ".join(weekday_name(day) for day in chosen)


def weekday_chips() -> list[tuple[str, str]]:
    """Return the seven weekdays as choices."""
    return [(str(day), weekday_name(day)) for day in WEEKDAYS]


def fullness(departure: DepartureView) -> str:
    """Return how many have booked of how many may come."""
    return str(_("%(taken)d of %(most)d booked", taken=departure.taken, most=departure.most_people))


def departure_words(departure: DepartureView) -> str:
    """Return how a departure stands."""
    return str(_(DEPARTURE_WORDS[departure.state]))


def named(card: SellerCard) -> str:
    """Return how an official tells a seller from another: its name with its number, where the name does not say it."""
    return card.display_name if card.ref in card.display_name else f"{card.display_name} ({card.ref})"
