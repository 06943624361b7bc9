"""Payment services are asked what moved their balances. Nobody's row is held meanwhile: the caller has no transaction open."""

import datetime as dt
from collections.abc import Mapping

import structlog

from marketplace.payments.gateways import Gateways, Reporting
from marketplace.payments.gateways.protocol import GatewayRefused, GatewaySilent
from marketplace.payments.values.movements import MovementKind, Told

log = structlog.get_logger()


def reporting_gateways(gateways: Gateways) -> tuple[str, ...]:
    """Return the names of the ways to pay that tell their balance."""
    return tuple(view.name for view in gateways.offered if isinstance(gateways.get(view.name), Reporting))


def ask_balances(gateways: Gateways, *, since: Mapping[str, dt.datetime], until: dt.datetime) -> dict[str, Told]:
    """Return what each payment service tells of its balance since a moment of its own; one that does not answer is left out."""
    answers = {name: _ask(gateways.get(name), name, moment, until) for name, moment in since.items()}
    return {name: told for name, told in answers.items() if told is not None}


def _ask(gateway: object, name: str, since: dt.datetime, until: dt.datetime) -> Told | None:
    if not isinstance(gateway, Reporting):
        return None
    try:
        movements = tuple(gateway.movements(since=since, until=until))
        payouts = {line.payout_ref for line in movements if line.kind is MovementKind.PAYOUT and line.payout_ref}
        parts = {ref: [line.id for line in gateway.movements_of(ref)] for ref in sorted(payouts)}
    except (GatewaySilent, GatewayRefused) as error:
        log.warning("a payment service does not tell its balance", gateway=name, error=type(error).__name__)
        return None
    return Told(movements, parts)
