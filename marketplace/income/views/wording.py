"""What a line of a statement is, in words: a sale, or a member's part of what a cooperative sold."""

from collections.abc import Iterable, Mapping, Sequence

from flask_babel import gettext as _

from marketplace.income import queries
from marketplace.income.values import DistributionLineView, IncomeCategory, Line
from marketplace.web.db import reader
from marketplace.web.filters import grams, money


def sale_words(line: Line) -> str:
    """Return the title of a line with how many were sold; a member's part has no number of its own."""
    if line.is_member_part:
        return str(_("%(title)s, sold by your cooperative", title=line.title))
    return f"{line.title} × {line.quantity}"


def special_words(lines: Iterable[Line]) -> Mapping[int, Sequence[str]]:
    """Return, for each line that is a member's part, what it is made of. One query."""
    parts = [line for line in lines if line.is_member_part]
    found = queries.member_shares(reader(), [line.line_id for line in parts]) if parts else {}
    return {
        line.attribution_id: _of_part(found[line.line_id], IncomeCategory(line.income_category))
        for line in parts
        if line.line_id in found
    }


def _of_part(share: DistributionLineView, category: IncomeCategory) -> list[str]:
    if category is IncomeCategory.PROPERTY:
        return [str(_("Dividend for %(parts)s parts: %(amount)s", parts=share.equity_parts, amount=money(share.dividend_fen)))]
    words = []
    if share.purchase_fen:
        words.append(
            str(_("Purchase price for %(weight)s: %(amount)s", weight=grams(share.grams), amount=money(share.purchase_fen)))
        )
    if share.patronage_fen:
        words.append(str(_("Patronage by weight: %(amount)s", amount=money(share.patronage_fen))))
    return words
