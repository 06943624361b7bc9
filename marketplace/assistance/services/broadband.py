"""Writing down how far broadband reaches in a village: places keep the figure, the trail keeps who said so."""

import datetime as dt

from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.areas.services import record_broadband as keep_broadband
from marketplace.assistance.refusals import DatesCrossed
from marketplace.kernel import clock


def record_broadband(
    session: Session, *, village_code: str, measured_on: dt.date, households_percent: int, source: str, by: int
) -> None:
    """Record how many of a hundred households of a village broadband reaches, and from where that is known.

    Raises:
        DatesCrossed: the day lies in the future.
    """
    if measured_on > clock.today():
        raise DatesCrossed
    keep_broadband(
        session, village_code=village_code, measured_on=measured_on, households_percent=households_percent, source=source
    )
    record_audit(
        session, by=by, action="assistance.broadband", object_kind="area", object_ref=village_code, area_code=village_code,
        after={"percent": households_percent, "on": measured_on.isoformat(), "source": source},
    )  # fmt: skip
