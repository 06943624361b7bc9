"""Income of a household in a year, per head, and what it bears: pure functions over whole fen.

Net income per head = (wage + business + property + transfer - business expenditure) / members, without grants tied to a purpose
and one-off relief. The platform's part is added to the declared part and never hidden in it.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.assistance.values import Guarantee, LedgerCategory
from marketplace.assistance.values.procedures import HouseholdYear, Settings
from marketplace.kernel.money import ratio

_COUNTED = (LedgerCategory.WAGE, LedgerCategory.BUSINESS, LedgerCategory.PROPERTY, LedgerCategory.TRANSFER)


def household_year(declared: Mapping[LedgerCategory, int], platform: Mapping[LedgerCategory, int], members: int) -> HouseholdYear:
    """Add a year's declared and platform amounts by category; `members` is at least 1."""
    whole = {kind: declared.get(kind, 0) + platform.get(kind, 0) for kind in LedgerCategory}
    spent = LedgerCategory.BUSINESS_EXPENDITURE
    return HouseholdYear(
        wage_fen=whole[LedgerCategory.WAGE],
        business_fen=whole[LedgerCategory.BUSINESS],
        property_fen=whole[LedgerCategory.PROPERTY],
        transfer_fen=whole[LedgerCategory.TRANSFER],
        expenditure_fen=whole[spent],
        members=members,
        platform_net_fen=sum(platform.get(kind, 0) for kind in _COUNTED) - platform.get(spent, 0),
    )


@dataclass(frozen=True, slots=True)
class YearBasis:
    """A complete year as a proposal looks at it: net of the household or None where it is not known, and the line of a head."""

    year: int
    net_fen: int | None
    members: int
    line_fen: int | None

    @property
    def head_fen(self) -> int | None:
        """Net income for each member."""
        return None if self.net_fen is None or self.members < 1 else ratio(self.net_fen, 1, self.members)


@dataclass(frozen=True, slots=True)
class Want:
    """One thing that a proposal lacks: its code, and what the words need."""

    code: str
    year: int | None = None
    head_fen: int | None = None
    line_fen: int | None = None
    guarantee: Guarantee | None = None
    day: dt.date | None = None


def wants_for_exit(years: Sequence[YearBasis], met: Mapping[Guarantee, bool], settings: Settings) -> tuple[Want, ...]:
    """Return what is lacking before an exit may be proposed: the last complete years above their lines, all guarantees met.

    `years` are the last complete years, the latest first; a figure or a line that is not known is asked for, never guessed.
    """
    return (*_years_above(years, settings.stable_years), *_guarantees(met))


def wants_for_clearing(
    year: YearBasis, met: Mapping[Guarantee, bool], settings: Settings, *, opened_on: dt.date, on: dt.date
) -> tuple[Want, ...]:
    """Return what is lacking before monitoring may be cleared: income above the range, guarantees met, some months watched."""
    ready_on = months_after(opened_on, settings.clear_months)
    early = (Want("too_early", day=ready_on),) if on < ready_on else ()
    return (*_years_above([year], 1), *_guarantees(met), *early)


def _years_above(years: Sequence[YearBasis], number: int) -> tuple[Want, ...]:
    found = []
    for one in years[:number]:
        if one.head_fen is None:
            found.append(Want("income_unknown", one.year))
        elif one.line_fen is None:
            found.append(Want("line_unknown", one.year))
        elif one.head_fen < one.line_fen:
            found.append(Want("below_line", one.year, one.head_fen, one.line_fen))
    return tuple(found)


def _guarantees(met: Mapping[Guarantee, bool]) -> tuple[Want, ...]:
    """`met` holds the last check of each guarantee; what was never checked is not met."""
    return tuple(
        Want("guarantee_unmet" if one in met else "guarantee_unchecked", guarantee=one)
        for one in Guarantee
        if not met.get(one, False)
    )


def months_after(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months later, or the last of that month where it has none."""
    number = day.year * 12 + day.month - 1 + months
    first = dt.date(number // 12, number % 12 + 1, 1)
    last = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
