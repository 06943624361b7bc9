"""A stateful Stripe of our own on loopback, for the tests: checkout, refunds, disputes, payouts, a balance, and signed events.

The real library talks to it by real HTTP. What it cannot show is Stripe's hosted page and the wallets: `pay` stands for them.
"""

from tests.payments.stripe_stub.book import Book, Refused
from tests.payments.stripe_stub.server import Stub

__all__ = ["Book", "Refused", "Stub"]
