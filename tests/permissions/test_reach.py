"""Every route asked for by every kind of person: within their reach, one step beyond it, and without a part in it."""

import pytest

from tests.permissions import matrix
from tests.permissions.asking import BEYOND, PLACES, Rememberer, complaints, leaks
from tests.permissions.objects import names_an_object, parts_of

ROWS = matrix.read()


@pytest.fixture(scope="module")
def rememberer(county):
    return Rememberer(county)


@pytest.fixture
def once(asker, rememberer):
    """Whoever asks in the county as it was made, and does not ask twice."""
    return rememberer


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_each_person_is_answered_as_the_matrix_says(once, row):
    assert list(complaints(once, row)) == []


#: (row, those for whom there is an object beyond their reach)
FOREIGN = [
    (row, roles)
    for row in ROWS
    if row.cell("guest") == "none" and names_an_object(row)
    if (roles := [role for role in ("village_official", "farmer", "buyer") if PLACES.get(row.cell(role), (None, None))[1]])
]


#: What somebody of another area, another household or another buyer is refused under its own address.
ADDRESSED = (
    "household", "seller", "offer", "purchase", "bought", "order", "receipt", "surplus", "dispute", "refund", "to_send",
    "transfer", "payout", "hosted", "departure", "waiting_tour", "booking", "held", "queued", "slips", "answers", "account",
    "batch", "attempt", "bank_file", "result",
)  # fmt: skip


@pytest.mark.parametrize("what", ADDRESSED)
def test_each_thing_is_asked_for_by_those_beyond_whose_reach_it_lies(asker, what):
    place = asker.world.places["township"]
    paths = [
        parts_of(asker.app, asker.world, row.endpoint, row.route, place)[0]
        for row in ROWS
        if names_an_object(row) and any(PLACES.get(cell, (None, None))[1] for cell in row.cells)
    ]
    assert any(getattr(place, what) in path.split("/") for path in paths)


def test_most_routes_that_mean_an_object_are_asked_for_a_foreign_one():
    assert len(FOREIGN) >= 90


@pytest.mark.parametrize(("row", "roles"), FOREIGN, ids=lambda each: getattr(each, "id", ""))
def test_what_is_foreign_and_what_is_nowhere_get_the_same_answer(asker, row, roles):
    for role in roles:
        beyond = PLACES[row.cell(role)][1]
        # the first answer of a session may set its cookie
        asker.ask(row, role, beyond)
        foreign, missing = asker.ask(row, role, beyond), asker.ask(row, role, beyond, missing=True)
        assert foreign.status == missing.status == 404, (role, foreign.path, foreign.status, missing.path, missing.status)
        assert foreign.without_itself == missing.without_itself, (role, foreign.path, missing.path)


LISTED = [row for row in ROWS if row.method == "GET" and set(row.cells) & set(BEYOND)]


@pytest.mark.parametrize("row", LISTED, ids=lambda row: row.id)
def test_a_page_names_nothing_that_lies_beyond_its_reader(once, row):
    """Lists, counts, suggestions, downloads: whatever a page gathers is cut to the reader's reach."""
    roles = [
        role for role in ("farmer", "helper", "village_official", "task_force", "township_official") if row.cell(role) in BEYOND
    ]
    assert [leak for role in roles for leak in leaks(once, row, role)] == []


def test_the_county_sees_what_the_village_does_not(once):
    """The control: each name that must not appear is one that would, on some page that the narrower readers see as well."""
    seen = set()
    for row in LISTED:
        if row.cell("county_official") == "county":
            body = b"".join(once.ask(row, "county_official", place).body for place in ("own", "township"))
            seen |= {what for what, name in once.world.names_in("township").items() if name.encode() in body}
    assert seen == set(once.world.names_in("township"))


CROSSED = {
    "assistance.end_measure": "measure",
    "assistance.approve_ledger": "ledger_entry",
    "assistance.decline_measure": "plan",
    "assistance.sign_ourselves": "outcome",
    "assistance.leave_ourselves": "enrolment",
    "assistance.tick_member": "enrolment",
    "income.confirm_line": "line",
    "income.dispute_line": "line",
}


@pytest.mark.parametrize("endpoint", CROSSED)
def test_a_foreign_part_under_ones_own_whole_is_not_there(asker, endpoint):
    """The household is one's own, the line under it another's: the answer is that of a line that does not exist."""
    row = next(row for row in ROWS if row.endpoint == endpoint)
    role = "farmer" if row.cell("farmer") != "none" else "village_official"
    own, foreign = asker.world.places["own"], asker.world.places["township"]
    part, before = CROSSED[endpoint], asker.world.counts()
    kept = getattr(own, part)
    try:
        setattr(own, part, getattr(foreign, part))
        crossed = asker.ask(row, role, "own")
        setattr(own, part, 987654321)
        missing = asker.ask(row, role, "own")
    finally:
        setattr(own, part, kept)
    assert crossed.status == missing.status
    assert crossed.status in (303, 404)
    assert crossed.status == 303 or crossed.without_itself == missing.without_itself
    assert asker.world.counts() == before
