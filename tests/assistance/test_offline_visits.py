"""Where a phone delivers the visits it kept: once for each key, with guarantees and photos, and the form that names nobody."""

import io
import re

import pytest
from PIL import Image as Picture
from sqlalchemy import select

from marketplace.assistance import services
from marketplace.assistance.models import GuaranteeCheck, Visit, VisitImage
from marketplace.kernel import clock
from tests.assistance.warned import NOW, TODAY, Village
from tests.farmers.places import OTHER_VILLAGE, VILLAGE, enter, official

KEY = "018f0000-0000-4000-8000-00000000000a"


@pytest.fixture
def village(writing, app):
    with clock.stopped_at(NOW):
        made = Village(writing, app.extensions["sealer"])
        made.home = made.household(is_registered=True)
        made.helper = official(writing, "helper", VILLAGE)
        services.assign_helper(
            writing, household_id=made.home.id, name="周小英", organisation="", on=TODAY, by=made.official, user_id=made.helper,
            sealer=app.extensions["sealer"],
        )  # fmt: skip
        made.other = made.household(OTHER_VILLAGE, is_registered=True)
        made.assess()
        writing.commit()
        yield made


def photograph():
    held = io.BytesIO()
    Picture.effect_noise((320, 240), 60).convert("RGB").save(held, "JPEG")
    held.seek(0)
    return held


def deliver(client, home, **fields):
    said = {"household": home.ref, "key": KEY, "visited_on": TODAY.isoformat(), "note": "房屋安全，饮水正常", **fields}
    return client.post("/desk/visits/send", data=said, headers={"Accept": "application/json"})


def test_a_kept_visit_is_delivered_once_with_what_was_seen_and_photographed(client, village):
    enter(client, village.helper)
    first = deliver(client, village.home, housing="met", water="unmet", photos=(photograph(), "a.jpg"))
    assert (first.status_code, first.json) == (201, {"ref": village.home.ref})
    assert deliver(client, village.home, housing="unmet", photos=(photograph(), "a.jpg")).status_code == 200
    visit = village.session.scalars(select(Visit)).one()
    assert (visit.by_user_id, visit.visited_on) == (village.helper, TODAY)
    assert "饮水" not in visit.note_sealed
    assert len(village.session.scalars(select(VisitImage)).all()) == 1
    seen = village.session.execute(select(GuaranteeCheck.guarantee, GuaranteeCheck.is_met)).all()
    assert sorted(map(tuple, seen)) == [("housing", True), ("water", False)]
    with village.session.no_autoflush:
        assert "water" in client.get(f"/office/households/{village.home.ref}").text.lower()


def test_what_cannot_be_taken_is_said_in_words_and_another_s_household_is_nowhere(client, village):
    enter(client, village.helper)
    for wrong, words in (
        ({"note": " "}, "Say in a sentence what you saw."),
        ({"visited_on": "2026-09-16"}, "The day must lie"),
        ({"visited_on": "2026-06-01"}, "within 92 days"),
        ({"visited_on": "x"}, "Write a day"),
        ({"key": "../etc"}, "Something in the form is not right."),
        ({"photos": (io.BytesIO(b"no picture"), "a.jpg")}, "Only photographs can be used"),
    ):
        answer = deliver(client, village.home, **wrong)
        assert (answer.status_code, words in answer.json["words"]) == (422, True), answer.json
    assert deliver(client, village.other).status_code == 404
    assert deliver(client, village.home, household="H0").status_code == 404
    assert village.session.scalars(select(Visit)).all() == []
    token = client.get("/desk/visits/ticket")
    assert token.json["csrf_token"]
    assert token.headers["Cache-Control"] == "private, no-store"


def test_the_form_that_a_phone_keeps_is_the_same_for_everybody_and_the_plan_takes_along_masked_names_alone(client, village):
    forms = []
    for reader in (village.helper, village.official):
        enter(client, reader)
        forms.append(re.sub(r'value="[^"]{60,}"', "", client.get("/desk/visits/note").text))
        plan = client.get("/desk/visits").text
        (along,) = re.findall(r'id="visit-homes">(.*?)</script>', plan)
        assert along.encode().decode("unicode_escape") == f'[{{"name": "刘**", "ref": "{village.home.ref}"}}]'
    assert forms[0] == forms[1]
    for household in (village.home, village.other):
        assert household.ref not in forms[0]
    assert "刘" not in forms[0]


def test_the_online_form_takes_the_same_and_moves_the_next_visit_on(client, village):
    enter(client, village.official)
    address = f"/office/households/{village.home.ref}/visit"
    assert "Not looked at" in client.get(address).text
    form = {"key": KEY, "visited_on": TODAY.isoformat(), "note": "在家", "health": "unmet"}
    for _ in range(2):
        assert client.post(address, data=form).status_code == 303
    assert [row.is_met for row in village.session.scalars(select(GuaranteeCheck))] == [False]
    assert "No visit is due this month" in client.get("/desk/visits").text
