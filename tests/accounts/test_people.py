"""Accounts and roles: who may grant what, and where one role checks another."""

import datetime as dt

import pytest
from sqlalchemy.exc import IntegrityError

from marketplace.accounts import queries, rules, services
from marketplace.accounts.models import RoleGrant
from marketplace.accounts.refusals import (
    GrantedToOneself,
    LastOneStanding,
    MayNotGrant,
    PhoneRefused,
    PhoneTaken,
    RoleNeedsArea,
    RolesClash,
)
from marketplace.accounts.values import ON_AN_AREA, Actor, Grant, Role
from marketplace.areas.refusals import UnknownArea
from marketplace.kernel import clock
from tests.accounts.truths import breaches
from tests.cast import COUNTY, OTHER_TOWNSHIP, OTHER_VILLAGE, TOWNSHIP, VILLAGE, build_cast


@pytest.fixture
def cast(session):
    made = build_cast(session)
    session.commit()
    return made


def test_the_cast_breaks_no_truth(session, cast):
    services.link_trail(session)
    assert breaches(session) == []


def test_one_number_has_one_account(session, cast):
    with pytest.raises(PhoneTaken):
        services.create_user(session, name="别人", phone=cast.buyer.phone)


@pytest.mark.parametrize(
    "phone", ["", "12900000001", "1390000001", "139000000011", "１３９０００００００１", "13900000001\n", "+8613900000001"]
)
def test_what_is_no_mobile_number_is_refused(session, phone):
    with pytest.raises(PhoneRefused):
        services.create_user(session, name="某人", phone=phone)


def test_nobody_grants_a_role_to_themselves(session, cast):
    with pytest.raises(GrantedToOneself):
        services.grant_role(
            session, user_id=cast.county_official.id, role=Role.VILLAGE_OFFICIAL, area_code=VILLAGE, by=cast.county_official.id
        )


def test_the_database_too_refuses_a_role_granted_to_oneself(session, cast):
    key = cast.buyer.id
    session.add(RoleGrant(user_id=key, role="helper", area_code=VILLAGE, from_on=clock.today(), granted_by=key))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


@pytest.mark.parametrize(
    "granter", ["township_official", "village_official", "task_force", "auditor", "helper", "farmer", "buyer"]
)
@pytest.mark.parametrize(
    "role", [Role.VILLAGE_OFFICIAL, Role.TOWNSHIP_OFFICIAL, Role.COUNTY_OFFICIAL, Role.AUDITOR, Role.TASK_FORCE]
)
def test_only_the_county_makes_officials(granter, role):
    held = {
        "township_official": [Grant(Role.TOWNSHIP_OFFICIAL, TOWNSHIP)],
        "village_official": [Grant(Role.VILLAGE_OFFICIAL, VILLAGE)], "task_force": [Grant(Role.TASK_FORCE, TOWNSHIP)],
        "auditor": [Grant(Role.AUDITOR, COUNTY)],
        "helper": [Grant(Role.HELPER, VILLAGE)], "farmer": [], "buyer": [],
    }[granter]  # fmt: skip
    area = {Role.COUNTY_OFFICIAL: COUNTY, Role.AUDITOR: TOWNSHIP, Role.TOWNSHIP_OFFICIAL: TOWNSHIP}.get(role, VILLAGE)
    assert not rules.may_grant(held, role, area)
    assert rules.may_grant([Grant(Role.COUNTY_OFFICIAL, COUNTY)], role, area)


def test_an_administrator_is_made_by_an_administrator_alone():
    assert not rules.may_grant([Grant(Role.COUNTY_OFFICIAL, COUNTY)], Role.ADMINISTRATOR, COUNTY)
    assert rules.may_grant([Grant(Role.ADMINISTRATOR, COUNTY)], Role.ADMINISTRATOR, COUNTY)


def test_a_township_grants_helpers_in_its_own_villages_alone(session, cast):
    by = cast.township_official.id
    services.grant_role(session, user_id=cast.buyer.id, role=Role.HELPER, area_code=VILLAGE, by=by)
    with pytest.raises(MayNotGrant):
        services.grant_role(session, user_id=cast.buyer.id, role=Role.HELPER, area_code=OTHER_VILLAGE, by=by)
    assert queries.grants_of(session, cast.buyer.id) == (Grant(Role.HELPER, VILLAGE),)


def test_a_grant_repeated_is_the_same_grant(session, cast):
    by = cast.county_official.id
    first = services.grant_role(session, user_id=cast.buyer.id, role=Role.HELPER, area_code=VILLAGE, by=by)
    assert services.grant_role(session, user_id=cast.buyer.id, role="helper", area_code=VILLAGE, by=by).id == first.id


@pytest.mark.parametrize(
    ("role", "area_code"),
    [(Role.COUNTY_OFFICIAL, VILLAGE), (Role.VILLAGE_OFFICIAL, COUNTY), (Role.VILLAGE_OFFICIAL, None), (Role.BUYER, VILLAGE)],
)
def test_a_role_is_held_on_an_area_of_its_size(session, cast, role, area_code):
    with pytest.raises(RoleNeedsArea):
        services.grant_role(session, user_id=cast.buyer.id, role=role, area_code=area_code, by=None)


def test_a_place_that_is_not_there_is_refused(session, cast):
    with pytest.raises(UnknownArea):
        services.grant_role(session, user_id=cast.buyer.id, role=Role.VILLAGE_OFFICIAL, area_code="360321101999", by=None)


def test_the_task_force_and_the_village_cadre_are_two_people_on_one_place(session, cast):
    with pytest.raises(RolesClash):
        services.grant_role(session, user_id=cast.task_force.id, role=Role.VILLAGE_OFFICIAL, area_code=VILLAGE, by=None)
    services.grant_role(session, user_id=cast.task_force.id, role=Role.VILLAGE_OFFICIAL, area_code=OTHER_VILLAGE, by=None)


@pytest.mark.parametrize("alone", [Role.AUDITOR, Role.ADMINISTRATOR])
@pytest.mark.parametrize("other", sorted(ON_AN_AREA - {Role.AUDITOR, Role.ADMINISTRATOR}))
def test_auditor_and_administrator_hold_no_other_office(alone, other):
    assert rules.clash([Grant(alone, COUNTY)], other, VILLAGE)
    assert rules.clash([Grant(other, VILLAGE)], alone, COUNTY)


def test_an_ended_grant_holds_no_more_and_its_devices_are_signed_out(session, cast):
    by = cast.county_official.id
    attempt = services.begin_attempt(session, kind="password", phone=cast.helper.phone, address="1.2.3.4", device="x")
    token = services.sign_in_with_password(session, attempt_id=attempt, user_id=cast.helper.id, device="x").token
    assert queries.actor_for_session(session, token).has(Role.HELPER)
    grant = queries.standing_grant(session, cast.helper.id, Role.HELPER, VILLAGE)
    services.revoke_role(session, grant_id=grant.id, by=by, reason="moved away")
    assert queries.grants_of(session, cast.helper.id) == ()
    assert queries.actor_for_session(session, token) is None
    services.revoke_role(session, grant_id=grant.id, by=by)
    services.grant_role(session, user_id=cast.helper.id, role=Role.HELPER, area_code=VILLAGE, by=by)
    assert queries.grants_of(session, cast.helper.id) == (Grant(Role.HELPER, VILLAGE),)


def test_a_foreign_grant_is_not_ended(session, cast):
    grant = queries.standing_grant(session, cast.other_village_official.id, Role.VILLAGE_OFFICIAL, OTHER_VILLAGE)
    with pytest.raises(MayNotGrant):
        services.revoke_role(session, grant_id=grant.id, by=cast.township_official.id)


def test_the_last_administrator_stays(session, cast):
    services.grant_role(session, user_id=cast.buyer.id, role=Role.ADMINISTRATOR, area_code=COUNTY, by=None)
    first = queries.standing_grant(session, cast.administrator.id, Role.ADMINISTRATOR, COUNTY)
    services.revoke_role(session, grant_id=first.id, by=cast.buyer.id)
    last = queries.standing_grant(session, cast.buyer.id, Role.ADMINISTRATOR, COUNTY)
    with pytest.raises(LastOneStanding):
        services.revoke_role(session, grant_id=last.id, by=None)


def test_a_grant_of_tomorrow_does_not_hold_today(session, cast):
    session.add(RoleGrant(user_id=cast.buyer.id, role="helper", area_code=VILLAGE, from_on=clock.today() + dt.timedelta(days=1)))
    session.flush()
    assert queries.grants_of(session, cast.buyer.id) == ()


def test_an_actor_acts_in_the_area_of_the_grant_and_all_below():
    actor = Actor(1, "刘", (Grant(Role.TOWNSHIP_OFFICIAL, TOWNSHIP), Grant(Role.HELPER, OTHER_VILLAGE)))
    assert actor.may_act_in(VILLAGE, Role.TOWNSHIP_OFFICIAL)
    assert not actor.may_act_in(OTHER_VILLAGE, Role.TOWNSHIP_OFFICIAL)
    assert actor.may_act_in(OTHER_VILLAGE, Role.TOWNSHIP_OFFICIAL, Role.HELPER)
    assert actor.areas_of(Role.TOWNSHIP_OFFICIAL, Role.HELPER) == (TOWNSHIP, OTHER_VILLAGE)
    assert not actor.has(Role.FARMER)
    assert actor.of_households({7}).has(Role.FARMER)


def test_the_list_of_grants_is_cut_to_the_area(session, cast):
    assert {row.user_id for row in queries.grants_in(session, (OTHER_TOWNSHIP,))} == {cast.other_village_official.id}
    assert len(queries.grants_in(session, (COUNTY,))) == 9
    assert queries.grants_in(session, ()) == []
