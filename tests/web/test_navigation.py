"""The officials' side navigation: what waits behind its entries is asked in one query, however many they are."""

import datetime as dt
import importlib

from flask_login import login_user
from sqlalchemy import literal, select

from marketplace.app import PACKAGES
from marketplace.kernel import clock
from marketplace.web.identity import Visitor, visitor
from marketplace.web.nav import NavItem, office_nav
from tests.web.house import OTHER_TOWNSHIP, PEOPLE, VILLAGE
from tests.web.test_query_counts import statements


def entries_of(number):
    """Return entries for officials of a village, of which the nth has n things waiting in each area."""
    return tuple(
        NavItem("probe.areas", "Office", ("village_official",), lambda areas, n=n: select(literal(n * len(areas))), order=n)
        for n in range(1, number + 1)
    )


def seen_by(house, name, items):
    with house.test_request_context("/office/"), statements(house) as asked:
        login_user(Visitor(PEOPLE[name], name))
        shown = [entry.count for _heading, entries in office_nav(items) for entry in entries]
    return shown, len([statement for statement in asked if statement.startswith("SELECT")])


def test_the_navigation_costs_one_query_however_many_entries_it_has(house):
    assert seen_by(house, "village", entries_of(1)) == ([1], 1)
    assert seen_by(house, "village", entries_of(30)) == (list(range(1, 31)), 1)


def test_the_navigation_asks_nothing_for_whom_nothing_can_wait(house):
    uncounted = NavItem("probe.areas", "Office", ("village_official",))
    assert seen_by(house, "village", (uncounted,)) == ([0], 0)
    assert seen_by(house, "nowhere", entries_of(2)) == ([0, 0], 0)


def test_the_navigation_counts_only_in_the_areas_where_its_entry_is_for_the_person(house):
    for_both = NavItem(
        "probe.areas", "Office", ("village_official", "township_official"), lambda areas: select(literal(len(areas)))
    )
    of_village = NavItem("probe.areas", "Office", ("village_official",), lambda areas: select(literal("".join(areas))), order=60)
    shown, _ = seen_by(house, "both", (for_both, of_village))
    assert shown == [2, VILLAGE]


def test_the_question_is_built_once_for_whoever_asks_and_anew_for_another_person_and_on_another_day(house):
    built = []

    def count(areas):
        built.append((visitor().person.user_id, clock.today()))
        return select(literal(clock.today().day))

    items = (NavItem("probe.areas", "Office", ("village_official",), count),)
    for day in (1, 2):
        with clock.stopped_at(dt.datetime(2026, 9, day, 4, tzinfo=dt.UTC)):
            for name in ("village", "village", "both"):
                assert seen_by(house, name, items)[0] == [day]
    assert len(built) == len(set(built)) == 4


def test_everything_the_house_counts_is_asked_at_once_on_both_engines(session, app):
    modules = [
        importlib.import_module(f"marketplace.{name}.views")
        for name in PACKAGES
        if importlib.util.find_spec(f"marketplace.{name}.views")
    ]
    items = [item for module in modules for item in getattr(module, "OFFICE_NAV", ()) if item.count]
    with app.test_request_context("/office/"):
        login_user(Visitor(PEOPLE["village"], "village"))
        counts = [item.count((VILLAGE, OTHER_TOWNSHIP)).scalar_subquery() for item in items]
    assert len(counts) >= 14
    assert tuple(session.execute(select(*counts)).one()) == (0,) * len(counts)
