"""Excel twins: numbers as numbers, texts never formulas, one table a sheet, and the same sums as the pages."""

import io

import pytest
from openpyxl import load_workbook

from marketplace.web.exports import MOST_ROWS, Sheet, SheetColumn, TooManyRows, workbook
from tests.reports import county
from tests.reports.reading import fen, total


def opened(answer):
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return load_workbook(io.BytesIO(answer.data))


def table(sheet):
    heads, *body = ([cell.value for cell in row] for row in sheet.iter_rows())
    return heads, [dict(zip(heads, row, strict=True)) for row in body]


def test_the_sheet_of_an_area_sums_to_its_page(small, official):
    client = official("county_official", county.COUNTY)
    page = client.get(f"/office/reports/areas/{county.COUNTY}?period={county.YEAR}").text
    book = opened(client.get(f"/office/reports/areas/{county.COUNTY}/excel?period={county.YEAR}"))
    _heads, body = table(book["By township"])
    last = total(page, "By township")
    for column, label in enumerate(("Paid out", "Earned", "Net", "Gross", "Refunds", "Fees", "Declared costs"), start=1):
        assert round(sum(row[label] for row in body) * 100) == fen(last[column])
        assert all(isinstance(row[label], int | float) for row in body)
    assert {cell.number_format for cell in book["By township"]["D"][1:]} == {"#,##0.00"}


def test_every_sheet_is_one_table_without_merged_cells_and_terms_come_last(small, official):
    client = official("county_official", county.COUNTY)
    book = opened(client.get(f"/office/reports/areas/{county.TOWN}/excel?period={county.YEAR}"))
    assert not any(sheet.merged_cells.ranges for sheet in book)
    terms = {row[0].value: row[1].value for row in book.worksheets[-1].iter_rows()}
    assert terms["As of"] == "23 November 2026 14:00"
    assert terms["Area or household"] == "Qinting Town"
    assert terms["Unit"] == "Yuan, two decimals"
    assert "bank reference" in terms["Paid out"]
    assert len(book.worksheets) == 4


def test_a_text_that_looks_like_a_formula_stays_a_text(small, official):
    client = official("village_official", county.VILLAGE)
    book = opened(client.get(f"/office/reports/lines/excel?area={county.VILLAGE}&kind=gross&period={county.YEAR}"))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "=1+1 脆藕"]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


def test_the_rows_behind_a_figure_download_whole_and_sum_to_it(small, official):
    client = official("village_official", county.VILLAGE)
    for kind, label in (("refunds", "Refunds"), ("net", "Net"), ("paid", "Paid out"), ("fees", "Fees")):
        page = client.get(f"/office/reports/areas/{county.VILLAGE}?period={county.YEAR}").text
        book = opened(client.get(f"/office/reports/lines/excel?area={county.VILLAGE}&kind={kind}&period={county.YEAR}"))
        _heads, body = table(book.worksheets[0])
        last = dict(zip(("Paid out", "Earned", "Net", "Gross", "Refunds", "Fees"), total(page, "By household")[1:], strict=False))
        assert round(sum(row["This figure"] for row in body) * 100) == fen(last[label])


def test_names_are_masked_in_files_too(small, official):
    client = official("village_official", county.VILLAGE)
    book = opened(client.get(f"/office/reports/areas/{county.VILLAGE}/excel?period={county.YEAR}"))
    names = [row["Household"] for row in table(book["By household"])[1]]
    assert "陈**" in names
    assert not [name for name in names if "某" in (name or "")]


def test_the_entries_of_an_order_line_download_balanced(small, official):
    client = official("village_official", county.VILLAGE)
    book = opened(client.get("/office/reports/lines/1/excel"))
    _heads, body = table(book["In the book"])
    assert round(sum(row["Debit"] or 0 for row in body), 2) == round(sum(row["Credit"] or 0 for row in body), 2) > 0


def test_a_sheet_longer_than_excel_can_open_is_refused():
    rows = ([None] for _ in range(MOST_ROWS + 1))
    with pytest.raises(TooManyRows):
        workbook([Sheet("Lines", [SheetColumn("Goods")], rows)], [], "Terms")


def test_sheets_of_one_name_and_of_names_excel_refuses_still_open():
    bad = Sheet("A/B: [x]?" * 9, [SheetColumn("1")], [])
    with workbook([bad, bad], [("term", "words")], "Terms") as file:
        assert len(set(load_workbook(file).sheetnames)) == 3
