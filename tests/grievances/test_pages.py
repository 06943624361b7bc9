"""The pages: a guest brings and follows a complaint, officials answer it, and nobody learns who complained."""

import io
import re

import pytest
from PIL import Image

from marketplace.grievances import queries
from marketplace.grievances.services import Saying
from marketplace.grievances.values import Action, State
from tests.cast import TOWNSHIP, VILLAGE
from tests.farmers.places import enter
from tests.grievances.county import WORDS, answer, bring, county, look, step


@pytest.fixture
def cast(writing):
    return county(writing)


def signed_in(open_browser, user):
    browser = open_browser()
    browser.let_go()
    enter(browser, user.id)
    return browser


def form_of(page):
    return {"key": re.search(r'name="key" value="([^"]+)"', page.text)[1], "kind": "help", "area": VILLAGE, "words": WORDS}


def picture(shade):
    held = io.BytesIO()
    Image.new("RGB", (400, 300), (shade, 120, 80)).save(held, "JPEG")
    return io.BytesIO(held.getvalue()), f"{shade}.jpg"


def brought(client, **facts):
    """Bring one as a guest; return the page that shows number and code."""
    form = form_of(client.get(f"/grievances/new?town={TOWNSHIP}"))
    return client.post("/grievances/new", data=form | facts, content_type="multipart/form-data")


def number_and_code(page):
    return re.findall(r'class="figure" translate="no">([^<]+)<', page.text)


def test_a_guest_finds_the_way_brings_a_complaint_and_opens_it_again_from_another_phone(client, open_browser, writing, cast):
    assert "/grievances/" in client.get("/").text
    assert "琴亭镇" in client.get("/grievances/new?lang=zh").text
    page = brought(client, contact="13900000099", photos=[picture(10), picture(20)])
    number, code = number_and_code(page)
    assert page.headers["Cache-Control"] == "private, no-store"
    followed = client.get(f"/grievances/{number}")
    assert WORDS in followed.text
    assert "13900000099" not in followed.text
    assert len(look(writing, number).image_ids) == 2
    other = open_browser()
    away = other.get(f"/grievances/{number}")
    assert away.location == f"/grievances/find?number={number}"
    assert other.post("/grievances/find", data={"number": number, "code": "2222222222"}).status_code == 422
    assert other.post("/grievances/find", data={"number": number.lower(), "code": code}).location == f"/grievances/{number}"
    assert WORDS in other.get(f"/grievances/{number}").text
    other.post(f"/grievances/{number}/forget")
    assert other.get(f"/grievances/{number}").status_code == 303


def test_the_page_sent_twice_shows_the_same_number_and_code_and_what_is_wrong_stands_beside_its_field(client, writing, cast):
    form = form_of(client.get(f"/grievances/new?town={TOWNSHIP}"))
    first, again = (client.post("/grievances/new", data=form) for _ in range(2))
    assert number_and_code(first) == number_and_code(again)
    wrong = client.post("/grievances/new", data=form | {"words": "", "kind": "gossip", "area": TOWNSHIP})
    assert wrong.status_code == 422
    assert wrong.text.count('class="error"') == 2
    too_many = brought(client, photos=[picture(shade) for shade in range(4)])
    assert too_many.status_code == 400
    assert client.post("/grievances/new", data={"area": "36032"}).location == "/grievances/new"


def test_guesses_at_a_code_are_counted(client, writing, cast):
    number = bring(writing).ref
    tries = [client.post("/grievances/find", data={"number": number, "code": "2222222222"}).status_code for _ in range(11)]
    assert tries == [422] * 10 + [429]


def test_officials_take_it_up_answer_it_and_the_complainant_appeals(client, open_browser, writing, cast):
    number, _code = number_and_code(brought(client, contact="13900000099"))
    official, colleague = (signed_in(open_browser, user) for user in (cast.township_official, cast.county_official))
    assert number in official.get("/office/grievances").text
    case = official.get(f"/office/grievances/{number}")
    assert WORDS in case.text
    assert "13900000099" not in case.text
    take = {"accept-seen": "0", "accept-towards": str(cast.township_official.id)}
    assert official.post(f"/office/grievances/{number}/accept", data=take).status_code == 303
    assert "13900000099" in official.post(f"/office/grievances/{number}/contact").text
    assert colleague.post(f"/office/grievances/{number}/contact").status_code == 303
    stale = colleague.post(f"/office/grievances/{number}/refuse", data={"refuse-seen": "0", "refuse-words": "不予受理"})
    assert stale.status_code == 303
    official.post(f"/office/grievances/{number}/note", data={"note-seen": "1", "note-note": "只给同事看的话"})
    official.post(f"/office/grievances/{number}/investigate", data={"investigate-seen": "1"})
    ending = {"answer-seen": "2", "answer-words": "已补发大米两袋"}
    undecided = official.post(f"/office/grievances/{number}/answer", data=ending)
    assert undecided.status_code == 400
    assert 'id="f-answer-outcome-error"' in undecided.text
    official.post(f"/office/grievances/{number}/answer", data=ending | {"answer-outcome": "partial"})
    followed = client.get(f"/grievances/{number}").text
    assert "已补发大米两袋" in followed
    assert "只给同事看的话" not in followed
    paper = official.get(f"/office/grievances/{number}/print").text
    assert "刘建平" in paper
    assert "只给同事看的话" not in paper
    assert "13900000099" not in paper
    assert client.post(f"/grievances/{number}/appeal", data={"seen": "3", "words": ""}).status_code == 422
    assert client.post(f"/grievances/{number}/appeal", data={"seen": "3", "words": "米还是没有收到"}).status_code == 303
    assert look(writing, number).state is State.APPEALED
    # the county decides now: the township's page is gone
    assert official.get(f"/office/grievances/{number}").status_code == 404


def test_whoever_is_named_sees_neither_list_entry_nor_page_nor_count(client, open_browser, writing, cast):
    number, _code = number_and_code(brought(client, kind="conduct", subject_name="刘建平", photos=[picture(10)]))
    (image_id,) = look(writing, number).image_ids
    named = signed_in(open_browser, cast.township_official)
    assert number not in named.get("/office/grievances").text
    for address in (f"/office/grievances/{number}", f"/office/grievances/{number}/print"):
        assert named.get(address).status_code == 404
    colleague = signed_in(open_browser, cast.county_official)
    page = colleague.get(f"/office/grievances/{number}")
    shown = re.search(rf"/office/grievances/{number}/photos/\w+/\d+\.jpeg", page.text)[0]
    with colleague.get(shown) as sent:
        assert (sent.status_code, sent.headers["Cache-Control"]) == (200, "private, no-store")
    assert named.get(shown).status_code == 404
    assert queries.has_picture(writing, grievance_id=look(writing, number).id, image_id=image_id)


def test_an_account_keeps_a_complaint_without_telling_officials_whose_it_is(open_browser, writing, cast):
    buyer = signed_in(open_browser, cast.buyer)
    number, _code = number_and_code(brought(buyer, keep="yes"))
    alone, _code = number_and_code(brought(buyer))
    fresh = signed_in(open_browser, cast.buyer)
    listed = fresh.get("/grievances/").text
    assert number in listed
    assert alone not in listed
    assert WORDS in fresh.get(f"/grievances/{number}").text
    official = signed_in(open_browser, cast.township_official)
    assert "王雨" not in official.get(f"/office/grievances/{number}").text
    assert fresh.post(f"/grievances/{number}/withdraw", data={"seen": "0"}).status_code == 303
    assert look(writing, number).state is State.WITHDRAWN


def test_what_is_late_is_listed_and_the_county_sets_the_days(open_browser, writing, cast):
    county_official = signed_in(open_browser, cast.county_official)
    assert county_official.get("/office/grievances/overdue").status_code == 200
    days = {"accept_days": "2", "answer_days": "9", "appeal_days": "7", "final_days": "12"}
    sent = {f"help-{name}": value for name, value in days.items()} | {"help-level": "county"}
    assert county_official.post("/office/grievances/rules/help", data=sent).status_code == 303
    assert county_official.post("/office/grievances/rules/help", data=sent | {"help-answer_days": "0"}).status_code == 422
    assert county_official.post("/office/grievances/rules/gossip", data=sent).status_code == 404
    ref = bring(writing).ref
    assert look(writing, ref).handling_code == "360321"
    first = bring(writing, kind="goods").ref
    answer(writing, first, cast.township_official)
    step(writing, bring(writing, kind="goods").ref, Action.ACCEPT, cast.township_official, Saying())
    closed = county_official.get("/office/grievances?show=closed").text
    assert first in closed
    assert ref not in closed
    assert first not in county_official.get("/office/grievances?show=mine").text
