"""What becomes of an offer: onto the shelf, off it, its history, and the search table that follows it."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.areas import queries as areas
from marketplace.farmers import queries as farmers
from marketplace.farmers.values import SellerState
from marketplace.kernel import clock, search_terms
from marketplace.kernel.db import dialect_of
from marketplace.kernel.errors import NotThere
from marketplace.products import queries, rules
from marketplace.products.models import Offer, OfferEvent
from marketplace.products.refusals import ApprovedByLister, LicenceMissing, OfferStep, ReasonNeeded, SellerNotApproved
from marketplace.products.values import OfferState


def approve_offer(session: Session, *, offer_id: int, by: int) -> Offer:
    """Put a submitted offer on sale. A second approval changes nothing.

    Raises:
        ApprovedByLister: the official listed it, or may act for its household.
        SellerNotApproved, LicenceMissing: what must be on file first is not.
        OfferStep: it is not waiting.
    """
    offer = known(session, offer_id)
    if by == offer.listed_by or (
        offer.household_id is not None and by in farmers.users_of_household(session, offer.household_id)
    ):
        raise ApprovedByLister
    if offer.state == OfferState.ON_SALE:
        return offer
    refuse_unfit(session, offer)
    offer.approved_by = by
    offer.returned_reason = ""
    offer.published_at = offer.published_at or clock.now()
    return move(session, offer, OfferState.ON_SALE, by=by)


def reject_offer(session: Session, *, offer_id: int, by: int, reason: str) -> Offer:
    """Send a submitted offer back to whoever listed it, with a reason they can act on.

    Raises:
        ReasonNeeded: no reason is given.
        OfferStep: it is not waiting.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonNeeded
    offer = known(session, offer_id)
    if offer.state != OfferState.SUBMITTED:
        raise OfferStep
    offer.returned_reason = reason[:200]
    return move(session, offer, OfferState.DRAFT, by=by, reason=reason[:200])


def pause_offer(session: Session, *, offer_id: int, by: int, is_season_over: bool = False) -> Offer:
    """Take an offer off the shelf for a while; orders taken stand. Pausing twice is pausing once."""
    offer = known(session, offer_id)
    to = OfferState.OUT_OF_SEASON if is_season_over else OfferState.PAUSED
    return offer if offer.state in (OfferState.PAUSED, OfferState.OUT_OF_SEASON) else move(session, offer, to, by=by)


def resume_offer(session: Session, *, offer_id: int, by: int) -> Offer:
    """Put a paused offer back on sale.

    Raises:
        SellerNotApproved, LicenceMissing: what must be on file no longer is.
        OfferStep: it was never approved, or is put away.
    """
    offer = known(session, offer_id)
    if offer.state == OfferState.ON_SALE:
        return offer
    if offer.state not in (OfferState.PAUSED, OfferState.OUT_OF_SEASON):
        raise OfferStep
    refuse_unfit(session, offer)
    return move(session, offer, OfferState.ON_SALE, by=by)


def archive_offer(session: Session, *, offer_id: int, by: int) -> Offer:
    """Put an offer away for good; orders taken stand."""
    offer = known(session, offer_id)
    return offer if offer.state == OfferState.ARCHIVED else move(session, offer, OfferState.ARCHIVED, by=by)


def refuse_unfit(session: Session, offer: Offer) -> None:
    """Refuse an offer whose seller is not approved or lacks the licence its goods need."""
    card = farmers.seller_cards(session, [offer.seller_id]).get(offer.seller_id)
    if card is None or card.state != SellerState.APPROVED:
        raise SellerNotApproved
    category = queries.category(session, offer.category_code)
    if category is None:
        raise NotThere
    if category.needs_licence and not queries.has_licence(session, offer.seller_id, offer.category_code, clock.today()):
        raise LicenceMissing(category=category.zh)


def known(session: Session, offer_id: int) -> Offer:
    """Return an offer for changing: locked where the engine locks rows."""
    offer = session.scalar(select(Offer).where(Offer.id == offer_id).with_for_update())
    if offer is None:
        raise NotThere
    return offer


def move(session: Session, offer: Offer, to: OfferState, *, by: int, reason: str = "") -> Offer:
    """Take a legal step, keep it in the history and the audit trail, and let the search follow."""
    before = OfferState(offer.state)
    if not rules.may_become(before, to):
        raise OfferStep
    offer.state = to
    session.flush()
    note(session, offer, "state", str(before), str(to), by=by, reason=reason)
    index_offer(session, offer)
    return offer


def note(session: Session, offer: Offer, what: str, before: str, after: str, *, by: int, reason: str = "") -> None:
    """Keep one step of an offer: of its state, or of its price in fen."""
    session.add(
        OfferEvent(offer_id=offer.id, what=what, before=before, after=after, at=clock.now(), by_user_id=by, reason=reason)
    )
    session.flush()

    def said(value: str) -> dict[str, str | int]:
        return {"price_fen": int(value)} if what == "price" else {"state": value}

    record_audit(
        session, by=by, action=f"products.offer_{what}", object_kind="offer", object_ref=offer.ref,
        before=said(before) if before else None, after=said(after), reason=reason or None,
    )  # fmt: skip


def index_offer(session: Session, offer: Offer) -> None:
    """Make an offer on sale findable, and any other not."""
    on_sqlite = dialect_of(session) == "sqlite"
    key = "rowid" if on_sqlite else "offer_id"
    session.execute(text(f"DELETE FROM offer_search WHERE {key} = :id"), {"id": offer.id})
    if offer.state != OfferState.ON_SALE:
        return
    category = queries.category(session, offer.category_code)
    variety = queries.variety(session, offer.variety)
    area = areas.area(session, offer.village_code)
    parts = [
        offer.title_zh, offer.title_en, offer.variety.replace("_", " "),
        *((category.zh, category.en) if category else ()),
        *((variety.zh, variety.en) if variety else ()),
        *((area.name_zh,) if area else ()),
    ]  # fmt: skip
    session.execute(
        text(f"INSERT INTO offer_search ({key}, terms) VALUES (:id, :terms)"),
        {"id": offer.id, "terms": search_terms.index_text(parts)},
    )
