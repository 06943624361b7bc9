"""The management ledger of an area and the flow between standings: every figure opens rows that re-sum to it."""

import html
import re

import pytest

from marketplace.assistance.queries import ledger as reads
from marketplace.assistance.values.ledger import LedgerKind
from marketplace.reports.values import LEDGER_WORDS
from tests.reports import county
from tests.reports.reading import every_page, figures, rows, total, words
from tests.reports.test_downloads import opened, table

NUMBER = re.compile(r"[\d,]+")


def tiles(page):
    """Return the figure of each tile by its label."""
    found = re.findall(r'<dt>([^<]*)</dt><dd class="figure">(.*?)</dd>', page)
    return {label: words(figure) for label, figure in found}


@pytest.mark.parametrize("code", [county.COUNTY, county.TOWN, county.VILLAGE])
def test_every_figure_of_a_ledger_is_the_number_of_the_rows_it_opens(small, official, code):
    client = official("county_official", county.COUNTY)
    page = client.get(f"/office/reports/areas/{code}/ledger").text
    links = set(re.findall(r'href="(/office/reports/areas/\d+/ledger/[^"]+)">', page))
    checked = 0
    for figure, link in re.findall(
        r'<dd class="figure">([\d,]+)</dd>\s*<dd class="kpi-foot">.*?<a href="([^"]*/ledger/[^"]*)"', page
    ):
        assert sum(len(rows(each)) for each in every_page(client, html.unescape(link))) == int(figure.replace(",", ""))
        checked += 1
    for figure in figures(page):
        if "/ledger/" in figure.url:
            assert sum(len(rows(each)) for each in every_page(client, figure.url)) == int(figure.text.replace(",", ""))
            checked += 1
    assert checked >= (3 if code == county.VILLAGE else 8)
    assert links


def test_the_standings_of_a_ledger_make_all_its_households_and_its_areas_make_the_whole(small, official):
    client = official("county_official", county.COUNTY)
    page = client.get(f"/office/reports/areas/{county.COUNTY}/ledger").text
    found = tiles(page)
    standing = [LedgerKind.REGISTERED, LedgerKind.MONITORED, LedgerKind.EXITED, LedgerKind.NONE]
    assert [int(found[LEDGER_WORDS[kind]]) for kind in standing] == [2, 1, 2, 4]
    assert int(found["Households on record"]) == 9
    body, whole = rows(page, "By township"), total(page, "By township")
    assert len(body) == 13
    for column in range(1, len(whole)):
        assert sum(int(row[column]) for row in body) == int(whole[column])


def test_the_list_of_a_ledger_is_read_by_the_place_of_its_last_row_and_has_its_excel_twin(small, official, writing):
    seen, after = [], None
    while found := reads.ledger_rows(writing, LedgerKind.HOUSEHOLDS, county.COUNTY, county.NOW.date(), after=after, limit=4):
        seen += [row.household_ref for row in found]
        after = (found[-1].village_code, found[-1].household_ref, found[-1].row_id)
    assert len(seen) == len(set(seen)) == 9
    client = official("county_official", county.COUNTY)
    url = f"/office/reports/areas/{county.COUNTY}/ledger/households"
    assert [row[0].split()[-1] for row in rows(client.get(url).text)] == seen
    _heads, body = table(opened(client.get(f"{url}/excel")).worksheets[0])
    assert [row["Reference"] for row in body] == seen
    assert client.get(f"{url}?after=nonsense").status_code == 200
    assert client.get(f"/office/reports/areas/{county.COUNTY}/ledger/nonsense").status_code == 404


def test_every_cell_of_the_flow_opens_as_many_households_as_it_says(small, official):
    client = official("county_official", county.COUNTY)
    page = client.get(f"/office/reports/areas/{county.COUNTY}/flow?from=2018-06-01&to=2026-11-23").text
    matrix = rows(page, "From 1 June 2018 to 23 November 2026")
    assert [row[1:] for row in matrix] == [
        ["4", "0", "0", "1", "5"],
        ["0", "2", "2", "0", "4"],
        ["0", "0", "0", "0", "0"],
        ["0", "0", "0", "0", "0"],
    ]
    assert total(page, "From 1 June 2018")[1:] == ["4", "2", "2", "1", "9"]
    opened_cells = [one for one in figures(page) if "/flow/" in one.url]
    for figure in opened_cells:
        assert sum(len(rows(each)) for each in every_page(client, figure.url)) == int(figure.text)
    assert len(opened_cells) >= 6
    years = {row[0]: row[1:] for row in rows(page, "Year by year")}
    assert years == {
        "2021": ["0", "0", "0", "1", "0", "0"],
        "2018": ["0", "2", "0", "0", "0", "0"],
        "2014": ["4", "0", "0", "0", "0", "0"],
    }
    rates = tiles(page)
    assert (rates["Re-entry rate"], rates["Monitoring rate after exit"]) == ("0.0%", "0.0%")


@pytest.mark.parametrize("question", ["from=x&to=y", "from=2030-01-01", "to=1800-01-01", "from=2026-01-01&to=2020-01-01"])
def test_days_that_mean_nothing_are_put_in_order(small, official, question):
    client = official("county_official", county.COUNTY)
    assert client.get(f"/office/reports/areas/{county.VILLAGE}/flow?{question}").status_code == 200
    assert client.get(f"/office/reports/areas/{county.VILLAGE}/flow/households?was=a&now=b&{question}").status_code == 404
