"""Truths of places. Each check returns the rows that break it."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.areas.models import Area

Check = tuple[str, Callable[[Session], Sequence[Any]]]


def places_outside_their_parent(session: Session) -> Sequence[Any]:
    """Return places whose code does not begin with their parent's, or whose parent is not the level above."""
    parent = aliased(Area)
    return session.execute(
        select(Area.code, Area.parent_code)
        .join(parent, parent.code == Area.parent_code)
        .where(or_(func.substr(Area.code, 1, func.length(parent.code)) != parent.code, parent.level == Area.level))
    ).all()


CHECKS: tuple[Check, ...] = (("areas: each place lies in its parent", places_outside_their_parent),)
