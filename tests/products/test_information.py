"""What farmers are told: searches that missed, without words before enough looked for them; and notes on growing."""

import datetime as dt

import pytest
import structlog
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace.areas import queries as areas
from marketplace.areas import services as area_services
from marketplace.areas.refusals import UnknownArea
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput, NotThere
from marketplace.products import queries, services
from marketplace.products.models import AgronomyNote, MissedSearch
from marketplace.products.rules import countable_term
from marketplace.products.values import LEAST_TOLD
from marketplace.web.db import reader, write_beside
from tests.farmers import places
from tests.farmers.places import SEALER, enter, official
from tests.products.goods import on_sale, village

NOW = dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("typed", "counted"),
    [
        ("土鸡蛋", "土鸡蛋"),
        ("  Lotus   Seed ", "lotus seed"),
        ("Ｌｏｔｕｓ", "lotus"),
        ("茶2号", "茶2号"),
        ("茶", None),
        ("", None),
        ("!!!", None),
        ("13900000011", None),
        ("张三13900000011", None),
        ("a@b.cn", None),
        ("请问刘金莲家的莲子还有没有货卖", None),
    ],
)
def test_only_what_may_be_a_name_of_goods_is_counted(typed, counted):
    assert countable_term(typed) == counted


def search(session, words, times=1, at=NOW):
    with clock.stopped_at(at):
        for _ in range(times):
            services.count_missed_search(session, words=words, sealer=SEALER)
    session.expire_all()


def test_words_are_nowhere_until_enough_looked_for_them(session):
    search(session, "腊肉", LEAST_TOLD - 1)
    (row,) = session.scalars(select(MissedSearch))
    assert (row.searches, row.term) == (LEAST_TOLD - 1, None)
    assert "腊肉" not in row.term_index
    assert queries.wanted(session, ["2026-11"]) == ()
    search(session, " 腊肉 ")
    search(session, "土鸡蛋", LEAST_TOLD + 2)
    search(session, "13900000011", LEAST_TOLD)
    assert [(one.term, one.searches) for one in queries.wanted(session, ["2026-11"])] == [
        ("土鸡蛋", LEAST_TOLD + 2), ("腊肉", LEAST_TOLD),
    ]  # fmt: skip
    search(session, "腊肉", at=NOW + dt.timedelta(days=20))
    december = session.scalars(select(MissedSearch).where(MissedSearch.month == "2026-12")).one()
    assert december.term_index not in set(session.scalars(select(MissedSearch.term_index).where(MissedSearch.month == "2026-11")))
    session.commit()
    with pytest.raises(IntegrityError, match="told_by_enough"):
        session.execute(text("UPDATE missed_searches SET term = 'x' WHERE month = '2026-12'"))
    session.rollback()


def test_rare_searches_are_forgotten_when_their_month_is_over_and_all_after_a_year(session):
    search(session, "刘金莲")
    search(session, "腊肉", LEAST_TOLD)
    search(session, "腊肉", LEAST_TOLD, at=NOW - dt.timedelta(days=396))
    with clock.stopped_at(NOW):
        assert services.forget_rare_searches(session) == 1, "of the month that goes on nothing is forgotten"
    with clock.stopped_at(NOW + dt.timedelta(days=20)):
        assert services.forget_rare_searches(session) == 1
        assert services.forget_rare_searches(session) == 0
    assert session.scalars(select(MissedSearch.term)).all() == ["腊肉"]


def test_notes_of_a_month_come_first_with_the_house_then_from_the_county(session):
    by = places.person(session, "甲")
    services.load_categories(session)
    assert services.load_agronomy_notes(session) > 10
    assert services.load_agronomy_notes(session) == 0
    every_month = {month for note in queries.agronomy_notes(session) for month in note.months}
    assert every_month == set(range(1, 13)), "there is something to do in each month"
    first = queries.agronomy_notes(session, month=3)[0]
    with clock.stopped_at(NOW):
        note = services.state_note(
            session, category_code="rice", months=[4, 3, 3], zh="晒种两天", en="Dry it two days", by=by, replaces=first.id
        )
        shown = queries.agronomy_note(session, note.id)
        assert (shown.months, shown.words("zh"), shown.words("en")) == ((3, 4), "晒种两天", "Dry it two days")
        assert queries.agronomy_note(session, first.id) is None
        assert session.get(AgronomyNote, first.id).to_on == clock.today()
        for months in ([], [0], [13]):
            with pytest.raises(BadInput):
                services.state_note(session, category_code="rice", months=months, zh="x", en="x", by=by)
        with pytest.raises(NotThere):
            services.end_note(session, note_id=first.id, by=by)
        services.end_note(session, note_id=note.id, by=by)
        assert queries.agronomy_note(session, note.id) is None


def test_a_search_that_misses_is_counted_beside_the_page_and_leaves_no_trace_in_the_browser(client, writing, app):
    place = village(writing, app.extensions["sealer"])
    for _ in range(3):
        on_sale(writing, place)
    writing.commit()

    def rows():
        writing.commit()
        return {row.searches for row in writing.scalars(select(MissedSearch))}

    client.get("/search?q=莲子")
    assert rows() == set(), "three were found"
    answer = client.get("/search?q=腊肉")
    assert "Set-Cookie" not in answer.headers
    client.head("/search?q=腊肉")
    client.get("/search?q=腊肉&after=5")
    client.get("/search?q=13900000011")
    assert rows() == {1}


def test_the_county_changes_notes_on_a_page_and_others_read_them(client, writing, app):
    village(writing, app.extensions["sealer"])
    services.load_agronomy_notes(writing)
    county, town = official(writing, "county_official", "360321"), official(writing, "township_official", "360321101")
    writing.commit()
    enter(client, town)
    assert "Dry the seed in the sun" in client.get("/office/agronomy").text
    assert client.get("/office/agronomy/new").status_code == 403
    enter(client, county)
    note = queries.agronomy_notes(writing)[0]
    given = {"category": "rice", "zh": "晒种两天", "en": "Dry it for two days"}
    assert "Choose the months it is for." in client.post(f"/office/agronomy/{note.id}", data=given).text
    assert client.post(f"/office/agronomy/{note.id}", data={**given, "months": ["3"]}).status_code == 303
    page = client.get("/office/agronomy").text
    assert "Dry it for two days" in page
    assert "Dry the seed in the sun" not in page
    assert client.post(f"/office/agronomy/{note.id}/end").status_code == 404
    assert client.get(f"/office/agronomy/{note.id}").status_code == 404


def test_broadband_of_a_village_is_what_was_measured_last_by_a_day(session):
    places.county(session)

    def record(percent, on, village=places.VILLAGE):
        area_services.record_broadband(session, village_code=village, measured_on=on, households_percent=percent, source="年报")

    first, later = dt.date(2026, 1, 1), dt.date(2026, 6, 1)
    record(30, first)
    record(40, later)
    record(45, later)

    def found(area, on):
        return {code: one.households_percent for code, one in areas.broadband(session, area, on).items()}

    assert found("360321", later) == found(places.VILLAGE, later) == {places.VILLAGE: 45}
    assert found("360321101", later - dt.timedelta(days=1)) == {places.VILLAGE: 30}
    assert found("360321102", later) == found("360321", first - dt.timedelta(days=1)) == {}
    with pytest.raises(UnknownArea):
        record(50, later, "360321101")
    session.commit()
    with pytest.raises(IntegrityError, match="percent"):
        record(101, later)
    session.rollback()


def test_what_cannot_be_written_beside_a_page_is_left_undone_and_told_in_the_log(app):
    with app.test_request_context(), structlog.testing.capture_logs() as told:
        write_beside(lambda session: session.execute(text("SELECT 1 FROM nowhere")))
        assert reader().scalar(text("SELECT 1")) == 1
    assert [line["event"] for line in told] == ["not written beside the page"]
