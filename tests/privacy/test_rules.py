"""Erasure: every state, action and party against the table written out by hand; no database."""

import itertools

from marketplace.privacy.rules import ERASURES, party_of
from marketplace.privacy.values import ErasureState
from marketplace.privacy.values.erasure import OPEN, ErasureAction, Party
from tests.moves import leads_nowhere_else, reached_from, written

TABLE = """
asked propose official proposed
asked refuse official refused
asked withdraw person withdrawn
proposed approve official erased
proposed refuse official,proposer refused
proposed withdraw person withdrawn
"""


def test_every_state_action_and_party_leads_where_the_table_says_and_nowhere_else():
    leads_nowhere_else(ERASURES, written(TABLE, ErasureState, ErasureAction, Party), ErasureState, ErasureAction, Party)
    assert reached_from(ERASURES, ErasureState.ASKED) == set(ErasureState)
    assert {state for state, _ in ERASURES.table} == set(OPEN), "what was decided stays"


def test_whom_it_is_about_stays_that_whatever_they_did_and_who_proposed_it_is_no_second_official():
    for proposed_by, people in itertools.product((None, 7, 8), (frozenset(), frozenset({7}), frozenset({8}))):
        wanted = Party.PERSON if 7 in people else Party.PROPOSER if proposed_by == 7 else Party.OFFICIAL
        assert party_of(7, proposed_by=proposed_by, people=people) is wanted
