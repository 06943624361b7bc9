"""Erasing who a household is: its key is destroyed, and what would lead back to its people goes; the rest stands as it was."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.farmers.models import Consent, Household, HouseholdUser, MemberSpell, PayoutAccount, Seller
from marketplace.farmers.refusals import StillSells
from marketplace.farmers.services.sealing import subject_of
from marketplace.farmers.values import CloseReason, SellerState
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.vault.services import destroy_key, hold_key


def hold_household(session: Session, *, household_id: int) -> None:
    """Let nobody seal or write anything of a household's people until this transaction ends; whoever is at it finishes first.

    Its key first, then the household: in the order in which a value is sealed and written.

    Raises:
        NotThere: no such household.
    """
    household = session.get(Household, household_id)
    if household is None:
        raise NotThere
    hold_key(session, subject_of(household.ref))
    session.refresh(household, with_for_update=True)


def erase_household(session: Session, *, household_id: int, by: int) -> None:
    """Make a household's names, numbers, telephone and notes unreadable for ever, and forget what leads back to its people.

    Its reference, village, the number of its people and their years of birth stand, and with them every figure. A second call
    changes nothing. Whoever calls has made sure that no duty stands against it, and that its values are sealed with its key.

    Raises:
        NotThere: no such household.
        StillSells: it still sells.
    """
    household = session.get(Household, household_id)
    if household is None:
        raise NotThere
    if household.erased_at is not None:
        return
    live = select(Seller.id).where(Seller.household_id == household_id, Seller.state != SellerState.CLOSED)
    if session.scalar(live) is not None:
        raise StillSells
    destroy_key(session, subject_of(household.ref))
    now = clock.now()
    for spell in session.scalars(select(MemberSpell).where(MemberSpell.household_id == household_id)):
        # a blind index of an ID number is found again by whoever knows the number
        spell.id_index, spell.birth_on, spell.health = f"erased/{spell.ref}", spell.birth_on.replace(month=1, day=1), None
    for seller in session.scalars(select(Seller).where(Seller.household_id == household_id)):
        seller.display_name, seller.story = seller.ref, ""
    session.execute(update(PayoutAccount).where(PayoutAccount.household_id == household_id).values(number_index=None))
    _end(session, household_id)
    household.register_number = household.phone_sealed = household.phone_index = None
    household.closed_at, household.closed_reason = household.closed_at or now, household.closed_reason or CloseReason.ERASED
    household.erased_at = now
    session.flush()
    record_audit(session, by=by, action="farmers.erase_household", object_kind="household", object_ref=household.ref)


def _end(session: Session, household_id: int) -> None:
    now = clock.now()
    session.execute(
        update(HouseholdUser)
        .where(HouseholdUser.household_id == household_id, HouseholdUser.ended_at.is_(None))
        .values(ended_at=now)
    )
    session.execute(
        update(Consent).where(Consent.household_id == household_id, Consent.withdrawn_at.is_(None)).values(withdrawn_at=now)
    )
