"""Every figure of every page opens the rows that make it, and they sum to it to the fen."""

import html
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import text

from marketplace.assistance import queries as assistance_queries
from marketplace.assistance import services as assistance
from marketplace.reports.values import FIGURES
from tests.reports import county
from tests.reports.reading import asked, every_page, fen, figures, links, rows, total, words

ANSWERS = json.loads((Path(__file__).parents[1] / "reference" / "known_answers.json").read_text(encoding="utf-8"))


#: Areas whose pages of one category or measure alone are read, where one period is read and where several are.
NARROWED = ((county.COUNTY,), (county.COUNTY, county.VILLAGE))
#: A month and the year around it on SQLite; on PostgreSQL, whose pages are the same, the month.
PERIODS = {"sqlite": (county.MONTH, county.YEAR), "postgresql": (county.MONTH,)}


def starts(made, periods):
    for period in periods:
        yield f"/office/reports/areas/{county.COUNTY}?period={period}"
        yield f"/office/reports/areas/{county.COUNTY}?period={period}&category=rice&measure=agriculture"
        for household in made.households.values():
            yield f"/office/reports/households/{household.ref}?period={period}"


def is_followed(url, made, periods):
    """Follow all pages with figures; leave out files, other looks of the same page, and areas where nothing was ever sold.

    Of one category or measure alone the county's page and one village's are read. Lists of rows are read when their figure
    is checked. The ledgers, flows and measures of poverty have tests of their own.
    """
    path, parameters = asked(url)
    if re.search("/(ledger|flow|poverty)", path):
        return False
    if path.endswith("/excel") or "/lines" in path or {"sort", "lang", "elder", "lite"} & set(parameters):
        return False
    if parameters.get("period", periods[0]) not in periods:
        return False
    area = re.search(r"/areas/(\d+)", path)
    if area is None:
        return True
    if {"category", "measure"} & set(parameters):
        return area[1] in NARROWED[len(periods) > 1]
    return any(village.village_code.startswith(area[1]) for village in made.households.values())


def check_lines(client, figure, url, read):
    """Compare a figure with the list it opens; several figures open the same one, which is read once."""
    path, parameters = asked(url)
    key = (path, *sorted(parameters.items()))
    if key not in read:
        read[key] = [fen(row[-1]) for page in every_page(client, url) for row in rows(page)]
    shown, lessens = read[key], parameters["kind"] in ("refunds", "fees", "costs")  # a reckoning shows these as taken away
    assert sum(shown) in ((fen(figure), -fen(figure)) if lessens else (fen(figure),)), (url, figure, shown)
    assert shown
    assert all(shown), "a row that adds nothing does not make the figure"


def check_households(client, figure, url):
    counted = sum(len(rows(page)) for page in every_page(client, url))
    assert counted == int(figure.replace(",", "")), url


def check_share(client, figure, url):
    declared = platform = 0
    for page in every_page(client, url):
        found = rows(page)
        declared += sum(fen(row[2]) for row in found)
        platform += sum(fen(row[3]) for row in found)
        last = total(page, "Platform share")
    assert [fen(last[2]), fen(last[3])] == [declared, platform]
    assert figure == f"{platform / (platform + declared) * 100:.1f}%"


def test_every_figure_on_every_page_re_sums_from_the_rows_it_opens(small, official, writing):
    client, periods = official("county_official", county.COUNTY), PERIODS[writing.get_bind().dialect.name]
    queue, seen, checked, read = list(starts(small, periods)), set(), set(), {}
    while queue:
        url = queue.pop()
        if url in seen or not is_followed(url, small, periods):
            continue
        seen.add(url)
        answer = client.get(url, follow_redirects=True)
        assert answer.status_code == 200, url
        queue += links(answer.text)
        for figure in figures(answer.text):
            if (figure.url, figure.text) in checked:
                continue
            checked.add((figure.url, figure.text))
            path, _parameters = asked(figure.url)
            if path == "/office/reports/lines":
                check_lines(client, figure.text, figure.url, read)
            elif "/households/" in path and "/areas/" in path:
                check_households(client, figure.text, figure.url)
            elif path.endswith("/declared"):
                check_share(client, figure.text, figure.url)
    kinds = {asked(url)[1].get("kind") for url, _figure in checked if "/lines" in url}
    assert kinds == {str(figure) for figure in FIGURES}
    assert len(checked) > 150
    for part in ("pool", "promotion"):
        assert any(asked(url)[1].get(part) for url, _figure in checked)


def test_each_promotion_shows_how_many_orders_it_brought_and_only_of_the_readers_own_area(small, official):
    client = official("county_official", county.COUNTY)
    page = f"/office/reports/areas/{county.COUNTY}/promotions?period={county.MONTH}"
    found = [(row[0], row[1], row[5]) for row in rows(client.get(page).text)]
    assert found == [("lotus-festival", "3", "129.90"), ("red-autumn", "1", "88.00")]
    assert [row[:2] for row in rows(client.get(f"{page}&measure=culture").text)] == [["red-autumn", "1"]]
    lines = f"/office/reports/lines?area={county.COUNTY}&period={county.MONTH}&kind=gross&promotion="
    assert client.get(f"{lines}No%20code").status_code == 404
    assert client.get(f"{lines}nobodys").status_code == 200
    village = official("village_official", county.SECOND_VILLAGE)
    assert village.get(page).status_code == 404
    own = village.get(page.replace(county.COUNTY, county.SECOND_VILLAGE)).text
    assert [row[0] for row in rows(own)] == ["red-autumn"]


def test_the_parts_of_a_table_sum_to_its_last_row(small, official):
    client = official("county_official", county.COUNTY)
    for code, caption in (
        (county.COUNTY, "By township"),
        (county.TOWN, "By village"),
        (county.VILLAGE, "By household"),
    ):
        page = client.get(f"/office/reports/areas/{code}?period={county.YEAR}").text
        body, last = rows(page, caption), total(page, caption)
        for column in range(1, len(FIGURES) + 1):
            assert sum(fen(row[column]) for row in body) == fen(last[column]), (code, column)


BY_HAND = text(
    "SELECT kind, SUM(amount_fen) FROM attribution_movements WHERE village_code LIKE :area AND month LIKE :period GROUP BY kind"
)


@pytest.mark.parametrize("code", [county.COUNTY, county.TOWN, county.OTHER_TOWN, county.VILLAGE])
@pytest.mark.parametrize("period", [county.MONTH, county.LAST_MONTH, county.YEAR])
def test_the_roll_ups_say_what_the_movements_say(small, official, writing, code, period):
    client = official("county_official", county.COUNTY)
    moved = {kind: int(amount) for kind, amount in writing.execute(BY_HAND, {"area": f"{code}%", "period": f"{period}%"})}
    page = client.get(f"/office/reports/areas/{code}?period={period}").text
    last = {
        "By township": lambda: total(page, "By township"),
        "By village": lambda: total(page, "By village"),
        "By household": lambda: total(page, "By household"),
    }[{6: "By township", 9: "By village", 12: "By household"}[len(code)]]()
    paid, earned, _net, gross, refunds, fees, _costs = (fen(cell) for cell in last[1:8])
    assert gross == moved.get("accrued", 0)
    assert refunds == moved.get("refund", 0)
    assert fees == moved.get("fee_platform", 0) + moved.get("fee_gateway", 0) - moved.get("fee_platform_back", 0)
    assert earned == moved.get("earned", 0)
    assert paid == moved.get("paid", 0)


def test_the_known_answer_stands_on_the_order_line_to_the_fen(small, official):
    answer = ANSWERS["order_own_sale"]
    page = official("village_official", county.VILLAGE).get("/office/reports/lines/1").text
    said = dict(re.findall(r"<dt>([^<]*)</dt><dd>(?:<a[^>]*>)?([−¥\d.,]+)", page))
    assert said["Gross"] == "¥450.00"
    assert said["Refunds"] == f"−¥{answer['refund']}"
    assert said["Fees"] == "−¥20.77"
    assert said["Declared costs"] == "−¥135.00"
    assert said["Net"] == f"¥{answer['household_net']}"
    assert said["Paid out"] == f"¥{answer['payout']}"


def test_the_entries_shown_of_an_order_line_balance(small, official):
    page = official("village_official", county.VILLAGE).get("/office/reports/lines/1").text
    postings = re.findall(r'<th scope="row">.*?</tbody>', page, re.S)
    assert len(postings) == 4  # sale, refund, earned, pay-out
    for posting in postings:
        debit = credit = 0
        for left, right in re.findall(r'<td class="n">(.*?)</td><td class="n">(.*?)</td>', posting, re.S):
            debit += fen(left) if left else 0
            credit += fen(right) if right else 0
        assert debit == credit > 0


def test_a_sale_in_the_last_second_of_the_shanghai_month_stays_in_it(small, official):
    client = official("village_official", county.VILLAGE)
    ref = small.households["H1"].ref
    october = client.get(f"/office/reports/lines?household={ref}&kind=gross&period={county.LAST_MONTH}").text
    november = client.get(f"/office/reports/lines?household={ref}&kind=gross&period={county.MONTH}").text
    assert [fen(row[-1]) for row in rows(october)] == [500]
    assert 700 in [fen(row[-1]) for row in rows(november)]


def homes_behind(client, url):
    """Return (people, income a head, gap) of every household on every page of a list, and the list's last row."""
    found, last = [], None
    for page in every_page(client, url):
        found += [(int(row[3]), fen(row[6]), fen(row[7]) if row[7] != "—" else 0) for row in rows(page)]
        last = total(page, "")
    return found, last


def test_the_measures_of_poverty_re_sum_from_the_households_they_open(small, official, writing):
    """What is printed is reckoned here once more from the rows that each figure opens, by the plain formulas."""
    client = official("county_official", county.COUNTY)
    if assistance_queries.poverty_line(writing, 2026) is None:  # tests before this one may have set another
        assistance.set_poverty_line(writing, year=2026, basis="disposable", amount_fen=450_000, source="县文件", is_example=True)
        writing.commit()
    standing = assistance_queries.poverty_line(writing, 2026)
    line = standing.amount_fen
    page = client.get(f"/office/reports/areas/{county.COUNTY}/poverty?year=2026").text
    assert f"Line of 2026: ¥{line / 100:,.2f} a person, of disposable income. Source: {standing.source}" in page
    tiles = {
        label: (words(figure), html.unescape(link))
        for label, figure, link in re.findall(
            r'<dt>([^<]*)</dt><dd class="figure">(.*?)</dd>\s*<dd class="kpi-foot">.*?href="([^"]*households[^"]*)"', page, re.S
        )
    }
    homes, last = homes_behind(client, tiles["Households measured"][1])
    poor, poor_last = homes_behind(client, tiles["People below the line"][1])
    people = sum(one for one, _head, _gap in homes)
    assert [one for one in homes if one[1] < line] == poor
    assert len(homes) == int(tiles["Households measured"][0]) == 2
    assert people == int(tiles["People"][0]) == int(last[3])
    assert sum(one for one, _head, _gap in poor) == int(tiles["People below the line"][0]) == int(poor_last[3])
    assert sum(gap for _one, _head, gap in poor) == fen(tiles["Total gap"][0]) == fen(poor_last[7])
    assert f"{sum(one for one, _head, _gap in poor) / people:.1%}" == tiles["Share of the poor (FGT0)"][0]
    for power, label in ((1, "Poverty gap (FGT1)"), (2, "Squared gap (FGT2)")):
        gaps = sum(one * ((line - head) / line) ** power for one, head, _gap in poor)
        assert f"{gaps / people:.4f}" == tiles[label][0]
    for caption in ("By main cause", "By township"):
        body, whole = rows(page, caption), total(page, caption)
        for column in (1, 2, 3, 4):
            assert sum(int(row[column]) for row in body) == int(whole[column]), (caption, column)


def test_a_year_without_a_line_is_asked_for_and_never_guessed(small, official):
    page = official("village_official", county.VILLAGE).get(f"/office/reports/areas/{county.VILLAGE}/poverty").text
    line = re.search(r"No poverty line of 2026 is on record|Line of 2026", page)[0]
    assert line.startswith("No") == ('Share of the poor (FGT0)</dt><dd class="figure">—' in page)
