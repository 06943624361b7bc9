"""Erasure: who may ask and decide, what stands against it, what nobody reads afterwards, and what stays as it was."""

import datetime as dt

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from marketplace.accounts import services as accounts
from marketplace.accounts.models import AuditEvent, User
from marketplace.assistance import queries as assistance
from marketplace.assistance import services as record
from marketplace.assistance.models import ComparisonRow, CourseEnrolment
from marketplace.assistance.refusals import NothingToShow
from marketplace.assistance.values import MaskedField
from marketplace.assistance.values.courses import Audience, CourseDraft, CourseKind
from marketplace.assistance.values.procedures import ListKind
from marketplace.farmers import queries as farmers
from marketplace.farmers import services as farmer_verbs
from marketplace.farmers.models import Household, MemberSpell
from marketplace.farmers.refusals import StillSells
from marketplace.farmers.values import ConsentKind
from marketplace.kernel import clock
from marketplace.kernel.crypto import CannotOpen, Erased, Sealer
from marketplace.kernel.errors import NotThere
from marketplace.privacy import queries, refusals, services
from marketplace.privacy.values import Duty, ErasureState
from marketplace.vault import queries as vault
from marketplace.vault.models import SubjectKey
from marketplace.vault.refusals import SubjectErased
from marketplace.vault.services import destroy_key, sealers_of
from tests.farmers import places
from tests.farmers.places import SEALER, VILLAGE
from tests.orders import sales

NOW = dt.datetime(2026, 9, 14, 2, tzinfo=dt.UTC)


@pytest.fixture
def county(session):
    with clock.stopped_at(NOW):
        places.county(session)
        made = {
            "first": places.official(session, "county_official", "360321"),
            "second": places.official(session, "county_official", "360321"),
            "township": places.official(session, "township_official", "360321101"),
            "farmer": places.person(session, "刘一"),
        }
        home = farmer_verbs.open_household(session, entry=places.entry("L-9", phone="19900000077"), on=places.DAY, sealer=SEALER)
        farmer_verbs.match_user_to_household(session, household_id=home.id, user_id=made["farmer"], by=made["first"])
        farmer_verbs.give_consent(session, household_id=home.id, kind=ConsentKind.NAME, by=made["farmer"])
        record.record_visit(
            session, household_id=home.id, by=made["township"], visited_on=clock.today(), note="血压高，按时吃药", sealer=SEALER
        )
        session.commit()
        yield made | {"home": home.id, "ref": home.ref}


def card(session, county):
    session.expire_all()
    return assistance.household_card(session, county["home"], on=clock.today(), sealer=SEALER)


def erased(session, county):
    ref = services.ask_for_erasure(session, by=county["farmer"], household_id=county["home"])
    services.propose_erasure(session, ref=ref, by=county["township"])
    services.approve_erasure(session, ref=ref, by=county["first"], sealer=SEALER)
    session.commit()
    return ref


def sealed_of(session, county):
    """Return every sealed value of the household with its place."""
    spells = session.execute(
        select(MemberSpell.ref, MemberSpell.name_sealed, MemberSpell.id_sealed).where(MemberSpell.household_id == county["home"])
    ).all()
    found = [(row.name_sealed, f"member_spells/name/{row.ref}") for row in spells]
    found += [(row.id_sealed, f"member_spells/id_number/{row.ref}") for row in spells]
    notes = session.execute(text("SELECT ref, note_sealed FROM visits WHERE household_id = :home"), {"home": county["home"]})
    return found + [(row.note_sealed, f"visits/note/{row.ref}") for row in notes]


def opens(session, pairs):
    opening = vault.opener(session, SEALER, [sealed for sealed, _place in pairs])
    return [opening.open(sealed, place) for sealed, place in pairs]


def test_after_two_officials_decided_nobody_reads_who_it_was_and_the_card_says_so(session, county):
    erased(session, county)
    after = card(session, county)
    assert after.erased_at is not None
    assert [one.name_masked for one in after.members] == ["—", "—"]
    assert {one.id_masked for one in after.members} == {"—"}
    assert [one.note for one in after.visits] == [""]
    assert (after.phone_masked, after.register_number, after.closed_at) == (None, None, after.erased_at)
    with pytest.raises(Erased):
        opens(session, sealed_of(session, county))
    with pytest.raises(NothingToShow):
        record.unmask(
            session, household_id=county["home"], field=MaskedField.NAME, reason="想看一下", by=county["first"], sealer=SEALER,
            member_ref=after.members[0].ref,
        )  # fmt: skip
    assert farmers.households_of_user(session, county["farmer"]) == frozenset()
    assert farmers.standing_consents(session, [county["home"]]) == {}
    # whoever knows the ID number does not find the person by it, who may belong to another household now
    again = farmer_verbs.open_household(session, entry=places.entry("L-10"), on=places.DAY, sealer=SEALER)
    assert again.ref != county["ref"]


def test_no_list_of_a_course_or_of_another_register_leads_from_an_id_number_to_whom_was_erased(session, county):
    people = farmers.members_on_record(session, [county["home"]])[county["home"]]
    mine, index = SEALER.blind(places.id_of(1), "id_number"), "0" * 64
    kept = record.keep_list(
        session, kind=ListKind.CAR, source="车管所", as_of=clock.today(), sha256="1" * 64, by=county["first"],
        rows=[(mine, "小轿车一辆"), (index, "另一个人的车")],
    )  # fmt: skip
    draft = CourseDraft(
        CourseKind.TRAINING, "修剪", "Pruning", VILLAGE, "村部", NOW + dt.timedelta(days=3), 120, 9, Audience.EVERYBODY
    )
    course = record.open_course(session, draft=draft, by=county["first"], key="course")
    for _index, ref in people:
        record.enrol_in_course(session, course_id=course.id, household_id=county["home"], member_ref=ref, by=county["first"])
    erased(session, county)
    assert session.scalars(select(ComparisonRow.id_index).where(ComparisonRow.list_id == kept.id)).all() == [index]
    held = session.execute(select(CourseEnrolment.person_index, CourseEnrolment.member_ref)).all()
    assert sorted(held) == sorted((f"erased/{ref}", ref) for _index, ref in people), "the places stay, and who had them does not"


def test_a_copy_made_before_is_unreadable_without_the_key_and_readable_with_it(session, county):
    services.reseal_households(session, sealer=SEALER)
    session.commit()
    copy = sealed_of(session, county)
    kept_apart = session.scalar(select(SubjectKey.wrapped_sealed).where(SubjectKey.subject == f"household/{county['ref']}"))
    assert "刘一" in opens(session, copy)
    erased(session, county)
    with pytest.raises(Erased):
        opens(session, copy)
    # the control: where the key was not destroyed, the same copy opens
    session.execute(update(SubjectKey).values(wrapped_sealed=kept_apart, destroyed_at=None))
    assert "刘一" in opens(session, copy)
    session.rollback()


def test_a_value_under_the_master_key_would_still_open_so_it_is_sealed_anew_before_the_key_goes(session, county):
    name, place = next((sealed, place) for sealed, place in sealed_of(session, county) if "/name/" in place)
    assert name.startswith("k1.")
    destroy_key(session, f"household/{county['ref']}")
    assert opens(session, [(name, place)]) == ["刘一"]
    session.rollback()
    erased(session, county)
    assert not [sealed for sealed, _place in sealed_of(session, county) if not sealed.startswith("S")]


def test_neither_who_proposed_it_nor_whom_it_is_about_decides_and_what_was_decided_stays(session, county):
    ref = services.file_erasure(session, by=county["township"], household_id=county["home"])
    assert services.ask_for_erasure(session, by=county["farmer"], household_id=county["home"]) == ref
    with pytest.raises(refusals.NotOpen):
        services.approve_erasure(session, ref=ref, by=county["first"], sealer=SEALER)
    with pytest.raises(refusals.DecidedAlone):
        services.propose_erasure(session, ref=ref, by=county["farmer"])
    services.propose_erasure(session, ref=ref, by=county["first"])
    for by in (county["first"], county["farmer"]):
        with pytest.raises(refusals.DecidedAlone):
            services.approve_erasure(session, ref=ref, by=by, sealer=SEALER)
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE erasure_requests SET state = 'erased', decided_by = proposed_by, decided_at = asked_at"))
    session.rollback()
    services.approve_erasure(session, ref=ref, by=county["second"], sealer=SEALER)
    session.commit()
    for late in (services.refuse_erasure, services.withdraw_erasure):
        with pytest.raises(refusals.NotOpen):
            late(session, ref=ref, by=county["farmer"], **({"words": "太晚了吧"} if late is services.refuse_erasure else {}))
    with pytest.raises(refusals.ErasedAlready):
        services.ask_for_erasure(session, by=county["farmer"], household_id=county["home"])
    deeds = session.scalars(select(AuditEvent.action).where(AuditEvent.object_ref == county["ref"]).order_by(AuditEvent.id)).all()
    assert deeds[-4:] == ["privacy.ask", "privacy.proposed", "privacy.erased", "farmers.erase_household"]


def test_a_request_is_turned_down_with_words_or_taken_back_and_may_be_made_again(session, county):
    ref = services.ask_for_erasure(session, by=county["farmer"], household_id=county["home"])
    with pytest.raises(refusals.RefusalWordsNeeded):
        services.refuse_erasure(session, ref=ref, by=county["first"], words=" 否 ")
    services.refuse_erasure(session, ref=ref, by=county["first"], words="还有一笔款没有付清")
    second = services.ask_for_erasure(session, by=county["farmer"], household_id=county["home"])
    with pytest.raises(NotThere):
        services.withdraw_erasure(session, ref=second, by=county["township"])
    services.withdraw_erasure(session, ref=second, by=county["farmer"])
    states = [queries.request_by_ref(session, one).state for one in (ref, second)]
    assert states == [ErasureState.REFUSED, ErasureState.WITHDRAWN]
    assert opens(session, sealed_of(session, county)[:1]) == ["刘一"]


@pytest.mark.breaks_truths("money is said to have come as payments would", "payments.dues_paid_by_nothing")
def test_duties_stand_against_it_until_they_end(session):
    fair = sales.fair(session)
    home = session.scalar(select(Household.id).order_by(Household.id))
    official = places.official(session, "county_official", "360321")
    assert queries.duties_of_household(session, home) == (Duty.SELLS,)
    purchase = sales.place(session, [(fair.seed, 2)])
    sales.pay(session, purchase)
    assert set(queries.duties_of_household(session, home)) == {Duty.SELLS, Duty.OPEN_ORDER, Duty.RECENT_SALE}
    ref = services.file_erasure(session, by=official, household_id=home)
    with pytest.raises(refusals.DutyStands) as no:
        services.propose_erasure(session, ref=ref, by=fair.second_official)
    assert Duty.RECENT_SALE in no.value.params["duties"]
    with pytest.raises(StillSells):
        farmer_verbs.erase_household(session, household_id=home, by=official)
    session.commit()
    buyer = fair.buyer
    assert queries.duties_of_account(session, buyer) == ()
    assert queries.duties_of_account(session, official) == (Duty.OFFICE,)
    assert queries.duties_of_account(session, fair.village.farmer) == (Duty.HOUSEHOLD,)
    bought = sales.place(session, [(fair.rice, 1)], buyer_user_id=buyer)
    assert queries.duties_of_account(session, buyer) == (Duty.OPEN_ORDER,)
    assert bought.ref


def test_an_account_is_forgotten_and_what_it_bought_stands(session, county):
    user_id = places.person(session, "王雨", "19910000999")
    ref = services.ask_for_erasure(session, by=user_id)
    services.propose_erasure(session, ref=ref, by=county["first"])
    services.approve_erasure(session, ref=ref, by=county["second"], sealer=SEALER)
    session.commit()
    user = session.get(User, user_id)
    assert (user.name, user.phone, user.is_active) == ("—", None, False)
    # the number is free again, for whoever holds it
    assert accounts.create_user(session, name="王雨", phone="19910000999").id != user_id


def test_values_are_sealed_anew_in_batches_once_and_say_what_they_said(session, county):
    before = opens(session, sealed_of(session, county))
    assert services.reseal_households(session, sealer=SEALER, limit=1) == 3  # a name, a number, a telephone: one a column
    assert services.reseal_households(session, sealer=SEALER) == 2
    assert services.reseal_households(session, sealer=SEALER) == 0
    session.commit()
    assert opens(session, sealed_of(session, county)) == before
    assert {sealed[0] for sealed, _place in sealed_of(session, county)} == {"S"}
    assert farmers.household_phone(session, farmers.household(session, county["home"]), sealer=SEALER) == "19900000077"
    assert vault.keys_standing(session) == 1


def test_an_older_master_key_is_replaced_everywhere_and_no_longer_needed(session, county):
    services.reseal_households(session, sealer=SEALER)
    record.assign_helper(session, household_id=county["home"], name="周小英", organisation="县教育局", on=clock.today(),
                         by=county["first"], sealer=SEALER)  # fmt: skip
    session.commit()
    both = Sealer({**SEALER.keys, "k2": b"3" * 32}, "k2", SEALER.index_key)
    assert services.reseal_under_current(session, sealer=both) == 2  # the household's key, the helper's name
    assert services.reseal_under_current(session, sealer=both) == 0
    session.commit()
    alone = Sealer({"k2": b"3" * 32}, "k2", SEALER.index_key)
    pairs = sealed_of(session, county)
    opening = vault.opener(session, alone, [sealed for sealed, _place in pairs])
    assert "刘一" in [opening.open(sealed, place) for sealed, place in pairs]
    assert assistance.helper_contact(session, county["home"], clock.today(), sealer=alone).name == "周小英"
    with pytest.raises(CannotOpen):
        opens(session, pairs)  # the old key alone no longer unwraps


def test_nothing_is_sealed_for_whom_was_erased(session, county):
    erased(session, county)
    with pytest.raises(SubjectErased):
        sealers_of(session, [f"household/{county['ref']}"], sealer=SEALER)
    with pytest.raises(SubjectErased):
        record.record_visit(
            session, household_id=county["home"], by=county["township"], visited_on=clock.today(), note="又去过", sealer=SEALER
        )
    assert farmers.household(session, county["home"]).village_code == VILLAGE
