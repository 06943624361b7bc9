"""A Stripe of our own, and a till at it: what payments' own tests use."""

from tests.payments.conftest import market, stub, till, ways

__all__ = ["market", "stub", "till", "ways"]
