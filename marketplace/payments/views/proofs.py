"""/orders/<number>/receipt and /bookings/<number>/receipt: what was paid, when, how, to whom, and what became of it."""

from collections import defaultdict
from collections.abc import Sequence

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.farmers import queries as farmers
from marketplace.income.queries import drills
from marketplace.kernel.errors import NotThere
from marketplace.kernel.words import N_
from marketplace.orders import queries as orders
from marketplace.orders.values import REFUND_STATE_WORDS, PurchaseView, RefundState
from marketplace.payments import queries
from marketplace.payments.pages import ProofLine, ProofPage, ProofRefund
from marketplace.payments.queries import hosted
from marketplace.payments.values import METHOD_WORDS, OFFLINE, CheckoutState, DueView, ReceiptState
from marketplace.payments.views.blueprint import bp, gateways, own_due, page_of
from marketplace.tours import queries as tours
from marketplace.tours.values import ROLE_WORDS, BookingView
from marketplace.web import paper
from marketplace.web.db import reader
from marketplace.web.faces import installed_face
from marketplace.web.filters import moment, money
from marketplace.web.language import locale_id
from marketplace.web.pages import private
from marketplace.web.paper import Paper, PaperColumn, PaperTable
from marketplace.web.policy import policy

#: What a payment service calls a way of paying -> what a buyer reads.
_SERVICE_METHODS = {"card": N_("Card"), "alipay": N_("Alipay"), "wechat_pay": N_("WeChat Pay")}
#: Colours of payees in turn; what others keep has its own.
_PAYEES, _PLATFORM, _SERVICE, _FREIGHT = ("k1", "k5"), "k2", "k3", "k4"
_BACK = (RefundState.SUCCEEDED, RefundState.PAID_BY_HAND)


@bp.get("/orders/<ref>/receipt")
@policy("orders.receipt", known=True, of="purchase")
def purchase_proof(ref: str) -> Response:
    """Show what was paid for a purchase."""
    return _shown(own_due(ref))


@bp.get("/orders/<ref>/receipt.pdf")
@policy("orders.receipt", known=True, of="purchase")
def purchase_paper(ref: str) -> Response:
    """Send what was paid for a purchase as PDF."""
    return _sent(own_due(ref))


@bp.get("/bookings/<ref>/receipt")
@policy("bookings.receipt", known=True, of="booking")
def booking_proof(ref: str) -> Response:
    """Show what was paid for a booking."""
    return _shown(own_due(ref))


@bp.get("/bookings/<ref>/receipt.pdf")
@policy("bookings.receipt", known=True, of="booking")
def booking_paper(ref: str) -> Response:
    """Send what was paid for a booking as PDF."""
    return _sent(own_due(ref))


def _shown(due: DueView) -> Response:
    if not due.is_paid:
        return redirect(page_of(due), code=303)
    return private(render_template("payments/proof.html", page=_page(due), tab="mine"))


def _sent(due: DueView) -> Response:
    face = installed_face()
    if face is None or not due.is_paid:
        raise NotThere
    return paper.send(_on_paper(_page(due)), face, f"lotusfair-{due.ref}.pdf")


def _page(due: DueView) -> ProofPage:
    purchase = orders.purchase_by_ref(reader(), ref=due.ref)
    if purchase is not None:
        return _of_purchase(due, purchase)
    booking = tours.booking_by_ref(reader(), ref=due.ref)
    if booking is None:
        raise NotThere
    return _of_booking(due, booking)


def _of_purchase(due: DueView, purchase: PurchaseView) -> ProofPage:
    refunds = [refund for order in purchase.orders for refund in order.refunds if refund.state is not RefundState.REJECTED]
    freight_back = sum(one.freight_fen for one in refunds if one.state in _BACK)
    return ProofPage(
        due=due,
        own_url=page_of(due),
        paper_url=url_for("payments.purchase_paper", ref=due.ref) if installed_face() else None,
        paid_at=purchase.paid_at or purchase.placed_at,
        way=_way(due),
        lines=[
            ProofLine(line.title_in(locale_id()), line.quantity, order.seller_name, line.paid_fen)
            for order in purchase.orders
            for line in order.lines
        ],
        freight_fen=purchase.freight_fen,
        refunds=[
            ProofRefund(_(REFUND_STATE_WORDS[one.state]), one.title_in(locale_id()), one.total_fen, one.requested_at)
            for one in refunds
        ],
        refunded_fen=sum(one.total_fen for one in refunds if one.state in _BACK),
        split=_split(
            [(order.seller_name, [line.source for line in order.lines]) for order in purchase.orders],
            purchase.freight_fen - freight_back,
        ),
        notes=[
            _("This is a receipt. It is not a tax invoice (fapiao) and cannot be used as one."),
            _("Ask for a tax invoice on the page of your order: each seller issues its own."),
        ],
    )


def _of_booking(due: DueView, booking: BookingView) -> ProofPage:
    cards = farmers.seller_cards(reader(), {one.seller_id for one in booking.shares})
    payees = [
        (
            _("%(name)s, %(role)s", name=cards[one.seller_id].display_name, role=_(ROLE_WORDS[one.role])),
            [f"booking_share/{one.id}"],
        )
        for one in booking.shares
    ]
    refunds = [(one, RefundState(one.state)) for one in booking.refunds]
    return ProofPage(
        due=due,
        own_url=page_of(due),
        paper_url=url_for("payments.booking_paper", ref=due.ref) if installed_face() else None,
        paid_at=booking.paid_at or booking.placed_at,
        way=_way(due),
        lines=[ProofLine(booking.title(locale_id()), booking.people, _("The payees named below"), booking.total_fen)],
        freight_fen=0,
        refunds=[
            ProofRefund(_(REFUND_STATE_WORDS[state]), one.title_in(locale_id()), one.amount_fen, one.requested_at)
            for one, state in refunds
        ],
        refunded_fen=sum(one.amount_fen for one, state in refunds if state in _BACK),
        split=_split(payees, 0),
        notes=[
            _("This is a receipt. It is not a tax invoice (fapiao) and cannot be used as one."),
            _("For a tax invoice of a visit name the booking number to whoever receives you."),
        ],
    )


def _way(due: DueView) -> str:
    """Return how it was paid: the way that was taken, and with what where that is known."""
    label = next((_(one.label) for one in gateways().offered if one.name == due.gateway), _("Payment service"))
    if due.gateway == OFFLINE:
        seen = [one for one in queries.receipts_of(reader(), due_ref=due.ref) if one.state is ReceiptState.CONFIRMED]
        return str(_(METHOD_WORDS[seen[0].method])) if seen else label
    done = [one for one in hosted.checkouts_of(reader(), due_ref=due.ref) if one.state is CheckoutState.COMPLETE]
    return str(_(_SERVICE_METHODS[done[0].method])) if done and done[0].method in _SERVICE_METHODS else label


def _split(payees: Sequence[tuple[str, list[str]]], freight_fen: int) -> list[tuple[str, int, str]]:
    """Return where the money is now, to the fen, as the book has it; payees of one name stand together. Two queries a payee."""
    got: dict[str, int] = defaultdict(int)
    fees_fen = service_fen = 0
    for name, sources in payees:
        figures, gateway_fen = drills.figures_of_sources(reader(), sources)
        got[name] += figures.gross_fen - figures.refunds_fen - figures.fees_fen
        fees_fen += figures.fees_fen
        service_fen += gateway_fen
    if sum(got.values()) + freight_fen <= 0:
        return []
    parts = [
        *((name, fen, _PAYEES[at % len(_PAYEES)]) for at, (name, fen) in enumerate(got.items())),
        (_("Platform"), fees_fen - service_fen, _PLATFORM),
        (_("Payment service"), service_fen, _SERVICE),
        (_("Freight, to the carrier"), freight_fen, _FREIGHT),
    ]
    return [part for part in parts if part[1] > 0]


def _on_paper(page: ProofPage) -> Paper:
    lines: list[list[str | int | None]] = [[one.title, one.quantity, one.payee, one.amount_fen] for one in page.lines]
    if page.freight_fen:
        lines.append([_("Freight, to the carrier"), None, None, page.freight_fen])
    what = PaperColumn(_("What"), width=70)
    amount = PaperColumn(_("Amount"), "yuan", 28)
    tables = [
        PaperTable(
            _("What was paid for"),
            [
                PaperColumn(_("What"), width=70),
                PaperColumn(_("Count"), "number", 16),
                PaperColumn(_("To whom"), width=54),
                amount,
            ],
            lines,
            [_("Together"), None, None, page.due.total_fen],
        )
    ]
    if page.refunds:
        tables.append(
            PaperTable(
                _("Refunds"),
                [what, PaperColumn(_("How far"), width=50), amount],
                [[one.title, one.words, -one.amount_fen] for one in page.refunds],
            )
        )
    if page.split:
        tables.append(
            PaperTable(
                _("Where your money went"),
                [PaperColumn(_("To whom"), width=120), amount],
                [[name, fen] for name, fen, _colour in page.split],
                [_("Together"), sum(fen for _name, fen, _colour in page.split)],
            )
        )
    return Paper(
        title=_("Receipt"),
        mark=_("%(site)s · receipt %(ref)s", site=_("LotusFair"), ref=page.due.ref),
        as_of=max(page.paid_at, *(one.at for one in page.refunds)) if page.refunds else page.paid_at,
        facts=[
            (_("Booking number") if page.is_tour else _("Order number"), page.due.ref),
            (_("Paid"), moment(page.paid_at)),
            (_("How"), page.way),
            (_("Amount"), money(page.due.total_fen)),
            *([(_("Gone back"), money(page.refunded_fen))] if page.refunded_fen else []),
        ],
        tables=tables,
        notes=[_("All sums in yuan."), *page.notes],
    )
