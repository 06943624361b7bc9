"""Policy of households and sellers as plain tables and functions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from marketplace.farmers.refusals import AccountNumberWrong
from marketplace.farmers.values import AccountState, CurrentMember, MemberEntry, MemberPlan, SellerState
from marketplace.kernel.identity import half_width

#: Relation of the one person a household is named after, and of whoever is nothing nearer.
HEAD: Final = "head"
OTHER: Final = "other"

#: What a seller's state may become. `closed` is the end.
SELLER_EDGES: Mapping[SellerState, frozenset[SellerState]] = MappingProxyType(
    {
        SellerState.APPLIED: frozenset({SellerState.REVIEWING, SellerState.CLOSED}),
        SellerState.REVIEWING: frozenset({SellerState.APPROVED, SellerState.CLOSED}),
        SellerState.APPROVED: frozenset({SellerState.SUSPENDED, SellerState.CLOSED}),
        SellerState.SUSPENDED: frozenset({SellerState.APPROVED, SellerState.CLOSED}),
        SellerState.CLOSED: frozenset(),
    }
)


#: What a pay-out account may become. What ended stays ended: another account is another row.
ACCOUNT_EDGES: Mapping[AccountState, frozenset[AccountState]] = MappingProxyType(
    {
        AccountState.RECORDED: frozenset({AccountState.CONFIRMED, AccountState.WITHDRAWN, AccountState.STOPPED}),
        AccountState.CONFIRMED: frozenset({AccountState.STOPPED}),
        AccountState.WITHDRAWN: frozenset(),
        AccountState.STOPPED: frozenset(),
    }
)
#: Accounts of China's banks have 8 to 30 digits; cards 16 to 19 of them.
_ACCOUNT_NUMBER = re.compile(r"[0-9]{8,30}", re.ASCII)


def account_number(typed: str) -> str:
    """Return the digits of an account number as people type it, in groups and full width.

    Raises:
        AccountNumberWrong: these are not 8 to 30 digits.
    """
    digits = re.sub(r"[\s-]", "", half_width(typed))
    if not _ACCOUNT_NUMBER.fullmatch(digits):
        raise AccountNumberWrong
    return digits


def masked_account(number: str) -> str:
    """Show the last four digits of an account number."""
    return f"**** {number[-4:]}" if len(number) >= 8 else "****"


def may_become(now: SellerState, then: SellerState) -> bool:
    """Say whether a seller may go from one state to another."""
    return then in SELLER_EDGES[now]


def shown_name(display_name: str, ref: str, *, has_consent: bool, is_household: bool) -> str:
    """Return the name a shop may show: a household's own name only by its consent."""
    return display_name if has_consent or not is_household else f"农户{ref}"


def merged(current: CurrentMember, stated: MemberEntry) -> MemberEntry:
    """Return the facts that hold after a statement: what it leaves empty is unknown, so what stood still stands."""
    return MemberEntry(
        name=stated.name,
        id_number=current.id_number,
        birth_on=current.birth_on,
        sex=current.sex,
        relation=stated.relation,
        schooling=stated.schooling or current.schooling,
        student=stated.student or current.student,
        health=stated.health or current.health,
        labour=stated.labour or current.labour,
    )


def plan_members(current: Sequence[CurrentMember], stated: Mapping[str, MemberEntry]) -> MemberPlan:
    """Compare who belongs to a household with who is stated, by blind index of the ID number.

    Nobody is ended for not being named. But a household has one head: where another person is stated as head, the head who
    is not named becomes an 'other' member.
    """
    standing = {member.id_index: member for member in current}
    changed: list[tuple[CurrentMember, MemberEntry]] = []
    absent = []
    has_stated_head = any(entry.relation == HEAD for entry in stated.values())
    for id_index, member in standing.items():
        entry = stated.get(id_index)
        if entry is None:
            absent.append(member)
            if has_stated_head and member.relation == HEAD:
                changed.append((member, replace(_as_entry(member), relation=OTHER)))
        elif merged(member, entry) != _as_entry(member):
            changed.append((member, merged(member, entry)))
    joined = tuple(id_index for id_index in stated if id_index not in standing)
    return MemberPlan(joined, tuple(changed), tuple(absent))


def _as_entry(member: CurrentMember) -> MemberEntry:
    return MemberEntry(
        name=member.name,
        id_number=member.id_number,
        birth_on=member.birth_on,
        sex=member.sex,
        relation=member.relation,
        schooling=member.schooling,
        student=member.student,
        health=member.health,
        labour=member.labour,
    )
