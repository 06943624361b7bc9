"""The trial till: behaves like a payment service and moves no money. It cannot be made in production."""

import datetime as dt

from marketplace.kernel.words import N_
from marketplace.payments.refusals import NoTrialInProduction
from marketplace.payments.values import SANDBOX, AttemptState, GatewayView, Holder, Outcome
from marketplace.products.values import FEES_BP


class SandboxGateway:
    """Answers at once, always the same to the same question."""

    view = GatewayView(
        name=SANDBOX,
        label=N_("Trial payment"),
        explained=N_("For trying out this site: no money moves and nothing is sent."),
        who_holds=Holder.NOBODY,
        fee_bp=FEES_BP[1],
        hold=dt.timedelta(minutes=30),
    )

    def __init__(self, *, is_production: bool) -> None:
        if is_production:
            raise NoTrialInProduction

    def pay(self, *, key: str, succeeds: bool) -> Outcome:
        """Answer as the person at the trial till chose."""
        return Outcome(AttemptState.SUCCEEDED if succeeds else AttemptState.FAILED, f"trial/{key}")

    def refund(self, *, key: str, payment_ref: str, amount_minor: int) -> Outcome:  # noqa: ARG002 (the protocol's names)
        """Give back what was never taken."""
        return Outcome(AttemptState.SUCCEEDED, f"trial/{key}")

    def refund_state(self, refund_ref: str) -> Outcome:
        """Say that it is back: nothing is ever on its way here."""
        return Outcome(AttemptState.SUCCEEDED, refund_ref)

    def refundable_until(self, method: str, paid_at: dt.datetime) -> dt.datetime | None:  # noqa: ARG002 (the protocol's names)
        """Return that there is no end to it."""
        return None
