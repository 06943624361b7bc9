"""Lists of alerts, one alert whole, and the counts that lead to the lists.

Every list is read in the order of an index, newest first, and paged by the place of its last row: the hundredth page costs what
the first does. No page counts what it does not show.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import names_of_users
from marketplace.areas.queries import in_areas
from marketplace.assistance.models import STANDS, Alert, AlertStep, Assessment
from marketplace.assistance.queries.levels import above_the_calmest, at_level, levels_of
from marketplace.assistance.queries.reaching import lies_in, reached
from marketplace.assistance.queries.tuning import level_table, versions_by_key
from marketplace.assistance.values.alerts import (
    AlertFilter,
    AlertLine,
    AlertPage,
    AlertRule,
    AlertState,
    AlertStepView,
    AlertView,
    Level,
)
from marketplace.farmers import queries as farmers
from marketplace.farmers.queries.references import refs_of_households
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.vault import queries as vault


def alert_page(
    session: Session,
    areas: Sequence[str],
    wanted: AlertFilter,
    *,
    sealer: Sealer,
    keys: Collection[int] = (),
    size: int = 25,
    older_than: int | None = None,
    newer_than: int | None = None,
) -> AlertPage:
    """Return a page of the alerts of some areas and households, the newest first; six queries whatever its place."""
    query = select(Alert).where(_reached(areas, keys), *_conditions(session, wanted))
    is_backward = newer_than is not None
    if older_than is not None:
        query = query.where(Alert.id < older_than)
    if newer_than is not None:
        query = query.where(Alert.id > newer_than)
    rows = list(session.scalars(query.order_by(Alert.id if is_backward else Alert.id.desc()).limit(size + 1)))
    has_more, rows = len(rows) > size, rows[:size]
    if is_backward:
        rows.reverse()
    has_newer, has_older = (has_more, True) if is_backward else (older_than is not None, has_more)
    return AlertPage(
        lines=_lines(session, rows, sealer),
        newer_than=rows[0].id if rows and has_newer else None,
        older_than=rows[-1].id if rows and has_older else None,
    )


def _reached(areas: Sequence[str], keys: Collection[int]) -> ColumnElement[bool]:
    return reached(Alert.village_code, Alert.household_id, areas, keys)


def _conditions(session: Session, wanted: AlertFilter) -> list[ColumnElement[bool]]:
    found: list[Any] = [Alert.state == wanted.state if wanted.state else STANDS]
    if wanted.rule:
        found.append(Alert.rule == wanted.rule)
    if wanted.area:
        found.append(lies_in(Alert.village_code, wanted.area))
    if wanted.is_gone:
        found.append(Alert.gone_at.is_not(None))
    if wanted.level is not None:
        table = level_table(session, clock.today()).parameters
        if wanted.level is Level.STEADY:
            found.append(Alert.household_id.not_in(above_the_calmest(table)))
        else:
            found.append(Alert.household_id.in_(at_level(wanted.level, table)))
    return found


def _lines(session: Session, rows: Sequence[Alert], sealer: Sealer) -> tuple[AlertLine, ...]:
    keys = [row.household_id for row in rows]
    refs = refs_of_households(session, keys)
    heads = farmers.heads_masked(session, keys, sealer=sealer)
    levels = levels_of(session, keys, clock.today())
    return tuple(
        AlertLine(
            ref=row.ref,
            household_id=row.household_id,
            household_ref=refs[row.household_id],
            head_masked=heads.get(row.household_id, ""),
            village_code=row.village_code,
            rule=AlertRule(row.rule),
            state=AlertState(row.state),
            figures=row.figures,
            raised_at=row.raised_at,
            gone_at=row.gone_at,
            level=levels.get(row.household_id, Level.STEADY),
        )
        for row in rows
    )


def alert_counts(session: Session, areas: Sequence[str], keys: Collection[int] = ()) -> dict[tuple[AlertRule, AlertState], int]:
    """Return how many alerts of each rule are in each state, in some areas and households. One query."""
    rows = session.execute(
        select(Alert.rule, Alert.state, func.count()).where(_reached(areas, keys)).group_by(Alert.rule, Alert.state)
    )
    return {(AlertRule(rule), AlertState(state)): count for rule, state, count in rows}


def gone_count(session: Session, areas: Sequence[str], keys: Collection[int] = ()) -> int:
    """Return how many alerts stand although their rule finds the condition no longer: a person must still say so."""
    found = session.scalar(select(func.count()).where(_reached(areas, keys), STANDS, Alert.gone_at.is_not(None)))
    return found or 0


def alerts_to_check(areas: Sequence[str]) -> Select[int]:
    """Return the count of the alerts of some areas that nobody has looked into, to be asked together with others."""
    return select(func.count()).where(in_areas(Alert.village_code, areas), Alert.state == AlertState.TO_CHECK)


def alert_by_ref(session: Session, ref: str) -> Alert | None:
    """Return an alert by its reference."""
    return session.scalar(select(Alert).where(Alert.ref == ref))


def _note(step: AlertStep, sealer: Sealer) -> str:
    if step.note_sealed is None:
        return ""
    return sealer.open_if_kept(step.note_sealed, f"alert_steps/note/{step.ref}") or ""


def alert_view(session: Session, alert: Alert, *, sealer: Sealer) -> AlertView:
    """Return one alert with its history, the notes in clear: for those who reach its household. Five queries."""
    steps = session.scalars(select(AlertStep).where(AlertStep.alert_id == alert.id).order_by(AlertStep.id)).all()
    names = names_of_users(session, {step.by_user_id for step in steps if step.by_user_id is not None})
    opening = vault.opener(session, sealer, (step.note_sealed for step in steps))
    return AlertView(
        id=alert.id,
        ref=alert.ref,
        household_id=alert.household_id,
        household_ref=refs_of_households(session, [alert.household_id])[alert.household_id],
        village_code=alert.village_code,
        rule=AlertRule(alert.rule),
        state=AlertState(alert.state),
        period=alert.period,
        figures=alert.figures,
        version=versions_by_key(session, [alert.version_id])[alert.version_id],
        raised_at=alert.raised_at,
        gone_at=alert.gone_at,
        state_by=alert.state_by,
        steps=tuple(
            AlertStepView(
                action=step.action,
                at=step.at,
                by_name=names.get(step.by_user_id or 0, ""),
                note=_note(step, opening),
            )
            for step in steps
        ),
    )


def alerts_of_household(session: Session, household_id: int) -> Sequence[Alert]:
    """Return what was ever raised about a household, the newest first."""
    return session.scalars(select(Alert).where(Alert.household_id == household_id).order_by(Alert.id.desc())).all()


def last_assessment(session: Session) -> Assessment | None:
    """Return the last nightly pass that came to its end."""
    return session.scalars(
        select(Assessment).where(Assessment.ended_at.is_not(None)).order_by(Assessment.assessed_on.desc()).limit(1)
    ).first()


def assessed_at(session: Session) -> dt.datetime | None:
    """Return as of when households were judged last."""
    last = last_assessment(session)
    return last.ended_at if last else None
