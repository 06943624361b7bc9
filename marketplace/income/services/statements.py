"""A household's monthly statement: opened, each line confirmed or disputed, each dispute answered by an official.

An answer keeps the figures the household saw; should they move later in the month, a confirmed line asks again.
"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts import services as accounts
from marketplace.income import refusals, rules
from marketplace.income.models import AttributionMovement, StatementAnswer, StatementHead
from marketplace.income.queries.lines import line
from marketplace.income.services.own import refuse_own
from marketplace.income.values import Line, LineState
from marketplace.kernel import clock
from marketplace.kernel.db import dialect_of, insert_into
from marketplace.kernel.errors import NotThere


def open_statement(session: Session, *, household_id: int, month: str, village_code: str) -> int:
    """Open a household's month and return its id; a repeat returns the first."""
    session.execute(
        insert_into(StatementHead, dialect_of(session))
        .values(household_id=household_id, month=month, village_code=village_code, opened_at=clock.now())
        .on_conflict_do_nothing(index_elements=["household_id", "month"])
    )
    number = session.scalar(
        select(StatementHead.id).where(StatementHead.household_id == household_id, StatementHead.month == month)
    )
    if number is None:
        raise NotThere
    return number


def open_month(session: Session, *, month: str) -> int:
    """Open the statements of every household to which something happened in a month; return how many were new. One query each."""
    moved = (
        select(AttributionMovement.household_id, AttributionMovement.village_code)
        .where(AttributionMovement.month == month, AttributionMovement.household_id.is_not(None))
        .distinct()
    )
    standing = set(session.scalars(select(StatementHead.household_id).where(StatementHead.month == month)))
    fresh = {row.household_id: row.village_code for row in session.execute(moved) if row.household_id not in standing}
    for household_id, village_code in sorted(fresh.items()):
        open_statement(session, household_id=household_id, month=month, village_code=village_code)
    return len(fresh)


def confirm_line(
    session: Session,
    *,
    household_id: int,
    month: str,
    attribution_id: int,
    by: int,
    is_assisted: bool = False,
    consent_id: int | None = None,
    seen: str | None = None,
) -> None:
    """Write down that the household agrees with a line as it stands; `is_assisted` when a helper pressed the button for it.

    `seen` are the figures that a page showed, as `rules.seen_words` writes them.

    Raises:
        LineNotInMonth: nothing happened to this sale in this month, or it is another household's.
        LineMoved: the figures are not those that were seen.
    """
    found, answer = _answerable(session, household_id, month, attribution_id)
    if seen is not None and seen != rules.seen_words(found.figures):
        raise refusals.LineMoved
    _confirm(session, found, answer, by=by, is_assisted=is_assisted, consent_id=consent_id)


def confirm_lines(
    session: Session, *, household_id: int, month: str, seen: Mapping[int, str], by: int, is_assisted: bool = False
) -> None:
    """Write down that the household agrees with all the lines of a page.

    `seen` gives the figures shown, by line. Either all are agreed to, or none where one is not what was seen.

    Raises:
        LineNotInMonth, LineMoved: as for `confirm_line`; also where somebody disputed one meanwhile.
    """
    for attribution_id, figures in sorted(seen.items()):
        found, answer = _answerable(session, household_id, month, attribution_id)
        if answer.state == LineState.DISPUTED or figures != rules.seen_words(found.figures):
            raise refusals.LineMoved
        _confirm(session, found, answer, by=by, is_assisted=is_assisted)


def dispute_line(
    session: Session,
    *,
    household_id: int,
    month: str,
    attribution_id: int,
    by: int,
    words: str,
    is_assisted: bool = False,
    consent_id: int | None = None,
) -> None:
    """Write down what the household finds wrong with a line.

    Raises:
        LineNotInMonth: as for `confirm_line`.
        WordsMissing: nothing was said.
    """
    if not words.strip():
        raise refusals.WordsMissing
    found, answer = _answerable(session, household_id, month, attribution_id)
    _move(answer, LineState.DISPUTED)
    answer.words, answer.answer, answer.answered_by, answer.answered_at = words.strip(), "", None, None
    answer.seen = list(found.figures)
    answer.said_by, answer.said_at = by, clock.now()
    answer.is_assisted, answer.consent_id = is_assisted, consent_id
    session.flush()
    _audit(session, answer, found, by=by, action="statement.dispute", reason=answer.words)


def answer_dispute(session: Session, *, statement_line_id: int, by: int, answer: str) -> None:
    """Answer a disputed line, as an official who did not raise it; posted lines are never edited.

    Raises:
        NotThere: no such line.
        WordsMissing: nothing was said.
        SameOfficial: whoever raised it (as a helper) cannot answer it.
        OwnMoney: their own household raised it.
        LineMove: it is not disputed.
    """
    if not answer.strip():
        raise refusals.WordsMissing
    standing = session.scalar(
        select(StatementAnswer)
        .where(StatementAnswer.id == statement_line_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if standing is None:
        raise NotThere
    if standing.said_by == by:
        raise refusals.SameOfficial
    refuse_own(session, session.get_one(StatementHead, standing.statement_id).household_id, by)
    _move(standing, LineState.ANSWERED)
    standing.answer, standing.answered_by, standing.answered_at = answer.strip(), by, clock.now()
    session.flush()
    accounts.record_audit(
        session,
        by=by,
        action="statement.answer",
        object_kind="statement_line",
        object_ref=str(standing.id),
        after={"state": standing.state, "answer": standing.answer},
    )


def _answerable(session: Session, household_id: int, month: str, attribution_id: int) -> tuple[Line, StatementAnswer]:
    found = line(session, household_id, month, attribution_id)
    if found is None:
        raise refusals.LineNotInMonth
    number = open_statement(session, household_id=household_id, month=month, village_code=found.village_code)
    session.execute(
        insert_into(StatementAnswer, dialect_of(session))
        .values(
            statement_id=number,
            attribution_id=attribution_id,
            village_code=found.village_code,
            state=LineState.OPEN.value,
            words="",
            answer="",
        )
        .on_conflict_do_nothing(index_elements=["statement_id", "attribution_id"])
    )
    answer = session.scalars(
        select(StatementAnswer)
        .where(StatementAnswer.statement_id == number, StatementAnswer.attribution_id == attribution_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return found, answer


def _confirm(
    session: Session, found: Line, answer: StatementAnswer, *, by: int, is_assisted: bool, consent_id: int | None = None
) -> None:
    _move(answer, LineState.CONFIRMED)
    answer.seen = list(found.figures)
    answer.said_by, answer.said_at = by, clock.now()
    answer.is_assisted, answer.consent_id = is_assisted, consent_id
    session.flush()
    _audit(session, answer, found, by=by, action="statement.confirm")


def _move(answer: StatementAnswer, to: LineState) -> None:
    if to not in rules.LINE_MOVES[LineState(answer.state)]:
        raise refusals.LineMove
    answer.state = to.value


def _audit(session: Session, answer: StatementAnswer, found: Line, *, by: int, action: str, reason: str | None = None) -> None:
    accounts.record_audit(
        session,
        by=by,
        action=action,
        object_kind="statement_line",
        object_ref=str(answer.id),
        after={"state": answer.state, "order": found.order_ref, "net_fen": found.figures.net_fen, "assisted": answer.is_assisted},
        reason=reason,
    )
