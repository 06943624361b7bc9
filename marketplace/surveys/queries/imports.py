"""Workbooks that were sent in."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_areas
from marketplace.surveys.models import Survey, SurveyImport
from marketplace.surveys.values import Finding, ImportState, ImportView


def import_by_ref(session: Session, ref: str) -> ImportView | None:
    """Return a workbook's fate by its reference."""
    row = session.execute(
        select(SurveyImport, Survey.ref).join(Survey, Survey.id == SurveyImport.survey_id).where(SurveyImport.ref == ref)
    ).one_or_none()
    return None if row is None else _view(row.SurveyImport, row.ref)


def imports_of(
    session: Session, survey_id: int, *, areas: Sequence[str], before: str | None = None, limit: int = 20
) -> Sequence[ImportView]:
    """Return the workbooks of a survey for some areas, the newest first, below the one of a reference."""
    wanted = (
        select(SurveyImport, Survey.ref)
        .join(Survey, Survey.id == SurveyImport.survey_id)
        .where(SurveyImport.survey_id == survey_id, in_areas(SurveyImport.area_code, areas))
        .order_by(SurveyImport.id.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(SurveyImport.id < select(SurveyImport.id).where(SurveyImport.ref == before).scalar_subquery())
    return [_view(row.SurveyImport, row.ref) for row in session.execute(wanted)]


def _view(row: SurveyImport, survey_ref: str) -> ImportView:
    return ImportView(
        ref=row.ref,
        survey_ref=survey_ref,
        area_code=row.area_code,
        state=ImportState(row.state),
        is_only_good=row.is_only_good,
        answers=row.answers,
        bad=row.bad,
        findings=tuple(Finding(*finding) for finding in row.findings),
        at=row.at,
    )
