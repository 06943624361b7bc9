"""How a cooperative shares what a pooled lot brought: purchase price, reserve, patronage by weight, dividends by equity."""

from collections.abc import Sequence

from marketplace.income.values import Member, Shares
from marketplace.kernel.money import allocate, share


def shares(
    sale_fen: int, fees_fen: int, processing_fen: int, members: Sequence[Member], *, reserve_bp: int, patronage_bp: int
) -> Shares:  # fmt: skip
    """Divide the surplus of a sale: a reserve stays, `patronage_bp` of the rest goes by grams, what is left by equity.

    Each part is split by largest remainder, so patronage and dividends sum to surplus less reserve to the fen. A loss gives
    nothing beyond the purchase price; where nobody has given or owns anything the part stays in the reserve.
    """
    surplus_fen = sale_fen - fees_fen - processing_fen - sum(member.purchase_fen for member in members)
    nothing = (0,) * len(members)
    if surplus_fen <= 0 or not members:
        return Shares(surplus_fen, max(surplus_fen, 0), nothing, nothing)
    distributable_fen = surplus_fen - share(surplus_fen, reserve_bp)
    patronage_fen = share(distributable_fen, patronage_bp)
    patronage = _split(patronage_fen, [member.grams for member in members])
    dividends = _split(distributable_fen - patronage_fen, [member.equity_parts for member in members])
    return Shares(surplus_fen, surplus_fen - sum(patronage) - sum(dividends), patronage, dividends)


def _split(fen: int, weights: Sequence[int]) -> tuple[int, ...]:
    return tuple(allocate(fen, weights)) if any(weights) else (0,) * len(weights)
