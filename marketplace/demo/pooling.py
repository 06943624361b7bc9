"""A cooperative of the demonstration shares what it sold of a pooled lot among its members; and buyers want tax invoices."""

import datetime as dt
import functools
from collections.abc import Sequence

from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline
from marketplace.demo.values import Shop
from marketplace.income import queries as income_queries
from marketplace.income import services as income
from marketplace.income.values import PoolSale
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import Refusal
from marketplace.kernel.money import allocate
from marketplace.orders import queries as orders_queries
from marketplace.orders import services as orders
from marketplace.orders.values import InvoiceTitle, OrderState, TitleKind

#: What members were paid for what they gave, in percent of what it brought: beyond it is the surplus.
_PRICE_PERCENT = 55
_MOST_SALES = 3
#: So many days ago the cooperatives looked for the first time.
_FIRST_LOOK = 20
#: Grams and parts of two households and, together, of members who are on no record here.
_GRAMS, _PARTS = (46_000, 34_000, 20_000), (30, 20, 50)
_WITNESS = "周小英"
#: A unified social credit code that checks, of nobody.
_TAX_NUMBER = "91110000600037341L"


def plan_pools(build: Building, timeline: Timeline) -> None:
    """Arrange the sharing of what one cooperative has sold and was not paid for yet, and two invoices that wait."""
    timeline.at(build.ago(days=_FIRST_LOOK, hours=9), functools.partial(_share, build, timeline))
    timeline.at(build.ago(hours=3), functools.partial(_ask_invoices, build))


def _share(build: Building, timeline: Timeline) -> None:
    """Share as soon as a cooperative has something to share: with few orders there is not something on every day."""
    for shop in build.shops:
        sales = income_queries.sales_to_share(build.session, shop.ref) if shop.household_id is None else []
        if sales:
            _share_sales(build, shop, sales[-_MOST_SALES:])
            return
    timeline.at(clock.now() + dt.timedelta(days=1), functools.partial(_share, build, timeline))


def _share_sales(build: Building, shop: Shop, sales: Sequence[PoolSale]) -> None:
    first, second = build.posts().county
    members = [*[home.id for home in build.homes if home.user_id is not None][:2], None]
    lot = income.open_lot(
        build.session, ref=ids.reference("P"), seller_ref=shop.ref, title=sales[0].title, grams=sum(_GRAMS), by=first,
        category=income_queries.latest_category(build.session, shop.ref) or "other",
    )  # fmt: skip
    prices = allocate(sum(sale.sale_fen for sale in sales) * _PRICE_PERCENT // 100, _GRAMS)
    for number, (member, grams, fen) in enumerate(zip(members, _GRAMS, prices, strict=True)):
        income.contribute(
            build.session, key=f"demo-pool-{number}", lot_id=lot.id, household_id=member, grams=grams, price_fen=fen,
            weigh_ticket=f"磅单 {number + 1:03d}", witness=_WITNESS, by=first,
        )  # fmt: skip
    for member, parts in zip(members, _PARTS, strict=True):
        income.set_equity(build.session, seller_ref=shop.ref, household_id=member, parts=parts, by=first)
    made = income.prepare_distribution(
        build.session, key="demo-pool", lot_id=lot.id, sources=[sale.source for sale in sales], processing_fen=0,
        reserve_bp=1_000, patronage_bp=6_000, by=first,
    )  # fmt: skip
    try:
        income.approve_distribution(build.session, distribution_id=made.id, by=second)
    except Refusal:  # the money is promised to the cooperative by a settlement under way: it waits
        build.tell("pools: a distribution waits")


def _ask_invoices(build: Building) -> None:
    """Let two buyers ask for invoices: a canteen in its own name, a person in theirs."""
    found = orders_queries.orders_in_areas(
        build.session,
        areas=[shop.village.code for shop in build.shops],
        states=[OrderState.DELIVERED, OrderState.COMPLETED],
        limit=2,
    ).rows
    wishes = (
        (TitleKind.COMPANY, InvoiceTitle("示例单位食堂", _TAX_NUMBER, "canteen@example.org")),
        (TitleKind.PERSON, InvoiceTitle("王雨", "", "invoice@example.org")),
    )
    for order, (kind, title) in zip(found, wishes, strict=False):
        orders.ask_invoice(
            build.session,
            key=f"demo-invoice-{order.ref}",
            order_id=order.id,
            kind=kind,
            title=title,
            by=None,
            sealer=build.sealer,
        )
