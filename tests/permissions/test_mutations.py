"""The control: with a policy taken away, or the question of whose an object is, the suite must complain."""

import sys
from dataclasses import replace

import pytest
from flask import request

from marketplace.web import policy as guard
from marketplace.web.policy import policy_of
from tests.permissions import matrix
from tests.permissions.asking import BEYOND, OWN, PLACES, complaints, named_beyond
from tests.permissions.objects import names_an_object

ROWS = matrix.read()
COUNTY = "360321"
#: Those whose reach ends within the county.
NARROW = ("farmer", "helper", "village_official", "task_force", "township_official")
#: Where a second guard stands behind the first, a query cut to the person's areas: the module whose areas are widened as well.
GUARDED_TWICE = {
    "income.new_payout": "marketplace.income.views.payouts",
    "income.record_payout": "marketplace.income.views.payouts",
}
#: Views that refuse whoever reaches no area, whatever their policy says: a role slipped in is turned away all the same.
REFUSED_AGAIN = frozenset({"assistance.propose"})
#: Pages that ask how far their reader reaches, and yet give away nothing more to whoever reaches everywhere: why.
NOTHING_MORE = {
    "income.prepare_batch": "prepares for an area, which it judges before, and shows nothing",
    "assistance.alerts": "counts alone, which tests/assistance compares with their rows; the lists they lead to are judged",
    "assistance.broadband": "figures of villages, by their names alone",
    "assistance.new_course": "an empty form; the area it names is judged when it is sent",
    "desk.information": "prices, searches and tasks that name nobody; a foreign household's reference leads to one's own",
    "farmers.match": "an empty form; the household it names is judged when it is sent",
    "grievances.overdue": "the list of complaints, cut in the same place, of which none is late in these places",
    "assistance.procedure_settings": "what the whole county settled, the same for all who may read it",
    "assistance.new_household": "an empty form; the village it names is judged when it is sent",
    "tours.calendar": "the one address of whoever asks",
    "reports.county": "leads to one's widest area, which is judged there",
    "reports.home": "the figures of one's widest area, which the report judges",
    "reports.excel_area": "figures beside the neighbours', which tests/reports compares",
    "reports.excel_poverty": "measures beside the neighbours', few households' hidden, which tests/reports compares",
    "reports.poverty": "measures beside the neighbours', few households' hidden, which tests/reports compares",
    "surveys.excel": "figures of an area, judged where one is named; few answers of others are hidden, as tests/surveys asks",
    "surveys.results": "figures of an area, judged where one is named; few answers of others are hidden, as tests/surveys asks",
    "surveys.template": "an empty sheet; the areas its rows name are judged when it is sent",
    **dict.fromkeys(GUARDED_TWICE, "the seller it names was judged before, and is asked for above"),
    **dict.fromkeys(
        (
            "reports.declared",
            "reports.excel_line",
            "reports.flow",
            "reports.flow_households",
            "reports.flow_times",
            "reports.household",
            "reports.ledger",
            "reports.ledger_list",
            "reports.line",
            "reports.lines",
            "reports.poverty_households",
            "reports.promotions",
            "reports.reached",
        ),
        "what the address names was judged before; the areas above it are links as far as one reaches",
    ),
}
#: (row, those for whom there is an object beyond their reach)
GUARDED = [
    (row, roles)
    for row in ROWS
    if row.cell("guest") != "public" and names_an_object(row)
    if (roles := [role for role in matrix.COLUMNS if PLACES.get(row.cell(role), (None, None))[1]])
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_policy_taken_away_is_noticed(asker, row):
    view = asker.app.view_functions[row.endpoint]
    kept = policy_of(asker.app, row.endpoint)
    view.policy = replace(kept, public=False, signed_in=True) if kept.public else replace(kept, public=True)
    try:
        assert next(complaints(asker, row), None)
    finally:
        view.policy = kept


def test_most_routes_that_mean_an_object_are_asked_with_the_guard_gone():
    assert len(GUARDED) >= 120


@pytest.mark.parametrize(("row", "roles"), GUARDED, ids=lambda each: getattr(each, "id", ""))
def test_an_object_given_to_anybody_is_noticed(asker, row, roles, monkeypatch):
    monkeypatch.setattr(guard, "_covers", lambda *_: True)
    monkeypatch.setattr(guard, "_is_known", lambda *_: True)
    if row.endpoint in GUARDED_TWICE:
        monkeypatch.setattr(f"{GUARDED_TWICE[row.endpoint]}.reachable_areas", lambda: (COUNTY,))
    assert next(complaints(asker, row, roles), None)


@pytest.mark.parametrize("role", ["village_official", "county_official", "farmer", "auditor"])
def test_a_role_slipped_into_a_policy_is_noticed(asker, role):
    """A sample of narrower mistakes: one role too many."""
    rows = [row for row in ROWS if row.cell(role) == "none"]
    for row in rows[::9]:
        if row.endpoint in REFUSED_AGAIN:
            continue
        asker.world.restore()
        view = asker.app.view_functions[row.endpoint]
        kept = policy_of(asker.app, row.endpoint)
        view.policy = replace(kept, reach={**kept.reach, role: guard.Reach.ALL})
        try:
            assert next(complaints(asker, row, [role]), None), row.id
        finally:
            view.policy = kept


def widen(monkeypatch, world):
    """Let everybody reach every place wherever a view cuts a list; return the endpoints that do, as they come to ask."""
    asking = set()
    everywhere = (COUNTY, *sorted({place.village for place in world.places.values()}))
    everybody = frozenset(place.household_id for place in world.places.values())

    def widened(cut, everything):
        def answer(**place):
            asking.add(request.endpoint)
            cut(**place)
            return everything

        return answer

    for name, everything in {
        "reachable_areas": everywhere, "my_households": everybody, "helped_households": everybody, "is_within_reach": True,
    }.items():  # fmt: skip
        cut = getattr(guard, name)
        for module in [module for found, module in sys.modules.items() if found.startswith("marketplace.")]:
            if getattr(module, name, None) is cut:
                monkeypatch.setattr(module, name, widened(cut, everything))
    return asking


def test_each_list_that_is_not_cut_to_the_reader_is_noticed(asker, monkeypatch):
    """Every page that asks how far its reader reaches gives away something foreign as soon as the answer is: everywhere."""
    asking, noticed = widen(monkeypatch, asker.world), set()
    for row in ROWS:
        for role in [role for role in NARROW if row.cell(role) in BEYOND]:
            answer = None if row.endpoint in noticed else asker.ask(row, role, OWN)
            if row.endpoint in asking - noticed and (
                named_beyond(asker, row, role, answer) or next(complaints(asker, row, [role]), None)
            ):
                noticed.add(row.endpoint)
        if asker.world.restore():
            asker.clients.clear()
    assert asking - noticed == set(NOTHING_MORE), (
        "let the county's places hold what such a page lists, or say why it gives away nothing"
    )
    assert len(noticed) >= 40
