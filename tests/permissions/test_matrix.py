"""The checked-in matrix is what the code says, and what people agreed on holds in it."""

import pytest

from tests.permissions import matrix
from tests.permissions.matrix import CELLS, COLUMNS

ROWS = matrix.read()
OFFICIALS = ("village_official", "task_force", "helper", "photographer", "township_official", "county_official", "auditor")
WRITING = {"POST", "PUT", "PATCH", "DELETE"}


def test_the_matrix_is_what_the_policies_say(app):
    """A new route needs a row, a changed policy a changed row: run tests.permissions.write, read the difference."""
    said, agreed = matrix.rows(app), ROWS
    assert [row for row in said if row not in agreed] == []
    assert [row for row in agreed if row not in said] == []
    assert said == agreed


def test_the_matrix_speaks_in_its_own_words():
    assert {cell for row in ROWS for cell in row.cells} <= set(CELLS)
    assert len({row.id for row in ROWS}) == len(ROWS)


def test_a_guest_has_what_is_public_or_known_to_their_browser_and_nothing_else():
    for row in ROWS:
        assert row.cell("guest") in ("none", "known", "public"), row.id
        for cell in ("known", "public"):
            assert (row.cell("guest") == cell) == (set(row.cells) == {cell}), row.id


def test_the_auditor_changes_nothing():
    """What remains to them is what anybody who signed in may do with what is their own."""
    wrong = [row.id for row in ROWS if row.method in WRITING and row.cell("auditor") not in ("none", "own", "known", "public")]
    # a form and its sending under one policy would show the auditor a form that is refused: such routes are split
    assert wrong == []


def test_the_administrator_reads_no_personal_data():
    personal = (
        "/office/households",
        "/office/register",
        "/office/orders",
        "/office/payouts",
        "/office/settlements",
        "/office/accounts",
        "/office/reports",
        "/office/sellers",
    )
    assert [row.id for row in ROWS if row.route.startswith(personal) and row.cell("administrator") != "none"] == []


def test_officials_pages_are_for_officials():
    for row in ROWS:
        if row.route.startswith("/office"):
            assert row.cell("guest") == row.cell("buyer") == row.cell("farmer") == row.cell("reseller") == "none", row.id


def test_nobody_reaches_beyond_the_area_of_their_role():
    widest = {
        "village_official": 3,
        "task_force": 3,
        "helper": 3,
        "photographer": 3,
        "township_official": 4,
        "farmer": 2,
        "buyer": 1,
    }
    for row in ROWS:
        for role, most in widest.items():
            assert row.cell(role) in ("known", "public") or CELLS.index(row.cell(role)) <= most, (row.id, role)


@pytest.mark.parametrize("role", OFFICIALS)
def test_every_kind_of_official_has_somewhere_to_go(role):
    assert any(row.method == "GET" and row.cell(role) not in ("none", "public", "own") for row in ROWS) or role == "photographer"


def test_the_columns_are_the_roles_of_the_house():
    assert COLUMNS[0] == "guest"
    assert len(COLUMNS) == 12
