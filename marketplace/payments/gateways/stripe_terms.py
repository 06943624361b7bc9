"""How a deployment uses Stripe: keys, ways to pay, currency. What is not sound stops the start."""

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from marketplace.payments.gateways.configured import BadSetting, Configured
from marketplace.payments.gateways.protocol import Price

STRIPE = "stripe"
METHODS = ("card", "alipay", "wechat_pay")
#: Currencies of two decimals, so that a rate from yuan is one from fen too.
CURRENCIES = ("cny", "hkd", "usd", "eur", "gbp", "sgd", "aud", "cad", "nzd")
BOOK_CURRENCY = "cny"
STRIPE_API = "https://api.stripe.com"

_KEY = re.compile(r"(?:sk|rk)_(test|live)_\w+", re.ASCII)


@dataclass(frozen=True)
class Terms:
    """All that a deployment says of Stripe."""

    secret_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    is_live: bool
    methods: tuple[str, ...]
    currency: str
    #: Units of the currency for one yuan.
    rate: Decimal
    agreement: str
    api_base: str

    def price(self, amount_fen: int) -> Price:
        """Return a sum in the currency, rounded half-up to its smallest unit."""
        if self.currency == BOOK_CURRENCY:
            return Price(self.currency, amount_fen)
        exact = Decimal(amount_fen) * self.rate
        return Price(self.currency, int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)))

    def fen(self, amount_minor: int) -> int:
        """Return what a sum of the currency is in fen: exactly for CNY, by the rate otherwise."""
        if self.currency == BOOK_CURRENCY:
            return amount_minor
        return int((Decimal(amount_minor) / self.rate).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def terms_from(configured: Configured) -> Terms | None:
    """Return what is configured; None where no key is.

    Raises:
        BadSetting: it is not sound.
    """
    key = configured.secret("LOTUSFAIR_STRIPE_SECRET_KEY")
    if not key:
        return None
    found = _KEY.fullmatch(key)
    if found is None:
        raise BadSetting("LOTUSFAIR_STRIPE_SECRET_KEY is no secret or restricted key of Stripe's")
    is_live = found[1] == "live"
    if is_live != configured.is_production:
        raise BadSetting(
            "production needs a live key of Stripe's: with a test key orders would be paid by nobody"
            if configured.is_production
            else "a live key of Stripe's may be used in production alone: here real money would pay for invented goods"
        )
    webhook_secret = configured.secret("LOTUSFAIR_STRIPE_WEBHOOK_SECRET")
    if not webhook_secret.startswith("whsec_"):
        raise BadSetting("LOTUSFAIR_STRIPE_WEBHOOK_SECRET is missing or no signing secret (whsec_…): nothing would ever be paid")
    if configured.is_production and not (configured.public_url or "").startswith("https://"):
        raise BadSetting("Stripe needs LOTUSFAIR_PUBLIC_URL (https://…) in production: buyers come back to it")
    api_base = configured.text("LOTUSFAIR_STRIPE_API_BASE", STRIPE_API)
    if configured.is_production and api_base != STRIPE_API:
        raise BadSetting("LOTUSFAIR_STRIPE_API_BASE is for trying out and must not be set in production")
    currency, rate = _currency(configured)
    return Terms(
        secret_key=key, webhook_secret=webhook_secret, is_live=is_live, methods=_methods(configured), currency=currency,
        rate=rate, agreement=configured.text("LOTUSFAIR_STRIPE_AGREEMENT"), api_base=api_base.rstrip("/"),
    )  # fmt: skip


def _methods(configured: Configured) -> tuple[str, ...]:
    given = configured.text("LOTUSFAIR_STRIPE_METHODS", ",".join(METHODS))
    methods = tuple(dict.fromkeys(part.strip() for part in given.split(",") if part.strip()))
    if not methods or set(methods) - set(METHODS):
        raise BadSetting(f"LOTUSFAIR_STRIPE_METHODS may name {', '.join(METHODS)}")
    return methods


def _currency(configured: Configured) -> tuple[str, Decimal]:
    currency, given = (
        configured.text("LOTUSFAIR_STRIPE_CURRENCY", BOOK_CURRENCY).lower(),
        configured.text("LOTUSFAIR_STRIPE_RATE"),
    )
    if currency not in CURRENCIES:
        raise BadSetting(f"LOTUSFAIR_STRIPE_CURRENCY must be one of {', '.join(CURRENCIES)}")
    if currency == BOOK_CURRENCY:
        if given:
            raise BadSetting("LOTUSFAIR_STRIPE_RATE is for another currency than CNY")
        return currency, Decimal(1)
    try:
        rate = Decimal(given)
    except InvalidOperation:
        rate = Decimal(0)
    if not rate.is_finite() or not Decimal("0.0001") <= rate <= 1000:
        raise BadSetting(f"LOTUSFAIR_STRIPE_RATE must say how many {currency.upper()} one yuan is, like 0.1385")
    return currency, rate
