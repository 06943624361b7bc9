"""The trial till: behaves like a payment service and moves no money. It cannot be made in production."""

import datetime as dt

from marketplace.kernel.words import N_
from marketplace.payments.refusals import NoTrialInProduction
from marketplace.payments.values import SANDBOX, AttemptState, GatewayView, Outcome
from marketplace.products.values import FEES_BP


class SandboxGateway:
    """Answers at once, always the same to the same question."""

    view = GatewayView(
        name=SANDBOX,
        label=N_("Trial payment"),
        explained=N_("For trying out this site: no money moves and nothing is sent."),
        who_holds="nobody",
        fee_bp=FEES_BP[1],
        hold=dt.timedelta(minutes=30),
    )

    def __init__(self, *, is_production: bool) -> None:
        if is_production:
            raise NoTrialInProduction

    def pay(self, *, key: str, succeeds: bool) -> Outcome:
        """Answer as the person at the trial till chose."""
        return Outcome(AttemptState.SUCCEEDED if succeeds else AttemptState.FAILED, f"trial/{key}")

    def refund(self, *, key: str, amount_fen: int) -> Outcome | None:  # noqa: ARG002 (the protocol's names)
        """Give back what was never taken."""
        return Outcome(AttemptState.SUCCEEDED, f"trial/{key}")
