"""Sweeps of payments: refunds that a machine sends, and intents whose purchase has ended."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.kernel.jobs import AskingSweep, Sweep
from marketplace.payments import queries, services
from marketplace.payments.gateways import Gateways
from marketplace.payments.values import Outcome


def sweeps_for(outside: Mapping[str, Any]) -> tuple[Sweep | AskingSweep, ...]:
    """Return the sweeps, given where the application keeps its `gateways`; they are looked up at each run."""

    def ask(begun: Mapping[int, tuple[str, str, int]]) -> dict[int, Outcome]:
        gateways: Gateways = outside["gateways"]
        answers = {}
        for attempt_id, (gateway, key, amount_fen) in begun.items():
            answer = gateways.get(gateway).refund(key=key, amount_fen=amount_fen)
            if answer is not None:
                answers[attempt_id] = answer
        return answers

    return (
        Sweep("payments.begin_refunds", 60, services.begin_refunds),
        AskingSweep("payments.finish_refunds", 60, queries.refunds_begun, ask, _take),
        Sweep("payments.expire_intents", 300, services.expire_intents),
    )


def _take(session: Session, answers: Mapping[int, Outcome]) -> int:
    return services.finish_refunds(session, answers=answers)
