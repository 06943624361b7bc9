"""What officials see of one household, masked, and the lists that lead to it."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import names_of_users
from marketplace.assistance import rules
from marketplace.assistance.models import (
    Cause,
    GuaranteeCheck,
    Helper,
    Measure,
    MonitoringEpisode,
    PlatformIncome,
    RegistrationSpell,
    Unmasking,
    Visit,
    VisitImage,
    YearLedgerEntry,
)
from marketplace.assistance.queries.declared import declared_by_year
from marketplace.assistance.queries.levels import above_the_calmest, at_level, levels_of
from marketplace.assistance.queries.lines import platform_as_of, poverty_lines
from marketplace.assistance.queries.standings import open_helper
from marketplace.assistance.queries.tuning import level_table
from marketplace.assistance.values import HouseholdCard, HouseholdLine, PlatformFigures, Status, VisitView, YearIncome
from marketplace.assistance.values.alerts import Level
from marketplace.farmers import queries as farmers
from marketplace.kernel.crypto import Sealer
from marketplace.vault import queries as vault


def household_card(session: Session, household_id: int, *, on: dt.date, sealer: Sealer) -> HouseholdCard | None:
    """Return the whole record of a household, personal fields masked, in some fifteen queries."""
    household = farmers.household(session, household_id)
    if household is None:
        return None
    spells = _all(session, RegistrationSpell, household_id, RegistrationSpell.registered_on)
    episodes = _all(session, MonitoringEpisode, household_id, MonitoringEpisode.opened_on)
    helpers = [open_helper(row, sealer) for row in _all(session, Helper, household_id, Helper.from_on)]
    entries = _all(session, YearLedgerEntry, household_id, YearLedgerEntry.year)
    looks = _all(session, Unmasking, household_id, Unmasking.at)
    members = farmers.member_views(session, household_id, sealer=sealer)
    visits = _visits(session, household_id, sealer)
    standing_spells = [spell for spell in spells if spell.superseded_at is None]
    is_monitored = any(
        episode.opened_on <= on and (episode.cleared_on is None or episode.cleared_on > on) for episode in episodes
    )
    return HouseholdCard(
        household_id=household.id,
        ref=household.ref,
        register_number=household.register_number,
        village_code=household.village_code,
        phone_masked=farmers.phone_masked(session, household, sealer=sealer),
        is_cadre_kin=household.is_cadre_kin,
        closed_at=household.closed_at,
        erased_at=household.erased_at,
        status=rules.status_on(rules.spell_on(standing_spells, on), on, is_monitored=is_monitored),
        members=tuple(member for member in members if member.to_on is None),
        former_spells=tuple(member for member in members if member.to_on is not None),
        crops=farmers.crops_of_household(session, household_id),
        spells=tuple(standing_spells),
        superseded_spells=tuple(spell for spell in spells if spell.superseded_at is not None),
        episodes=tuple(episodes),
        causes=tuple(_all(session, Cause, household_id, Cause.from_on)),
        measures=tuple(_all(session, Measure, household_id, Measure.from_on)),
        helpers=tuple(helpers),
        visits=visits,
        guarantees=tuple(_all(session, GuaranteeCheck, household_id, GuaranteeCheck.checked_on)),
        years=_years(session, household_id, entries, sum(member.to_on is None for member in members)),
        platform_at=platform_as_of(session),
        ledger_waiting=tuple(row for row in entries if row.approved_by is None and row.superseded_at is None),
        ledger_superseded=tuple(row for row in entries if row.superseded_at is not None),
        unmaskings=tuple(looks),
        user_names=names_of_users(session, {look.by_user_id for look in looks} | {row.entered_by for row in entries}),
    )


def _years(session: Session, household_id: int, entries: Sequence[Any], members: int) -> tuple[YearIncome, ...]:
    """Return the years with income, the latest first: the approved ledger, and apart from it the platform's months."""
    declared = declared_by_year(session, household_id)
    standing: dict[int, list[Any]] = {}
    for entry in entries:
        if entry.approved_by is not None and entry.superseded_at is None:
            standing.setdefault(entry.year, []).append(entry)
    months: dict[int, list[tuple[str, PlatformFigures]]] = {}
    for row in _all(session, PlatformIncome, household_id, PlatformIncome.month.desc()):
        figures = PlatformFigures(*(getattr(row, one.name) for one in dataclasses.fields(PlatformFigures)))
        months.setdefault(int(row.month[:4]), []).append((row.month, figures))
    years = sorted({*standing, *months}, reverse=True)
    lines = poverty_lines(session, years)
    return tuple(
        YearIncome(year, members, declared.get(year), tuple(standing.get(year, ())), tuple(months.get(year, ())), lines.get(year))
        for year in years
    )


def _all(session: Session, model: Any, household_id: int, order: Any) -> Sequence[Any]:
    return session.scalars(select(model).where(model.household_id == household_id).order_by(order, model.id)).all()


def _visits(session: Session, household_id: int, sealer: Sealer) -> tuple[VisitView, ...]:
    rows = session.scalars(
        select(Visit).where(Visit.household_id == household_id).order_by(Visit.visited_on.desc(), Visit.id.desc())
    ).all()
    images: dict[int, list[int]] = {}
    for image in session.scalars(
        select(VisitImage).where(VisitImage.visit_id.in_([row.id for row in rows])).order_by(VisitImage.id)
    ):
        images.setdefault(image.visit_id, []).append(image.image_id)
    names = names_of_users(session, {row.by_user_id for row in rows})
    opening = vault.opener(session, sealer, (row.note_sealed for row in rows))
    return tuple(
        VisitView(
            ref=row.ref,
            visited_on=row.visited_on,
            by_name=names.get(row.by_user_id, ""),
            note=opening.open_if_kept(row.note_sealed, f"visits/note/{row.ref}") or "",
            image_ids=tuple(images.get(row.id, ())),
        )
        for row in rows
    )


def has_photo(session: Session, household_id: int, image_id: int) -> bool:
    """Say whether a picture was taken on a visit to this household."""
    found = session.scalar(
        select(VisitImage.id)
        .join(Visit, Visit.id == VisitImage.visit_id)
        .where(VisitImage.image_id == image_id, Visit.household_id == household_id)
        .limit(1)
    )
    return found is not None


def household_lines(
    session: Session,
    codes: Sequence[str],
    *,
    on: dt.date,
    sealer: Sealer,
    keys: Collection[int] = (),
    village: str = "",
    status: Status | None = None,
    level: Level | None = None,
    number: str = "",
    limit: int = 50,
    after: tuple[str, str] | None = None,
    before: tuple[str, str] | None = None,
) -> tuple[HouseholdLine, ...]:
    """Return a page of the households of some areas and keys, the head's name masked; eleven queries whatever its length."""
    among, without = with_status(status, on)
    table = level_table(session, on).parameters
    if level is Level.STEADY:
        without.append(above_the_calmest(table))
    elif level is not None:
        among.append(at_level(level, table))
    rows = farmers.households_in(
        session, codes, keys=keys, village=village, among=among, without=without, number=number, limit=limit, after=after,
        before=before,
    )  # fmt: skip
    shown = [row.id for row in rows]
    heads = farmers.heads_masked(session, shown, sealer=sealer)
    counts = farmers.member_counts(session, shown)
    found = rules.statuses(
        _by_household(session, RegistrationSpell, shown), _by_household(session, MonitoringEpisode, shown), shown, on
    )
    levels = levels_of(session, shown, on)
    return tuple(
        HouseholdLine(
            household_id=row.id,
            ref=row.ref,
            register_number=row.register_number,
            village_code=row.village_code,
            head_masked=heads.get(row.id, ""),
            members=counts.get(row.id, 0),
            status=found[row.id],
            level=levels.get(row.id, Level.STEADY),
            is_closed=row.closed_at is not None,
        )
        for row in rows
    )


def _by_household(session: Session, model: Any, keys: Sequence[int]) -> dict[int, list[Any]]:
    rows = session.scalars(select(model).where(model.household_id.in_(keys)).order_by(model.id))
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.household_id, []).append(row)
    return found


def with_status(status: Status | None, on: dt.date) -> tuple[list[Select[Any]], list[Select[Any]]]:
    """Return the selections of keys that narrow a list to a status: (among, without)."""
    spell, episode = RegistrationSpell, MonitoringEpisode
    registered = select(spell.household_id).where(
        spell.superseded_at.is_(None), spell.registered_on <= on, or_(spell.ended_on.is_(None), spell.ended_on > on)
    )
    monitored = select(episode.household_id).where(
        episode.opened_on <= on, or_(episode.cleared_on.is_(None), episode.cleared_on > on)
    )
    exited = select(spell.household_id).where(spell.superseded_at.is_(None), spell.ended_on <= on, spell.ended_how == "exited")
    if status is None:
        return [], []
    if status is Status.REGISTERED:
        return [registered], []
    if status is Status.MONITORED:
        return [monitored], [registered]
    if status is Status.EXITED:
        return [exited], [registered, monitored]
    return [], [registered, monitored, exited]
