"""The demonstration county, built small: its books balance on both engines, a second build is none, production never has one."""

import contextlib
import dataclasses
import datetime as dt
import re
import sqlite3

import pytest
from sqlalchemy import text

from marketplace.accounts import queries as accounts
from marketplace.app import create_app
from marketplace.areas import queries as areas
from marketplace.assistance import queries as assistance
from marketplace.demo.services import SIGN_INS, build_county, stands
from marketplace.demo.timeline import Timeline
from marketplace.demo.values import FULL, SMALL
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.db import make_engine, reading
from marketplace.media import illustrations
from marketplace.media.storage import DiskStore
from marketplace.payments.gateways import gateways_for
from marketplace.reports import queries as reports
from marketplace.reports.values import Period, Scope
from marketplace.tours import queries as tours
from marketplace.tours.values import TourKind
from marketplace.web.config import Settings
from marketplace.web.db import db
from tests.conftest import fresh_postgres

SEALER = Sealer({"k1": b"1" * 32}, "k1", b"2" * 32)
GATEWAYS = gateways_for(is_production=False)
TODAY = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
#: Smaller than the browser's tests need: these build it again and again.
TINY = dataclasses.replace(
    SMALL, villages=2, households=7, unregistered=1, sellers=4, firms=1, offers=12, pictures=2, purchases=16, buyers=6, visits=2,
    experiences=3, routes=1, days_ahead=24, bookings=8,
)  # fmt: skip
#: What the books say without naming anybody: references are drawn afresh each time.
BOOKS = """
SELECT t.kind, t.posted_at, e.amount_fen, substr(e.account, 1, 7)
FROM entries e JOIN transactions t ON t.id = e.transaction_id ORDER BY t.id, e.amount_fen, 4
"""
COUNTED = (
    "users", "households", "offers", "purchases", "refunds", "transactions", "visits", "audit_events", "images", "sites", "tours",
    "departures", "bookings", "booking_shares", "booking_refunds",
)  # fmt: skip


def said(_language, sentence):
    return sentence


def build(engine, folder, tell=lambda _words: None):
    with clock.stopped_at(TODAY):
        return build_county(engine, TINY, sealer=SEALER, gateways=GATEWAYS, store=DiskStore(folder), say=said, tell=tell)


def books(engine):
    with engine.connect() as connection:
        return sorted((kind, str(at)[:19], fen, side) for kind, at, fen, side in connection.execute(text(BOOKS)))


def counts(engine):
    with engine.connect() as connection:
        return {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in COUNTED}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("county")


@pytest.fixture(scope="module")
def on_sqlite(sqlite_template, folder):
    """A county on SQLite, built once for this file."""
    path = folder / "county.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{path}")
    assert build(engine, folder / "media") is True
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def on_postgres(postgres, folder):
    """The same on PostgreSQL."""
    with fresh_postgres(postgres) as url:
        engine = make_engine(url)
        assert build(engine, folder / "media-too") is True
        yield engine
        engine.dispose()


@pytest.mark.parametrize("where", ["on_sqlite", "on_postgres"])
def test_every_truth_of_the_house_holds_in_a_county_just_built_and_building_again_changes_nothing(request, app, where, tmp_path):
    engine = request.getfixturevalue(where)
    with reading(engine) as session, clock.stopped_at(TODAY):
        broken = {name: check(session) for name, check in app.extensions["checks"]}
        assert {name: rows for name, rows in broken.items() if rows} == {}
        assert stands(session)
    before = counts(engine)
    assert before["purchases"] >= 10
    assert before["transactions"] >= 10
    assert build(engine, tmp_path) is False
    assert counts(engine) == before


def test_the_same_dice_write_the_same_books_on_either_engine(on_sqlite, on_postgres):
    assert books(on_sqlite) == books(on_postgres)
    assert counts(on_sqlite) == counts(on_postgres)


def test_the_county_report_reaches_households_that_have_left_the_register(on_sqlite):
    """Everybody left by 2020, as in the country: who counted only those still on it would report that nobody was reached."""
    with reading(on_sqlite) as session, clock.stopped_at(TODAY):
        _figures, reach = reports.headline(session, "360321", Scope(Period("2026")))
        listed = reports.households_behind(
            session, "360321", Scope(Period("2026")), registered_only=True, sealer=SEALER, limit=100
        )
    assert reach.on_register == 0
    assert 0 < reach.registered == len(listed)


def test_the_lines_of_its_own_years_are_marked_as_examples_and_those_on_record_are_not(on_sqlite):
    with reading(on_sqlite) as session:
        lines = assistance.poverty_lines(session, range(2010, 2027))
    assert {year for year, line in lines.items() if line.is_example} == {2024, 2025, 2026}
    assert all("示例" in line.source for line in lines.values() if line.is_example)
    assert {2014, 2016, 2019} <= lines.keys()
    assert 2017 not in lines


def test_its_places_are_told_of_in_both_languages_and_their_rules_are_marked_as_examples(on_sqlite):
    with reading(on_sqlite) as session:
        places = tours.sites(session)
        known = areas.names(session)
    assert len(places) >= 32
    assert {"莲花一枝枪纪念馆", "莲花革命烈士纪念馆", "荷博园"} <= {place.name_zh for place in places}
    for place in places:
        assert place.is_example
        assert known[place.village_code]
        assert 2 <= place.story_zh.count("。") <= 4
        assert all((place.story_en, place.rule_zh, place.rule_en))
        assert place.picture in illustrations.SCENES
        assert not re.fullmatch(r"[\d\s-]*", place.contact)  # a telephone number alone would shut out who cannot hear


def test_its_route_is_operated_by_a_licensed_agency_and_has_dates_and_payees_of_the_villages(on_sqlite):
    with reading(on_sqlite) as session, clock.stopped_at(TODAY):
        cards = tours.tour_cards(session)
        (route,) = [tours.tour_by_id(session, tour_id=card.id) for card in cards if card.kind is TourKind.ROUTE]
        leaves = tours.departures_of_tour(session, tour_id=route.id, from_at=TODAY, to_at=TODAY + dt.timedelta(days=12))
    assert len(cards) == 4
    assert route.operator_seller_id == route.host_seller_id
    assert len({part.seller_id for part in route.components}) >= 3
    assert leaves
    assert all(0 <= leave.left <= route.most_people for leave in leaves)
    assert all(card.next_at for card in cards)


def test_the_helper_is_named_for_some_households_of_the_village_and_not_for_all(on_sqlite):
    phone = next(one.phone for one in SIGN_INS if one.key == "helper")
    with reading(on_sqlite) as session, clock.stopped_at(TODAY):
        helper = accounts.user_by_phone(session, phone)
        (area,) = (grant.area_code for grant in accounts.grants_of(session, helper.id))
        helped = assistance.households_helped_by(session, helper.id, (area,), clock.today())
        village = {household.id for household in farmers.households_in(session, [area])}
        farmer = accounts.user_by_phone(session, next(one.phone for one in SIGN_INS if one.key == "farmer"))
        (home,) = farmers.households_of_user(session, farmer.id)
        called = assistance.helper_contact(session, home, clock.today(), sealer=SEALER)
    assert called.phone == phone, "the desk of the farmer that can be tried calls the helper that can be tried"
    assert helped < village


def test_an_interrupted_build_leaves_nothing_behind(engine, tmp_path):
    class Pulled(Exception):
        pass

    def pull_the_plug(words):
        if words.startswith("register"):
            raise Pulled

    with pytest.raises(Pulled):
        build(engine, tmp_path, pull_the_plug)
    assert not any(counts(engine).values())


def test_each_kind_of_person_is_offered_at_the_door_and_gets_in(on_sqlite, folder, tmp_path):
    path = tmp_path / "county.db"
    with contextlib.closing(sqlite3.connect(folder / "county.db")) as there, contextlib.closing(sqlite3.connect(path)) as copy:
        there.backup(copy)
    app = create_app(
        Settings.from_environment(
            {"LOTUSFAIR_MODE": "demo", "LOTUSFAIR_DATA_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{path}"}
        )
    )
    page = app.test_client().get("/sign-in").text
    assert len(SIGN_INS) == len({one.key for one in SIGN_INS}) == 10
    for one in SIGN_INS:
        assert one.phone in page
        answer = app.test_client().post(
            "/sign-in", data={"phone": one.phone, "password": one.password}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        assert answer.status_code in (302, 303), one.key
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def test_production_never_builds_one(scratch, tmp_path, sqlite_template):
    path = tmp_path / "real.db"
    path.write_bytes(sqlite_template.read_bytes())
    secret = "a long secret of thirty-two letters and more"
    app = create_app(
        Settings.from_environment(
            {
                "LOTUSFAIR_MODE": "production", "LOTUSFAIR_DATA_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{path}",
                "LOTUSFAIR_SECRET_KEY": secret, "LOTUSFAIR_SEAL_KEY": secret[::-1],
            }
        )
    )  # fmt: skip
    told = app.test_cli_runner().invoke(args=["demo", "build", "--size", "small"])
    assert told.exit_code == 1
    assert "never built in production" in told.output
    assert "19900000001" not in app.test_client().get("/sign-in", base_url="https://localhost").text


def test_the_full_county_has_the_size_that_was_asked_for():
    assert (FULL.households, FULL.offers, FULL.pictures) == (300, 600, 60)
    assert FULL.buyers >= 300


def test_what_lies_ahead_of_today_never_happens():
    happened = []
    timeline = Timeline(TODAY)
    with clock.stopped_at(TODAY - dt.timedelta(days=2)):
        timeline.at(TODAY - dt.timedelta(days=1), lambda: happened.append("yesterday"))
        timeline.at(TODAY + dt.timedelta(days=1), lambda: happened.append("tomorrow"))
    assert timeline.run(lambda _done: None) == 1
    assert happened == ["yesterday"]
