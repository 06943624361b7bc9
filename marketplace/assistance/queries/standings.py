"""How households stood on a day, and who helped them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import grants_of, user_by_phone
from marketplace.accounts.values import Actor, Role
from marketplace.assistance import rules
from marketplace.assistance.models import Helper, Measure, MonitoringEpisode, RegistrationSpell
from marketplace.assistance.values import HelperContact, Standing
from marketplace.farmers import queries as farmers
from marketplace.kernel.crypto import Sealer


def standing(session: Session, household_id: int, on: dt.date) -> Standing:
    """Return how a household stood on a day, in five queries.

    Raises:
        KeyError: there is no such household.
    """
    return standings(session, [household_id], on)[household_id]


def standings(session: Session, household_ids: Iterable[int], on: dt.date) -> dict[int, Standing]:
    """Return how households stood on a day, by key, in five queries whatever their number (up to some thousands)."""
    wanted = sorted(set(household_ids))
    villages = farmers.villages_of_households(session, wanted)
    spells = _by_household(session, _spells_by(wanted, on))
    episodes = _by_household(session, _standing_on(MonitoringEpisode, wanted, on, "opened_on", "cleared_on"))
    measures = _by_household(session, _standing_on(Measure, wanted, on))
    helpers = _by_household(session, _standing_on(Helper, wanted, on))
    found = {}
    for household_id, village_code in villages.items():
        spell = rules.spell_on(spells.get(household_id, ()), on)
        is_monitored = bool(episodes.get(household_id))
        helper = helpers.get(household_id)
        found[household_id] = Standing(
            household_id=household_id,
            village_code=village_code,
            status=rules.status_on(spell, on, is_monitored=is_monitored),
            spell_id=spell.id if spell else None,
            helper_id=helper[-1].id if helper else None,
            enrolled_measures=tuple(sorted({measure.kind for measure in measures.get(household_id, ())})),
        )
    return found


def _spells_by(household_ids: Sequence[int], on: dt.date) -> Select[Any]:
    return (
        select(RegistrationSpell)
        .where(
            RegistrationSpell.household_id.in_(household_ids),
            RegistrationSpell.registered_on <= on,
            RegistrationSpell.superseded_at.is_(None),
        )
        .order_by(RegistrationSpell.registered_on, RegistrationSpell.id)
    )


def _standing_on(
    model: Any, household_ids: Sequence[int], on: dt.date, opened: str = "from_on", closed: str = "to_on"
) -> Select[Any]:
    first, last = getattr(model, opened), getattr(model, closed)
    return (
        select(model)
        .where(model.household_id.in_(household_ids), first <= on, or_(last.is_(None), last > on))
        .order_by(first, model.id)
    )


def _by_household(session: Session, statement: Select[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in session.scalars(statement):
        found.setdefault(row.household_id, []).append(row)
    return found


def helper_contact(session: Session, household_id: int, on: dt.date, *, sealer: Sealer) -> HelperContact | None:
    """Return who helped a household on a day, in clear, or None."""
    rows = session.scalars(_standing_on(Helper, [household_id], on)).all()
    return open_helper(rows[-1], sealer) if rows else None


def households_helped_by(session: Session, user_id: int, areas: tuple[str, ...], on: dt.date) -> frozenset[int]:
    """Return the households of some areas that somebody who signs in was named helper of on a day. Two queries."""
    named = session.scalars(
        select(Helper.household_id).where(
            Helper.user_id == user_id, Helper.from_on <= on, or_(Helper.to_on.is_(None), Helper.to_on > on)
        )
    )
    villages = farmers.villages_of_households(session, named)
    return frozenset(household_id for household_id, village_code in villages.items() if village_code.startswith(areas))


def helper_account(session: Session, phone: str, village_code: str) -> int | None:
    """Return the account under a telephone number if its holder is appointed as a helper where the village lies."""
    user = user_by_phone(session, phone)
    if user is None or not user.is_active:
        return None
    found = Actor(user.id, user.name, grants_of(session, user.id))
    return user.id if found.may_act_in(village_code, Role.HELPER) else None


def open_helper(row: Helper, sealer: Sealer) -> HelperContact:
    """Return a helper in clear."""
    return HelperContact(
        id=row.id,
        name=sealer.open(row.name_sealed, f"helpers/name/{row.ref}"),
        organisation=row.organisation,
        phone=sealer.open(row.phone_sealed, f"helpers/phone/{row.ref}") if row.phone_sealed else None,
        user_id=row.user_id,
        from_on=row.from_on,
        to_on=row.to_on,
    )
