"""What the stub holds: sessions, payments, refunds, disputes, payouts, the balance and the events; pure of HTTP."""

import itertools
import json
import threading
import time

#: What Stripe takes of a charge here: 3.4 % and 235 minor units, so that no fee is round.
FEE = (340, 235)
DISPUTE_FEE = 1500
HALF_AN_HOUR, DAY = 30 * 60, 24 * 60 * 60


class Refused(Exception):
    """A request that the service does not take: (HTTP status, kind, code)."""

    def __init__(self, status, kind, code, message=""):
        self.status, self.kind, self.code, self.message = status, kind, code, message or code
        super().__init__(code)


class Book:
    """All objects by name, and every event in the order in which it happened."""

    def __init__(self, *, livemode=False, now=time.time):
        self.now, self.livemode = now, livemode
        self.lock = threading.RLock()
        self.objects = {}
        self.balance = []
        self.events = []
        #: What becomes of a refund at once: succeeded, pending or failed.
        self.refunds_are = "succeeded"
        self._numbers = itertools.count(1)

    # names, events, balance

    def name(self, prefix):
        return f"{prefix}_{next(self._numbers):08d}"

    def moment(self):
        return int(self.now())

    def get(self, name, kind=None):
        found = self.objects.get(name)
        if found is None or (kind is not None and found["object"] != kind):
            raise Refused(404, "invalid_request_error", "resource_missing")
        return found

    def of_kind(self, kind):
        return [each for each in self.objects.values() if each["object"] == kind]

    def say(self, kind, thing):
        """Note an event with the object as it is now."""
        event = {
            "id": self.name("evt"), "object": "event", "api_version": "2026-10-28.endive", "created": self.moment(),
            "data": {"object": json.loads(json.dumps(thing))}, "livemode": self.livemode, "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None}, "type": kind,
        }  # fmt: skip
        self.events.append(event)
        return event

    def line(self, kind, amount, fee, source, currency, category=None):
        """Add a line to the balance."""
        found = {
            "id": self.name("txn"), "object": "balance_transaction", "amount": amount, "available_on": self.moment() + 2 * DAY,
            "balance_type": "payments", "created": self.moment(), "currency": currency, "description": None,
            "exchange_rate": None, "fee": fee,
            "fee_details": [
                {"amount": fee, "application": None, "currency": currency, "description": "fee", "type": "stripe_fee"}
            ] if fee else [],
            "net": amount - fee, "reporting_category": category or kind, "source": source, "status": "pending", "type": kind,
        }  # fmt: skip
        self.balance.append({"line": found, "payout": None})
        return found

    # checkout

    def create_session(self, params):
        now = self.moment()
        expires_at = int(params.get("expires_at", now + DAY))
        if not now + HALF_AN_HOUR <= expires_at + 5 or expires_at > now + DAY + 5:
            raise Refused(400, "invalid_request_error", "expires_at_invalid")
        lines = [self._line_item(each) for each in _listed(params.get("line_items"))]
        if not lines:
            raise Refused(400, "invalid_request_error", "parameter_missing")
        methods = _listed(params.get("allowed_payment_method_types"))
        if "wechat_pay" in methods and params.get("payment_method_options", {}).get("wechat_pay", {}).get("client") != "web":
            raise Refused(400, "invalid_request_error", "wechat_pay_client_missing")
        total, session_id = sum(each["amount_total"] for each in lines), self.name("cs_test")
        session = {
            "id": session_id,
            "object": "checkout.session",
            "amount_subtotal": total,
            "amount_total": total,
            "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
            "cancel_url": params["cancel_url"],
            "client_reference_id": params.get("client_reference_id"),
            "created": now,
            "currency": lines[0]["currency"],
            "custom_fields": [],
            "custom_text": {"after_submit": None, "shipping_address": None, "submit": None, "terms_of_service_acceptance": None},
            "customer": None,
            "customer_details": None,
            "customer_email": None,
            "expires_at": expires_at,
            "livemode": self.livemode,
            "locale": params.get("locale"),
            "metadata": dict(params.get("metadata", {})),
            "mode": "payment",
            "payment_intent": None,
            "payment_method_types": methods or ["card"],
            "payment_status": "unpaid",
            "shipping_options": [],
            "status": "open",
            "success_url": params["success_url"],
            "ui_mode": "hosted_page",
            "url": f"https://checkout.stripe.invalid/c/pay/{session_id}#fid",
        }
        self.objects[session_id] = session
        session["_payment_metadata"] = dict(params.get("payment_intent_data", {}).get("metadata", {}))
        return session

    def _line_item(self, given):
        price, quantity = given["price_data"], int(given.get("quantity", 1))
        amount = int(price["unit_amount"])
        if amount < 0 or quantity < 1 or not price["product_data"]["name"]:
            raise Refused(400, "invalid_request_error", "parameter_invalid_integer")
        return {"amount_total": amount * quantity, "currency": price["currency"]}

    def expire_session(self, session_id):
        with self.lock:
            session = self.get(session_id, "checkout.session")
            if session["status"] != "open":
                raise Refused(400, "invalid_request_error", "checkout_session_not_open")
            session["status"], session["url"] = "expired", None
            self.say("checkout.session.expired", session)
            return session

    # what the buyer does on the hosted page

    def pay(self, session_id, *, method="card", later=False, amount=None, currency=None):
        """Pay in a session; `later`: the money is only on its way. Another amount or currency is what must never happen."""
        with self.lock:
            session = self.get(session_id, "checkout.session")
            if session["status"] != "open":
                raise Refused(400, "invalid_request_error", "checkout_session_not_open")
            payment = self._payment(session, amount or session["amount_total"], currency or session["currency"], method)
            session.update(status="complete", url=None, payment_intent=payment["id"])
            if later:
                payment["status"] = "processing"
            else:
                self._receive(session, payment)
            return self.say("checkout.session.completed", session)

    def settle(self, session_id, *, arrives=True):
        """Let money that was on its way arrive, or not."""
        with self.lock:
            session = self.get(session_id)
            payment = self.get(session["payment_intent"])
            if arrives:
                self._receive(session, payment)
                return self.say("checkout.session.async_payment_succeeded", session)
            payment["status"] = "requires_payment_method"
            return self.say("checkout.session.async_payment_failed", session)

    def _payment(self, session, amount, currency, method):
        name = self.name("pi")
        self.objects[name] = payment = {
            "id": name, "object": "payment_intent", "amount": amount, "amount_capturable": 0, "amount_received": 0,
            "capture_method": "automatic_async", "client_secret": None, "confirmation_method": "automatic",
            "created": self.moment(), "currency": currency, "latest_charge": None, "livemode": self.livemode,
            "metadata": session["_payment_metadata"], "payment_method": None, "payment_method_types": [method],
            "status": "requires_action", "_method": method,
        }  # fmt: skip
        return payment

    def _receive(self, session, payment):
        charge_id, amount, currency = self.name("ch"), payment["amount"], payment["currency"]
        fee = amount * FEE[0] // 10_000 + FEE[1]
        self.objects[charge_id] = charge = {
            "id": charge_id, "object": "charge", "amount": amount, "amount_captured": amount, "amount_refunded": 0,
            "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None}, "captured": True,
            "created": self.moment(), "currency": currency, "disputed": False, "livemode": self.livemode,
            "metadata": payment["metadata"], "paid": True, "payment_intent": payment["id"],
            "payment_method_details": {"type": payment["_method"]}, "refunded": False, "status": "succeeded",
        }  # fmt: skip
        charge["balance_transaction"] = self.line("charge", amount, fee, charge_id, currency)["id"]
        payment.update(status="succeeded", amount_received=amount, latest_charge=charge_id)
        session["payment_status"] = "paid"

    # refunds

    def create_refund(self, params):
        with self.lock:
            payment = self.get(params["payment_intent"], "payment_intent")
            if payment["latest_charge"] is None:
                raise Refused(400, "invalid_request_error", "payment_intent_unexpected_state")
            charge, amount = self.get(payment["latest_charge"]), int(params.get("amount", payment["amount_received"]))
            if charge["disputed"]:
                raise Refused(400, "invalid_request_error", "charge_disputed")
            if charge["refunded"]:
                raise Refused(400, "invalid_request_error", "charge_already_refunded")
            if not 0 < amount <= charge["amount_captured"] - charge["amount_refunded"]:
                raise Refused(400, "invalid_request_error", "amount_too_large")
            name, currency = self.name("re"), charge["currency"]
            self.objects[name] = refund = {
                "id": name,
                "object": "refund",
                "amount": amount,
                "balance_transaction": None,
                "charge": charge["id"],
                "created": self.moment(),
                "currency": currency,
                "failure_reason": None,
                "metadata": dict(params.get("metadata", {})),
                "payment_intent": payment["id"],
                "reason": None,
                "status": self.refunds_are,
            }
            if self.refunds_are != "failed":
                refund["balance_transaction"] = self.line("refund", -amount, 0, name, currency)["id"]
                self._refunded(charge, amount)
            self.say("refund.created", refund)
            if self.refunds_are != "failed":
                self.say("charge.refunded", charge)
            return refund

    def finish_refund(self, refund_id):
        """Let a refund that was on its way arrive."""
        with self.lock:
            refund = self.get(refund_id)
            refund["status"] = "succeeded"
            return self.say("refund.updated", refund)

    def fail_refund(self, refund_id, reason="expired_or_canceled_card"):
        """Let a refund come back, also one that had gone through: the money is in the balance again."""
        with self.lock:
            refund = self.get(refund_id)
            refund.update(status="failed", failure_reason=reason)
            refund["failure_balance_transaction"] = self.line(
                "refund_failure", refund["amount"], 0, refund_id, refund["currency"]
            )["id"]
            self._refunded(self.get(refund["charge"]), -refund["amount"])
            return self.say("refund.failed", refund)

    @staticmethod
    def _refunded(charge, amount):
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]

    # disputes

    def dispute(self, payment_ref, *, amount=None, due_in=7 * DAY):
        """Let a buyer ask the card's bank for the money."""
        with self.lock:
            charge = self.get(self.get(payment_ref, "payment_intent")["latest_charge"])
            name = self.name("dp")
            self.objects[name] = dispute = {
                "id": name, "object": "dispute", "amount": amount or charge["amount_captured"] - charge["amount_refunded"],
                "balance_transactions": [], "charge": charge["id"], "created": self.moment(), "currency": charge["currency"],
                "enhanced_eligibility_types": [], "evidence": {"enhanced_evidence": {}},
                "evidence_details": {
                    "due_by": self.moment() + due_in, "enhanced_eligibility": {}, "has_evidence": False, "past_due": False,
                    "submission_count": 0, "submission_method": "manual",
                },
                "is_charge_refundable": False, "livemode": self.livemode, "metadata": {}, "payment_intent": payment_ref,
                "reason": "product_not_received", "status": "needs_response",
            }  # fmt: skip
            charge["disputed"] = True
            return name, self.say("charge.dispute.created", dispute)

    def withdraw(self, dispute_id):
        """Take the disputed money and a fee out of the balance."""
        with self.lock:
            dispute = self.get(dispute_id)
            line = self.line("adjustment", -dispute["amount"], DISPUTE_FEE, dispute_id, dispute["currency"], "dispute")
            dispute["balance_transactions"].append(line)
            return self.say("charge.dispute.funds_withdrawn", dispute)

    def close_dispute(self, dispute_id, *, won):
        """Let the bank decide; won, the money comes back and the fee does not."""
        with self.lock:
            dispute = self.get(dispute_id)
            dispute["status"] = "won" if won else "lost"
            if won:
                line = self.line("adjustment", dispute["amount"], 0, dispute_id, dispute["currency"], "dispute_reversal")
                dispute["balance_transactions"].append(line)
                self.get(dispute["charge"])["disputed"] = False
                self.say("charge.dispute.funds_reinstated", dispute)
            return self.say("charge.dispute.closed", dispute)

    # payouts

    def pay_out(self, currency="cny"):
        """Hand all that no payout has handed over to the operator's bank."""
        with self.lock:
            waiting = [each for each in self.balance if each["payout"] is None and each["line"]["currency"] == currency]
            amount, name = sum(each["line"]["net"] for each in waiting), self.name("po")
            for each in waiting:
                each["payout"] = name
            self.objects[name] = payout = {
                "id": name, "object": "payout", "amount": amount, "arrival_date": self.moment() + DAY, "automatic": True,
                "created": self.moment(), "currency": currency, "livemode": self.livemode, "metadata": {}, "method": "standard",
                "reconciliation_status": "completed", "source_type": "card", "status": "paid", "type": "bank_account",
            }  # fmt: skip
            payout["balance_transaction"] = self.line("payout", -amount, 0, name, currency)["id"]
            self.balance[-1]["payout"] = name
            return name, self.say("payout.paid", payout)

    def fail_payout(self, payout_id):
        """Let a payout come back from the bank."""
        with self.lock:
            payout = self.get(payout_id)
            payout.update(status="failed", failure_code="account_closed")
            self.line("payout_failure", payout["amount"], 0, payout_id, payout["currency"])
            return self.say("payout.failed", payout)


def _listed(given):
    """Return a list that came as form fields `name[0]`, `name[1]`."""
    if isinstance(given, dict):
        return [given[key] for key in sorted(given, key=int)]
    return list(given or ())
