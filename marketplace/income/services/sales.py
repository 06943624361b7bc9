"""What happens to the money of a sale: accrued when paid, fees taken, refunded, earned; and the gateway's settlement."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.assistance import queries as assistance
from marketplace.income import refusals, rules
from marketplace.income.models import Attribution, DeclaredCost
from marketplace.income.services.movements import record, roll_up
from marketplace.income.values import CostKind, Figures, Movement, SaleFact, Stage
from marketplace.kernel import clock
from marketplace.kernel.money import MOST_FEN, yuan
from marketplace.ledger import services as ledger
from marketplace.ledger.queries import posting as posting_of
from marketplace.ledger.values import BANK, FEES_GATEWAY, FEES_PLATFORM, FREIGHT, EntryIn, Posting, accrued, clearing, earned


def accrue_sale(session: Session, *, fact: SaleFact) -> int:
    """Post a paid line and attribute it to the household that stood behind it on that day; return the attribution's id.

    A repeat of the same source returns the first one.

    Raises:
        SaleDiffers: the source was accrued before with other amounts.
        AmountWrong: an amount is negative or beyond bounds.
    """
    if not 0 <= fact.gross_fen <= MOST_FEN or fact.gateway_fee_fen < 0 or fact.quantity < 1:
        raise refusals.AmountWrong
    parts = rules.split(fact.gross_fen, platform_fee_bp=fact.platform_fee_bp, gateway_fee_fen=fact.gateway_fee_fen)
    payable = accrued(fact.seller_ref)
    posting = _post(
        session,
        kind="sale",
        source=fact.source,
        at=fact.sold_at,
        entries=(
            EntryIn(clearing(fact.gateway), fact.gross_fen),
            EntryIn(payable, -fact.gross_fen),
            EntryIn(payable, parts.platform_fee_fen),
            EntryIn(FEES_PLATFORM, -parts.platform_fee_fen),
            EntryIn(payable, parts.gateway_fee_fen),
            EntryIn(FEES_GATEWAY, -parts.gateway_fee_fen),
        ),
    )
    # After the posting: it makes two that accrue one source wait for each other.
    standing = session.scalar(select(Attribution).where(Attribution.source == fact.source))
    if standing is not None:
        if (standing.gross_fen, standing.gateway_fee_fen) != (fact.gross_fen, fact.gateway_fee_fen):
            raise refusals.SaleDiffers
        return standing.id
    attribution = new_attribution(session, fact, parts.platform_fee_fen)
    if not fact.gross_fen:  # given away: nothing accrues, but a line was sold
        roll_up(session, attribution, fact.sold_at, Figures(lines=1))
    if posting is None:
        return attribution.id
    record(
        session,
        attribution,
        posting,
        (
            (Movement.ACCRUED, fact.gross_fen),
            (Movement.FEE_PLATFORM, parts.platform_fee_fen),
            (Movement.FEE_GATEWAY, parts.gateway_fee_fen),
        ),
    )
    return attribution.id


def accrue_freight(session: Session, *, purchase_ref: str, gateway: str, amount_fen: int, at: dt.datetime) -> None:
    """Post the freight a buyer paid on a purchase; it is nobody's income."""
    if not 0 <= amount_fen <= MOST_FEN:
        raise refusals.AmountWrong
    _post(
        session,
        kind="freight",
        source=purchase_ref,
        at=at,
        entries=(EntryIn(clearing(gateway), amount_fen), EntryIn(FREIGHT, -amount_fen)),
    )


def reverse_freight(
    session: Session, *, purchase_ref: str, refund_ref: str, gateway: str, amount_fen: int, at: dt.datetime
) -> None:
    """Post freight that goes back to the buyer of an order that was never sent; a repeat of the same refund changes nothing."""
    if not 0 <= amount_fen <= MOST_FEN:
        raise refusals.AmountWrong
    _post(
        session,
        kind="freight_refund",
        source=f"{purchase_ref}#{refund_ref}",
        at=at,
        entries=(EntryIn(FREIGHT, amount_fen), EntryIn(clearing(gateway), -amount_fen)),
    )


def reverse_sale(
    session: Session, *, source: str, refund_ref: str, amount_fen: int, remaining_gross_fen: int, at: dt.datetime, gateway: str
) -> None:
    """Take a succeeded refund off the sale; the platform's fee is computed anew on what remains, the gateway keeps its own.

    Comes off what is accrued or, once earned, off what is earned; a repeat of the same refund changes nothing.

    Raises:
        SaleUnknown: nothing was accrued for the source.
        SaleClosed: another has taken the sale over, and its refunds with it.
        RefundExceedsSale: more than was paid.
        RemainderDiffers: the caller's remainder is not what remains here.
    """
    attribution = locked_sale(session, source)
    posted_as = f"{source}#{refund_ref}"
    if posting_of(session, kind="refund", source=posted_as) is not None:
        return
    if attribution.stage == Stage.PASSED_ON:
        raise refusals.SaleClosed
    left = attribution.gross_fen - attribution.refunded_fen
    if amount_fen <= 0:
        raise refusals.AmountWrong
    if amount_fen > left:
        raise refusals.RefundExceedsSale(left=yuan(left))
    if remaining_gross_fen != left - amount_fen:
        raise refusals.RemainderDiffers
    back = rules.fee_back(
        attribution.platform_fee_fen, remaining_gross_fen=remaining_gross_fen, platform_fee_bp=attribution.platform_fee_bp
    )
    is_earned = attribution.stage == Stage.EARNED
    payable = earned(attribution.seller_ref) if is_earned else accrued(attribution.seller_ref)
    posting = ledger.post(
        session,
        kind="refund",
        source=posted_as,
        at=at,
        entries=(
            EntryIn(payable, amount_fen),
            EntryIn(clearing(gateway), -amount_fen),
            EntryIn(FEES_PLATFORM, back),
            EntryIn(payable, -back),
        ),
    )
    attribution.refunded_fen += amount_fen
    attribution.platform_fee_fen -= back
    moves = [(Movement.REFUND, amount_fen), (Movement.FEE_PLATFORM_BACK, back)]
    if is_earned:
        attribution.earned_fen -= amount_fen - back
        moves.append((Movement.EARNED, back - amount_fen))
    session.flush()
    record(session, attribution, posting, moves)


def earn_sale(session: Session, *, source: str, at: dt.datetime) -> None:
    """Make what is left of a sale the seller's for good: delivered, and the after-sale window closed. Safe to repeat.

    Raises:
        SaleUnknown: nothing was accrued for the source.
        SaleClosed: another has taken the sale over.
    """
    attribution = locked_sale(session, source)
    if attribution.stage == Stage.EARNED:
        return
    if attribution.stage == Stage.PASSED_ON:
        raise refusals.SaleClosed
    net_fen = attribution.gross_fen - attribution.refunded_fen - attribution.platform_fee_fen - attribution.gateway_fee_fen
    attribution.stage = Stage.EARNED.value
    attribution.earned_fen = net_fen
    session.flush()
    posting = _post(
        session,
        kind="earned",
        source=source,
        at=at,
        entries=(EntryIn(accrued(attribution.seller_ref), net_fen), EntryIn(earned(attribution.seller_ref), -net_fen)),
    )
    if posting is not None:
        record(session, attribution, posting, ((Movement.EARNED, net_fen),))


def declare_cost(
    session: Session, *, key: str, source: str, kind: CostKind, amount_fen: int, by: int, at: dt.datetime | None = None
) -> None:
    """Write down what the household says it spent on a sale; a negative amount undoes a slip. A repeat of `key` changes nothing.

    Raises:
        SaleUnknown: nothing was accrued for the source.
        AmountWrong: nothing, too much, or less than nothing in sum.
    """
    attribution = locked_sale(session, source)
    if session.scalar(select(DeclaredCost.id).where(DeclaredCost.key == key)) is not None:
        return
    if not amount_fen or abs(amount_fen) > MOST_FEN or attribution.costs_fen + amount_fen < 0:
        raise refusals.AmountWrong
    moment = at or clock.now()
    session.add(
        DeclaredCost(
            key=key,
            attribution_id=attribution.id,
            household_id=attribution.household_id,
            village_code=attribution.village_code,
            kind=CostKind(kind).value,
            amount_fen=amount_fen,
            declared_by=by,
            at=moment,
            month=clock.month_of(moment),
        )
    )
    attribution.costs_fen += amount_fen
    session.flush()
    roll_up(session, attribution, moment, Figures(costs_fen=amount_fen))


def settle_clearing(
    session: Session, *, gateway: str, amount_fen: int, bank_ref: str, at: dt.datetime, fee_fen: int = 0, note: str = ""
) -> None:
    """Post that a gateway's money reached the bank under a bank reference; a negative amount is money sent back to a buyer.

    `amount_fen` is what the gateway held, `fee_fen` what it kept of that for itself: the bank sees the rest. `note` is what the
    bank calls it, where `bank_ref` is our own name for it.

    Raises:
        AmountWrong: nothing, or beyond bounds.
    """
    if not amount_fen or abs(amount_fen) > MOST_FEN or abs(fee_fen) > MOST_FEN:
        raise refusals.AmountWrong
    ledger.post(
        session,
        kind="settlement",
        source=f"{gateway}/{bank_ref}",
        at=at,
        entries=(
            EntryIn(BANK, amount_fen - fee_fen),
            EntryIn(FEES_GATEWAY, fee_fen),
            EntryIn(clearing(gateway), -amount_fen),
        ),
        note=note[:200],
    )


def _post(session: Session, *, kind: str, source: str, at: dt.datetime, entries: tuple[EntryIn, ...]) -> Posting | None:
    """Post, unless there is nothing to post: a gift of goods, or a net of nothing."""
    if not any(entry.amount_fen for entry in entries):
        return None
    return ledger.post(session, kind=kind, source=source, at=at, entries=entries)


def new_attribution(session: Session, fact: SaleFact, platform_fee_fen: int) -> Attribution:
    """Write a sale down for whoever stands behind it on its day, with the standing of that day."""
    standing = None
    if fact.household_id is not None:
        standing = assistance.standing(session, fact.household_id, clock.day_of(fact.sold_at))
    attribution = Attribution(
        source=fact.source,
        holder=f"pool/{fact.seller_ref}" if standing is None else f"household/{fact.household_id}",
        household_id=fact.household_id,
        seller_ref=fact.seller_ref,
        village_code=fact.village_code if standing is None else standing.village_code,
        status="none" if standing is None else str(standing.status),
        spell_id=None if standing is None else standing.spell_id,
        helper_id=None if standing is None else standing.helper_id,
        measure=rules.measure_of(is_cultural=fact.is_cultural, is_tour=fact.is_tour).value,
        enrolled_measures=[] if standing is None else [str(measure) for measure in standing.enrolled_measures],
        income_category=fact.income_category.value,
        category=fact.category_code,
        channel=fact.channel,
        promotion=fact.promotion,
        gateway=fact.gateway,
        order_ref=fact.order_ref,
        line_id=fact.line_id,
        title=fact.title,
        quantity=fact.quantity,
        sold_at=fact.sold_at,
        gross_fen=fact.gross_fen,
        platform_fee_bp=fact.platform_fee_bp,
        gateway_fee_fen=fact.gateway_fee_fen,
        platform_fee_fen=platform_fee_fen,
    )
    session.add(attribution)
    session.flush()
    return attribution


def locked_sale(session: Session, source: str) -> Attribution:
    """Return the attribution of a source, which nobody else changes until this transaction ends.

    Raises:
        SaleUnknown: nothing was accrued for it.
    """
    attribution = session.scalar(
        select(Attribution).where(Attribution.source == source).with_for_update().execution_options(populate_existing=True)
    )
    if attribution is None:
        raise refusals.SaleUnknown
    return attribution
