"""The control: with a policy taken away, or the question of whose an object is, the suite must complain."""

from dataclasses import replace

import pytest

from marketplace.web import policy as guard
from marketplace.web.policy import policy_of
from tests.permissions import matrix
from tests.permissions.asking import PLACES, complaints, leaks
from tests.permissions.objects import names_an_object

ROWS = matrix.read()
COUNTY = "360321"
#: Where a second guard stands behind the first, a query cut to the person's areas: the module whose areas are widened as well.
GUARDED_TWICE = {
    "income.new_payout": "marketplace.income.views.payouts",
    "income.record_payout": "marketplace.income.views.payouts",
}
#: Lists whose modules are asked to give everybody the whole county.
LISTS = {
    "assistance.households": "marketplace.assistance.views.households",
    "farmers.sellers": "marketplace.farmers.views.office",
    "income.payouts": "marketplace.income.views.payouts",
    "income.disputes": "marketplace.income.views.disputes",
    "products.queue": "marketplace.products.views.office",
    "tours.queue": "marketplace.tours.views.office",
    "tours.office_departures": "marketplace.tours.views.departures",
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_policy_taken_away_is_noticed(asker, row):
    view = asker.app.view_functions[row.endpoint]
    kept = policy_of(asker.app, row.endpoint)
    view.policy = replace(kept, public=False, signed_in=True) if kept.public else replace(kept, public=True)
    try:
        assert next(complaints(asker, row), None)
    finally:
        view.policy = kept


@pytest.mark.parametrize("row", [row for row in ROWS if row.cell("guest") == "none"], ids=lambda row: row.id)
def test_an_object_given_to_anybody_is_noticed(asker, row, monkeypatch):
    roles = [role for role in matrix.COLUMNS if PLACES.get(row.cell(role), (None, None))[1]]
    if not roles or not names_an_object(asker.app, row.endpoint):
        return
    monkeypatch.setattr(guard, "_covers", lambda *_: True)
    if row.endpoint in GUARDED_TWICE:
        monkeypatch.setattr(f"{GUARDED_TWICE[row.endpoint]}.reachable_areas", lambda: (COUNTY,))
    assert next(complaints(asker, row, roles), None)


@pytest.mark.parametrize("role", ["village_official", "county_official", "farmer", "auditor"])
def test_a_role_slipped_into_a_policy_is_noticed(asker, role):
    """A sample of narrower mistakes: one role too many."""
    for row in [row for row in ROWS if row.cell(role) == "none"][::9]:
        asker.world.restore()
        view = asker.app.view_functions[row.endpoint]
        kept = policy_of(asker.app, row.endpoint)
        view.policy = replace(kept, reach={**kept.reach, role: guard.Reach.ALL})
        try:
            assert next(complaints(asker, row, [role]), None), row.id
        finally:
            view.policy = kept


@pytest.mark.parametrize("endpoint", LISTS)
def test_a_list_not_cut_to_the_reader_is_noticed(asker, monkeypatch, endpoint):
    row = next(row for row in ROWS if row.endpoint == endpoint and row.method == "GET")

    def whole_county():
        guard.reachable_areas()
        return (COUNTY,)

    assert leaks(asker, row, "village_official" if row.cell("village_official") != "none" else "township_official") == []
    monkeypatch.setattr(f"{LISTS[endpoint]}.reachable_areas", whole_county)
    assert leaks(asker, row, "village_official" if row.cell("village_official") != "none" else "township_official")
