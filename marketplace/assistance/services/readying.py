"""Making ready what accepting a register import writes: opened, compared and sealed anew on a reader."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.assistance.imports import (
    PreparedImport,
    Registration,
    from_text,
    household_entry,
    registration_of,
    stated_causes,
)
from marketplace.assistance.models import RegisterImport, RegisterImportRow
from marketplace.assistance.refusals import ImportDecided, ImportOutdated
from marketplace.assistance.register.values import HouseholdRow, RegisterFile
from marketplace.assistance.services.comparing import Change, compare, marks, snapshots
from marketplace.assistance.services.proposing import BATCH, batches, payload_place
from marketplace.assistance.values import ImportState, StagedKind
from marketplace.farmers import queries as farmers
from marketplace.farmers import services as farmers_services
from marketplace.farmers.values import SealedHousehold, SealedMembers, SealedPhone
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere

#: A staged row with the household as the file has it.
Stated = tuple[Any, HouseholdRow]


@dataclass(frozen=True, slots=True)
class Opening:
    """A household that is new, ready to be written."""

    content_hash: str
    household: SealedHousehold
    registration: Registration
    causes: Mapping[str, bool]
    helper: Mapping[str, Any] | None
    income_fen: int | None


@dataclass(frozen=True, slots=True)
class Restating:
    """What changes of a household that stands, ready to be written, and the marks it was compared with."""

    household_id: int
    content_hash: str
    base_hash: str
    marks: tuple[Any, ...]
    joined: tuple[str, ...]
    members: SealedMembers
    phone: SealedPhone | None
    crops: tuple[str, ...] | None
    is_exit: bool
    registration: Registration | None
    spell_id: int | None
    causes: Mapping[str, bool] | None
    helper: Mapping[str, Any] | None
    income_fen: int | None


@dataclass(frozen=True, slots=True)
class PreparedAcceptance:
    """All that accepting an import will write, opened, compared and sealed before anything is."""

    import_ref: str
    on: dt.date
    #: The register speaks of the year before the file was proposed.
    year: int
    opening: tuple[Opening, ...] = field(repr=False)
    restating: tuple[Restating, ...] = field(repr=False)


def prepare_acceptance(session: Session, *, import_id: int, sealer: Sealer) -> PreparedAcceptance:
    """Open what a proposed import staged and make ready what accepting it writes; only reads.

    Raises:
        ImportDecided: it was accepted, rejected or refused before.
        ImportOutdated: the record moved on since it was proposed.
    """
    held = session.get(RegisterImport, import_id)
    if held is None:
        raise NotThere
    if held.state != ImportState.PROPOSED:
        raise ImportDecided
    staged = _staged(session, held, sealer)
    return _prepared(session, held.ref, clock.day_of(held.proposed_at).year - 1, staged, sealer)


def prepare_acceptance_of(
    session: Session, *, prepared: PreparedImport, file: RegisterFile, sealer: Sealer
) -> PreparedAcceptance:
    """Make ready the acceptance of a file that is proposed and accepted in one go, without opening what was just sealed."""
    stated = {household.number: household for household in file.households}
    staged = ((row, stated[row.household_number]) for row in prepared.rows if row.kind in (StagedKind.NEW, StagedKind.CHANGED))
    return _prepared(session, prepared.ref, clock.today().year - 1, staged, sealer)


def _staged(session: Session, held: RegisterImport, sealer: Sealer) -> Iterator[Stated]:
    keys = session.scalars(
        select(RegisterImportRow.id)
        .where(RegisterImportRow.import_id == held.id, RegisterImportRow.kind.in_((StagedKind.NEW, StagedKind.CHANGED)))
        .order_by(RegisterImportRow.id)
    ).all()
    row = RegisterImportRow
    columns = (row.kind, row.household_number, row.content_hash, row.base_hash, row.payload_sealed)
    for batch in batches(keys, BATCH):
        for staged in session.execute(select(*columns).where(row.id.in_(batch)).order_by(row.id)):
            place = payload_place(held.ref, staged.household_number)
            yield staged, from_text(sealer.open(staged.payload_sealed, place))


def _prepared(session: Session, ref: str, year: int, staged: Iterable[Stated], sealer: Sealer) -> PreparedAcceptance:
    on = clock.today()
    opening: list[Opening] = []
    restating: list[Restating] = []
    standing = farmers.register_households(session)
    changed: list[Stated] = []
    for row, stated in staged:
        if row.kind == StagedKind.NEW:
            opening.append(_opening(row.content_hash, stated, on, sealer))
            continue
        changed.append((row, stated))
        if len(changed) == BATCH:
            restating += _restating(session, changed, standing, on, year, sealer)
            changed = []
    restating += _restating(session, changed, standing, on, year, sealer)
    return PreparedAcceptance(ref, on, year, tuple(opening), tuple(restating))


def _opening(content_hash: str, stated: HouseholdRow, on: dt.date, sealer: Sealer) -> Opening:
    (household,) = farmers_services.seal_households([household_entry(stated)], sealer=sealer)
    has_helper = bool(stated.helper_name or stated.helper_organisation)
    return Opening(
        content_hash=content_hash,
        household=household,
        registration=registration_of(stated, on),
        causes=stated_causes(stated),
        helper=_helper(stated.helper_name or "", stated.helper_organisation or "", sealer) if has_helper else None,
        income_fen=stated.income_per_head_fen,
    )


def _restating(
    session: Session,
    changed: Sequence[Stated],
    standing: Mapping[str, farmers.RegisterHousehold],
    on: dt.date,
    year: int,
    sealer: Sealer,
) -> list[Restating]:
    if not changed:
        return []
    households = {}
    for row, _stated in changed:
        household = standing.get(row.household_number)
        if household is None or household.is_closed:
            raise ImportOutdated
        households[household.id] = household
    # The marks are read first: whatever moves while the rest is read makes them differ.
    marked = marks(session, list(households), year=year)
    found = snapshots(session, households, year=year, sealer=sealer)
    made = []
    for row, stated in changed:
        household = standing[row.household_number]
        change = compare(stated, household.id, found[household.id], on=on, sealer=sealer)
        spell = found[household.id].spell
        made.append(_restated(row, household, change, marked[household.id], spell.id if spell else None, sealer))
    return made


def _restated(
    row: Any,
    household: farmers.RegisterHousehold,
    change: Change,
    marked: tuple[Any, ...],
    spell_id: int | None,
    sealer: Sealer,
) -> Restating:
    return Restating(
        household_id=household.id,
        content_hash=row.content_hash,
        base_hash=row.base_hash,
        marks=marked,
        joined=tuple(change.members.joined),
        members=farmers_services.seal_members({household.id: (change.members, change.stated)}, sealer=sealer),
        phone=farmers_services.seal_phone(household.ref, change.phone, sealer=sealer) if change.phone is not None else None,
        crops=change.crops,
        is_exit=change.is_exit,
        registration=change.registration,
        spell_id=spell_id,
        causes=change.causes,
        helper=_helper(*change.helper, sealer) if change.helper is not None else None,
        income_fen=change.income_fen,
    )


def _helper(name: str, organisation: str, sealer: Sealer) -> dict[str, Any]:
    ref = ids.reference("P", 12)
    return {"ref": ref, "name_sealed": sealer.seal(name, f"helpers/name/{ref}"), "organisation": organisation}
