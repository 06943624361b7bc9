"""Opening a case and signing its steps. The house checks and proposes; every move is somebody's signature."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.assistance import queries, refusals
from marketplace.assistance.models import Procedure, ProcedureStep
from marketplace.assistance.rules import procedures as rules
from marketplace.assistance.rules.income import Want
from marketplace.assistance.services.record import open_monitoring, state_causes
from marketplace.assistance.services.spells import (
    begin_registration,
    clear_monitoring,
    end_registration,
    last_registration,
    standing_episode,
    standing_registration,
)
from marketplace.assistance.values import EndedHow, MonitoringKind
from marketplace.assistance.values.procedures import (
    CLOSED,
    NOTICES,
    Action,
    EvidenceKind,
    Ground,
    Level,
    ProcedureKind,
    Said,
    Settings,
    Signer,
    State,
)
from marketplace.farmers import queries as farmers
from marketplace.farmers import services as farmer_verbs
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.notices import services as notices
from marketplace.notices.values import Topic

_NOTHING = Said()
#: Kinds that need the household on the register, and those that need it not to be.
_ON_REGISTER = frozenset({ProcedureKind.EXIT, ProcedureKind.REMOVE})
_OFF_REGISTER = frozenset({ProcedureKind.IDENTIFY, ProcedureKind.REENTER})
_TOPICS = {
    (ProcedureKind.IDENTIFY, State.VILLAGE_NOTICE): Topic.JOIN_PROPOSED,
    (ProcedureKind.IDENTIFY, State.TOWNSHIP_NOTICE): Topic.JOIN_REVIEWED,
    (ProcedureKind.IDENTIFY, State.DONE): Topic.JOINED,
    (ProcedureKind.REENTER, State.VILLAGE_NOTICE): Topic.JOIN_PROPOSED,
    (ProcedureKind.REENTER, State.TOWNSHIP_NOTICE): Topic.JOIN_REVIEWED,
    (ProcedureKind.REENTER, State.DONE): Topic.JOINED,
    (ProcedureKind.EXIT, State.VILLAGE_NOTICE): Topic.LEAVE_PROPOSED,
    (ProcedureKind.EXIT, State.DONE): Topic.LEFT,
    (ProcedureKind.REMOVE, State.VILLAGE_NOTICE): Topic.REMOVE_PROPOSED,
    (ProcedureKind.REMOVE, State.DONE): Topic.REMOVED,
    (ProcedureKind.MONITOR, State.VILLAGE_NOTICE): Topic.SUPPORT_PROPOSED,
    (ProcedureKind.CLEAR, State.VILLAGE_NOTICE): Topic.SUPPORT_ENDS,
}
#: The refusal of each obstacle that the rules name.
_REFUSALS: dict[str, type[Refusal]] = {
    one.code: one
    for one in (
        refusals.NoSuchStep, refusals.NotYourStep, refusals.SignedElsewhere, refusals.SignedHere, refusals.EvidenceMissing,
        refusals.WordsNeeded, refusals.ResolutionNeeded, refusals.NoticeStillStanding, refusals.ObjectionsOpen,
        refusals.ObjectionUpheld, refusals.CheckIncomplete,
    )
}  # fmt: skip


def open_case(
    session: Session,
    *,
    key: str,
    household_id: int,
    kind: ProcedureKind,
    signer: Signer,
    sealer: Sealer,
    said: Said = _NOTHING,
    attribute: str | None = None,
    ground: Ground = Ground.VILLAGE,
    ground_ref: str | None = None,
    monitoring_kind: MonitoringKind | None = None,
) -> Procedure:
    """Open a case of a household; the first step is the signature of whoever opens it. The same key again returns the first.

    Raises:
        CaseOpenAlready: another case of the household is open.
        NotYourStep: the person signs on no level that may open such a case.
        StandingDoesNotFit, IdentificationClosed, ReentryClosed, TooSoonAgain: how the household stands, or the county settled.
        BasisMissing: an exit or a clearing is proposed that the record does not bear; carries `wants`.
        WordsNeeded: a removal without its reason.
        KinshipUndeclared: an official who does not say whether they are kin.
    """
    standing = session.scalar(select(Procedure).where(Procedure.key == key))
    if standing is not None:
        return standing
    household = farmers.household(session, household_id)
    if household is None or household.closed_at is not None:
        raise NotThere
    if queries.open_case_of(session, household_id) is not None:
        raise refusals.CaseOpenAlready
    state, levels = rules.BEGINS[kind]
    level = rules.level_for(levels, signer)
    if level is None:
        raise refusals.NotYourStep
    _refuse_undeclared(level, said)
    if kind is ProcedureKind.REMOVE and rules.is_wordless(said.words):
        raise refusals.WordsNeeded
    today = clock.today()
    settings = queries.procedure_settings(session, today)
    _refuse_standing(session, household_id, kind, settings, today)
    basis = _basis(session, household_id, kind, settings, today)
    row = Procedure(
        ref=ids.reference("C", 8),
        key=key,
        kind=kind.value,
        household_id=household_id,
        village_code=household.village_code,
        state=state.value,
        seq=1,
        ground=ground.value,
        ground_ref=ground_ref,
        attribute=(attribute or "ordinary") if kind in _OFF_REGISTER else None,
        monitoring_kind=(monitoring_kind or MonitoringKind.BORDERLINE).value if kind is ProcedureKind.MONITOR else None,
        opened_on=today,
        due_on=rules.due_on(state, today, settings),
        settings_id=settings.id,
        basis=basis,
    )
    session.add(row)
    session.flush()
    _sign(session, row, Action.OPEN, None, state, level, signer, said, sealer)
    _audit(session, row, signer, Action.OPEN, None)
    return row


def sign_step(
    session: Session,
    *,
    case_id: int,
    seen_seq: int,
    action: Action,
    signer: Signer,
    sealer: Sealer,
    said: Said = _NOTHING,
) -> Procedure:
    """Sign one step of a case; what is due then happens in the same transaction. `seen_seq` is the last step the signer read.

    A repeat of the very step that was written last by the same person returns the case as it is.

    Raises:
        CaseMoved: somebody signed another step meanwhile.
        NoSuchStep, NotYourStep, SignedElsewhere, SignedHere, EvidenceMissing (carries `kinds`), WordsNeeded, ResolutionNeeded,
        NoticeStillStanding, ObjectionsOpen, ObjectionUpheld, CheckIncomplete, AppealTooLate, KinshipUndeclared, RegisterFrozen.
    """
    row = _taken(session, case_id)
    steps = queries.signed_steps(session, row.id)
    if row.seq == seen_seq + 1 and steps[-1].action is action and steps[-1].user_id == signer.user_id:
        return row
    if row.seq != seen_seq:
        raise refusals.CaseMoved
    before, kind, today = State(row.state), ProcedureKind(row.kind), clock.today()
    settings = queries.settings_of(session, row)
    try:
        move, level = rules.check(
            kind, before, action, signer, steps=steps, findings=queries.findings_of_case(session, row), settings=settings,
            words=said.words, on=today,
        )  # fmt: skip
    except rules.Obstacle as no:
        raise _refusal(no) from no
    _refuse_undeclared(level, said)
    if action is Action.APPEAL and not rules.may_still_appeal(cast(dt.date, row.closed_on), settings, today):
        raise refusals.AppealTooLate
    if action is Action.APPEAL and queries.open_case_of(session, row.household_id) is not None:
        raise refusals.CaseOpenAlready
    if action in rules.FROZEN and (to := _frozen_until(session, today)) is not None:
        raise refusals.RegisterFrozen(to=to.isoformat())
    _go(session, row, move, settings, today, signer, sealer)
    _sign(session, row, action, before, move.to, level, signer, said, sealer)
    _audit(session, row, signer, action, before)
    return row


def _go(
    session: Session, row: Procedure, move: rules.Move, settings: Settings, today: dt.date, signer: Signer, sealer: Sealer
) -> None:
    """Move the case, once for whoever read this very step; then put up, take down, and do what was decided."""
    values: dict[str, Any] = {
        "state": move.to.value,
        "seq": row.seq + 1,
        "due_on": row.due_on if move.action is Action.COUNTERSIGN else rules.due_on(move.to, today, settings),
        "closed_on": today if move.to in CLOSED else None,
    }
    if move.to is State.DONE:
        values |= _take_effect(session, row, today, signer)
    if move.to is not State(row.state):
        notices.withdraw(session, subject=row.ref, by=signer.user_id)
    if move.to in NOTICES or move.to is State.DONE:
        values |= _put_up(session, row, move.to, settings, today, signer, sealer)
    moved = cast(
        CursorResult[Any],
        session.execute(
            update(Procedure)
            .where(Procedure.id == row.id, Procedure.seq == row.seq, Procedure.state == row.state)
            .values(**values)
            .execution_options(synchronize_session=False)
        ),
    )
    if moved.rowcount != 1:
        raise refusals.CaseMoved
    session.refresh(row)


def _put_up(
    session: Session, row: Procedure, state: State, settings: Settings, today: dt.date, signer: Signer, sealer: Sealer
) -> dict[str, Any]:
    topic = _TOPICS.get((ProcedureKind(row.kind), state))
    if topic is None:
        return {}
    until = rules.notice_until(state, today, settings)
    ref = notices.put_up(
        session,
        key=f"{row.ref}/{row.seq + 1}",
        subject=row.ref,
        topic=topic,
        village_code=row.village_code,
        head=farmers.heads_masked(session, [row.household_id], sealer=sealer).get(row.household_id, ""),
        people=farmers.member_counts(session, [row.household_id]).get(row.household_id, 0),
        to_on=until,
        by=signer.user_id,
    )
    return {"notice_ref": ref, "notice_to": until} if state in NOTICES else {"notice_ref": ref}


def _take_effect(session: Session, row: Procedure, today: dt.date, signer: Signer) -> dict[str, Any]:
    """Do what the case decided; return what of the case points to it."""
    kind, household_id = ProcedureKind(row.kind), row.household_id
    if kind in _OFF_REGISTER:
        _state_causes(session, row, today, signer)
        return {"spell_id": begin_registration(session, household_id=household_id, on=today, attribute=row.attribute)}
    if kind in _ON_REGISTER:
        how = EndedHow.EXITED if kind is ProcedureKind.EXIT else EndedHow.REMOVED
        return {"spell_id": end_registration(session, household_id=household_id, on=today, how=how)}
    if kind is ProcedureKind.CLEAR:
        return {"episode_id": clear_monitoring(session, household_id=household_id, on=today)}
    _state_causes(session, row, today, signer)
    opened_by = session.scalars(
        select(ProcedureStep.user_id).where(
            ProcedureStep.procedure_id == row.id, ProcedureStep.action.in_([Action.CONCLUDE.value, Action.TAKE_UP.value])
        ).order_by(ProcedureStep.seq.desc())
    ).first()  # fmt: skip
    if opened_by is None:
        raise AssertionError("a case of monitoring comes here over the village's review")
    episode = open_monitoring(
        session, household_id=household_id, kind=MonitoringKind(str(row.monitoring_kind)), on=today, proposed_by=opened_by,
        approved_by=signer.user_id,
    )  # fmt: skip
    return {"episode_id": episode.id}


def _state_causes(session: Session, row: Procedure, today: dt.date, signer: Signer) -> None:
    """Let the causes found at home stand on the record, the first named as the main one."""
    causes = queries.causes_found(session, row.id)
    if causes:
        state_causes(session, household_id=row.household_id, main=causes[0], others=causes[1:], on=today, by=signer.user_id)


def _sign(
    session: Session, row: Procedure, action: Action, before: State | None, after: State, level: Level, signer: Signer,
    said: Said, sealer: Sealer,
) -> None:  # fmt: skip
    place, own = f"{row.id}/{row.seq}", farmer_verbs.sealer_of_household(session, row.household_id, sealer=sealer)
    words, kinship_words = said.words.strip()[:1000], said.kinship_words.strip()[:200]
    session.add(
        ProcedureStep(
            procedure_id=row.id,
            seq=row.seq,
            action=action.value,
            from_state=before.value if before else None,
            to_state=after.value,
            level=level.value,
            role=",".join(sorted(signer.roles))[:200],
            user_id=signer.user_id,
            name=signer.name[:60],
            at=clock.now(),
            device=signer.device[:120],
            words_sealed=own.seal(words, f"procedure_steps/words/{place}") if words else None,
            kinship=said.kinship.value if said.kinship and level is not Level.HOUSEHOLD else None,
            kinship_sealed=own.seal(kinship_words, f"procedure_steps/kinship/{place}") if kinship_words else None,
        )
    )
    session.flush()


def _taken(session: Session, case_id: int) -> Procedure:
    row = session.scalar(
        select(Procedure).where(Procedure.id == case_id).with_for_update().execution_options(populate_existing=True)
    )
    if row is None:
        raise NotThere
    return row


def _refuse_undeclared(level: Level, said: Said) -> None:
    if level is not Level.HOUSEHOLD and said.kinship is None:
        raise refusals.KinshipUndeclared


def _refuse_standing(session: Session, household_id: int, kind: ProcedureKind, settings: Settings, today: dt.date) -> None:
    """Refuse a case that does not fit how the household stands, or that the county has closed."""
    registered = standing_registration(session, household_id)
    last = last_registration(session, household_id)
    has_left = last is not None and last.ended_how == EndedHow.EXITED
    monitored = standing_episode(session, household_id)
    fits = {
        ProcedureKind.IDENTIFY: registered is None and not has_left,
        ProcedureKind.REENTER: registered is None and has_left,
        ProcedureKind.EXIT: registered is not None,
        ProcedureKind.REMOVE: registered is not None,
        ProcedureKind.MONITOR: monitored is None and registered is None,
        ProcedureKind.CLEAR: monitored is not None,
    }[kind]
    if not fits:
        raise refusals.StandingDoesNotFit
    if kind is ProcedureKind.IDENTIFY and not settings.is_identification_open:
        raise refusals.IdentificationClosed
    if kind is ProcedureKind.REENTER and not settings.is_reentry_open:
        raise refusals.ReentryClosed
    if kind in _OFF_REGISTER:
        _refuse_too_soon(session, household_id, settings, today)


def _refuse_too_soon(session: Session, household_id: int, settings: Settings, today: dt.date) -> None:
    rejected_on = session.scalar(
        select(Procedure.closed_on)
        .where(
            Procedure.household_id == household_id,
            Procedure.kind.in_([kind.value for kind in _OFF_REGISTER]),
            Procedure.state.in_([State.REJECTED.value, State.DISMISSED.value]),
        )
        .order_by(Procedure.closed_on.desc())
        .limit(1)
    )
    if rejected_on is not None:
        again_on = rejected_on + dt.timedelta(days=settings.reapply_days)
        if today < again_on:
            raise refusals.TooSoonAgain(from_on=again_on.isoformat())


def _basis(session: Session, household_id: int, kind: ProcedureKind, settings: Settings, today: dt.date) -> dict[str, Any]:
    """Return the figures an exit or a clearing rests on, frozen into the case; refuse where they do not bear it."""
    if kind not in (ProcedureKind.EXIT, ProcedureKind.CLEAR):
        return {}
    wants, basis = queries.wants_of(session, household_id, kind, settings, today)
    if wants:
        raise _basis_missing(wants)
    return basis


def _basis_missing(wants: Sequence[Want]) -> refusals.BasisMissing:
    refusal = refusals.BasisMissing()
    refusal.wants = tuple(wants)
    return refusal


def _refusal(no: rules.Obstacle) -> Refusal:
    known = _REFUSALS[no.code]
    params = {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in no.facts.items()}
    if known is refusals.EvidenceMissing:
        found = refusals.EvidenceMissing()
        found.kinds = cast("tuple[EvidenceKind, ...]", no.facts["kinds"])
        return found
    return known(**params)


def _frozen_until(session: Session, today: dt.date) -> dt.date | None:
    return rules.is_frozen(((one.from_on, one.to_on) for one in queries.standing_freezes(session, today)), today)


def _audit(session: Session, row: Procedure, signer: Signer, action: Action, before: State | None) -> None:
    record_audit(
        session, by=signer.user_id, action=f"assistance.case_{action.value}", object_kind="case", object_ref=row.ref,
        before={"state": before.value} if before else None, after={"state": row.state, "kind": row.kind},
        area_code=row.village_code,
    )  # fmt: skip
