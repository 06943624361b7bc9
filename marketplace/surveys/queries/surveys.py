"""Questionnaires as they stand."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.surveys.models import Survey, SurveyItem
from marketplace.surveys.values import ItemDraft, ItemView, SurveyDraft, SurveyState, SurveyView


def survey_by_ref(session: Session, ref: str) -> SurveyView | None:
    """Return a questionnaire by its reference."""
    return _first(session, session.scalars(select(Survey).where(Survey.ref == ref)).all())


def survey_by_id(session: Session, survey_id: int) -> SurveyView | None:
    """Return a questionnaire by its key."""
    return _first(session, session.scalars(select(Survey).where(Survey.id == survey_id)).all())


def surveys_before(
    session: Session, *, before: int | None = None, with_drafts: bool = True, limit: int = 30
) -> Sequence[SurveyView]:
    """Return questionnaires, the newest first, below a key. Two queries."""
    wanted = select(Survey).order_by(Survey.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(Survey.id < before)
    if not with_drafts:
        wanted = wanted.where(Survey.state != SurveyState.DRAFT)
    return _views(session, session.scalars(wanted).all())


def versions_of(session: Session, family: str) -> Sequence[SurveyView]:
    """Return the versions of a questionnaire, the first first."""
    return _views(session, session.scalars(select(Survey).where(Survey.family == family).order_by(Survey.version)).all())


def latest_with_effects(session: Session) -> SurveyView | None:
    """Return the questionnaire opened last that asks for effects of the study, if any was."""
    wanted = (
        select(Survey)
        .where(
            Survey.state != SurveyState.DRAFT,
            select(SurveyItem.id).where(SurveyItem.survey_id == Survey.id, SurveyItem.effect.is_not(None)).exists(),
        )
        .order_by(Survey.opened_at.desc(), Survey.id.desc())
        .limit(1)
    )
    return _first(session, session.scalars(wanted).all())


def _first(session: Session, rows: Sequence[Survey]) -> SurveyView | None:
    found = _views(session, rows)
    return found[0] if found else None


def _views(session: Session, rows: Sequence[Survey]) -> Sequence[SurveyView]:
    items: dict[int, list[ItemView]] = {row.id: [] for row in rows}
    wanted = select(SurveyItem).where(SurveyItem.survey_id.in_(items)).order_by(SurveyItem.position)
    for item in session.scalars(wanted) if items else ():
        items[item.survey_id].append(ItemView(item.id, item.position, item.text_zh, item.text_en, item.effect))
    return [_view(row, items[row.id]) for row in rows]


def _view(row: Survey, items: Sequence[ItemView]) -> SurveyView:
    return SurveyView(
        id=row.id,
        ref=row.ref,
        family=row.family,
        version=row.version,
        state=SurveyState(row.state),
        revision=row.revision,
        draft=SurveyDraft(
            row.title_zh, row.title_en, row.intro_zh, row.intro_en, tuple(ItemDraft(item.zh, item.en) for item in items)
        ),
        items=tuple(items),
        made_at=row.made_at,
        opened_at=row.opened_at,
        closes_on=row.closes_on,
        closed_at=row.closed_at,
    )
