"""Households: opened, restated, matched, closed."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from marketplace.farmers import queries, services
from marketplace.farmers.invariants import CHECKS
from marketplace.farmers.models import MemberSpell
from marketplace.farmers.refusals import HouseholdClosed, MatchedByThemselves, PersonElsewhere
from marketplace.farmers.rules import plan_members
from marketplace.farmers.values import CloseReason
from tests.farmers.places import DAY, SEALER, county, entry, id_of, member, person

LATER = DAY.replace(month=6)


@pytest.fixture
def household(session):
    county(session)
    return services.open_household(session, entry=entry(phone="19900000001", crops=("水稻", "莲子")), on=DAY, sealer=SEALER)


@pytest.fixture(autouse=True)
def truths(session):
    yield
    session.flush()
    assert {name: list(find(session)) for name, find in CHECKS if find(session)} == {}


def test_an_opened_household_keeps_no_personal_field_in_clear(session, household):
    rows = session.execute(select(MemberSpell.__table__)).all()
    text = repr([tuple(row) for row in rows]) + repr((household.phone_sealed, household.phone_index))
    assert id_of(1) not in text
    assert "刘一" not in text
    assert "19900000001" not in text


def test_a_sealed_name_does_not_open_in_another_row(session, household):
    first, second = session.scalars(select(MemberSpell).order_by(MemberSpell.id)).all()
    first.name_sealed = second.name_sealed
    session.flush()
    with pytest.raises(Exception, match="member_spells/name"):
        queries.member_views(session, household.id, sealer=SEALER)
    session.rollback()


def test_the_card_shows_members_masked_with_the_head_first(session, household):
    views = queries.member_views(session, household.id, sealer=SEALER)
    assert [view.relation for view in views] == ["head", "spouse"]
    assert views[0].name_masked == "刘**"
    assert views[0].id_masked.startswith("3603*")
    assert queries.phone_masked(session, household, sealer=SEALER) == "199****0001"


def test_a_person_cannot_be_opened_in_a_second_household(session, household):
    with pytest.raises(PersonElsewhere):
        services.open_household(session, entry=entry("H2", members=(member(1),)), on=DAY, sealer=SEALER)


def test_the_database_itself_refuses_a_person_in_two_households(session, household):
    with pytest.raises(IntegrityError), session.begin_nested():
        services.open_households(session, entries=[entry("H2", members=(member(1),))], on=DAY, sealer=SEALER)


def test_the_database_itself_refuses_two_heads(session, household):
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(MemberSpell).where(MemberSpell.household_id == household.id).values(relation="head"))


def restate(session, household, *members, on=LATER):
    stated = {SEALER.blind(one.id_number, "id_number"): one for one in members}
    current = queries.current_members(session, [household.id], sealer=SEALER)[household.id]
    plan = plan_members(current, stated)
    services.restate_members(session, members=services.seal_members({household.id: (plan, stated)}, sealer=SEALER), on=on)
    session.expire_all()
    return plan


def test_a_changed_fact_closes_the_old_spell_and_opens_the_next(session, household):
    restate(session, household, member(1, health="chronic"), member(2, "spouse"))
    spells = session.scalars(select(MemberSpell).where(MemberSpell.relation == "head").order_by(MemberSpell.id)).all()
    assert [(spell.health, spell.to_on) for spell in spells] == [(None, LATER), ("chronic", None)]


def test_what_a_statement_leaves_empty_stands(session, household):
    restate(session, household, member(1, health="chronic"), member(2, "spouse"))
    plan = restate(session, household, member(1), member(2, "spouse"))
    assert plan.changed == ()


def test_who_is_not_named_is_absent_and_never_ended(session, household):
    plan = restate(session, household, member(1))
    assert len(plan.absent) == 1
    assert queries.member_counts(session, [household.id]) == {household.id: 2}


def test_a_new_head_leaves_the_absent_head_a_member(session, household):
    restate(session, household, member(2, "head"))
    present = [view for view in queries.member_views(session, household.id, sealer=SEALER) if view.to_on is None]
    assert sorted(view.relation for view in present) == ["head", "other"]


def test_heads_can_change_places(session, household):
    restate(session, household, member(2, "head"), member(1, "spouse"))
    present = [view for view in queries.member_views(session, household.id, sealer=SEALER) if view.to_on is None]
    assert sorted((view.relation, view.sex) for view in present) == [("head", "female"), ("spouse", "male")]


def test_a_phone_in_the_register_grants_nothing_until_an_official_matches_it(session, household):
    farmer, official = person(session), person(session)
    assert [one.id for one in queries.households_with_phone(session, "19900000001", sealer=SEALER)] == [household.id]
    assert queries.households_of_user(session, farmer) == frozenset()
    services.match_user_to_household(session, household_id=household.id, user_id=farmer, by=official)
    assert queries.households_of_user(session, farmer) == {household.id}


def test_nobody_matches_themselves(session, household):
    official = person(session)
    with pytest.raises(MatchedByThemselves):
        services.match_user_to_household(session, household_id=household.id, user_id=official, by=official)


def test_matching_twice_is_one_match_and_an_ended_match_grants_nothing(session, household):
    farmer, official = person(session), person(session)
    first = services.match_user_to_household(session, household_id=household.id, user_id=farmer, by=official)
    assert services.match_user_to_household(session, household_id=household.id, user_id=farmer, by=official).id == first.id
    services.end_match(session, household_id=household.id, user_id=farmer, by=official)
    assert queries.households_of_user(session, farmer) == frozenset()


def test_a_closed_household_keeps_its_people_and_takes_no_more_matches(session, household):
    farmer, official = person(session), person(session)
    services.close_household(session, household_id=household.id, reason=CloseReason.MOVED_AWAY, by=official)
    assert queries.member_counts(session, [household.id]) == {household.id: 2}
    with pytest.raises(HouseholdClosed):
        services.match_user_to_household(session, household_id=household.id, user_id=farmer, by=official)


def test_crops_no_longer_named_end_that_day(session, household):
    services.restate_crops(session, crops={household.id: ("莲子", "茶叶")}, on=LATER)
    assert queries.crops_of_household(session, household.id) == ("莲子", "茶叶")


def test_lists_keep_to_their_areas(session, household):
    assert [one.id for one in queries.households_in(session, ["360321101"])] == [household.id]
    assert queries.households_in(session, ["360321102"]) == []
    assert queries.households_in(session, []) == []
    assert [one.id for one in queries.households_in(session, ["360321"], number="H1")] == [household.id]
