"""Issuing codes for slips and sheets, and ending those that went astray."""

import datetime as dt

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere
from marketplace.surveys import rules
from marketplace.surveys.models import Survey, SurveyBatch, SurveyCode
from marketplace.surveys.queries.codes import code_hash, code_of, seed_place
from marketplace.surveys.refusals import SurveyNotOpen, TooManyCodes
from marketplace.surveys.values import Respondents, SurveyAction, SurveyState

#: What is printed together.
MOST_CODES = 200


def issue_codes(
    session: Session, *, key: str, survey_id: int, area_code: str, respondents: Respondents, count: int, by: int, sealer: Sealer,
    expires_on: dt.date | None = None,
) -> str:  # fmt: skip
    """Issue codes for an area, numbered on from the survey's last; return the batch's reference.

    They are good until the survey's last day, or an earlier one. The same key again returns the first batch.

    Raises:
        NotThere: no such survey.
        SurveyNotOpen: it takes no answers.
        TooManyCodes: none, or more than are printed together.
    """
    standing = session.scalar(select(SurveyBatch.ref).where(SurveyBatch.key == key))
    if standing is not None:
        return standing
    # the row is held, so that two batches at once are numbered one after the other
    survey = session.scalar(select(Survey).where(Survey.id == survey_id).with_for_update())
    if survey is None:
        raise NotThere
    if (
        rules.SURVEYS.after(SurveyState(survey.state), SurveyAction.ISSUE) is None
        or survey.closes_on is None
        or survey.closes_on < clock.today()
    ):
        raise SurveyNotOpen
    if not 1 <= count <= MOST_CODES:
        raise TooManyCodes(most=MOST_CODES)
    ref, seed = ids.reference("SB"), ids.token(32)
    first = (session.scalar(select(func.max(SurveyCode.number)).where(SurveyCode.survey_id == survey_id)) or 0) + 1
    batch = SurveyBatch(
        ref=ref, key=key, survey_id=survey_id, area_code=area_code, respondents=respondents, first_number=first, count=count,
        expires_on=min(expires_on or survey.closes_on, survey.closes_on), seed_sealed=sealer.seal(seed, seed_place(ref)),
        made_by=by, made_at=clock.now(),
    )  # fmt: skip
    session.add(batch)
    session.flush()
    session.execute(
        insert(SurveyCode),
        [
            {
                "batch_id": batch.id,
                "survey_id": survey_id,
                "number": number,
                "code_hash": code_hash(code_of(seed, number), sealer),
            }
            for number in range(first, first + count)
        ],
    )
    record_audit(
        session, by=by, action="surveys.issue", object_kind="survey_batch", object_ref=ref, area_code=area_code,
        after={"survey": survey.ref, "count": count, "respondents": str(respondents)},
    )  # fmt: skip
    return ref


def end_codes(session: Session, *, batch_id: int, by: int) -> None:
    """End the unused codes of a batch, whose slips went astray. Ending them twice changes nothing.

    Raises:
        NotThere: no such batch.
    """
    batch = session.get(SurveyBatch, batch_id)
    if batch is None:
        raise NotThere
    ended = session.execute(
        update(SurveyBatch)
        .where(SurveyBatch.id == batch_id, SurveyBatch.ended_at.is_(None))
        .values(ended_at=clock.now())
        .returning(SurveyBatch.id)
    ).one_or_none()
    if ended is not None:
        record_audit(
            session,
            by=by,
            action="surveys.end_codes",
            object_kind="survey_batch",
            object_ref=batch.ref,
            area_code=batch.area_code,
        )
