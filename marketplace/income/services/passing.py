"""Passing on: somebody else does the work, and what is left of a sale that nobody has earned yet becomes theirs."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.income import refusals, rules
from marketplace.income.models import Attribution
from marketplace.income.services.movements import record
from marketplace.income.services.sales import locked_sale, new_attribution
from marketplace.income.values import Movement, SaleFact, Stage
from marketplace.ledger import services as ledger
from marketplace.ledger.values import FEES_PLATFORM, EntryIn, accrued


def pass_on_sale(session: Session, *, source: str, fact: SaleFact) -> int:
    """Pass what is left of a sale to another seller under a source of its own; return the new attribution's id.

    `fact.gross_fen` is what was paid less what went back, and `fact.gateway_fee_fen` the gateway's fee on the first: what was
    refunded before stays with who had the sale then, the gateway's fee goes along, and the platform's is given back whole and
    computed anew at the new seller's rate. The new attribution has the standing of the day on which it is taken over, and
    both move in that month. A repeat of the same source returns the first.

    Raises:
        SaleUnknown: nothing was accrued for the source.
        SaleClosed: it is earned, or was passed on to another already.
        SaleDiffers: the fact is not what is left.
        AmountWrong: nothing is left.
    """
    sale = locked_sale(session, source)
    standing = session.scalar(select(Attribution).where(Attribution.source == fact.source))
    left = sale.gross_fen - sale.refunded_fen
    if (fact.gross_fen, fact.gateway_fee_fen, fact.order_ref) != (left, sale.gateway_fee_fen, sale.order_ref):
        raise refusals.SaleDiffers
    if standing is not None:
        return standing.id
    if sale.stage != Stage.ACCRUED:
        raise refusals.SaleClosed
    if left <= 0:
        raise refusals.AmountWrong
    back, gateway = sale.platform_fee_fen, sale.gateway_fee_fen
    parts = rules.split(left, platform_fee_bp=fact.platform_fee_bp, gateway_fee_fen=gateway)
    posting = ledger.post(
        session,
        kind="passed_on",
        source=fact.source,
        at=fact.sold_at,
        entries=(
            EntryIn(accrued(sale.seller_ref), left),
            EntryIn(accrued(sale.seller_ref), -back - gateway),
            EntryIn(FEES_PLATFORM, back - parts.platform_fee_fen),
            EntryIn(accrued(fact.seller_ref), -left),
            EntryIn(accrued(fact.seller_ref), parts.platform_fee_fen + gateway),
        ),
    )
    sale.stage, sale.platform_fee_fen = Stage.PASSED_ON.value, 0
    session.flush()
    record(
        session,
        sale,
        posting,
        ((Movement.PASSED_ON, left), (Movement.FEE_PLATFORM_BACK, back), (Movement.FEE_GATEWAY, -gateway)),
    )
    taken_over = new_attribution(session, fact, parts.platform_fee_fen)
    record(
        session,
        taken_over,
        posting,
        ((Movement.ACCRUED, left), (Movement.FEE_PLATFORM, parts.platform_fee_fen), (Movement.FEE_GATEWAY, gateway)),
    )
    return taken_over.id
