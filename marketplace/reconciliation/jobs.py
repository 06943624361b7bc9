"""Sweeps of reconciliation: the book's rows are taken in, and payment services are asked what moved their balances."""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.kernel.jobs import AnySweep, AskingSweep, StepwiseSweep
from marketplace.ledger.values import BANK, clearing
from marketplace.payments import services as payments
from marketplace.payments.values.movements import Told
from marketplace.reconciliation import queries, services

HOUR = 3600
#: What was told is asked for again: a payout names its parts some time after it was made.
LOOK_BACK = dt.timedelta(days=5)
#: A service's clock may be ahead of ours.
CLOCKS_APART = dt.timedelta(minutes=5)
#: Where nothing was told yet, this much is asked for.
FIRST_LOOK = dt.timedelta(days=400)


def sweeps_for(outside: Mapping[str, Any]) -> tuple[AnySweep, ...]:
    """Return the sweeps, given where the application keeps its `gateways`; they are looked up at each run."""

    def since(session: Session) -> dict[str, dt.datetime]:
        return {name: _since(session, name) for name in payments.reporting_gateways(outside["gateways"])}

    def ask(moments: Mapping[str, dt.datetime]) -> dict[str, Told]:
        return payments.ask_balances(outside["gateways"], since=moments, until=clock.now() + CLOCKS_APART)

    return (
        StepwiseSweep("reconciliation.take_bank_postings", HOUR, partial(services.take_book, account=BANK)),
        AskingSweep("reconciliation.take_movements", 4 * HOUR, since, ask, _take),
    )


def _since(session: Session, gateway: str) -> dt.datetime:
    newest = queries.newest_outside(session, clearing(gateway))
    return clock.now() - FIRST_LOOK if newest is None else newest - LOOK_BACK


def _take(session: Session, answers: Mapping[str, Told]) -> int:
    return sum(services.take_movements(session, gateway=name, told=told) for name, told in answers.items())
