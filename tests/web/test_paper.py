"""A paper reads as it was given, to the fen, in both languages, and is the same to the byte each time."""

import datetime as dt

import pytest

from marketplace.web.faces import FACES, Face, first_of, installed_face
from marketplace.web.paper import Paper, PaperColumn, PaperTable, drawn
from tests.papers import pages_of

pytestmark = pytest.mark.skipif(installed_face() is None, reason="no Chinese face is installed, so no PDF is offered")


#: Brackets and backslashes have a meaning of their own in a PDF.
GOODS = "莲子\\(干)"


def paper(rows=3):
    columns = [PaperColumn("货品", width=30), PaperColumn("数量", "number"), PaperColumn("金额（元）", "yuan")]
    return Paper(
        title="九月对账单", mark="莲乡集 · H-1", as_of=dt.datetime(2026, 9, 30, tzinfo=dt.UTC), facts=[("住户", "H-1（刘家）")],
        tables=[PaperTable("每笔销售", columns, [(GOODS, 2, -9_600 - at) for at in range(rows)], ("合计", None, 1_234_567))],
        notes=["这不是发票。"],
    )  # fmt: skip


@pytest.fixture
def asked(app):
    with app.test_request_context("/?lang=zh"):
        yield


@pytest.mark.usefixtures("asked")
def test_what_was_given_stands_on_the_paper_in_order_and_negative_sums_say_so():
    (page,) = pages_of(drawn(paper(), installed_face()))
    wanted = (
        "九月对账单", "住户", "H-1（刘家）", "每笔销售", GOODS, "−96.00", GOODS, "−96.01", "合计", "12,345.67", "这不是发票。",
        "莲乡集 · H-1",
    )  # fmt: skip
    words = iter(page.split("\n"))
    assert all(word in words for word in wanted), page


@pytest.mark.usefixtures("asked")
def test_the_same_facts_give_the_same_bytes_and_a_fen_more_gives_others():
    first = drawn(paper(), installed_face())
    assert drawn(paper(), installed_face()) == first
    assert drawn(paper(4), installed_face()) != first


@pytest.mark.usefixtures("asked")
def test_a_long_table_goes_on_over_numbered_pages_with_its_headings():
    pages = pages_of(drawn(paper(90), installed_face()))
    numbers = ["".join(page.split("\n")[-2:]) for page in pages]
    assert numbers == [f"{number} / {len(pages)}" for number in range(1, len(pages) + 1)]
    assert len(pages) > 1
    assert all("金额（元）" in page for page in pages)
    assert sum(page.count("莲子") for page in pages) == 90


def test_without_an_installed_face_there_is_none_to_draw_with():
    assert first_of(()) is None
    assert first_of((Face("/nowhere/face.ttc", "Nowhere"), *FACES)) == first_of(FACES)
