"""Codes on slips and sheets: what one is good for, and those of a batch, which can be printed again."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_areas
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer, derive_key
from marketplace.surveys import rules
from marketplace.surveys.models import Survey, SurveyAnswer, SurveyBatch, SurveyCode
from marketplace.surveys.values import BatchView, CodeStanding, CodeView, Respondents, Slip, SurveyState

#: Twelve signs of five bits: one guess in 2^60 is right for one slip.
CODE_LENGTH = 12
#: What is misread for a digit (Crockford).
_MISREAD = str.maketrans("OIL", "011")


def seed_place(batch_ref: str) -> str:
    """Return the place a batch's secret is sealed for."""
    return f"survey_batches/{batch_ref}/seed"


def code_of(seed: str, number: int) -> str:
    """Return the code of a sheet: twelve readable signs made from the batch's random secret."""
    drawn = int.from_bytes(derive_key(seed.encode(), f"survey_code/{number}"), "big")
    return "".join(ids.ALPHABET[(drawn >> 5 * place) & 31] for place in range(CODE_LENGTH))


def code_hash(code: str, sealer: Sealer) -> str:
    """Return the keyed hash by which a code is kept."""
    return sealer.blind(code, "survey_code")


def code_by_words(session: Session, typed: str, *, sealer: Sealer) -> CodeView | None:
    """Return the code that was scanned or typed; small letters, gaps and misread signs are forgiven."""
    code = re.sub(r"[\s-]", "", typed[:40].upper()).translate(_MISREAD)
    if len(code) != CODE_LENGTH:
        return None
    return _first(session, _codes().where(SurveyCode.code_hash == code_hash(code, sealer)))


def code_by_id(session: Session, code_id: int) -> CodeView | None:
    """Return a code by its key."""
    return _first(session, _codes().where(SurveyCode.id == code_id))


def codes_by_number(session: Session, survey_id: int, numbers: Iterable[int], *, areas: Sequence[str]) -> Mapping[int, CodeView]:
    """Return the codes of some sheets of a survey, by number, of those handed out inside some areas."""
    wanted = _codes().where(
        SurveyCode.survey_id == survey_id,
        SurveyCode.number.in_(sorted(set(numbers))),
        in_areas(SurveyBatch.area_code, areas),
    )
    return {row.number: _code(row) for row in session.execute(wanted)}


def batch_by_ref(session: Session, ref: str) -> BatchView | None:
    """Return a batch by its reference."""
    found = _batches(session, select(SurveyBatch).where(SurveyBatch.ref == ref))
    return found[0] if found else None


def batches_of(
    session: Session, survey_id: int, *, areas: Sequence[str], before: int | None = None, limit: int = 30
) -> Sequence[BatchView]:
    """Return the batches of a survey inside some areas, the newest first, below a key."""
    wanted = (
        select(SurveyBatch)
        .where(SurveyBatch.survey_id == survey_id, in_areas(SurveyBatch.area_code, areas))
        .order_by(SurveyBatch.id.desc())
        .limit(limit)
    )
    return _batches(session, wanted if before is None else wanted.where(SurveyBatch.id < before))


def slips_of(session: Session, batch: BatchView, *, sealer: Sealer) -> Sequence[Slip]:
    """Return the unused codes of a batch in clear, for printing alone."""
    sealed = session.scalar(select(SurveyBatch.seed_sealed).where(SurveyBatch.id == batch.id)) or ""
    seed = sealer.open(sealed, seed_place(batch.ref))
    unused = (
        select(SurveyCode.number)
        .where(SurveyCode.batch_id == batch.id, ~select(SurveyAnswer.id).where(SurveyAnswer.code_id == SurveyCode.id).exists())
        .order_by(SurveyCode.number)
    )
    return [Slip(number, code_of(seed, number)) for number in session.scalars(unused)]


def _codes() -> Any:
    found: Any = (
        select(
            SurveyCode.id,
            SurveyCode.survey_id,
            SurveyCode.number,
            SurveyBatch.area_code,
            SurveyBatch.respondents,
            SurveyBatch.expires_on,
            SurveyBatch.ended_at,
            Survey.state,
            Survey.closes_on,
            SurveyAnswer.id.label("answer_id"),
        )
        .join(SurveyBatch, SurveyBatch.id == SurveyCode.batch_id)
        .join(Survey, Survey.id == SurveyCode.survey_id)
        .join(SurveyAnswer, SurveyAnswer.code_id == SurveyCode.id, isouter=True)
    )
    return found


def _first(session: Session, wanted: Any) -> CodeView | None:
    row = session.execute(wanted).one_or_none()
    return None if row is None else _code(row)


def _code(row: Any) -> CodeView:
    today = clock.today()
    standing: CodeStanding = rules.standing(
        is_used=row.answer_id is not None,
        is_open=row.state == SurveyState.OPEN and today <= row.closes_on,
        is_in_time=row.ended_at is None and today <= row.expires_on,
    )
    return CodeView(row.id, row.survey_id, row.number, row.area_code, Respondents(row.respondents), standing)


def _batches(session: Session, wanted: Select[Any]) -> Sequence[BatchView]:
    rows = session.scalars(wanted).all()
    if not rows:
        return []
    counted = session.execute(
        select(SurveyCode.batch_id, func.count().label("used"))
        .join(SurveyAnswer, SurveyAnswer.code_id == SurveyCode.id)
        .where(SurveyCode.batch_id.in_([row.id for row in rows]))
        .group_by(SurveyCode.batch_id)
    )
    used = {row.batch_id: row.used for row in counted}
    surveys = session.execute(select(Survey.id, Survey.ref).where(Survey.id.in_({row.survey_id for row in rows})))
    refs = {row.id: row.ref for row in surveys}
    return [
        BatchView(
            id=row.id,
            ref=row.ref,
            survey_id=row.survey_id,
            survey_ref=refs[row.survey_id],
            area_code=row.area_code,
            respondents=Respondents(row.respondents),
            first_number=row.first_number,
            count=row.count,
            expires_on=row.expires_on,
            made_at=row.made_at,
            ended_at=row.ended_at,
            used=used.get(row.id, 0),
        )
        for row in rows
    ]
