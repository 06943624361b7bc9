"""Ways in which the book says no."""

from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_


class Unbalanced(Refusal):
    """The entries do not sum to zero."""

    code = "ledger_unbalanced"
    message = N_("The two sides of this posting differ by %(fen)d fen.")


class NotAPosting(Refusal):
    """Fewer than two entries, an entry of nothing, or an amount that is no whole number of fen."""

    code = "ledger_not_a_posting"
    message = N_("A posting needs at least two entries, each of a whole number of fen.")


class UnknownAccount(Refusal):
    """The account is not in the chart of accounts."""

    code = "ledger_unknown_account"
    message = N_("There is no account %(account)s.")


class PostedOtherwise(Refusal):
    """The same source was posted before with other entries."""

    code = "ledger_posted_otherwise"
    message = N_("%(source)s was posted before with other amounts.")
