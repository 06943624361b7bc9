"""Pooled lots: members' contributions and equity, and the distribution that makes their part of a sale their own income."""

from collections.abc import Collection, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts import services as accounts
from marketplace.farmers import queries as farmers
from marketplace.farmers.values import SellerKind, SellerState
from marketplace.income import refusals, rules
from marketplace.income.models import (
    Attribution,
    DistributedSale,
    Distribution,
    DistributionLine,
    LotContribution,
    MemberEquity,
    PooledLot,
)
from marketplace.income.services.movements import record
from marketplace.income.services.paying import payable_fen
from marketplace.income.services.sales import new_attribution
from marketplace.income.values import TOURS, DistributionState, IncomeCategory, Member, Movement, SaleFact, Stage
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere
from marketplace.kernel.money import MOST_FEN, yuan
from marketplace.ledger import services as ledger
from marketplace.ledger.values import EntryIn, Posting, earned


def open_lot(
    session: Session, *, ref: str, seller_ref: str, category: str, title: str, grams: int, by: int
) -> PooledLot:  # fmt: skip
    """Open a lot that a cooperative, collective or enterprise gathers. A repeat of `ref` gives the first.

    Raises:
        NotThere: no such seller, or it is a household.
        AmountWrong: it weighs nothing.
    """
    first = session.scalar(select(PooledLot).where(PooledLot.ref == ref))
    if first is not None:
        return first
    seller = farmers.seller_by_ref(session, seller_ref)
    if seller is None or seller.kind == SellerKind.HOUSEHOLD:
        raise NotThere
    if grams <= 0:
        raise refusals.AmountWrong
    lot = PooledLot(
        ref=ref, seller_ref=seller_ref, village_code=seller.village_code, category=category, title=title, grams=grams,
        contributed_grams=0, opened_by=by, opened_at=clock.now(),
    )  # fmt: skip
    session.add(lot)
    session.flush()
    _audit(session, "pool.open_lot", "pooled_lot", lot.ref, by, seller=seller_ref)
    return lot


def contribute(
    session: Session,
    *,
    key: str,
    lot_id: int,
    household_id: int | None,
    grams: int,
    price_fen: int,
    weigh_ticket: str,
    witness: str,
    by: int,
) -> LotContribution:
    """Write down what a member gave, with its weigh ticket and witness. A repeat of `key` gives the first.

    Raises:
        AmountWrong: nothing, or a price beyond bounds.
        WordsMissing: no weigh ticket or no witness.
        LotFull: the members would have given more than the lot holds.
        LotShared: what was sold of the lot is being shared already.
    """
    first = session.scalar(select(LotContribution).where(LotContribution.key == key))
    if first is not None:
        return first
    if grams <= 0 or not 0 <= price_fen <= MOST_FEN:
        raise refusals.AmountWrong
    if not weigh_ticket.strip() or not witness.strip():
        raise refusals.WordsMissing
    if _standing(session, lot_id) is not None:
        raise refusals.LotShared
    taken = session.execute(
        update(PooledLot)
        .where(PooledLot.id == lot_id, PooledLot.contributed_grams + grams <= PooledLot.grams)
        .values(contributed_grams=PooledLot.contributed_grams + grams)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise refusals.LotFull
    contribution = LotContribution(
        key=key, lot_id=lot_id, household_id=household_id, grams=grams, price_fen=price_fen, weigh_ticket=weigh_ticket.strip(),
        witness=witness.strip(), recorded_by=by, at=clock.now(),
    )  # fmt: skip
    session.add(contribution)
    session.flush()
    _audit(session, "pool.contribute", "lot_contribution", str(contribution.id), by, amount_fen=price_fen)
    return contribution


def set_equity(session: Session, *, seller_ref: str, household_id: int | None, parts: int, by: int) -> None:
    """Say how many parts of a cooperative a household, or all others together, own from now on.

    Raises:
        AmountWrong: fewer than none.
    """
    if not 0 <= parts <= 10**9:
        raise refusals.AmountWrong
    now = clock.now()
    whose = MemberEquity.household_id.is_(None) if household_id is None else MemberEquity.household_id == household_id
    session.execute(
        update(MemberEquity)
        .where(MemberEquity.seller_ref == seller_ref, whose, MemberEquity.ended_at.is_(None))
        .values(ended_at=now)
    )
    session.add(MemberEquity(seller_ref=seller_ref, household_id=household_id, parts=parts, set_by=by, set_at=now))
    session.flush()
    _audit(session, "pool.set_equity", "seller", seller_ref, by, number=parts)


def prepare_distribution(
    session: Session,
    *,
    key: str,
    lot_id: int,
    sources: Collection[str],
    processing_fen: int,
    reserve_bp: int,
    patronage_bp: int,
    by: int,
) -> Distribution:
    """Reckon how the earned sales of a lot are shared among its members; nothing moves yet. A repeat of `key` gives the first.

    Members who have no seller of their own on record stay in the pool: the cooperative pays them itself.

    Raises:
        NotThere: no such lot.
        LotShared: it is being shared, or was.
        SaleUnknown: a source is no earned sale of this pool's goods, or was shared before.
        AmountWrong: processing below nothing, or shares beyond the whole.
    """
    first = session.scalar(select(Distribution).where(Distribution.key == key))
    if first is not None:
        return first
    lot = session.scalar(select(PooledLot).where(PooledLot.id == lot_id).with_for_update())
    if lot is None:
        raise NotThere
    if _standing(session, lot_id) is not None:
        raise refusals.LotShared
    if processing_fen < 0 or not (0 <= reserve_bp <= 10_000 and 0 <= patronage_bp <= 10_000):
        raise refusals.AmountWrong
    sales = _sales(session, lot.seller_ref, sources)
    sale_fen = sum(sale.gross_fen - sale.refunded_fen for sale in sales)
    fees_fen = sum(sale.platform_fee_fen + sale.gateway_fee_fen for sale in sales)
    households, members = _members(session, lot)
    parts = rules.shares(
        sale_fen, fees_fen, processing_fen, members, reserve_bp=reserve_bp, patronage_bp=patronage_bp
    )  # fmt: skip
    distribution = Distribution(
        ref=ids.reference("D"), key=key, lot_id=lot.id, seller_ref=lot.seller_ref, village_code=lot.village_code,
        state=DistributionState.DRAFT.value, sale_fen=sale_fen, fees_fen=fees_fen, processing_fen=processing_fen,
        purchase_fen=sum(member.purchase_fen for member in members), surplus_fen=parts.surplus_fen,
        reserve_fen=parts.reserve_fen, reserve_bp=reserve_bp, patronage_bp=patronage_bp, prepared_by=by,
        prepared_at=clock.now(),
    )  # fmt: skip
    session.add(distribution)
    session.flush()
    session.add_all(DistributedSale(distribution_id=distribution.id, attribution_id=sale.id) for sale in sales)
    payees = _payees(session, households)
    session.add_all(
        DistributionLine(
            distribution_id=distribution.id, position=position, household_id=household_id,
            seller_ref=payees.get(household_id or 0), grams=member.grams, purchase_fen=member.purchase_fen,
            patronage_fen=parts.patronage[position], equity_parts=member.equity_parts, dividend_fen=parts.dividends[position],
        )
        for position, (household_id, member) in enumerate(zip(households, members, strict=True))
    )  # fmt: skip
    session.flush()
    _audit(session, "pool.prepare", "distribution", distribution.ref, by, amount_fen=parts.distributable_fen)
    return distribution


def approve_distribution(session: Session, *, distribution_id: int, by: int) -> Distribution:
    """Approve a distribution as another person: members' parts leave the pool's sale and are their own income. Safe to repeat.

    Raises:
        SameOfficial: whoever prepared it cannot approve it.
        OwnMoney: their own household gets a part of it.
        DistributionClosed: it was withdrawn.
        PayoutExceedsEarned: the money was paid out or promised to the cooperative already; it pays its members itself.
    """
    distribution = _locked(session, distribution_id)
    if distribution.prepared_by == by:
        raise refusals.SameOfficial
    if distribution.state == DistributionState.APPROVED:
        return distribution
    if distribution.state != DistributionState.DRAFT:
        raise refusals.DistributionClosed
    lines = session.scalars(
        select(DistributionLine).where(DistributionLine.distribution_id == distribution.id).order_by(DistributionLine.position)
    ).all()
    own = farmers.households_of_user(session, by)
    if any(line.household_id in own for line in lines if line.household_id is not None):
        raise refusals.OwnMoney
    shared = [line for line in lines if line.seller_ref is not None]
    given_fen = sum(line.purchase_fen + line.patronage_fen + line.dividend_fen for line in shared)
    left = payable_fen(session, [distribution.seller_ref])[distribution.seller_ref]
    if given_fen > left:
        raise refusals.PayoutExceedsEarned(left=yuan(max(left, 0)))
    now = clock.now()
    if given_fen:
        posting = ledger.post(
            session,
            kind="distribution",
            source=distribution.ref,
            at=now,
            entries=(
                EntryIn(earned(distribution.seller_ref), given_fen),
                *(
                    EntryIn(earned(line.seller_ref or ""), -line.purchase_fen - line.patronage_fen - line.dividend_fen)
                    for line in shared
                ),
            ),
        )
        _take_from_pool(session, distribution, posting, given_fen)
        lot = session.get_one(PooledLot, distribution.lot_id)
        for line in shared:
            _give(session, distribution, lot, line, posting)
        distribution.ledger_transaction_id = posting.id
    distribution.state, distribution.approved_by, distribution.approved_at = DistributionState.APPROVED.value, by, now
    session.flush()
    _audit(session, "pool.approve", "distribution", distribution.ref, by, amount_fen=given_fen)
    return distribution


def withdraw_distribution(session: Session, *, distribution_id: int, by: int, reason: str) -> Distribution:
    """Withdraw a distribution that was not approved, with a reason; the lot may be shared anew.

    Raises:
        WordsMissing: no reason.
        DistributionClosed: it was approved or withdrawn already.
    """
    if not reason.strip():
        raise refusals.WordsMissing
    distribution = _locked(session, distribution_id)
    if distribution.state != DistributionState.DRAFT:
        raise refusals.DistributionClosed
    distribution.state, distribution.reason = DistributionState.WITHDRAWN.value, reason.strip()[:200]
    session.flush()
    _audit(session, "pool.withdraw", "distribution", distribution.ref, by)
    return distribution


def _take_from_pool(session: Session, distribution: Distribution, posting: Posting, given_fen: int) -> None:
    """Take what members get off the pool's sales, the oldest first, no more of each than is left of it."""
    sales = session.scalars(
        select(Attribution)
        .join(DistributedSale, DistributedSale.attribution_id == Attribution.id)
        .where(DistributedSale.distribution_id == distribution.id)
        .order_by(Attribution.sold_at, Attribution.id)
        .with_for_update(of=Attribution)
        .execution_options(populate_existing=True)
    ).all()
    left = given_fen
    for sale in sales:
        part = min(left, max(sale.earned_fen - sale.paid_fen, 0))
        if part:
            sale.distributed_fen += part
            sale.earned_fen -= part
            left -= part
            session.flush()
            record(session, sale, posting, ((Movement.DISTRIBUTED, part),))
    if left:
        raise refusals.PayoutExceedsEarned(left=yuan(given_fen - left))


def _give(
    session: Session, distribution: Distribution, lot: PooledLot, line: DistributionLine, posting: Posting
) -> None:  # fmt: skip
    """Make a member's purchase price and patronage its business income, and its dividend its property income."""
    parts = (
        (IncomeCategory.BUSINESS, line.purchase_fen + line.patronage_fen, Movement.ACCRUED),
        (IncomeCategory.PROPERTY, line.dividend_fen, Movement.DIVIDEND),
    )
    for category, fen, movement in parts:
        if not fen:
            continue
        fact = SaleFact(
            source=f"distribution/{distribution.ref}/{line.position}/{category.value}", order_ref=distribution.ref,
            line_id=line.id, seller_ref=line.seller_ref or "", household_id=line.household_id,
            village_code=distribution.village_code, category_code=lot.category, is_cultural=False, title=lot.title,
            quantity=max(1, line.grams // 1000), gross_fen=fen, platform_fee_bp=0, gateway_fee_fen=0, gateway="pool",
            sold_at=posting.posted_at, channel="pool", income_category=category,
        )  # fmt: skip
        attribution = new_attribution(session, fact, 0)
        attribution.stage, attribution.earned_fen = Stage.EARNED.value, fen
        session.flush()
        record(session, attribution, posting, ((movement, fen), (Movement.EARNED, fen)))


def _members(session: Session, lot: PooledLot) -> tuple[list[int | None], list[Member]]:
    """Return who shares in a lot: contributors in the order of their first sack, then owners, others last."""
    given: dict[int | None, tuple[int, int]] = {}
    for one in session.scalars(
        select(LotContribution).where(LotContribution.lot_id == lot.id).order_by(LotContribution.id)
    ):  # fmt: skip
        grams, fen = given.get(one.household_id, (0, 0))
        given[one.household_id] = (grams + one.grams, fen + one.price_fen)
    parts = {
        one.household_id: one.parts
        for one in session.scalars(
            select(MemberEquity)
            .where(MemberEquity.seller_ref == lot.seller_ref, MemberEquity.ended_at.is_(None))
            .order_by(MemberEquity.id)
        )
    }
    households = sorted(dict.fromkeys([*given, *parts]), key=lambda household_id: household_id is None)
    return households, [Member(*given.get(one, (0, 0)), parts.get(one, 0)) for one in households]


def _payees(session: Session, households: Sequence[int | None]) -> dict[int, str]:
    found = {}
    for household_id in households:
        if household_id is not None:
            sellers = farmers.sellers_of_household(session, household_id)
            live = next((one.ref for one in sellers if one.state in (SellerState.APPROVED, SellerState.SUSPENDED)), None)
            if live is not None:
                found[household_id] = live
    return found


def _sales(session: Session, seller_ref: str, sources: Collection[str]) -> Sequence[Attribution]:
    wanted = sorted(set(sources))
    sales = session.scalars(
        select(Attribution).where(
            Attribution.source.in_(wanted),
            Attribution.seller_ref == seller_ref,
            Attribution.category != TOURS,
            Attribution.stage == Stage.EARNED.value,
            Attribution.distributed_fen == 0,
        )
    ).all()
    if not wanted or len(sales) != len(wanted):
        raise refusals.SaleUnknown
    return sales


def _standing(session: Session, lot_id: int) -> int | None:
    return session.scalar(
        select(Distribution.id).where(Distribution.lot_id == lot_id, Distribution.state != DistributionState.WITHDRAWN)
    )


def _locked(session: Session, distribution_id: int) -> Distribution:
    distribution = session.scalar(
        select(Distribution).where(Distribution.id == distribution_id).with_for_update().execution_options(populate_existing=True)
    )
    if distribution is None:
        raise NotThere
    return distribution


def _audit(session: Session, action: str, kind: str, ref: str, by: int, **after: str | int) -> None:
    accounts.record_audit(session, by=by, action=action, object_kind=kind, object_ref=ref, after=after)
