"""Sweeps of privacy: households' values that arrived under the master key get their own."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.kernel.jobs import Sweep
from marketplace.privacy.services import reseal_households


def sweeps_for(outside: Mapping[str, Any]) -> tuple[Sweep, ...]:
    """Return the sweeps, given where the application keeps `sealer`; it is looked up at each run."""

    def reseal(session: Session) -> int:
        return reseal_households(session, sealer=outside["sealer"])

    return (Sweep("privacy.reseal_households", 300, reseal),)
