"""Sweeps of the outbox: send what is due, forget what ended long ago."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.kernel.jobs import Sweep
from marketplace.messages import services


def sweeps_for(outside: Mapping[str, Any]) -> tuple[Sweep, ...]:
    """Return the sweeps, given where the application keeps its `sms_door` and `sealer`; both are looked up at each run."""

    def drain(session: Session) -> int:
        return services.drain(session, door=outside["sms_door"], sealer=outside["sealer"])

    return (Sweep("messages.drain", 60, drain), Sweep("messages.forget_old", 24 * 3600, _forget))


def _forget(session: Session) -> int:
    return services.forget_old(session)
