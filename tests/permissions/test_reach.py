"""Every route asked for by every kind of person: within their reach, one step beyond it, and without a part in it."""

import pytest

from tests.permissions import matrix
from tests.permissions.asking import PLACES, complaints
from tests.permissions.objects import names_an_object

ROWS = matrix.read()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_each_person_is_answered_as_the_matrix_says(asker, row):
    assert list(complaints(asker, row)) == []


@pytest.mark.parametrize("row", [row for row in ROWS if row.cell("guest") == "none"], ids=lambda row: row.id)
def test_what_is_foreign_and_what_is_nowhere_get_the_same_answer(asker, row):
    if not names_an_object(asker.app, row.endpoint):
        return
    for role in ("village_official", "township_official", "farmer", "buyer"):
        beyond = PLACES.get(row.cell(role), (None, None))[1]
        if beyond is None:
            continue
        # the first answer of a session may set its cookie
        asker.ask(row, role, beyond)
        foreign, missing = asker.ask(row, role, beyond), asker.ask(row, role, beyond, missing=True)
        assert foreign.status == missing.status == 404, (role, foreign.path, foreign.status, missing.path, missing.status)
        assert foreign.without_itself == missing.without_itself, (role, foreign.path, missing.path)
