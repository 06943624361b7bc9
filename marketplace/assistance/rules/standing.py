"""How a household stands on a day, as pure functions of its spells and episodes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from marketplace.assistance.values import EndedHow, Status


class Spell(Protocol):
    """What the rules need of a registration spell."""

    @property
    def registered_on(self) -> dt.date:
        """First day on the register."""

    @property
    def ended_on(self) -> dt.date | None:
        """The day it ended, or None."""

    @property
    def ended_how(self) -> str | None:
        """Exited or removed."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A spell known by its dates alone."""

    registered_on: dt.date
    ended_on: dt.date | None
    ended_how: str | None


S = TypeVar("S", bound=Spell)


def spell_on(spells: Sequence[S], on: dt.date) -> S | None:
    """Return the spell that speaks for a day: the last that began by then. `spells` are in order of beginning."""
    begun = [spell for spell in spells if spell.registered_on <= on]
    return begun[-1] if begun else None


def status_on(spell: Spell | None, on: dt.date, *, is_monitored: bool) -> Status:
    """Return the status on a day. Registered outranks monitored; a removed household never was poor."""
    if spell is not None and (spell.ended_on is None or on < spell.ended_on):
        return Status.REGISTERED
    if is_monitored:
        return Status.MONITORED
    if spell is not None and spell.ended_how == EndedHow.EXITED:
        return Status.EXITED
    return Status.NONE


def statuses(
    spells: Mapping[int, Sequence[Any]], episodes: Mapping[int, Sequence[Any]], keys: Sequence[int], on: dt.date
) -> dict[int, Status]:
    """Return the status of each household on a day from all its spells and monitoring episodes."""
    found = {}
    for key in keys:
        standing = sorted(
            (spell for spell in spells.get(key, ()) if spell.superseded_at is None),
            key=lambda spell: (spell.registered_on, spell.id),
        )
        is_monitored = any(
            episode.opened_on <= on and (episode.cleared_on is None or episode.cleared_on > on)
            for episode in episodes.get(key, ())
        )
        found[key] = status_on(spell_on(standing, on), on, is_monitored=is_monitored)
    return found
