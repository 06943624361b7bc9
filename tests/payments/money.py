"""A purchase and its money, made through services alone; and everything that must hold of them."""

import itertools

from marketplace.payments import services
from marketplace.payments.gateways import gateways_for
from marketplace.payments.invariants import CHECKS
from marketplace.payments.values import Method
from tests.orders import sales

GATEWAYS = gateways_for(is_production=False)
_numbers = itertools.count(1)


def chosen(session, purchase, gateway="offline"):
    return services.start_payment(session, gateways=GATEWAYS, ref=purchase.ref, gateway=gateway)


def recorded(session, purchase, by, **facts):
    number = next(_numbers)
    given = {
        "key": f"receipt-{number}", "ref": purchase.ref, "method": Method.BANK_TRANSFER,
        "bank_ref": f"ICBC-{number:06d}", "amount_fen": purchase.total_fen, "by": by,
    } | facts  # fmt: skip
    return services.record_offline_receipt(session, **given)


def confirmed(session, receipt, by):
    return services.confirm_offline_receipt(session, gateways=GATEWAYS, receipt_id=receipt.id, by=by)


def paid_offline(session, purchase, first, second):
    """Let two officials see the money of a purchase."""
    chosen(session, purchase)
    return confirmed(session, recorded(session, purchase, first), second)


def sent_back(session, refund, first, second):
    """Let two officials send an approved refund."""
    number = next(_numbers)
    transfer = services.record_refund_transfer(
        session, key=f"transfer-{number}", refund_id=refund.id, bank_ref=f"OUT-{number:06d}", by=first
    )
    return services.confirm_refund_transfer(session, transfer_id=transfer.id, by=second)


def breaches(session):
    """Return every broken truth of payments and of the rooms below."""
    found = sales.breaches(session)
    return found | {name: rows for name, check in CHECKS if (rows := list(check(session)))}
