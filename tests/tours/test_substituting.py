"""Somebody steps in for a guide: what is not earned goes along to the fen, what is earned or given back stays, both are told."""

import datetime as dt
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from marketplace.accounts.models import AuditEvent
from marketplace.assistance import services as assistance
from marketplace.income import queries as income
from marketplace.income.queries import drills
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.ledger.queries import balance
from marketplace.messages.models import Message
from marketplace.tours import queries, refusals, services
from marketplace.tours.models import Substitution
from marketplace.tours.values import Role
from tests.farmers import places
from tests.income.sales import pay
from tests.tours import trips

UNTOLD = ("tours.visitors_not_told", "messages: nothing waits longer than a day")
pytestmark = [
    pytest.mark.usefixtures("stopped"),
    pytest.mark.breaks_truths("no worker runs here that would tell anybody", *UNTOLD),
]
AUGUST = dt.datetime(2026, 8, 26, 4, tzinfo=dt.UTC)


@pytest.fixture
def where(session):
    found = trips.county(session)
    yield found
    assert set(trips.breaches(session)) <= set(UNTOLD)


@pytest.fixture
def tour(session, where):
    return trips.route(session, where)


@pytest.fixture
def date(session, where, tour):
    return trips.leaves(session, tour)


@pytest.fixture
def guide(tour):
    return trips.part(tour, Role.GUIDE)


def figures(session, household_id, period="2026-09"):
    found = income.household_figures(session, household_id=household_id, period=period)
    return (found.gross_fen, found.refunds_fen, found.fees_fen, found.earned_fen, found.lines)


def share_of(session, view, component_id):
    shares = queries.booking_by_id(session, booking_id=view.id).shares
    return next(share for share in shares if share.component_id == component_id)


def run(session, date):
    """Let a date take place and be earned."""
    with clock.stopped_at(date.cutoff_at):
        services.close_due(session)
    with clock.stopped_at(date.ends_at + dt.timedelta(hours=24)):
        services.run_due(session)
        services.earn_due(session)


def test_what_was_paid_goes_along_and_both_months_say_so(session, where, tour, date, guide):
    with clock.stopped_at(AUGUST):
        trips.booked(session, tour, date, 2, fee_fen=480)
        assert figures(session, where.guide_id, "2026-08") == (20_000, 0, 720, 0, 1)
    assert trips.stepped_in(session, where, date, guide, where.host_seller) == 1
    assert figures(session, where.guide_id, "2026-08") == (20_000, 0, 720, 0, 1), "what a month said it says for good"
    assert figures(session, where.guide_id) == (-20_000, 0, -720, 0, -1)
    assert figures(session, where.guide_id, "2026") == (0, 0, 0, 0, 0)
    assert figures(session, where.host_id) == (20_000, 0, 720, 0, 1)
    run(session, date)
    assert figures(session, where.guide_id, "2026")[3] == 0
    homestay = 20_000 - 600 - 120
    assert figures(session, where.host_id, "2026") == (40_000, 0, 1_440, homestay + 19_280, 2)
    assert balance(session, f"payable/{trips.number_of(session, where.guide_seller)}/accrued") == 0


def test_the_lines_of_both_statements_and_of_the_area_sum_to_what_was_paid(session, where, tour, date, guide):
    trips.booked(session, tour, date, 2, fee_fen=480)
    trips.booked(session, tour, trips.leaves(session, tour, trips.START + dt.timedelta(days=1)), 3)
    before = income.totals(session, area_code="360321", period="2026-09")
    trips.stepped_in(session, where, date, guide, where.host_seller)
    whole = income.totals(session, area_code="360321", period="2026-09")
    assert whole == before, "the county has neither more nor less"
    assert whole == income.sum_of_lines(session, area_code="360321", period="2026-09")
    for household_id, fen in ((where.guide_id, 20_000), (where.host_id, 20_000 + 20_000 + 30_000)):
        month = income.statement(session, household_id=household_id, month="2026-09")
        assert month.total.gross_fen == fen
        assert sum(one.line.figures.gross_fen for one in month.lines) == fen


def test_the_substitute_has_a_standing_village_and_helper_of_its_own(session, where, tour, date, guide):
    helper = assistance.assign_helper(
        session, household_id=where.host_id, name="周小英", organisation="县教育局", on=trips.NOW.date(), by=where.official,
        sealer=trips.SEALER,
    )  # fmt: skip
    view = trips.booked(session, tour, date, 2)
    share = share_of(session, view, guide)
    trips.stepped_in(session, where, date, guide, where.host_seller)
    was, now = (sale(session, f"booking_share/{share.id}{turn}") for turn in ("", "/1"))
    assert (was.household_id, was.village_code, was.helper_id, was.stage) == (
        where.guide_id,
        places.OTHER_VILLAGE,
        None,
        "passed_on",
    )
    assert (now.household_id, now.village_code, now.helper_id, now.stage) == (where.host_id, places.VILLAGE, helper.id, "accrued")
    assert (now.measure, now.income_category) == ("culture", "wage")
    assert was.figures.net_fen == 0
    assert [each.kind for each in was.movements] == ["accrued", "fee_platform", "passed_on", "fee_platform_back"]


def sale(session, source):
    found = [drills.sale(session, number) for number in range(1, 10)]
    return next(one for one in found if one is not None and one.source == source)


def test_what_went_back_before_stays_and_what_goes_back_later_comes_from_the_substitute(session, where, tour, date, guide):
    view = trips.booked(session, tour, date, 4, fee_fen=960)
    first, second = (ticket.id for ticket in view.tickets[:2])
    services.cancel_people(session, key="a", booking_id=view.id, ticket_ids=[first], by=None)
    trips.sent_back(session, view)
    services.cancel_people(session, key="b", booking_id=view.id, ticket_ids=[second], by=None)  # still on its way
    trips.stepped_in(session, where, date, guide, where.host_seller)
    assert figures(session, where.guide_id)[:3] == (5_000, 5_000, 0), "what went back leaves nothing, and costs nothing"
    trips.sent_back(session, view)
    assert figures(session, where.guide_id)[:3] == (5_000, 5_000, 0)
    run(session, date)
    now = sale(session, f"booking_share/{share_of(session, view, guide).id}/1").figures
    assert (now.gross_fen, now.refunds_fen, now.fees_fen, now.earned_fen) == (15_000, 5_000, 300 + 120, 9_580)


def test_nobody_who_steps_in_bears_a_cancellation_of_before(session, where, tour, date, guide):
    gone, stays = (
        trips.booked(session, tour, date, 2, fee_fen=480),
        trips.booked(session, tour, trips.leaves(session, tour, trips.START + dt.timedelta(days=1)), 2),
    )
    services.cancel_booking(session, key="c", booking_id=gone.id, by=None)
    assert trips.stepped_in(session, where, date, guide, where.host_seller) == 0
    trips.sent_back(session, gone)
    assert figures(session, where.guide_id)[2] == 720 - 600 + 600, "the gateway keeps its fee, from whoever was to guide"
    assert share_of(session, stays, guide).seller_id == where.guide_seller, "another date has its own guide"


def test_who_books_or_pays_afterwards_pays_the_substitute(session, where, tour, date, guide):
    waits = trips.held(session, tour, date, 2)
    trips.stepped_in(session, where, date, guide, where.host_seller)
    assert services.confirm_booking(session, booking_id=waits.id, gateway="offline", gateway_fee_fen=0, at=clock.now())
    assert figures(session, where.guide_id) == (0, 0, 0, 0, 0)
    assert figures(session, where.host_id)[0] == 40_000


def test_a_booking_made_after_the_swap_names_the_substitute_and_its_area(session, where, tour, date, guide):
    before = trips.booked(session, tour, date, 2)
    other = trips.leaves(session, tour, trips.START + dt.timedelta(days=1))
    trips.stepped_in(session, where, other, guide, where.host_seller)
    after = trips.booked(session, tour, other, 2)
    assert share_of(session, after, guide).seller_id == where.host_seller
    assert (before.area_code, after.area_code) == (places.VILLAGE[:9], places.VILLAGE), "the smallest that holds all who are paid"
    trips.stepped_in(session, where, date, guide, where.host_seller)
    assert queries.booking_by_id(session, booking_id=before.id).area_code == places.VILLAGE


def test_a_booking_that_moves_to_another_date_pays_who_works_there(session, where, tour, date, guide):
    other = trips.leaves(session, tour, trips.START + dt.timedelta(days=1))
    view = trips.booked(session, tour, date, 2)
    trips.stepped_in(session, where, date, guide, where.host_seller)
    services.move_to(session, booking_id=view.id, departure_ref=other.ref, by=None)
    assert share_of(session, view, guide).seller_id == where.guide_seller
    assert figures(session, where.guide_id)[0] == 20_000
    services.move_to(session, booking_id=view.id, departure_ref=date.ref, by=None)
    assert share_of(session, view, guide).seller_id == where.host_seller
    assert figures(session, where.guide_id)[0] == 0


def test_only_what_is_not_earned_yet_goes_along(session, where):
    tour = trips.experience(session, where)
    picking = trips.part(tour, Role.PICKING)
    date = trips.leaves(session, tour)
    done, waits = trips.booked(session, tour, date, 2), trips.booked(session, tour, date, 3)
    services.cancel_people(session, key="p", booking_id=waits.id, ticket_ids=[waits.tickets[0].id], by=None)
    run(session, date)  # the second booking waits for its refund
    assert share_of(session, done, picking).earned_at is not None
    assert share_of(session, waits, picking).earned_at is None
    with clock.stopped_at(date.ends_at + dt.timedelta(hours=30)):
        assert trips.stepped_in(session, where, date, picking, where.guide_seller) == 1
        trips.sent_back(session, waits)
        services.earn_due(session)
        assert figures(session, where.host_id)[0] == 17_600
        assert figures(session, where.guide_id)[0] == 26_400
        with pytest.raises(refusals.DepartureRuns):
            trips.stepped_in(session, where, date, picking, where.host_seller)


def test_what_a_substitute_earned_is_paid_out_to_it(session, where, tour, date, guide):
    trips.booked(session, tour, date, 2)
    trips.stepped_in(session, where, date, guide, where.host_seller)
    run(session, date)
    refs = {seller: trips.number_of(session, seller) for seller in (where.host_seller, where.guide_seller)}
    owed = {row.seller_ref: row.payable_fen for row in income.payables(session, ("360321",))}
    assert owed[refs[where.host_seller]] == 2 * 19_400
    assert refs[where.guide_seller] not in owed
    pay(session, SimpleNamespace(clerk=where.official, cashier=where.second), 2 * 19_400, seller=refs[where.host_seller])
    assert income.payables(session, ("360321",), seller_ref=refs[where.host_seller]) == []


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"reason": "  "}, refusals.ReasonNeeded),
        ({"seller_ref": "S000000"}, refusals.SubstituteUnknown),
        ({"component_id": 999}, NotThere),
        ({"departure_id": 999}, NotThere),
    ],
)
def test_what_makes_no_substitution_is_refused_by_name(session, where, date, guide, changed, refusal):
    wish = {
        "departure_id": date.id,
        "component_id": guide,
        "seller_ref": trips.number_of(session, where.host_seller),
        "reason": "病了",
    }
    with pytest.raises(refusal):
        services.substitute(session, **wish | changed, by=where.official, say=trips.said, sealer=trips.SEALER)
    assert session.scalar(select(func.count()).select_from(Substitution)) == 0


def test_nobody_steps_in_for_themselves_unapproved_or_by_their_own_word(session, where, tour, date, guide):
    trips.booked(session, tour, date, 2)
    with pytest.raises(refusals.SubstituteSame):
        trips.stepped_in(session, where, date, guide, where.guide_seller)
    with pytest.raises(refusals.SubstituteOwn):
        trips.stepped_in(session, where, date, guide, where.host_seller, by=where.host_farmer)
    assert trips.stepped_in(session, where, date, guide, where.host_seller) == 1
    assert trips.stepped_in(session, where, date, guide, where.host_seller) == 0, "sent twice, it is done once"
    assert trips.stepped_in(session, where, date, guide, where.guide_seller) == 1, "well again"
    assert figures(session, where.guide_id)[0] == 20_000
    assert figures(session, where.host_id)[0] == 20_000


def test_both_are_told_it_is_in_the_trail_and_nobody_changes_what_was_decided(session, where, tour, date, guide):
    told = session.scalar(select(func.count()).select_from(Message)) or 0
    trips.stepped_in(session, where, date, guide, where.host_seller)
    session.commit()
    assert session.scalar(select(func.count()).select_from(Message)) == told + 2
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.action, event.object_ref, event.user_id, event.reason) == (
        "tours.substitute",
        date.ref,
        where.official,
        "摔伤了脚",
    )
    (swap,) = queries.substitutions_of_departure(session, departure_id=date.id)
    assert (swap.from_seller_id, swap.to_seller_id, swap.by_user_id) == (where.guide_seller, where.host_seller, where.official)
    row = session.scalars(select(Substitution)).one()
    row.reason = "anders"
    with pytest.raises(DatabaseError, match="kept as it was written"):
        session.flush()
    session.rollback()


@pytest.mark.parametrize(
    ("lie", "truth"),
    [
        ("UPDATE booking_shares SET turn = 2 WHERE turn = 1", "tours.broken_attributions"),
        ("UPDATE booking_shares SET refunded_fen = 1 WHERE turn = 1", "tours.broken_attributions"),
        ("UPDATE booking_shares SET seller_id = (SELECT max(id) FROM sellers) WHERE turn = 1", "tours.shares_of_others"),
        ("UPDATE attributions SET stage = 'accrued' WHERE stage = 'passed_on'", "income: what sellers' sales say"),
        ("UPDATE attributions SET platform_fee_fen = 1 WHERE stage = 'passed_on'", "income: each sale's figures"),
    ],
)
def test_whatever_is_untrue_of_a_hand_over_is_noticed(session, where, tour, date, guide, lie, truth):
    trips.booked(session, tour, date, 2)
    trips.stepped_in(session, where, date, guide, where.host_seller)
    session.commit()
    session.execute(text(lie))
    assert any(name.startswith(truth) for name in trips.breaches(session))
    session.rollback()
