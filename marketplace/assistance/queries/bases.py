"""What a proposal rests on: income of past years beside their lines, and the last check of each guarantee."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.assistance.models import GuaranteeCheck, MonitoringEpisode, PlatformIncome
from marketplace.assistance.queries.declared import declared_by_year
from marketplace.assistance.queries.lines import poverty_lines
from marketplace.assistance.queries.tuning import monitoring_ranges
from marketplace.assistance.rules.income import Want, YearBasis, wants_for_clearing, wants_for_exit
from marketplace.assistance.values import Guarantee
from marketplace.assistance.values.procedures import ProcedureKind, Settings
from marketplace.farmers import queries as farmers


def year_bases(session: Session, household_id: int, years: Sequence[int]) -> list[YearBasis]:
    """Return some years of a household, in the order asked for; a year it declared nothing of has no net. Four queries."""
    declared = declared_by_year(session, household_id)
    year = func.substr(PlatformIncome.month, 1, 4)
    rows = session.execute(
        select(year, func.sum(PlatformIncome.net_fen)).where(PlatformIncome.household_id == household_id).group_by(year)
    )
    platform = {int(row[0]): int(row[1]) for row in rows}
    lines = poverty_lines(session, list(years))
    members = farmers.member_counts(session, [household_id]).get(household_id, 0)
    return [
        YearBasis(
            year=one,
            net_fen=declared[one] + platform.get(one, 0) if one in declared else None,
            members=members,
            line_fen=lines[one].amount_fen if one in lines else None,
        )
        for one in years
    ]


def guarantees_met(session: Session, household_id: int) -> dict[Guarantee, bool]:
    """Return what the last check of each guarantee found; one never checked is not named."""
    rows = session.scalars(
        select(GuaranteeCheck)
        .where(GuaranteeCheck.household_id == household_id)
        .order_by(GuaranteeCheck.checked_on, GuaranteeCheck.id)
    )
    return {Guarantee(row.guarantee): row.is_met for row in rows}


def wants_of(
    session: Session, household_id: int, kind: ProcedureKind, settings: Settings, on: dt.date
) -> tuple[tuple[Want, ...], dict[str, Any]]:
    """Return what is lacking before an exit or a clearing may be proposed on a day, and the figures looked at.

    An exit is measured by the poverty lines of past years, a clearing by the monitoring range of the last one.
    """
    met = guarantees_met(session, household_id)
    years = year_bases(session, household_id, [on.year - 1 - back for back in range(settings.stable_years)])
    basis = {
        "years": [{"year": one.year, "net_fen": one.net_fen, "members": one.members, "line_fen": one.line_fen} for one in years],
        "guarantees": {str(one): value for one, value in met.items()},
    }
    if kind is ProcedureKind.EXIT:
        return wants_for_exit(years, met, settings), basis
    opened_on = session.scalar(
        select(MonitoringEpisode.opened_on).where(
            MonitoringEpisode.household_id == household_id, MonitoringEpisode.cleared_on.is_(None)
        )
    )
    above = monitoring_ranges(session, [years[0].year]).get(years[0].year)
    year = replace(years[0], line_fen=above.amount_fen if above else None)
    basis["years"] = [_written(year)]
    return wants_for_clearing(year, met, settings, opened_on=opened_on or on, on=on), basis


def _written(one: YearBasis) -> dict[str, Any]:
    return {"year": one.year, "net_fen": one.net_fen, "members": one.members, "line_fen": one.line_fen}
