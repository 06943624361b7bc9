"""What may be posted, as pure functions."""

import re
from collections.abc import Sequence

from marketplace.kernel.money import MOST_FEN
from marketplace.ledger.refusals import NotAPosting, Unbalanced, UnknownAccount
from marketplace.ledger.values import EntryIn

#: The chart of accounts; a path outside it is a slip of the pen, and money posted there would be lost from every sum.
_ACCOUNT = re.compile(
    r"bank|freight|fees/(platform|gateway)|(clearing|owed|disputes|subsidy|receivable)/[a-z0-9_-]{1,30}"
    r"|payable/[A-Za-z0-9_-]{1,40}/(accrued|earned)",
    re.ASCII,
)


def checked(entries: Sequence[EntryIn]) -> tuple[EntryIn, ...]:
    """Return the entries with those of nothing left out.

    Raises:
        NotAPosting: fewer than two remain, or an amount is not an integer within bounds.
        UnknownAccount: an account is not in the chart.
        Unbalanced: they do not sum to zero.
    """
    for entry in entries:
        if type(entry.amount_fen) is not int or abs(entry.amount_fen) > MOST_FEN:
            raise NotAPosting
        if not _ACCOUNT.fullmatch(entry.account):
            raise UnknownAccount(account=entry.account)
    kept = tuple(entry for entry in entries if entry.amount_fen)
    difference = sum(entry.amount_fen for entry in kept)
    if difference:
        raise Unbalanced(fen=difference)
    if len(kept) < 2:
        raise NotAPosting
    return kept


def same_entries(one: Sequence[EntryIn], other: Sequence[EntryIn]) -> bool:
    """Say whether two postings move the same money, whatever the order of their entries."""

    def key(entry: EntryIn) -> tuple[str, int]:
        return entry.account, entry.amount_fen

    return sorted(one, key=key) == sorted(other, key=key)
