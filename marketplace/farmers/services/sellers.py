"""A seller's way from application to approval, and what may interrupt it."""

from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.farmers import queries, rules
from marketplace.farmers.models import Seller, SellerEvent
from marketplace.farmers.refusals import ApprovedByApplicant, HouseholdClosed, NameNeeded, SellerStands, SellerStep
from marketplace.farmers.values import SellerKind, SellerState
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere


def apply_to_sell(
    session: Session,
    *,
    display_name: str,
    by: int,
    household_id: int | None = None,
    village_code: str | None = None,
    kind: SellerKind = SellerKind.HOUSEHOLD,
    story: str = "",
) -> Seller:
    """Apply for a household (its village is the seller's), or for a cooperative, collective or enterprise of a village.

    Raises:
        SellerStands: the household has a seller that is not closed.
        HouseholdClosed: the household is no longer kept up.
        NameNeeded: the name is empty or longer than 60 characters.
    """
    if not 0 < len(display_name) <= 60:
        raise NameNeeded
    if household_id is not None:
        household = queries.household(session, household_id)
        if household is None:
            raise NotThere
        if household.closed_at is not None:
            raise HouseholdClosed
        if any(each.state != SellerState.CLOSED for each in queries.sellers_of_household(session, household_id)):
            raise SellerStands
        village_code = household.village_code
    if village_code is None:
        raise NotThere
    seller = Seller(
        ref=ids.reference("S", 6),
        kind=kind,
        household_id=household_id,
        village_code=village_code,
        display_name=display_name,
        story=story,
        state=SellerState.APPLIED,
        applied_by=by,
        applied_at=clock.now(),
    )
    session.add(seller)
    session.flush()
    _note(session, seller, None, by, "")
    return seller


def review_seller(session: Session, *, seller_id: int, by: int) -> Seller:
    """Take an application up for review."""
    seller = _known(session, seller_id)
    _refuse_own(session, seller, by)
    return _move(session, seller, SellerState.REVIEWING, by)


def approve_seller(session: Session, *, seller_id: int, by: int) -> Seller:
    """Approve a seller; an application not yet under review is taken up first. A second approval changes nothing.

    Raises:
        ApprovedByApplicant: the official applied for it, or may act for the household.
        SellerStep: it was closed meanwhile.
    """
    seller = _known(session, seller_id)
    _refuse_own(session, seller, by)
    if seller.state == SellerState.APPROVED:
        return seller
    if seller.state == SellerState.APPLIED:
        _move(session, seller, SellerState.REVIEWING, by)
    seller.approved_by = by
    seller.approved_at = clock.now()
    return _move(session, seller, SellerState.APPROVED, by)


def suspend_seller(session: Session, *, seller_id: int, by: int, reason: str) -> Seller:
    """Stop a seller from offering, with a reason; orders taken stand."""
    return _move(session, _known(session, seller_id), SellerState.SUSPENDED, by, reason)


def resume_seller(session: Session, *, seller_id: int, by: int, reason: str = "") -> Seller:
    """Let a suspended seller offer again."""
    seller = _known(session, seller_id)
    _refuse_own(session, seller, by)
    if seller.state != SellerState.SUSPENDED:
        raise SellerStep
    return _move(session, seller, SellerState.APPROVED, by, reason)


def close_seller(session: Session, *, seller_id: int, by: int, reason: str) -> Seller:
    """End a seller, or refuse an application, with a reason."""
    return _move(session, _known(session, seller_id), SellerState.CLOSED, by, reason)


def rename_seller(session: Session, *, seller_id: int, display_name: str, story: str, by: int) -> Seller:
    """Change what a seller is called and tells of itself."""
    if not 0 < len(display_name) <= 60:
        raise NameNeeded
    seller = _known(session, seller_id)
    before = {"display_name": seller.display_name}
    seller.display_name = display_name
    seller.story = story
    session.flush()
    record_audit(
        session, by=by, action="farmers.rename_seller", object_kind="seller", object_ref=seller.ref, before=before,
        after={"display_name": display_name},
    )  # fmt: skip
    return seller


def _known(session: Session, seller_id: int) -> Seller:
    seller = queries.seller(session, seller_id)
    if seller is None:
        raise NotThere
    return seller


def _refuse_own(session: Session, seller: Seller, by: int) -> None:
    own = seller.household_id is not None and by in queries.users_of_household(session, seller.household_id)
    if own or by == seller.applied_by:
        raise ApprovedByApplicant


def _move(session: Session, seller: Seller, to: SellerState, by: int, reason: str = "") -> Seller:
    now = SellerState(seller.state)
    if not rules.may_become(now, to):
        raise SellerStep
    seller.state = to
    session.flush()
    _note(session, seller, now, by, reason)
    return seller


def _note(session: Session, seller: Seller, before: SellerState | None, by: int, reason: str) -> None:
    session.add(
        SellerEvent(seller_id=seller.id, from_state=before, to_state=seller.state, at=clock.now(), by_user_id=by, reason=reason)
    )
    session.flush()
    record_audit(
        session, by=by, action=f"farmers.seller_{seller.state}", object_kind="seller", object_ref=seller.ref,
        before={"state": str(before)} if before else None, after={"state": str(seller.state)}, reason=reason or None,
    )  # fmt: skip
