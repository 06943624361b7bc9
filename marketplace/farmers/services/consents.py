"""Consent, given and taken back with a date; taking it back costs no sale."""

from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.farmers import queries
from marketplace.farmers.models import Consent
from marketplace.farmers.values import ConsentKind
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere


def give_consent(
    session: Session, *, household_id: int, kind: ConsentKind, by: int, scope: str = "", witnessed_by: int | None = None
) -> Consent:
    """Record that a household agrees. A standing consent of the same kind and scope is returned as it is.

    `by` is who gave it (a user of the household, or the helper who recorded it); `witnessed_by` the official who heard it.
    """
    standing = queries.standing_consent(session, household_id, kind, scope)
    if standing is not None:
        return standing
    household = queries.household(session, household_id)
    if household is None:
        raise NotThere
    consent = Consent(
        household_id=household_id, kind=kind, scope=scope, given_at=clock.now(), given_by=by, witnessed_by=witnessed_by
    )
    session.add(consent)
    session.flush()
    record_audit(
        session, by=by, action="farmers.give_consent", object_kind="household", object_ref=household.ref,
        after={"kind": str(kind), "scope": scope, "witnessed_by": witnessed_by},
    )  # fmt: skip
    return consent


def withdraw_consent(session: Session, *, household_id: int, kind: ConsentKind, by: int, scope: str = "") -> None:
    """Take a consent back from now on; where none stands, nothing happens. Seller, offers and orders are untouched."""
    standing = queries.standing_consent(session, household_id, kind, scope)
    household = queries.household(session, household_id)
    if standing is None or household is None:
        return
    standing.withdrawn_at = clock.now()
    session.flush()
    record_audit(
        session, by=by, action="farmers.withdraw_consent", object_kind="household", object_ref=household.ref,
        before={"kind": str(kind), "scope": scope},
    )  # fmt: skip
