"""Ways to pay. Each knows its terms and, where a machine answers, how to ask it; none knows orders, income or the book.

A service is one module with a factory, and a line in `FACTORIES`; docs/decisions/0016 says what it must satisfy.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from marketplace.payments.gateways.configured import BadSetting, Configured
from marketplace.payments.gateways.offline import OfflineGateway
from marketplace.payments.gateways.protocol import Gateway, HostedGateway, Refunding, Reporting
from marketplace.payments.gateways.sandbox import SandboxGateway
from marketplace.payments.gateways.stripe_checkout import stripe_from
from marketplace.payments.refusals import GatewayUnavailable
from marketplace.payments.values import GatewayView, Holder

__all__ = [
    "FACTORIES",
    "BadSetting",
    "Configured",
    "Gateway",
    "Gateways",
    "HostedGateway",
    "Refunding",
    "Reporting",
    "gateways_for",
    "vouched_for",
]

#: name of a payment service -> what makes it from the configuration; None where nothing is configured for it.
FACTORIES: Mapping[str, Callable[[Configured], Gateway | None]] = MappingProxyType({"stripe": stripe_from})


class Gateways:
    """The ways to pay of one deployment, in the order in which buyers see them."""

    def __init__(self, *offered: Gateway) -> None:
        self._by_name: Mapping[str, Gateway] = MappingProxyType({one.view.name: one for one in offered})

    @property
    def offered(self) -> tuple[GatewayView, ...]:
        """What buyers may choose from."""
        return tuple(one.view for one in self._by_name.values())

    def get(self, name: str) -> Gateway:
        """Return a way to pay.

        Raises:
            GatewayUnavailable: not one of this deployment's.
        """
        if name not in self._by_name:
            raise GatewayUnavailable
        return self._by_name[name]

    def hosted(self, name: str) -> HostedGateway:
        """Return a payment service with a page of its own.

        Raises:
            GatewayUnavailable: not one of this deployment's.
        """
        found = self._by_name.get(name)
        if not isinstance(found, HostedGateway):
            raise GatewayUnavailable
        return found


def gateways_for(*, is_production: bool, configured: Configured | None = None) -> Gateways:
    """Return the ways to pay of a deployment: the trial till only where no real money is, services where they are configured.

    Raises:
        BadSetting: a service's configuration makes none, or one that must not run in production.
    """
    till = () if is_production else (SandboxGateway(is_production=is_production),)
    made = [make(configured) for make in FACTORIES.values()] if configured else []
    services = [vouched_for(service, is_production=is_production) for service in made if service is not None]
    return Gateways(*till, *services, OfflineGateway())


def vouched_for(gateway: Gateway, *, is_production: bool) -> Gateway:
    """Return a gateway that may run: who keeps others' money for the operator needs an agreement (decision 0016).

    Raises:
        BadSetting: in production, without one.
    """
    view = gateway.view
    if is_production and view.who_holds is Holder.SERVICE and not view.agreement:
        raise BadSetting(
            f"the payment service {view.name!r} holds buyers' money for the operator: production needs the number and date of the"
            f" custody or profit-sharing agreement in LOTUSFAIR_{view.name.upper()}_AGREEMENT"
        )
    return gateway
