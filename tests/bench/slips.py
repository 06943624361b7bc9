"""How purchases were paid, in bulk: what the verbs of payments would have written of a transfer that two officials saw."""

from marketplace.payments.models import OfflineReceipt, PaymentEffect, PaymentEvent, PaymentIntent, RefundTransfer
from marketplace.payments.values import OFFLINE, Effect, IntentState, Method, ReceiptState, TransferState
from tests.bench.databases import insert_rows


class Slips:
    """The rows of payments, collected before they are written. A purchase's number keys its intent, event and receipt."""

    def __init__(self, recorded_by, confirmed_by):
        self.recorded_by = recorded_by
        self.confirmed_by = confirmed_by
        self.rows = {model: [] for model in (PaymentIntent, PaymentEvent, PaymentEffect, OfflineReceipt, RefundTransfer)}

    def paid(self, number, *, purchase_ref, area_code, fen, at):
        """Add the money of one purchase: chosen, seen, confirmed."""
        key = {"intent_id": number}
        self.rows[PaymentIntent].append(
            {
                "id": number, "ref": f"Y{number:010d}", "purchase_id": number, "due_ref": purchase_ref,
                "area_code": area_code, "gateway": OFFLINE, "amount_fen": fen, "state": str(IntentState.SUCCEEDED),
                "created_at": at, "succeeded_at": at,
            }
        )  # fmt: skip
        event = {"id": number, **key, "gateway": OFFLINE, "event_id": receipt_ref(number), "received_at": at}
        self.rows[PaymentEvent].append(event)
        self.rows[PaymentEffect].append({**key, "event_id": number, "kind": str(Effect.PAID), "at": at})
        self.rows[OfflineReceipt].append(
            {
                "id": number, "ref": receipt_ref(number), "key": f"bench-{number}", **key, "due_ref": purchase_ref,
                "area_code": area_code, "method": str(Method.BANK_TRANSFER), "bank_ref": f"ICBC-{number}", "amount_fen": fen,
                "state": str(ReceiptState.CONFIRMED), "recorded_at": at, "confirmed_at": at, **self._two_officials,
            }
        )  # fmt: skip

    def sent_back(self, number, *, refund_id, refund_ref, area_code, fen, at):
        """Add the money of one refund: sent, confirmed."""
        self.rows[RefundTransfer].append(
            {
                "ref": transfer_ref(number), "key": f"bench-{number}", "refund_id": refund_id, "refund_ref": refund_ref,
                "area_code": area_code, "amount_fen": fen, "bank_ref": f"ICBC-R-{number}", "state": str(TransferState.CONFIRMED),
                "recorded_at": at, "confirmed_at": at, **self._two_officials,
            }
        )  # fmt: skip

    @property
    def _two_officials(self):
        return {"recorded_by": self.recorded_by, "confirmed_by": self.confirmed_by}

    def write(self, session):
        for model, rows in self.rows.items():
            insert_rows(session, model, rows)


def receipt_ref(number):
    return f"C{number:010d}"


def transfer_ref(number):
    return f"T{number:010d}"
