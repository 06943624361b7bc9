"""`order_own_sale` of the known answers, through the services, to the fen, on both engines."""

import json
from pathlib import Path

from marketplace.income import queries, services
from marketplace.income.values import CostKind, Figures
from marketplace.kernel import clock
from marketplace.kernel.money import parse_yuan, share
from marketplace.ledger.queries import balance
from tests.farmers.places import VILLAGE
from tests.income.sales import AT, LATER, MONTH, SELLER, breaches, earn, fact, pay, refund, village

ANSWER = json.loads((Path(__file__).parents[1] / "reference" / "known_answers.json").read_text(encoding="utf-8"))[
    "order_own_sale"
]


def fen(name, part=None):
    return parse_yuan(ANSWER[name][part] if part else ANSWER[name])


def test_a_household_own_sale_comes_out_to_the_fen(session):
    who = village(session)
    freight, gross = fen("freight"), 10 * 4800 - 3000
    assert gross + freight == fen("buyer_paid")
    charged = share(gross + freight, 60)  # of all that was paid, as orders hand it over
    services.accrue_sale(session, fact=fact(household_id=who.household_id, gross_fen=gross, gateway_fee_fen=charged))
    services.accrue_freight(session, purchase_ref="L1", gateway="offline", amount_fen=freight, at=AT)
    services.settle_clearing(session, gateway="offline", amount_fen=fen("buyer_paid"), bank_ref="in-1", at=AT)
    assert balance(session, "clearing/offline") == 0
    refund(session, fen("refund"), gross - fen("refund"))
    services.settle_clearing(session, gateway="offline", amount_fen=-fen("refund"), bank_ref="out-1", at=LATER)
    earn(session)
    for kind in CostKind:
        services.declare_cost(
            session,
            key=kind.value,
            source="order_line/1",
            kind=kind,
            amount_fen=fen("declared_costs", kind.value),
            by=who.farmer,
            at=LATER,
        )
    assert -balance(session, f"payable/{SELLER}/earned") == fen("payout")
    with clock.stopped_at(LATER):
        pay(session, who, fen("payout"))
    session.commit()

    assert -balance(session, "fees/platform") == fen("platform_fee")
    assert -balance(session, "fees/gateway") == fen("gateway_fee")
    assert -balance(session, "freight") == freight
    assert balance(session, "clearing/offline") == 0
    assert balance(session, f"payable/{SELLER}/accrued") == balance(session, f"payable/{SELLER}/earned") == 0
    assert balance(session, "bank") == fen("platform_fee") + fen("gateway_fee") + freight
    figures = Figures(
        gross_fen=gross,
        refunds_fen=fen("refund"),
        fees_fen=fen("platform_fee") + fen("gateway_fee"),
        costs_fen=fen("declared_costs", "packing") + fen("declared_costs", "inputs"),
        earned_fen=fen("payout"),
        paid_fen=fen("payout"),
        lines=1,
    )
    assert figures.net_fen == fen("household_net")
    assert queries.statement(session, who.household_id, MONTH).total == figures
    for area in (VILLAGE, VILLAGE[:9], VILLAGE[:6]):
        assert queries.totals(session, area, MONTH) == queries.totals(session, area, "2026") == figures
        assert queries.sum_of_lines(session, area_code=area, period=MONTH) == figures
    assert breaches(session) == {}
