"""Cases of the demonstration: a household on its way onto the register and off it, applications under way, monitoring begun."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

from marketplace.accounts import services as accounts
from marketplace.accounts.queries import names_of_users
from marketplace.accounts.values import Role
from marketplace.assistance import queries, services
from marketplace.assistance.services import Brought
from marketplace.assistance.values import Guarantee, LedgerCategory, Status
from marketplace.assistance.values.procedures import (
    Action,
    EvidenceKind,
    Ground,
    HouseholdYear,
    Kinship,
    ListKind,
    Opinion,
    ProcedureKind,
    Said,
    Signer,
)
from marketplace.demo.sellers import village_of
from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline, in_working_hours
from marketplace.demo.values import Home
from marketplace.kernel import clock
from marketplace.notices import services as notices

_CHECKER_PHONE = 19900000500
_CHECKERS = ("廖建国", "易晓云")
_LIST = "示例：县车辆登记（虚构）"


class _Case:
    """One case as it goes: who acts for each office, and the steps that days bring."""

    def __init__(self, build: Building, timeline: Timeline, home: Home, name: str) -> None:
        self.build, self.timeline, self.home, self.name = build, timeline, home, name
        posts = build.posts()
        self.village = village_of(build, home.village_code).official
        self.force = posts.task_force[home.village_code]
        self.township = posts.townships[home.village_code[:9]]
        self.county, self.second_county = posts.county
        self._parts = 0

    def open(self, kind: ProcedureKind, ground: Ground, words: str, *, by_household: bool = False) -> None:
        farmer = self.home.user_id if by_household else None
        signer = self._signer(farmer, "farmer") if farmer else self._signer(self.village, "village_official")
        services.open_case(
            self.build.session, key=f"demo-case/{self.name}", household_id=self.home.id, kind=kind,
            signer=signer, sealer=self.build.sealer, said=Said(words, Kinship.NONE), ground=ground,
        )  # fmt: skip

    def sign(self, action: Action, by: int, role: str, words: str = "") -> None:
        row = self.row()
        services.sign_step(
            self.build.session, case_id=row.id, seen_seq=row.seq, action=action, signer=self._signer(by, role),
            sealer=self.build.sealer, said=Said(words, Kinship.NONE),
        )  # fmt: skip

    def paper(self, kind: EvidenceKind, words: str) -> None:
        services.bring_paper(
            self.build.session, case_id=self.row().id, brought=self._brought(self.village, words), kind=kind,
            sealer=self.build.sealer,
        )  # fmt: skip

    def survey(self, wage_yuan: int, members: int = 3) -> None:
        found = HouseholdYear(wage_yuan * 100, 420_000, 12_000, 96_000, 180_000, members)
        services.bring_survey(
            self.build.session, case_id=self.row().id, brought=self._brought(self.village, "两人入户，逐项问过"),
            with_user_id=self.force, year=clock.today().year - 1, found=found, excluded_fen=300_000, sealer=self.build.sealer,
        )  # fmt: skip

    def vote(self, in_favour: int, against: int) -> None:
        services.bring_vote(
            self.build.session, case_id=self.row().id, brought=self._brought(self.village), group_name="第二村民小组",
            eligible=42, in_favour=in_favour, against=against, abstained=1, sealer=self.build.sealer,
        )  # fmt: skip

    def visit(self, opinion: Opinion, words: str) -> None:
        services.bring_home_check(
            self.build.session, case_id=self.row().id, brought=self._brought(self.force, words), with_user_id=self.village,
            opinion=opinion, causes=("illness", "labour"), met=frozenset(Guarantee), sealer=self.build.sealer,
        )  # fmt: skip

    def resolve(self, words: str) -> None:
        services.bring_resolution(
            self.build.session, case_id=self.row().id, brought=self._brought(self.village, words), sealer=self.build.sealer
        )

    def compare(self) -> None:
        services.bring_comparison(
            self.build.session, case_id=self.row().id, brought=self._brought(self.county, "逐项核对，无影响认定的情形"),
            sealer=self.build.sealer,
        )  # fmt: skip

    def later(self, days: float, what: Callable[[], None]) -> None:
        self.timeline.later(what, days=days)

    def row(self) -> Any:
        row = queries.open_case_of(self.build.session, self.home.id)
        if row is None:
            raise LookupError(self.name)
        return row

    def _brought(self, by: int, words: str = "") -> Brought:
        self._parts += 1
        return Brought(f"demo-case/{self.name}/{self._parts}", by, clock.today(), words)

    def _signer(self, user_id: int, role: str) -> Signer:
        name = names_of_users(self.build.session, {user_id})[user_id]
        return Signer(user_id, name, frozenset({role}), "示例手机")


def plan_cases(build: Building, timeline: Timeline) -> None:
    """Arrange one case of each kind of state: done, on the notice board, before the county, late; and a list to compare with."""
    staffed = build.posts().task_force
    outside = [home for home in build.homes if not home.is_registered and home.village_code in staffed]
    timeline.at(build.ago(days=360), functools.partial(_keep_list, build))
    if outside:
        _at(build, timeline, 330, _Case(build, timeline, outside[0], "in-and-out"), _identify_whole)
    if len(outside) > 1:
        _at(build, timeline, 8, _Case(build, timeline, outside[1], "on-notice"), _identify_to_notice)
    for days, name, homes, begin in ((34, "watched", build.homes[:0:-1], _monitor), (13, "late", build.homes, _leave_lying)):
        timeline.at(in_working_hours(build.ago(days=days)), functools.partial(_watch, build, timeline, name, homes, begin))


def _watch(build: Building, timeline: Timeline, name: str, homes: Sequence[Home], begin: Callable[[_Case], None]) -> None:
    """Begin a case of monitoring for the first of some households that may be monitored and has no case open."""
    staffed = build.posts().task_force
    for home in [home for home in homes if home.is_registered and home.village_code in staffed]:
        standing = queries.standing(build.session, home.id, clock.today()).status
        if standing is Status.EXITED and queries.open_case_of(build.session, home.id) is None:
            begin(_Case(build, timeline, home, name))
            return


def _at(build: Building, timeline: Timeline, days: float, case: _Case, begin: Callable[[_Case], None]) -> None:
    timeline.at(in_working_hours(build.ago(days=days)), functools.partial(begin, case))


def _keep_list(build: Building) -> None:
    first = build.posts().county[0]
    marks = [(build.sealer.blind(f"示例{number}", "id_number"), "小型轿车，2019 年登记") for number in range(24)]
    services.keep_list(build.session, kind=ListKind.CAR, source=_LIST, as_of=clock.today(), sha256="d" * 64, rows=marks, by=first)


def _identify_to_notice(case: _Case) -> None:
    """Bring an application as far as the village's notice, and object to it."""
    _apply(case, "男主人去年摔伤，做不了重活，孩子上高中")
    case.later(3, lambda: _review(case, 9_600, 31, 4))
    case.later(5, lambda: _object(case))


def _apply(case: _Case, words: str) -> None:
    case.open(ProcedureKind.IDENTIFY, Ground.APPLICATION, words)
    case.paper(EvidenceKind.APPLICATION, "本人手写申请书，户主签名")
    case.sign(Action.TAKE_UP, case.village, "village_official")


def _review(case: _Case, wage_yuan: int, in_favour: int, against: int) -> None:
    case.survey(wage_yuan)
    case.vote(in_favour, against)
    case.sign(Action.CONCLUDE, case.village, "village_official")


def _object(case: _Case) -> None:
    row = case.row()
    if row.notice_ref and clock.today() <= row.notice_to:
        notices.object_to(
            case.build.session, key=f"demo-objection/{case.name}", notice_ref=row.notice_ref, contact=None,
            words="听说他家儿子在县城买了车，请核实一下。", sealer=case.build.sealer,
        )  # fmt: skip


def _identify_whole(case: _Case) -> None:
    """Bring a household onto the register within a month; a year on it is proposed to leave."""
    _apply(case, "女主人长期服药，家里只有一个劳动力")
    case.later(4, lambda: _review(case, 8_200, 33, 2))
    case.later(13, lambda: case.sign(Action.HAND_UP, case.village, "village_official"))
    case.later(17, lambda: _agree_at_the_township(case))
    case.later(24, lambda: case.sign(Action.HAND_UP, case.township, "township_official"))
    case.later(28, lambda: _decide(case))
    case.later(200, lambda: _declare(case))
    case.later(300, lambda: _leave(case))


def _agree_at_the_township(case: _Case) -> None:
    case.visit(Opinion.POOR, "房屋安全，饮水正常，病情与病历相符，确有困难。")
    case.sign(Action.APPROVE, case.township, "township_official", "情况属实")


def _decide(case: _Case) -> None:
    case.compare()
    case.sign(Action.APPROVE, case.county, "county_official")
    case.sign(Action.ANNOUNCE, case.second_county, "county_official")


def _declare(case: _Case) -> None:
    for year in (clock.today().year - 1, clock.today().year - 2):
        entry = services.record_year_ledger(
            case.build.session, household_id=case.home.id, year=year, category=LedgerCategory.WAGE, amount_fen=4_860_000,
            source="收入调查（示例）", by=case.village,
        )  # fmt: skip
        services.approve_year_ledger(case.build.session, entry_id=entry.id, by=case.township)


def _leave(case: _Case) -> None:
    """Propose the exit where the record bears it, and bring it before the county's table."""
    session, today = case.build.session, clock.today()
    settings = queries.procedure_settings(session, today)
    wants, _basis = queries.wants_of(session, case.home.id, ProcedureKind.EXIT, settings, today)
    standing = queries.standing(session, case.home.id, today).status
    if wants or standing is not Status.REGISTERED or queries.open_case_of(session, case.home.id) is not None:
        return
    leaving = _Case(case.build, case.timeline, case.home, "out")
    leaving.open(ProcedureKind.EXIT, Ground.VILLAGE, "连续两年收入超过标准，保障全部落实")
    leaving.visit(Opinion.NOT_POOR, "两人入户核对账目，收入稳定。")
    leaving.sign(Action.VERIFY, leaving.force, "task_force")
    leaving.paper(EvidenceKind.SLIP, "户主签字同意退出")
    leaving.sign(Action.AGREE, leaving.village, "village_official")
    leaving.later(9, lambda: leaving.sign(Action.HAND_UP, leaving.village, "village_official"))
    leaving.later(12, lambda: _check_by_three(leaving))


def _check_by_three(case: _Case) -> None:
    town = case.home.village_code[:9]
    for number, name in enumerate(_CHECKERS):
        user = accounts.create_user(
            case.build.session, name=name, phone=str(_CHECKER_PHONE + number), password_hash=case.build.password_hash
        )
        accounts.grant_role(
            case.build.session, user_id=user.id, role=Role.TOWNSHIP_OFFICIAL, area_code=town, by=None, reason="演示账号"
        )
        case.sign(Action.COUNTERSIGN, user.id, "township_official")
    case.sign(Action.APPROVE, case.township, "township_official", "三人核查，同意退出")


def _monitor(case: _Case) -> None:
    """Bring a household that suffered before the county."""
    case.open(ProcedureKind.MONITOR, Ground.VISIT, "户主住院，自付部分超过全年收入的三成")
    case.visit(Opinion.POOR, "住院费用单据已看，家中缺少劳力。")
    case.sign(Action.TAKE_UP, case.force, "task_force")
    case.paper(EvidenceKind.SLIP, "户主签字，同意比对信息")
    case.sign(Action.AGREE, case.village, "village_official")
    case.later(5, lambda: _review_monitoring(case))
    case.later(14, lambda: case.sign(Action.HAND_UP, case.village, "village_official"))
    case.later(18, lambda: case.sign(Action.APPROVE, case.township, "township_official"))


def _review_monitoring(case: _Case) -> None:
    case.vote(11, 19)
    case.resolve("评议时不少人不知道他住院，病历和单据已给各组看过，以入户核实为准。")
    case.sign(Action.CONCLUDE, case.village, "village_official")


def _leave_lying(case: _Case) -> None:
    """Let a household apply from its own phone where it has one, and nobody act on it: it is late."""
    case.open(ProcedureKind.MONITOR, Ground.APPLICATION, "今年莲子卖得少，老伴又住了院，想请村里来看看。", by_household=True)
