"""The booklet of a household, what changed since a day, and a card that stays light however long the record grows."""

import datetime as dt
import gzip
import re

import pytest
from sqlalchemy import event, select

from marketplace.accounts.models import AuditEvent
from marketplace.assistance import services
from marketplace.assistance.labels import changes as labels
from marketplace.assistance.models import Visit
from marketplace.assistance.queries.changes import change_counts, changes
from marketplace.assistance.values import Guarantee, MeasureKind
from marketplace.assistance.values.changes import Happened, Part
from marketplace.farmers import services as farmers
from marketplace.kernel import clock, ids
from marketplace.web.db import db
from tests.farmers.places import SEALER, VILLAGE, county, enter, entry, id_of, member, official

NOON = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
FIRST = dt.date(2026, 3, 1)
SINCE = dt.date(2026, 6, 1)


def on_day(day):
    return clock.stopped_at(dt.datetime.combine(day, dt.time(4), dt.UTC))


def record(session, sealer=SEALER):
    """Make two households, one of them with rows that began, ended and were noted before and after a day."""
    county(session)
    by = official(session, "village_official", VILLAGE)
    with on_day(FIRST):
        household = farmers.open_household(session, entry=entry(), on=FIRST, sealer=sealer)
        other = entry(number="H2", members=(member(77),))
        neighbour = farmers.open_household(session, entry=other, on=FIRST, sealer=sealer)
        services.state_causes(session, household_id=household.id, main="illness", others=(), on=FIRST, by=by)
        old = services.start_measure(session, household_id=household.id, kind=MeasureKind.TRAINING, from_on=FIRST, by=by)
    for month in (7, 8):
        day = dt.date(2026, month, 3)
        with on_day(day):
            services.record_guarantee(
                session, household_id=household.id, guarantee=Guarantee.WATER, is_met=month == 8, on=day, by=by
            )
    with on_day(dt.date(2026, 9, 1)):
        services.end_measure(session, measure_id=old.id, to_on=dt.date(2026, 9, 1), by=by)
        day = dt.date(2026, 9, 1)
        services.start_measure(session, household_id=neighbour.id, kind=MeasureKind.TOURISM, from_on=day, by=by)
    return household, neighbour, by


def test_what_began_ended_or_was_noted_since_a_day_is_told_and_nothing_older(session):
    household, _neighbour, _by = record(session)
    with clock.stopped_at(NOON):
        found = changes(session, SINCE, household_id=household.id)
        counts = change_counts(session, SINCE, household_id=household.id)
    assert [(one.part, one.happened, one.on.month, one.code) for one in found] == [
        (Part.MEASURE, Happened.ENDED, 9, "training"),
        (Part.GUARANTEE, Happened.NOTED, 8, "water/met"),
        (Part.GUARANTEE, Happened.NOTED, 7, "water/unmet"),
    ]
    assert counts == {(Part.MEASURE, Happened.ENDED): 1, (Part.GUARANTEE, Happened.NOTED): 2}


def test_an_areas_changes_are_those_of_its_households_and_every_count_re_sums(session):
    household, neighbour, _by = record(session)
    with clock.stopped_at(NOON):
        for since in (FIRST, SINCE):
            counts = change_counts(session, since, area_code=VILLAGE)
            assert sum(counts.values()) == len(changes(session, since, area_code=VILLAGE, limit=500)) > 0
            for (part, happened), number in counts.items():
                assert len(changes(session, since, area_code=VILLAGE, parts=[part], happened=happened)) == number
            each = [change_counts(session, since, household_id=one.id) for one in (household, neighbour)]
            assert sum(sum(one.values()) for one in each) == sum(counts.values())
        assert change_counts(session, FIRST, area_code="360321102") == {}


def test_the_pages_of_a_list_hold_each_change_once_in_one_order(session):
    record(session)
    with clock.stopped_at(NOON):
        whole = changes(session, FIRST, area_code=VILLAGE, limit=500)
        paged = [
            one for start in range(0, len(whole), 2) for one in changes(session, FIRST, area_code=VILLAGE, limit=2, offset=start)
        ]
    assert paged == whole
    assert [one.on for one in whole] == sorted((one.on for one in whole), reverse=True)


def test_every_part_of_the_record_and_all_that_can_happen_to_it_has_its_words():
    assert labels.PART.keys() == set(Part)
    assert labels.HAPPENED.keys() == set(Happened)


@pytest.fixture
def house(app, writing):
    household, neighbour, by = record(writing, app.extensions["sealer"])
    people = {
        "village": by,
        "task_force": official(writing, "task_force", VILLAGE),
        "elsewhere": official(writing, "village_official", "360321102201"),
    }
    writing.commit()
    return household, neighbour, people


def test_only_a_printing_that_is_written_down_can_be_printed(client, house, writing):
    household, _neighbour, people = house
    address = f"/office/households/{household.ref}/booklet"
    enter(client, people["village"])
    looked = client.get(address).text
    assert '<div class="booklet no-print">' in looked
    assert f'action="{address}"' in looked
    assert not writing.scalars(select(AuditEvent).where(AuditEvent.action == "assistance.print_booklet")).all()
    answer = client.post(address)
    assert answer.headers["Cache-Control"] == "no-store"
    assert '<div class="booklet">' in answer.text
    lines = writing.scalars(select(AuditEvent).where(AuditEvent.action == "assistance.print_booklet")).all()
    assert [(line.user_id, line.object_ref, line.area_code) for line in lines] == [(people["village"], household.ref, VILLAGE)]
    assert answer.text.count(lines[0].after["number"]) >= 2
    for page in (looked, answer.text):
        assert "刘**" in page
        assert id_of(1) not in page
        assert "刘一" not in page
    enter(client, people["task_force"])
    assert f'action="{address}"' not in client.get(address).text
    assert client.post(address).status_code == 403
    enter(client, people["elsewhere"])
    assert client.get(address).status_code == client.post(address).status_code == 404


def test_what_changed_is_read_in_ones_own_area_and_its_counts_open_their_rows(client, house):
    household, _neighbour, people = house
    enter(client, people["village"])
    for address in (f"/office/households/{household.ref}/changes", f"/office/households/changes/{VILLAGE}"):
        page = client.get(f"{address}?since=2026-06-01&lang=en").text
        for link, number in re.findall(r'href="([^"]*part=[^"]*)">(\d+)<', page):
            rows = client.get(link.replace("&amp;", "&")).text
            body = re.findall(r"<tbody.*?</tbody>", rows, re.S)[1]
            assert body.count("<tr") == int(number), link
        assert "Basic medical care" not in page
        assert "Drinking water · Not met" in page
    assert client.get(f"/office/households/changes/{VILLAGE}?since=nonsense&page=99").status_code == 200
    assert client.get(f"/office/households/changes/{VILLAGE}?part=nonsense").status_code == 404
    enter(client, people["elsewhere"])
    assert client.get(f"/office/households/changes/{VILLAGE}").status_code == 404


def test_a_record_of_hundreds_of_rows_stays_a_light_card_of_as_many_queries(client, house, writing, app):
    household, _neighbour, people = house
    enter(client, people["village"])
    path = f"/office/households/{household.ref}"

    def asked():
        statements = []
        with app.app_context():
            engine = db.engines["reader"]
        event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
        answer = client.get(path)
        assert answer.status_code == 200
        return len(statements), answer

    def write(numbers):
        for number in numbers:
            ref, day = ids.reference("V", 12), dt.date(2026, 9, 1) - dt.timedelta(days=number)
            note = app.extensions["sealer"].seal(f"第{number}次走访，{ids.token(40)}", f"visits/note/{ref}")
            writing.add(
                Visit(
                    ref=ref, key=ref, household_id=household.id, by_user_id=people["village"], visited_on=day,
                    note_sealed=note, created_at=NOON,
                )
            )  # fmt: skip
            services.record_guarantee(
                writing, household_id=household.id, guarantee=Guarantee.WATER, is_met=True, on=day, by=people["village"]
            )
        writing.commit()

    with clock.stopped_at(NOON):
        write(range(1))
    before, _page = asked()
    with clock.stopped_at(NOON):
        write(range(1, 120))
    after, page = asked()
    assert after == before
    for answer in (page, client.get(f"{path}/booklet")):
        assert len(gzip.compress(answer.data, 6)) <= 14 * 1024
    seen, url = 0, path
    while url:
        text = client.get(url).text
        seen += len(re.findall(r"第\d+次走访", text))
        following = re.search(r'rel="next" href="([^"]*#visits)"', text)
        url = following[1].replace("&amp;", "&") if following else None
    assert seen == 120
