"""The county before its shop opens: places, officials, and the household register that two officials bring in."""

import dataclasses
import hashlib
from collections.abc import Sequence

from marketplace.accounts import services as accounts
from marketplace.accounts.values import Role
from marketplace.areas import queries as area_queries
from marketplace.areas import services as areas
from marketplace.assistance import queries as assistance_queries
from marketplace.assistance import services as assistance
from marketplace.assistance.register.areas import AreaEntry, AreaIndex
from marketplace.assistance.register.files import read_register, write_register
from marketplace.assistance.register.values import HouseholdRow, RegisterFile
from marketplace.assistance.values import ImportReport, LineBasis
from marketplace.demo.people import Registry, adult_name, family_name
from marketplace.demo.state import Building
from marketplace.demo.values import (
    COUNTY,
    COUNTY_PHONE,
    HELPER_PHONE,
    HOUSEHOLD_PHONE,
    TASK_FORCE_PHONE,
    TOWNSHIP_PHONE,
    VILLAGE_PHONE,
    Home,
    Officials,
    Village,
)
from marketplace.farmers import queries as farmer_queries
from marketplace.farmers import services as farmers
from marketplace.farmers.values import HouseholdEntry, MemberEntry
from marketplace.kernel import clock
from marketplace.kernel.identity import Sex
from marketplace.orders.services import load_freight
from marketplace.products.services import load_agronomy_notes, load_categories

#: Posts of the whole county, by number after the first.
_COUNTY_POSTS = (
    (Role.COUNTY_OFFICIAL, "何清源"), (Role.COUNTY_OFFICIAL, "苏敏"), (Role.AUDITOR, "钟正言"), (Role.ADMINISTRATOR, "易可"),
)  # fmt: skip
#: Of the villages shown, this many have a resident task force and a helper.
_STAFFED_VILLAGES = 4
#: The invented poverty lines: so much in 2020, and so much more each year.
_EXAMPLE_LINE_FEN, _EXAMPLE_RISE_FEN = 400_000, 30_000
#: Townships with more of everything, so that one screen shows a township at work.
_BUSY = ("360321101", "360321105")


def found_county(build: Building) -> None:
    """Load places and code lists; appoint the officials of the county, its townships and the villages shown."""
    session = build.session
    areas.load_county(session)
    load_categories(session)
    load_agronomy_notes(session)
    load_freight(session)
    _draw_poverty_lines(build)
    first, second, auditor, administrator = (
        _official(build, role, name, COUNTY_PHONE + number, COUNTY) for number, (role, name) in enumerate(_COUNTY_POSTS)
    )
    officials = build.officials = Officials((first, second), auditor, administrator)
    chosen = _choose_villages(build)
    for number, town in enumerate(sorted({code[:9] for code, _, _ in chosen})):
        officials.townships[town] = _official(build, Role.TOWNSHIP_OFFICIAL, _anybody(build), TOWNSHIP_PHONE + number, town)
    for number, (code, name_zh, name_en) in enumerate(chosen):
        key = _official(build, Role.VILLAGE_OFFICIAL, _anybody(build), VILLAGE_PHONE + number, code)
        build.villages.append(Village(code, name_zh, name_en, key))
    for number, (code, _, _) in enumerate(chosen[:_STAFFED_VILLAGES]):
        officials.task_force[code] = _official(build, Role.TASK_FORCE, _anybody(build), TASK_FORCE_PHONE + number, code)
        officials.helpers[code] = _official(build, Role.HELPER, _anybody(build), HELPER_PHONE + number, code)
    build.tell(f"places: {len(officials.townships)} townships, {len(chosen)} villages with an official")


def _draw_poverty_lines(build: Building) -> None:
    """Load the lines on record, and invent one, marked as an example, for each year of the demonstration without any."""
    assistance.load_poverty_lines(build.session)
    assistance.load_measure_rules(build.session)
    for year in range(build.start.year - 1, build.now.year + 1):
        if assistance_queries.poverty_line(build.session, year) is None:
            assistance.set_poverty_line(
                build.session, year=year, basis=LineBasis.DISPOSABLE, is_example=True,
                amount_fen=_EXAMPLE_LINE_FEN + _EXAMPLE_RISE_FEN * (year - 2020), source="示例数字，为演示虚构",
            )  # fmt: skip


def _anybody(build: Building) -> str:
    return adult_name(build.dice, build.dice.choice((Sex.MALE, Sex.FEMALE)))


def _official(build: Building, role: Role, name: str, phone: int, area_code: str) -> int:
    user = accounts.create_user(build.session, name=name, phone=str(phone), password_hash=build.password_hash)
    accounts.grant_role(build.session, user_id=user.id, role=role, area_code=area_code, by=None, reason="演示账号")
    return user.id


def _choose_villages(build: Building) -> list[tuple[str, str, str]]:
    """Return (code, Chinese name, English name) of the villages shown: the busy townships' first, then some of each township."""
    towns = [town.code for town in area_queries.townships(build.session)]
    towns.sort(key=lambda code: (code not in _BUSY, code))
    rural = {town: [each for each in area_queries.villages(build.session, town) if each.name_zh.endswith("村")] for town in towns}
    chosen = []
    for turn in range(max(len(those) for those in rural.values())):
        for town in towns:
            times = 2 if town in _BUSY else 1
            chosen += rural[town][turn * times : (turn + 1) * times]
    return [(each.code, each.name_zh, each.name_en) for each in chosen[: build.size.villages]]


def open_register(build: Building) -> list[HouseholdRow]:
    """Write the register as a workbook, let one official bring it in and another accept it; return its households."""
    registry = Registry(build.dice, clock.today())
    build.homes = _homes(build, registry)
    rows = [registry.household(home) for home in build.homes if home.is_registered]
    report = bring_in(build, rows, "户册.xlsx", by=build.posts().county[0])
    ready = assistance.prepare_acceptance(build.session, import_id=report.import_id, sealer=build.sealer)
    assistance.accept_import(build.session, import_id=report.import_id, by=build.posts().county[1], prepared=ready)
    standing = farmer_queries.register_households(build.session)
    for home in build.homes:
        home.id = standing[home.number].id if home.is_registered else _open_outside(build, registry, home)
    people = sum(len(row.people) for row in rows)
    build.tell(f"register: {len(rows)} households, {people} people; {len(build.homes) - len(rows)} households beside it")
    return rows


def bring_in(build: Building, rows: Sequence[HouseholdRow], file_name: str, *, by: int) -> ImportReport:
    """Write a workbook, read it back as any register is read, and propose what it says."""
    index = AreaIndex(AreaEntry(*entry) for entry in area_queries.register_index(build.session))
    path = build.folder / f"{hashlib.sha256(file_name.encode()).hexdigest()[:12]}.xlsx"
    write_register(path, rows, index, title="莲花县户册（虚构示例）")
    look = assistance.existing_household_of(build.session, sealer=build.sealer)
    register: RegisterFile = read_register(path, areas=index, today=clock.today(), existing_household_of=look)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    prepared = assistance.prepare_import(build.session, file=register, area_code=COUNTY, only_good=False, sealer=build.sealer)
    return assistance.propose_import(build.session, prepared=prepared, by=by, sha256=sha256, file_name=file_name)


def _homes(build: Building, registry: Registry) -> list[Home]:
    dice = build.dice
    #: The first villages are those whose officials sign in: they have the most households.
    weights = [4 if number < 2 else 2 if village.township in _BUSY else 1 for number, village in enumerate(build.villages)]
    places = list(build.villages) + dice.choices(build.villages, weights, k=max(0, build.size.households - len(build.villages)))
    homes = []
    for number, village in enumerate(places[: build.size.households]):
        family = family_name(dice)
        is_registered = number < build.size.households - build.size.unregistered
        homes.append(
            Home(
                number=f"{'L' if is_registered else 'W'}{village.code[6:]}{number:04d}",
                village_code=village.code,
                family=family,
                head=adult_name(dice, Sex.MALE if dice.random() < 0.84 else Sex.FEMALE, family),
                phone=str(HOUSEHOLD_PHONE + number),
                crops=registry.crops(),
                is_registered=is_registered,
            )
        )
    return homes


def _open_outside(build: Building, registry: Registry, home: Home) -> int:
    """Open a household that was never poor enough for the register, and sells all the same."""
    people = registry.household(home).people
    members = tuple(
        MemberEntry(
            name=person.name, id_number=person.id_number, birth_on=person.birth_on, sex=str(person.sex),
            relation=person.relation.code, schooling=person.schooling.code if person.schooling else None,
        )
        for person in people
    )  # fmt: skip
    entry = HouseholdEntry(home.number, home.village_code, members, home.phone, home.crops)
    return farmers.open_household(build.session, entry=entry, on=clock.today(), sealer=build.sealer).id


def restated(build: Building, rows: Sequence[HouseholdRow]) -> list[HouseholdRow]:
    """Return the register as a later year states it: some facts changed, some households new, some left out."""
    dice = build.dice
    kept = list(rows[:-2] if len(rows) > 20 else rows)
    for number in dice.sample(range(len(kept)), max(1, len(kept) // 30)):
        row = kept[number]
        income = (row.income_per_head_fen or 1_200_000) + dice.randint(400, 3_900) * 100
        kept[number] = dataclasses.replace(row, income_per_head_fen=income, crops=(*row.crops, "黄桃"))
    return kept
