"""What every page of the reports carries, what it weighs and what it costs."""

import gzip
import re

import pytest
from sqlalchemy import event

from marketplace.payments.gateways import FACTORIES
from marketplace.payments.values import OFFLINE, SANDBOX
from marketplace.reports.values import CATEGORY_WORDS, MEASURE_WORDS, MOVEMENT_WORDS, STATUS_WORDS
from marketplace.reports.views.lines import _payment_words
from marketplace.web.db import db
from tests.reports import county

MOST_BYTES = 80 * 1024
MOST_BYTES_COMPRESSED = 14 * 1024


def pages(made):
    ref = made.households["H1"].ref
    return (
        "/office/",
        f"/office/reports/areas/{county.COUNTY}?period={county.YEAR}",
        f"/office/reports/areas/{county.TOWN}?period={county.YEAR}",
        f"/office/reports/areas/{county.VILLAGE}?period={county.YEAR}",
        f"/office/reports/areas/{county.COUNTY}/households/active?period={county.YEAR}",
        f"/office/reports/areas/{county.COUNTY}/declared?period={county.YEAR}",
        f"/office/reports/areas/{county.COUNTY}/ledger",
        f"/office/reports/areas/{county.COUNTY}/ledger/households",
        f"/office/reports/areas/{county.COUNTY}/flow?from=2018-06-01",
        f"/office/reports/areas/{county.COUNTY}/poverty?year={county.YEAR}",
        f"/office/reports/areas/{county.COUNTY}/poverty/households?year={county.YEAR}",
        f"/office/reports/households/{ref}?period={county.YEAR}",
        f"/office/reports/lines?area={county.COUNTY}&kind=net&period={county.YEAR}",
        "/office/reports/lines/1",
        "/office/reports/definitions",
    )


def test_every_page_says_when_it_stood_and_how_it_is_reckoned(small, official):
    client = official("county_official", county.COUNTY)
    for path in pages(small):
        page = client.get(path).text
        assert "As of 23 November 2026 14:00" in page, path
        assert "/office/reports/definitions" in page, path


def test_the_words_are_recorded_never_caused(small, official):
    client = official("county_official", county.COUNTY)
    for language in ("en", "zh"):
        for path in pages(small):
            page = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}").text
            page = re.sub("[Mm]ain cause", "", page)  # of being poor, as the record knows it: never of an income
            assert not re.search(r"\bcaus|增收|带动", page), path
    assert "平台记录收入" in client.get(f"/office/reports/areas/{county.COUNTY}?lang=zh").text


def test_no_page_outweighs_its_budget_or_breaks_the_content_policy(small, official):
    client = official("county_official", county.COUNTY)
    for path in pages(small):
        page = client.get(path)
        assert len(page.data) <= MOST_BYTES, path
        assert len(gzip.compress(page.data, 6)) <= MOST_BYTES_COMPRESSED, path
        assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", page.text), path


def test_every_definition_a_page_points_at_stands(small, official):
    client = official("county_official", county.COUNTY)
    stands = set(re.findall(r'class="card" id="(\w+)"', client.get("/office/reports/definitions").text))
    asked = {anchor for path in pages(small) for anchor in re.findall(r"definitions#(\w+)", client.get(path).text)}
    assert asked <= stands
    assert {"paid", "earned", "gross", "net", "registered", "active", "share"} <= asked


def test_the_sum_of_a_list_is_the_figure_it_came_from(small, official):
    client = official("village_official", county.VILLAGE)
    page = client.get(f"/office/reports/lines?area={county.VILLAGE}&kind=paid&period={county.MONTH}").text
    assert re.search(r'class="bignum">¥339\.23<', page)
    assert "1 order line<" in page


def test_registered_households_are_those_on_the_register_off_it_again_and_monitored(small, official):
    client = official("county_official", county.COUNTY)
    for path in ("/office/", f"/office/reports/areas/{county.COUNTY}?period={county.MONTH}"):
        tile = re.search(r"<dt>Registered households reached</dt>.*?</div>", client.get(path).text, re.S)[0]
        assert ">5<" in tile
        assert "Still on the register 2 · Exited 2 · Monitored 1" in tile
    listed = client.get(re.search(r'href="([^"]*registered[^"]*)"', tile)[1].replace("&amp;", "&")).text
    assert "5 households · Still on the register 2 · Exited 2 · Monitored 1" in listed
    for name, words in (
        ("H1", "Still on the register"),
        ("H3", "Exited"),
        ("F1", "Still on the register"),
        ("F2", "Exited"),
        ("F3", "Monitored"),
    ):
        assert re.search(rf"{small.households[name].ref}</a></th>.*?{words}</td>", listed, re.S), name
    assert all(small.households[name].ref not in listed for name in ("H2", "F4", "F5", "F6"))


@pytest.mark.parametrize(
    "question",
    [
        "period=2026-13",
        "period=9999",
        "period=x",
        "measure=%00",
        "category=' OR 1=1",
        "sort=__class__",
        "page=-1",
        "page=99999999999999999999",
    ],
)
def test_words_that_mean_nothing_are_taken_as_not_said(small, official, question):
    client = official("county_official", county.COUNTY)
    assert client.get(f"/office/reports/areas/{county.VILLAGE}?{question}").status_code == 200


@pytest.mark.parametrize(
    "path", ["lines?area=360321&kind=profit", "lines/999999999", "lines/99999999999999999999999", "households/H%00"]
)
def test_what_is_not_there_is_not_found(small, official, path):
    client = official("county_official", county.COUNTY)
    assert client.get(f"/office/reports/{path}").status_code == 404


def counted(client, path):
    statements = []

    def count(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    with client.application.app_context():
        engine = db.engines["reader"]
    event.listen(engine, "before_cursor_execute", count)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len([statement for statement in statements if statement.lstrip().upper().startswith(("SELECT", "WITH"))])


def test_more_rows_cost_no_more_queries(small, official, writing):
    """In a year of their own, so that no other test sees these sales."""
    client = official("county_official", county.COUNTY)
    at_first = [("H3", 900), *((f"F{n}", 901 + n) for n in range(1, 7))]
    for who, number in at_first:
        county.sell(writing, small, number, who, 1000, sold=county.at(9, year=2024))
    writing.commit()
    paths = [path.replace(county.YEAR, "2024") for path in pages(small) if "period" in path]
    before = [counted(client, path) for path in paths]
    for number in range(910, 940):
        county.sell(writing, small, number, f"F{number % 6 + 1}" if number % 2 else "H3", 1000, sold=county.at(9, year=2024))
    writing.commit()
    assert [counted(client, path) for path in paths] == before
    assert max(before) <= 25


def test_every_word_of_the_codes_has_a_name_a_reader_knows(small, writing):
    for words in (CATEGORY_WORDS, MEASURE_WORDS, MOVEMENT_WORDS, STATUS_WORDS):
        assert all(words.values())


def test_a_month_chart_never_shows_the_future(small, official):
    client = official("county_official", county.COUNTY)
    page = client.get(f"/office/reports/areas/{county.COUNTY}?period={county.YEAR}").text
    twin = re.search(r"<details class=\"twin\">.*?</details>", page, re.S)[0]
    assert "Nov" in twin
    assert "Dec" not in twin


def test_every_way_of_paying_is_named_in_words(app):
    ways = {OFFLINE, SANDBOX, "pool", *FACTORIES}
    with app.test_request_context():
        assert not {way for way in ways if _payment_words(way) == way}
