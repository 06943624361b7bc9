"""Who may do what to an attempt when: every state, action, way and person; whom a batch leaves out."""

import itertools

import pytest

from marketplace.farmers.values import AccountUse
from marketplace.income import refusals, rules
from marketplace.income.values import ENDED, Action, Actor, LeftOut, SettlementState, Way

S, A, P, W = SettlementState, Action, Actor, Way
BOTH, BANK, HAND = set(W), {W.BANK}, {W.BY_HAND}
ANY, ANOTHER = {P.PREPARER, P.OFFICIAL}, {P.OFFICIAL}
#: Written out by hand, apart from the table: where each step leads, for which ways, by whom.
STEPS = {
    (S.DRAFT, A.APPROVE): (S.APPROVED, BANK, ANOTHER),
    (S.DRAFT, A.CONFIRM): (S.PAID, HAND, ANOTHER),
    (S.DRAFT, A.WITHDRAW): (S.WITHDRAWN, BOTH, ANY),
    (S.APPROVED, A.WITHDRAW): (S.WITHDRAWN, BANK, ANY),
    (S.APPROVED, A.SEND): (S.SENT, BANK, ANY),
    (S.SENT, A.PAY): (S.PAID, BANK, ANY),
    (S.SENT, A.RETURN): (S.RETURNED, BANK, ANY),
    (S.PAID, A.RETURN): (S.RETURNED, BANK, ANY),
    (S.PAID, A.ACKNOWLEDGE): (S.ACKNOWLEDGED, BOTH, {P.PAYEE}),
}


@pytest.mark.parametrize("state", S)
def test_every_step_is_as_written_and_all_others_are_refused(state):
    for action, way, actor in itertools.product(A, W, P):
        to, ways, actors = STEPS.get((state, action), (None, set(), set()))
        if way not in ways:
            with pytest.raises(refusals.PayoutClosed):
                rules.after(state, action, way=way, actor=actor)
        elif actor not in actors:
            with pytest.raises(refusals.SameOfficial):
                rules.after(state, action, way=way, actor=actor)
        else:
            assert rules.after(state, action, way=way, actor=actor) is to


def test_nothing_follows_an_end_and_everything_else_can_go_on():
    assert {state for state, _action in rules.MOVES} == set(S) - set(ENDED)


def test_whoever_prepared_never_approves_or_confirms():
    for (_state, action), move in rules.MOVES.items():
        assert (P.PREPARER in move.actors) == (action not in (A.APPROVE, A.CONFIRM, A.ACKNOWLEDGE))


@pytest.mark.parametrize("use", AccountUse)
@pytest.mark.parametrize("is_own", [False, True])
@pytest.mark.parametrize("fen", [-1, 0, 1, 1999, 2000, 10**9])
def test_a_batch_pays_what_is_owed_enough_and_can_be_sent(fen, use, is_own):
    reason = rules.left_out(fen, least_fen=2000, use=use, is_own=is_own)
    pays = fen >= 2000 and use is AccountUse.USABLE and not is_own
    assert (reason is None) == pays
    if fen <= 0:
        assert reason is LeftOut.NOTHING_OWED
    elif is_own:
        assert reason is LeftOut.OWN_HOUSEHOLD
    elif fen < 2000:
        assert reason is LeftOut.BELOW_MINIMUM
