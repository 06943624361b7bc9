"""What the pages of a day are given: whose dates, who comes, who is there."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.tours.pages.desk import DateLine

#: People of a party up to whom each gets a box of its own on paper.
BOXES = 12


@dataclass(frozen=True, kw_only=True)
class DayGroup:
    """A day and what leaves on it."""

    label: str
    dates: Sequence[DateLine]


@dataclass(frozen=True)
class TodayPage:
    """The dates of the coming days that the households of this phone host or work on."""

    days: Sequence[DayGroup]


@dataclass(frozen=True, kw_only=True)
class PartyLine:
    """A party as the one at the gate reads it."""

    booking_ref: str
    leader: str
    units: str
    people: int
    arrived: int
    note: str
    names: Sequence[str]
    state_words: str
    state_kind: str


@dataclass(frozen=True, kw_only=True)
class FlagLine:
    """A scan that let nobody in."""

    when: str
    words: str
    booking_ref: str


@dataclass(frozen=True, kw_only=True)
class GatePage:
    """The list of one departure, with the box for codes and what its host may change."""

    ref: str
    title: str
    when: str
    meeting: str
    state_words: str
    state_kind: str
    people: int
    arrived: int
    booked: int
    parties: Sequence[PartyLine]
    flags: Sequence[FlagLine]
    nonce: str
    #: What the phone keeps to judge codes without a network.
    kept: dict[str, object]
    can_check_in: bool
    can_change: bool
    can_close: bool
    seats: str
    least_seats: int
    errors: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class PaperLine:
    """A party on paper: with the code that its visitors show."""

    party: PartyLine
    code: str


@dataclass(frozen=True, kw_only=True)
class ManifestPage:
    """The printed list of a departure."""

    title: str
    when: str
    meeting: str
    village: str
    people: int
    #: How many of each kind of visitor.
    heads: str
    parties: Sequence[PaperLine]
    #: (hours, place) of each stop, in order.
    stops: Sequence[tuple[str, str]]
    workers: Sequence[tuple[str, str]]
    printed_at: str

    @property
    def manifest_rows(self) -> list[dict[str, object]]:
        """The parties as rows of a table, with a box to tick for each person."""
        return [
            {
                "leader": line.party.leader,
                "code": line.code,
                "units": f"{line.party.people} ({line.party.units})",
                "names": " · ".join(part for part in ("、".join(line.party.names), line.party.note) if part) or "—",
                "here": "□ " * line.party.people if line.party.people <= BOXES else f"____ / {line.party.people}",
            }
            for line in self.parties
        ]
