"""A village with every office, a household, and the steps of a case as people take them."""

import datetime as dt
import itertools

from sqlalchemy import insert

from marketplace.accounts import queries as accounts
from marketplace.assistance import queries, services
from marketplace.assistance.models import Procedure, ProcedureEvidence, ProcedureStep
from marketplace.assistance.services import Brought
from marketplace.assistance.values import Guarantee, LedgerCategory, LineBasis
from marketplace.assistance.values.procedures import (
    Action,
    EvidenceKind,
    HouseholdYear,
    Kinship,
    Opinion,
    ProcedureKind,
    Said,
    Signer,
)
from marketplace.farmers import services as farmers
from marketplace.farmers.models import Household
from marketplace.kernel import clock, ids
from marketplace.notices import services as notices
from tests.farmers import places
from tests.farmers.places import DAY, SEALER, VILLAGE

TOWN, COUNTY = VILLAGE[:9], VILLAGE[:6]
REASON = "因为如此"
_keys = itertools.count(1)


def key():
    return f"key-{next(_keys)}"


class Village:
    """Everybody who signs, and one household that is on no register."""

    def __init__(self, session, start=dt.date(2018, 3, 1), sealer=SEALER):
        self.session, self.sealer, self.start = session, sealer, start
        places.county(session)
        with clock.stopped_at(noon(start)):
            self.household = farmers.open_household(session, entry=places.entry(), on=start, sealer=sealer)
            self.village = places.official(session, "village_official", VILLAGE)
            self.task_force = places.official(session, "task_force", TOWN)
            self.township = places.official(session, "township_official", TOWN)
            self.checkers = [places.official(session, "township_official", TOWN) for _ in range(2)]
            self.county = places.official(session, "county_official", COUNTY)
            self.second_county = places.official(session, "county_official", COUNTY)
            self.farmer = places.person(session, "刘一")
            farmers.match_user_to_household(session, household_id=self.household.id, user_id=self.farmer, by=self.village)

    def signer(self, user_id):
        found = accounts.actor(self.session, user_id)
        roles = frozenset(str(grant.role) for grant in found.grants) or frozenset({"farmer"})
        return Signer(user_id, found.name, roles, "a phone")

    def open(self, kind, by=None, **facts):
        return services.open_case(
            self.session, key=facts.pop("key", None) or key(), household_id=self.household.id, kind=ProcedureKind(kind),
            signer=self.signer(by or self.village), sealer=self.sealer, said=Said("开始", Kinship.NONE), **facts,
        )  # fmt: skip

    def sign(self, case, action, by, words=REASON, seen=None, kinship=Kinship.NONE):
        return services.sign_step(
            self.session, case_id=case.id, seen_seq=case.seq if seen is None else seen, action=Action(action),
            signer=self.signer(by), sealer=self.sealer, said=Said(words, kinship),
        )  # fmt: skip

    def brought(self, by, words="", on=None):
        return Brought(key(), by, on or clock.today(), words)

    def paper(self, case, kind, by=None):
        return services.bring_paper(
            self.session,
            case_id=case.id,
            brought=self.brought(by or self.village, "签了字"),
            kind=EvidenceKind(kind),
            sealer=self.sealer,
        )

    def survey(self, case, net_fen=957195, year=None, members=4):
        found = HouseholdYear(net_fen, 0, 0, 0, 0, members)
        return services.bring_survey(
            self.session, case_id=case.id, brought=self.brought(self.village), with_user_id=self.task_force,
            year=year or clock.today().year - 1, found=found, excluded_fen=50000, sealer=self.sealer,
        )  # fmt: skip

    def vote(self, case, in_favour=18, against=3):
        return services.bring_vote(
            self.session, case_id=case.id, brought=self.brought(self.village), group_name="一组", eligible=30,
            in_favour=in_favour, against=against, abstained=2, sealer=self.sealer,
        )  # fmt: skip

    def visit(self, case, opinion=Opinion.POOR, met=frozenset(Guarantee), causes=("illness", "labour")):
        return services.bring_home_check(
            self.session, case_id=case.id, brought=self.brought(self.task_force, "看过"), with_user_id=self.village,
            opinion=opinion, causes=causes, met=met, sealer=self.sealer,
        )  # fmt: skip

    def compare(self, case):
        return services.bring_comparison(
            self.session, case_id=case.id, brought=self.brought(self.county, "已核对"), sealer=self.sealer
        )

    def line(self, year, fen):
        basis = LineBasis.DISPOSABLE if year >= 2014 else LineBasis.NET
        services.set_poverty_line(self.session, year=year, basis=basis, amount_fen=fen, source="文件")

    def range(self, year, yuan):
        services.set_example_ranges(self.session, [{"year": year, "line": yuan, "where": "示例"}])

    def earned(self, year, wage_fen):
        entry = services.record_year_ledger(
            self.session, household_id=self.household.id, year=year, category=LedgerCategory.WAGE, amount_fen=wage_fen,
            source="调查", by=self.village,
        )  # fmt: skip
        services.approve_year_ledger(self.session, entry_id=entry.id, by=self.township)

    def standing(self):
        return queries.standing(self.session, self.household.id, clock.today()).status

    def object(self, case, words="这家有两辆车"):
        return notices.object_to(
            self.session, key=key(), notice_ref=case.notice_ref, words=words, contact=None, sealer=self.sealer
        )


def noon(day):
    return dt.datetime(day.year, day.month, day.day, 4, 0, tzinfo=dt.UTC)


class Days:
    """Time that a story lets pass: every day is noon."""

    def __init__(self, start):
        self.on = start
        self._stop = None

    def __enter__(self):
        self._begin()
        return self

    def __exit__(self, *_):
        self._stop.__exit__(None, None, None)

    def _begin(self):
        self._stop = clock.stopped_at(noon(self.on))
        self._stop.__enter__()

    def later(self, days=0, to=None):
        self._stop.__exit__(None, None, None)
        self.on = to or self.on + dt.timedelta(days=days)
        self._begin()


def identified(village, days, kind="identify"):
    """Bring a household onto the register, every step by whom it is for."""
    case = village.open(kind, by=village.farmer)
    village.paper(case, "application")
    case = village.sign(case, "take_up", village.village)
    village.survey(case)
    village.vote(case)
    case = village.sign(case, "conclude", village.village)
    days.later(8)
    case = village.sign(case, "hand_up", village.village)
    village.visit(case)
    case = village.sign(case, "approve", village.township)
    days.later(6)
    case = village.sign(case, "hand_up", village.township)
    village.compare(case)
    case = village.sign(case, "approve", village.county)
    return village.sign(case, "announce", village.second_county)


#: The way of an identification, step by step: action, level, state after.
WAY = (
    ("open", "household", "applied"), ("take_up", "village", "reviewing"), ("conclude", "village", "village_notice"),
    ("hand_up", "village", "township"), ("approve", "township", "township_notice"), ("hand_up", "township", "county"),
    ("approve", "county", "approved"), ("announce", "county", "done"),
)  # fmt: skip


def case_behind(session, spell):
    """Write the case that a registration by procedure rests on, for tests that are about something else; return the spell."""
    household = session.get(Household, spell.household_id)
    people = {level: places.person(session, level) for level in ("household", "village", "township", "county")}
    case = Procedure(
        ref=ids.reference("C", 8), key=key(), kind="identify", household_id=household.id, village_code=household.village_code,
        state="done", seq=len(WAY), ground="application", attribute="ordinary", opened_on=spell.registered_on,
        closed_on=spell.registered_on, basis={}, spell_id=spell.id,
    )  # fmt: skip
    session.add(case)
    session.flush()
    befores = [None, *(after for _, _, after in WAY)]
    session.execute(
        insert(ProcedureStep),
        [
            {
                "procedure_id": case.id, "seq": seq, "action": action, "from_state": befores[seq - 1], "to_state": after,
                "level": level, "role": level, "user_id": people[level], "name": level, "at": clock.now(), "device": "",
                "kinship": None if level == "household" else "none",
            }
            for seq, (action, level, after) in enumerate(WAY, 1)
        ],
    )  # fmt: skip
    session.add(
        ProcedureEvidence(
            key=key(), procedure_id=case.id, kind="other", at_seq=1, on=spell.registered_on, by_user_id=people["village"],
            at=clock.now(),
        )
    )  # fmt: skip
    session.flush()
    return spell


__all__ = ["COUNTY", "DAY", "REASON", "Days", "Village", "case_behind", "identified", "noon"]
