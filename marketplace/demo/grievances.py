"""What people complain of, and what became of it: looked into, answered, appealed against, late. Every word is invented."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.accounts.values import Role
from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline, in_working_hours
from marketplace.grievances import queries
from marketplace.grievances import services as grievances
from marketplace.grievances.services import Saying
from marketplace.grievances.values import Action, Complaint, Kind, Outcome

_SILENT = Saying()


@dataclass(frozen=True)
class _Step:
    """So many days after it was brought, somebody of the township or the county, or the complainant, does this."""

    days: int
    action: Action
    saying: Saying = _SILENT
    at_county: bool = False


@dataclass(frozen=True)
class _Plot:
    """One grievance: in which of the villages, how many days ago, what was written, and its steps."""

    village: int
    days_ago: float
    kind: Kind
    words: str
    steps: Sequence[_Step] = ()
    contact: str = ""
    subject_role: Role | None = None
    #: The first buyer keeps it with their account.
    is_buyers: bool = False
    has_photo: bool = False


_TAKEN_UP = _Step(1, Action.ACCEPT, Saying(words="已受理，三天内到现场看。"))
_BEGUN = _Step(3, Action.INVESTIGATE)
_PLOTS = (
    _Plot(0, 1.2, Kind.GOODS, "买的莲子有虫，退款申请没人理，打村里电话也没人接。", is_buyers=True, has_photo=True),
    _Plot(
        0, 34, Kind.IDENTIFICATION, "我家去年遭了水灾，收入比隔壁还低，评议时没有叫我们去，公示里也没有我家。",
        (
            _TAKEN_UP, _BEGUN,
            _Step(5, Action.NOTE, Saying(note="查了评议会记录，签到表缺这一组，需补一次入户核算。")),
            _Step(9, Action.ANSWER, Saying(words="评议会未通知到您组，已重新入户核算，并重新评议。", outcome=Outcome.UPHELD)),
        ),
        contact="19900030001", is_buyers=True,
    ),
    _Plot(
        1, 40, Kind.HELP, "说好的鸡苗只发了一半，领取表上却写全数领走。",
        (
            _TAKEN_UP, _BEGUN,
            _Step(10, Action.ANSWER, Saying(words="鸡苗分两批发放，第二批本月底到。", outcome=Outcome.REJECTED)),
            _Step(14, Action.APPEAL, Saying(words="月底已经过了，第二批没有来，签字也不是我签的。")),
            _Step(17, Action.ASSIGN, at_county=True),
            _Step(24, Action.DECIDE, Saying(words="已查实代签，补发鸡苗，约谈代签人。", outcome=Outcome.PARTIAL), at_county=True),
        ),
    ),
    _Plot(0, 9, Kind.CONDUCT, "村干部开会骂人，谁提意见就不给办手续。", (_TAKEN_UP, _BEGUN), subject_role=Role.VILLAGE_OFFICIAL),
    _Plot(1, 12, Kind.OTHER, "村口的灯坏了两个月，晚上老人出门看不见。"),
    _Plot(
        0, 20, Kind.TOURS, "采莲那天下雨没有采成，想把钱退一半。",
        (_Step(2, Action.REFUSE, Saying(words="退改按预订时的规则办理，请在订单页申请，这里不重复受理。")),),
    ),
)  # fmt: skip


def plan_grievances(build: Building, timeline: Timeline) -> None:
    """Arrange the complaints of the last weeks, one in each state; officials take their steps as the days pass."""
    for number, plot in enumerate(_PLOTS):
        timeline.at(in_working_hours(build.ago(days=plot.days_ago)), functools.partial(_bring, build, timeline, number, plot))


def _bring(build: Building, timeline: Timeline, number: int, plot: _Plot) -> None:
    village = build.villages[plot.village % len(build.villages)]
    picture = build.photo("lotus_seed", number) if plot.has_photo else None
    receipt = grievances.bring_grievance(
        build.session,
        key=f"demo-grievance-{number}",
        complaint=Complaint(plot.kind, village.code, plot.words, plot.contact, plot.subject_role),
        sealer=build.sealer,
        image_ids=[picture] if picture else [],
        owner_id=build.buyers[0].user_id if plot.is_buyers else None,
    )
    for step in plot.steps:
        timeline.later(functools.partial(_take, build, village.township, receipt.ref, step), days=step.days)


def _take(build: Building, town: str, ref: str, step: _Step) -> None:
    found = queries.grievance_by_ref(build.session, ref=ref)
    if found is None:
        raise LookupError(ref)
    if step.action is Action.APPEAL:
        grievances.appeal_grievance(
            build.session, grievance_id=found.id, seen=found.version, words=step.saying.words, sealer=build.sealer
        )
        return
    by = build.posts().county[0] if step.at_county else build.posts().townships[town]
    said = step.saying if step.action is not Action.ASSIGN else Saying(towards_id=by)
    grievances.take_step(
        build.session, grievance_id=found.id, action=step.action, by=by, seen=found.version, saying=said, sealer=build.sealer
    )
