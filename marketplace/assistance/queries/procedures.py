"""Cases as lists and pages show them, and what the rules need to know of one."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session

from marketplace.accounts.queries import names_of_users
from marketplace.assistance.models import (
    AssemblyVote,
    ComparisonList,
    ComparisonRow,
    HomeCheck,
    IncomeSurvey,
    Procedure,
    ProcedureEvidence,
    ProcedureFreeze,
    ProcedureSettings,
    ProcedureStep,
)
from marketplace.assistance.queries.lines import poverty_line
from marketplace.assistance.queries.reaching import reached
from marketplace.assistance.rules.procedures import settings_on
from marketplace.assistance.values import MonitoringKind
from marketplace.assistance.values.procedures import (
    DEFAULT_SETTINGS,
    Action,
    CaseLine,
    CaseView,
    EvidenceKind,
    EvidenceView,
    Findings,
    Ground,
    Hit,
    HouseholdYear,
    Kinship,
    Level,
    ListKind,
    Opinion,
    ProcedureKind,
    Settings,
    Signed,
    State,
    StepView,
)
from marketplace.farmers import queries as farmers
from marketplace.farmers.queries.references import refs_of_households
from marketplace.kernel.crypto import Sealer
from marketplace.notices import queries as notices
from marketplace.vault import queries as vault

PAGE = 50


def case_by_ref(session: Session, ref: str) -> Procedure | None:
    """Return the row of a case: its household and village say who may open it."""
    return session.scalar(select(Procedure).where(Procedure.ref == ref))


def open_case_of(session: Session, household_id: int) -> Procedure | None:
    """Return the case of a household that is open now."""
    return session.scalar(select(Procedure).where(Procedure.household_id == household_id, Procedure.closed_on.is_(None)))


def case_view(session: Session, row: Procedure, *, sealer: Sealer) -> CaseView:
    """Return a case whole, in some twelve queries."""
    household = farmers.household(session, row.household_id)
    steps = _step_views(session, row.id, sealer)
    return CaseView(
        id=row.id,
        ref=row.ref,
        kind=ProcedureKind(row.kind),
        state=State(row.state),
        seq=row.seq,
        household_id=row.household_id,
        household_ref=household.ref if household else "",
        village_code=row.village_code,
        head_masked=farmers.heads_masked(session, [row.household_id], sealer=sealer).get(row.household_id, ""),
        is_cadre_kin=bool(household and household.is_cadre_kin),
        monitoring_kind=MonitoringKind(row.monitoring_kind) if row.monitoring_kind else None,
        attribute=row.attribute,
        ground=Ground(row.ground),
        opened_on=row.opened_on,
        due_on=row.due_on,
        closed_on=row.closed_on,
        settings=settings_of(session, row),
        basis=row.basis,
        steps=steps,
        evidence=_evidence_views(session, row.id, sealer),
        findings=findings_of_case(session, row),
        notice_ref=row.notice_ref,
    )


def signed_steps(session: Session, procedure_id: int) -> list[Signed]:
    """Return the steps of a case as the rules look back on them."""
    rows = session.scalars(select(ProcedureStep).where(ProcedureStep.procedure_id == procedure_id).order_by(ProcedureStep.seq))
    return [
        Signed(Action(row.action), Level(row.level), row.user_id, State(row.from_state) if row.from_state else None)
        for row in rows
    ]


def _step_views(session: Session, procedure_id: int, sealer: Sealer) -> tuple[StepView, ...]:
    rows = session.scalars(
        select(ProcedureStep).where(ProcedureStep.procedure_id == procedure_id).order_by(ProcedureStep.seq)
    ).all()
    opening = vault.opener(session, sealer, (each for row in rows for each in (row.words_sealed, row.kinship_sealed)))
    return tuple(
        StepView(
            seq=row.seq,
            action=Action(row.action),
            from_state=State(row.from_state) if row.from_state else None,
            to_state=State(row.to_state),
            level=Level(row.level),
            role=row.role,
            user_id=row.user_id,
            name=row.name,
            at=row.at,
            device=row.device,
            words=_open(opening, row.words_sealed, f"procedure_steps/words/{row.procedure_id}/{row.seq}"),
            kinship=Kinship(row.kinship) if row.kinship else None,
            kinship_words=_open(opening, row.kinship_sealed, f"procedure_steps/kinship/{row.procedure_id}/{row.seq}"),
        )
        for row in rows
    )


def _open(sealer: Sealer, sealed: str | None, place: str) -> str:
    return (sealer.open_if_kept(sealed, place) or "") if sealed else ""


def evidence_of(session: Session, procedure_id: int) -> Sequence[ProcedureEvidence]:
    """Return what is on file for a case, the first brought first."""
    query = select(ProcedureEvidence).where(ProcedureEvidence.procedure_id == procedure_id).order_by(ProcedureEvidence.id)
    return session.scalars(query).all()


def _evidence_views(session: Session, procedure_id: int, sealer: Sealer) -> tuple[EvidenceView, ...]:
    rows = evidence_of(session, procedure_id)
    opening = vault.opener(session, sealer, (row.words_sealed for row in rows))
    names = names_of_users(session, {row.by_user_id for row in rows} | {row.with_user_id for row in rows if row.with_user_id})
    facts = _facts(session, [row.id for row in rows])
    return tuple(
        EvidenceView(
            id=row.id,
            kind=EvidenceKind(row.kind),
            on=row.on,
            by_name=names.get(row.by_user_id, ""),
            with_name=names.get(row.with_user_id) if row.with_user_id else None,
            at=row.at,
            opinion=Opinion(row.opinion) if row.opinion else None,
            facts=facts.get(row.id, {}),
            words=_open(opening, row.words_sealed, f"procedure_evidence/words/{row.key}"),
            image_id=row.image_id,
        )
        for row in rows
    )


def _facts(session: Session, keys: Sequence[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for model in (IncomeSurvey, AssemblyVote, HomeCheck):
        for row in session.execute(select(*model.__table__.columns).where(model.evidence_id.in_(keys))).mappings():
            found[row["evidence_id"]] = {name: value for name, value in row.items() if name != "evidence_id"}
    return found


def survey_year(facts: dict[str, Any]) -> HouseholdYear:
    """Return what a survey found as a year of the household."""
    return HouseholdYear(
        wage_fen=facts["wage_fen"], business_fen=facts["business_fen"], property_fen=facts["property_fen"],
        transfer_fen=facts["transfer_fen"], expenditure_fen=facts["expenditure_fen"], members=facts["members"],
    )  # fmt: skip


def findings_of_case(session: Session, row: Procedure) -> Findings:
    """Return what is on record for the next step of a case: the latest of each kind counts."""
    rows = evidence_of(session, row.id)
    latest = {EvidenceKind(one.kind): one for one in rows}
    kinds = set(latest)
    slip = latest.get(EvidenceKind.SLIP)
    if slip is not None and slip.at_seq != row.seq:
        kinds.discard(EvidenceKind.SLIP)
    resolution = latest.get(EvidenceKind.RESOLUTION)
    looks = [latest[kind].id for kind in (EvidenceKind.SURVEY, EvidenceKind.ASSEMBLY, EvidenceKind.HOME_CHECK) if kind in latest]
    if resolution is not None and looks and resolution.id < max(looks):
        kinds.discard(EvidenceKind.RESOLUTION)
    head_fen = line_fen = None
    if EvidenceKind.SURVEY in latest:
        facts = _facts(session, [latest[EvidenceKind.SURVEY].id])[latest[EvidenceKind.SURVEY].id]
        line = poverty_line(session, facts["year"])
        head_fen, line_fen = survey_year(facts).per_head_fen, line.amount_fen if line else None
    open_objections, upheld = notices.objection_counts(session, subject=row.ref) if row.notice_ref else (0, 0)

    def opinion(kind: EvidenceKind) -> Opinion | None:
        held = latest.get(kind)
        return Opinion(held.opinion) if held is not None and held.opinion else None

    return Findings(
        evidence=frozenset(kinds),
        survey_head_fen=head_fen,
        line_fen=line_fen,
        assembly=opinion(EvidenceKind.ASSEMBLY),
        home_check=opinion(EvidenceKind.HOME_CHECK),
        open_objections=open_objections,
        upheld_objections=upheld,
        notice_to=row.notice_to,
    )


def causes_found(session: Session, procedure_id: int) -> list[str]:
    """Return the causes that the last check at home found, the main one first."""
    found = session.scalars(
        select(HomeCheck.causes)
        .join(ProcedureEvidence, ProcedureEvidence.id == HomeCheck.evidence_id)
        .where(ProcedureEvidence.procedure_id == procedure_id)
        .order_by(ProcedureEvidence.id.desc())
        .limit(1)
    ).first()
    return found.split(",") if found else []


def settings_versions(session: Session) -> list[Settings]:
    """Return what the house brings and every version the county approved, in order of beginning."""
    rows = session.scalars(
        select(ProcedureSettings).where(ProcedureSettings.approved_by.is_not(None)).order_by(ProcedureSettings.from_on)
    )
    return [*DEFAULT_SETTINGS, *(settings_row(row) for row in rows)]


def settings_row(row: ProcedureSettings) -> Settings:
    """Return a row as the rules read it."""
    return Settings(
        id=row.id, from_on=row.from_on, village_notice_days=row.village_notice_days,
        township_notice_days=row.township_notice_days, appeal_days=row.appeal_days, reapply_days=row.reapply_days,
        stable_years=row.stable_years, clear_months=row.clear_months, check_people=row.check_people,
        is_identification_open=row.is_identification_open, is_reentry_open=row.is_reentry_open,
    )  # fmt: skip


def procedure_settings(session: Session, on: dt.date) -> Settings:
    """Return what the county has settled about procedures on a day."""
    return settings_on(settings_versions(session), on)


def settings_of(session: Session, row: Procedure) -> Settings:
    """Return what a case goes by: what was settled on the day it was opened."""
    if row.settings_id is None:
        return settings_on(DEFAULT_SETTINGS, row.opened_on)
    return settings_row(session.get_one(ProcedureSettings, row.settings_id))


def all_settings(session: Session) -> Sequence[ProcedureSettings]:
    """Return every version, those not approved too, the latest first."""
    query = select(ProcedureSettings).order_by(ProcedureSettings.from_on.desc(), ProcedureSettings.id.desc())
    return session.scalars(query).all()


def standing_freezes(session: Session, on: dt.date) -> Sequence[ProcedureFreeze]:
    """Return the freezes that a day lies in or before."""
    query = select(ProcedureFreeze).where(ProcedureFreeze.to_on >= on, ProcedureFreeze.lifted_at.is_(None))
    return session.scalars(query.order_by(ProcedureFreeze.from_on, ProcedureFreeze.id)).all()


def _within(codes: Sequence[str], keys: Collection[int]) -> ColumnElement[bool]:
    return reached(Procedure.village_code, Procedure.household_id, codes, keys)


def open_cases(
    session: Session, codes: Sequence[str], *, sealer: Sealer, keys: Collection[int] = (), kind: ProcedureKind | None = None,
    due_before: dt.date | None = None, after: tuple[dt.date, int] | None = None, limit: int = PAGE,
) -> list[CaseLine]:  # fmt: skip
    """Return a page of the open cases of some areas and households, the first due first; `after` is the last (due, id) seen."""
    query = select(Procedure).where(Procedure.closed_on.is_(None), _within(codes, keys))
    if kind is not None:
        query = query.where(Procedure.kind == kind.value)
    if due_before is not None:
        query = query.where(Procedure.due_on < due_before)
    if after is not None:
        query = query.where(tuple_(Procedure.due_on, Procedure.id) > after)
    return _lines(session, query.order_by(Procedure.due_on, Procedure.id).limit(limit), sealer)


def closed_cases(
    session: Session, codes: Sequence[str], *, sealer: Sealer, keys: Collection[int] = (), kind: ProcedureKind | None = None,
    before: int | None = None, limit: int = PAGE,
) -> list[CaseLine]:  # fmt: skip
    """Return a page of the closed cases of some areas and households, the newest first; `before` is the last key seen."""
    query = select(Procedure).where(Procedure.closed_on.is_not(None), _within(codes, keys))
    if kind is not None:
        query = query.where(Procedure.kind == kind.value)
    if before is not None:
        query = query.where(Procedure.id < before)
    return _lines(session, query.order_by(Procedure.id.desc()).limit(limit), sealer)


def cases_of_household(session: Session, household_id: int, *, sealer: Sealer) -> list[CaseLine]:
    """Return every case of a household, the newest first."""
    query = select(Procedure).where(Procedure.household_id == household_id).order_by(Procedure.id.desc())
    return _lines(session, query, sealer)


def signatures_of_household(session: Session, household_id: int) -> list[tuple[Procedure, list[ProcedureStep]]]:
    """Return every case of a household, the newest first, with its signed steps in order. Two queries; opens no words."""
    query = select(Procedure).where(Procedure.household_id == household_id).order_by(Procedure.id.desc())
    cases = session.scalars(query).all()
    steps: dict[int, list[ProcedureStep]] = {}
    keys = [case.id for case in cases]
    rows = session.scalars(select(ProcedureStep).where(ProcedureStep.procedure_id.in_(keys)).order_by(ProcedureStep.seq))
    for step in rows:
        steps.setdefault(step.procedure_id, []).append(step)
    return [(case, steps.get(case.id, [])) for case in cases]


def _lines(session: Session, query: Select[Any], sealer: Sealer) -> list[CaseLine]:
    rows = session.scalars(query).all()
    keys = {row.household_id for row in rows}
    heads, refs = farmers.heads_masked(session, keys, sealer=sealer), refs_of_households(session, keys)
    return [
        CaseLine(
            id=row.id, ref=row.ref, kind=ProcedureKind(row.kind), state=State(row.state), household_id=row.household_id,
            household_ref=refs[row.household_id], village_code=row.village_code, head_masked=heads.get(row.household_id, ""),
            opened_on=row.opened_on, due_on=row.due_on, closed_on=row.closed_on,
        )
        for row in rows
    ]  # fmt: skip


def cases_overdue(session: Session, codes: tuple[str, ...], on: dt.date) -> int:
    """Return how many open cases of some areas should have been acted on before a day."""
    return session.scalar(count_of_overdue_cases(codes, on)) or 0


def count_of_overdue_cases(codes: Sequence[str], on: dt.date) -> Select[int]:
    """Return the same as a count to be asked together with others."""
    is_overdue = (Procedure.closed_on.is_(None), Procedure.due_on < on)
    return select(func.count()).select_from(Procedure).where(*is_overdue, _within(codes, ()))


def hits_of_household(session: Session, household_id: int, *, sealer: Sealer) -> list[Hit]:
    """Return what registers of other offices say of a household's people: hints, never a verdict. Names are masked."""
    members = farmers.current_members(session, [household_id], sealer=sealer).get(household_id, [])
    masked = farmers.names_masked(session, [one.ref for one in members], sealer=sealer)
    names = {one.id_index: masked.get(one.ref, "") for one in members}
    rows = session.execute(
        select(ComparisonRow.id_index, ComparisonRow.label, ComparisonList.kind, ComparisonList.source, ComparisonList.as_of)
        .join(ComparisonList, ComparisonList.id == ComparisonRow.list_id)
        .where(ComparisonRow.id_index.in_(list(names)), ComparisonList.retired_at.is_(None))
        .order_by(ComparisonList.id, ComparisonRow.id)
    )
    return [Hit(ListKind(row.kind), names[row.id_index], row.label, row.source, row.as_of) for row in rows]


def comparison_lists(session: Session) -> Sequence[ComparisonList]:
    """Return the lists uploaded to be compared with, the newest first."""
    return session.scalars(select(ComparisonList).order_by(ComparisonList.id.desc()).limit(PAGE)).all()
