"""Ways to pay. Each knows its terms and, where a machine answers, how to ask it; none knows orders, income or the book."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from marketplace.payments.gateways.offline import OfflineGateway
from marketplace.payments.gateways.sandbox import SandboxGateway
from marketplace.payments.refusals import GatewayUnavailable
from marketplace.payments.values import GatewayView, Outcome

__all__ = ["Gateway", "Gateways", "gateways_for"]


class Gateway(Protocol):
    """A way to pay. `refund` is None where people carry the money back themselves."""

    @property
    def view(self) -> GatewayView:
        """Terms and words."""
        ...

    def refund(self, *, key: str, amount_fen: int) -> Outcome | None:
        """Ask for money to go back under an idempotency key; None where officials send it by hand."""
        ...


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


def gateways_for(*, is_production: bool) -> Gateways:
    """Return the ways to pay of a deployment: the trial till only where no real money is."""
    offline = OfflineGateway()
    return Gateways(offline) if is_production else Gateways(SandboxGateway(is_production=is_production), offline)
