"""Money as integer fen of one currency (CNY): parsing, rounding half-up, splitting without losing a fen.

The book holds one currency, so an amount is an `int` named `*_fen`; mixing currencies cannot be written down here.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

CURRENCY = "CNY"
#: One thousand million yuan: nothing sold in a county is dearer, and the sum of many still fits 64 bits.
MOST_FEN = 10**11

_YUAN = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?", re.ASCII)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，￥", "0123456789.,¥")


def parse_yuan(text: str) -> int:
    """Return the fen of an amount typed in yuan ('28.8', '¥1,280.00', full-width digits allowed).

    Raises:
        ValueError: it is no amount, is negative, has more than two decimals, or exceeds MOST_FEN.
    """
    cleaned = text.translate(_FULL_WIDTH).strip().removeprefix("¥").strip()
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{1,2})?", cleaned, re.ASCII):
        cleaned = cleaned.replace(",", "")
    if not _YUAN.fullmatch(cleaned):
        raise ValueError("not an amount in yuan")
    fen = int(Decimal(cleaned) * 100)
    if fen > MOST_FEN:
        raise ValueError("amount too large")
    return fen


def yuan(fen: int) -> str:
    """Return '28.80' for 2880 fen, '-0.05' for -5."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def grouped(fen: int) -> str:
    """Return '1,280.00' for 128000 fen."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def share(amount_fen: int, basis_points: int) -> int:
    """Return `basis_points` ten-thousandths of an amount, rounded half-up away from zero."""
    return ratio(amount_fen, basis_points, 10_000)


def ratio(amount_fen: int, numerator: int, denominator: int) -> int:
    """Return amount x numerator / denominator, rounded half-up to the fen."""
    exact = Decimal(amount_fen) * numerator / Decimal(denominator)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def allocate(amount_fen: int, weights: Sequence[int]) -> list[int]:
    """Split an amount over integer weights by largest remainder; the parts sum to the amount exactly.

    Ties go to the earlier part. With all weights zero the parts are equal as far as they go. A negative amount mirrors the
    positive one, so that a reversal undoes a split fen for fen.

    Raises:
        ValueError: there are no weights, or one is negative.
    """
    if not weights or min(weights) < 0:
        raise ValueError("weights must be given and must not be negative")
    if amount_fen < 0:
        return [-part for part in allocate(-amount_fen, weights)]
    total = sum(weights)
    if total == 0:
        weights, total = [1] * len(weights), len(weights)
    parts = [amount_fen * weight // total for weight in weights]
    remainders = [amount_fen * weight % total for weight in weights]
    for index in sorted(range(len(weights)), key=lambda i: (-remainders[i], i))[: amount_fen - sum(parts)]:
        parts[index] += 1
    return parts
