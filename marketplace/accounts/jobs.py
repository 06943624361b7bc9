"""Sweeps of accounts: chain the trail, forget what no longer guards anything."""

from sqlalchemy.orm import Session

from marketplace.accounts import services
from marketplace.kernel.jobs import Sweep


def _link(session: Session) -> int:
    return services.link_trail(session)


SWEEPS: tuple[Sweep, ...] = (
    Sweep("accounts.link_trail", 60, _link),
    Sweep("accounts.forget_old", 24 * 3600, services.forget_old),
)
