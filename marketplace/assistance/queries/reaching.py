"""Which rows of a list somebody reaches, asked so that the list keeps the order of its index."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, false, not_, or_

from marketplace.areas.values import code_range

#: Digits of a village's code.
_VILLAGE_DIGITS = 12


def lies_in(village: Any, code: str) -> ColumnElement[bool]:
    """Return the condition that a row lies in an area.

    Of one village it is an equality: the village's own index finds the rows and gives their order too. Of anything wider it says
    where a row does not lie. As a range of codes, SQLite would gather a whole township by village and sort it for one page.
    """
    if len(code) == _VILLAGE_DIGITS:
        is_there: ColumnElement[bool] = village == code
        return is_there
    first, beyond = code_range(code)
    return not_(or_(village < first, village >= beyond))


def reached(village: Any, household_id: Any, areas: Sequence[str], keys: Collection[int]) -> ColumnElement[bool]:
    """Return the condition that a row lies in one of some areas, or is of one of some households; of none, nothing is."""
    parts = [lies_in(village, code) for code in areas]
    if keys:
        parts.append(household_id.in_(sorted(keys)))
    return or_(*parts) if parts else false()
