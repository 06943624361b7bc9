"""Whose ten yuan of a tour's price become: by kind of payee, after the fees of the platform and the payment service."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.farmers.values import SHARE_WORDS, SellerCard, SellerKind
from marketplace.income.values import USUAL_GATEWAY_FEE_BP
from marketplace.kernel.money import allocate, share
from marketplace.tours import rules
from marketplace.tours.values import ROLE_WORDS, Basis, ComponentView, TourView

#: Where a part is the same for any party, the split is shown for one of so many.
USUAL_PARTY = 4
TEN_YUAN = 1000
_COLOURS = ("k1", "k4", "k3", "k2")


def split_people(tour: TourView) -> int | None:
    """Return for how many people a split is reckoned, or None where it is the same for any number."""
    return USUAL_PARTY if any(part.basis is Basis.BOOKING for part in tour.components) else None


def split_of(tour: TourView, adult_fen: int, cards: Mapping[int, SellerCard]) -> list[tuple[str, int, str]]:
    """Return (words, fen of ten yuan, colour) for each kind of payee, the platform and the payment service.

    An operator's part stands apart from other enterprises'.
    """
    total_fen = adult_fen * USUAL_PARTY
    parts = [rules.Part(part.basis, part.amount) for part in tour.components]
    amounts = rules.split_price(total_fen, parts, people=USUAL_PARTY, nights=tour.nights)
    held: dict[tuple[SellerKind, bool], int] = defaultdict(int)
    who: dict[tuple[SellerKind, bool], list[ComponentView]] = defaultdict(list)
    platform = 0
    for part, amount, service_fee in zip(
        tour.components, amounts, allocate(share(total_fen, USUAL_GATEWAY_FEE_BP), amounts), strict=True
    ):
        kind = cards[part.seller_id].kind
        fee = share(amount, rules.fee_bp(is_household=kind is SellerKind.HOUSEHOLD, theme=tour.theme))
        platform += fee
        key = (kind, part.seller_id == tour.operator_seller_id)
        held[key] += amount - fee - service_fee
        who[key].append(part)
    order = sorted(held, key=lambda key: (key[0] is not SellerKind.HOUSEHOLD, key[1], key[0]))
    sums = [*(held[key] for key in order), platform, share(total_fen, USUAL_GATEWAY_FEE_BP)]
    words = [*(_whose(key, who[key]) for key in order), _("This platform"), _("Payment service")]
    colours = [*_COLOURS[: len(order)], *("k5" for _one in range(len(order), 5))]
    return of_ten_yuan(
        [(one, fen, colours[min(at, len(colours) - 1)]) for at, (one, fen) in enumerate(zip(words, sums, strict=True))]
    )


def of_ten_yuan(parts: Sequence[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
    """Return (words, fen of ten yuan, colour) of parts whose fen are of any sum; nothing where there are no parts."""
    if not parts:
        return []
    tens = allocate(TEN_YUAN, [fen for _words, fen, _colour in parts])
    return [(said, fen, colour) for (said, _fen, colour), fen in zip(parts, tens, strict=True)]


def _whose(key: tuple[SellerKind, bool], parts: Sequence[ComponentView]) -> str:
    kind, is_operator = key
    sellers = len({part.seller_id for part in parts})
    if kind is SellerKind.HOUSEHOLD:
        words = ngettext("To one household", "To %(num)d households", sellers) if sellers > 1 else _(SHARE_WORDS[kind])
    else:
        words = _("To the travel agency") if is_operator else _(SHARE_WORDS[kind])
    roles = dict.fromkeys(part.role for part in parts)
    return str(_("%(whose)s: %(roles)s", whose=words, roles=_(", ").join(_(ROLE_WORDS[role]) for role in roles)))
