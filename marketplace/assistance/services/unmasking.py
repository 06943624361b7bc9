"""Showing one personal field once: the row that says who looked, and why, is written with it or nothing is shown."""

from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.assistance.models import Unmasking
from marketplace.assistance.refusals import NothingToShow, ReasonNeeded
from marketplace.assistance.values import MaskedField
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere
from marketplace.vault import queries as vault


def unmask(
    session: Session,
    *,
    household_id: int,
    field: MaskedField,
    reason: str,
    by: int,
    sealer: Sealer,
    member_ref: str | None = None,
) -> str:
    """Return one personal field in clear and write its access row in the same transaction.

    A name or an ID number is a member's (`member_ref`), the telephone is the household's.

    Raises:
        ReasonNeeded: the reason is shorter than 4 or longer than 200 characters.
        NotThere: there is no such member in this household.
        NothingToShow: the field is empty, or was erased.
    """
    reason = reason.strip()
    if not 4 <= len(reason) <= 200:
        raise ReasonNeeded
    household = farmers.household(session, household_id)
    if household is None:
        raise NotThere
    member_id = None
    if field is MaskedField.PHONE:
        if household.phone_sealed is None:
            raise NothingToShow
        sealed, place = household.phone_sealed, f"households/phone/{household.ref}"
    else:
        member = farmers.member_spell(session, member_ref or "")
        if member is None or member.household_id != household_id:
            raise NotThere
        member_id = member.id
        sealed = member.name_sealed if field is MaskedField.NAME else member.id_sealed
        place = f"member_spells/{field}/{member.ref}"
    value = vault.opener(session, sealer, [sealed]).open_if_kept(sealed, place)
    if value is None:  # it was erased
        raise NothingToShow
    row = Unmasking(
        ref=ids.reference("U", 12),
        at=clock.now(),
        by_user_id=by,
        household_id=household_id,
        member_id=member_id,
        field=field,
        reason=reason,
    )
    session.add(row)
    session.flush()
    record_audit(
        session, by=by, action="assistance.unmask", object_kind="unmasking", object_ref=row.ref,
        after={"household": household.ref, "member": member_ref, "field": str(field)}, reason=reason,
    )  # fmt: skip
    return value
