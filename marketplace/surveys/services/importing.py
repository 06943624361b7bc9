"""Importing a workbook of answers that was judged: all of it or nothing, unless only its good rows are wanted."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere, StaleState
from marketplace.surveys.models import SurveyAnswer, SurveyImport
from marketplace.surveys.queries.surveys import survey_by_id
from marketplace.surveys.refusals import SurveyNotOpen
from marketplace.surveys.rules import SURVEYS
from marketplace.surveys.services.counting import count_answers
from marketplace.surveys.values import ImportState, ReadSheet, SurveyAction

#: Findings kept of one workbook; whoever made more mistakes mends these first.
MOST_FINDINGS = 500


def import_answers(
    session: Session, *, survey_id: int, area_code: str, sheet: ReadSheet, sha256: str, is_only_good: bool, by: int
) -> str:
    """Count the answers of a workbook, or keep alone what is wrong with it; return the import's reference.

    A workbook that was imported is not counted again: it returns the first import.

    Raises:
        NotThere: no such survey.
        SurveyNotOpen: it takes no answers.
        StaleState: one of its sheets was counted otherwise since the workbook was judged.
    """
    survey = survey_by_id(session, survey_id)
    if survey is None:
        raise NotThere
    standing = session.scalar(
        select(SurveyImport.ref).where(
            SurveyImport.survey_id == survey_id, SurveyImport.sha256 == sha256, SurveyImport.state == ImportState.IMPORTED
        )
    )
    if standing is not None:
        return standing
    if SURVEYS.after(survey.state, SurveyAction.ENTER) is None:
        raise SurveyNotOpen
    sheets = [one.code_id for one in sheet.good if one.code_id is not None]
    if session.scalar(select(SurveyAnswer.id).where(SurveyAnswer.code_id.in_(sheets)).limit(1)) is not None:
        raise StaleState
    state = ImportState.IMPORTED if sheet.good and (is_only_good or not sheet.findings) else ImportState.REFUSED
    held = SurveyImport(
        ref=ids.reference("SI"), survey_id=survey_id, area_code=area_code, sha256=sha256, state=state, is_only_good=is_only_good,
        answers=len(sheet.good) if state is ImportState.IMPORTED else 0, bad=sheet.bad_rows,
        findings=[[one.row, one.column, one.message, dict(one.params)] for one in sheet.findings[:MOST_FINDINGS]],
        by_user_id=by, at=clock.now(),
    )  # fmt: skip
    session.add(held)
    session.flush()
    if state is ImportState.IMPORTED:
        item_ids = [item.id for item in survey.items]
        count_answers(session, survey_id=survey_id, item_ids=item_ids, given=sheet.good, import_id=held.id)
    record_audit(
        session, by=by, action=f"surveys.import_{state}", object_kind="survey_import", object_ref=held.ref, area_code=area_code,
        after={"survey": survey.ref, "sha256": sha256, "count": held.answers},
    )  # fmt: skip
    return held.ref
