"""How a booking's price is divided between those who do the work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from marketplace.kernel.money import allocate
from marketplace.tours.values import Basis, Theme

WHOLE_BP = 10_000
#: (seller's kind is a household, theme is red culture) -> platform's fee in basis points; orders of goods pay 500.
FEES_BP: Mapping[tuple[bool, bool], int] = MappingProxyType(
    {(True, True): 300, (True, False): 400, (False, True): 500, (False, False): 600}
)


@dataclass(frozen=True, slots=True)
class Part:
    """A payee's part: `amount` in fen, or in basis points of what the fixed parts leave where the basis is a share."""

    basis: Basis
    amount: int


class PartsWrong(ValueError):
    """The parts of a tour cannot divide its price."""


def fee_bp(*, is_household: bool, theme: Theme) -> int:
    """Return the platform's fee on a payee's part, frozen when it is booked."""
    return FEES_BP[is_household, theme is Theme.RED]


def check_parts(parts: Sequence[Part]) -> None:
    """Make sure that parts divide whatever is paid: fixed amounts are positive, and shares take the whole of the rest.

    Raises:
        PartsWrong: none shares the rest, the shares are not 10,000 basis points, or an amount is not positive.
    """
    if any(part.amount <= 0 for part in parts):
        raise PartsWrong("every part is more than nothing")
    if sum(part.amount for part in parts if part.basis is Basis.SHARE) != WHOLE_BP:
        raise PartsWrong("the shares of the rest are 10,000 basis points together")


def split_price(total_fen: int, parts: Sequence[Part], *, people: int, nights: int) -> list[int]:
    """Return each part of a price in fen; they sum to it.

    Fixed parts come first: an amount for each person, for each person and night, or for the booking. The others share what is
    left by their basis points. Where discounts leave less than the fixed parts, those are cut in proportion and nothing is
    left. Largest remainder throughout.
    """
    times = {Basis.PERSON: people, Basis.NIGHT: people * max(1, nights), Basis.BOOKING: 1, Basis.SHARE: 0}
    fixed = [part.amount * times[part.basis] for part in parts]
    if sum(fixed) > total_fen:
        return allocate(total_fen, fixed)
    shares = [part.amount if part.basis is Basis.SHARE else 0 for part in parts]
    rest = allocate(total_fen - sum(fixed), shares) if any(shares) else [0] * len(parts)
    return [one + two for one, two in zip(fixed, rest, strict=True)]
