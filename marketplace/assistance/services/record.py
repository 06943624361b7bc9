"""Keeping the record: visits, measures, causes, helpers, guarantees, monitoring, the year ledger, and figures handed up."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.assistance.models import (
    Cause,
    GuaranteeCheck,
    Helper,
    Measure,
    MonitoringEpisode,
    Visit,
    VisitImage,
    YearLedgerEntry,
)
from marketplace.assistance.refusals import AcceptedByProposer, DatesCrossed, EntryDecided, StandsAlready
from marketplace.assistance.services.plans import note_visit
from marketplace.assistance.values import Guarantee, LedgerCategory, MeasureKind, MonitoringKind
from marketplace.farmers import queries as farmers
from marketplace.farmers import services as farmer_verbs
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.db import row_key
from marketplace.kernel.errors import NotThere


def _ref(session: Session, household_id: int) -> str:
    household = farmers.household(session, household_id)
    if household is None:
        raise NotThere
    return household.ref


def _refuse_future(day: dt.date) -> None:
    if day > clock.today():
        raise DatesCrossed


def record_visit(
    session: Session,
    *,
    household_id: int,
    by: int,
    visited_on: dt.date,
    note: str,
    sealer: Sealer,
    image_ids: Sequence[int] = (),
    key: str | None = None,
) -> Visit:
    """Record a visit at home with its note (sealed) and photos; the same key again returns the first record.

    Raises:
        DatesCrossed: the day lies in the future.
    """
    key = key or row_key()
    standing = session.scalar(select(Visit).where(Visit.key == key))
    if standing is not None:
        return standing
    _refuse_future(visited_on)
    household_ref = _ref(session, household_id)
    ref = ids.reference("V", 12)
    visit = Visit(
        ref=ref,
        key=key,
        household_id=household_id,
        by_user_id=by,
        visited_on=visited_on,
        note_sealed=farmer_verbs.sealer_of_household(session, household_id, sealer=sealer).seal(note, f"visits/note/{ref}"),
        created_at=clock.now(),
    )
    session.add(visit)
    session.flush()
    session.add_all(VisitImage(visit_id=visit.id, image_id=image_id) for image_id in dict.fromkeys(image_ids))
    session.flush()
    record_audit(
        session, by=by, action="assistance.visit", object_kind="household", object_ref=household_ref,
        after={"visit": ref, "photos": len(image_ids)},
    )  # fmt: skip
    note_visit(session, household_id=household_id, visited_on=visited_on)
    return visit


def record_home_visit(
    session: Session,
    *,
    household_id: int,
    by: int,
    visited_on: dt.date,
    note: str,
    guarantees: Mapping[Guarantee, bool],
    sealer: Sealer,
    image_ids: Callable[[], Sequence[int]],
    key: str,
) -> bool:
    """Record a visit with what was seen of the guarantees; return whether it is new. The same key again writes nothing.

    Raises:
        DatesCrossed: the day lies in the future.
    """
    if session.scalar(select(Visit.id).where(Visit.key == key)) is not None:
        return False
    record_visit(
        session, household_id=household_id, by=by, visited_on=visited_on, note=note, sealer=sealer, image_ids=image_ids(),
        key=key,
    )  # fmt: skip
    for guarantee, is_met in guarantees.items():
        record_guarantee(session, household_id=household_id, guarantee=guarantee, is_met=is_met, on=visited_on, by=by)
    return True


def start_measure(
    session: Session, *, household_id: int, kind: MeasureKind, from_on: dt.date, by: int, note: str = ""
) -> Measure:
    """Enrol a household in a measure from a day on.

    Raises:
        StandsAlready: it takes part already.
        DatesCrossed: the day lies in the future.
    """
    _refuse_future(from_on)
    household_ref = _ref(session, household_id)
    if session.scalar(
        select(Measure.id).where(Measure.household_id == household_id, Measure.kind == kind, Measure.to_on.is_(None))
    ):
        raise StandsAlready
    measure = Measure(household_id=household_id, kind=kind, from_on=from_on, note=note[:200], by_user_id=by)
    session.add(measure)
    session.flush()
    record_audit(
        session, by=by, action="assistance.start_measure", object_kind="household", object_ref=household_ref,
        after={"kind": str(kind), "from_on": from_on.isoformat()},
    )  # fmt: skip
    return measure


def end_measure(session: Session, *, measure_id: int, to_on: dt.date, by: int, household_id: int | None = None) -> Measure:
    """End a household's part in a measure; the spell stays. Given a household, another's measure is not there."""
    measure = session.get(Measure, measure_id, with_for_update=True)
    if measure is None or (household_id is not None and measure.household_id != household_id):
        raise NotThere
    if measure.to_on is not None:
        raise EntryDecided
    if not measure.from_on <= to_on <= clock.today():
        raise DatesCrossed
    measure.to_on = to_on
    session.flush()
    record_audit(
        session, by=by, action="assistance.end_measure", object_kind="household",
        object_ref=_ref(session, measure.household_id), after={"kind": measure.kind, "to_on": to_on.isoformat()},
    )  # fmt: skip
    return measure


def state_causes(session: Session, *, household_id: int, main: str | None, others: Sequence[str], on: dt.date, by: int) -> None:
    """Say why a household is poor from a day on; what is no longer said ends that day, what stands is not rewritten.

    Raises:
        DatesCrossed: the day lies in the future, or before a standing cause began.
    """
    _refuse_future(on)
    household_ref = _ref(session, household_id)
    wanted = {**dict.fromkeys(others, False), **({main: True} if main else {})}
    standing = session.scalars(select(Cause).where(Cause.household_id == household_id, Cause.to_on.is_(None))).all()
    kept = {row.cause for row in standing if wanted.get(row.cause) is row.is_main}
    for row in standing:
        if row.cause not in kept:
            if on < row.from_on:
                raise DatesCrossed
            row.to_on = on
    session.flush()
    session.add_all(
        Cause(household_id=household_id, cause=cause, is_main=is_main, from_on=on, by_user_id=by)
        for cause, is_main in wanted.items()
        if cause not in kept
    )
    session.flush()
    record_audit(
        session, by=by, action="assistance.causes", object_kind="household", object_ref=household_ref,
        before={"causes": sorted(row.cause for row in standing)}, after={"causes": sorted(wanted), "main": main},
    )  # fmt: skip


def assign_helper(
    session: Session,
    *,
    household_id: int,
    name: str,
    organisation: str,
    on: dt.date,
    by: int,
    sealer: Sealer,
    phone: str | None = None,
    user_id: int | None = None,
) -> Helper:
    """Make somebody answerable for a household from a day on; whoever was before ends that day.

    With an account (`user_id`) the helper sees the household while the role of a helper is held where it lies.
    """
    _refuse_future(on)
    household_ref = _ref(session, household_id)
    standing = session.scalar(select(Helper).where(Helper.household_id == household_id, Helper.to_on.is_(None)))
    if standing is not None:
        if on < standing.from_on:
            raise DatesCrossed
        standing.to_on = on
        session.flush()
    ref = ids.reference("P", 12)
    helper = Helper(
        ref=ref,
        household_id=household_id,
        name_sealed=sealer.seal(name, f"helpers/name/{ref}"),
        organisation=organisation[:200],
        phone_sealed=sealer.seal(phone, f"helpers/phone/{ref}") if phone else None,
        user_id=user_id,
        from_on=on,
    )
    session.add(helper)
    session.flush()
    record_audit(
        session,
        by=by,
        action="assistance.helper",
        object_kind="household",
        object_ref=household_ref,
        after={"helper": ref, "user_id": user_id},
    )
    return helper


def record_guarantee(
    session: Session, *, household_id: int, guarantee: Guarantee, is_met: bool, on: dt.date, by: int, note: str = ""
) -> GuaranteeCheck:
    """Record whether one of the five guarantees was met on a day."""
    _refuse_future(on)
    household_ref = _ref(session, household_id)
    before = session.scalars(
        select(GuaranteeCheck)
        .where(GuaranteeCheck.household_id == household_id, GuaranteeCheck.guarantee == guarantee)
        .order_by(GuaranteeCheck.checked_on.desc(), GuaranteeCheck.id.desc())
        .limit(1)
    ).first()
    check = GuaranteeCheck(
        household_id=household_id, guarantee=guarantee, is_met=is_met, checked_on=on, by_user_id=by, note=note[:200]
    )
    session.add(check)
    session.flush()
    record_audit(
        session, by=by, action="assistance.guarantee", object_kind="household", object_ref=household_ref,
        before={"guarantee": str(guarantee), "is_met": before.is_met, "on": before.checked_on.isoformat()} if before else None,
        after={"guarantee": str(guarantee), "is_met": is_met, "on": on.isoformat()},
    )  # fmt: skip
    return check


def open_monitoring(
    session: Session, *, household_id: int, kind: MonitoringKind, on: dt.date, proposed_by: int, approved_by: int
) -> MonitoringEpisode:
    """Begin to watch a household; two officials.

    Raises:
        AcceptedByProposer: they are one person.
        StandsAlready: it is watched already.
    """
    if proposed_by == approved_by:
        raise AcceptedByProposer
    household_ref = _ref(session, household_id)
    if session.scalar(
        select(MonitoringEpisode.id).where(MonitoringEpisode.household_id == household_id, MonitoringEpisode.cleared_on.is_(None))
    ):
        raise StandsAlready
    episode = MonitoringEpisode(
        household_id=household_id, kind=kind, opened_on=on, proposed_by=proposed_by, approved_by=approved_by
    )
    session.add(episode)
    session.flush()
    record_audit(
        session, by=approved_by, action="assistance.open_monitoring", object_kind="household", object_ref=household_ref,
        after={"kind": str(kind), "on": on.isoformat(), "proposed_by": proposed_by},
    )  # fmt: skip
    return episode


def record_year_ledger(
    session: Session,
    *,
    household_id: int,
    year: int,
    category: LedgerCategory,
    amount_fen: int,
    source: str,
    by: int,
) -> YearLedgerEntry:
    """Enter a declared amount; it counts once another official approves it. The same entry waiting is returned as it is.

    Raises:
        DatesCrossed: the year is not over by today, or before 1990.
    """
    if not 1990 <= year <= clock.today().year:
        raise DatesCrossed
    household_ref = _ref(session, household_id)
    waiting = session.scalar(
        select(YearLedgerEntry).where(
            YearLedgerEntry.household_id == household_id,
            YearLedgerEntry.year == year,
            YearLedgerEntry.category == category,
            YearLedgerEntry.amount_fen == amount_fen,
            YearLedgerEntry.entered_by == by,
            YearLedgerEntry.approved_by.is_(None),
            YearLedgerEntry.superseded_at.is_(None),
        )
    )
    if waiting is not None:
        return waiting
    entry = YearLedgerEntry(
        household_id=household_id,
        year=year,
        category=category,
        amount_fen=amount_fen,
        source=source[:60],
        entered_by=by,
        entered_at=clock.now(),
    )
    session.add(entry)
    session.flush()
    record_audit(
        session, by=by, action="assistance.record_year_ledger", object_kind="household", object_ref=household_ref,
        before=_counted(_standing_entry(session, entry)), after={**(_counted(entry) or {}), "source": entry.source},
    )  # fmt: skip
    return entry


def _standing_entry(session: Session, entry: YearLedgerEntry) -> YearLedgerEntry | None:
    """Return the entry that counts for the same household, year and category."""
    return session.scalar(
        select(YearLedgerEntry).where(
            YearLedgerEntry.household_id == entry.household_id,
            YearLedgerEntry.year == entry.year,
            YearLedgerEntry.category == entry.category,
            YearLedgerEntry.superseded_at.is_(None),
            YearLedgerEntry.approved_by.is_not(None),
        )
    )


def _counted(entry: YearLedgerEntry | None) -> dict[str, Any] | None:
    """Return what the trail says of an entry; nothing of none."""
    return None if entry is None else {"year": entry.year, "income_kind": str(entry.category), "amount_fen": entry.amount_fen}


def approve_year_ledger(session: Session, *, entry_id: int, by: int, household_id: int | None = None) -> YearLedgerEntry:
    """Let an entered amount count; the one that stood for the same year and category is superseded, not edited.

    Raises:
        AcceptedByProposer: the official entered it.
        EntryDecided: it counts already, or was replaced.
    """
    entry = session.get(YearLedgerEntry, entry_id, with_for_update=True)
    if entry is None or (household_id is not None and entry.household_id != household_id):
        raise NotThere
    if entry.approved_by is not None or entry.superseded_at is not None:
        raise EntryDecided
    if entry.entered_by == by:
        raise AcceptedByProposer
    now = clock.now()
    standing = _standing_entry(session, entry)
    if standing is not None:
        standing.superseded_at = now
        session.flush()
    entry.approved_by = by
    entry.approved_at = now
    session.flush()
    record_audit(
        session, by=by, action="assistance.approve_year_ledger", object_kind="household",
        object_ref=_ref(session, entry.household_id), before=_counted(standing), after=_counted(entry),
    )  # fmt: skip
    return entry
