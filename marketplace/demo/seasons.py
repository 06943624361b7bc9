"""When goods are on the shelf: after their harvest for as long as they keep, in their months, or all year. Pure functions."""

import datetime as dt
import random
from dataclasses import dataclass

from marketplace.kernel import clock

#: Of what is harvested, this share keeps beyond today; the rest has come and gone within the year.
_STILL_GOOD = 0.72
#: Goods leave the shelf when this part of the time they keep is over.
_SOLD_WITHIN = 0.9
_FIRST_DAYS = (3.0, 15.0)


@dataclass(frozen=True)
class Stay:
    """An offer's time on the shelf, and the harvest it comes from. Without an end it stays."""

    from_at: dt.datetime
    harvest_on: dt.date | None
    to_at: dt.datetime | None


def stay_of(
    season: str, months: tuple[int, ...], keeps_days: int, *, start: dt.datetime, now: dt.datetime, dice: random.Random
) -> Stay:
    """Return when an offer of a season comes and goes between the county's first day and now."""
    if season == "harvest":
        return _harvested(months, keeps_days, start=start, now=now, dice=dice)
    opening = start + dt.timedelta(days=dice.uniform(*_FIRST_DAYS))
    anywhere = opening + (now - opening) * dice.random()
    if season == "made":
        return Stay(opening if dice.random() < 0.5 else anywhere, None, None)
    if season == "dug":
        moment = next_season(months, opening if dice.random() < 0.6 else anywhere)
        return Stay(moment if moment < now else opening, None, season_end(months, moment))
    recent = now - dt.timedelta(days=dice.uniform(1, 45))
    moment = recent if dice.random() < 0.5 else anywhere
    return Stay(moment, None, moment + dt.timedelta(days=dice.uniform(40, 80)))


def _harvested(months: tuple[int, ...], keeps_days: int, *, start: dt.datetime, now: dt.datetime, dice: random.Random) -> Stay:
    sold_within = dt.timedelta(days=keeps_days * _SOLD_WITHIN)
    days = [clock.day_of(now) - dt.timedelta(days=back) for back in range(4, 500)]
    days = [day for day in days if day.month in months and _morning(day) + sold_within > start + dt.timedelta(days=30)]
    still_good = [day for day in days if _morning(day) + sold_within > now + dt.timedelta(days=5)]
    over = [day for day in days if _morning(day) + sold_within <= now + dt.timedelta(days=5)]
    harvest_on = dice.choice((still_good if dice.random() < _STILL_GOOD else over) or still_good or over)
    listed = _morning(harvest_on) + dt.timedelta(days=dice.uniform(2, 14), hours=dice.uniform(0, 10))
    listed = max(listed, start + dt.timedelta(days=dice.uniform(*_FIRST_DAYS)))
    return Stay(min(listed, now - dt.timedelta(hours=30)), harvest_on, _morning(harvest_on) + sold_within)


def last_harvest(months: tuple[int, ...], today: dt.date) -> dt.date:
    """Return the latest day of some months that lies a few days back."""
    return next(day for day in (today - dt.timedelta(days=back) for back in range(4, 400)) if day.month in months)


def next_season(months: tuple[int, ...], moment: dt.datetime) -> dt.datetime:
    """Return the moment itself within the months, or else the next morning that lies in them."""
    while clock.day_of(moment).month not in months:
        moment = (moment + dt.timedelta(days=1)).replace(hour=1)
    return moment


def season_end(months: tuple[int, ...], moment: dt.datetime) -> dt.datetime:
    """Return the first morning after a moment within the months that lies outside them."""
    while clock.day_of(moment).month in months:
        moment = (moment + dt.timedelta(days=1)).replace(hour=1)
    return moment


def _morning(day: dt.date) -> dt.datetime:
    return clock.day_bounds(day)[0] + dt.timedelta(hours=8)
