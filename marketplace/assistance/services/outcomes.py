"""Writing down what came of a measure, and the household's signature under it."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.assistance.models import Measure, MeasureOutcome
from marketplace.assistance.refusals import DatesCrossed, EntryDecided, SignedByRecorder
from marketplace.assistance.rules.choosing import OUTCOMES
from marketplace.assistance.values.help import OutcomeAction, OutcomeState, SignedHow
from marketplace.farmers import queries as farmers
from marketplace.farmers import services as farmer_verbs
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere


def record_outcome(
    session: Session,
    *,
    measure_id: int,
    household_id: int,
    happened_on: dt.date,
    words: str,
    amount_fen: int | None,
    by: int,
    key: str,
    sealer: Sealer,
) -> MeasureOutcome:
    """Write down what a measure has brought by a day (the words sealed); it counts once the household signed it.

    The same key again returns the first entry.

    Raises:
        DatesCrossed: the day lies before the measure began, or in the future.
    """
    standing = session.scalar(select(MeasureOutcome).where(MeasureOutcome.key == key))
    if standing is not None:
        return standing
    measure = session.get(Measure, measure_id)
    if measure is None or measure.household_id != household_id:
        raise NotThere
    if not measure.from_on <= happened_on <= clock.today():
        raise DatesCrossed
    ref, own = ids.reference("E", 12), farmer_verbs.sealer_of_household(session, household_id, sealer=sealer)
    outcome = MeasureOutcome(
        ref=ref, key=key, measure_id=measure_id, happened_on=happened_on,
        words_sealed=own.seal(words, f"measure_outcomes/words/{ref}"), amount_fen=amount_fen or None, recorded_by=by,
        recorded_at=clock.now(),
    )  # fmt: skip
    session.add(outcome)
    session.flush()
    record_audit(
        session, by=by, action="assistance.record_outcome", object_kind="household", object_ref=_ref(session, measure),
        after={"kind": measure.kind, "on": happened_on.isoformat(), "amount_fen": outcome.amount_fen},
    )  # fmt: skip
    return outcome


def sign_outcome(session: Session, *, outcome_id: int, household_id: int, by: int) -> None:
    """Sign, as somebody matched to the household, with one's own account.

    Raises:
        SignedByRecorder: the same person wrote it down.
        EntryDecided: it is signed already.
    """
    outcome, measure = _unsigned(session, outcome_id, household_id, OutcomeAction.SIGN)
    if outcome.recorded_by == by:
        raise SignedByRecorder
    _sign(session, outcome, measure, SignedHow.OWN_ACCOUNT, by)


def sign_outcome_by_hand(session: Session, *, outcome_id: int, household_id: int, image_id: int, by: int) -> None:
    """Keep the photo of a slip that the household signed by hand before this official.

    Raises:
        EntryDecided: it is signed already.
    """
    outcome, measure = _unsigned(session, outcome_id, household_id, OutcomeAction.SIGN_BY_HAND)
    outcome.image_id = image_id
    _sign(session, outcome, measure, SignedHow.BY_HAND, by)


def _unsigned(session: Session, outcome_id: int, household_id: int, action: OutcomeAction) -> tuple[MeasureOutcome, Measure]:
    outcome = session.get(MeasureOutcome, outcome_id, with_for_update=True)
    measure = session.get(Measure, outcome.measure_id) if outcome else None
    if outcome is None or measure is None or measure.household_id != household_id:
        raise NotThere
    state = OutcomeState.UNSIGNED if outcome.signed_at is None else OutcomeState.SIGNED
    if OUTCOMES.after(state, action) is None:
        raise EntryDecided
    return outcome, measure


def _sign(session: Session, outcome: MeasureOutcome, measure: Measure, how: SignedHow, by: int) -> None:
    outcome.signed_at, outcome.signed_how, outcome.signed_by = clock.now(), str(how), by
    session.flush()
    record_audit(
        session, by=by, action="assistance.sign_outcome", object_kind="household", object_ref=_ref(session, measure),
        after={"kind": measure.kind, "on": outcome.happened_on.isoformat(), "how": str(how)},
    )  # fmt: skip


def _ref(session: Session, measure: Measure) -> str:
    household = farmers.household(session, measure.household_id)
    if household is None:
        raise NotThere
    return household.ref
