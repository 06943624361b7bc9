"""An erasure and whoever acts in the same moment, each in a process of its own, on both engines. With controls."""

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import AuditEvent
from marketplace.assistance import services as record
from marketplace.farmers import services as farmers
from marketplace.farmers.models import Household, MemberSpell
from marketplace.kernel import clock
from marketplace.kernel.crypto import Erased
from marketplace.privacy import queries, services
from marketplace.privacy.invariants import sealed_otherwise_of_erased
from marketplace.privacy.values import ErasureState
from marketplace.vault import queries as vault
from tests.farmers import places
from tests.farmers.places import SEALER
from tests.privacy import racers
from tests.races import race

pytestmark = pytest.mark.race
CROWD = 4
DECIDED = ("privacy.erased", "privacy.refused", "privacy.withdrawn")


@pytest.fixture
def asked(session):
    """A request that one official proposed: its reference, the household, officials of the county, the farmer, a visitor."""
    with clock.stopped_at(racers.NOW):
        places.county(session)
        first, second, third = (places.official(session, "county_official", "360321") for _ in range(3))
        farmer, visitor = places.person(session, "刘一"), places.official(session, "township_official", "360321101")
        home = farmers.open_household(session, entry=places.entry("L-9", phone="19900000077"), on=places.DAY, sealer=SEALER)
        farmers.match_user_to_household(session, household_id=home.id, user_id=farmer, by=first)
        record.record_visit(session, household_id=home.id, by=visitor, visited_on=clock.today(), note="去过", sealer=SEALER)
        request = services.ask_for_erasure(session, by=farmer, household_id=home.id)
        services.propose_erasure(session, ref=request, by=first)
        session.commit()
        return request, home.id, second, third, farmer, visitor


def decisions(session):
    session.rollback()
    return session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.action.in_(DECIDED)))


@pytest.mark.parametrize("rival", ["approve", "withdraw"])
def test_of_those_who_decide_at_once_one_counts_and_what_it_says_is_done(session, asked, database_url, rival):
    request, home, second, third, farmer, _visitor = asked
    deeds = [("approve", second), (rival, farmer if rival == "withdraw" else third)]
    assert race(racers.decide_at_once, database_url, (request, deeds), crowd=CROWD, tries=1) == CROWD - 1
    assert decisions(session) == 1
    state = queries.request_by_ref(session, request).state
    assert state is ErasureState.ERASED or (rival == "withdraw" and state is ErasureState.WITHDRAWN)
    household = session.get(Household, home)
    is_gone = (household.erased_at is not None, vault.is_erased(session, f"household/{household.ref}"))
    assert is_gone == (state is ErasureState.ERASED,) * 2


@pytest.mark.breaks_truths("the control decides what it saw", "privacy:")
def test_without_the_conditional_update_every_official_erases(session, asked, database_url):
    request, _home, second, third, _farmer, _visitor = asked
    deeds = [("approve", second), ("approve", third)]
    race(racers.decide_as_seen, database_url, (request, deeds), crowd=CROWD, tries=1)
    assert decisions(session) == CROWD


def test_what_is_written_while_a_household_is_erased_is_refused_or_unreadable_with_the_rest(session, asked, database_url):
    request, home, second, _third, _farmer, visitor = asked
    race(racers.write_while_erased, database_url, (request, home, second, visitor), crowd=CROWD, tries=1)
    session.rollback()
    assert queries.request_by_ref(session, request).state is ErasureState.ERASED
    assert sealed_otherwise_of_erased(session) == []
    for spell in session.scalars(select(MemberSpell).where(MemberSpell.household_id == home)):
        assert spell.id_index.startswith("erased/")
        with pytest.raises(Erased):
            vault.opener(session, SEALER, [spell.name_sealed]).open(spell.name_sealed, f"member_spells/name/{spell.ref}")


@pytest.mark.breaks_truths("the control writes what was sealed before the erasure", "privacy:")
def test_whoever_writes_on_what_they_saw_leaves_names_that_can_be_read(session, asked, database_url):
    request, home, second, _third, _farmer, visitor = asked
    race(racers.write_as_seen, database_url, (request, home, second, visitor), crowd=3, tries=1)
    session.rollback()
    left = sealed_otherwise_of_erased(session)
    assert {(table, column) for table, column, _row in left} == {("member_spells", "name_sealed"), ("member_spells", "id_sealed")}
    assert len(left) == 4
