"""The household's card of the assistance record beside the statement and the reports: the same fen, and the rows behind them."""

import html
import re

import pytest
from sqlalchemy import select

from marketplace.accounts.models import UserSession
from marketplace.accounts.queries import token_hash
from marketplace.assistance import services as assistance
from marketplace.assistance.values import LineBasis
from marketplace.income import queries as income
from marketplace.income import services as income_services
from marketplace.income.values import Figure
from marketplace.kernel import clock
from marketplace.kernel.money import grouped
from marketplace.reports import queries as reports
from marketplace.reports.values import Period, Scope
from tests.reports import county

MONTHS = (county.LAST_MONTH, county.MONTH, "2025-12")
IN_ORDER = (Figure.GROSS, Figure.REFUNDS, Figure.FEES, Figure.COSTS, Figure.NET, Figure.EARNED, Figure.PAID)


@pytest.fixture
def handed(small, writing):
    for month in MONTHS:
        income_services.hand_over_month(writing, month=month)
    writing.commit()
    return small.households["H1"]


def rows_of(page, caption):
    """Return the rows of a table as lists of (words, address)."""
    table = re.search(rf"<caption>{re.escape(caption)}.*?</table>", page, re.S)[0]
    return [
        [cell_of(cell) for cell in re.findall(r'<t[hd] role="(?:rowheader|cell)".*?</t[hd]>', row, re.S)]
        for row in table.split('<tr role="row">')[2:]
    ]


def cell_of(markup):
    address = re.search(r'href="([^"]*)"', markup)
    return html.unescape(re.sub(r"<[^>]*>", "", markup)).strip(), address and html.unescape(address[1])


def test_each_month_on_the_card_equals_the_statement_and_the_report_to_the_fen(handed, official, writing):
    page = official("county_official", county.COUNTY).get(f"/office/households/{handed.ref}").text
    shown = rows_of(page, "Income recorded through the platform, 2026")
    assert [row[0][0] for row in shown] == ["Nov, so far", "Oct", "2026"]
    for row, period in zip(shown, (county.MONTH, county.LAST_MONTH, county.YEAR), strict=True):
        report = reports.household_report(writing, handed.id, Scope(Period(period))).figures
        assert [words for words, _url in row[1:]] == [grouped(report.of(figure)) for figure in IN_ORDER]
        if period != county.YEAR:
            assert report == income.statement(writing, handed.id, period).total
    assert [row[0][0] for row in rows_of(page, "Income recorded through the platform, 2025")] == ["Dec", "2025"]


def test_a_figure_of_the_card_opens_the_rows_that_sum_to_it(handed, official):
    client = official("village_official", county.VILLAGE)
    page = client.get(f"/office/households/{handed.ref}").text
    assert f"/office/reports/households/{handed.ref}" in page
    opened = 0
    for row in rows_of(page, "Income recorded through the platform, 2026"):
        for words, address in row[1:]:
            assert (address is None) == (words == "0.00")
            if address:
                assert f">¥{words}<" in client.get(address).text, address
                opened += 1
    assert opened >= 10


def test_the_platforms_part_stands_beside_the_declared_one_and_never_in_it(handed, official, writing, app):
    page = official("county_official", county.COUNTY).get(f"/office/households/{handed.ref}").text
    assert "Platform as of 23 November 2026 14:00" in page
    declared, platform, _line = rows_of(page, "Declared and recorded, 2026")
    net = reports.household_report(writing, handed.id, Scope(Period(county.YEAR))).figures.net_fen
    rows = reports.share_rows(writing, county.VILLAGE, 2026, sealer=app.extensions["sealer"], limit=9)
    (share,) = (row for row in rows if row.household_id == handed.id)
    assert (declared[1][0], platform[1][0]) == (f"¥{grouped(share.declared_fen)}", f"¥{grouped(net)}")
    assert platform[3][0] == f"{100 * share.platform_fen / (share.declared_fen + share.platform_fen):.1f}%"
    assert declared[2][0] == f"¥{grouped(share.declared_fen // 4)}"


def test_a_reader_without_the_reports_gets_figures_and_no_links(handed, official, small, writing, app):
    client = official("helper", county.VILLAGE)
    with client.session_transaction() as cookie:
        helper = writing.scalar(select(UserSession.user_id).where(UserSession.token_hash == token_hash(cookie["_user_id"])))
    assistance.assign_helper(
        writing, household_id=handed.id, name="周小英", organisation="", on=clock.today(), by=small.officials[0],
        sealer=app.extensions["sealer"], user_id=helper,
    )  # fmt: skip
    writing.commit()
    page = client.get(f"/office/households/{handed.ref}").text
    assert "/office/reports/" not in page
    assert rows_of(page, "Income recorded through the platform, 2026")[0][1][1] is None


def test_the_line_of_a_year_stands_beside_the_income_a_head_with_its_source_and_its_mark(handed, official, writing):
    client = official("county_official", county.COUNTY)
    path = f"/office/households/{handed.ref}"
    assert "None on record for this year" in rows_of(client.get(path).text, "Declared and recorded, 2026")[2][0][0]
    example = {"basis": LineBasis.DISPOSABLE, "amount_fen": 580_000, "source": "示例数字", "is_example": True}
    assistance.set_poverty_line(writing, year=2026, **example)
    writing.commit()
    for language, mark in (("en", "Example"), ("zh", "示例")):
        page = client.get(f"{path}?lang={language}").text
        assert re.search(rf'<span class="tag info">.*?</svg>{mark}</span>', page, re.S)
        assert "示例数字" in page
    client.get(f"{path}?lang=en")
    assert rows_of(client.get(path).text, "Declared and recorded, 2026")[2][2][0] == "¥5,800.00"
    assistance.set_poverty_line(writing, year=2026, **{**example, "is_example": False, "source": "gazette"})
    writing.commit()
    assert 'class="tag info"' not in client.get(path).text
