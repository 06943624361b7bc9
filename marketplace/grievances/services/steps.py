"""What every step does: it is counted once, written with its signature, and stands in the trail."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.accounts.values import Role
from marketplace.grievances import queries, rules
from marketplace.grievances.models import Grievance, GrievanceStep
from marketplace.grievances.refusals import NotNow, WordsNeeded
from marketplace.grievances.values import Action, Outcome, State
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere, StaleState


@dataclass(frozen=True, slots=True)
class Signature:
    """Who takes a step, in which office; nobody named where the complainant does."""

    user_id: int | None = None
    name: str | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Saying:
    """What a step says: to the complainant, and among officials."""

    words: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    outcome: Outcome | None = None
    #: To whom it is given, or who is kept out.
    towards_id: int | None = None


def standing(session: Session, grievance_id: int, *, seen: int) -> Grievance:
    """Return a grievance that nobody moved since it was looked at.

    Raises:
        NotThere: no such grievance.
        StaleState: somebody took a step meanwhile.
    """
    found = session.get(Grievance, grievance_id, populate_existing=True)
    if found is None:
        raise NotThere
    if found.version != seen:
        raise StaleState
    return found


def reached(found: Grievance, action: Action) -> State:
    """Return the state that a step leads to.

    Raises:
        NotNow: it has no place in the present one.
    """
    state = rules.after(State(found.state), action)
    if state is None:
        raise NotNow
    return state


def cleaned(saying: Saying, action: Action) -> Saying:
    """Return what a step says, tidied.

    Raises:
        WordsNeeded: it must say something and does not, or says too much.
    """
    words, note = saying.words.strip(), saying.note.strip()
    needed = note if action is Action.NOTE else words
    is_short = action in rules.SPOKEN and len(needed) < rules.LEAST_WORDS
    if is_short or max(len(words), len(note)) > rules.MOST_WORDS:
        raise WordsNeeded(least=rules.LEAST_WORDS, most=rules.MOST_WORDS)
    return Saying(words, note, saying.outcome, saying.towards_id)


def claim(session: Session, found: Grievance, **changes: Any) -> int:
    """Move a grievance by one conditional update; return the number of the step. Of two at once, one is told to look again.

    Raises:
        StaleState: another took a step in the same moment.
    """
    version = found.version
    moved = session.execute(
        update(Grievance)
        .where(Grievance.id == found.id, Grievance.version == version)
        .values(version=version + 1, moved_at=clock.now(), **changes),
        execution_options={"synchronize_session": False},
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise StaleState
    session.expire(found)
    return version + 1


def write_step(
    session: Session, found: Grievance, action: Action, said: Saying, by: Signature, *, version: int | None, before: State,
    sealer: Sealer,
) -> None:  # fmt: skip
    """Write a step with its signature, and its line of the trail; where the complainant acts, that line names no address."""
    trail_id = record_audit(
        session, by=by.user_id, action=f"grievances.{action}", object_kind="grievance", object_ref=found.ref,
        before={"state": str(before)}, after={"state": found.state, "outcome": str(said.outcome) if said.outcome else None},
        area_code=found.handling_code, is_anonymous=by.user_id is None,
    )  # fmt: skip
    ref = ids.reference("S", 12)
    session.add(
        GrievanceStep(
            ref=ref, grievance_id=found.id, version=version, action=action, at=clock.now(), by_user_id=by.user_id,
            by_name=by.name, by_role=by.role, towards_id=said.towards_id, outcome=said.outcome, trail_id=trail_id,
            words_sealed=sealer.seal(said.words, queries.step_place("words", ref)) if said.words else None,
            note_sealed=sealer.seal(said.note, queries.step_place("note", ref)) if said.note else None,
        )
    )  # fmt: skip
    session.flush()


def days_after(days: int) -> dt.date:
    """Return the day so many days from today."""
    return clock.today() + dt.timedelta(days=days)
