"""Holding a table of moves against one written down apart from the code: state, action, who may, the state after."""

import itertools


def written(table, states, actions, parties):
    """Return {(state, action): (who may, the state after)} of lines such as `asked refuse official,proposer refused`."""
    found = {}
    for line in table.strip().splitlines():
        state, action, who, after = line.split()
        found[states(state), actions(action)] = ({parties(one) for one in who.split(",")}, states(after))
    return found


def leads_nowhere_else(moves, expected, states, actions, parties):
    """Check every state, action and party: what is written is allowed and leads where it says; nothing else is, or does."""
    for state, action in itertools.product(states, actions):
        who, after = expected.get((state, action), (set(), None))
        assert moves.after(state, action) is after, (state, action)
        for party in parties:
            assert moves.may_take(state, action, {party}) is (party in who), (state, action, party)
            assert (action in moves.open_to(state, {party})) is (party in who), (state, action, party)
        assert moves.may_take(state, action, set(parties)) is bool(who)
        assert not moves.may_take(state, action, set())
    assert set(moves.table) == set(expected)


def reached_from(moves, first):
    """Return every state that can be reached."""
    reached = {first}
    while more := {after for (state, _), (_, after) in moves.table.items() if state in reached} - reached:
        reached |= more
    return reached
