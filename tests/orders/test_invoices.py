"""A buyer asks each seller for a tax invoice; the seller or an official notes its number, and nobody else reads whose it is."""

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.kernel import clock
from marketplace.orders import queries, refusals, rules, services
from marketplace.orders.models import InvoiceRequest
from marketplace.orders.values import InvoiceState, InvoiceTitle, TitleKind
from tests.farmers.places import enter, official
from tests.orders import sales

pytestmark = pytest.mark.breaks_truths(
    "paid and refunded through orders alone", "payments.dues_paid_by_nothing", "payments.refunds_nobody_sent"
)

#: A number whose check character is right, of nobody.
NUMBER = "91110000600037341L"
COMPANY = {"kind": TitleKind.COMPANY, "title": InvoiceTitle("示例食堂有限公司", NUMBER, "food@example.org")}
PERSON = {"kind": TitleKind.PERSON, "title": InvoiceTitle("王雨", "", "13900000011")}


@pytest.fixture
def shop(app, writing, client):
    client.set_cookie("lang", "en")
    fair = sales.fair(writing)
    bought = sales.bought(writing, [(fair.seed, 2), (fair.tea, 1)], sealer=app.extensions["sealer"])
    order = next(order for order in bought.orders if order.household_id is not None)
    writing.commit()
    with client.session_transaction() as held:
        held["orders"] = [bought.ref]
    return fair, bought, order


@pytest.fixture
def ask(app, writing, shop):
    def asked(key="k", order_id=None, **wish):
        return services.ask_invoice(
            writing, key=key, order_id=order_id or shop[2].id, by=None, sealer=app.extensions["sealer"], **(wish or COMPANY)
        )

    return asked


def sealed(writing):
    return [(one.title_sealed, one.tax_number_sealed, one.contact_sealed) for one in writing.scalars(select(InvoiceRequest))]


def test_a_buyer_asks_on_the_order_s_page_and_finds_the_number_there(shop, writing, client):
    fair, bought, order = shop
    address = f"/orders/{bought.ref}/parts/{order.ref}/invoice"
    assert address in client.get(f"/orders/{bought.ref}").text
    sent = {
        "key": "k",
        "kind": "company",
        "title": "示例食堂有限公司",
        "tax_number": NUMBER.lower(),
        "contact": "food@example.org",
    }
    wrong = client.post(address, data=sent | {"tax_number": "91110000600037341X"})
    assert wrong.status_code == 400
    assert "18 characters" in wrong.text
    assert client.post(address, data=sent).location == f"/orders/{bought.ref}"
    assert client.post(address, data=sent).status_code == 303, "a second touch finds the first"
    assert all(held.startswith("k") and "示例" not in held for held in sealed(writing)[0])
    assert "Invoice asked for" in client.get(f"/orders/{bought.ref}").text

    enter(client, fair.village.farmer)
    page = client.get(f"/desk/orders/{order.ref}").text
    assert "示例食堂有限公司" in page
    assert NUMBER in page
    client.post(f"/desk/orders/{order.ref}/invoice", data={"invoice_no": "123"})
    client.post(f"/desk/orders/{order.ref}/invoice", data={"invoice_no": "25360000000012345678"})
    page = client.get(f"/desk/orders/{order.ref}").text
    assert "25360000000012345678" in page
    assert "示例食堂有限公司" not in page, "what is issued needs no reading any more"
    with client.session_transaction() as held:
        held["orders"] = [bought.ref]
    page = client.get(f"/orders/{bought.ref}").text
    assert "25360000000012345678" in page
    assert client.get(address).status_code == 200


def test_officials_of_the_area_issue_it_and_the_auditor_reads_no_title(shop, ask, writing, client):
    invoice = ask()
    people = {
        "own": official(writing, "township_official", "360321101"),
        "elsewhere": official(writing, "township_official", "360321102"),
        "auditor": official(writing, "auditor", "360321"),
    }
    writing.commit()
    number = {"invoice_no": "2536 0000 0000 1234 5678"}
    enter(client, people["elsewhere"])
    assert invoice.order_ref not in client.get("/office/invoices").text
    assert client.post(f"/office/invoices/{invoice.ref}/issue", data=number).status_code == 404
    enter(client, people["auditor"])
    page = client.get("/office/invoices").text
    assert invoice.order_ref in page
    assert "示例食堂" not in page
    enter(client, people["own"])
    assert "示例食堂有限公司" in client.get("/office/invoices").text
    client.post(f"/office/invoices/{invoice.ref}/issue", data=number)
    page = client.get("/office/invoices").text
    assert "25360000000012345678" in page
    assert "示例食堂" not in page


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        ({"kind": TitleKind.COMPANY, "title": InvoiceTitle("某公司", "", "a@example.org")}, refusals.TaxNumberWrong),
        ({"kind": TitleKind.PERSON, "title": InvoiceTitle("王雨", NUMBER, "a@example.org")}, refusals.TaxNumberWrong),
        ({"kind": TitleKind.PERSON, "title": InvoiceTitle("王", "", "a@example.org")}, refusals.TitleMissing),
        ({"kind": TitleKind.PERSON, "title": InvoiceTitle("王雨", "", "nowhere")}, refusals.InvoiceContactWrong),
    ],
)  # fmt: skip
def test_what_cannot_stand_on_an_invoice_is_refused(ask, wish, refusal):
    with pytest.raises(refusal):
        ask(**wish)


def test_asking_anew_takes_the_open_one_s_place_and_forgets_its_words(ask, writing):
    first = ask("one", **PERSON)
    second = ask("two")
    assert queries.invoices_of_orders(writing, [second.order_id])[second.order_id].ref == second.ref
    assert sealed(writing)[0] == (None, None, None)
    with pytest.raises(refusals.InvoiceWithdrawn):
        services.issue_invoice(writing, invoice_id=first.id, invoice_no="25360000000012345678", by=1)


def test_it_is_for_what_did_not_go_back_and_stands_once_issued(shop, ask, writing):
    fair, _bought, order = shop
    invoice = ask()
    sales.refunded(writing, fair, sales.asked(writing, order.lines[0], 1))
    with pytest.raises(refusals.InvoiceNumberWrong):
        services.issue_invoice(writing, invoice_id=invoice.id, invoice_no="12", by=fair.second_official)
    issued = services.issue_invoice(writing, invoice_id=invoice.id, invoice_no="12345678", by=fair.second_official)
    assert (issued.state, issued.amount_fen) == (InvoiceState.ISSUED, order.paid_fen - 4_800)
    again = services.issue_invoice(writing, invoice_id=invoice.id, invoice_no="12345678", by=fair.second_official)
    assert again == issued
    with pytest.raises(refusals.InvoiceIssued):
        services.issue_invoice(writing, invoice_id=invoice.id, invoice_no="87654321", by=fair.second_official)
    with pytest.raises(refusals.InvoiceIssued):
        ask("another")


def test_it_is_forgotten_with_the_buyer(shop, ask, app, writing):
    fair, _bought, order = shop
    ask()
    for each in queries.purchase_by_ref(writing, ref=order.purchase_ref).orders:
        sales.sent(writing, each.id, fair.village.farmer)
    with clock.stopped_at(clock.now() + rules.CONTACT_KEPT + dt.timedelta(days=40)):
        services.complete_due(writing)
        assert services.forget_buyers(writing) == 1
    writing.expire_all()
    assert sealed(writing) == [(None, None, None)]
    assert queries.title_of(writing, invoice_id=1, sealer=app.extensions["sealer"]) is None
